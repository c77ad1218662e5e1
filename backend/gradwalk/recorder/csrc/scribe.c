#include "scribe.h"

#include <structmember.h>

static const char *const LIST_NAMES[] = {"ops", "tensors", "nodes", "values", "edges", "events", "spans", "scopes",
                                         "formulas"};

static int
scribe_traverse(Scribe *self, visitproc visit, void *arg)
{
    for (int i = 0; i < LISTS; i++) {
        Py_VISIT(self->lists[i]);
        Py_VISIT(self->items[i]);
    }
    Py_VISIT(self->waiting);
    Py_VISIT(self->storage_values);
    Py_VISIT(self->memory);
    Py_VISIT(self->cotangents);
    Py_VISIT(self->makers);
    Py_VISIT(self->writers);
    Py_VISIT(self->writes);
    Py_VISIT(self->stream);
    Py_VISIT(self->document);
    Py_VISIT(self->transcript);
    Py_VISIT(self->declared);
    Py_VISIT(self->why_cut);
    Py_VISIT(self->shown);
    Py_VISIT(self->gradient_of);
    return 0;
}

static int
scribe_clear(Scribe *self)
{
    for (int i = 0; i < LISTS; i++) {
        Py_CLEAR(self->lists[i]);
        Py_CLEAR(self->items[i]);
    }
    Py_CLEAR(self->waiting);
    Py_CLEAR(self->storage_values);
    Py_CLEAR(self->memory);
    Py_CLEAR(self->cotangents);
    Py_CLEAR(self->makers);
    Py_CLEAR(self->writers);
    Py_CLEAR(self->writes);
    Py_CLEAR(self->stream);
    Py_CLEAR(self->document);
    Py_CLEAR(self->transcript);
    Py_CLEAR(self->declared);
    Py_CLEAR(self->why_cut);
    Py_CLEAR(self->shown);
    Py_CLEAR(self->gradient_of);
    return 0;
}

static void
scribe_dealloc(Scribe *self)
{
    PyObject_GC_UnTrack(self);
    scribe_clear(self);
    for (int i = 0; i < FORMS; i++) {
        Py_XDECREF(self->known[i].layout);
        Py_XDECREF(self->known[i].head);
        Py_XDECREF(self->known[i].own_head);
    }
    PyMem_Free(self->text.letters);
    Py_TYPE(self)->tp_free((PyObject *)self);
}

/* Scribe(stream, document, producers, transcript, declared, why_cut, shown, max_elements) */
static PyObject *
scribe_new(PyTypeObject *type, PyObject *args, PyObject *Py_UNUSED(kwargs))
{
    PyObject *stream, *document, *producers, *transcript, *declared, *why_cut, *shown;
    long long most;
    if (at.tensor == NULL) {
        PyErr_SetString(PyExc_RuntimeError, "the engine's classes are not known yet");
        return NULL;
    }
    if (!PyArg_ParseTuple(args, "OOOOOOOL:Scribe", &stream, &document, &producers, &transcript, &declared, &why_cut,
                          &shown, &most))
        return NULL;
    Scribe *self = (Scribe *)type->tp_alloc(type, 0);
    if (self == NULL)
        return NULL;
    self->most = most;
    PyObject *lists = PyObject_GetAttrString(stream, "lists");
    if (lists == NULL)
        goto failed;
    for (int i = 0; i < LISTS; i++) {
        self->lists[i] = PyMapping_GetItemString(lists, LIST_NAMES[i]);
        if (self->lists[i] != NULL)
            self->items[i] = Py_XNewRef(SLOT(self->lists[i], at.items));
        if (self->items[i] == NULL || !PyList_CheckExact(self->items[i])) {
            Py_DECREF(lists);
            goto failed;
        }
    }
    Py_DECREF(lists);
    PyObject *mark = PyObject_GetAttrString(document, "first_mark");
    self->first = whole(mark);
    Py_XDECREF(mark);
    self->waiting = PyObject_GetAttrString(self->lists[VALUES], "waiting");
    self->storage_values = PyObject_GetAttrString(document, "storage_values");
    self->memory = PyObject_GetAttrString(document, "memory");
    self->cotangents = PyObject_GetAttrString(document, "known_cotangents");
    self->gradient_of = PyObject_GetAttrString(document, "gradient_of");
    self->makers = PyObject_GetAttrString(producers, "makers");
    self->writers = PyObject_GetAttrString(producers, "writers");
    self->writes = PyDict_New();
    if (PyErr_Occurred() || !PyList_CheckExact(self->waiting) || !PyList_CheckExact(self->storage_values) ||
        !PyDict_CheckExact(self->memory) || !PyDict_CheckExact(self->cotangents) || !PyDict_CheckExact(self->makers) ||
        !PyDict_CheckExact(self->writers) || !PyDict_CheckExact(self->gradient_of))
        goto failed;
    self->stream = Py_NewRef(stream);
    self->document = Py_NewRef(document);
    self->transcript = Py_NewRef(transcript);
    self->declared = Py_NewRef(declared);
    self->why_cut = Py_NewRef(why_cut);
    self->shown = Py_NewRef(shown);
    return (PyObject *)self;
failed:
    Py_DECREF(self);
    if (!PyErr_Occurred())
        PyErr_SetString(PyExc_TypeError, "the record is of other parts than these rows are for");
    return NULL;
}

