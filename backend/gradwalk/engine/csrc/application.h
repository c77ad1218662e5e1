/* An op's application: what gradwalk.engine.written_out writes out for it as Python, run from a description of the op. */

#ifndef GRADWALK_APPLICATION_H
#define GRADWALK_APPLICATION_H

#include "expression.h"
#include "tensors.h"

#define MOST 8 /* operands, params, saved names or results of an op */

/* What a node keeps under a name (gradwalk.engine.saved.unfolded): a param, a fact of an operand, or three parts of a
   tensor. */
typedef struct {
    enum { PARAM, FACT, OPERAND, RESULT } kind;
    int index;       /* of the param, operand or result */
    unsigned needed; /* the operands, as bits, to any of which a gradient must go; 0 if it is kept in any case */
    PyObject *fact;  /* the fact's name */
} Saved;

typedef struct {
    PyObject_HEAD
    vectorcallfunc vectorcall;
    PyObject *op;
    PyObject *otherwise;  /* the Python that does it in any case */
    PyObject *node_class; /* None if nothing flows back */
    PyObject *param_names, *defaults;
    int operands;
    int takes_numbers; /* whether operands but the first may be numbers */
    int numbers_as_arrays;
    int takes_floats; /* whether the first operand must be of floats */
    int compares;     /* whether the result is of truth values */
    int is_view;
    int reached; /* how many of several results, from the first, gradients flow to */
    enum { ANYHOW, IN_ROWS, AS_FIRST, IN_ORDER } lies; /* what tells a result that may have to be laid otherwise */
    PyObject *lay;                                     /* what lays it so; None */
    unsigned tracked;
    int saved_count;
    Saved saved[MOST];
    PyObject *kept; /* what a node kept last of numbers and the like alone, for the next that keeps the same; NULL */
    PyObject *function; /* what computes; NULL if `forward` does, for elementwise ops */
    PyObject *at_once;  /* what stands for that; NULL for nothing */
    Expression forward;
    Expression by_default; /* what it is where params are as they are by default; of length 0 if no simpler */
} Application;

/* What is found out about one operand before anything has changed. */
typedef struct {
    PyObject *given;
    PyObject *array; /* a new reference: its array, or the number */
    /* New references or NULL: what is computed meanwhile may call a snippet's own code, which gives tensors others. */
    PyObject *to; /* the node that its gradient goes to: of a leaf, `find_edges` finds it */
    PyObject *storage;
    int is_tensor;
    int requires_grad;
} Operand;

extern PyTypeObject ApplicationType;

PyObject *apply_in_place(PyObject *module, PyObject *const *arguments, Py_ssize_t count);

/* What writes an op's result into its first operand at once: a function of the operands; None for an application that is
   none of the core's. */
PyObject *writing(PyObject *module, PyObject *application);

/* Look at an operand; 0 if it is not of the usual kind, or an exception is set. */
int take_operand(const Application *self, int position, PyArray_Descr *dtype, Operand *operand);

/* The params that a call gives by name; 0 if it gives something else. */
int take_params(const Application *self, PyObject *const *values, PyObject *names, PyObject **params);

/* The forward of an elementwise op for these params. */
const Expression *forward_for(const Application *self, PyObject *const *params);

/* The result, as an array; a tuple of whatever the forward gave where an op gives several. */
Outcome compute(const Application *self, const Operand *operands, PyObject *const *params, PyObject **result);

/* One of several results, as an array that lies as PyTorch's does; NULL with an exception. */
PyObject *laid(const Application *self, const Operand *operands, PyObject *result);

/* Whether an application of an op wrote into its first operand, where nothing can be wrong; -1 with an exception. */
int write_into(const Application *self, PyObject *const *given, PyObject *const *params);

/* The tensor around a result, with its node, of which whoever watches is told; NULL with an exception. */
PyObject *finish(Application *self, Operand *operands, PyObject *const *params, PyObject *result);

/* The same of several results: a tuple of tensors. */
PyObject *finish_several(Application *self, Operand *operands, PyObject *const *params, PyObject *results);

/* Tell whoever watches of an application. */
int tell_of(const Application *self, const Operand *operands, PyObject *const *params, PyObject *output,
            PyObject *node);

/* The operands of a call as a tuple, and its params as a dictionary; NULL with an exception. */
PyObject *operands_given(const Application *self, const Operand *operands);
PyObject *params_given(const Application *self, PyObject *const *params);

#endif
