/* Sums by channel, as PyTorch's batch normalisation adds them up: gradwalk.engine.functions.batch_norm says how. */

#include "batch_norm.h"
#include "fused.h"

#include <fenv.h>

#define ADD_ROWS(name)                                                                                                 \
    static void name(const float *x, const float *mean, const float *y, float *sums, npy_intp rows, npy_intp width)    \
    {                                                                                                                  \
        memset(sums, 0, sizeof(float) * width);                                                                        \
        for (npy_intp row = 0; row < rows; row++, x += width, y += y == NULL ? 0 : width) {                            \
            for (npy_intp i = 0; i < width; i++) {                                                                     \
                float centred = x[i] - mean[i];                                                                        \
                sums[i] = __builtin_fmaf(centred, y == NULL ? centred : y[i], sums[i]);                                \
            }                                                                                                          \
        }                                                                                                              \
    }

#pragma GCC push_options
#pragma GCC optimize("O3,no-trapping-math,no-math-errno")
FOR_FUSED ADD_ROWS(add_rows_fused)
ADD_ROWS(add_rows_plain)
#pragma GCC pop_options

/* Whether an object is an array of float32 of so many dimensions that lies in rows. */
static int
is_floats(PyObject *object, int dims)
{
    return is_in_rows(object) && PyArray_DESCR((PyArrayObject *)object) == float32
           && PyArray_NDIM((PyArrayObject *)object) == dims;
}

PyObject *
products_of_rows(PyObject *Py_UNUSED(module), PyObject *const *arguments, Py_ssize_t count)
{
    if (count != 3) {
        PyErr_SetString(PyExc_TypeError, "products_of_rows() takes 3 arguments");
        return NULL;
    }
    PyArrayObject *x = (PyArrayObject *)arguments[0], *mean = (PyArrayObject *)arguments[1];
    if (!is_floats(arguments[0], 2) || !is_floats(arguments[1], 1) || PyArray_DIM(mean, 0) != PyArray_DIM(x, 1)
        || (arguments[2] != Py_None
            && (!is_floats(arguments[2], 2) || !have_same_shape(x, (PyArrayObject *)arguments[2])))) {
        Py_RETURN_NONE;
    }
    PyObject *sums = PyArray_SimpleNew(1, PyArray_DIMS(mean), NPY_FLOAT);
    if (sums != NULL) {
        const float *y = arguments[2] == Py_None ? NULL : PyArray_DATA((PyArrayObject *)arguments[2]);
        (IS_FUSED ? add_rows_fused : add_rows_plain)(PyArray_DATA(x), PyArray_DATA(mean), y,
                                                     PyArray_DATA((PyArrayObject *)sums), PyArray_DIM(x, 0),
                                                     PyArray_DIM(x, 1));
        feclearexcept(FE_ALL_EXCEPT); /* of which nobody hears */
    }
    return sums;
}
