#include "products.h"

#include <math.h>
#include <string.h>

#include "forward.h"


#define BLOCK 192        /* terms that are summed before what there is gets them */
#define MOST_TERMS 4096   /* of products that are ours */
#define MOST_WORK (1 << 23) /* multiplications of such a product */
#define IN_REGISTERS __attribute__((aligned(64)))

#define PRAGMA(text) _Pragma(#text)
#define UNROLLED(times) PRAGMA(GCC unroll times)

#if defined(__x86_64__) && defined(__GNUC__)
#include <immintrin.h>
#define HAS_AVX2
static int has_avx2 = 0;
#endif

/* Whether a product of so many rows and columns is one of those that come about number by number. */
static int
is_narrow(npy_intp rows, npy_intp width)
{
    return rows < 4 || width < 12;
}

#define REAL float
#define LANES 4
#define OF(name) name##_f
#define FMA fmaf
#define WIDE __m256
#define WIDE_OF(name) _mm256_##name##_ps
#define WIDE_ALL _mm256_broadcast_ss
#include "products_in_lanes.h"
#undef REAL
#undef LANES
#undef OF
#undef FMA
#undef WIDE
#undef WIDE_OF
#undef WIDE_ALL

#define REAL double
#define LANES 2
#define OF(name) name##_d
#define FMA fma
#define WIDE __m256d
#define WIDE_OF(name) _mm256_##name##_pd
#define WIDE_ALL _mm256_broadcast_sd
#include "products_in_lanes.h"

void
find_processor(void)
{
#ifdef HAS_AVX2
    has_avx2 = __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma");
#endif
}

/* Where a matrix's numbers are, and how far from row to row and from column to column, in numbers. */
typedef struct {
    const char *data;
    npy_intp rows, columns, row, step;
    char *copy; /* which they are in; or NULL */
} Matrix;

/* product_orders._laid, of the last two dimensions of an array, so many bytes on: as BLAS takes it, row by row or column by column;
   else of a copy. -1 with an exception. */
static int
lay_out(PyArrayObject *array, npy_intp on, Matrix *matrix)
{
    int last = PyArray_NDIM(array) - 1;
    npy_intp size = PyArray_ITEMSIZE(array), rows = PyArray_DIM(array, last - 1), columns = PyArray_DIM(array, last);
    npy_intp row = PyArray_STRIDE(array, last - 1), step = PyArray_STRIDE(array, last);
    const char *data = PyArray_BYTES(array) + on;
    *matrix = (Matrix){data, rows, columns, row / size, step / size, NULL};
    if (!(row % size) && !(step % size)
        && ((matrix->step == 1 && matrix->row >= columns) || (matrix->row == 1 && matrix->step >= rows))) {
        return 0;
    }
    char *copy = PyMem_RawMalloc((size_t)(rows * columns * size));
    if (copy == NULL) {
        PyErr_NoMemory();
        return -1;
    }
    *matrix = (Matrix){copy, rows, columns, columns, 1, copy};
    for (npy_intp i = 0; i < rows; i++) {
        for (npy_intp j = 0; j < columns; j++, copy += size) {
            memcpy(copy, data + i * row + j * step, (size_t)size);
        }
    }
    return 0;
}

/* The dtype of two arrays of so many dimensions, if it is one of the two; else NULL. */
static PyArray_Descr *
common_dtype(PyObject *a, int dims, PyObject *b, int other_dims)
{
    if (!PyArray_CheckExact(a) || !PyArray_CheckExact(b) || PyArray_NDIM((PyArrayObject *)a) != dims
        || PyArray_NDIM((PyArrayObject *)b) != other_dims) {
        return NULL;
    }
    PyArray_Descr *dtype = PyArray_DESCR((PyArrayObject *)a);
    return dtype == PyArray_DESCR((PyArrayObject *)b) && (dtype == float32 || dtype == float64)
                   && PyArray_ISALIGNED((PyArrayObject *)a) && PyArray_ISALIGNED((PyArrayObject *)b)
               ? dtype
               : NULL;
}

