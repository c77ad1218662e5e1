/* Noting what the engine shows most often (recorder.py): an entry for the journal, with the place and the scope. */

#include "notes.h"

#include <time.h>

#define EACH(self, DO)                                                                                                 \
    DO(self->journal) DO(self->stream) DO(self->tail) DO(self->source) DO(self->scopes) DO(self->running)              \
    DO(self->cells) DO(self->open) DO(self->entries) DO(self->ran)          \
    DO(self->end_record) DO(self->scribe) DO(self->layers) DO(self->plainly) DO(self->names) DO(self->tell_test) DO(self->monotonic)

#define VISIT(field) Py_VISIT(field);
#define CLEAR(field) Py_CLEAR(field);
#define HOLD(field) Py_INCREF(field);

static int
notes_traverse(Notes *self, visitproc visit, void *arg)
{
    EACH(self, VISIT)
    return 0;
}

static int
notes_clear(Notes *self)
{
    forget_codes(&self->codes);
    EACH(self, CLEAR)
    Py_CLEAR(self->bound);
    Py_CLEAR(self->bound_in_calls);
    Py_CLEAR(self->parts);
    return 0;
}

static void
notes_dealloc(Notes *self)
{
    PyObject_GC_UnTrack(self);
    notes_clear(self);
    Py_TYPE(self)->tp_free((PyObject *)self);
}

static PyObject *
notes_new(PyTypeObject *type, PyObject *args, PyObject *Py_UNUSED(kwargs))
{
    Notes *self = (Notes *)type->tp_alloc(type, 0);
    if (self == NULL)
        return NULL;
    if (!PyArg_ParseTuple(args, "OOO!OO!O!O!O!O!OOO!O!O!OOOLdLLLL:Notes", &self->journal, &self->stream, at.tail, &self->tail,
                          &self->source, at.scopes, &self->scopes, &PyList_Type, &self->running, &PyDict_Type,
                          &self->cells, &PyList_Type, &self->open, &EntriesType, &self->entries, &self->ran, &self->end_record, &ScribeType, &self->scribe,
                          &PyList_Type, &self->layers, at.plainly, &self->plainly, &self->names, &self->tell_test, &self->monotonic, &self->ops_left, &self->room, &self->most, &self->held, &self->full,
                          &self->look)) {
        memset(&self->journal, 0, (char *)(&self->monotonic + 1) - (char *)&self->journal); /* borrowed so far */
        Py_DECREF(self);
        return NULL;
    }
    EACH(self, HOLD)
    self->is_real = PyCFunction_CheckExact(self->monotonic);
    if (find_names(self) < 0 || know_spans(&self->codes, self->source) < 0)
        Py_CLEAR(self);
    return (PyObject *)self;
}

int
pass_over(Notes *self)
{
    if (whole(SLOT(self->tail, at.tail_waiting)) == 0)
        return 0;
    PyObject *done = PyObject_CallMethod(self->tail, "pass_over", NULL);
    Py_XDECREF(done);
    return done == NULL ? -1 : 0;
}

static long long
bytes_of(PyObject *x) /* of a tensor or an array; -1 where it is something else */
{
    PyObject *array = is_plain(x) ? SLOT(x, at.array) : x;
    if (array != NULL && PyArray_CheckExact(array))
        return PyArray_NBYTES((PyArrayObject *)array);
    PyObject *own = PyObject_TypeCheck(x, at.tensor) ? PyObject_GetAttrString(x, "_array") : Py_NewRef(x);
    PyObject *size = own == NULL ? NULL : PyObject_GetAttrString(own, "nbytes");
    long long bytes = size == NULL ? -1 : PyLong_AsLongLong(size);
    Py_XDECREF(own);
    Py_XDECREF(size);
    return bytes;
}

static long long
bytes_of_all(PyObject *sequence)
{
    long long held = 0;
    for (Py_ssize_t i = 0; i < PySequence_Fast_GET_SIZE(sequence); i++) {
        PyObject *x = PySequence_Fast_GET_ITEM(sequence, i);
        if (x == Py_None)
            continue;
        long long bytes = bytes_of(x);
        if (bytes < 0)
            return -1;
        held += bytes;
    }
    return held;
}

#ifndef CLOCK_MONOTONIC_COARSE
#define CLOCK_MONOTONIC_COARSE CLOCK_MONOTONIC
#endif

/* Whether it is time for a frame; -1 with an exception. Python's own clock is read as of the last tick, which takes a
   fifth of the time. */
