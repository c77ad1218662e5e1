/* What Python's search for garbage need not look at by itself. */

#ifndef GRADWALK_GARBAGE_H
#define GRADWALK_GARBAGE_H

#include "tensors.h"

/* Have nodes of a class, and of those derived from it, show what is in their edges and in what they keep where these are
   hidden. */
void show_through(PyTypeObject *node_class);

/* Hide edges, an edge or what a node keeps: a tuple that is the node's alone. */
void hide_of_node(PyObject *tuple);

#endif
