/* The queue of nodes that are ready: gradwalk.engine.ready_queue, on the same list. */

#ifndef GRADWALK_QUEUE_H
#define GRADWALK_QUEUE_H

#include "tensors.h"

/* Both may fail with an exception: numbers of nodes are whatever was set. */
int queue_push(PyObject *heap, PyObject *node);
PyObject *queue_pop(PyObject *heap); /* a new reference; there must be a node */

#endif
