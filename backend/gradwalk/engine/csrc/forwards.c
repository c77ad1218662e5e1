#include "forwards.h"

#include <fenv.h>
#include <math.h>

#include "cascade.h"
#include "forward.h"
#include "products.h"
#include "reports.h"
#include "vector_norms.h"

#define REPORTED (FE_DIVBYZERO | FE_OVERFLOW | FE_UNDERFLOW | FE_INVALID)

PyObject *
at_once_of(PyObject *function)
{
    if (!PyFunction_Check(function)) {
        return NULL;
    }
    PyObject *found = PyObject_GetAttrString(function, "at_once");
    if (found == NULL && PyErr_ExceptionMatches(PyExc_AttributeError)) {
        PyErr_Clear();
    }
    return found;
}

PyObject *
call_at_once(PyObject *at_once, PyObject *function, PyObject *const *arguments, Py_ssize_t count)
{
    if (at_once != NULL) {
        PyObject *result = PyObject_Vectorcall(at_once, arguments, count, NULL);
        if (result != Py_NotImplemented) {
            return result;
        }
        Py_DECREF(result);
    }
    return PyObject_Vectorcall(function, arguments, count, NULL);
}

int
is_quiet(void)
{
    int reported = fetestexcept(REPORTED);
    if (reported) {
        feclearexcept(FE_ALL_EXCEPT);
    }
    return !reported;
}

PyObject *
number(PyArray_Descr *dtype, double value)
{
    if (!is_quiet()) {
        Py_RETURN_NOTIMPLEMENTED;
    }
    Py_INCREF(dtype);
    PyArrayObject *made = (PyArrayObject *)PyArray_NewFromDescr(&PyArray_Type, dtype, 0, NULL, NULL, NULL, 0, NULL);
    if (made != NULL && dtype == float32) {
        *(float *)PyArray_DATA(made) = (float)value;
    }
    else if (made != NULL) {
        *(double *)PyArray_DATA(made) = value;
    }
    return (PyObject *)made;
}

PyObject *
unless_reported(PyArrayObject *made)
{
    if (made != NULL && !is_quiet()) {
        Py_DECREF(made);
        Py_RETURN_NOTIMPLEMENTED;
    }
    return (PyObject *)made;
}

PyArrayObject *
new_like(PyArrayObject *array)
{
    PyArray_Descr *dtype = PyArray_DESCR(array);
    Py_INCREF(dtype);
    return (PyArrayObject *)PyArray_NewFromDescr(&PyArray_Type, dtype, PyArray_NDIM(array), PyArray_DIMS(array), NULL,
                                                 NULL, 0, NULL);
}

/* ---- Products ----------------------------------------------------------------------------------------------------- */

/* Whether two objects are arrays of the same of the two dtypes, of so many dimensions. */
static int
are_alike(PyObject *a, int dims, PyObject *b, int other_dims)
{
    if (!PyArray_CheckExact(a) || !PyArray_CheckExact(b) || PyArray_NDIM((PyArrayObject *)a) != dims
        || PyArray_NDIM((PyArrayObject *)b) != other_dims) {
        return 0;
    }
    PyArray_Descr *dtype = PyArray_DESCR((PyArrayObject *)a);
    return dtype == PyArray_DESCR((PyArrayObject *)b) && (dtype == float32 || dtype == float64);
}

/* numpy.dot, where the extents fit. */
static PyObject *
product(PyObject *a, PyObject *b)
{
    if (!are_reports_ours()) {
        Py_RETURN_NOTIMPLEMENTED;
    }
    is_computing++;
    PyObject *result = PyArray_MatrixProduct2(a, b, NULL);
    is_computing--;
    return result;
}

/* gradwalk.engine.products.product, where the extents fit and that is ours or numpy.dot. Where each number of a large one is
   of one term Python sees to the signs of zeros. */
