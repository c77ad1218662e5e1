#include "application.h"

#include "forwards.h"

/* Whether two arrays have the same strides. */
static int
lie_alike(PyArrayObject *a, PyArrayObject *b)
{
    return PyArray_NDIM(a) == PyArray_NDIM(b)
           && PyArray_CompareLists(PyArray_STRIDES(a), PyArray_STRIDES(b), PyArray_NDIM(a));
}

/* Whether an extent is 1. */
static int
has_single(PyArrayObject *array)
{
    for (int i = 0; i < PyArray_NDIM(array); i++) {
        if (PyArray_DIM(array, i) == 1) {
            return 1;
        }
    }
    return 0;
}

/* Whether an array lies row by row but for strides along single elements, which PyTorch gives a result anew. */
static int
steps_oddly(PyArrayObject *array)
{
    if (!PyArray_IS_C_CONTIGUOUS(array)) {
        return 0;
    }
    npy_intp step = PyArray_ITEMSIZE(array);
    for (int i = PyArray_NDIM(array) - 1; i >= 0; i--) {
        if (PyArray_STRIDE(array, i) != step) {
            return 1;
        }
        step *= PyArray_DIM(array, i);
    }
    return 0;
}

/* Whether the result may lie otherwise in memory than PyTorch's. */
static int
seems_reordered(const Application *self, PyArrayObject *first, PyArrayObject *result)
{
    switch (self->lies) {
    case ANYHOW:
        return 0;
    case IN_ROWS:
        return !(PyArray_IS_C_CONTIGUOUS(first) && PyArray_IS_C_CONTIGUOUS(result) && size_of(result));
    case AS_FIRST:
        return !lie_alike(first, result);
    case IN_ORDER:
        break;
    }
    if (PyArray_NDIM(result) < 2) {
        return 0;
    }
    if (self->compares) { /* truth values have strides of their own */
        return !(PyArray_IS_C_CONTIGUOUS(first) && size_of(result)) || has_single(first);
    }
    return !lie_alike(first, result) || steps_oddly(result);
}

/* Have a result laid as PyTorch's lies. */
static PyObject *
lay(const Application *self, const Operand *operands, PyObject *result)
{
    PyObject *arrays = PyTuple_New(self->operands);
    if (arrays == NULL) {
        return NULL;
    }
    for (int i = 0; i < self->operands; i++) {
        PyTuple_SET_ITEM(arrays, i, Py_NewRef(operands[i].array));
    }
    PyObject *laid = PyObject_CallFunctionObjArgs(self->lay, result, arrays, NULL);
    Py_DECREF(arrays);
    return laid;
}

static PyObject *
as_array(PyObject *result)
{
    return PyArray_CheckExact(result) ? Py_NewRef(result) : PyArray_FromAny(result, NULL, 0, 0, 0, NULL);
}

PyObject *
laid(const Application *self, const Operand *operands, PyObject *result)
{
    PyObject *array = as_array(result), *first = operands[0].array;
    if (array != NULL && PyArray_CheckExact(first)
        && seems_reordered(self, (PyArrayObject *)first, (PyArrayObject *)array)) {
        Py_SETREF(array, lay(self, operands, array));
    }
    return array;
}

/* Whether params are as they are by default. */
static int
are_default(const Application *self, PyObject *const *params)
{
    for (Py_ssize_t i = 0; i < PyTuple_GET_SIZE(self->defaults); i++) {
        if (params[i] != PyTuple_GET_ITEM(self->defaults, i)) {
            return 0;
        }
    }
    return 1;
}

const Expression *
forward_for(const Application *self, PyObject *const *params)
{
    return self->by_default.length && are_default(self, params) ? &self->by_default : &self->forward;
}

/* What the op's forward gives for arrays and params under its names. */
static Outcome
run_forward(const Application *self, const Operand *operands, PyObject *const *params, PyObject **result)
{
    PyObject *names[2 * MOST];
    int count = self->operands, all = count + (int)PyTuple_GET_SIZE(self->defaults);
    for (int i = 0; i < all; i++) {
        names[i] = i < count ? operands[i].array : params[i - count];
    }
    if (self->function == NULL) {
        return expression_run(forward_for(self, params), names, 0, result);
    }
    *result = call_at_once(self->at_once, self->function, names, all);
    return *result == NULL ? FAILED : COMPUTED;
}

Outcome
compute(const Application *self, const Operand *operands, PyObject *const *params, PyObject **result)
{
    Outcome outcome = run_forward(self, operands, params, result);
    if (outcome == FAILED && PyErr_ExceptionMatches(PyExc_Exception)) {
        PyErr_Clear();
        return UNUSUAL;
    }
    if (outcome != COMPUTED || PyTuple_CheckExact(*result)) {
        return outcome;
    }
    Py_SETREF(*result, as_array(*result));
    if (*result == NULL) {
        return FAILED;
    }
    if (self->function == NULL && !self->compares
        && PyArray_DESCR((PyArrayObject *)*result) != PyArray_DESCR((PyArrayObject *)operands[0].array)) {
        Py_CLEAR(*result);
        return UNUSUAL;
    }
    Py_SETREF(*result, laid(self, operands, *result));
    return *result == NULL ? FAILED : COMPUTED;
}
