/* Where gradients end: gradwalk.engine.backward.accumulate. */

#ifndef GRADWALK_LEAVES_H
#define GRADWALK_LEAVES_H

#include "expression.h"
#include "tensors.h"

/* Add a gradient to a leaf's `.grad`, to which it was added up so many times; UNUSUAL if Python has to do it. */
Outcome accumulate(PyObject *node, PyObject *gradient, long additions);

/* Whether gradients for a leaf are of its own dtype, and not of one that was set for them; -1 with an exception. */
int gradients_are_as_leaf(PyObject *leaf);

/* The AccumulateGrad of such a leaf, which has none: a new reference. */
PyObject *new_accumulator(PyObject *leaf);

#endif
