/* Where gradients end: gradwalk.engine.backward.accumulate. */

#ifndef GRADWALK_LEAVES_H
#define GRADWALK_LEAVES_H

#include "expression.h"
#include "tensors.h"

/* Add a gradient to a leaf's `.grad`, to which it was added up so many times; UNUSUAL if Python has to do it. */
Outcome accumulate(PyObject *node, PyObject *gradient, long additions);

#endif
