#include "sharers.h"

#include "by_identity.h"

/* What a weak reference refers to, as a new reference; None where that is gone. */
static PyObject *
referred(PyObject *reference)
{
#if PY_VERSION_HEX >= 0x030D0000
    PyObject *found = NULL;
    return PyWeakref_GetRef(reference, &found) < 0 ? NULL : found == NULL ? Py_NewRef(Py_None) : found;
#else
    PyObject *found = PyWeakref_GetObject(reference);
    return Py_XNewRef(found);
#endif
}

/* Whether a weak reference refers to nothing any more: memory is soon another storage's. */
static int
is_gone(PyObject *storages)
{
    PyObject *there = PyTuple_CheckExact(storages) ? NULL : referred(storages);
    Py_XDECREF(there);
    return there == Py_None;
}

/* The references to those among `storages` that live, and one more; NULL with an exception. */
static PyObject *
with_another(PyObject *storages, PyObject *reference)
{
    Py_ssize_t before = PyTuple_CheckExact(storages) ? PyTuple_GET_SIZE(storages) : 1;
    PyObject *all = PyList_New(0);
    for (Py_ssize_t i = 0; all != NULL && i < before; i++) {
        PyObject *other = PyTuple_CheckExact(storages) ? PyTuple_GET_ITEM(storages, i) : storages;
        PyObject *there = referred(other);
        if (there == NULL || (there != Py_None && PyList_Append(all, other) < 0))
            Py_CLEAR(all);
        Py_XDECREF(there);
    }
    if (all != NULL && PyList_GET_SIZE(all) == 0) {
        Py_DECREF(all);
        return Py_NewRef(reference);
    }
    PyObject *tuple = all == NULL || PyList_Append(all, reference) < 0 ? NULL : PyList_AsTuple(all);
    Py_XDECREF(all);
    return tuple;
}

int
remember_sharer(Sharers *self, const void *owner, PyObject *storage)
{
    Seen *table = with_room(self->table, &self->room, self->count, sizeof *table);
    if (table == NULL)
        return -1;
    self->table = table;
    PyObject *reference = PyWeakref_NewRef(storage, NULL);
    if (reference == NULL)
        return -1;
    Seen *place = entry_of(table, self->room, sizeof *place, owner);
    if (place->owner != NULL && is_gone(place->storages)) {
        Py_SETREF(place->storages, reference);
        return 0;
    }
    if (place->owner != NULL) {
        PyObject *before = Py_NewRef(place->storages), *all = with_another(before, reference);
        Py_DECREF(before);
        Py_DECREF(reference);
        if (all == NULL)
            return -1;
        place = entry_of(self->table, self->room, sizeof *place, owner);
        Py_SETREF(place->storages, all);
        return 0;
    }
    *place = (Seen){owner, reference};
    self->count++;
    return 0;
}

PyObject *
living_sharers(const Sharers *self, const void *owner)
{
    PyObject *living = PyList_New(0);
    Seen *place = living == NULL || !self->count ? NULL : entry_of(self->table, self->room, sizeof *place, owner);
    if (place == NULL || place->owner == NULL)
        return living;
    PyObject *storages = Py_NewRef(place->storages);
    Py_ssize_t count = PyTuple_CheckExact(storages) ? PyTuple_GET_SIZE(storages) : 1;
    for (Py_ssize_t i = 0; living != NULL && i < count; i++) {
        PyObject *there = referred(PyTuple_CheckExact(storages) ? PyTuple_GET_ITEM(storages, i) : storages);
        if (there == NULL || (there != Py_None && PyList_Append(living, there) < 0))
            Py_CLEAR(living);
        Py_XDECREF(there);
    }
    Py_DECREF(storages);
    return living;
}

static void
sharers_dealloc(Sharers *self)
{
    for (size_t i = 0; i < self->room; i++)
        Py_XDECREF(self->table[i].storages);
    PyMem_Free(self->table);
    Py_TYPE(self)->tp_free((PyObject *)self);
}

/* remember(identity, storage) */
static PyObject *
sharers_remember(Sharers *self, PyObject *args)
{
    PyObject *identity, *storage;
    if (!PyArg_ParseTuple(args, "OO:remember", &identity, &storage))
        return NULL;
    void *owner = PyLong_AsVoidPtr(identity);
    if ((owner == NULL && PyErr_Occurred()) || remember_sharer(self, owner, storage) < 0)
        return NULL;
    Py_RETURN_NONE;
}

/* living(identity) */
static PyObject *
sharers_living(Sharers *self, PyObject *identity)
{
    void *owner = PyLong_AsVoidPtr(identity);
    return owner == NULL && PyErr_Occurred() ? NULL : living_sharers(self, owner);
}

static PyMethodDef methods[] = {
    {"remember", (PyCFunction)sharers_remember, METH_VARARGS, "Note that a storage sees an array's memory."},
    {"living", (PyCFunction)sharers_living, METH_O, "The living storages that were noted to see it."},
    {NULL, NULL, 0, NULL},
};

PyTypeObject SharersType = {
    PyVarObject_HEAD_INIT(NULL, 0).tp_name = "gradwalk.recorder._core.Sharers",
    .tp_doc = "Which storages see the same memory.",
    .tp_basicsize = sizeof(Sharers),
    .tp_flags = Py_TPFLAGS_DEFAULT,
    .tp_new = PyType_GenericNew,
    .tp_dealloc = (destructor)sharers_dealloc,
    .tp_methods = methods,
};
