#include "cascade.h"

#include <fenv.h>
#include <string.h>

#define REGISTER 32 /* bytes */
#define SIDE_BY_SIDE 4
#define LEVELS 4
#define MOST 32768

/* How many sums move up a level together. */
static npy_intp
step_for(npy_intp count)
{
    int bits = 0;
    for (npy_intp most = count - 1; most; most >>= 1) {
        bits++;
    }
    return (npy_intp)1 << (bits / LEVELS > 4 ? bits / LEVELS : 4);
}

/* The functions of cascade.py of these names, for one dtype. Rows lie `stride` numbers apart. */
#define CASCADES(type)                                                                                                 \
    /* Adds a row to a sum, or to zero. */                                                                             \
    static void put_##type(type *restrict sum, const type *restrict row, npy_intp width, int is_first)                 \
    {                                                                                                                  \
        if (is_first) {                                                                                                \
            memset(sum, 0, width * sizeof *sum);                                                                       \
        }                                                                                                              \
        for (npy_intp i = 0; i < width; i++) {                                                                         \
            sum[i] += row[i];                                                                                          \
        }                                                                                                              \
    }                                                                                                                  \
                                                                                                                       \
    /* `_cascaded`, of rows that are so many parts each; the levels have room for a row each, the first has the sum. */\
    static void cascaded_##type(const type *x, npy_intp count, int parts, npy_intp width, npy_intp stride,             \
                                type *levels)                                                                          \
    {                                                                                                                  \
        npy_intp whole = parts * width, step = step_for(count), counts[LEVELS] = {0};                                  \
        for (npy_intp row = 0; row < count; row++) {                                                                   \
            for (int part = 0; part < parts; part++) {                                                                 \
                put_##type(levels + part * width, x + (row * parts + part) * stride, width, counts[0] == 0);           \
            }                                                                                                          \
            counts[0]++;                                                                                               \
            for (int level = 0; level < LEVELS - 1 && counts[level] == step; level++) {                                \
                put_##type(levels + (level + 1) * whole, levels + level * whole, whole, counts[level + 1] == 0);       \
                counts[level + 1]++;                                                                                   \
                counts[level] = 0;                                                                                     \
            }                                                                                                          \
        }                                                                                                              \
        int is_first = counts[0] == 0;                                                                                 \
        for (int level = 1; level < LEVELS; level++) {                                                                 \
            if (counts[level]) {                                                                                       \
                put_##type(levels, levels + level * whole, whole, is_first);                                           \
                is_first = 0;                                                                                          \
            }                                                                                                          \
        }                                                                                                              \
    }                                                                                                                  \
                                                                                                                       \
    /* `_side_by_side`; the sum is in the first of the levels. */                                                      \
    static void side_by_side_##type(const type *x, npy_intp count, npy_intp width, npy_intp stride, type *levels)      \
    {                                                                                                                  \
        npy_intp row = count - count % SIDE_BY_SIDE;                                                                   \
        if (row) {                                                                                                     \
            cascaded_##type(x, row / SIDE_BY_SIDE, SIDE_BY_SIDE, width, stride, levels);                               \
        }                                                                                                              \
        int is_first = row == 0, sides = row ? SIDE_BY_SIDE : 0;                                                       \
        for (; row < count; row++, is_first = 0) {                                                                     \
            put_##type(levels, x + row * stride, width, is_first);                                                     \
        }                                                                                                              \
        for (int side = 1; side < sides; side++) {                                                                     \
            put_##type(levels, levels + side * width, width, 0);                                                       \
        }                                                                                                              \
    }                                                                                                                  \
                                                                                                                       \
    /* `sums`, of one row. */                                                                                          \
    static type sum_of_##type(const type *x, npy_intp size)                                                            \
    {                                                                                                                  \
        enum { LANES = REGISTER / sizeof(type) };                                                                      \
        npy_intp filled = size - size % LANES;                                                                         \
        type levels[LEVELS * SIDE_BY_SIDE * LANES] = {0}, total = x[filled < size ? filled : 0];                       \
        if (filled == 0) { /* `_of_few` */                                                                             \
            for (npy_intp i = SIDE_BY_SIDE; i < size; i++) {                                                           \
                total += x[i];                                                                                         \
            }                                                                                                          \
            for (npy_intp i = 1; i < SIDE_BY_SIDE; i++) {                                                              \
                total += x[i];                                                                                         \
            }                                                                                                          \
            return total + 0;                                                                                          \
        }                                                                                                              \
        side_by_side_##type(x, filled / LANES, LANES, LANES, levels);                                                  \
        for (npy_intp i = filled + 1; i < size; i++) {                                                                 \
            total += x[i];                                                                                             \
        }                                                                                                              \
        int lane = filled == size;                                                                                     \
        total = lane ? levels[0] : total; /* all of it is in the lanes then */                                         \
        for (; lane < LANES; lane++) {                                                                                 \
            total += levels[lane];                                                                                     \
        }                                                                                                              \
        return total;                                                                                                  \
    }                                                                                                                  \
                                                                                                                       \
    /* `_stacks`, of one stack. */                                                                                     \
    static void stack_of_##type(const type *x, npy_intp size, npy_intp width, type *levels, type *result)              \
    {                                                                                                                  \
        enum { LANES = REGISTER / sizeof(type) };                                                                      \
        npy_intp block = width >= LANES ? SIDE_BY_SIDE * LANES : SIDE_BY_SIDE, at_once = width - width % block;        \
        if (at_once) {                                                                                                 \
            cascaded_##type(x, size, 1, at_once, width, levels);                                                       \
            memcpy(result, levels, at_once * sizeof *result);                                                          \
        }                                                                                                              \
        if (at_once < width) {                                                                                         \
            side_by_side_##type(x + at_once, size, width - at_once, width, levels);                                    \
            memcpy(result + at_once, levels, (width - at_once) * sizeof *result);                                      \
        }                                                                                                              \
    }                                                                                                                  \
                                                                                                                       \
    /* The sums of rows, or of stacks of them; -1 where there is no memory for those. */                               \
    static int all_sums_##type(const type *x, npy_intp before, npy_intp size, npy_intp width, type *result)            \
    {                                                                                                                  \
        type *levels = width == 1 ? NULL : PyMem_Malloc(LEVELS * SIDE_BY_SIDE * width * sizeof *levels);               \
        if (width > 1 && levels == NULL) {                                                                             \
            return -1;                                                                                                 \
        }                                                                                                              \
        for (npy_intp i = 0; i < before; i++, x += size * width) {                                                     \
            if (width == 1) {                                                                                          \
                result[i] = sum_of_##type(x, size);                                                                    \
            }                                                                                                          \
            else {                                                                                                     \
                stack_of_##type(x, size, width, levels, result + i * width);                                           \
            }                                                                                                          \
        }                                                                                                              \
        PyMem_Free(levels);                                                                                            \
        return 0;                                                                                                      \
    }

