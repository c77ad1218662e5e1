/* Walks along the graph's edges. */

#ifndef GRADWALK_GRAPH_H
#define GRADWALK_GRAPH_H

#include "tensors.h"

PyObject *count_dependencies(PyObject *module, PyObject *roots);

#endif
