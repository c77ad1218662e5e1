/* Group normalisation (gradwalk.engine.functions.group_norms). */

#ifndef GRADWALK_GROUP_NORMS_H
#define GRADWALK_GROUP_NORMS_H

#include "arrays.h"

PyObject *normalized_groups(PyObject *module, PyObject *const *arguments, Py_ssize_t count);
PyObject *cotangents_of_groups(PyObject *module, PyObject *const *arguments, Py_ssize_t count);

#endif
