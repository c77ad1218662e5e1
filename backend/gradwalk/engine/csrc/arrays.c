#include "arrays.h"

PyArray_Descr *float32, *float64;

int
find_dtypes(void)
{
    float32 = PyArray_DescrFromType(NPY_FLOAT);
    float64 = PyArray_DescrFromType(NPY_DOUBLE);
    return float32 == NULL || float64 == NULL ? -1 : 0;
}

PyObject *
expected_of(PyArrayObject *array)
{
    PyObject *shape = PyArray_IntTupleFromIntp(PyArray_NDIM(array), PyArray_DIMS(array));
    if (shape == NULL) {
        return NULL;
    }
    PyObject *pair = PyTuple_Pack(2, shape, (PyObject *)PyArray_DESCR(array));
    Py_DECREF(shape);
    if (pair == NULL) {
        return NULL;
    }
    PyObject *outputs = PyTuple_Pack(1, pair);
    Py_DECREF(pair);
    return outputs;
}
