/* What Python's memory is made of, kept for what comes next. */

#ifndef GRADWALK_ARENAS_H
#define GRADWALK_ARENAS_H

#include <Python.h>

/* Have Python keep so many bytes that it is done with rather than give them back to the system. */
PyObject *keep_arenas(PyObject *module, PyObject *bytes);

#endif
