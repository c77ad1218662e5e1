/* Numbers by index: for the trace's own indices, what a dict is for others. */

#ifndef GRADWALK_NUMBERS_H
#define GRADWALK_NUMBERS_H

#define PY_SSIZE_T_CLEAN
#include <Python.h>

typedef struct {
    PyObject_HEAD
    long long *numbers; /* -1 where there is none */
    Py_ssize_t count, room;
} Numbers;

extern PyTypeObject NumbersType;

int set_otherwise(Numbers *self, long long index, long long number);

/* Put a number at an index; -1 with an exception. */
static inline int
set_at(Numbers *self, long long index, long long number)
{
    if (index < 0 || index > self->count || index >= self->room)
        return set_otherwise(self, index, number);
    self->count += index == self->count;
    self->numbers[index] = number;
    return 0;
}

/* The number at an index; -1 for none. */
static inline long long
number_at(const Numbers *self, long long index)
{
    return 0 <= index && index < self->count ? self->numbers[index] : -1;
}

#endif
