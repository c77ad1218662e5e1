/* Rows less their mean, over their spread (gradwalk.engine.functions.row_norms). */

#ifndef GRADWALK_ROW_NORMS_H
#define GRADWALK_ROW_NORMS_H

#include "arrays.h"

PyObject *normalized_rows(PyObject *module, PyObject *const *arguments, Py_ssize_t count);
PyObject *cotangents_of_rows(PyObject *module, PyObject *const *arguments, Py_ssize_t count);
PyObject *cotangent_of_scale(PyObject *module, PyObject *const *arguments, Py_ssize_t count);

#endif
