/* Values that are too long to be listed: a summary of all their numbers, and the first of them. */

#ifndef GRADWALK_SUMMING_H
#define GRADWALK_SUMMING_H

#include "waiting.h"

/* Sums up those of the first values that are too long to be listed. */
int sum_up(Waiting *self, Py_ssize_t count);

/* Has a copy of an array wait in a value's place; the array is stolen. */
int replace(Waiting *self, Value *value, PyObject *flat);

#endif