static PyObject *
matrix_product(PyObject *a, PyObject *b)
{
    PyObject *ours = product_of_matrices(a, b);
    if (ours != Py_None) {
        return ours;
    }
    Py_DECREF(ours);
    if (!are_alike(a, 2, b, 2)) {
        Py_RETURN_NOTIMPLEMENTED;
    }
    PyArrayObject *left = (PyArrayObject *)a, *right = (PyArrayObject *)b;
    if (PyArray_DIM(left, 1) != PyArray_DIM(right, 0) || PyArray_DIM(left, 1) == 1
        || (PyArray_DIM(left, 0) > 255 && PyArray_DIM(right, 1) > 15)) {
        Py_RETURN_NOTIMPLEMENTED;
    }
    return product(a, b);
}

FORWARD(dot, 2)
{
    PyArrayObject *a = (PyArrayObject *)arguments[0], *b = (PyArrayObject *)arguments[1];
    if (!are_alike(arguments[0], 1, arguments[1], 1) || !is_usual(arguments[0]) || !is_usual(arguments[1])
        || size_of(a) < 2 || size_of(a) != size_of(b)) {
        Py_RETURN_NOTIMPLEMENTED;
    }
    return number(PyArray_DESCR(a), inner_in_lanes(a, b));
}

FORWARD(mv, 2)
{
    PyObject *ours = product_with_vector(arguments[0], arguments[1]);
    if (ours != Py_None) {
        return ours;
    }
    Py_DECREF(ours);
    if (!are_alike(arguments[0], 2, arguments[1], 1)
        || PyArray_DIM((PyArrayObject *)arguments[0], 1) != PyArray_DIM((PyArrayObject *)arguments[1], 0)) {
        Py_RETURN_NOTIMPLEMENTED;
    }
    return product(arguments[0], arguments[1]);
}

FORWARD(mm, 2)
{
    return matrix_product(arguments[0], arguments[1]);
}

/* Whether sizes and strides are those of a matrix that lies column by column; -1 if they are none of a matrix. */
static int
goes_by_columns(PyObject *sizes, PyObject *strides)
{
    if (!PyTuple_Check(sizes) || !PyTuple_Check(strides) || PyTuple_GET_SIZE(sizes) != 2
        || (PyTuple_GET_SIZE(strides) != 2 && PyTuple_GET_SIZE(strides) != 0)) {
        return -1;
    }
    long found[3] = {0};
    for (int i = 0; i < 3 && PyTuple_GET_SIZE(strides); i++) {
        PyObject *number = i < 2 ? PyTuple_GET_ITEM(strides, i) : PyTuple_GET_ITEM(sizes, 0);
        int overflow;
        if (!PyLong_CheckExact(number)) {
            return -1;
        }
        found[i] = PyLong_AsLongAndOverflow(number, &overflow);
    }
    return PyTuple_GET_SIZE(strides) && found[0] == 1 && found[1] == found[2];
}

/* A product of two matrices of which one is transposed first. */
static PyObject *
transposed_product(PyObject *a, int is_first, PyObject *b)
{
    if (!are_alike(a, 2, b, 2)) {
        Py_RETURN_NOTIMPLEMENTED;
    }
    PyObject *turned = PyArray_Transpose((PyArrayObject *)(is_first ? a : b), NULL);
    PyObject *result = turned == NULL ? NULL : matrix_product(is_first ? turned : a, is_first ? b : turned);
    Py_XDECREF(turned);
    return result;
}

FORWARD(times_transposed, 4)
{
    if (goes_by_columns(arguments[2], arguments[3]) != 0) {
        Py_RETURN_NOTIMPLEMENTED;
    }
    return transposed_product(arguments[0], 0, arguments[1]);
}

FORWARD(transposed_times, 4)
{
    if (goes_by_columns(arguments[2], arguments[3]) != 0) {
        Py_RETURN_NOTIMPLEMENTED;
    }
    return transposed_product(arguments[0], 1, arguments[1]);
}

/* ---- Reductions --------------------------------------------------------------------------------------------------- */

/* What was found, or for None NotImplemented. */
static PyObject *
found_or_not(PyObject *found)
{
    if (found == Py_None) {
        Py_DECREF(found);
        Py_RETURN_NOTIMPLEMENTED;
    }
    return found;
}

