/* Rows less their mean, over their spread, and what that passes back: gradwalk.engine.functions.row_norms says how, and
   why in this order. */

#include "row_norms.h"

#include "by_dtype.h"
#include "moments.h"
#include "row_sums.h"

#include <math.h>

typedef struct {
    npy_intp count, width;
} Rows;

/* The functions for one type, whose vectors have so many numbers; `how` with fused multiply-adds or C's own. */
#define NORMS(type, lanes, fused, root, folds, how, with)                                                              \
    MOMENTS(type, lanes, fused, how, with)                                                                             \
                                                                                                                       \
    with static void normalize_##type##_##how(const type *x, const type *weight, const type *bias, double eps,         \
                                              Rows rows, type *to, type *mean, type *inverse)                          \
    {                                                                                                                  \
        for (npy_intp row = 0; row < rows.count; row++, x += rows.width, to += rows.width) {                           \
            type variance;                                                                                             \
            moments_##type##_##how(x, rows.width, &mean[row], &variance);                                              \
            inverse[row] = 1 / root(variance + (type)eps);                                                             \
            for (npy_intp i = 0; i < rows.width; i++) {                                                                \
                type centred = x[i] - mean[row], shift = bias == NULL ? 0 : bias[i]; /* added: it makes 0 of -0 */     \
                to[i] = weight == NULL ? fused(centred, inverse[row], shift)                                           \
                                       : fused(centred * inverse[row], weight[i], shift);                              \
            }                                                                                                          \
        }                                                                                                              \
    }                                                                                                                  \
                                                                                                                       \
    SUM_OF_ROW(type, lanes, fused, folds, how, with)                                                                   \
                                                                                                                       \
    with static void pass_back_##type##_##how(const type *grad, const type *x, const type *mean, const type *inverse,  \
                                              const type *weight, Rows rows, type *to)                                 \
    {                                                                                                                  \
        type share = (type)1 / (type)rows.width;                                                                       \
        for (npy_intp row = 0; row < rows.count; row++, grad += rows.width, x += rows.width, to += rows.width) {       \
            type along = weight == NULL ? sum_of_row_##type##_##how(grad, NULL, x, rows.width)                         \
                                        : sum_of_row_##type##_##how(grad, x, weight, rows.width);                      \
            type total = sum_of_row_##type##_##how(grad, NULL, weight, rows.width), over = inverse[row];               \
            type slope = fused(total, mean[row], -along) * over * over * over * share;                                 \
            type shift = fused(-slope, mean[row], -(total * over * share));                                            \
            for (npy_intp i = 0; i < rows.width; i++) {                                                                \
                type direct = weight == NULL ? over * grad[i] : over * grad[i] * weight[i];                            \
                to[i] = fused(slope, x[i], direct) + shift;                                                            \
            }                                                                                                          \
        }                                                                                                              \
    }                                                                                                                  \
                                                                                                                       \
    with static void gather_##type##_##how(const type *grad, const type *x, const type *mean, const type *inverse,     \
                                           Rows rows, type *to)                                                        \
    {                                                                                                                  \
        for (npy_intp i = 0; i < rows.width; i++) {                                                                    \
            to[i] = 0;                                                                                                 \
        }                                                                                                              \
        for (npy_intp row = 0; row < rows.count; row++, grad += rows.width, x += rows.width) {                         \
            type over = inverse[row], shift = -over * mean[row];                                                       \
            for (npy_intp i = 0; i < rows.width; i++) {                                                                \
                to[i] = fused(grad[i], fused(over, x[i], shift), to[i]);                                               \
            }                                                                                                          \
        }                                                                                                              \
    }
#define NOTHING

#pragma GCC push_options
#pragma GCC optimize("O3")
NORMS(float, 8, __builtin_fmaf, sqrtf, 1, fused, FOR_FUSED)
NORMS(double, 4, __builtin_fma, sqrt, 0, fused, FOR_FUSED)
NORMS(float, 8, __builtin_fmaf, sqrtf, 1, plain, NOTHING)
NORMS(double, 4, __builtin_fma, sqrt, 0, plain, NOTHING)
#pragma GCC pop_options

