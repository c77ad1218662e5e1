/* What the engine shows beside ops and VJPs: what changes in place, and where passes begin and end (recorder.py). */

#include "notes.h"

/* Values.settle, where an exception may be on its way. */
static int
write_values_now(Scribe *scribe)
{
    PyObject *kind, *error, *traceback;
    PyErr_Fetch(&kind, &error, &traceback);
    PyObject *written = PyObject_CallMethod((PyObject *)scribe->waiting, "settle", NULL);
    Py_XDECREF(written);
    if (kind != NULL)
        PyErr_Restore(kind, error, traceback);
    return written == NULL ? -1 : 0;
}

int
settle_all(Notes *self)
{
    Entries *entries = (Entries *)self->entries;
    Scribe *scribe = (Scribe *)self->scribe;
    long long held = entries->held;
    if ((entries->count == 0 && held == 0) || scribe->is_writing || SLOT(self->journal, at.settling) == Py_True)
        return 0;
    set_slot(self->journal, at.settling, Py_NewRef(Py_True));
    entries->held = 0;
    int failed = 0;
    if (entries->count) {
        failed = enter_plainly(self) < 0 || settle_entries(scribe, entries, self->full, self->look) < 0;
        PyObject *kind, *error, *traceback;
        PyErr_Fetch(&kind, &error, &traceback);
        failed |= leave_plainly(self) < 0;
        if (kind != NULL)
            PyErr_Restore(kind, error, traceback);
    }
    set_slot(self->journal, at.settling, Py_NewRef(Py_False));
    if (SLOT(self->journal, at.at_once) == Py_True || SLOT(scribe->values, at.shared) == Py_True)
        failed |= write_values_now(scribe) < 0;
    PyObject *on_let_go = SLOT(self->journal, at.on_let_go);
    if (failed || on_let_go == Py_None)
        return failed ? -1 : 0;
    PyObject *told = PyObject_CallFunction(on_let_go, "L", held);
    Py_XDECREF(told);
    return told == NULL ? -1 : 0;
}

static int
go_plainly(Notes *self, long long further)
{
    return set_number(self->plainly, at.depth, whole(SLOT(self->plainly, at.depth)) + further);
}

int
enter_plainly(Notes *self)
{
    return go_plainly(self, 1);
}

int
leave_plainly(Notes *self)
{
    return go_plainly(self, -1);
}

/* What writes something down; the same method of the scribe's is `name`. */
typedef PyObject *(*Writer)(Scribe *, PyObject *const *, Py_ssize_t);

/* Recorder._note: has it written down, at once if that can be. */
static PyObject *
happened(Notes *self, Writer write, const char *name, PyObject *const *args, Py_ssize_t count)
{
    int ready = is_ready(self);
    if (ready < 0)
        return NULL;
    if (ready) {
        Scribe *scribe = (Scribe *)self->scribe;
        if (enter_plainly(self) < 0)
            return NULL;
        scribe->is_writing = 1;
        PyObject *written = write(scribe, args, count);
        scribe->is_writing = 0;
        if (leave_plainly(self) < 0)
            Py_CLEAR(written);
        if (written != NULL && after_writing(self, 0) < 0)
            Py_CLEAR(written);
        return written;
    }
    PyObject *parts[] = {PyObject_GetAttrString(self->scribe, name), PyTuple_New(count)};
    int failed = parts[0] == NULL || parts[1] == NULL;
    for (Py_ssize_t i = 0; !failed && i < count; i++)
        PyTuple_SET_ITEM(parts[1], i, Py_NewRef(args[i]));
    failed = failed || pass_over(self) < 0 || add_entry((Entries *)self->entries, CALL, parts, 2) < 0 ||
             (SLOT(self->journal, at.at_once) == Py_True && settle_all(self) < 0);
    Py_XDECREF(parts[0]);
    Py_XDECREF(parts[1]);
    return failed ? NULL : Py_NewRef(Py_None);
}

/* Recorder.about_to_change(memory=None) */
PyObject *
notes_about_to_change(Notes *self, PyObject *const *args, Py_ssize_t count)
{
    if (self->is_full)
        Py_RETURN_NONE;
    return settle_all(self) < 0 ? NULL : waiting_keep(((Scribe *)self->scribe)->waiting, args, count);
}

