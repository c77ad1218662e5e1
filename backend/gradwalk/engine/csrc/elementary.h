/* The elementary functions as ufuncs of our own. */

#ifndef GRADWALK_ELEMENTARY_H
#define GRADWALK_ELEMENTARY_H

#define PY_SSIZE_T_CLEAN
#include <Python.h>

/* A new dictionary of them by name. */
PyObject *make_elementary(void);

#endif
