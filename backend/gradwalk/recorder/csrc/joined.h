/* The elements of many arrays as JSON: those of few doubles one after another as one array, for to encode an array takes
   longer than the few numbers that most of them have. */

#ifndef GRADWALK_JOINED_H
#define GRADWALK_JOINED_H

#define PY_SSIZE_T_CLEAN
#include <Python.h>

enum {
    BY_ITSELF, JOINED, KINDS
};

typedef struct {
    PyObject *encoded;        /* bytes: an array of arrays */
    const char *place[KINDS]; /* where the elements of the next array of each kind begin */
} Joined;

/* Whether an array is one of few numbers, which are encoded with others, however many dimensions it has. */
int is_joined(PyObject *array);
/* Has `encode` encode the numbers of arrays, each a row of its own memory. 1 if it has; 0 if some number is not finite,
   which it writes as null; -1 with an exception. */
int join(Joined *self, PyObject *encode, PyObject *arrays);
/* The elements of the next array of those that were given, in their order; NULL with an exception. */
const char *take_elements(Joined *self, PyObject *array, Py_ssize_t *length);

#endif
