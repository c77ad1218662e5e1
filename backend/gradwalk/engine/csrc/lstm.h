/* LSTMs of float32 as oneDNN computes them (gradwalk.engine.functions.lstm_products and lstm_gates). */

#ifndef GRADWALK_LSTM_H
#define GRADWALK_LSTM_H

#include "arrays.h"

PyObject *lstm_product(PyObject *module, PyObject *const *arguments, Py_ssize_t count);

PyObject *lstm_gates(PyObject *module, PyObject *const *arguments, Py_ssize_t count);

PyObject *lstm_gates_backward(PyObject *module, PyObject *const *arguments, Py_ssize_t count);

#endif
