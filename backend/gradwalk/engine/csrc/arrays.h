/* numpy, as all files of the core see it, and which arrays are of the usual kind. */

#ifndef GRADWALK_ARRAYS_H
#define GRADWALK_ARRAYS_H

#define PY_SSIZE_T_CLEAN
#include <Python.h>

#define NPY_NO_DEPRECATED_API NPY_2_0_API_VERSION
#define PY_ARRAY_UNIQUE_SYMBOL gradwalk_engine_array_api
#define PY_UFUNC_UNIQUE_SYMBOL gradwalk_engine_ufunc_api
#ifndef GRADWALK_IMPORTS_NUMPY
#define NO_IMPORT_ARRAY
#define NO_IMPORT_UFUNC
#endif
#include <numpy/arrayobject.h>
#include <numpy/arrayscalars.h>
#include <numpy/ufuncobject.h>

#define MOST_ELEMENTS (1 << 22) /* beyond them numpy's own care of memory pays */

/* The two dtypes, numpy's own objects. */
extern PyArray_Descr *float32, *float64;

int find_dtypes(void);

/* ((shape, dtype),) of an array: what gradients for it must look like (gradwalk.engine.graph.expected). */
PyObject *expected_of(PyArrayObject *array);

/* PyArray_SIZE, which is a call. */
static inline npy_intp
size_of(PyArrayObject *array)
{
    int dims = PyArray_NDIM(array);
    const npy_intp *shape = PyArray_DIMS(array);
    return dims == 1 ? shape[0] : dims == 0 ? 1 : PyArray_MultiplyList(shape, dims);
}

/* Whether an object is an array of one of the two dtypes that lies row by row. */
static inline int
is_in_rows(PyObject *object)
{
    if (!PyArray_CheckExact(object)) {
        return 0;
    }
    PyArray_Descr *dtype = PyArray_DESCR((PyArrayObject *)object);
    return (dtype == float32 || dtype == float64)
           && PyArray_CHKFLAGS((PyArrayObject *)object, NPY_ARRAY_C_CONTIGUOUS | NPY_ARRAY_ALIGNED);
}

/* Whether an object is an array of the usual kind: such a one, neither empty nor large. */
static inline int
is_usual(PyObject *object)
{
    if (!is_in_rows(object)) {
        return 0;
    }
    npy_intp size = size_of((PyArrayObject *)object);
    return 0 < size && size <= MOST_ELEMENTS;
}

/* The dtype of one of numpy's scalars, if it is one of the two; else NULL. */
static inline PyArray_Descr *
dtype_of_scalar(PyObject *object)
{
    return Py_IS_TYPE(object, &PyFloatArrType_Type)    ? float32
           : Py_IS_TYPE(object, &PyDoubleArrType_Type) ? float64
                                                       : NULL;
}

static inline int
have_same_shape(PyArrayObject *a, PyArrayObject *b)
{
    int dims = PyArray_NDIM(a);
    if (PyArray_NDIM(b) != dims) {
        return 0;
    }
    for (int i = 0; i < dims; i++) {
        if (PyArray_DIM(a, i) != PyArray_DIM(b, i)) {
            return 0;
        }
    }
    return 1;
}

#endif
