/* Functions on arrays that take less time than the Python that stands for them, where that is known beforehand. */

#ifndef GRADWALK_FORWARDS_H
#define GRADWALK_FORWARDS_H

#define PY_SSIZE_T_CLEAN
#include <Python.h>

/* Each gives NotImplemented for whatever is not usual. They stand for the functions of the same names: gradwalk.engine.ops'
   forwards, and gradwalk.engine.functions' of formulas. */
#define FORWARDS(DO)                                                                                                   \
    DO(dot) DO(mm) DO(mv) DO(sum_all) DO(mean_all) DO(vector_norm) DO(times_transposed) DO(transposed_times)           \
    DO(expand) DO(divided) DO(pow_scalar) DO(power_slope) DO(scaled) DO(same) DO(relu)                                 \
    DO(threshold_backward) DO(softmax) DO(log_softmax) DO(softmax_backward) DO(log_softmax_backward) DO(nll_loss)      \
    DO(nll_loss_backward)

#define DECLARED(name) PyObject *name##_at_once(PyObject *module, PyObject *const *arguments, Py_ssize_t count);
FORWARDS(DECLARED)

/* What Python found under `at_once` of a function, as a new reference; NULL for none, perhaps with an exception. */
PyObject *at_once_of(PyObject *function);

/* Call that, or the function where there is none or it leaves it to it. */
PyObject *call_at_once(PyObject *at_once, PyObject *function, PyObject *const *arguments, Py_ssize_t count);

#endif