static PyObject *
write_mates(Scribe *scribe, PyObject *const *args, Py_ssize_t Py_UNUSED(count))
{
    return scribe_write(scribe, args[0]);
}

/* Recorder.storage_written(storage) */
PyObject *
notes_storage_written(Notes *self, PyObject *storage)
{
    if (self->is_full)
        Py_RETURN_NONE;
    Scribe *scribe = (Scribe *)self->scribe;
    PyObject *mates = scribe_mates(scribe, storage);
    PyObject *done = mates == NULL ? NULL : happened(self, write_mates, "write", &mates, 1);
    Py_XDECREF(mates);
    if (done != NULL && SLOT(scribe->values, at.shared) == Py_True && settle_all(self) < 0)
        Py_CLEAR(done);
    return done;
}

static PyObject *
write_cleared(Scribe *scribe, PyObject *const *args, Py_ssize_t Py_UNUSED(count))
{
    return scribe_grad_cleared(scribe, args[0]);
}

/* Recorder.grad_cleared(leaf) */
PyObject *
notes_grad_cleared(Notes *self, PyObject *leaf)
{
    if (self->is_full)
        Py_RETURN_NONE;
    return happened(self, write_cleared, "grad_cleared", &leaf, 1);
}

/* The scope of the ops of a pass that is recorded itself; None for another. */
static PyObject *
open_layer(Notes *self, int is_recorded, PyObject *span, PyObject *accumulates)
{
    if (!is_recorded || span == Py_None)
        return Py_NewRef(Py_None);
    const char *label = accumulates == Py_True ? "backward" : "grad";
    return PyObject_CallMethod(self->scopes, "enter", "sOs", "backward", span, label);
}

/* Recorder.backward_begins(roots, gradients, retain_graph, create_graph, accumulate) */
PyObject *
notes_backward_begins(Notes *self, PyObject *const *args, Py_ssize_t count)
{
    if (count != 5) {
        PyErr_SetString(PyExc_TypeError, "backward_begins() takes 5 arguments");
        return NULL;
    }
    if (self->is_full)
        Py_RETURN_NONE;
    int is_recorded = PyObject_IsTrue(args[3]);
    PyObject *span = is_recorded < 0 ? NULL : find_here(&self->codes, self->source, self->cells);
    PyObject *scope = span == NULL ? NULL : current_scope(self), *done = NULL;
    if (scope != NULL) {
        PyObject *parts[] = {args[0], args[1], args[4], args[2], args[3], span, scope};
        done = happened(self, scribe_backward_begin, "backward_begin", parts, 7);
    }
    Py_XDECREF(scope);
    /* Nodes are written down with what they save, before the pass releases it. */
    PyObject *layer = done == NULL || settle_all(self) < 0 ? NULL : open_layer(self, is_recorded, span, args[4]);
    if (layer == NULL || PyList_Append(self->layers, layer) < 0)
        Py_CLEAR(done);
    Py_XDECREF(layer);
    Py_XDECREF(span);
    return done;
}

static PyObject *
write_end(Scribe *scribe, PyObject *const *Py_UNUSED(args), Py_ssize_t Py_UNUSED(count))
{
    return scribe_backward_end(scribe, NULL);
}

/* Recorder.backward_ended() */
PyObject *
notes_backward_ended(Notes *self, PyObject *Py_UNUSED(none))
{
    if (self->is_full)
        Py_RETURN_NONE;
    Py_ssize_t last = PyList_GET_SIZE(self->layers) - 1;
    if (last < 0) {
        PyErr_SetString(PyExc_IndexError, "no pass is under way");
        return NULL;
    }
    PyObject *layer = Py_NewRef(PyList_GET_ITEM(self->layers, last)), *left = Py_None;
    int failed = PyList_SetSlice(self->layers, last, last + 1, NULL) < 0 ||
                 PyList_SetSlice(self->running, 0, PyList_GET_SIZE(self->running), NULL) < 0;
    if (!failed && layer != Py_None) {
        left = PyObject_CallMethod(self->scopes, "leave", "O", layer);
        Py_XDECREF(left);
    }
    Py_DECREF(layer);
    return failed || left == NULL ? NULL : happened(self, write_end, "backward_end", NULL, 0);
}
