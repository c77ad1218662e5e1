/* Products of matrices and vectors in the order of the kernels that PyTorch calls (gradwalk.engine.products). */

#ifndef GRADWALK_PRODUCTS_H
#define GRADWALK_PRODUCTS_H

#include "arrays.h"

/* Find out what the processor can. */
void find_processor(void);

/* Each gives a new array, and None for what is not usual: what Python then sees to. */

/* gradwalk.engine.products.product(a, b): of two matrices. */
PyObject *product_of_matrices(PyObject *a, PyObject *b);

/* gradwalk.engine.products.times_vector(a, v): of a matrix and a vector. */
PyObject *product_with_vector(PyObject *a, PyObject *v);

/* gradwalk.engine.products.inner(a, b), of two vectors of one length and one of the two dtypes. */
double inner_in_lanes(PyArrayObject *a, PyArrayObject *b);

/* The functions of the module: product(a, b), product_of_batch(a, b), product_into(whole, a, b, alpha), times_vector(a, v),
   times_vector_into(whole, a, v, alpha), inner(a, b). Those that end in `into` add to what there is, and say whether they
   did. */
PyObject *ordered_product(PyObject *module, PyObject *const *arguments, Py_ssize_t count);
PyObject *ordered_product_of_batch(PyObject *module, PyObject *const *arguments, Py_ssize_t count);
PyObject *ordered_product_into(PyObject *module, PyObject *const *arguments, Py_ssize_t count);
PyObject *ordered_times_vector(PyObject *module, PyObject *const *arguments, Py_ssize_t count);
PyObject *ordered_times_vector_into(PyObject *module, PyObject *const *arguments, Py_ssize_t count);
PyObject *ordered_inner(PyObject *module, PyObject *const *arguments, Py_ssize_t count);

#endif