/* products._are_ours. */
static int
are_ours(npy_intp rows, npy_intp count, npy_intp width)
{
    return rows > 0 && count > 0 && width > 0 && count <= MOST_TERMS && rows <= MOST_WORK && width <= MOST_WORK
           && rows * width <= MOST_WORK && rows * width * count <= MOST_WORK;
}

/* One product; -1 with an exception. */
static int
multiply(PyArrayObject *a, npy_intp a_on, PyArrayObject *b, npy_intp b_on, char *into, double alpha, int adds)
{
    Matrix x, y;
    if (lay_out(a, a_on, &x) < 0) {
        return -1;
    }
    if (lay_out(b, b_on, &y) < 0) {
        PyMem_RawFree(x.copy);
        return -1;
    }
    if (PyArray_DESCR(a) == float32) {
        matrices_f(x.rows, x.columns, y.columns, (const float *)x.data, x.row, x.step, (const float *)y.data, y.row, y.step,
                   (float *)into, (float)alpha, adds);
    }
    else {
        matrices_d(x.rows, x.columns, y.columns, (const double *)x.data, x.row, x.step, (const double *)y.data, y.row,
                   y.step, (double *)into, alpha, adds);
    }
    PyMem_RawFree(x.copy);
    PyMem_RawFree(y.copy);
    is_quiet(); /* PyTorch reports nothing */
    return 0;
}

static PyArrayObject *
empty(PyArray_Descr *dtype, int dims, const npy_intp *shape)
{
    Py_INCREF(dtype);
    return (PyArrayObject *)PyArray_NewFromDescr(&PyArray_Type, dtype, dims, shape, NULL, NULL, 0, NULL);
}

static PyArrayObject *
zeros(PyArray_Descr *dtype, int dims, const npy_intp *shape)
{
    PyArrayObject *made = empty(dtype, dims, shape);
    if (made != NULL) {
        memset(PyArray_DATA(made), 0, (size_t)PyArray_NBYTES(made));
    }
    return made;
}

/* Add a product to what there is, or make it: 1. 0 for what is not usual, -1 with an exception. */
static int
add_product(PyObject *a, PyObject *b, double alpha, PyArrayObject **made, PyArrayObject *whole)
{
    PyArray_Descr *dtype = common_dtype(a, 2, b, 2);
    if (dtype == NULL) {
        return 0;
    }
    PyArrayObject *left = (PyArrayObject *)a, *right = (PyArrayObject *)b;
    npy_intp shape[] = {PyArray_DIM(left, 0), PyArray_DIM(right, 1)}, count = PyArray_DIM(left, 1);
    if (count != PyArray_DIM(right, 0) || !are_ours(shape[0], count, shape[1])) {
        return 0;
    }
    int adds = whole != NULL, is_stored = dtype == float32 && !is_narrow(shape[0], shape[1]); /* and not added to zeros */
    if (!adds && (*made = whole = (is_stored ? empty : zeros)(dtype, 2, shape)) == NULL) {
        return -1;
    }
    if (multiply(left, 0, right, 0, PyArray_DATA(whole), alpha, adds) < 0) {
        if (!adds) {
            Py_CLEAR(*made);
        }
        return -1;
    }
    return 1;
}

/* The same of a matrix and a vector. */
static int
add_product_with_vector(PyObject *a, PyObject *v, double alpha, PyArrayObject **made, PyArrayObject *whole)
{
    PyArray_Descr *dtype = common_dtype(a, 2, v, 1);
    if (dtype == NULL) {
        return 0;
    }
    PyArrayObject *matrix = (PyArrayObject *)a, *vector = (PyArrayObject *)v;
    npy_intp rows = PyArray_DIM(matrix, 0), count = PyArray_DIM(matrix, 1), size = PyArray_ITEMSIZE(matrix);
    if (count != PyArray_DIM(vector, 0) || !are_ours(rows, count, 1) || PyArray_STRIDE(vector, 0) % size) {
        return 0;
    }
    Matrix x;
    if (lay_out(matrix, 0, &x) < 0) {
        return -1;
    }
    if (whole == NULL && (*made = whole = zeros(dtype, 1, &rows)) == NULL) {
        PyMem_RawFree(x.copy);
        return -1;
    }
    npy_intp step = PyArray_STRIDE(vector, 0) / size;
    if (dtype == float32) {
        vector_f(rows, count, (const float *)x.data, x.row, x.step, PyArray_DATA(vector), step, PyArray_DATA(whole),
                 (float)alpha);
    }
    else {
        vector_d(rows, count, (const double *)x.data, x.row, x.step, PyArray_DATA(vector), step, PyArray_DATA(whole),
                 alpha);
    }
    PyMem_RawFree(x.copy);
    is_quiet();
    return 1;
}