long long
index_of(Scribe *self, PyObject *mark, PyObject *thing, const char *name)
{
    long long index = whole(mark) - self->first;
    if (0 <= index && index < ROOM)
        return index;
    PyObject *found = PyObject_CallMethod(self->document, name, "O", thing);
    if (found == NULL)
        return -1;
    index = PyLong_AsLongLong(found);
    Py_DECREF(found);
    return index;
}

Known *
known_form(Scribe *self, PyArrayObject *array)
{
    int dims = PyArray_NDIM(array);
    if (dims > MOST_DIMS)
        return NULL;
    npy_intp *shape = PyArray_DIMS(array), *strides = PyArray_STRIDES(array);
    char letter = PyArray_DESCR(array)->type;
    size_t hash = (size_t)letter + 31 * (size_t)dims;
    for (int i = 0; i < dims; i++)
        hash = (hash * 31 + (size_t)shape[i]) * 31 + (size_t)strides[i];
    Known *found = &self->known[(hash ^ hash >> 7) % FORMS];
    if (found->layout != NULL && found->dims == dims && found->letter == letter &&
        (dims == 0 || (!memcmp(found->shape, shape, dims * sizeof *shape) &&
                       !memcmp(found->strides, strides, dims * sizeof *strides))))
        return found;
    PyObject *form = PyObject_CallMethod(self->document, "form", "O", array);
    if (form == NULL)
        return NULL;
    PyObject *layout = PyObject_GetAttrString(form, "layout"), *head = PyObject_GetAttrString(form, "head");
    Py_DECREF(form);
    if (layout == NULL || head == NULL || !PyUnicode_Check(layout) || (head != Py_None && !PyUnicode_Check(head))) {
        Py_XDECREF(layout);
        Py_XDECREF(head);
        return NULL;
    }
    Py_XSETREF(found->layout, layout);
    Py_XSETREF(found->head, head);
    Py_CLEAR(found->own_head);
    found->dims = dims;
    found->letter = letter;
    if (dims) {
        memcpy(found->shape, shape, dims * sizeof *shape);
        memcpy(found->strides, strides, dims * sizeof *strides);
    }
    return found;
}

