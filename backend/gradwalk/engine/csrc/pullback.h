/* An op's VJPs on arrays: what gradwalk.engine.written_out writes out for it as Python, run from a description. */

#ifndef GRADWALK_PULLBACK_H
#define GRADWALK_PULLBACK_H

#include "expression.h"
#include "tensors.h"

#define MOST_SLOTS 8

extern PyTypeObject PullbackType;

/* The cotangents of a node's operands, from that of its result, for the slots whose node is `wanted` (a container, or
   None for all): new references, NULL where nothing goes. UNUSUAL if Python has to do it, of which nothing shows. */
Outcome pull_back(PyObject *pullback, PyObject *node, PyObject *grad, PyObject *wanted, PyObject **cotangents);

/* The Python that does it in any case: a borrowed reference. */
PyObject *pullback_otherwise(PyObject *pullback);

#endif