/* Whether an object is a matrix with numbers in it, and then of which size and dtype. */
static int
is_of_rows(PyObject *object, Rows *rows, PyArray_Descr **dtype)
{
    if (!is_in_rows(object) || PyArray_NDIM((PyArrayObject *)object) != 2) {
        return 0;
    }
    PyArrayObject *array = (PyArrayObject *)object;
    rows->count = PyArray_DIM(array, 0);
    rows->width = PyArray_DIM(array, 1);
    *dtype = PyArray_DESCR(array);
    return rows->count > 0 && rows->width > 0;
}

static PyObject *
fresh(PyArray_Descr *dtype, int dims, npy_intp rows, npy_intp columns)
{
    npy_intp shape[] = {rows, columns};
    Py_INCREF(dtype);
    return PyArray_NewFromDescr(&PyArray_Type, dtype, dims, dims == 2 ? shape : shape + 1, NULL, NULL, 0, NULL);
}

/* (x, weight or None, bias or None, eps): the rows, their means, and one over their spreads; None for what is unusual. */
PyObject *
normalized_rows(PyObject *Py_UNUSED(module), PyObject *const *arguments, Py_ssize_t count)
{
    Rows rows;
    PyArray_Descr *dtype;
    if (count != 4 || !is_of_rows(arguments[0], &rows, &dtype) || !fits(arguments[1], dtype, rows.width, 1)
        || !fits(arguments[2], dtype, rows.width, 1) || !PyFloat_CheckExact(arguments[3])) {
        Py_RETURN_NONE;
    }
    PyObject *unit = fresh(dtype, 2, rows.count, rows.width), *mean = fresh(dtype, 2, rows.count, 1);
    PyObject *inverse = fresh(dtype, 2, rows.count, 1), *found = NULL;
    if (unit != NULL && mean != NULL && inverse != NULL) {
        DISPATCH(normalize, dtype, DATA(arguments[0]), DATA_OR_NULL(arguments[1]), DATA_OR_NULL(arguments[2]),
                 PyFloat_AS_DOUBLE(arguments[3]), rows, DATA(unit), DATA(mean), DATA(inverse));
        found = PyTuple_Pack(3, unit, mean, inverse);
    }
    Py_XDECREF(unit);
    Py_XDECREF(mean);
    Py_XDECREF(inverse);
    return found;
}

/* Whether there are a cotangent of rows, the rows, their means and one over their spreads. */
static int
are_of_rows(PyObject *const *arguments, Rows *rows, PyArray_Descr **dtype)
{
    return is_of_rows(arguments[1], rows, dtype) && fits(arguments[0], *dtype, rows->count * rows->width, 0)
           && fits(arguments[2], *dtype, rows->count, 0) && fits(arguments[3], *dtype, rows->count, 0);
}

/* (grad, x, mean, inverse, weight or None): the cotangent of the rows; None for what is unusual. */
PyObject *
cotangents_of_rows(PyObject *Py_UNUSED(module), PyObject *const *arguments, Py_ssize_t count)
{
    Rows rows;
    PyArray_Descr *dtype;
    if (count != 5 || !are_of_rows(arguments, &rows, &dtype) || !fits(arguments[4], dtype, rows.width, 1)) {
        Py_RETURN_NONE;
    }
    PyObject *found = fresh(dtype, 2, rows.count, rows.width);
    if (found != NULL) {
        DISPATCH(pass_back, dtype, DATA(arguments[0]), DATA(arguments[1]), DATA(arguments[2]), DATA(arguments[3]),
                 DATA_OR_NULL(arguments[4]), rows, DATA(found));
    }
    return found;
}

/* (grad, x, mean, inverse): the cotangent of the scale; None for what is unusual. */
PyObject *
cotangent_of_scale(PyObject *Py_UNUSED(module), PyObject *const *arguments, Py_ssize_t count)
{
    Rows rows;
    PyArray_Descr *dtype;
    if (count != 4 || !are_of_rows(arguments, &rows, &dtype)) {
        Py_RETURN_NONE;
    }
    PyObject *found = fresh(dtype, 1, 1, rows.width);
    if (found != NULL) {
        DISPATCH(gather, dtype, DATA(arguments[0]), DATA(arguments[1]), DATA(arguments[2]), DATA(arguments[3]), rows,
                 DATA(found));
    }
    return found;
}
