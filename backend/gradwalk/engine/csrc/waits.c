#include "waits.h"

#define FIRST_ROOM 32

/* Where a node's place is, or would be. */
static inline int *
place_of(const Waits *self, PyObject *node)
{
    size_t at = (size_t)(((unsigned long long)(size_t)node * 0x9E3779B97F4A7C15ULL) >> 32);
    for (;; at++) {
        int *place = &self->places[at & (2 * self->room - 1)];
        if (*place < 0 || self->waits[*place].node == node) {
            return place;
        }
    }
}

static int
make_room(Waits *self)
{
    size_t room = self->room ? 2 * self->room : FIRST_ROOM;
    Wait *waits = room > INT_MAX / 2 ? NULL : PyMem_Realloc(self->waits, room * sizeof *waits);
    if (waits != NULL) {
        self->waits = waits;
    }
    int *places = waits == NULL ? NULL : PyMem_Malloc(2 * room * sizeof *places);
    if (places == NULL) {
        PyErr_NoMemory();
        return -1;
    }
    PyMem_Free(self->places);
    self->places = places;
    self->room = room;
    memset(places, -1, 2 * room * sizeof *places);
    for (size_t i = 0; i < self->count; i++) {
        *place_of(self, waits[i].node) = (int)i;
    }
    return 0;
}

/* Count one more edge that leads to a node. */
static int
count_edge(Waits *self, PyObject *node)
{
    if (self->count == self->room && make_room(self) < 0) {
        return -1;
    }
    int *place = place_of(self, node);
    if (*place >= 0) {
        self->waits[*place].missing++;
        return 0;
    }
    if (!PyObject_TypeCheck(node, node_slots.type)) {
        PyErr_Format(PyExc_TypeError, "%R is no node", node);
        return -1;
    }
    *place = (int)self->count;
    self->waits[self->count++] = (Wait){.node = Py_NewRef(node), .missing = 1, .additions = -1};
    return 0;
}

/* Count the edges of a node, which are pairs of a node, or None, and a number. */
static int
count_edges(Waits *self, PyObject *node)
{
    PyObject *edges = SLOT(node, node_slots.edges);
    if (edges == NULL) {
        PyErr_SetString(PyExc_AttributeError, "edges");
        return -1;
    }
    PyObject *pairs = PySequence_Fast(edges, "edges are a sequence");
    int failed = pairs == NULL;
    for (Py_ssize_t i = 0; !failed && i < PySequence_Fast_GET_SIZE(pairs); i++) {
        PyObject *pair = PySequence_Fast_GET_ITEM(pairs, i);
        if (!PyTuple_Check(pair) || PyTuple_GET_SIZE(pair) != 2) {
            PyErr_SetString(PyExc_TypeError, "an edge is a node and a number");
            failed = 1;
        }
        else if (PyTuple_GET_ITEM(pair, 0) != Py_None) {
            failed = count_edge(self, PyTuple_GET_ITEM(pair, 0)) < 0;
        }
    }
    Py_XDECREF(pairs);
    return failed ? -1 : 0;
}

int
count_waits(Waits *self, PyObject *root)
{
    if (count_edge(self, root) < 0) {
        return -1;
    }
    for (size_t i = 0; i < self->count; i++) {
        if (count_edges(self, self->waits[i].node) < 0) {
            return -1;
        }
    }
    return 0;
}

void
forget_waits(Waits *self)
{
    Waits gone = *self;
    *self = (Waits){0};
    for (size_t i = 0; i < gone.count; i++) {
        Py_XDECREF(gone.waits[i].gradients);
        Py_DECREF(gone.waits[i].node);
    }
    PyMem_Free(gone.waits);
    PyMem_Free(gone.places);
}

Wait *
wait_of(Waits *self, PyObject *node)
{
    for (size_t near = self->last; near < self->count && near < self->last + 3; near++) {
        if (self->waits[near].node == node) {
            self->last = near;
            return &self->waits[near];
        }
    }
    int place = *place_of(self, node);
    if (place < 0) {
        PyErr_SetObject(PyExc_KeyError, node);
        return NULL;
    }
    if ((size_t)place > self->last) { /* leaves come again and again, and have come early */
        self->last = place;
    }
    return &self->waits[place];
}

/* The gradients that arrived, as Python has them. */
static PyObject *
buffer_of(const Wait *wait)
{
    if (wait->is_list) {
        return Py_NewRef(wait->gradients);
    }
    PyObject *buffer = PyList_New(1);
    if (buffer != NULL) {
        PyList_SET_ITEM(buffer, 0, Py_NewRef(wait->gradients == NULL ? Py_None : wait->gradients));
    }
    return buffer;
}

/* Put a value, which is stolen, under a key. */
static int
put(PyObject *dictionary, PyObject *key, PyObject *value)
{
    int failed = value == NULL || PyDict_SetItem(dictionary, key, value) < 0;
    Py_XDECREF(value);
    return failed;
}

int
as_dictionaries(const Waits *self, PyObject **buffers, PyObject **dependencies, PyObject **additions)
{
    *buffers = PyDict_New();
    *dependencies = PyDict_New();
    *additions = PyDict_New();
    int failed = *buffers == NULL || *dependencies == NULL || *additions == NULL;
    for (size_t i = 0; !failed && i < self->count; i++) {
        const Wait *wait = &self->waits[i];
        failed = put(*dependencies, wait->node, PyLong_FromLong(wait->missing))
                 || (wait->is_begun && put(*buffers, wait->node, buffer_of(wait)))
                 || (wait->additions >= 0 && put(*additions, wait->node, PyLong_FromLong(wait->additions)));
    }
    if (failed) {
        Py_CLEAR(*buffers);
        Py_CLEAR(*dependencies);
        Py_CLEAR(*additions);
    }
    return failed ? -1 : 0;
}
