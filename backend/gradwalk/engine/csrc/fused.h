/* Products and sums rounded once (gradwalk.engine.fused). */

#ifndef GRADWALK_FUSED_H
#define GRADWALK_FUSED_H

#include "arrays.h"

PyObject *plus_product(PyObject *module, PyObject *const *arguments, Py_ssize_t count);

#endif
