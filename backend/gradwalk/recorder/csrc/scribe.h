/* What writes down one run. */

#ifndef GRADWALK_SCRIBE_H
#define GRADWALK_SCRIBE_H

#include "../../engine/csrc/directly.h"
#include "cotangents.h"
#include "entries.h"
#include "log.h"
#include "numbers.h"
#include "places.h"
#include "rows.h"
#include "sharers.h"
#include "text.h"
#include "waiting.h"

#define NPY_NO_DEPRECATED_API NPY_1_7_API_VERSION
#define PY_ARRAY_UNIQUE_SYMBOL GRADWALK_RECORDER_ARRAYS
#ifndef GRADWALK_MODULE
#define NO_IMPORT_ARRAY
#endif
#include <numpy/arrayobject.h>

#define ROOM (1LL << 40) /* marks.ROOM */
#define MOST_OPERANDS 8
#define MOST_SAVED 24
#define MOST_COTANGENTS 64
#define MOST_DIMS 5
#define QUOTED 16 /* a power of two */
#define MARKS 128 /* likewise */

/* What rows say of all arrays that lie alike. */
typedef struct {
    npy_intp shape[MOST_DIMS], strides[MOST_DIMS];
    int dims;
    char letter;
    PyObject *layout;   /* of the tensor, up to its storage; NULL where nothing is known */
    PyObject *head;     /* of its numbers in the order of memory */
    PyObject *own_head; /* of an array's numbers in its own shape; NULL if not asked for */
} Known;

enum {
    OPS, TENSORS, NODES, VALUES, EDGES, EVENTS, SPANS, SCOPES, FORMULAS, LISTS
};
typedef struct {
    PyObject_HEAD
    long long first; /* mark */
    Rows *lists[LISTS];
    Waiting *waiting;
    Numbers *storage_values, *sinks;  /* the document's */
    Numbers *makers, *writers;        /* the producers' */
    Cotangents *cotangents;
    Sharers *memory;
    PyObject *gradient_of, *formulas; /* the document's */
    PyObject *stream, *values, *document, *transcript;
    PyObject *declared, *why_cut, *shown;
    struct {
        PyObject *string, *quoted;
    } quoted[QUOTED]; /* strings of the snippet's that were quoted last; NULL in a free place */
    PyObject *marks[MARKS]; /* that were given last, each in the place of its index; NULL in a free place */
    Log log;
    char is_writing; /* a row: whatever comes meanwhile, from what ends, has to wait */
} Scribe;

extern PyTypeObject DeclaredType, UsualType, ScribeType, NotesType, ItemsType;

/* A string of the snippet's own as it is shown, as JSON; NULL with an exception. */
PyObject *quoted_as_shown(Scribe *self, PyObject *string);

/* The indices of things, which are written down where they are new; -1 with an exception. */
long long tensor_of(Scribe *self, PyObject *tensor);
long long storage_of(Scribe *self, PyObject *storage);
/* Notes whose numbers are the same, of a storage that has an index and other memory than before. */
int remember_memory(Scribe *self, PyObject *storage);
long long node_of(Scribe *self, PyObject *node);
/* The value of a cotangent, likewise. */
long long cotangent_of(Scribe *self, PyObject *cotangent);
/* How many references to a cotangent there are here, but for those that wait to be written down. */
Py_ssize_t holds_cotangent(const Scribe *self, PyObject *cotangent);

/* The index that a mark stands for; -1 for what is new. */
static inline long long
index_by(const Scribe *self, PyObject *mark)
{
    long long index = whole(mark) - self->first;
    return 0 <= index && index < ROOM ? index : -1;
}

/* The mark that stands for an index. A tensor, its storage and its node have nearly the same index where there are few
   views and leaves, so one number often serves for all three. NULL with an exception. */
static inline PyObject *
mark_of(Scribe *self, long long index)
{
    PyObject **place = &self->marks[index & (MARKS - 1)];
    if (index_by(self, *place) != index) {
        PyObject *mark = PyLong_FromLongLong(self->first + index);
        if (mark == NULL)
            return NULL;
        Py_XSETREF(*place, mark);
    }
    return Py_NewRef(*place);
}

/* What rows say of arrays that lie as this one, whose dimensions are few. NULL with an exception. */
Known *known_form(Scribe *self, PyArrayObject *array);
/* An array whose elements lie in a row as this one's do in that order. */
PyObject *flat_of(const Scribe *self, PyArrayObject *array, NPY_ORDER order);

/* Whether numbers are in memory of the usual kind. */
int is_usual_memory(PyObject *storage);
/* Notes a tensor whose memory is of that kind, made by an op or the gradient of a leaf; `by` is which, or -1. */
long long note_tensor(Scribe *self, PyObject *tensor, long long node, int is_gradient, long long by);
/* Where its first element is in its storage's memory; -1 with an exception. */
long long offset_in(PyObject *storage, PyObject *array);

/* Note an event that says these numbers; -1 with an exception. */
int note_event(Scribe *self, RecordKind kind, const long long *numbers, int count);
/* Write the rows of all that is logged, and send what is new each time that a frame is full. */
int write_log(Scribe *self);
int drain_log(Scribe *self, long long full, long long look);
void drop_log(Log *log);

/* Note what happened in a backward pass; -1 with an exception. Of cotangents there may be MOST_COTANGENTS. */
int note_vjp(Scribe *self, const Ran *ran);
int note_free(Scribe *self, PyObject *node);
/* 1 if it is noted, 0 if it is not usual and nothing is. */
int note_arrival(Scribe *self, PyObject *node, PyObject *gradient, PyObject *contribution, int is_first);
/* Writes down what was noted, and looks after every so many whether a frame is full. All is held until it is over; what
   is left when one entry fails is noted still. */
int settle_entries(Scribe *self, Entries *entries, long long full, long long look);
/* Send what is new if it is much. */
int flush_if_full(Scribe *self, long long full);

PyObject *scribe_op(Scribe *self, PyObject *const *args, Py_ssize_t count);
PyObject *scribe_vjp(Scribe *self, PyObject *const *args, Py_ssize_t count);
PyObject *scribe_free(Scribe *self, PyObject *node);
PyObject *scribe_accumulate(Scribe *self, PyObject *const *args, Py_ssize_t count);
PyObject *scribe_backward_begin(Scribe *self, PyObject *const *args, Py_ssize_t count);
PyObject *scribe_backward_end(Scribe *self, PyObject *none);
PyObject *scribe_grad_cleared(Scribe *self, PyObject *leaf);
PyObject *scribe_mates(Scribe *self, PyObject *storage);
PyObject *scribe_write(Scribe *self, PyObject *mates);
PyObject *counted(PyObject *module, PyObject *lists);
PyObject *texts(PyObject *module, PyObject *args);
PyObject *counts(PyObject *module, PyObject *args);
PyObject *summary(PyObject *module, PyObject *numbers);

#endif
