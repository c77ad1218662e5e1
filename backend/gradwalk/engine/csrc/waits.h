/* What nodes of a backward pass wait for, by their identity: what BackwardPass has in dictionaries. */

#ifndef GRADWALK_WAITS_H
#define GRADWALK_WAITS_H

#include "tensors.h"

typedef struct {
    PyObject *node;      /* held */
    PyObject *gradients; /* that have arrived: a list, or of a node with one result the only one; NULL for none */
    int missing;         /* how many edges lead there along which nothing has come; one that is ready keeps a last one */
    int additions;       /* to the first gradient that had arrived; -1 where they were not counted */
    int is_begun;        /* whether anything was delivered, be it no gradient */
    int is_list;
} Wait;

typedef struct {
    Wait *waits; /* in the order in which the graph was gone through */
    int *places; /* of those, by hash; -1 where there is none */
    size_t count, room; /* the room is a power of two; twice as many are places */
} Waits;

/* Count the edges that lead to each node that can be reached from one; -1 with an exception. */
int count_waits(Waits *self, PyObject *root);
void forget_waits(Waits *self);

/* A node that was counted; NULL with an exception if it was not. */
Wait *wait_of(const Waits *self, PyObject *node);

/* The same in new dictionaries of buffers, dependencies and additions; -1 with an exception. */
int as_dictionaries(const Waits *self, PyObject **buffers, PyObject **dependencies, PyObject **additions);

#endif