FORWARD(sum_all, 2)
{
    if (arguments[1] != Py_None) {
        Py_RETURN_NOTIMPLEMENTED;
    }
    return found_or_not(sums_in_cascades(arguments[0], Py_None, 0));
}

FORWARD(mean_all, 2)
{
    if (arguments[1] != Py_None) {
        Py_RETURN_NOTIMPLEMENTED;
    }
    PyObject *sum = sums_in_cascades(arguments[0], Py_None, 0);
    if (sum == NULL || sum == Py_None) {
        return found_or_not(sum);
    }
    npy_intp size = size_of((PyArrayObject *)arguments[0]);
    PyArrayObject *mean = (PyArrayObject *)sum;
    if (PyArray_DESCR(mean) == float32) {
        *(float *)PyArray_DATA(mean) /= (float)size;
    }
    else {
        *(double *)PyArray_DATA(mean) /= (double)size;
    }
    return unless_reported(mean);
}

/* The order of a norm that the core computes, 1 or 2; else 0. */
static int
order_of(PyObject *ord)
{
    double order = PyFloat_CheckExact(ord) ? PyFloat_AS_DOUBLE(ord) : PyLong_CheckExact(ord) ? PyLong_AsDouble(ord) : 0;
    PyErr_Clear();
    return order == 1 ? 1 : order == 2 ? 2 : 0;
}

FORWARD(vector_norm, 5)
{
    PyObject *x = arguments[0], *dim = arguments[2];
    int order = order_of(arguments[1]), keeps = arguments[3] == Py_True;
    if (!PyArray_CheckExact(x) || !order || (!keeps && arguments[3] != Py_False) || arguments[4] != Py_None) {
        Py_RETURN_NOTIMPLEMENTED;
    }
    if (order == 2 && dim == Py_None && !keeps && is_usual(x)) {
        return number(PyArray_DESCR((PyArrayObject *)x), euclidean_norm((PyArrayObject *)x));
    }
    return found_or_not(norms_along((PyArrayObject *)x, order, dim, keeps));
}

/* ---- Views -------------------------------------------------------------------------------------------------------- */

FORWARD(same, 1)
{
    if (!PyArray_CheckExact(arguments[0])) {
        Py_RETURN_NOTIMPLEMENTED;
    }
    return PyArray_View((PyArrayObject *)arguments[0], NULL, NULL);
}

/* ---- Of formulas -------------------------------------------------------------------------------------------------- */

#define MOST_SPREAD 8 /* dimensions */

FORWARD(expand, 2)
{
    PyObject *size = arguments[1];
    if (!PyArray_CheckExact(arguments[0]) || PyArray_NDIM((PyArrayObject *)arguments[0]) || !PyTuple_Check(size)
        || PyTuple_GET_SIZE(size) > MOST_SPREAD) {
        Py_RETURN_NOTIMPLEMENTED;
    }
    PyArrayObject *x = (PyArrayObject *)arguments[0];
    PyArray_Descr *dtype = PyArray_DESCR(x);
    npy_intp shape[MOST_SPREAD], strides[MOST_SPREAD] = {0}, elements = 1;
    for (Py_ssize_t i = 0; i < PyTuple_GET_SIZE(size); i++) {
        PyObject *extent = PyTuple_GET_ITEM(size, i);
        int overflow = 0;
        shape[i] = PyLong_CheckExact(extent) ? PyLong_AsLongAndOverflow(extent, &overflow) : 0;
        if (overflow || shape[i] < 1 || shape[i] > MOST_ELEMENTS || (elements *= shape[i]) > MOST_ELEMENTS) {
            Py_RETURN_NOTIMPLEMENTED;
        }
    }
    if (dtype != float32 && dtype != float64) {
        Py_RETURN_NOTIMPLEMENTED;
    }
    Py_INCREF(dtype);
    PyArrayObject *spread = (PyArrayObject *)PyArray_NewFromDescr(
        &PyArray_Type, dtype, (int)PyTuple_GET_SIZE(size), shape, strides, PyArray_DATA(x), 0, NULL);
    if (spread != NULL && PyArray_SetBaseObject(spread, Py_NewRef(x)) < 0) {
        Py_CLEAR(spread);
    }
    return (PyObject *)spread;
}

