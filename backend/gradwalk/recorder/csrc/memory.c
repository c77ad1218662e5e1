/* Storages with their numbers, and the tensors that look at them. */

#include "scribe.h"

/* Document.remember_memory: whose numbers are the same. */
static int
remember_memory(Scribe *self, PyObject *storage)
{
    PyObject *owner = SLOT(storage, at.base);
    while (PyArray_BASE((PyArrayObject *)owner) != NULL && PyArray_Check(PyArray_BASE((PyArrayObject *)owner)))
        owner = PyArray_BASE((PyArrayObject *)owner);
    PyObject *key = PyLong_FromVoidPtr(owner), *all = NULL;
    PyObject *reference = key == NULL ? NULL : PyWeakref_NewRef(storage, NULL);
    PyObject *others = reference == NULL ? NULL : PyDict_GetItemWithError(self->memory, key);
    PyObject *living = PyErr_Occurred() ? NULL : PyList_New(0);
    for (Py_ssize_t i = 0; living != NULL && others != NULL && i < PyTuple_GET_SIZE(others); i++) {
        PyObject *other = PyTuple_GET_ITEM(others, i), *there = PyObject_CallNoArgs(other);
        if (there == NULL || (there != Py_None && PyList_Append(living, other) < 0))
            Py_CLEAR(living);
        Py_XDECREF(there);
    }
    if (living != NULL && PyList_Append(living, reference) == 0)
        all = PyList_AsTuple(living);
    int failed = all == NULL || PyDict_SetItem(self->memory, key, all) < 0;
    Py_XDECREF(key);
    Py_XDECREF(reference);
    Py_XDECREF(living);
    Py_XDECREF(all);
    return failed ? -1 : 0;
}

/* Adds a storage's numbers as they are now; the value's index, or -1. */
static long long
write_numbers(Scribe *self, PyObject *storage, long long number)
{
    Text *text = &self->text;
    PyArrayObject *array = (PyArrayObject *)SLOT(storage, at.base);
    Known *form = known_form(self, array);
    if (form == NULL) {
        if (!PyErr_Occurred())
            PyErr_SetString(PyExc_SystemError, "an array of more dimensions than was looked for");
        return -1;
    }
    PyObject *flat = flat_of(array, NPY_KEEPORDER);
    if (flat == NULL)
        return -1;
    begin(text);
    if (form->head != Py_None)
        PUT(text, "{");
    PUT(text, "\"storage\":");
    put_number(text, number);
    PUT(text, ",\"version\":");
    put_number(text, whole(SLOT(storage, at.version)));
    PUT(text, ",");
    if (form->head != Py_None) {
        put_string(text, form->head);
        return add_waiting(self, written(text), flat);
    }
    PyObject *whose = written(text);
    PyObject *added = whose == NULL ? NULL : PyObject_CallMethod(self->lists[VALUES], "add", "OO", flat, whose);
    long long value = added == NULL ? -1 : whole(added);
    Py_XDECREF(whose);
    Py_XDECREF(added);
    Py_DECREF(flat);
    return value;
}

int
is_short_memory(PyObject *storage)
{
    if (storage == NULL || Py_TYPE(storage) != at.storage)
        return 0;
    PyObject *base = SLOT(storage, at.base);
    return base != NULL && PyArray_CheckExact(base) && PyArray_NDIM((PyArrayObject *)base) <= MOST_DIMS;
}

long long
write_tensor(Scribe *self, PyObject *tensor, long long node, const char *made, long long by)
{
    Text *text = &self->text;
    PyObject *storage = SLOT(tensor, at.own_storage);
    long long index = NEW_INDEX(self, TENSORS), number = (long long)PyList_GET_SIZE(self->storage_values);
    long long value = write_numbers(self, storage, number);
    PyObject *key = value < 0 ? NULL : PyLong_FromLongLong(value);
    if (key == NULL)
        return -1;
    int failed = PyList_Append(self->storage_values, key);
    Py_DECREF(key);
    if (failed || set_number(storage, at.storage_mark, self->first + number) < 0 || remember_memory(self, storage) < 0)
        return -1;
    Known *form = known_form(self, (PyArrayObject *)SLOT(tensor, at.array));
    if (form == NULL)
        return -1;
    begin(text);
    PUT(text, "{");
    put_string(text, form->layout);
    PUT(text, "\"storage\":");
    put_number(text, number);
    if (node < 0)
        PUT(text, ",\"offset\":0,\"requires_grad\":false,\"is_leaf\":true");
    else {
        PUT(text, ",\"offset\":0,\"requires_grad\":true,\"is_leaf\":false,\"grad_fn\":[");
        put_number(text, node);
        PUT(text, ",0]");
    }
    put(text, made, (Py_ssize_t)strlen(made));
    put_number(text, by);
    PUT(text, "}");
    if (add_row(self->items[TENSORS], text) < 0 || set_number(tensor, at.tensor_mark, self->first + index) < 0)
        return -1;
    return index;
}

/* write(storages): those over the same memory that was written, of which the trace knows some. */
PyObject *
scribe_write(Scribe *self, PyObject *mates)
{
    int is_usual = PyList_CheckExact(mates);
    for (Py_ssize_t i = 0; is_usual && i < PyList_GET_SIZE(mates); i++)
        is_usual = is_short_memory(PyList_GET_ITEM(mates, i));
    if (!is_usual)
        return PyObject_CallMethod(self->transcript, "write", "O", mates);
    for (Py_ssize_t i = 0; i < PyList_GET_SIZE(mates); i++) {
        PyObject *storage = PyList_GET_ITEM(mates, i);
        long long number = whole(SLOT(storage, at.storage_mark)) - self->first;
        if (number < 0 || number >= ROOM)
            continue;
        long long value = write_numbers(self, storage, number);
        PyObject *there = value < 0 ? NULL : PyLong_FromLongLong(value);
        if (there == NULL || PyList_SetItem(self->storage_values, (Py_ssize_t)number, there) < 0)
            return NULL;
        Text *text = &self->text;
        begin(text);
        PUT(text, "{\"kind\":\"write\",\"storage\":");
        put_number(text, number);
        PUT(text, ",\"version\":");
        put_number(text, whole(SLOT(storage, at.version)));
        PUT(text, ",\"value\":");
        put_number(text, value);
        PUT(text, "}");
        if (add_row(self->items[EVENTS], text) < 0)
            return NULL;
    }
    Py_RETURN_NONE;
}
