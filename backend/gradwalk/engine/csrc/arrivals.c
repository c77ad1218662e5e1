#include "arrivals.h"

#include "fitting.h"
#include "queue.h"
#include "reports.h"

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

/* How often a first gradient was written before; -1 with an exception. */
static long
written_before(PyObject *present)
{
    PyObject *times = PyDict_GET_SIZE(pass.times) ? PyObject_CallOneArg(pass.times_written, present) : NULL;
    long before = times == NULL ? 0 : PyLong_AsLong(times);
    Py_XDECREF(times);
    return PyErr_Occurred() ? -1 : before;
}

/* Note that a gradient was added to the first one that had arrived at a node. */
static int
note_addition(const Pass *self, PyObject *node, Wait *wait, PyObject *present)
{
    PyObject *known = wait == NULL ? PyDict_GetItemWithError(self->additions, node) : NULL;
    long before = wait != NULL ? wait->additions : known != NULL ? PyLong_AsLong(known) : -1;
    if (before < 0) {
        before = PyErr_Occurred() ? -1 : written_before(present);
        if (before < 0) {
            return -1;
        }
    }
    if (wait != NULL) {
        wait->additions = (int)before + 1;
        return 0;
    }
    PyObject *now = PyLong_FromLong(before + 1);
    int failed = now == NULL || PyDict_SetItem(self->additions, node, now) < 0;
    Py_XDECREF(now);
    return failed ? -1 : 0;
}

/* Whether a gradient is nobody's but the pass's, so that another can be added to it in its place. */
static int
is_unshared(const Pass *self, PyObject *gradient)
{
    return Py_REFCNT(gradient) == 1 && self->watcher == NULL && PyArray_CheckExact(gradient)
           && PyArray_BASE((PyArrayObject *)gradient) == NULL
           && PyArray_CHKFLAGS((PyArrayObject *)gradient, NPY_ARRAY_OWNDATA | NPY_ARRAY_WRITEABLE)
           && PyDict_GET_SIZE(pass.times) == 0 && are_reports_ours();
}

/* The sum of a gradient that waits for a node and another; NULL with an exception. */
static PyObject *
sum_of(const Pass *self, PyObject *node, Wait *wait, PyObject *present, PyObject *gradient)
{
    PyObject *operands[] = {present, gradient}, *sum = NULL;
    if (is_unshared(self, present) && step_writes(&pass.add, operands, (PyArrayObject *)present)) {
        sum = Py_NewRef(present);
    }
    else if (step_run(&pass.add, operands, 1, &sum) == UNUSUAL) {
        is_computing++;
        sum = PyNumber_Add(present, gradient);
        is_computing--;
    }
    if (sum != NULL && present != gradient) {
        int own = is_own(self, present);
        if (own < 0 || (own && note_addition(self, node, wait, present) < 0)) {
            Py_CLEAR(sum);
        }
    }
    return sum;
}

/* Add a gradient to what waits at a place of a node's buffer. */
static int
add_to(const Pass *self, PyObject *node, Wait *wait, PyObject *buffer, Py_ssize_t nr, PyObject *gradient)
{
    if (!PyList_CheckExact(buffer) || nr >= PyList_GET_SIZE(buffer)) {
        PyErr_SetString(PyExc_IndexError, "list index out of range");
        return -1;
    }
    PyObject *present = Py_NewRef(PyList_GET_ITEM(buffer, nr));
    PyObject *now = present == Py_None ? Py_NewRef(gradient) : sum_of(self, node, wait, present, gradient);
    Py_DECREF(present);
    return now == NULL ? -1 : PyList_SetItem(buffer, nr, now);
}

/* Add a gradient to the only one that waits. */
static int
add_to_only(const Pass *self, Wait *wait, PyObject *gradient)
{
    if (wait->gradients == NULL) {
        wait->gradients = Py_NewRef(gradient);
        return 0;
    }
    PyObject *sum = sum_of(self, wait->node, wait, wait->gradients, gradient);
    if (sum == NULL) {
        return -1;
    }
    Py_SETREF(wait->gradients, sum);
    return 0;
}

static int
count_down_wait(const Pass *self, Wait *wait)
{
    if (wait->missing < 2) {
        return queue_push(self->heap, wait->node);
    }
    wait->missing--;
    return 0;
}

