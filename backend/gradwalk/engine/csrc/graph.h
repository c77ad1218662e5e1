/* The graph as C sees it: where nodes keep what they hold, and walks along their edges. */

#ifndef GRADWALK_GRAPH_H
#define GRADWALK_GRAPH_H

#include "slots.h"

/* The class of nodes and the offsets of its slots. */
typedef struct {
    PyTypeObject *type; /* of which all nodes are */
    Py_ssize_t edges;
} NodeSlots;

extern NodeSlots node_slots;

PyObject *learn_nodes(PyObject *module, PyObject *node_class);
PyObject *count_dependencies(PyObject *module, PyObject *roots);

#endif
