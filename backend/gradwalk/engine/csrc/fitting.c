#include "fitting.h"

#include "arrays.h"
#include "pass.h"

/* The dimensions of an exact array or of one of numpy's scalars; -1 of anything else. */
static int
look(PyObject *object, npy_intp **extents, PyArray_Descr **dtype)
{
    if (PyArray_CheckExact(object)) {
        *extents = PyArray_DIMS((PyArrayObject *)object);
        *dtype = PyArray_DESCR((PyArrayObject *)object);
        return PyArray_NDIM((PyArrayObject *)object);
    }
    *dtype = dtype_of_scalar(object);
    return *dtype == NULL ? -1 : 0;
}

/* A shape's extents; 0 if it is none that arrays have. */
static int
read_shape(PyObject *shape, npy_intp *extents)
{
    if (!PyTuple_CheckExact(shape) || PyTuple_GET_SIZE(shape) > NPY_MAXDIMS) {
        return 0;
    }
    for (Py_ssize_t i = 0; i < PyTuple_GET_SIZE(shape); i++) {
        extents[i] = PyLong_AsSsize_t(PyTuple_GET_ITEM(shape, i));
        if (extents[i] < 0) {
            PyErr_Clear();
            return 0;
        }
    }
    return 1;
}

/* functions.sums.sum_to_size: sum an array of the usual kind over the dimensions along which it was broadcast. A new
   reference; NULL without an exception if it was not. */
static PyObject *
sum_to(PyArrayObject *array, const npy_intp *extents, int dims, PyObject *shape)
{
    int lead = PyArray_NDIM(array) - dims, summed = lead;
    npy_intp along[NPY_MAXDIMS];
    if (lead < 0) {
        return NULL;
    }
    for (int i = 0; i < lead; i++) {
        along[i] = i;
    }
    for (int i = 0; i < dims; i++) {
        if (extents[i] != PyArray_DIM(array, lead + i)) {
            if (extents[i] != 1) {
                return NULL;
            }
            along[summed++] = lead + i;
        }
    }
    PyObject *axes = dims ? PyArray_IntTupleFromIntp(summed, along) : Py_NewRef(Py_None);
    static PyObject *words;
    if (words == NULL) {
        words = Py_BuildValue("(ss)", "axis", "keepdims");
    }
    if (axes == NULL || words == NULL) {
        Py_XDECREF(axes);
        return NULL;
    }
    PyObject *arguments[] = {(PyObject *)array, axes, dims ? Py_True : Py_False};
    PyObject *sum = PyObject_Vectorcall(pass.reduce, arguments, 1, words);
    Py_DECREF(axes);
    if (sum != NULL && dims == 0) {
        Py_SETREF(sum, PyArray_FromAny(sum, (PyArray_Descr *)Py_NewRef(PyArray_DESCR(array)), 0, 0, 0, NULL));
    }
    else if (sum != NULL && lead) {
        Py_SETREF(sum, PyObject_CallMethod(sum, "reshape", "(O)", shape));
    }
    return sum;
}

/* Whether an object's shape is another. */
static int
is_of_other_shape(PyObject *object, PyObject *shape)
{
    PyObject *own = PyObject_GetAttrString(object, "shape");
    int differs = own == NULL ? -1 : PyObject_RichCompareBool(own, shape, Py_NE);
    Py_XDECREF(own);
    return differs;
}

int
fit(PyObject **cotangent, PyObject *expected, PyObject *node, Py_ssize_t slot)
{
    if (!PyTuple_Check(expected) || PyTuple_GET_SIZE(expected) != 2) {
        PyErr_SetString(PyExc_TypeError, "what is expected is a shape and a dtype");
        return -1;
    }
    PyObject *shape = PyTuple_GET_ITEM(expected, 0), *fitted = NULL;
    npy_intp *own = NULL, extents[NPY_MAXDIMS];
    PyArray_Descr *dtype;
    int dims = look(*cotangent, &own, &dtype), differs;
    if (dims >= 0 && (PyObject *)dtype == PyTuple_GET_ITEM(expected, 1) && read_shape(shape, extents)) {
        int wanted = (int)PyTuple_GET_SIZE(shape);
        if (dims == wanted && PyArray_CompareLists(own, extents, dims)) {
            return 0;
        }
        differs = 1;
        if (is_usual(*cotangent) && dims) {
            fitted = sum_to((PyArrayObject *)*cotangent, extents, wanted, shape);
        }
    }
    else {
        differs = is_of_other_shape(*cotangent, shape);
    }
    if (differs < 0 || (fitted == NULL && PyErr_Occurred())) {
        return -1;
    }
    if (fitted == NULL) {
        fitted = PyObject_CallFunction(pass.fit, "OOOn", *cotangent, expected, node, slot);
        if (fitted == NULL) {
            return -1;
        }
    }
    Py_SETREF(*cotangent, fitted);
    return differs;
}
