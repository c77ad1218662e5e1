#include "queue.h"

/* Whether one node has a number at least as high as another's; -1 with an exception. */
static int
is_as_high(PyObject *node, PyObject *other)
{
    PyObject *number = SLOT(node, node_slots.sequence_nr), *another = SLOT(other, node_slots.sequence_nr);
    if (number == NULL || another == NULL) {
        PyErr_SetString(PyExc_AttributeError, "sequence_nr");
        return -1;
    }
    return number == another ? 1 : PyObject_RichCompareBool(number, another, Py_GE);
}

/* Let a node that left a hole rise from there to its place. The list keeps a reference of `node`'s in every case. */
static int
sift_up(PyObject *heap, Py_ssize_t hole, PyObject *node)
{
    int failed = 0;
    while (hole > 0) {
        Py_ssize_t parent = (hole - 1) / 2;
        PyObject *above = PyList_GET_ITEM(heap, parent);
        int stays = is_as_high(above, node);
        if (stays) {
            failed = stays < 0;
            break;
        }
        PyList_SetItem(heap, hole, Py_NewRef(above));
        hole = parent;
    }
    PyList_SetItem(heap, hole, Py_NewRef(node));
    return failed ? -1 : 0;
}

int
queue_push(PyObject *heap, PyObject *node)
{
    if (PyList_Append(heap, node) < 0) {
        return -1;
    }
    Py_ssize_t size = PyList_GET_SIZE(heap);
    return size > 1 ? sift_up(heap, size - 1, node) : 0;
}

static Py_ssize_t
hole_to_the_bottom(PyObject *heap)
{
    Py_ssize_t size = PyList_GET_SIZE(heap), hole = 0;
    while (2 * hole + 2 < size) {
        Py_ssize_t child = 2 * hole + 2;
        int is_right = is_as_high(PyList_GET_ITEM(heap, child), PyList_GET_ITEM(heap, child - 1));
        if (is_right < 0) {
            return -1;
        }
        child -= !is_right;
        PyList_SetItem(heap, hole, Py_NewRef(PyList_GET_ITEM(heap, child)));
        hole = child;
    }
    if (2 * hole + 2 == size) { /* an only child */
        PyList_SetItem(heap, hole, Py_NewRef(PyList_GET_ITEM(heap, size - 1)));
        hole = size - 1;
    }
    return hole;
}

PyObject *
queue_pop(PyObject *heap)
{
    Py_ssize_t last = PyList_GET_SIZE(heap) - 1;
    PyObject *top = Py_NewRef(PyList_GET_ITEM(heap, 0)), *node = Py_NewRef(PyList_GET_ITEM(heap, last));
    int failed = PyList_SetSlice(heap, last, last + 1, NULL);
    if (!failed && last > 0) {
        Py_ssize_t hole = hole_to_the_bottom(heap);
        failed = hole < 0 || sift_up(heap, hole, node) < 0;
    }
    Py_DECREF(node);
    if (failed) {
        Py_CLEAR(top);
    }
    return top;
}
