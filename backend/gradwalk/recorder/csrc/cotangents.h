/* Which value each cotangent of a backward pass is (document.py: known_cotangents), by its identity. */

#ifndef GRADWALK_COTANGENTS_H
#define GRADWALK_COTANGENTS_H

#define PY_SSIZE_T_CLEAN
#include <Python.h>

typedef struct {
    PyObject *cotangent; /* what the table is by */
    long long value;
} Cotangent;

typedef struct {
    PyObject_HEAD
    Cotangent *table;
    size_t count, room;
} Cotangents;

extern PyTypeObject CotangentsType;

/* Its value; -1 for none. */
long long value_of(const Cotangents *self, const void *cotangent);
int know_value(Cotangents *self, PyObject *cotangent, long long value);
void forget_values(Cotangents *self);

#endif
