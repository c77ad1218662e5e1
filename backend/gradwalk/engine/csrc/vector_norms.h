/* Norms along dimensions, added up as PyTorch's kernel does (gradwalk.engine.functions.vector_norms). */

#ifndef GRADWALK_VECTOR_NORMS_H
#define GRADWALK_VECTOR_NORMS_H

#include "arrays.h"

/* The root of the sum of all squares, of an array of float32 or float64 that lies row by row and is not empty. */
double euclidean_norm(PyArrayObject *x);

/* gradwalk.engine.ops._reductions.vector_norm of order 1 or 2; None for what is not usual. */
PyObject *norms_along(PyArrayObject *x, int ord, PyObject *dim, int keeps);

PyObject *added_along(PyObject *module, PyObject *const *arguments, Py_ssize_t count);

#endif