#pragma GCC push_options
#pragma GCC optimize("O3")
CASCADES(float)
CASCADES(double)
#pragma GCC pop_options

/* What is summed up: `size` numbers, `width` apart, at each of `before` places. */
typedef struct {
    npy_intp before, size, width;
    int dims; /* of the result */
    npy_intp shape[NPY_MAXDIMS];
} Sums;

/* Find out what sums along these dimensions are; 0 if they are none of the usual, or an exception is set. */
static int
find_sums(PyArrayObject *x, PyObject *axis, int keeps, Sums *sums)
{
    char along[NPY_MAXDIMS] = {0};
    int dims = PyArray_NDIM(x), first = dims, last = -1;
    if (!PyTuple_CheckExact(axis)) {
        return 0;
    }
    for (Py_ssize_t i = 0; i < PyTuple_GET_SIZE(axis); i++) {
        long dim = PyLong_AsLong(PyTuple_GET_ITEM(axis, i));
        if (dim < 0 || dim >= dims || along[dim]) {
            return 0;
        }
        along[dim] = 1;
    }
    sums->before = sums->size = sums->width = 1;
    sums->dims = 0;
    for (int dim = 0; dim < dims; dim++) {
        npy_intp extent = PyArray_DIM(x, dim);
        if (along[dim] && extent != 1) {
            first = first < dim ? first : dim;
            last = dim;
        }
        if (!along[dim] || keeps) {
            sums->shape[sums->dims++] = along[dim] ? 1 : extent;
        }
    }
    for (int dim = 0; dim < dims; dim++) {
        npy_intp extent = PyArray_DIM(x, dim);
        if (!along[dim] && extent != 1 && first < dim && dim < last) {
            return 0;
        }
        *(along[dim] ? &sums->size : dim < first ? &sums->before : &sums->width) *= extent;
    }
    return 1;
}

PyObject *
sums_in_cascades(PyObject *summed, PyObject *axis, int keeps)
{
    PyArrayObject *x = (PyArrayObject *)summed;
    if (!is_usual(summed)) {
        Py_RETURN_NONE;
    }
    Sums sums;
    if (axis == Py_None) {
        sums.before = sums.width = 1;
        sums.size = size_of(x);
        sums.dims = 0;
    }
    else if (!find_sums(x, axis, keeps, &sums)) {
        if (PyErr_Occurred()) {
            return NULL;
        }
        Py_RETURN_NONE;
    }
    if (sums.size < 4 || sums.size >= MOST) {
        Py_RETURN_NONE;
    }
    PyArray_Descr *dtype = PyArray_DESCR(x);
    Py_INCREF(dtype);
    PyArrayObject *result = (PyArrayObject *)PyArray_NewFromDescr(&PyArray_Type, dtype, sums.dims, sums.shape, NULL,
                                                                  NULL, 0, NULL);
    if (result == NULL) {
        return NULL;
    }
    void *from = PyArray_DATA(x), *to = PyArray_DATA(result);
    int failed = dtype == float32 ? all_sums_float(from, sums.before, sums.size, sums.width, to)
                                  : all_sums_double(from, sums.before, sums.size, sums.width, to);
    if (failed) {
        Py_DECREF(result);
        return PyErr_NoMemory();
    }
    if (fetestexcept(FE_DIVBYZERO | FE_OVERFLOW | FE_INVALID)) { /* which Python then reports */
        feclearexcept(FE_ALL_EXCEPT);
        Py_DECREF(result);
        Py_RETURN_NONE;
    }
    return (PyObject *)result;
}

/* The same as Python has it: a scalar of numpy's where no dimension is left. */
PyObject *
sum_in_cascades(PyObject *Py_UNUSED(module), PyObject *const *arguments, Py_ssize_t count)
{
    if (count != 3) {
        PyErr_SetString(PyExc_TypeError, "sum_in_cascades() takes 3 arguments");
        return NULL;
    }
    PyObject *sums = sums_in_cascades(arguments[0], arguments[1], arguments[2] == Py_True);
    return sums == NULL || sums == Py_None ? sums : PyArray_Return((PyArrayObject *)sums);
}
