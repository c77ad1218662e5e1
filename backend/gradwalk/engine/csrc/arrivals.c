#include "arrivals.h"

#include "fitting.h"
#include "queue.h"

PyObject *
held_by(PyObject *node, Py_ssize_t offset, const char *name)
{
    PyObject *held = SLOT(node, offset);
    if (held == NULL) {
        PyErr_SetString(PyExc_AttributeError, name);
        return NULL;
    }
    return Py_NewRef(held);
}

PyObject *
new_buffer(Py_ssize_t results)
{
    PyObject *buffer = PyList_New(results);
    for (Py_ssize_t i = 0; buffer != NULL && i < results; i++) {
        PyList_SET_ITEM(buffer, i, Py_NewRef(Py_None));
    }
    return buffer;
}

/* Whether PyTorch adds in place to a gradient: it is no view, nor one that the pass began with. */
static int
is_own(const Pass *self, PyObject *gradient)
{
    if (PyArray_CheckExact(gradient)) {
        if (PyArray_BASE((PyArrayObject *)gradient) != NULL) {
            return 0;
        }
    }
    else {
        PyObject *base = PyObject_GetAttrString(gradient, "base");
        if (base == NULL) {
            return -1;
        }
        Py_DECREF(base);
        if (base != Py_None) {
            return 0;
        }
    }
    for (Py_ssize_t i = 0; i < PyList_GET_SIZE(self->held); i++) {
        if (PyList_GET_ITEM(self->held, i) == gradient) {
            return 0;
        }
    }
    return 1;
}

/* Note that a gradient was added to the first one that had arrived at a node. */
static int
note_addition(const Pass *self, PyObject *node, PyObject *present)
{
    PyObject *before = PyDict_GetItemWithError(self->additions, node);
    if (before != NULL) {
        Py_INCREF(before);
    }
    else if (PyErr_Occurred()) {
        return -1;
    }
    else {
        before = PyDict_GET_SIZE(pass.times) ? PyObject_CallOneArg(pass.times_written, present)
                                             : Py_NewRef(engine.zero);
    }
    PyObject *now = before == NULL ? NULL : PyNumber_Add(before, engine.one);
    Py_XDECREF(before);
    int failed = now == NULL || PyDict_SetItem(self->additions, node, now) < 0;
    Py_XDECREF(now);
    return failed ? -1 : 0;
}

/* Add a gradient to what waits at a place of a node's buffer. */
static int
add_to(const Pass *self, PyObject *node, PyObject *buffer, Py_ssize_t nr, PyObject *gradient)
{
    PyObject *present = Py_NewRef(PyList_GET_ITEM(buffer, nr)), *sum = NULL;
    if (present == Py_None) {
        Py_DECREF(present);
        return PyList_SetItem(buffer, nr, Py_NewRef(gradient));
    }
    PyObject *operands[] = {present, gradient};
    if (step_run(&pass.add, operands, 1, &sum) == UNUSUAL) {
        sum = PyNumber_Add(present, gradient);
    }
    int failed = sum == NULL || PyList_SetItem(buffer, nr, sum) < 0;
    if (!failed && present != gradient) {
        int own = is_own(self, present);
        failed = own < 0 || (own && note_addition(self, node, present) < 0);
    }
    Py_DECREF(present);
    return failed ? -1 : 0;
}

int
count_down(const Pass *self, PyObject *node)
{
    PyObject *missing = PyDict_GetItemWithError(self->dependencies, node);
    if (missing == NULL) {
        if (!PyErr_Occurred()) {
            PyErr_SetObject(PyExc_KeyError, node);
        }
        return -1;
    }
    long left = PyLong_AsLong(missing) - 1;
    if (left < 1) {
        return PyErr_Occurred() ? -1 : queue_push(self->heap, node);
    }
    PyObject *now = PyLong_FromLong(left);
    int failed = now == NULL || PyDict_SetItem(self->dependencies, node, now) < 0;
    Py_XDECREF(now);
    return failed ? -1 : 0;
}

int
deliver(const Pass *self, PyObject *node, Py_ssize_t slot, PyObject *edge, PyObject **cotangent)
{
    PyObject *following = PyTuple_GET_ITEM(edge, 0), *buffer;
    Py_ssize_t nr = PyLong_AsSsize_t(PyTuple_GET_ITEM(edge, 1));
    if ((nr < 0 && PyErr_Occurred()) || !PyObject_TypeCheck(following, node_slots.type)) {
        PyErr_SetString(PyExc_TypeError, "an edge is a node and a number");
        return -1;
    }
    PyObject *given = held_by(following, node_slots.outputs, "outputs");
    PyObject *outputs = given == NULL ? NULL : PySequence_Fast(given, "outputs are a sequence");
    Py_XDECREF(given);
    if (outputs == NULL) {
        return -1;
    }
    int reshaped = 0;
    Py_ssize_t results = PySequence_Fast_GET_SIZE(outputs);
    if (*cotangent != NULL) {
        if (nr < 0 || nr >= results) {
            PyErr_SetString(PyExc_IndexError, "tuple index out of range");
            reshaped = -1;
        }
        else {
            reshaped = fit(cotangent, PySequence_Fast_GET_ITEM(outputs, nr), node, slot);
        }
    }
    Py_DECREF(outputs);
    if (reshaped < 0) {
        return -1;
    }
    buffer = PyDict_GetItemWithError(self->buffers, following);
    int failed = 0;
    if (buffer != NULL) {
        Py_INCREF(buffer);
    }
    else {
        buffer = PyErr_Occurred() ? NULL : new_buffer(results);
        failed = buffer == NULL || PyDict_SetItem(self->buffers, following, buffer) < 0;
    }
    if (!failed && *cotangent != NULL) {
        if (!PyList_CheckExact(buffer) || nr >= PyList_GET_SIZE(buffer)) {
            PyErr_SetString(PyExc_IndexError, "list index out of range");
            failed = 1;
        }
        else {
            failed = add_to(self, following, buffer, nr, *cotangent) < 0;
        }
    }
    Py_XDECREF(buffer);
    return failed || count_down(self, following) < 0 ? -1 : reshaped;
}
