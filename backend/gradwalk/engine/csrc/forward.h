/* What functions on arrays (forwards.h) are written with. */

#ifndef GRADWALK_FORWARD_H
#define GRADWALK_FORWARD_H

#include "arrays.h"

/* The function of a name, which takes so many arguments. */
#define FORWARD(name, wanted)                                                                                          \
    static PyObject *name##_of(PyObject *const *arguments);                                                            \
    PyObject *name##_at_once(PyObject *Py_UNUSED(module), PyObject *const *arguments, Py_ssize_t count)                \
    {                                                                                                                  \
        if (count != (wanted)) {                                                                                       \
            Py_RETURN_NOTIMPLEMENTED;                                                                                  \
        }                                                                                                              \
        return name##_of(arguments);                                                                                   \
    }                                                                                                                  \
    static PyObject *name##_of(PyObject *const *arguments)

/* Find what functions have of numpy's, and of the elementary functions; -1 with an exception. */
int find_steps(PyObject *elementary);

/* Whether the processor has nothing to report; what it had is forgotten. */
int is_quiet(void);

/* An array without dimensions; unless the processor has something to report, which numpy has to say. */
PyObject *number(PyArray_Descr *dtype, double value);

/* An array that was computed; unless the processor has something to report, which numpy has to say. */
PyObject *unless_reported(PyArrayObject *made);

/* A new array of the shape and dtype of another. */
PyArrayObject *new_like(PyArrayObject *array);

/* numpy's sums along the last dimension, which `stays` or does not; NotImplemented where somebody else hears of what it
   reports. */
PyObject *sum_along_last(PyObject *array, PyObject *stays);

/* Whether there is an array; -1 with an exception, 0 for NotImplemented. */
static inline int
is_there(PyObject *found)
{
    return found == NULL ? -1 : found != Py_NotImplemented;
}

#define DATA(array) PyArray_DATA((PyArrayObject *)(array))

#endif