static int
is_due(Notes *self)
{
    double due = PyFloat_AsDouble(SLOT(self->stream, at.due));
    struct timespec time;
    if (self->is_real && clock_gettime(CLOCK_MONOTONIC_COARSE, &time) == 0)
        return (double)time.tv_sec + 1e-9 * (double)time.tv_nsec > due;
    PyObject *seconds = PyObject_CallNoArgs(self->monotonic);
    double now = seconds == NULL ? 0 : PyFloat_AsDouble(seconds);
    Py_XDECREF(seconds);
    return PyErr_Occurred() ? -1 : now > due;
}

/* Journal.note, of an entry of these parts. */
static PyObject *
note(Notes *self, Kind kind, PyObject *const *parts, int count, long long held)
{
    Entries *entries = (Entries *)self->entries;
    if (add_entry(entries, kind, parts, count) < 0)
        return NULL;
    entries->held += held;
    int due = is_due(self);
    if (due)
        return due < 0 ? NULL : PyObject_CallMethod(self->journal, "send", NULL);
    if (entries->count > self->most || entries->held > self->held || SLOT(self->journal, at.at_once) == Py_True)
        return settle_all(self) < 0 ? NULL : Py_NewRef(Py_None);
    Py_RETURN_NONE;
}

/* ---- What is written down at once ------------------------------------------------------------------------------- */

int
is_ready(Notes *self)
{
    Scribe *scribe = (Scribe *)self->scribe;
    if (scribe->is_writing || SLOT(self->journal, at.at_once) == Py_True || SLOT(scribe->values, at.shared) == Py_True)
        return 0;
    if (pass_over(self) < 0)
        return -1;
    if (((Entries *)self->entries)->count && settle_all(self) < 0)
        return -1;
    return ((Entries *)self->entries)->count == 0;
}

int
after_writing(Notes *self, long long held)
{
    Entries *entries = (Entries *)self->entries;
    Scribe *scribe = (Scribe *)self->scribe;
    entries->held += held;
    int due = is_due(self), looks = is_long(&scribe->log) || waits_much(scribe->waiting);
    if (due < 0 || ((due || looks) && drain_log(scribe, self->full, self->look) < 0))
        return -1;
    if (due) {
        PyObject *sent = PyObject_CallMethod(self->journal, "send", NULL);
        Py_XDECREF(sent);
        if (sent == NULL)
            return -1;
    }
    else if (looks && flush_if_full(scribe, self->full) < 0)
        return -1;
    return entries->held > self->held && settle_all(self) < 0 ? -1 : 1;
}

static int
direct_op(PyObject *watcher, const Told *told)
{
    Notes *self = (Notes *)watcher;
    if (self->is_full)
        return 1;
    if (self->ops_left <= 0 || (double)whole(SLOT(self->stream, at.sent)) > self->room || PyList_GET_SIZE(self->running))
        return 0;
    int done = is_ready(self);
    if (done <= 0)
        return done;
    PyObject *span = find_here(&self->codes, self->source, self->cells);
    PyObject *scope = span == NULL ? NULL : current_scope(self);
    done = -1;
    if (scope != NULL) {
        Scribe *scribe = (Scribe *)self->scribe;
        Applied it = {
            .op = told->op,
            .operands = told->operands,
            .operand_count = told->operand_count,
            .params = told->params,
            .output = told->output,
            .node = told->node,
            .span = whole(span),
            .scope = whole(scope),
            .during = Py_None,
        };
        scribe->is_writing = 1;
        done = note_at_once(scribe, &it, told->param_names);
        scribe->is_writing = 0;
    }
    Py_XDECREF(span);
    Py_XDECREF(scope);
    if (done <= 0)
        return done;
    self->ops_left--;
    return after_writing(self, told->output == NULL ? 0 : bytes_of(told->output));
}

static int
direct_vjp(PyObject *watcher, const Ran *ran)
{
    Notes *self = (Notes *)watcher;
    if (self->is_full)
        return 1;
    if (PyList_GET_SIZE(self->running) || ran->given_count > MOST_COTANGENTS || ran->passed_on_count > MOST_COTANGENTS)
        return 0;
    int done = is_ready(self);
    if (done <= 0)
        return done;
    long long held = 0;
    for (Py_ssize_t i = 0; i < ran->passed_on_count; i++) {
        PyObject *cotangent = ran->passed_on[i];
        if (cotangent == NULL || cotangent == Py_None)
            continue;
        if (PyArray_CheckExact(cotangent))
            held += PyArray_NBYTES((PyArrayObject *)cotangent);
        else if (!PyArray_IsScalar(cotangent, Generic))
            return 0;
    }
    Scribe *scribe = (Scribe *)self->scribe;
    scribe->is_writing = 1;
    int failed = note_vjp(scribe, ran);
    scribe->is_writing = 0;
    return failed < 0 ? -1 : after_writing(self, held);
}

