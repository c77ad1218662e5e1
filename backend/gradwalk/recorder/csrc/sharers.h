/* Which storages see the same memory (document.py), by the identity of the array that owns it. */

#ifndef GRADWALK_SHARERS_H
#define GRADWALK_SHARERS_H

#define PY_SSIZE_T_CLEAN
#include <Python.h>

/* Memory, and who sees it. */
typedef struct {
    const void *owner; /* what the table is by: only its identity, which may be another's by now */
    PyObject *storages; /* a weak reference to one, or a tuple of them */
} Seen;

typedef struct {
    PyObject_HEAD
    Seen *table;
    size_t count, room;
} Sharers;

extern PyTypeObject SharersType;

/* Note that a storage sees an array's memory; -1 with an exception. */
int remember_sharer(Sharers *self, const void *owner, PyObject *storage);
/* A list of the living storages that were noted to see it; NULL with an exception. */
PyObject *living_sharers(const Sharers *self, const void *owner);

#endif