long long
add_waiting(Scribe *self, PyObject *head, PyObject *flat)
{
    PyObject *values = self->lists[VALUES];
    PyObject *pair = head == NULL || flat == NULL ? NULL : PyTuple_New(2);
    if (pair == NULL) {
        Py_XDECREF(head);
        Py_XDECREF(flat);
        return -1;
    }
    long long size = PyArray_SIZE((PyArrayObject *)flat);
    PyTuple_SET_ITEM(pair, 0, head);
    PyTuple_SET_ITEM(pair, 1, flat);
    int failed = set_number(values, at.elements, whole(SLOT(values, at.elements)) + size) < 0 ||
                 PyList_Append(self->waiting, pair) < 0;
    Py_DECREF(pair);
    return failed ? -1 : NEW_INDEX(self, VALUES) + (long long)PyList_GET_SIZE(self->waiting) - 1;
}

PyObject *
flat_of(PyArrayObject *array, NPY_ORDER order)
{
    if (PyArray_NDIM(array) == 1 && PyArray_IS_C_CONTIGUOUS(array))
        return Py_NewRef(array);
    return PyArray_Ravel(array, order);
}

/* settle(entries, full, look): the journal's entries; `position` says how many were begun. */
static PyObject *
scribe_settle(Scribe *self, PyObject *const *args, Py_ssize_t count)
{
    if (count != 3 || !PyList_CheckExact(args[0])) {
        PyErr_SetString(PyExc_TypeError, "settle() takes a list, and when a frame is full and is looked for");
        return NULL;
    }
    PyObject *entries = args[0];
    long long full = whole(args[1]), look = whole(args[2]);
    for (self->position = 0; self->position < PyList_GET_SIZE(entries);) {
        PyObject *entry = PyList_GET_ITEM(entries, self->position++);
        Py_INCREF(entry);
        int failed = 0;
        if (PyUnicode_Check(entry))
            failed = PyList_Append(self->items[EVENTS], entry) < 0;
        else {
            PyObject *result = NULL;
            if (!PyTuple_CheckExact(entry) || PyTuple_GET_SIZE(entry) != 2 ||
                !PyTuple_CheckExact(PyTuple_GET_ITEM(entry, 1)))
                PyErr_SetString(PyExc_TypeError, "not an entry");
            else {
                PyObject *what = PyTuple_GET_ITEM(entry, 1);
                PyObject *const *parts = &PyTuple_GET_ITEM(what, 0);
                result = PyObject_Vectorcall(PyTuple_GET_ITEM(entry, 0), parts, PyTuple_GET_SIZE(what), NULL);
            }
            failed = result == NULL;
            Py_XDECREF(result);
        }
        Py_DECREF(entry);
        if (failed)
            return NULL;
        long long elements = whole(SLOT(self->lists[VALUES], at.elements));
        if (elements > full || self->position % look == 0) {
            long long weight = elements + 10 * (long long)PyList_GET_SIZE(self->waiting);
            for (int i = 0; i < LISTS; i++)
                weight += 10 * (long long)PyList_GET_SIZE(self->items[i]);
            if (weight > full) {
                PyObject *flushed = PyObject_CallMethod(self->stream, "flush", NULL);
                if (flushed == NULL)
                    return NULL;
                Py_DECREF(flushed);
            }
        }
    }
    Py_RETURN_NONE;
}

static PyMethodDef scribe_methods[] = {
    {"op", (PyCFunction)(void (*)(void))scribe_op, METH_FASTCALL, "An application of an op."},
    {"vjp", (PyCFunction)(void (*)(void))scribe_vjp, METH_FASTCALL, "A node ran."},
    {"free", (PyCFunction)scribe_free, METH_O, "A node's saved tensors were released."},
    {"accumulate", (PyCFunction)(void (*)(void))scribe_accumulate, METH_FASTCALL, "A leaf received a cotangent."},
    {"write", (PyCFunction)scribe_write, METH_O, "Memory was written."},
    {"settle", (PyCFunction)(void (*)(void))scribe_settle, METH_FASTCALL, "Write down what was noted."},
    {NULL, NULL, 0, NULL},
};

static PyMemberDef scribe_members[] = {
    {"position", T_PYSSIZET, offsetof(Scribe, position), 0, "How many of the entries were begun."},
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
