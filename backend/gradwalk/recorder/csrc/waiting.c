#include "scribe.h"

#include <structmember.h>

static void
drop_value(Value *value)
{
    Py_XDECREF(value->whose);
    Py_DECREF(value->head);
    Py_DECREF(value->flat);
}

static void
waiting_dealloc(Waiting *self)
{
    for (Py_ssize_t i = 0; i < self->count; i++)
        drop_value(&self->values[i]);
    PyMem_Free(self->values);
    Py_XDECREF(self->rows);
    Py_XDECREF(self->encoded);
    Py_XDECREF(self->elements_of);
    Py_TYPE(self)->tp_free((PyObject *)self);
}

/* Waiting(rows, encoded, elements_of) */
static PyObject *
waiting_new(PyTypeObject *type, PyObject *args, PyObject *Py_UNUSED(kwargs))
{
    PyObject *rows, *encoded, *elements_of;
    if (!PyArg_ParseTuple(args, "O!OO:Waiting", &RowsType, &rows, &encoded, &elements_of))
        return NULL;
    Waiting *self = (Waiting *)type->tp_alloc(type, 0);
    if (self == NULL)
        return NULL;
    self->rows = (Rows *)Py_NewRef(rows);
    self->encoded = Py_NewRef(encoded);
    self->elements_of = Py_NewRef(elements_of);
    return (PyObject *)self;
}

/* Takes references to `whose` and `head`; steals `flat`. */
static long long
wait_for(Waiting *self, PyObject *whose, PyObject *head, PyObject *flat, long long storage, long long version)
{
    if (flat == NULL)
        return -1;
    if (self->count == self->room) {
        Py_ssize_t room = self->room ? 2 * self->room : 32;
        Value *values = PyMem_Realloc(self->values, room * sizeof *values);
        if (values == NULL) {
            Py_DECREF(flat);
            PyErr_NoMemory();
            return -1;
        }
        self->values = values;
        self->room = room;
    }
    self->values[self->count++] = (Value){Py_XNewRef(whose), Py_NewRef(head), flat, storage, version};
    self->elements += (long long)PyArray_SIZE((PyArrayObject *)flat);
    return next_index(self->rows) + (long long)self->count - 1;
}

long long
add_waiting(Waiting *self, PyObject *head, PyObject *flat, long long storage, long long version)
{
    return wait_for(self, NULL, head, flat, storage, version);
}

static PyObject *
waiting_add(Waiting *self, PyObject *args)
{
    PyObject *whose, *head, *flat;
    if (!PyArg_ParseTuple(args, "UUO!:add", &whose, &head, &PyArray_Type, &flat))
        return NULL;
    long long index = wait_for(self, whose, head, Py_NewRef(flat), -1, -1);
    return index < 0 ? NULL : PyLong_FromLongLong(index);
}

static void
put_value(Text *text, const Value *value, const char *elements, Py_ssize_t length)
{
    begin(text);
    PUT(text, "{");
    if (value->whose != NULL)
        put_string(text, value->whose);
    else if (value->storage >= 0) {
        PUT(text, "\"storage\":");
        put_number(text, value->storage);
        PUT(text, ",\"version\":");
        put_number(text, value->version);
        PUT(text, ",");
    }
    put_string(text, value->head);
    put(text, elements, length);
    PUT(text, "]}");
}

/* Writes the rows from the JSON of all arrays; 1 if it has, 0 if some number is not finite. */
static int
write_values(Waiting *self, Py_ssize_t count, Text *text, PyObject *encoded)
{
    if (!PyBytes_Check(encoded)) {
        PyErr_SetString(PyExc_TypeError, "arrays are encoded as bytes");
        return -1;
    }
    const char *place = PyBytes_AS_STRING(encoded), *end = place + PyBytes_GET_SIZE(encoded);
    if (memchr(place, 'n', end - place) != NULL) /* of null: no number has this letter, nor have true and false */
        return 0;
    for (Py_ssize_t i = 0; i < count; i++) {
        place += 2; /* "[[" or ",[" */
        const char *close = place < end ? memchr(place, ']', end - place) : NULL;
        if (close == NULL || place[-1] != '[' || i >= self->count) {
            PyErr_SetString(PyExc_ValueError, "other arrays were encoded than wait");
            return -1;
        }
        put_value(text, &self->values[i], place, close - place);
        if (add_row(self->rows, text) < 0)
            return -1;
        place = close + 1;
    }
    return 1;
}

