/* The rows of values that waited: their elements, and the summaries of those that are too long to be listed. */

#ifndef GRADWALK_VALUE_ROWS_H
#define GRADWALK_VALUE_ROWS_H

#include "joined.h"
#include "waiting.h"

/* What Python encodes of some values: numbers of summaries, if there are any, and elements. */
typedef struct {
    PyObject *arrays;
    int has_numbers; /* first */
    Joined joined;
    PyObject *elements; /* strings, where some number is not finite */
    Py_ssize_t next;
} Encoded;

/* Finds who writes the elements of the first values, and what Python is to encode. */
int divide(Waiting *self, Py_ssize_t count, Encoded *encoded);

/* Writes the rows of the first values. */
int write_values(Waiting *self, Py_ssize_t count, Encoded *encoded);

void drop_encoded(Encoded *self);

#endif
