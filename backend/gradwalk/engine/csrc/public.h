/* Public functions: what stands before the Python that does what a name of PyTorch's says. */

#ifndef GRADWALK_PUBLIC_H
#define GRADWALK_PUBLIC_H

#include "tensors.h"

extern PyTypeObject PublicType;

/* Have a public function call another one, and say whether that looks at its arguments itself. */
PyObject *rebind(PyObject *module, PyObject *const *arguments, Py_ssize_t count);

#endif
