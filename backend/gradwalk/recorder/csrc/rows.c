#include "rows.h"

#include <structmember.h>

static void
rows_dealloc(Rows *self)
{
    leave_room(&self->text);
    PyMem_Free(self->ends);
    Py_TYPE(self)->tp_free((PyObject *)self);
}

int
end_row_otherwise(Rows *self)
{
    Text *text = &self->text;
    PUT(text, ",");
    if (self->count == self->room && !text->failed) {
        Py_ssize_t room = self->room ? 2 * self->room : 64;
        Py_ssize_t *ends = PyMem_Realloc(self->ends, room * sizeof *ends);
        if (ends == NULL)
            text->failed = 1;
        else {
            self->ends = ends;
            self->room = room;
        }
    }
    if (text->failed) {
        new_row(self);
        PyErr_NoMemory();
        return -1;
    }
    self->ends[self->count++] = text->length;
    return 0;
}

void
take_back(Rows *rows, Py_ssize_t count)
{
    rows->count = count;
    rows->text.length = count ? rows->ends[count - 1] : 0;
}

int
add_string(Rows *self, PyObject *row)
{
    if (have_promised(self) < 0)
        return -1;
    Py_ssize_t length;
    const char *letters = PyUnicode_Check(row) ? PyUnicode_AsUTF8AndSize(row, &length) : NULL;
    if (letters == NULL) {
        if (!PyErr_Occurred())
            PyErr_SetString(PyExc_TypeError, "a row is a string");
        return -1;
    }
    put(new_row(self), letters, length);
    return end_row(self);
}

static PyObject *
rows_append(Rows *self, PyObject *row)
{
    return add_string(self, row) < 0 ? NULL : PyLong_FromLongLong(next_index(self) - 1);
}

static int
add_strings(Rows *self, PyObject *rows)
{
    if (have_promised(self) < 0)
        return -1;
    Py_ssize_t before = self->count;
    PyObject *all = PySequence_Fast(rows, "rows are strings");
    int failed = all == NULL;
    for (Py_ssize_t i = 0; !failed && i < PySequence_Fast_GET_SIZE(all); i++)
        failed = add_string(self, PySequence_Fast_GET_ITEM(all, i)) < 0;
    Py_XDECREF(all);
    if (failed)
        take_back(self, before);
    return failed ? -1 : 0;
}

static PyObject *
rows_extend(Rows *self, PyObject *rows)
{
    if (add_strings(self, rows) < 0)
        return NULL;
    Py_RETURN_NONE;
}

static PyObject *
rows_rows(Rows *self, PyObject *Py_UNUSED(none))
{
    PyObject *list = have_promised(self) < 0 ? NULL : PyList_New(self->count);
    for (Py_ssize_t i = 0; list != NULL && i < self->count; i++) {
        Py_ssize_t begin = i ? self->ends[i - 1] : 0;
        PyObject *row = PyUnicode_DecodeUTF8(self->text.letters + begin, self->ends[i] - 1 - begin, NULL);
        if (row == NULL)
            Py_CLEAR(list);
        else
            PyList_SET_ITEM(list, i, row);
    }
    return list;
}

/* Removes the first rows, which needs no memory. */
static void
drop(Rows *self, Py_ssize_t count)
{
    if (count == self->count) {
        take_back(self, 0);
        return;
    }
    Py_ssize_t gone = count ? self->ends[count - 1] : 0;
    self->text.length -= gone;
    memmove(self->text.letters, self->text.letters + gone, self->text.length);
    self->count -= count;
    for (Py_ssize_t i = 0; i < self->count; i++)
        self->ends[i] = self->ends[i + count] - gone;
}

static PyObject *
rows_renew(Rows *self, PyObject *rows)
{
    if (have_promised(self) < 0)
        return NULL;
    Py_ssize_t before = self->count;
    if (add_strings(self, rows) < 0)
        return NULL;
    drop(self, before);
    Py_RETURN_NONE;
}

/* How many of the new rows are meant; -1 with an exception. */
static Py_ssize_t
some(Rows *self, PyObject *number)
{
    Py_ssize_t count = PyLong_AsSsize_t(number);
    if (!PyErr_Occurred() && (count < 0 || count > self->count))
        PyErr_SetString(PyExc_IndexError, "not as many rows are new");
    return PyErr_Occurred() ? -1 : count;
}

PyObject *
rows_text(Rows *self, PyObject *number)
{
    Py_ssize_t count = some(self, number);
    if (count < 0)
        return NULL;
    Py_ssize_t length = count ? self->ends[count - 1] - 1 : 0; /* without the last comma */
    PyObject *text = PyBytes_FromStringAndSize(NULL, length + 2);
    if (text == NULL)
        return NULL;
    char *letters = PyBytes_AS_STRING(text);
    letters[0] = '[';
    if (length)
        memcpy(letters + 1, self->text.letters, length);
    letters[length + 1] = ']';
    return text;
}

static PyObject *
rows_forget(Rows *self, PyObject *number)
{
    Py_ssize_t count = some(self, number);
    if (count < 0)
        return NULL;
    drop(self, count);
    self->before += count;
    Py_RETURN_NONE;
}

static Py_ssize_t
rows_length(Rows *self)
{
    return (Py_ssize_t)next_index(self);
}

static PyMethodDef methods[] = {
    {"append", (PyCFunction)rows_append, METH_O, "Add a row; returns its index in the trace."},
    {"extend", (PyCFunction)rows_extend, METH_O, "Add rows."},
    {"rows", (PyCFunction)rows_rows, METH_NOARGS, "Those that are new."},
    {"renew", (PyCFunction)rows_renew, METH_O, "Put others in the place of all that are new."},
    {"text", (PyCFunction)rows_text, METH_O, "The first of the new ones as JSON."},
    {"forget", (PyCFunction)rows_forget, METH_O, "The first of the new ones have been sent."},
    {NULL, NULL, 0, NULL},
};

static PyMemberDef members[] = {
    {"before", T_LONGLONG, offsetof(Rows, before), READONLY, "How many have been sent."},
    {"new", T_PYSSIZET, offsetof(Rows, count), READONLY, "How many have not."},
    {NULL, 0, 0, 0, NULL},
};

static PySequenceMethods as_sequence = {.sq_length = (lenfunc)rows_length};

PyTypeObject RowsType = {
    PyVarObject_HEAD_INIT(NULL, 0).tp_name = "gradwalk.recorder._core.Rows",
    .tp_doc = "One of the trace's lists.",
    .tp_basicsize = sizeof(Rows),
    .tp_flags = Py_TPFLAGS_DEFAULT,
    .tp_new = PyType_GenericNew,
    .tp_dealloc = (destructor)rows_dealloc,
    .tp_methods = methods,
    .tp_members = members,
    .tp_as_sequence = &as_sequence,
};