typedef int (*Adding)(PyObject *a, PyObject *b, double alpha, PyArrayObject **made, PyArrayObject *whole);

static PyObject *
made_by(Adding add, PyObject *a, PyObject *b)
{
    PyArrayObject *made = NULL;
    int found = add(a, b, 1, &made, NULL);
    if (!found) {
        Py_RETURN_NONE;
    }
    return (PyObject *)made;
}

PyObject *
product_of_matrices(PyObject *a, PyObject *b)
{
    return made_by(add_product, a, b);
}

PyObject *
product_with_vector(PyObject *a, PyObject *v)
{
    return made_by(add_product_with_vector, a, v);
}

double
inner_in_lanes(PyArrayObject *a, PyArrayObject *b)
{
    npy_intp size = PyArray_ITEMSIZE(a), a_step = PyArray_STRIDE(a, 0) / size, b_step = PyArray_STRIDE(b, 0) / size;
    double found = PyArray_DESCR(a) == float32
                       ? (double)inner_f(PyArray_DATA(a), a_step, PyArray_DATA(b), b_step, PyArray_DIM(a, 0))
                       : inner_d(PyArray_DATA(a), a_step, PyArray_DATA(b), b_step, PyArray_DIM(a, 0));
    is_quiet();
    return found;
}

static int
takes(const char *name, Py_ssize_t wanted, Py_ssize_t count)
{
    if (count != wanted) {
        PyErr_Format(PyExc_TypeError, "%s() takes %zd arguments", name, wanted);
    }
    return count == wanted;
}

PyObject *
ordered_product(PyObject *Py_UNUSED(module), PyObject *const *arguments, Py_ssize_t count)
{
    return takes("product", 2, count) ? product_of_matrices(arguments[0], arguments[1]) : NULL;
}

/* Small ones go by PyTorch's own loop. */
#define SMALL_BATCH 400
#define BY_NUMBERS(type)                                                                                               \
    for (npy_intp i = 0; i < shape[1]; i++) {                                                                          \
        for (npy_intp j = 0; j < shape[2]; j++) {                                                                      \
            type sum = 0;                                                                                              \
            const char *x = left + i * a_strides[1], *y = right + j * b_strides[2];                                    \
            for (npy_intp k = 0; k < count; k++, x += a_strides[2], y += b_strides[1]) {                               \
                sum += *(const type *)x * *(const type *)y;                                                            \
            }                                                                                                          \
            ((type *)into)[i * shape[2] + j] = sum;                                                                    \
        }                                                                                                              \
    }