/* Writes the rows from the elements of each array, as Python gives them. */
static int
write_elements(Waiting *self, Text *text, PyObject *arrays)
{
    PyObject *elements = PyObject_CallOneArg(self->elements_of, arrays);
    int failed = elements == NULL || !PyList_CheckExact(elements) || PyList_GET_SIZE(elements) > self->count;
    for (Py_ssize_t i = 0; !failed && i < PyList_GET_SIZE(elements); i++) {
        Py_ssize_t length;
        const char *letters = PyUnicode_AsUTF8AndSize(PyList_GET_ITEM(elements, i), &length);
        failed = letters == NULL;
        if (!failed) {
            put_value(text, &self->values[i], letters, length);
            failed = add_row(self->rows, text) < 0;
        }
    }
    Py_XDECREF(elements);
    if (failed && !PyErr_Occurred())
        PyErr_SetString(PyExc_TypeError, "not the elements of the arrays that wait");
    return failed ? -1 : 0;
}

static PyObject *
waiting_settle(Waiting *self, PyObject *Py_UNUSED(none))
{
    if (self->count == 0)
        Py_RETURN_NONE;
    PyObject *arrays = PyList_New(self->count);
    if (arrays == NULL)
        return NULL;
    for (Py_ssize_t i = 0; i < self->count; i++)
        PyList_SET_ITEM(arrays, i, Py_NewRef(self->values[i].flat));
    Py_ssize_t before = self->rows->count, count = self->count;
    Text text = {0};
    PyObject *encoded = PyObject_CallOneArg(self->encoded, arrays);
    int done = encoded == NULL ? -1 : write_values(self, count, &text, encoded);
    if (done == 0)
        done = write_elements(self, &text, arrays);
    Py_XDECREF(encoded);
    Py_DECREF(arrays);
    PyMem_Free(text.letters);
    if (done < 0) {
        take_back(self->rows, before);
        return NULL;
    }
    Value *written = self->values; /* what ends with an array may have other values wait */
    Py_ssize_t left = self->count - count;
    Value *others = left ? PyMem_Malloc(left * sizeof *others) : NULL;
    if (left && others == NULL)
        return PyErr_NoMemory();
    if (left)
        memcpy(others, written + count, left * sizeof *others);
    self->values = others;
    self->count = self->room = left;
    self->kept = 0;
    for (Py_ssize_t i = 0; i < count; i++)
        drop_value(&written[i]);
    PyMem_Free(written);
    Py_RETURN_NONE;
}

static PyObject *
waiting_keep(Waiting *self, PyObject *Py_UNUSED(none))
{
    for (; self->kept < self->count; self->kept++) {
        Value *value = &self->values[self->kept];
        PyObject *copy = PyArray_NewCopy((PyArrayObject *)value->flat, NPY_CORDER);
        if (copy == NULL)
            return NULL;
        Py_SETREF(value->flat, copy);
    }
    Py_RETURN_NONE;
}

static Py_ssize_t
waiting_length(Waiting *self)
{
    return self->count;
}

static PyMethodDef methods[] = {
    {"add", (PyCFunction)waiting_add, METH_VARARGS, "Have a value wait; its index."},
    {"settle", (PyCFunction)waiting_settle, METH_NOARGS, "Write the rows."},
    {"keep", (PyCFunction)waiting_keep, METH_NOARGS, "Have copies wait from now on."},
    {NULL, NULL, 0, NULL},
};

static PyMemberDef members[] = {
    {"elements", T_LONGLONG, offsetof(Waiting, elements), 0, "In the rows that are new."},
    {NULL, 0, 0, 0, NULL},
};

static PySequenceMethods as_sequence = {.sq_length = (lenfunc)waiting_length};

PyTypeObject WaitingType = {
    PyVarObject_HEAD_INIT(NULL, 0).tp_name = "gradwalk.recorder._core.Waiting",
    .tp_doc = "Values whose elements are to be written all together.",
    .tp_basicsize = sizeof(Waiting),
    .tp_flags = Py_TPFLAGS_DEFAULT,
    .tp_new = waiting_new,
    .tp_dealloc = (destructor)waiting_dealloc,
    .tp_methods = methods,
    .tp_members = members,
    .tp_as_sequence = &as_sequence,
};
