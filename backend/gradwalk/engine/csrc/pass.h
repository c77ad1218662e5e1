/* A backward pass's way through the graph: gradwalk.engine.backward.BackwardPass._run_plainly. */

#ifndef GRADWALK_PASS_H
#define GRADWALK_PASS_H

#include "expression.h"
#include "waits.h"
#include "watching.h"

/* What passes have of which there is one, and what they ask Python to do. */
typedef struct {
    PyTypeObject *op, *accumulate_grad;
    Py_ssize_t pullback, surely_keeps, kept_tensors;       /* slots of ops */
    Py_ssize_t variable;                                   /* of AccumulateGrad */
    PyObject *fit, *accumulate;                            /* backward.fit, backward.accumulate */
    PyObject *times, *times_written;                       /* written.TIMES, written.times_written */
    PyObject *join;                                        /* BackwardPass.join */
    PyObject *about;                                       /* subject.about */
    PyObject *transforms;                                  /* transforms.STACK, a list */
    PyObject *exchanged, *alive;                           /* storage.ExchangedStorage, and the name of its count */
    PyObject *reduce;                                      /* numpy.add.reduce */
    Step add;
    PyObject *accumulated, *vjp_ran, *freed, *backward_begins,
        *backward_ended; /* names of a watcher's methods */
} PassParts;

extern PassParts pass;

/* One pass under way: what is BackwardPass's, all borrowed. */
typedef struct {
    PyObject *heap, *held;
    Waits *waits; /* NULL where the following say the same: of a pass that Python began, or has joined */
    PyObject *buffers, *dependencies, *additions;
    PyObject *run_node; /* what runs nodes that are not usual; NULL until there is one, if it is made then */
    PyObject *root, *nr; /* where the pass began, of which `run_node` is made: at a node's result */
    PyObject *watcher;  /* NULL for nobody */
    const Directly *directly; /* the watcher's; NULL for none */
    int releases;
} Pass;

/* Run nodes until none is ready. At an exception the node that it came from is left in `at`, a list. */
int run_all(Pass *self, PyObject *at);

PyObject *learn_pass(PyObject *module, PyObject *parts);
PyObject *run_pass(PyObject *module, PyObject *const *arguments, Py_ssize_t count);
PyObject *run_backward(PyObject *module, PyObject *const *arguments, Py_ssize_t count);
PyObject *backward_at_once(PyObject *module, PyObject *const *arguments, Py_ssize_t count);

#endif
