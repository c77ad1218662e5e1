/* What a loop of a snippet's runs over, with a scope for each item (runner/hooks.py). */

#include "notes.h"

#include <structmember.h>

typedef struct {
    PyObject_HEAD
    PyObject *items; /* an iterator */
    PyObject *enter, *leave, *line; /* the reporter's */
    PyObject *kind, *span, *label;
    PyObject *iteration; /* what closes the scope that is open; NULL for none */
    Py_ssize_t count;
} Items;

#define EACH(self, DO)                                                                                                 \
    DO(self->items) DO(self->enter) DO(self->leave) DO(self->line) DO(self->kind) DO(self->span) DO(self->label)       \
    DO(self->iteration)

#define VISIT(field) Py_VISIT(field);
#define CLEAR(field) Py_CLEAR(field);

static int
items_traverse(Items *self, visitproc visit, void *arg)
{
    EACH(self, VISIT)
    return 0;
}

static int
items_clear(Items *self)
{
    EACH(self, CLEAR)
    return 0;
}

static void
items_dealloc(Items *self)
{
    PyObject_GC_UnTrack(self);
    items_clear(self);
    Py_TYPE(self)->tp_free((PyObject *)self);
}

/* Items(iterator, enter, leave, line, span, label) */
static PyObject *
items_new(PyTypeObject *type, PyObject *args, PyObject *Py_UNUSED(kwargs))
{
    PyObject *items, *enter, *leave, *line, *span, *label;
    if (!PyArg_ParseTuple(args, "OOOOOO:Items", &items, &enter, &leave, &line, &span, &label))
        return NULL;
    if (!PyIter_Check(items)) {
        PyErr_SetString(PyExc_TypeError, "Items() takes an iterator");
        return NULL;
    }
    Items *self = (Items *)type->tp_alloc(type, 0);
    if (self == NULL)
        return NULL;
    self->items = Py_NewRef(items);
    self->enter = Py_NewRef(enter);
    self->leave = Py_NewRef(leave);
    self->line = Py_NewRef(line);
    self->span = Py_NewRef(span);
    self->label = Py_NewRef(label);
    self->kind = PyUnicode_InternFromString("iteration");
    if (self->kind == NULL)
        Py_CLEAR(self);
    return (PyObject *)self;
}

/* The last iteration is over, and the line of the loop comes again; -1 with an exception. */
static int
close_iteration(Items *self)
{
    PyObject *iteration = self->iteration;
    self->iteration = NULL;
    PyObject *left = PyObject_CallOneArg(self->leave, iteration);
    Py_DECREF(iteration);
    PyObject *told = left == NULL ? NULL : PyObject_CallOneArg(self->line, self->span);
    Py_XDECREF(left);
    Py_XDECREF(told);
    return told == NULL ? -1 : 0;
}

/* The next item, which the loop fetches: that is no iteration's doing. */
static PyObject *
items_next(Items *self)
{
    if (self->items == NULL || (self->iteration != NULL && close_iteration(self) < 0))
        return NULL;
    PyObject *items = Py_NewRef(self->items), *item = Py_TYPE(items)->tp_iternext(items);
    Py_DECREF(items);
    if (item == NULL)
        return NULL;
    PyObject *number = PyLong_FromSsize_t(++self->count);
    PyObject *arguments[] = {self->kind, self->span, self->label, number};
    self->iteration = number == NULL ? NULL : PyObject_Vectorcall(self->enter, arguments, 4, NULL);
    Py_XDECREF(number);
    if (self->iteration == NULL)
        Py_CLEAR(item);
    return item;
}

static PyMemberDef members[] = {
    {"count", T_PYSSIZET, offsetof(Items, count), READONLY, "How many there were."},
    {NULL, 0, 0, 0, NULL},
};

PyTypeObject ItemsType = {
    PyVarObject_HEAD_INIT(NULL, 0).tp_name = "gradwalk.recorder._core.Items",
    .tp_doc = "Items of a loop, each in a scope.",
    .tp_basicsize = sizeof(Items),
    .tp_flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC,
    .tp_new = items_new,
    .tp_traverse = (traverseproc)items_traverse,
    .tp_clear = (inquiry)items_clear,
    .tp_dealloc = (destructor)items_dealloc,
    .tp_iter = PyObject_SelfIter,
    .tp_iternext = (iternextfunc)items_next,
    .tp_members = members,
};
