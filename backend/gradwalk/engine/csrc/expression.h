/* A formula as steps on a stack, made from its text by gradwalk.engine.expressions. */

#ifndef GRADWALK_EXPRESSION_H
#define GRADWALK_EXPRESSION_H

#include "arrays.h"

#define DEEPEST 12 /* more may not lie on the stack */

typedef struct {
    enum { NAME, CONSTANT, UFUNC, CALL } kind;
    int index;        /* of a name */
    int count;        /* of operands that a ufunc or function takes off the stack */
    PyObject *object; /* the constant, the ufunc or the function */
    binaryfunc binary; /* the operator that the ufunc stands for, or NULL */
    unaryfunc unary;
    PyUFuncGenericFunction loops[2]; /* the ufunc's inner loops for float32 and float64 */
    void *data[2];
    PyArray_Descr *result; /* the dtype of what they give, NULL for that of the operands */
} Step;

typedef struct {
    Py_ssize_t length;
    Step *steps;
} Expression;

int expression_read(Expression *expression, PyObject *steps);
int expression_fits(const Expression *expression, Py_ssize_t names); /* whether it needs no more than so many */
void expression_clear(Expression *expression);
int expression_traverse(Expression *expression, visitproc visit, void *arg);

typedef enum {
    COMPUTED,
    UNUSUAL, /* nothing has happened, no exception is set */
    FAILED,  /* an exception is set */
} Outcome;

/* Compute with these objects under the expression's names.

   Where `strictly`, every ufunc must find arrays of the usual kind (or a number beside one), so that numpy is not asked
   for anything that it may report in the caller's name; what has no dimensions stays an array then. Else what is not
   usual is numpy's, as in Python. UNUSUAL in any case where a number divides by zero, overflows and the like: Python
   does it over again, and numpy reports. */
Outcome expression_run(const Expression *expression, PyObject *const *names, int strictly, PyObject **result);

#endif
