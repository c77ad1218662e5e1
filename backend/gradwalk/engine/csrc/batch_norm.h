/* Sums by channel, as PyTorch's batch normalisation adds them up (gradwalk.engine.functions.batch_norm). */

#ifndef GRADWALK_BATCH_NORM_H
#define GRADWALK_BATCH_NORM_H

#include "arrays.h"

PyObject *products_of_rows(PyObject *module, PyObject *const *arguments, Py_ssize_t count);

#endif
