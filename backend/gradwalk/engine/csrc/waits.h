/* What nodes of a backward pass wait for, by their identity: what BackwardPass has in dictionaries. */

#ifndef GRADWALK_WAITS_H
#define GRADWALK_WAITS_H

#include "tensors.h"

typedef struct {
    PyObject *node;      /* held */
    PyObject *gradients; /* that have arrived: a list, or of a node with one result the only one; NULL for none */
    int missing;         /* how many edges lead there along which nothing has come; one that is ready keeps a last one */
    signed int additions : 30; /* to the first gradient that had arrived; -1 where they were not counted */
    unsigned int is_begun : 1; /* whether anything was delivered, be it no gradient */
    unsigned int is_list : 1;
} Wait;

typedef struct {
    Wait *waits; /* in the order in which the graph was gone through */
    int *places; /* of those, by hash; -1 where there is none */
    size_t count, room; /* the room is a power of two; twice as many are places */
    size_t last;        /* the last of those that were asked for; the next is often the one after it */
} Waits;

/* Count the edges that lead to each node that can be reached from one; -1 with an exception. */
int count_waits(Waits *self, PyObject *root);
void forget_waits(Waits *self);

/* A node that was counted; NULL with an exception if it was not. */
Wait *wait_of(Waits *self, PyObject *node);

/* The same in new dictionaries of buffers, dependencies and additions; -1 with an exception. */
int as_dictionaries(const Waits *self, PyObject **buffers, PyObject **dependencies, PyObject **additions);

#endif
