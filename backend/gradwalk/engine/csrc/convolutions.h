/* Convolutions of float32, added up as oneDNN does (gradwalk.engine.functions.chains). */

#ifndef GRADWALK_CONVOLUTIONS_H
#define GRADWALK_CONVOLUTIONS_H

#include "arrays.h"

PyObject *chained(PyObject *module, PyObject *const *arguments, Py_ssize_t count);

PyObject *chained_weights(PyObject *module, PyObject *const *arguments, Py_ssize_t count);

#endif
