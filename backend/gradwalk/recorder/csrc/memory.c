/* Storages with their numbers, and the tensors that look at them. */

#include "records.h"

/* The array that owns a storage's memory, of which it is known that it is no mirror of another; borrowed. */
static PyObject *
owner_of(PyObject *storage)
{
    PyObject *owner = SLOT(storage, at.base);
    while (PyArray_BASE((PyArrayObject *)owner) != NULL && PyArray_Check(PyArray_BASE((PyArrayObject *)owner)))
        owner = PyArray_BASE((PyArrayObject *)owner);
    return owner;
}

/* Adds a storage's numbers as they are now; the value's index, or -1. */
static long long
write_numbers(Scribe *self, PyObject *storage, long long number)
{
    PyArrayObject *array = (PyArrayObject *)SLOT(storage, at.base);
    Known *form = known_form(self, array);
    PyObject *flat = form == NULL ? NULL : flat_of(self, array, NPY_KEEPORDER);
    if (flat == NULL)
        return -1;
    long long version = whole(SLOT(storage, at.version));
    return add_waiting(self->waiting, form->head, flat, number, version);
}

int
is_usual_memory(PyObject *storage)
{
    if (storage == NULL || Py_TYPE(storage) != at.storage)
        return 0;
    PyObject *base = SLOT(storage, at.base);
    return base != NULL && PyArray_CheckExact(base) && PyArray_NDIM((PyArrayObject *)base) <= MOST_DIMS;
}

/* What Python's document says a thing's index is. */
static long long
asked(Scribe *self, const char *name, PyObject *thing)
{
    PyObject *found = PyObject_CallMethod(self->document, name, "O", thing);
    long long index = found == NULL ? -1 : PyLong_AsLongLong(found);
    Py_XDECREF(found);
    return index;
}

long long
storage_of(Scribe *self, PyObject *storage)
{
    long long number = PyObject_TypeCheck(storage, at.storage) ? index_by(self, SLOT(storage, at.storage_mark)) : -1;
    if (number >= 0)
        return number;
    if (!is_usual_memory(storage))
        return asked(self, "storage", storage);
    number = (long long)self->storage_values->count;
    long long value = write_numbers(self, storage, number);
    PyObject *mark = value < 0 || set_at(self->storage_values, number, value) < 0 ? NULL : mark_of(self, number);
    if (mark == NULL)
        return -1;
    set_slot(storage, at.storage_mark, mark);
    return remember_sharer(self->memory, owner_of(storage), storage) < 0 ? -1 : number;
}

int
remember_memory(Scribe *self, PyObject *storage)
{
    return index_by(self, SLOT(storage, at.storage_mark)) < 0 ? 0 : remember_sharer(self->memory, owner_of(storage), storage);
}

long long
offset_in(PyObject *storage, PyObject *array)
{
    PyObject *base = SLOT(storage, at.base);
    if (array == base)
        return 0;
    npy_intp size = PyArray_ITEMSIZE((PyArrayObject *)base);
    char *start = PyArray_BYTES((PyArrayObject *)base), *here = PyArray_BYTES((PyArrayObject *)array);
    if (here >= start && size > 0 && PyArray_SIZE((PyArrayObject *)array) > 0)
        return (here - start) / PyArray_ITEMSIZE((PyArrayObject *)array);
    PyObject *offset = PyObject_CallMethod(storage, "offset_of", "O", array);
    long long place = offset == NULL ? -1 : PyLong_AsLongLong(offset);
    Py_XDECREF(offset);
    return place;
}

long long
note_tensor(Scribe *self, PyObject *tensor, long long node, int is_gradient, long long by)
{
    PyObject *storage = SLOT(tensor, at.own_storage), *array = SLOT(tensor, at.array);
    long long number = storage_of(self, storage), offset = number < 0 ? -1 : offset_in(storage, array);
    Known *form = PyErr_Occurred() ? NULL : known_form(self, (PyArrayObject *)array);
    if (form == NULL)
        return -1;
    long long index = next_index(self->lists[TENSORS]);
    PyObject *mark = mark_of(self, index);
    TensorRecord *made = mark == NULL ? NULL : add_record(&self->log, TENSOR_MADE, sizeof *made);
    if (made == NULL) {
        Py_XDECREF(mark);
        return -1;
    }
    made->layout = Py_NewRef(form->layout);
    made->storage = number;
    made->offset = offset;
    made->node = node;
    made->by = by;
    made->output_nr = node < 0 ? 0 : (int)whole(SLOT(tensor, at.output_nr));
    made->is_gradient = is_gradient;
    made->needs_gradient = SLOT(tensor, at.requires_grad) == Py_True;
    self->lists[TENSORS]->promised++;
    set_slot(tensor, at.tensor_mark, mark);
    return index;
}

int
write_tensor_row(Scribe *self, const TensorRecord *made)
{
    Rows *tensors = self->lists[TENSORS];
    char *to = begin_row(tensors);
    to = ADD(to, "{");
    to = add_text(&tensors->text, to, made->layout);
    to = ADD(to, "\"storage\":");
    to = add_number(to, made->storage);
    if (made->offset) {
        to = ADD(to, ",\"offset\":");
        to = add_number(to, made->offset);
    }
    if (made->node >= 0) {
        to = ADD(to, ",\"requires_grad\":true,\"grad_fn\":[");
        to = add_number(to, made->node);
        to = ADD(to, ",");
        to = add_number(to, made->output_nr);
        to = ADD(to, "]");
    }
    else if (made->needs_gradient)
        to = ADD(to, ",\"requires_grad\":true,\"is_leaf\":true");
    else
        to = ADD(to, ",\"requires_grad\":false,\"is_leaf\":true");
    if (made->by >= 0) {
        to = made->is_gradient ? ADD(to, ",\"gradient_of\":") : ADD(to, ",\"op\":");
        to = add_number(to, made->by);
    }
    to = ADD(to, "}");
    return keep_promise(tensors, to);
}

