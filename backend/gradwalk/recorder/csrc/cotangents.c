#include "cotangents.h"

#include "by_identity.h"

long long
value_of(const Cotangents *self, const void *cotangent)
{
    if (self->count == 0)
        return -1;
    Cotangent *found = entry_of(self->table, self->room, sizeof *found, cotangent);
    return found->cotangent == NULL ? -1 : found->value;
}

/* Lets go of those that nobody else has, which are met no more. -1 with an exception. */
static int
leave_behind(Cotangents *self)
{
    Cotangent *before = self->table, *table = PyMem_Calloc(self->room, sizeof *table);
    if (table == NULL) {
        PyErr_NoMemory();
        return -1;
    }
    size_t room = self->room, count = 0;
    for (size_t i = 0; i < room; i++) {
        PyObject *cotangent = before[i].cotangent;
        if (cotangent == NULL || Py_REFCNT(cotangent) == 1)
            continue;
        *(Cotangent *)entry_of(table, room, sizeof *table, cotangent) = before[i];
        before[i].cotangent = NULL;
        count++;
    }
    self->table = table;
    self->count = count;
    for (size_t i = 0; i < room; i++)
        Py_XDECREF(before[i].cotangent);
    PyMem_Free(before);
    return 0;
}

int
know_value(Cotangents *self, PyObject *cotangent, long long value)
{
    int is_full = self->room && 2 * (self->count + 1) > self->room;
    if (is_full && leave_behind(self) < 0)
        return -1;
    size_t count = is_full && 4 * self->count > self->room ? self->room : self->count; /* where many are left they get more */
    Cotangent *table = with_room(self->table, &self->room, count, sizeof *table);
    if (table == NULL)
        return -1;
    self->table = table;
    Cotangent *place = entry_of(table, self->room, sizeof *place, cotangent);
    if (place->cotangent == NULL) {
        place->cotangent = Py_NewRef(cotangent);
        self->count++;
    }
    place->value = value;
    return 0;
}

void
forget_values(Cotangents *self)
{
    Cotangent *table = self->table;
    size_t room = self->room;
    self->table = NULL; /* what ends with a cotangent finds none */
    self->count = self->room = 0;
    for (size_t i = 0; i < room; i++)
        Py_XDECREF(table[i].cotangent);
    PyMem_Free(table);
}

static int
cotangents_clear(Cotangents *self)
{
    forget_values(self);
    return 0;
}

static int
cotangents_traverse(Cotangents *self, visitproc visit, void *arg)
{
    for (size_t i = 0; i < self->room; i++)
        Py_VISIT(self->table[i].cotangent);
    return 0;
}

static void
cotangents_dealloc(Cotangents *self)
{
    PyObject_GC_UnTrack(self);
    cotangents_clear(self);
    Py_TYPE(self)->tp_free((PyObject *)self);
}

static PyObject *
cotangents_get(Cotangents *self, PyObject *identity)
{
    void *cotangent = PyLong_AsVoidPtr(identity);
    if (cotangent == NULL && PyErr_Occurred())
        return NULL;
    long long value = value_of(self, cotangent);
    if (value < 0)
        Py_RETURN_NONE;
    PyObject *number = PyLong_FromLongLong(value), *text = number == NULL ? NULL : PyObject_Str(number);
    return text == NULL ? (Py_XDECREF(number), NULL) : Py_BuildValue("(ONN)", cotangent, number, text);
}

/* self[identity] = (cotangent, value, text) */
static int
cotangents_assign(Cotangents *self, PyObject *Py_UNUSED(identity), PyObject *known)
{
    if (known == NULL || !PyTuple_CheckExact(known) || PyTuple_GET_SIZE(known) != 3) {
        PyErr_SetString(PyExc_TypeError, "a cotangent, its value, and that as JSON");
        return -1;
    }
    long long value = PyLong_AsLongLong(PyTuple_GET_ITEM(known, 1));
    return PyErr_Occurred() ? -1 : know_value(self, PyTuple_GET_ITEM(known, 0), value);
}

static PyObject *
cotangents_forget(Cotangents *self, PyObject *Py_UNUSED(none))
{
    forget_values(self);
    Py_RETURN_NONE;
}

static PyMethodDef methods[] = {
    {"get", (PyCFunction)cotangents_get, METH_O, "What is known of a cotangent, by its identity, or None."},
    {"clear", (PyCFunction)cotangents_forget, METH_NOARGS, "Forget them all."},
    {NULL, NULL, 0, NULL},
};

static PyMappingMethods as_mapping = {.mp_ass_subscript = (objobjargproc)cotangents_assign};

PyTypeObject CotangentsType = {
    PyVarObject_HEAD_INIT(NULL, 0).tp_name = "gradwalk.recorder._core.Cotangents",
    .tp_doc = "Which value each cotangent of a backward pass is.",
    .tp_basicsize = sizeof(Cotangents),
    .tp_flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC,
    .tp_new = PyType_GenericNew,
    .tp_traverse = (traverseproc)cotangents_traverse,
    .tp_clear = (inquiry)cotangents_clear,
    .tp_dealloc = (destructor)cotangents_dealloc,
    .tp_methods = methods,
    .tp_as_mapping = &as_mapping,
};
