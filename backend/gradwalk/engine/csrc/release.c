#include "release.h"

#include "pass.h"

/* Put something else into a slot of a node. */
static void
put(PyObject *node, Py_ssize_t offset, PyObject *value)
{
    Py_XSETREF(SLOT(node, offset), Py_NewRef(value));
}

/* The node's own method. */
static int
release_otherwise(PyObject *node)
{
    PyObject *answer = PyObject_CallMethod(node, "release", NULL);
    int released = answer == NULL ? -1 : PyObject_IsTrue(answer);
    Py_XDECREF(answer);
    return released;
}

/* What is kept without its tensors, each of which is three parts at one of these places; NULL with an exception. */
static PyObject *
without_tensors(PyObject *kept, PyObject *places)
{
    PyObject *rest = PySequence_List(kept);
    for (Py_ssize_t i = 0; rest != NULL && i < PyTuple_GET_SIZE(places); i++) {
        Py_ssize_t place = PyLong_AsSsize_t(PyTuple_GET_ITEM(places, i));
        for (Py_ssize_t part = place; part < place + 3; part++) {
            if (part < 0 || part >= PyList_GET_SIZE(rest)) {
                PyErr_SetString(PyExc_IndexError, "a tensor is kept at no such place");
                Py_DECREF(rest);
                return NULL;
            }
            PyList_SetItem(rest, part, Py_NewRef(Py_None));
        }
    }
    PyObject *tuple = rest == NULL ? NULL : PyList_AsTuple(rest);
    Py_XDECREF(rest);
    return tuple;
}

/* Whether there is a tensor among what is kept. */
static int
keeps_any(PyObject *kept, PyObject *places)
{
    for (Py_ssize_t i = 0; i < PyTuple_GET_SIZE(places); i++) {
        Py_ssize_t place = PyLong_AsSsize_t(PyTuple_GET_ITEM(places, i));
        if (place < 0 || place >= PyTuple_GET_SIZE(kept)) {
            PyErr_SetString(PyExc_IndexError, "a tensor is kept at no such place");
            return -1;
        }
        if (PyTuple_GET_ITEM(kept, place) != Py_None) {
            return 1;
        }
    }
    return 0;
}

int
release(PyObject *node, PyObject *op)
{
    PyObject *kept = SLOT(node, node_slots.kept), *places = SLOT(op, pass.kept_tensors);
    if (kept != NULL && kept != Py_None && SLOT(op, pass.surely_keeps) == Py_True) {
        put(node, node_slots.freed, Py_True);
        put(node, node_slots.saved, Py_None);
        put(node, node_slots.kept, Py_None);
        return 1;
    }
    if (kept == NULL || !PyTuple_CheckExact(kept) || places == NULL || !PyTuple_CheckExact(places)
        || SLOT(node, node_slots.freed) != Py_False) {
        return release_otherwise(node);
    }
    int any = keeps_any(kept, places);
    if (any > 0) {
        PyObject *rest = without_tensors(kept, places);
        if (rest == NULL) {
            return -1;
        }
        put(node, node_slots.freed, Py_True);
        put(node, node_slots.saved, Py_None);
        put(node, node_slots.kept, rest);
        Py_DECREF(rest);
    }
    return any;
}
