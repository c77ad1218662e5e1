/* What arrives at a node of a backward pass, and when it is ready. */

#ifndef GRADWALK_ARRIVALS_H
#define GRADWALK_ARRIVALS_H

#include "pass.h"

/* What a node holds in a slot: a new reference; NULL with an exception if there is nothing. */
PyObject *held_by(PyObject *node, Py_ssize_t offset, const char *name);

/* The gradients that arrived at a node: a list, or of a node with one result the only one, NULL for none. */
typedef struct {
    PyObject *list, *only;
} Arrived;

static inline Py_ssize_t
count_arrived(const Arrived *arrived)
{
    return arrived->list == NULL ? 1 : PyList_GET_SIZE(arrived->list);
}

static inline PyObject **
first_arrived(Arrived *arrived)
{
    return arrived->list == NULL ? &arrived->only : &PyList_GET_ITEM(arrived->list, 0);
}

/* Take out what arrived at a node; -1 with an exception if nothing did. */
int take_arrived(const Pass *self, PyObject *node, Arrived *arrived);
void let_go_of_arrived(Arrived *arrived);
/* As a list, which is borrowed; NULL with an exception. */
PyObject *list_arrived(Arrived *arrived);
/* How often a gradient was added to the first that had arrived at a node; -1 with an exception. */
long additions_to(const Pass *self, PyObject *node);

/* The gradients that wait for a node of so many results, as its buffer: none yet. */
PyObject *new_buffer(Py_ssize_t results);

/* A node has one gradient less to wait for; it is queued if that was the last. */
int count_down(const Pass *self, PyObject *node);

/* Let a cotangent that a node gave for a slot, or NULL where it gave none, arrive along its edge. `*cotangent` is
   exchanged for what fits there. 1 if it had another shape, 0 if not, -1 with an exception. */
int deliver(const Pass *self, PyObject *node, Py_ssize_t slot, PyObject *edge, PyObject **cotangent);

/* Have a gradient arrive at the node that a pass begins at. */
int begin_at(const Pass *self, PyObject *node, Py_ssize_t nr, PyObject *gradient);

#endif
