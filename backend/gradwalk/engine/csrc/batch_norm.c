/* Sums by channel, as PyTorch's batch normalisation adds them up: gradwalk.engine.batch_norm says how. */

#include "batch_norm.h"
#include "fused.h"

#include <fenv.h>
#include <math.h>

#define LANES 8 /* of a vector of 32 bytes */

/* ---- Rows of channels --------------------------------------------------------------------------------------------- */

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

/* An array of float32 of so many dimensions that lies in rows, or an error. */
static int
is_floats(PyObject *object, int dims)
{
    if (PyArray_CheckExact(object) && PyArray_TYPE((PyArrayObject *)object) == NPY_FLOAT
        && PyArray_NDIM((PyArrayObject *)object) == dims && PyArray_IS_C_CONTIGUOUS((PyArrayObject *)object)
        && PyArray_ISALIGNED((PyArrayObject *)object) && PyArray_ISNOTSWAPPED((PyArrayObject *)object)) {
        return 1;
    }
    PyErr_SetString(PyExc_TypeError, "these are arrays of float32 that lie in rows");
    return 0;
}

static int
fit(PyObject *x, PyObject *mean, PyObject *y, int dims)
{
    if (!is_floats(x, dims) || !is_floats(mean, 1) || (y != Py_None && !is_floats(y, dims))) {
        return 0;
    }
    npy_intp *shape = PyArray_DIMS((PyArrayObject *)x);
    if (PyArray_DIM((PyArrayObject *)mean, 0) != shape[1]
        || (y != Py_None && !PyArray_CompareLists(shape, PyArray_DIMS((PyArrayObject *)y), dims))) {
        PyErr_SetString(PyExc_ValueError, "these arrays are of other shapes");
        return 0;
    }
    return 1;
}

PyObject *
products_of_rows(PyObject *Py_UNUSED(module), PyObject *const *arguments, Py_ssize_t count)
{
    if (count != 3) {
        PyErr_SetString(PyExc_TypeError, "products_of_rows() takes 3 arguments");
        return NULL;
    }
    PyArrayObject *x = (PyArrayObject *)arguments[0], *mean = (PyArrayObject *)arguments[1];
    if (!fit(arguments[0], arguments[1], arguments[2], 2)) {
        return NULL;
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

/* ---- Images of a channel each ------------------------------------------------------------------------------------- */

/* The sum of what the lanes of a vector have. */
static inline float
across(const float *lanes)
{
    float pairs[LANES / 2];
    for (int i = 0; i < LANES / 2; i++) {
        pairs[i] = lanes[i] + lanes[i + LANES / 2];
    }
    return (pairs[0] + pairs[2]) + (pairs[1] + pairs[3]);
}

#define ADD_IMAGE(name)                                                                                                \
    static double name(const float *x, float mean, const float *y, npy_intp size)                                      \
    {                                                                                                                  \
        float lanes[LANES] = {0};                                                                                      \
        npy_intp first = size < LANES ? size : LANES, done = first;                                                    \
        for (npy_intp i = 0; i < first; i++) {                                                                         \
            lanes[i] = x == NULL ? y[i] : (x[i] - mean) * y[i];                                                        \
        }                                                                                                              \
        if (size < LANES) {                                                                                            \
            float sum = lanes[0];                                                                                      \
            for (npy_intp i = 1; i < size; i++) {                                                                      \
                sum += lanes[i];                                                                                       \
            }                                                                                                          \
            return sum;                                                                                                \
        }                                                                                                              \
        for (; done < size - size % LANES; done += LANES) {                                                            \
            for (int i = 0; i < LANES; i++) {                                                                          \
                lanes[i] += x == NULL ? y[done + i] : (x[done + i] - mean) * y[done + i];                              \
            }                                                                                                          \
        }                                                                                                              \
        for (npy_intp i = 0; done + i < size; i++) {                                                                   \
            float of_y = y[done + i];                                                                                  \
            lanes[i] = x == NULL ? lanes[i] + of_y : __builtin_fmaf(x[done + i] - mean, of_y, lanes[i]);               \
        }                                                                                                              \
        return across(lanes);                                                                                          \
    }

#pragma GCC push_options
#pragma GCC optimize("O3,no-trapping-math,no-math-errno")
FOR_FUSED ADD_IMAGE(add_image_fused)
ADD_IMAGE(add_image_plain)
#pragma GCC pop_options

PyObject *
sums_of_images(PyObject *Py_UNUSED(module), PyObject *const *arguments, Py_ssize_t count)
{
    if (count != 3) {
        PyErr_SetString(PyExc_TypeError, "sums_of_images() takes 3 arguments");
        return NULL;
    }
    PyObject *x = arguments[0], *mean = arguments[1], *y = arguments[2];
    if (x == Py_None ? !is_floats(y, 3) : !fit(y, mean, x, 3)) {
        return NULL;
    }
    npy_intp *shape = PyArray_DIMS((PyArrayObject *)y), images = shape[0], channels = shape[1], size = shape[2];
    PyObject *sums = PyArray_ZEROS(1, &channels, NPY_DOUBLE, 0);
    for (npy_intp place = 0; sums != NULL && size > 0 && place < images * channels; place++) {
        npy_intp channel = place % channels;
        const float *of_x = x == Py_None ? NULL : (float *)PyArray_DATA((PyArrayObject *)x) + place * size;
        float less = x == Py_None ? 0 : ((float *)PyArray_DATA((PyArrayObject *)mean))[channel];
        ((double *)PyArray_DATA((PyArrayObject *)sums))[channel] += (IS_FUSED ? add_image_fused : add_image_plain)(
            of_x, less, (float *)PyArray_DATA((PyArrayObject *)y) + place * size, size);
    }
    feclearexcept(FE_ALL_EXCEPT);
    return sums;
}
