/* Values whose elements are to be written all together (values.py: Waiting). */

#ifndef GRADWALK_WAITING_H
#define GRADWALK_WAITING_H

#include "rows.h"
#include "summary.h"

/* Who writes the elements of a value: Python, or we, as floats that are finite, as whole numbers, or as those of the
   value before, which are the same. */
typedef enum {
    ENCODED, FLOATING, WHOLE, AGAIN
} Form;

#define MOST_FEW 64 /* floats that are copied: their array is not held, and its memory is soon another's */

typedef struct {
    PyObject *whose; /* the fields of a storage's; NULL where the numbers below say it */
    PyObject *head;
    PyObject *flat; /* its elements in a row; a summary is to be made if they are too many to be listed. NULL for few */
    int few;        /* how many floats, if they are few: they are copied, from a place in `floats` on */
    Py_ssize_t place;
    long long storage, version; /* -1 for none */
    int is_own;                 /* whether nobody else has the array */
    Form form;                  /* once it is to be written */
    Py_ssize_t size;            /* how many elements were summed up; 0 if they were not */
    const void *summed;         /* where they lay */
    Summary *summary;           /* NULL if it is in the head, or there is none */
} Value;

typedef struct {
    PyObject_HEAD
    Rows *rows;
    PyObject *encoded, *elements_of, *summed_up;
    int writes_floats; /* as the encoder does */
    Value *values;
    Py_ssize_t count, room;
    float *floats;
    Py_ssize_t floats_count, floats_room;
    long long max_elements;             /* that are listed of a value */
    long long elements, held;           /* of those that wait: as far as they are listed, and bytes of their arrays */
    long long most_elements, most_held; /* how many may be */
    long long written;                  /* elements in the rows that are new */
    long long worth_naming;             /* so many letters, from "data": to a row's end, are not written twice in a row */
    char *said;                         /* by the value that was written last, if it is worth naming: from its dtype on */
    Py_ssize_t said_length, said_elements; /* where its elements begin in that */
    long long said_by;                  /* -1 for none */
} Waiting;

extern PyTypeObject WaitingType;

/* Have a flat array wait, which is stolen, with the head of its row; it is a storage's, or -1. Its index, or -1. */
long long add_waiting(Waiting *self, PyObject *head, PyObject *flat, long long storage, long long version);

/* Whether a value waits as an array itself, or as a row of its numbers. */
int is_waiting(const Waiting *self, long long index, PyObject *array);

/* How many references to an array the values that wait have. */
Py_ssize_t references_to(const Waiting *self, PyObject *array);

/* Of the array that waits. */
long long bytes_of_value(const Value *value);

/* Whether as much waits as may. */
static inline int
waits_much(const Waiting *self)
{
    return self->elements > self->most_elements || self->held > self->most_held;
}

/* Whether an array of no more elements than are listed may wait as it is, however many dimensions it has. */
int waits_as_it_is(PyObject *array);

/* keep(memory=None): have copies wait of arrays that may change. */
PyObject *waiting_keep(Waiting *self, PyObject *const *args, Py_ssize_t given);

#endif