PyObject *
ordered_product_of_batch(PyObject *Py_UNUSED(module), PyObject *const *arguments, Py_ssize_t given)
{
    if (!takes("product_of_batch", 2, given)) {
        return NULL;
    }
    PyArray_Descr *dtype = common_dtype(arguments[0], 3, arguments[1], 3);
    if (dtype == NULL) {
        Py_RETURN_NONE;
    }
    PyArrayObject *a = (PyArrayObject *)arguments[0], *b = (PyArrayObject *)arguments[1];
    npy_intp shape[] = {PyArray_DIM(a, 0), PyArray_DIM(a, 1), PyArray_DIM(b, 2)}, count = PyArray_DIM(a, 2);
    if (shape[0] != PyArray_DIM(b, 0) || count != PyArray_DIM(b, 1) || !are_ours(shape[1], count, shape[2])) {
        Py_RETURN_NONE;
    }
    PyArrayObject *made = zeros(dtype, 3, shape);
    if (made == NULL) {
        return NULL;
    }
    const npy_intp *a_strides = PyArray_STRIDES(a), *b_strides = PyArray_STRIDES(b);
    npy_intp numbers = shape[1] * shape[2], size = PyArray_ITEMSIZE(a);
    int is_small = numbers * count < SMALL_BATCH;
    for (npy_intp at = 0; at < shape[0]; at++) {
        char *into = PyArray_BYTES(made) + at * numbers * size;
        const char *left = PyArray_BYTES(a) + at * a_strides[0], *right = PyArray_BYTES(b) + at * b_strides[0];
        if (!is_small) {
            if (multiply(a, at * a_strides[0], b, at * b_strides[0], into, 1, 0) < 0) {
                Py_DECREF(made);
                return NULL;
            }
        }
        else if (dtype == float32) {
            BY_NUMBERS(float)
        }
        else {
            BY_NUMBERS(double)
        }
    }
    is_quiet();
    return (PyObject *)made;
}

PyObject *
ordered_times_vector(PyObject *Py_UNUSED(module), PyObject *const *arguments, Py_ssize_t count)
{
    return takes("times_vector", 2, count) ? product_with_vector(arguments[0], arguments[1]) : NULL;
}

static PyObject *
added_by(Adding add, int dims, PyObject *const *arguments)
{
    double alpha = PyFloat_AsDouble(arguments[3]);
    if (alpha == -1 && PyErr_Occurred()) {
        return NULL;
    }
    PyObject *a = arguments[1], *b = arguments[2];
    PyArrayObject *whole = (PyArrayObject *)arguments[0];
    PyArray_Descr *dtype = common_dtype(a, 2, b, dims);
    if (dtype == NULL || !is_in_rows(arguments[0]) || PyArray_DESCR(whole) != dtype || PyArray_NDIM(whole) != dims
        || !PyArray_ISWRITEABLE(whole) || PyArray_DIM(whole, 0) != PyArray_DIM((PyArrayObject *)a, 0)
        || (dims == 2 && PyArray_DIM(whole, 1) != PyArray_DIM((PyArrayObject *)b, 1))) {
        Py_RETURN_FALSE;
    }
    int added = add(a, b, alpha, NULL, whole);
    return added < 0 ? NULL : PyBool_FromLong(added);
}

PyObject *
ordered_product_into(PyObject *Py_UNUSED(module), PyObject *const *arguments, Py_ssize_t count)
{
    return takes("product_into", 4, count) ? added_by(add_product, 2, arguments) : NULL;
}

PyObject *
ordered_times_vector_into(PyObject *Py_UNUSED(module), PyObject *const *arguments, Py_ssize_t count)
{
    return takes("times_vector_into", 4, count) ? added_by(add_product_with_vector, 1, arguments) : NULL;
}

PyObject *
ordered_inner(PyObject *Py_UNUSED(module), PyObject *const *arguments, Py_ssize_t count)
{
    if (!takes("inner", 2, count)) {
        return NULL;
    }
    PyArray_Descr *dtype = common_dtype(arguments[0], 1, arguments[1], 1);
    PyArrayObject *a = (PyArrayObject *)arguments[0], *b = (PyArrayObject *)arguments[1];
    if (dtype == NULL || PyArray_DIM(a, 0) != PyArray_DIM(b, 0) || PyArray_STRIDE(a, 0) % PyArray_ITEMSIZE(a)
        || PyArray_STRIDE(b, 0) % PyArray_ITEMSIZE(b)) {
        Py_RETURN_NONE;
    }
    double found = inner_in_lanes(a, b);
    Py_INCREF(dtype);
    PyArrayObject *made = (PyArrayObject *)PyArray_NewFromDescr(&PyArray_Type, dtype, 0, NULL, NULL, NULL, 0, NULL);
    if (made != NULL && dtype == float32) {
        *(float *)PyArray_DATA(made) = (float)found;
    }
    else if (made != NULL) {
        *(double *)PyArray_DATA(made) = found;
    }
    return (PyObject *)made;
}
