#include "scribe.h"

#include <structmember.h>

static const char *const LIST_NAMES[] = {"ops", "tensors", "nodes", "values", "edges", "events", "spans", "scopes",
                                         "formulas"};

#define EACH(self, DO)                                                                                                 \
    DO(self->waiting) DO(self->storage_values) DO(self->sinks) DO(self->makers) DO(self->writers) DO(self->cotangents) \
    DO(self->memory) DO(self->gradient_of) DO(self->formulas) DO(self->stream) DO(self->values)       \
    DO(self->document) DO(self->transcript) DO(self->declared) DO(self->why_cut) DO(self->shown)

#define VISIT(field) Py_VISIT(field);
#define CLEAR(field) Py_CLEAR(field);

static int
scribe_traverse(Scribe *self, visitproc visit, void *arg)
{
    EACH(self, VISIT)
    return 0;
}

static int
scribe_clear(Scribe *self)
{
    drop_log(&self->log);
    for (int i = 0; i < LISTS; i++) {
        if (self->lists[i] != NULL && self->lists[i]->promiser == self)
            self->lists[i]->promiser = NULL;
        Py_CLEAR(self->lists[i]);
    }
    for (int i = 0; i < MARKS; i++)
        Py_CLEAR(self->marks[i]);
    for (int i = 0; i < QUOTED; i++) {
        Py_CLEAR(self->quoted[i].string);
        Py_CLEAR(self->quoted[i].quoted);
    }
    EACH(self, CLEAR)
    return 0;
}

static void
scribe_dealloc(Scribe *self)
{
    PyObject_GC_UnTrack(self);
    scribe_clear(self);
    Py_TYPE(self)->tp_free((PyObject *)self);
}

/* An attribute, which is to be of this type; NULL with an exception, also where one was raised before. Python finds it in
   a fifth of the time by a name that it has met. */
static void *
attribute(PyObject *object, const char *name, PyTypeObject *type)
{
    PyObject *met = object == NULL || PyErr_Occurred() ? NULL : PyUnicode_InternFromString(name);
    PyObject *found = met == NULL ? NULL : PyObject_GetAttr(object, met);
    Py_XDECREF(met);
    if (found != NULL && type != NULL && Py_TYPE(found) != type) {
        PyErr_Format(PyExc_TypeError, "%s is of another type than these rows are for", name);
        Py_CLEAR(found);
    }
    return found;
}

static int
write_promised(void *scribe)
{
    return write_log(scribe);
}

/* Scribe(stream, document, producers, transcript, declared, why_cut, shown) */
static PyObject *
scribe_new(PyTypeObject *type, PyObject *args, PyObject *Py_UNUSED(kwargs))
{
    PyObject *stream, *document, *producers, *transcript, *declared, *why_cut, *shown;
    if (at.tensor == NULL) {
        PyErr_SetString(PyExc_RuntimeError, "the engine's classes are not known yet");
        return NULL;
    }
    if (!PyArg_ParseTuple(args, "OOOOOOO:Scribe", &stream, &document, &producers, &transcript, &declared, &why_cut,
                          &shown))
        return NULL;
    Scribe *self = (Scribe *)type->tp_alloc(type, 0);
    if (self == NULL)
        return NULL;
    PyObject *lists = attribute(stream, "lists", &PyDict_Type);
    for (int i = 0; lists != NULL && i < LISTS; i++) {
        PyObject *rows = PyDict_GetItemString(lists, LIST_NAMES[i]);
        if (rows == NULL || Py_TYPE(rows) != &RowsType) {
            PyErr_Format(PyExc_TypeError, "%s are of another type than these rows are for", LIST_NAMES[i]);
            break;
        }
        self->lists[i] = (Rows *)Py_NewRef(rows);
        self->lists[i]->promiser = i == OPS || i == TENSORS || i == NODES || i == EDGES || i == EVENTS ? self : NULL;
        self->lists[i]->write_promised = write_promised;
    }
    Py_XDECREF(lists);
    PyObject *mark = attribute(document, "first_mark", &PyLong_Type);
    self->first = whole(mark);
    Py_XDECREF(mark);
    self->values = attribute(stream, "values", NULL);
    self->waiting = attribute(self->values, "waiting", &WaitingType);
    self->storage_values = attribute(document, "storage_values", &NumbersType);
    self->sinks = attribute(document, "sinks", &NumbersType);
    self->cotangents = attribute(document, "known_cotangents", &CotangentsType);
    self->memory = attribute(document, "memory", &SharersType);
    self->gradient_of = attribute(document, "gradient_of", &PyDict_Type);
    self->formulas = attribute(document, "formulas", &PyDict_Type);
    self->makers = attribute(producers, "makers", &NumbersType);
    self->writers = attribute(producers, "writers", &NumbersType);
    if (PyErr_Occurred()) {
        Py_DECREF(self);
        return NULL;
    }
    self->stream = Py_NewRef(stream);
    self->document = Py_NewRef(document);
    self->transcript = Py_NewRef(transcript);
    self->declared = Py_NewRef(declared);
    self->why_cut = Py_NewRef(why_cut);
    self->shown = Py_NewRef(shown);
    return (PyObject *)self;
}

