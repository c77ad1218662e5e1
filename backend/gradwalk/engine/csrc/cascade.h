/* Sums in the order of PyTorch's kernel (gradwalk.engine.cascade). */

#ifndef GRADWALK_CASCADE_H
#define GRADWALK_CASCADE_H

#include "arrays.h"

PyObject *sum_in_cascades(PyObject *module, PyObject *const *arguments, Py_ssize_t count);

#endif