long long
tensor_of(Scribe *self, PyObject *tensor)
{
    long long index = index_by(self, SLOT(tensor, at.tensor_mark));
    if (index >= 0)
        return index;
    PyObject *array = SLOT(tensor, at.array), *needed = SLOT(tensor, at.requires_grad);
    int is_usual_leaf = is_plain(tensor) && SLOT(tensor, at.grad_fn) == Py_None &&
                        SLOT(tensor, at.base_tensor) == Py_None && (needed == Py_True || needed == Py_False) &&
                        array != NULL && PyArray_CheckExact(array) &&
                        PyArray_NDIM((PyArrayObject *)array) <= MOST_DIMS &&
                        is_usual_memory(SLOT(tensor, at.own_storage));
    return is_usual_leaf ? note_tensor(self, tensor, -1, 0, -1) : asked(self, "tensor", tensor);
}

/* A leaf has one AccumulateGrad at a time, and one stands for all (Document._sink). */
static long long
sink_of(Scribe *self, PyObject *node, PyObject *variable)
{
    long long leaf = tensor_of(self, variable);
    if (leaf < 0)
        return -1;
    long long index = number_at(self->sinks, leaf);
    if (index < 0) {
        index = next_index(self->lists[NODES]);
        if (set_at(self->sinks, leaf, -1) < 0) /* which makes room */
            return -1;
        SinkRecord *made = add_record(&self->log, SINK_MADE, sizeof *made);
        if (made == NULL)
            return -1;
        self->sinks->numbers[leaf] = index;
        made->leaf = leaf;
        self->lists[NODES]->promised++;
    }
    PyObject *mark = mark_of(self, index);
    if (mark == NULL)
        return -1;
    set_slot(node, at.node_mark, mark);
    return index;
}

int
write_sink_row(Scribe *self, const SinkRecord *made)
{
    Rows *nodes = self->lists[NODES];
    char *to = begin_row(nodes);
    to = ADD(to, "{\"name\":\"AccumulateGrad\",\"next_functions\":[],\"variable\":");
    to = add_number(to, made->leaf);
    to = ADD(to, "}");
    return keep_promise(nodes, to);
}

long long
node_of(Scribe *self, PyObject *node)
{
    long long index = index_by(self, SLOT(node, at.node_mark));
    if (index >= 0)
        return index;
    if (Py_TYPE(node) == at.accumulator) {
        PyObject *variable = SLOT(node, at.variable);
        if (variable != NULL && is_plain(variable))
            return sink_of(self, node, variable);
    }
    return asked(self, "node", node);
}

/* mates(storage): living storages that see what is written there, itself among them (Document.mates). */
PyObject *
scribe_mates(Scribe *self, PyObject *storage)
{
    if (!is_usual_memory(storage))
        return PyObject_CallMethod(self->document, "mates", "O", storage);
    PyObject *owner = owner_of(storage), *known = living_sharers(self->memory, owner);
    PyObject *mates = known == NULL ? NULL : PyList_New(0);
    int is_among = 0;
    for (Py_ssize_t i = 0; mates != NULL && i < PyList_GET_SIZE(known); i++) {
        PyObject *mate = PyList_GET_ITEM(known, i);
        if (!is_usual_memory(mate)) {
            Py_DECREF(known);
            Py_DECREF(mates);
            return PyObject_CallMethod(self->document, "mates", "O", storage);
        }
        is_among |= mate == storage;
        /* One that was given other memory since is none of them. */
        if (owner_of(mate) == owner && PyList_Append(mates, mate) < 0)
            Py_CLEAR(mates);
    }
    Py_XDECREF(known);
    if (mates != NULL && !is_among && PyList_Append(mates, storage) < 0)
        Py_CLEAR(mates);
    return mates;
}

/* write(storages): those over the same memory that was written, of which the trace knows some. */
PyObject *
scribe_write(Scribe *self, PyObject *mates)
{
    int is_usual = PyList_CheckExact(mates);
    for (Py_ssize_t i = 0; is_usual && i < PyList_GET_SIZE(mates); i++)
        is_usual = is_usual_memory(PyList_GET_ITEM(mates, i));
    if (!is_usual)
        return PyObject_CallMethod(self->transcript, "write", "O", mates);
    for (Py_ssize_t i = 0; i < PyList_GET_SIZE(mates); i++) {
        PyObject *storage = PyList_GET_ITEM(mates, i);
        long long number = index_by(self, SLOT(storage, at.storage_mark));
        if (number < 0)
            continue;
        long long value = write_numbers(self, storage, number);
        if (value < 0 || set_at(self->storage_values, number, value) < 0)
            return NULL;
        if (note_event(self, CHANGED, (long long[]){number, whole(SLOT(storage, at.version)), value}, 3) < 0)
            return NULL;
    }
    Py_RETURN_NONE;
}
