#include "arrays.h"

PyArray_Descr *float32, *float64;

int
find_dtypes(void)
{
    float32 = PyArray_DescrFromType(NPY_FLOAT);
    float64 = PyArray_DescrFromType(NPY_DOUBLE);
    return float32 == NULL || float64 == NULL ? -1 : 0;
}

static PyObject *
new_expected(PyArrayObject *array)
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

#define BITS 6 /* of the places of what is known */
#define MOST_DIMS 4

/* What was said last of arrays that look so: many nodes can have the same. */
static struct {
    PyObject *expected; /* NULL as long as there is none */
    PyArray_Descr *dtype;
    int dims;
    npy_intp shape[MOST_DIMS];
} known[1 << BITS];

PyObject *
expected_of(PyArrayObject *array)
{
    PyArray_Descr *dtype = PyArray_DESCR(array);
    int dims = PyArray_NDIM(array);
    if (dims > MOST_DIMS || (dtype != float32 && dtype != float64)) {
        return new_expected(array);
    }
    const npy_intp *shape = PyArray_DIMS(array);
    unsigned long long hash = 2 * (unsigned long long)dims + (dtype == float64);
    for (int i = 0; i < dims; i++) {
        hash = hash * 1000003 + (unsigned long long)shape[i];
    }
    size_t place = (size_t)((hash * 0x9E3779B97F4A7C15ULL) >> (64 - BITS));
    int is_known = known[place].expected != NULL && known[place].dtype == dtype && known[place].dims == dims;
    for (int i = 0; is_known && i < dims; i++) {
        is_known = known[place].shape[i] == shape[i];
    }
    if (!is_known) {
        PyObject *expected = new_expected(array);
        if (expected == NULL) {
            return NULL;
        }
        Py_XSETREF(known[place].expected, expected);
        known[place].dtype = dtype;
        known[place].dims = dims;
        for (int i = 0; i < dims; i++) {
            known[place].shape[i] = shape[i];
        }
    }
    return Py_NewRef(known[place].expected);
}
