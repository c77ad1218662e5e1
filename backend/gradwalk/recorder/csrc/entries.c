#include "entries.h"

#include <structmember.h>

int
add_entry(Entries *self, Kind kind, PyObject *const *parts, int count)
{
    if (self->count == self->room) {
        Py_ssize_t room = self->room ? 2 * self->room : 128;
        Entry *entries = PyMem_Realloc(self->entries, room * sizeof *entries);
        if (entries == NULL) {
            PyErr_NoMemory();
            return -1;
        }
        self->entries = entries;
        self->room = room;
    }
    Entry *entry = &self->entries[self->count];
    entry->kind = kind;
    entry->count = count;
    for (int i = 0; i < count; i++)
        entry->parts[i] = Py_NewRef(parts[i]);
    self->count++;
    return 0;
}

static void
drop_entries(Entry *entries, Py_ssize_t count)
{
    for (Py_ssize_t i = 0; i < count; i++)
        for (int part = 0; part < entries[i].count; part++)
            Py_DECREF(entries[i].parts[part]);
}

Entries
take_entries(Entries *self)
{
    Entries taken = *self;
    self->entries = NULL;
    self->count = self->room = 0;
    self->held = 0;
    return taken;
}

int
give_back(Entries *self, Entries taken, Py_ssize_t begun)
{
    drop_entries(taken.entries, begun);
    Py_ssize_t left = taken.count - begun;
    if (left == 0 && self->room) {
        PyMem_Free(taken.entries);
        return 0;
    }
    if (left)
        memmove(taken.entries, taken.entries + begun, left * sizeof *taken.entries);
    Entry *entries = taken.entries;
    if (left + self->count > taken.room) {
        taken.room = left + self->count;
        entries = PyMem_Realloc(taken.entries, taken.room * sizeof *entries);
        if (entries == NULL) { /* what has come since is worth more than what could not be written */
            drop_entries(taken.entries, left);
            PyMem_Free(taken.entries);
            PyErr_NoMemory();
            return -1;
        }
    }
    if (self->count)
        memcpy(entries + left, self->entries, self->count * sizeof *entries);
    PyMem_Free(self->entries);
    self->entries = entries;
    self->count += left;
    self->room = taken.room;
    return 0;
}

static int
entries_traverse(Entries *self, visitproc visit, void *arg)
{
    for (Py_ssize_t i = 0; i < self->count; i++)
        for (int part = 0; part < self->entries[i].count; part++)
            Py_VISIT(self->entries[i].parts[part]);
    return 0;
}

static int
entries_clear(Entries *self)
{
    Entries taken = take_entries(self);
    drop_entries(taken.entries, taken.count);
    PyMem_Free(taken.entries);
    return 0;
}

static void
entries_dealloc(Entries *self)
{
    PyObject_GC_UnTrack(self);
    entries_clear(self);
    Py_TYPE(self)->tp_free((PyObject *)self);
}

static PyObject *
entries_append(Entries *self, PyObject *entry)
{
    int failed = -1;
    if (PyUnicode_Check(entry))
        failed = add_entry(self, ROW, &entry, 1);
    else if (PyTuple_CheckExact(entry) && PyTuple_GET_SIZE(entry) == 2 && PyTuple_CheckExact(PyTuple_GET_ITEM(entry, 1)))
        failed = add_entry(self, CALL, &PyTuple_GET_ITEM(entry, 0), 2);
    else
        PyErr_SetString(PyExc_TypeError, "not an entry");
    if (failed)
        return NULL;
    Py_RETURN_NONE;
}

static Py_ssize_t
entries_length(Entries *self)
{
    return self->count;
}

static PyMethodDef methods[] = {
    {"append", (PyCFunction)entries_append, METH_O, "Add an entry."},
    {NULL, NULL, 0, NULL},
};

static PyMemberDef members[] = {
    {"held", T_LONGLONG, offsetof(Entries, held), 0, "Bytes of arrays that they hold."},
    {NULL, 0, 0, 0, NULL},
};

static PySequenceMethods as_sequence = {.sq_length = (lenfunc)entries_length};

PyTypeObject EntriesType = {
    PyVarObject_HEAD_INIT(NULL, 0).tp_name = "gradwalk.recorder._core.Entries",
    .tp_doc = "What was noted and is not written down yet.",
    .tp_basicsize = sizeof(Entries),
    .tp_flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC,
    .tp_new = PyType_GenericNew,
    .tp_traverse = (traverseproc)entries_traverse,
    .tp_clear = (inquiry)entries_clear,
    .tp_dealloc = (destructor)entries_dealloc,
    .tp_methods = methods,
    .tp_members = members,
    .tp_as_sequence = &as_sequence,
};
