/* A formula as steps on a stack, made from its text by gradwalk.engine.expressions. */

#ifndef GRADWALK_EXPRESSION_H
#define GRADWALK_EXPRESSION_H

#include "arrays.h"

#define DEEPEST 12 /* more may not lie on the stack */

typedef struct {
    enum { NAME, CONSTANT, UFUNC, CALL } kind;
    int index;        /* of a name */
    int count;        /* of operands that a ufunc or function takes off the stack */
    int is_exact;     /* whether each of a ufunc's results is the one that is rounded right */
    PyObject *object; /* the constant, the function, or the ufunc or what has it */
    PyObject *at_once; /* what stands for the function; NULL for nothing */
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

/* Compute with these objects under the expression's names. A ufunc runs here on arrays of the usual kind, scalars of
   numpy's, or a number beside one, if no number divides by zero, overflows and the like. Else it is UNUSUAL, and Python
   does it over again, so that numpy reports what it has to where it always did; or where `by_numpy`, numpy is called at
   once for what is its own: nobody hears of reports from the engine's own passes. Results without dimensions are then numpy's scalars, as
   its operators make them; else they are arrays. */
Outcome expression_run(const Expression *expression, PyObject *const *names, int by_numpy, PyObject **result);

/* One ufunc by itself, as a step that `step_read` made of it, which borrows it. */
int step_read(Step *step, PyObject *ufunc);
Outcome step_run(const Step *step, PyObject *const *operands, int gives_scalars, PyObject **result);

/* Whether a ufunc of two operands can write its results right into the first; if there is a place for them, that or an
   array like it, it has. Only where each is the one that is rounded right: numpy's reports of division by zero and the
   like are nobody's then. */
int step_writes(const Step *step, PyObject *const *operands, PyArrayObject *to);

/* The ufunc that is all of an expression of its first two names; NULL if there is more to it. */
const Step *expression_only_step(const Expression *expression);

#endif
