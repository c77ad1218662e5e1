/* Cotangents in the shape and dtype that their receivers expect: gradwalk.engine.backward.fit. */

#ifndef GRADWALK_FITTING_H
#define GRADWALK_FITTING_H

#include "tensors.h"

/* Bring a cotangent that a node gave for a slot to what is expected: a shape and a dtype. `*cotangent`, an owned
   reference, is exchanged for what fits. 1 if it had another shape, 0 if not, -1 with an exception. */
int fit(PyObject **cotangent, PyObject *expected, PyObject *node, Py_ssize_t slot);

#endif
