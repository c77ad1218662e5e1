/* Applications of ops that are of the usual kind (usual.py): what is known of them, and what their rows say. */

#ifndef GRADWALK_USUAL_H
#define GRADWALK_USUAL_H

#include "scribe.h"

#define MOST_OPERANDS 8
#define MOST_SAVED 24
#define MOST_GIVEN 4

/* Params that an op was given, and what Python says of them. */
typedef struct {
    PyObject *values;  /* NULL where none are known */
    PyObject *names;   /* NULL for those of the declaration */
    PyObject *shown;   /* ',"params":{"dim":"0"}', or '' */
    PyObject *key;     /* of the formula, among those of a run; None for none */
    PyObject *formula; /* its row; NULL as long as no run has needed it */
} Given;

/* An op. */
typedef struct {
    PyObject_HEAD
    PyObject *op;
    PyObject *declared; /* the tuple that it was made from, which keeps what the fields below borrow alive */
    PyObject *head;     /* '{"name":"mul","category":"pointwise","inputs":[' */
    PyObject *in_place_head; /* None for what is never written so */
    PyObject *heads[MOST_OPERANDS];
    PyObject *node_head;
    PyObject *param_names, *param_defaults;
    struct {
        PyObject *head; /* None for what is not shown */
        int kind;       /* -1 text, from -2 down which result, else which operand */
    } saved[MOST_SAVED];
    int slots[MOST_OPERANDS];
    int operands, params, edges, saves, parts;
    int results; /* how many there are at least, if what is saved is among them */
    PyObject *cuts[2]; /* what `why_cut` says of operands that need gradients, with an edge and without; NULL if not asked */
    Given given[MOST_GIVEN]; /* last */
    unsigned next_given;
} Declared;

/* An op, and what was found of it last. */
typedef struct {
    PyObject_HEAD
    Declared *declared;
    PyObject *alike; /* the names of its params as the engine has them; NULL as long as nobody asked */
    long long run; /* whose the following are: its first mark */
    PyObject *key; /* of the formula that it had last */
    long long formula;
    struct {
        PyObject *value, *text; /* NULL where none is known that lasts */
    } shown[MOST_OPERANDS + MOST_SAVED]; /* the last number at the place of each operand, and of each thing saved */
} Usual;

/* What is known of an op; NULL without an exception where Python writes it. Borrowed. */
Usual *usual_of(Scribe *self, PyObject *op);

/* An operand of an application. */
typedef struct {
    long long tensor; /* -1 for a number */
    long long version;
    long long producer; /* -1 for none */
    PyObject *constant; /* how a number is shown */
    PyObject *cut;      /* kind and reason, which stay; NULL where a gradient flows */
} Operand;

#define MOST_PARAMS 16
#define MOST_OUTPUTS 8

/* An application. All of it is borrowed, but for what is kept of the node, which the node can lose meanwhile. */
typedef struct {
    PyObject *op;
    Usual *usual;
    PyObject *const *operands;
    Py_ssize_t operand_count;
    PyObject *const *params; /* in the order of their names */
    PyObject *const *param_names; /* NULL for those of the declaration */
    int param_count;         /* -1 where they are too many */
    PyObject *named;         /* a dictionary of them; NULL as long as nobody needs it */
    PyObject *output;        /* NULL for none, the first of several */
    PyObject *several;       /* all results, if there are several; else NULL */
    PyObject *node;          /* None for none */
    long long span, scope;   /* -1 for none */
    PyObject *during;        /* None for none */
    PyObject *kept, *edges;  /* of the node; held */
    int in_place;
} Applied;

/* Notes it where that asks nothing of Python that could be a snippet's own. 1 if it has, 0 if it is not so usual and
   nothing is noted, -1 with an exception. */
int note_at_once(Scribe *self, Applied *it, PyObject *param_names);
/* The same, of what Transcript.op is given. */
int note_given_at_once(Scribe *self, PyObject *const *args);

/* How a number is shown that stands at a place of an op, as JSON. */
PyObject *shown_at(Scribe *self, Usual *usual, int place, PyObject *x);
/* Finds what rows say of an operand; the node that its edge leads to is `followed`, or NULL. */
int read_operand(Scribe *self, Usual *usual, int slot, PyObject *x, PyObject *followed, Operand *operand);
/* Which tensor, at which version, or which number; added where there is room ahead. */
char *add_place(Text *text, char *to, const Operand *operand);
/* Writes the edge that an operand came by. */
int write_edge_row(Scribe *self, int slot, const Operand *operand, long long op);
/* Notes a node with what it keeps; `own` becomes its index. */
int note_node(Scribe *self, Usual *usual, PyObject *node, PyObject *kept, PyObject *edges,
               const Operand *operands, long long index, long long *own);

/* Whether a value says the same each time that it is met; `of_itself` is one that surely does, or NULL. */
int lasts(PyObject *value, PyObject *of_itself);
/* Whether what lasts is surely the same as another value. */
int is_same(PyObject *a, PyObject *b);
/* Finds what a row says of params, and the index of the formula, -1 for none. */
int find_params(Scribe *self, Applied *it, PyObject **shown, long long *formula);
/* Whether what a row says of params is the same each time. */
int do_last(const Applied *it);
void drop_given(Given *given);

#endif