int
count_down(const Pass *self, PyObject *node)
{
    if (self->waits != NULL) {
        Wait *wait = wait_of(self->waits, node);
        return wait == NULL ? -1 : count_down_wait(self, wait);
    }
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

/* A cotangent, or none, has come along an edge to a node. */
static int
arrive(const Pass *self, PyObject *node, Py_ssize_t results, Py_ssize_t nr, PyObject *cotangent)
{
    Wait *wait = wait_of(self->waits, node);
    if (wait == NULL) {
        return -1;
    }
    if (!wait->is_begun && results != 1) {
        wait->gradients = new_buffer(results);
        if (wait->gradients == NULL) {
            return -1;
        }
        wait->is_list = 1;
    }
    wait->is_begun = 1;
    int failed = cotangent == NULL ? 0
                 : wait->is_list   ? add_to(self, node, wait, wait->gradients, nr, cotangent)
                                   : add_to_only(self, wait, cotangent);
    return failed ? -1 : count_down_wait(self, wait);
}

static int
arrive_in_dictionaries(const Pass *self, PyObject *node, Py_ssize_t results, Py_ssize_t nr, PyObject *cotangent)
{
    PyObject *buffer = PyDict_GetItemWithError(self->buffers, node);
    int failed = 0;
    if (buffer != NULL) {
        Py_INCREF(buffer);
    }
    else {
        buffer = PyErr_Occurred() ? NULL : new_buffer(results);
        failed = buffer == NULL || PyDict_SetItem(self->buffers, node, buffer) < 0;
    }
    failed = failed || (cotangent != NULL && add_to(self, node, NULL, buffer, nr, cotangent) < 0);
    Py_XDECREF(buffer);
    return failed ? -1 : count_down(self, node);
}

int
deliver(const Pass *self, PyObject *node, Py_ssize_t slot, PyObject *edge, PyObject **cotangent)
{
    PyObject *following = PyTuple_GET_ITEM(edge, 0);
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
    int failed = self->waits != NULL ? arrive(self, following, results, nr, *cotangent)
                                     : arrive_in_dictionaries(self, following, results, nr, *cotangent);
    return failed ? -1 : reshaped;
}

int
take_arrived(const Pass *self, PyObject *node, Arrived *arrived)
{
    *arrived = (Arrived){0};
    if (self->waits != NULL) {
        Wait *wait = wait_of(self->waits, node);
        if (wait == NULL || !wait->is_begun) {
            if (wait != NULL) {
                PyErr_SetObject(PyExc_KeyError, node);
            }
            return -1;
        }
        *(wait->is_list ? &arrived->list : &arrived->only) = wait->gradients;
        wait->gradients = NULL;
        wait->is_begun = wait->is_list = 0;
        return 0;
    }
    arrived->list = PyDict_GetItemWithError(self->buffers, node);
    if (arrived->list == NULL) {
        if (!PyErr_Occurred()) {
            PyErr_SetObject(PyExc_KeyError, node);
        }
        return -1;
    }
    Py_INCREF(arrived->list);
    if (PyDict_DelItem(self->buffers, node) == 0) {
        if (PyList_CheckExact(arrived->list)) {
            return 0;
        }
        PyErr_SetString(PyExc_TypeError, "gradients are a list");
    }
    Py_CLEAR(arrived->list);
    return -1;
}

void
let_go_of_arrived(Arrived *arrived)
{
    Py_CLEAR(arrived->list);
    Py_CLEAR(arrived->only);
}

PyObject *
list_arrived(Arrived *arrived)
{
    if (arrived->list == NULL) {
        arrived->list = new_buffer(1);
        if (arrived->list != NULL && arrived->only != NULL) {
            PyList_SetItem(arrived->list, 0, arrived->only);
            arrived->only = NULL;
        }
    }
    return arrived->list;
}

long
additions_to(const Pass *self, PyObject *node)
{
    if (self->waits != NULL) {
        Wait *wait = wait_of(self->waits, node);
        return wait == NULL ? -1 : wait->additions < 0 ? 0 : wait->additions;
    }
    PyObject *additions = PyDict_GetItemWithError(self->additions, node);
    return additions != NULL ? PyLong_AsLong(additions) : PyErr_Occurred() ? -1 : 0;
}

int
begin_at(const Pass *self, PyObject *node, Py_ssize_t nr, PyObject *gradient)
{
    return arrive(self, node, PyTuple_GET_SIZE(SLOT(node, node_slots.outputs)), nr, gradient);
}
