/* Tensors made of numbers. */

#ifndef GRADWALK_CREATION_H
#define GRADWALK_CREATION_H

#include "tensors.h"

PyObject *made(PyObject *module, PyObject *const *arguments, Py_ssize_t count);
PyObject *filled(PyObject *module, PyObject *const *arguments, Py_ssize_t count);
PyObject *counted(PyObject *module, PyObject *const *arguments, Py_ssize_t count);
PyObject *array_of(PyObject *module, PyObject *const *arguments, Py_ssize_t count);

#endif