/* A number of Python's as a double that it is exactly; 0 for another. */
static int
read_number(PyObject *object, double *value)
{
    if (PyFloat_CheckExact(object)) {
        *value = PyFloat_AS_DOUBLE(object);
        return 1;
    }
    int overflow = 0;
    long long whole = PyLong_CheckExact(object) ? PyLong_AsLongLongAndOverflow(object, &overflow) : 0;
    *value = (double)whole;
    return PyLong_CheckExact(object) && !overflow && -(1LL << 53) <= whole && whole <= (1LL << 53);
}

/* Whether an object is an array of one of the two dtypes all of whose elements are one number in memory. */
static int
is_spread(PyObject *object)
{
    if (!PyArray_CheckExact(object)) {
        return 0;
    }
    PyArrayObject *array = (PyArrayObject *)object;
    int dims = PyArray_NDIM(array);
    for (int i = 0; i < dims; i++) {
        if (PyArray_STRIDE(array, i)) {
            return 0;
        }
    }
    npy_intp size = size_of(array);
    return dims && (PyArray_DESCR(array) == float32 || PyArray_DESCR(array) == float64) && PyArray_ISALIGNED(array)
           && 0 < size && size <= MOST_ELEMENTS;
}

FORWARD(divided, 2)
{
    double divisor;
    if (!is_spread(arguments[0]) || !read_number(arguments[1], &divisor) || divisor == 0) {
        Py_RETURN_NOTIMPLEMENTED;
    }
    PyArrayObject *x = (PyArrayObject *)arguments[0], *made = new_like(x);
    npy_intp size = size_of(x);
    if (made != NULL && PyArray_DESCR(x) == float32) {
        float quotient = *(float *)PyArray_DATA(x) / (float)divisor, *to = PyArray_DATA(made);
        for (npy_intp i = 0; i < size; i++) {
            to[i] = quotient;
        }
    }
    else if (made != NULL) {
        double quotient = *(double *)PyArray_DATA(x) / divisor, *to = PyArray_DATA(made);
        for (npy_intp i = 0; i < size; i++) {
            to[i] = quotient;
        }
    }
    return unless_reported(made);
}

/* Of squares, and of their slopes: any number to the power of 1 is itself. */
#define SQUARES(name, of)                                                                                              \
    FORWARD(name, 2)                                                                                                   \
    {                                                                                                                  \
        double exponent;                                                                                               \
        if (!is_usual(arguments[0]) || PyArray_NDIM((PyArrayObject *)arguments[0]) == 0                                \
            || !read_number(arguments[1], &exponent) || exponent != 2) {                                               \
            Py_RETURN_NOTIMPLEMENTED;                                                                                  \
        }                                                                                                              \
        PyArrayObject *x = (PyArrayObject *)arguments[0], *made = new_like(x);                                         \
        npy_intp size = size_of(x);                                                                                    \
        if (made != NULL && PyArray_DESCR(x) == float32) {                                                             \
            const float *from = PyArray_DATA(x);                                                                       \
            float *to = PyArray_DATA(made);                                                                            \
            for (npy_intp i = 0; i < size; i++) {                                                                      \
                to[i] = from[i] * (of);                                                                                \
            }                                                                                                          \
        }                                                                                                              \
        else if (made != NULL) {                                                                                       \
            const double *from = PyArray_DATA(x);                                                                      \
            double *to = PyArray_DATA(made);                                                                           \
            for (npy_intp i = 0; i < size; i++) {                                                                      \
                to[i] = from[i] * (of);                                                                                \
            }                                                                                                          \
        }                                                                                                              \
        return unless_reported(made);                                                                                  \
    }

