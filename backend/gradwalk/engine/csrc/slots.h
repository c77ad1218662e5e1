/* Python's classes keep what they hold in slots; here is where, so that C reads it without asking for it by name. */

#ifndef GRADWALK_SLOTS_H
#define GRADWALK_SLOTS_H

#define PY_SSIZE_T_CLEAN
#include <Python.h>

/* What an object holds in the slot at an offset: a borrowed reference, NULL if nothing was ever put there. */
#define SLOT(object, offset) (*(PyObject **)((char *)(object) + (offset)))

/* The offset of a class's slot, as the descriptor says that Python made for it; -1 with an exception if there is no
   such slot. */
Py_ssize_t slot_offset(PyObject *type, const char *name);

#endif