PyObject *
quoted_as_shown(Scribe *self, PyObject *string)
{
    size_t place = ((size_t)string >> 4 ^ (size_t)string >> 9) & (QUOTED - 1);
    if (self->quoted[place].string == string)
        return Py_NewRef(self->quoted[place].quoted);
    PyObject *quoted = PyObject_CallOneArg(self->shown, string);
    if (quoted == NULL || !PyUnicode_Check(quoted)) {
        Py_XDECREF(quoted);
        if (!PyErr_Occurred())
            PyErr_SetString(PyExc_TypeError, "shown");
        return NULL;
    }
    if (PyUnicode_CheckExact(string)) {
        Py_XSETREF(self->quoted[place].string, Py_NewRef(string));
        Py_XSETREF(self->quoted[place].quoted, Py_NewRef(quoted));
    }
    return quoted;
}

/* Writes down an entry. */
static int
write_entry(Scribe *self, const Entry *entry)
{
    PyObject *const *parts = entry->parts, *result = NULL;
    switch (entry->kind) {
    case ROW:
        return add_string(self->lists[EVENTS], parts[0]);
    case CALL:
        result = PyObject_Vectorcall(parts[0], &PyTuple_GET_ITEM(parts[1], 0), PyTuple_GET_SIZE(parts[1]), NULL);
        break;
    case OP:
        result = scribe_op(self, parts, entry->count);
        break;
    case VJP:
        result = scribe_vjp(self, parts, entry->count);
        break;
    case FREE:
        result = scribe_free(self, parts[0]);
        break;
    }
    Py_XDECREF(result);
    return result == NULL ? -1 : 0;
}

int
flush_if_full(Scribe *self, long long full)
{
    long long weight = self->waiting->written + 10 * (long long)self->waiting->count;
    for (int i = 0; i < LISTS; i++)
        weight += 10 * (long long)self->lists[i]->count;
    if (weight <= full && !waits_much(self->waiting))
        return 0;
    if (!self->log.is_being_written && drain_log(self, full, 1) < 0)
        return -1;
    PyObject *flushed = PyObject_CallMethod(self->stream, "flush", NULL);
    Py_XDECREF(flushed);
    return flushed == NULL ? -1 : 0;
}

/* Whether an entry's rows are written without asking: all that is logged comes before them. */
static int
follows_log(const Entry *entry)
{
    return entry->kind == ROW || entry->kind == CALL;
}