static int
direct_free(PyObject *watcher, PyObject *node)
{
    Notes *self = (Notes *)watcher;
    Scribe *scribe = (Scribe *)self->scribe;
    if (self->is_full)
        return 1;
    if (scribe->is_writing || ((Entries *)self->entries)->count)
        return 0;
    scribe->is_writing = 1;
    int failed = note_free(scribe, node);
    scribe->is_writing = 0;
    return failed < 0 ? -1 : 1;
}

static int
direct_arrival(PyObject *watcher, PyObject *node, PyObject *contribution, int is_first)
{
    Notes *self = (Notes *)watcher;
    if (self->is_full)
        return 1;
    int done = is_ready(self);
    if (done <= 0)
        return done;
    PyObject *variable = SLOT(node, at.variable), *gradient = is_plain(variable) ? SLOT(variable, at.grad) : NULL;
    if (gradient == NULL || (!PyArray_CheckExact(contribution) && !PyArray_IsScalar(contribution, Generic)))
        return 0;
    Scribe *scribe = (Scribe *)self->scribe;
    scribe->is_writing = 1;
    done = note_arrival(scribe, node, gradient, contribution, is_first);
    scribe->is_writing = 0;
    return done <= 0 ? done : after_writing(self, 0);
}

static Py_ssize_t
direct_holds(PyObject *watcher, PyObject *array)
{
    return holds_cotangent((Scribe *)((Notes *)watcher)->scribe, array);
}

static Py_ssize_t
direct_waits_for(PyObject *watcher, PyObject *array)
{
    Notes *self = (Notes *)watcher;
    return settle_all(self) < 0 ? -1 : references_to(((Scribe *)self->scribe)->waiting, array);
}

static int
direct_moved(PyObject *watcher, PyObject *storage)
{
    return remember_memory((Scribe *)((Notes *)watcher)->scribe, storage);
}

static void
let_go_of_notes(PyObject *capsule)
{
    Py_XDECREF(PyCapsule_GetContext(capsule));
}

/* Observer.directly */
static PyObject *
notes_directly(Notes *self, PyObject *Py_UNUSED(none))
{
    self->directly = (Directly){(PyObject *)self, direct_op, direct_vjp, direct_free, direct_arrival, direct_holds,
                                direct_waits_for, direct_moved};
    PyObject *capsule = PyCapsule_New(&self->directly, DIRECTLY_NAME, let_go_of_notes);
    if (capsule != NULL && PyCapsule_SetContext(capsule, Py_NewRef(self)) < 0) {
        Py_DECREF(self);
        Py_CLEAR(capsule);
    }
    return capsule;
}

/* ---- What waits --------------------------------------------------------------------------------------------------- */

/* Recorder.op_applied(op, operands, params, outputs, node) */
static PyObject *
notes_op_applied(Notes *self, PyObject *const *args, Py_ssize_t count)
{
    if (count != 5) {
        PyErr_SetString(PyExc_TypeError, "op_applied() takes 5 arguments");
        return NULL;
    }
    if (self->is_full)
        Py_RETURN_NONE;
    if (self->ops_left <= 0 || (double)whole(SLOT(self->stream, at.sent)) > self->room)
        return PyObject_CallNoArgs(self->end_record);
    self->ops_left--;
    if (pass_over(self) < 0)
        return NULL;
    PyObject *outputs = PySequence_Fast(args[3], "outputs");
    if (outputs == NULL)
        return NULL;
    long long held = bytes_of_all(outputs);
    Py_ssize_t runs = PyList_GET_SIZE(self->running);
    PyObject *during = runs ? PyList_GET_ITEM(self->running, runs - 1) : Py_None;
    PyObject *span = held < 0 ? NULL : find_here(&self->codes, self->source, self->cells);
    PyObject *scope = span == NULL ? NULL : current_scope(self);
    PyObject *result = NULL;
    if (scope != NULL) {
        PyObject *parts[] = {args[0], args[1], args[2], args[3], args[4], span, scope, during};
        int done = runs ? 0 : is_ready(self);
        if (done > 0) {
            Scribe *scribe = (Scribe *)self->scribe;
            scribe->is_writing = 1;
            done = note_given_at_once(scribe, parts);
            scribe->is_writing = 0;
        }
        if (done > 0)
            result = after_writing(self, held) < 0 ? NULL : Py_NewRef(Py_None);
        else if (done == 0)
            result = note(self, OP, parts, 8, held);
    }
    Py_XDECREF(span);
    Py_XDECREF(scope);
    Py_DECREF(outputs);
    return result;
}

