/* What notes what the engine shows, and the parts of the recorder that it goes by (recorder.py). */

#ifndef GRADWALK_NOTES_H
#define GRADWALK_NOTES_H

#include "source.h"
#include "usual.h"

typedef struct {
    PyObject_HEAD
    PyObject *journal, *stream, *tail, *source, *scopes;
    PyObject *running, *cells, *open; /* the recorder's list of nodes, the source's cells, the scopes' list */
    PyObject *entries, *ran, *end_record, *scribe;
    PyObject *layers, *plainly, *names, *tell_test, *monotonic; /* the first is the recorder's list */
    PyObject *bound, *bound_in_calls, *parts; /* the names' */
    int is_real; /* whether that is Python's own clock */
    int is_full; /* whether all is recorded that may be: then nothing is noted */
    long long ops_left, most, held, full, look;
    double room;
    Codes codes;
    Directly directly;
} Notes;

/* Journal.settle: writes down all that waits; -1 with an exception. */
int settle_all(Notes *self);
/* Lines that were kept aside until now come before; -1 with an exception. */
int pass_over(Notes *self);
/* The innermost scope, which is written down with those around it, or None. */
PyObject *current_scope(Notes *self);
/* Whether what happens can be written down at once: nothing waits that comes before, and nothing is to be said of a time
   that is over. 1, or 0; -1 with an exception. */
int is_ready(Notes *self);
/* Have what was written go out, if it is much or it is time; arrays of so many bytes were held until now. 1 or -1. */
int after_writing(Notes *self, long long held);
/* No subclass of a snippet's own is asked about what is looked at until as many times `leave` as `enter` were called
   (overrides.plainly). */
int enter_plainly(Notes *self);
int leave_plainly(Notes *self);

PyObject *notes_about_to_change(Notes *self, PyObject *const *args, Py_ssize_t count);
PyObject *notes_storage_written(Notes *self, PyObject *storage);
PyObject *notes_grad_cleared(Notes *self, PyObject *leaf);
PyObject *notes_backward_begins(Notes *self, PyObject *const *args, Py_ssize_t count);
PyObject *notes_backward_ended(Notes *self, PyObject *none);
PyObject *notes_enter(Notes *self, PyObject *const *args, Py_ssize_t count);
PyObject *notes_leave(Notes *self, PyObject *token);
PyObject *notes_line(Notes *self, PyObject *span);
PyObject *notes_branch(Notes *self, PyObject *const *args, Py_ssize_t count);
PyObject *notes_bind(Notes *self, PyObject *const *args, Py_ssize_t count);
/* Take note of where the names are kept; -1 with an exception. */
int find_names(Notes *self);

#endif