int
settle_entries(Scribe *self, Entries *entries, long long full, long long look)
{
    if (self->is_writing)
        return 0;
    self->is_writing = 1;
    Entries taken = take_entries(entries);
    int failed = 0;
    Py_ssize_t begun = 0;
    while (!failed && begun < taken.count) {
        const Entry *entry = &taken.entries[begun];
        failed = follows_log(entry) && drain_log(self, full, look) < 0;
        if (failed)
            break;
        begun++;
        failed = write_entry(self, entry) < 0 || flush_if_full(self, full) < 0;
    }
    self->is_writing = 0;
    PyObject *kind, *error, *traceback;
    PyErr_Fetch(&kind, &error, &traceback);
    failed |= give_back(entries, taken, begun) < 0;
    if (kind != NULL)
        PyErr_Restore(kind, error, traceback);
    return failed ? -1 : 0;
}

/* settle(entries, full, look) */
static PyObject *
scribe_settle(Scribe *self, PyObject *const *args, Py_ssize_t count)
{
    if (count != 3 || Py_TYPE(args[0]) != &EntriesType) {
        PyErr_SetString(PyExc_TypeError, "settle() takes entries, and when a frame is full and is looked for");
        return NULL;
    }
    if (settle_entries(self, (Entries *)args[0], whole(args[1]), whole(args[2])) < 0)
        return NULL;
    Py_RETURN_NONE;
}

/* drain(full, look) */
static PyObject *
scribe_drain(Scribe *self, PyObject *const *args, Py_ssize_t count)
{
    if (count != 2) {
        PyErr_SetString(PyExc_TypeError, "drain() takes when a frame is full and is looked for");
        return NULL;
    }
    return drain_log(self, whole(args[0]), whole(args[1])) < 0 ? NULL : Py_NewRef(Py_None);
}

static PyMethodDef scribe_methods[] = {
    {"op", (PyCFunction)(void (*)(void))scribe_op, METH_FASTCALL, "An application of an op."},
    {"vjp", (PyCFunction)(void (*)(void))scribe_vjp, METH_FASTCALL, "A node ran."},
    {"free", (PyCFunction)scribe_free, METH_O, "A node's saved tensors were released."},
    {"accumulate", (PyCFunction)(void (*)(void))scribe_accumulate, METH_FASTCALL, "A leaf received a cotangent."},
    {"backward_begin", (PyCFunction)(void (*)(void))scribe_backward_begin, METH_FASTCALL, "A backward pass begins."},
    {"backward_end", (PyCFunction)scribe_backward_end, METH_NOARGS, "The backward pass is over."},
    {"grad_cleared", (PyCFunction)scribe_grad_cleared, METH_O, "A leaf's gradient was set to None."},
    {"mates", (PyCFunction)scribe_mates, METH_O, "Living storages that see what is written to one."},
    {"write", (PyCFunction)scribe_write, METH_O, "Memory was written."},
    {"settle", (PyCFunction)(void (*)(void))scribe_settle, METH_FASTCALL, "Write down what was noted."},
    {"drain", (PyCFunction)(void (*)(void))scribe_drain, METH_FASTCALL, "Write the rows of what was noted."},
    {NULL, NULL, 0, NULL},
};

static PyMemberDef scribe_members[] = {
    {"is_writing", T_BOOL, offsetof(Scribe, is_writing), READONLY, "Whether something is being written down."},
    {NULL, 0, 0, 0, NULL},
};

PyTypeObject ScribeType = {
    PyVarObject_HEAD_INIT(NULL, 0).tp_name = "gradwalk.recorder._core.Scribe",
    .tp_doc = "Writes the rows of one run.",
    .tp_basicsize = sizeof(Scribe),
    .tp_flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC,
    .tp_new = scribe_new,
    .tp_traverse = (traverseproc)scribe_traverse,
    .tp_clear = (inquiry)scribe_clear,
    .tp_dealloc = (destructor)scribe_dealloc,
    .tp_methods = scribe_methods,
    .tp_members = scribe_members,
};