SQUARES(power_slope, 2)
SQUARES(pow_scalar, from[i])

FORWARD(scaled, 2)
{
    double factor;
    if (!PyArray_CheckExact(arguments[0]) || !read_number(arguments[1], &factor) || factor != 1) {
        Py_RETURN_NOTIMPLEMENTED;
    }
    return Py_NewRef(arguments[0]);
}

/* ---- Of signs ----------------------------------------------------------------------------------------------------- */

/* What is below 0, or not above it, is told by the bits of floats: of integers many are looked at at once, and the processor
   has nothing to report of what is no number. */
#define SIGNS(type, bits, infinity)                                                                                    \
    static inline bits is_below_##type(bits x)                                                                         \
    {                                                                                                                  \
        bits size = x & ~(bits)0 >> 1;                                                                                 \
        return (bits)(size != x) & (bits)(size != 0) & (bits)(size <= (bits)(infinity));                               \
    }                                                                                                                  \
                                                                                                                       \
    static void above_##type(const bits *x, npy_intp size, bits *to)                                                   \
    {                                                                                                                  \
        for (npy_intp i = 0; i < size; i++) {                                                                          \
            to[i] = x[i] & (is_below_##type(x[i]) - 1);                                                                \
        }                                                                                                              \
    }                                                                                                                  \
                                                                                                                       \
    /* Of a gradient, or where it is the same everywhere of that. */                                                   \
    static void where_above_##type(const bits *grad, int spreads, const bits *x, npy_intp size, bits *to)              \
    {                                                                                                                  \
        bits all = *grad;                                                                                              \
        for (npy_intp i = 0; i < size; i++) {                                                                          \
            bits is_zero = (bits)((bits)(x[i] << 1) == 0);                                                             \
            to[i] = (is_zero | is_below_##type(x[i])) - 1;                                                             \
        }                                                                                                              \
        for (npy_intp i = 0; spreads && i < size; i++) {                                                               \
            to[i] &= all;                                                                                              \
        }                                                                                                              \
        for (npy_intp i = 0; !spreads && i < size; i++) {                                                              \
            to[i] &= grad[i];                                                                                          \
        }                                                                                                              \
    }

#pragma GCC push_options
#pragma GCC optimize("O3")
SIGNS(float, npy_uint32, 0x7f800000)
SIGNS(double, npy_uint64, 0x7ff0000000000000)
#pragma GCC pop_options

FORWARD(relu, 1)
{
    PyArrayObject *x = (PyArrayObject *)arguments[0];
    if (!is_usual(arguments[0]) || PyArray_NDIM(x) == 0) {
        Py_RETURN_NOTIMPLEMENTED;
    }
    PyArrayObject *made = new_like(x);
    if (made != NULL && PyArray_DESCR(x) == float32) {
        above_float(PyArray_DATA(x), size_of(x), PyArray_DATA(made));
    }
    else if (made != NULL) {
        above_double(PyArray_DATA(x), size_of(x), PyArray_DATA(made));
    }
    return (PyObject *)made;
}

FORWARD(threshold_backward, 2)
{
    PyArrayObject *grad = (PyArrayObject *)arguments[0], *result = (PyArrayObject *)arguments[1];
    int spreads = is_spread(arguments[0]);
    if (!(spreads || is_usual(arguments[0])) || !is_usual(arguments[1]) || PyArray_NDIM(result) == 0
        || PyArray_DESCR(grad) != PyArray_DESCR(result) || !have_same_shape(grad, result)) {
        Py_RETURN_NOTIMPLEMENTED;
    }
    PyArrayObject *made = new_like(result);
    if (made != NULL && PyArray_DESCR(result) == float32) {
        where_above_float(PyArray_DATA(grad), spreads, PyArray_DATA(result), size_of(result), PyArray_DATA(made));
    }
    else if (made != NULL) {
        where_above_double(PyArray_DATA(grad), spreads, PyArray_DATA(result), size_of(result), PyArray_DATA(made));
    }
    return (PyObject *)made;
}
