/* Sums in the order of PyTorch's kernel (gradwalk.engine.cascade). */

#ifndef GRADWALK_CASCADE_H
#define GRADWALK_CASCADE_H

#include "arrays.h"

/* gradwalk.engine.cascade.reduce(x, axis, keepdims), and `total` where the axis is None, as an array in any case; None for
   what is not usual. */
PyObject *sums_in_cascades(PyObject *x, PyObject *axis, int keeps);

PyObject *sum_in_cascades(PyObject *module, PyObject *const *arguments, Py_ssize_t count);

#endif