/* Recorder.vjp_ran(node, cotangents_in, cotangents_out, unreduced) */
static PyObject *
notes_vjp_ran(Notes *self, PyObject *const *args, Py_ssize_t count)
{
    if (count != 4) {
        PyErr_SetString(PyExc_TypeError, "vjp_ran() takes 4 arguments");
        return NULL;
    }
    if (self->is_full)
        Py_RETURN_NONE;
    if (PyList_GET_SIZE(self->running)) {
        PyObject *done = PyObject_CallOneArg(self->ran, args[0]);
        if (done == NULL)
            return NULL;
        Py_DECREF(done);
    }
    if (pass_over(self) < 0)
        return NULL;
    PyObject *cotangents = PySequence_Fast(args[2], "cotangents");
    long long held = cotangents == NULL ? -1 : bytes_of_all(cotangents);
    Py_XDECREF(cotangents);
    if (held < 0)
        return NULL;
    return note(self, VJP, args, 4, held);
}

/* Recorder.freed(node), right after it ran */
static PyObject *
notes_freed(Notes *self, PyObject *node)
{
    if (!self->is_full && add_entry((Entries *)self->entries, FREE, &node, 1) < 0)
        return NULL;
    Py_RETURN_NONE;
}

/* Source.here() */
static PyObject *
notes_here(Notes *self, PyObject *Py_UNUSED(none))
{
    return find_here(&self->codes, self->source, self->cells);
}

/* All is recorded that may be. */
static PyObject *
notes_end(Notes *self, PyObject *Py_UNUSED(none))
{
    self->is_full = 1;
    Py_RETURN_NONE;
}

/* Journal.settle() */
static PyObject *
notes_settle(Notes *self, PyObject *Py_UNUSED(none))
{
    return settle_all(self) < 0 ? NULL : Py_NewRef(Py_None);
}

static PyMethodDef notes_methods[] = {
    {"end", (PyCFunction)notes_end, METH_NOARGS, "From now on nothing is noted."},
    {"settle", (PyCFunction)notes_settle, METH_NOARGS, "Write down everything noted."},
    {"here", (PyCFunction)notes_here, METH_NOARGS, "The span of what the snippet is evaluating now."},
    {"directly", (PyCFunction)notes_directly, METH_NOARGS, "How the engine's compiled core tells it."},
    {"op_applied", (PyCFunction)(void (*)(void))notes_op_applied, METH_FASTCALL, "An op was applied."},
    {"vjp_ran", (PyCFunction)(void (*)(void))notes_vjp_ran, METH_FASTCALL, "A node ran."},
    {"freed", (PyCFunction)notes_freed, METH_O, "A node's saved tensors were released."},
    {"about_to_change", (PyCFunction)(void (*)(void))notes_about_to_change, METH_FASTCALL, "Numbers or a history will change."},
    {"storage_written", (PyCFunction)notes_storage_written, METH_O, "A storage was written in place."},
    {"grad_cleared", (PyCFunction)notes_grad_cleared, METH_O, "A leaf's gradient was set to None."},
    {"backward_begins", (PyCFunction)(void (*)(void))notes_backward_begins, METH_FASTCALL, "A backward pass begins."},
    {"line", (PyCFunction)notes_line, METH_O, "A statement is about to run."},
    {"branch", (PyCFunction)(void (*)(void))notes_branch, METH_FASTCALL, "A test came out."},
    {"enter", (PyCFunction)(void (*)(void))notes_enter, METH_FASTCALL, "A scope opens."},
    {"leave", (PyCFunction)notes_leave, METH_O, "A scope closes, and all that are open in it."},
    {"bind", (PyCFunction)(void (*)(void))notes_bind, METH_FASTCALL, "A name was bound."},
    {"backward_ended", (PyCFunction)notes_backward_ended, METH_NOARGS, "The backward pass is over."},
    {NULL, NULL, 0, NULL},
};

PyTypeObject NotesType = {
    PyVarObject_HEAD_INIT(NULL, 0).tp_name = "gradwalk.recorder._core.Notes",
    .tp_doc = "Notes what the engine shows most often.",
    .tp_basicsize = sizeof(Notes),
    .tp_flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC,
    .tp_new = notes_new,
    .tp_traverse = (traverseproc)notes_traverse,
    .tp_clear = (inquiry)notes_clear,
    .tp_dealloc = (destructor)notes_dealloc,
    .tp_methods = notes_methods,
};
