/* Sums by channel, as PyTorch's batch normalisation adds them up (gradwalk.engine.batch_norm). */

#ifndef GRADWALK_BATCH_NORM_H
#define GRADWALK_BATCH_NORM_H

#include "arrays.h"

/* Of rows and of images: cotangents, and products of them with numbers less their means. */
PyObject *products_of_rows(PyObject *module, PyObject *const *arguments, Py_ssize_t count);
PyObject *sums_of_images(PyObject *module, PyObject *const *arguments, Py_ssize_t count);

#endif
