/* The frames of Python's stack, from the innermost outwards. */

#ifndef GRADWALK_WALKING_H
#define GRADWALK_WALKING_H

#define PY_SSIZE_T_CLEAN
#include <Python.h>

typedef struct {
    void *frame;     /* NULL where there are no more */
    PyObject *code;  /* borrowed from it */
    int instruction; /* which of the code's is being run */
} Walk;

Walk innermost(void);
/* The frame that called; not to be walked on from twice. */
Walk outwards(Walk walk);
/* Ends a walk before its end. */
void stop_walking(Walk walk);

#endif
