#include "graph.h"

/* Count one more edge that leads to a node; a node seen for the first time waits on the stack to be looked at. */
static int
count_edge(PyObject *counts, PyObject *stack, PyObject *node)
{
    PyObject *known = PyDict_GetItemWithError(counts, node);
    if (known == NULL && !PyErr_Occurred() && !PyObject_TypeCheck(node, node_slots.type)) {
        PyErr_Format(PyExc_TypeError, "%R is no node", node);
    }
    if (known == NULL && (PyErr_Occurred() || PyList_Append(stack, node) < 0)) {
        return -1;
    }
    PyObject *count = PyLong_FromLong(known == NULL ? 1 : PyLong_AsLong(known) + 1);
    if (count == NULL) {
        return -1;
    }
    int failed = PyDict_SetItem(counts, node, count);
    Py_DECREF(count);
    return failed;
}

/* Count the edges among pairs of a node, or None, and a number. */
static int
count_edges(PyObject *counts, PyObject *stack, PyObject *edges)
{
    PyObject *pairs = PySequence_Fast(edges, "edges are a sequence");
    if (pairs == NULL) {
        return -1;
    }
    int failed = 0;
    for (Py_ssize_t i = 0; i < PySequence_Fast_GET_SIZE(pairs) && !failed; i++) {
        PyObject *pair = PySequence_Fast_GET_ITEM(pairs, i);
        if (!PyTuple_Check(pair) || PyTuple_GET_SIZE(pair) != 2) {
            PyErr_SetString(PyExc_TypeError, "an edge is a node and a number");
            failed = -1;
        }
        else if (PyTuple_GET_ITEM(pair, 0) != Py_None) {
            failed = count_edge(counts, stack, PyTuple_GET_ITEM(pair, 0));
        }
    }
    Py_DECREF(pairs);
    return failed;
}

/* BackwardPass._count_dependencies: by node that can be reached, how many edges lead there. */
PyObject *
count_dependencies(PyObject *Py_UNUSED(module), PyObject *roots)
{
    PyObject *counts = PyDict_New(), *stack = PyList_New(0);
    if (counts == NULL || stack == NULL || count_edges(counts, stack, roots) < 0) {
        goto failed;
    }
    while (PyList_GET_SIZE(stack)) {
        Py_ssize_t last = PyList_GET_SIZE(stack) - 1;
        PyObject *node = Py_NewRef(PyList_GET_ITEM(stack, last));
        PyObject *edges = Py_XNewRef(SLOT(node, node_slots.edges));
        int bad = PyList_SetSlice(stack, last, last + 1, NULL);
        if (edges == NULL) {
            PyErr_SetString(PyExc_AttributeError, "edges");
        }
        bad = bad || edges == NULL || count_edges(counts, stack, edges) < 0;
        Py_XDECREF(edges);
        Py_DECREF(node);
        if (bad) {
            goto failed;
        }
    }
    Py_DECREF(stack);
    return counts;
failed:
    Py_XDECREF(counts);
    Py_XDECREF(stack);
    return NULL;
}
