/* What writes down one run. */

#ifndef GRADWALK_SCRIBE_H
#define GRADWALK_SCRIBE_H

#include "places.h"
#include "text.h"

#define NPY_NO_DEPRECATED_API NPY_1_7_API_VERSION
#define PY_ARRAY_UNIQUE_SYMBOL GRADWALK_RECORDER_ARRAYS
#ifndef GRADWALK_MODULE
#define NO_IMPORT_ARRAY
#endif
#include <numpy/arrayobject.h>

#define ROOM (1LL << 40) /* marks.ROOM */
#define MOST_OPERANDS 8
#define MOST_SAVED 24

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
        int kind;       /* -1 text, -2 the result, else which operand */
    } saved[MOST_SAVED];
    int slots[MOST_OPERANDS];
    int operands, params, edges, saves, parts;
} Declared;

#define FORMS 128
#define MOST_DIMS 5

typedef struct {
    npy_intp shape[MOST_DIMS], strides[MOST_DIMS];
    int dims;
    char letter;
    PyObject *layout;   /* of the tensor, up to its storage; NULL where nothing is known */
    PyObject *head;     /* of its numbers in the order of memory; None if they are too many */
    PyObject *own_head; /* of an array's numbers in its own shape, with the bracket before it; NULL if not asked for */
} Known;

enum {
    OPS, TENSORS, NODES, VALUES, EDGES, EVENTS, SPANS, SCOPES, FORMULAS, LISTS
};
typedef struct {
    PyObject_HEAD
    long long first;
    long long most; /* elements of a value that is listed whole */
    PyObject *lists[LISTS], *items[LISTS];
    PyObject *waiting;        /* the values' */
    PyObject *storage_values, *memory, *cotangents, *gradient_of; /* the document's */
    PyObject *makers, *writers;                     /* the producers' */
    PyObject *writes; /* by op, its Usual */
    PyObject *stream, *document, *transcript, *declared;
    PyObject *why_cut, *shown;
    Py_ssize_t position; /* the entry of the journal that is being written */
    Known known[FORMS];
    Text text;
} Scribe;


typedef struct {
    PyObject_HEAD
    Declared *declared;
    PyObject *formulas[2]; /* without params and with all, as JSON, '' for none; NULL as long as nobody has asked */
    PyObject *constants[MOST_OPERANDS], *texts[MOST_OPERANDS]; /* the last that stood there, and how it is shown */
} Usual;


#define NEW_INDEX(scribe, list) \
    (whole(SLOT((scribe)->lists[list], at.before)) + (long long)PyList_GET_SIZE((scribe)->items[list]))

extern PyTypeObject DeclaredType, UsualType, ScribeType, NotesType;

/* The index of a thing that has one, by its mark; else what the document's method `name` says. -1 where that fails. */
long long index_of(Scribe *self, PyObject *mark, PyObject *thing, const char *name);
/* What rows say of arrays that lie as this one. NULL without an exception where that is not kept here. */
Known *known_form(Scribe *self, PyArrayObject *array);
/* Have a flat array wait whose row begins with `head`. Both are stolen. Returns its index, or -1. */
long long add_waiting(Scribe *self, PyObject *head, PyObject *flat);
/* An array's elements in a row. */
PyObject *flat_of(PyArrayObject *array, NPY_ORDER order);

/* Whether numbers are in memory of the usual kind, whose form is known. */
int is_short_memory(PyObject *storage);
/* A tensor with a storage that is new, all of whose memory it shows; `made` by what, or of what it is the gradient. */
long long write_tensor(Scribe *self, PyObject *tensor, long long node, const char *made, long long by);

PyObject *scribe_op(Scribe *self, PyObject *const *args, Py_ssize_t count);
PyObject *scribe_vjp(Scribe *self, PyObject *const *args, Py_ssize_t count);
PyObject *scribe_free(Scribe *self, PyObject *node);
PyObject *scribe_accumulate(Scribe *self, PyObject *const *args, Py_ssize_t count);
PyObject *scribe_write(Scribe *self, PyObject *mates);
PyObject *counts(PyObject *module, PyObject *args);

#endif
