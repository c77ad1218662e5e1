/* Sums of rows by vectors: gradwalk.engine.functions.row_sums says how. */

#include "row_sums.h"
#include "fused.h"

#include <fenv.h>
#include <math.h>

#define SUMS(type, lanes, fused, folds, how, with)                                                                     \
    SUM_OF_ROW(type, lanes, fused, folds, how, with)                                                                   \
                                                                                                                       \
    with static void sum_rows_##type##_##how(const type *x, const type *factor, npy_intp rows, npy_intp width, type *to) \
    {                                                                                                                  \
        for (npy_intp row = 0; row < rows; row++, x += width) {                                                        \
            to[row] = sum_of_row_##type##_##how(x, NULL, factor, width);                                               \
            factor = factor == NULL ? NULL : factor + width;                                                           \
        }                                                                                                              \
    }

#pragma GCC push_options
#pragma GCC optimize("O3")
SUMS(float, 8, __builtin_fmaf, 1, fused, FOR_FUSED)
SUMS(double, 4, __builtin_fma, 0, fused, FOR_FUSED)
SUMS(float, 8, __builtin_fmaf, 1, plain, )
SUMS(double, 4, __builtin_fma, 0, plain, )
#pragma GCC pop_options

/* (x, factor or None): the sums along the last dimension, which stays; None for what is unusual. */
PyObject *
sums_of_rows(PyObject *Py_UNUSED(module), PyObject *const *arguments, Py_ssize_t count)
{
    if (count != 2) {
        PyErr_SetString(PyExc_TypeError, "sums_of_rows() takes 2 arguments");
        return NULL;
    }
    PyArrayObject *x = (PyArrayObject *)arguments[0], *factor = (PyArrayObject *)arguments[1];
    int has_factor = arguments[1] != Py_None;
    if (!is_usual(arguments[0]) || PyArray_NDIM(x) == 0
        || (has_factor
            && (!is_usual(arguments[1]) || PyArray_DESCR(factor) != PyArray_DESCR(x) || !have_same_shape(x, factor)))) {
        Py_RETURN_NONE;
    }
    int dims = PyArray_NDIM(x);
    npy_intp shape[NPY_MAXDIMS], width = PyArray_DIM(x, dims - 1), rows = size_of(x) / width;
    memcpy(shape, PyArray_DIMS(x), sizeof(npy_intp) * dims);
    shape[dims - 1] = 1;
    PyArray_Descr *dtype = PyArray_DESCR(x);
    Py_INCREF(dtype);
    PyArrayObject *sums = (PyArrayObject *)PyArray_NewFromDescr(&PyArray_Type, dtype, dims, shape, NULL, NULL, 0, NULL);
    if (sums == NULL) {
        return NULL;
    }
    void *factors = has_factor ? PyArray_DATA(factor) : NULL;
    if (dtype == float32) {
        (IS_FUSED ? sum_rows_float_fused : sum_rows_float_plain)(PyArray_DATA(x), factors, rows, width, PyArray_DATA(sums));
    }
    else {
        (IS_FUSED ? sum_rows_double_fused : sum_rows_double_plain)(PyArray_DATA(x), factors, rows, width, PyArray_DATA(sums));
    }
    feclearexcept(FE_ALL_EXCEPT); /* of which nobody hears */
    return (PyObject *)sums;
}
