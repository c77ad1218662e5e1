/* Values whose elements are to be written all together (values.py: Waiting). */

#ifndef GRADWALK_WAITING_H
#define GRADWALK_WAITING_H

#include "rows.h"

typedef struct {
    PyObject *whose; /* the fields of a storage's; NULL where the numbers below say it */
    PyObject *head;
    PyObject *flat;             /* its elements in a row */
    long long storage, version; /* -1 for none */
} Value;

typedef struct {
    PyObject_HEAD
    Rows *rows;
    PyObject *encoded, *elements_of;
    Value *values;
    Py_ssize_t count, room, kept;
    long long elements; /* in the rows that are new */
} Waiting;

extern PyTypeObject WaitingType;

/* Have a flat array wait, which is stolen, with the head of its row; it is a storage's, or -1. Its index, or -1. */
long long add_waiting(Waiting *self, PyObject *head, PyObject *flat, long long storage, long long version);

#endif
