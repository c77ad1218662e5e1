/* How a watcher that is compiled too is told of what happens most, without an object made to tell it. What it gives as
   its `directly` (gradwalk.engine.observe) is a capsule of this name around a Directly. */

#ifndef GRADWALK_DIRECTLY_H
#define GRADWALK_DIRECTLY_H

#define PY_SSIZE_T_CLEAN
#include <Python.h>

#define DIRECTLY_NAME "gradwalk.engine.directly"

/* An application of an op with one result, or with none. */
typedef struct {
    PyObject *op;
    PyObject *const *operands;
    PyObject *const *params; /* in the order of their names */
    PyObject *param_names;   /* a tuple */
    PyObject *output;        /* NULL for none */
    PyObject *node;          /* None for none */
    int operand_count;
} Told;

/* A node that ran: what Observer.vjp_ran is given. Of cotangents, NULL is None. */
typedef struct {
    PyObject *node;
    PyObject *const *given, *const *passed_on;
    Py_ssize_t given_count, passed_on_count;
    PyObject *unreduced; /* a dictionary; NULL for none */
} Ran;

/* Each gives 1 if note was taken; 0, with nothing changed, if the watcher is to be told by its method of that name; -1
   with an exception. */
typedef struct {
    PyObject *watcher;
    int (*op_applied)(PyObject *watcher, const Told *told);
    int (*vjp_ran)(PyObject *watcher, const Ran *ran);
    int (*freed)(PyObject *watcher, PyObject *node);
    int (*accumulated)(PyObject *watcher, PyObject *node, PyObject *contribution, int is_first);
    /* How many references the watcher has to an array's numbers that it copies when it hears that they are about to
       change. */
    Py_ssize_t (*holds)(PyObject *watcher, PyObject *array);
    /* How many references it has to an array whose numbers it has still to look at, now that they are about to change; -1
       with an exception. */
    Py_ssize_t (*waits_for)(PyObject *watcher, PyObject *array);
    /* A storage has other memory now; -1 with an exception. */
    int (*moved)(PyObject *watcher, PyObject *storage);
} Directly;

#endif
