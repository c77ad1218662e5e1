/* What arrives at a node of a backward pass, and when it is ready. */

#ifndef GRADWALK_ARRIVALS_H
#define GRADWALK_ARRIVALS_H

#include "pass.h"

/* What a node holds in a slot: a new reference; NULL with an exception if there is nothing. */
PyObject *held_by(PyObject *node, Py_ssize_t offset, const char *name);

/* The gradients that wait for a node of so many results, as its buffer: none yet. */
PyObject *new_buffer(Py_ssize_t results);

/* A node has one gradient less to wait for; it is queued if that was the last. */
int count_down(const Pass *self, PyObject *node);

/* Let a cotangent that a node gave for a slot, or NULL where it gave none, arrive along its edge. `*cotangent` is
   exchanged for what fits there. 1 if it had another shape, 0 if not, -1 with an exception. */
int deliver(const Pass *self, PyObject *node, Py_ssize_t slot, PyObject *edge, PyObject **cotangent);

#endif
