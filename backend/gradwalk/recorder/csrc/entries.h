/* What was noted and is not written down yet (journal.py). */

#ifndef GRADWALK_ENTRIES_H
#define GRADWALK_ENTRIES_H

#define PY_SSIZE_T_CLEAN
#include <Python.h>

#define MOST_PARTS 8

typedef enum {
    ROW,  /* of an event: a string */
    CALL, /* what writes it, and a tuple of what it is given */
    OP,   /* what scribe_op is given */
    VJP,  /* what scribe_vjp is given */
    FREE, /* a node */
} Kind;

typedef struct {
    Kind kind;
    int count;
    PyObject *parts[MOST_PARTS];
} Entry;

typedef struct {
    PyObject_HEAD
    Entry *entries;
    Py_ssize_t count, room;
    long long held; /* bytes of arrays that they hold */
} Entries;

extern PyTypeObject EntriesType;

/* Add an entry of these parts; -1 with an exception. */
int add_entry(Entries *self, Kind kind, PyObject *const *parts, int count);
/* Take all of them out. */
Entries take_entries(Entries *self);
/* Let go of those that were begun, and put the others back before those that have come since. */
int give_back(Entries *self, Entries taken, Py_ssize_t begun);

#endif
