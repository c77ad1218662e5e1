#include "decimals.h"
#include "scribe.h"
#include "summing.h"
#include "value_rows.h"

#include <structmember.h>

static void
drop_value(Value *value)
{
    Py_XDECREF(value->whose);
    Py_DECREF(value->head);
    Py_XDECREF(value->flat);
    PyMem_Free(value->summary);
}

static void
waiting_dealloc(Waiting *self)
{
    for (Py_ssize_t i = 0; i < self->count; i++)
        drop_value(&self->values[i]);
    PyMem_Free(self->values);
    PyMem_Free(self->floats);
    PyMem_Free(self->said);
    Py_XDECREF(self->rows);
    Py_XDECREF(self->encoded);
    Py_XDECREF(self->elements_of);
    Py_XDECREF(self->summed_up);
    Py_TYPE(self)->tp_free((PyObject *)self);
}

/* Whether the encoder that there is writes floats as we do, found out once; -1 with an exception. */
static int
writes_alike(PyObject *encode)
{
    static int found = -1;
    if (found >= 0)
        return found;
    npy_intp size = PROBE.count;
    PyObject *probe = PyArray_SimpleNew(1, &size, NPY_FLOAT);
    if (probe != NULL)
        memcpy(PyArray_DATA((PyArrayObject *)probe), PROBE.numbers, size * sizeof *PROBE.numbers);
    PyObject *arrays = probe == NULL ? NULL : PyList_New(1);
    if (arrays == NULL) {
        Py_XDECREF(probe);
        return -1;
    }
    PyList_SET_ITEM(arrays, 0, probe);
    PyObject *encoded = PyObject_CallOneArg(encode, arrays);
    Py_DECREF(arrays);
    if (encoded == NULL)
        return -1;
    found = are_written_alike(encoded);
    Py_DECREF(encoded);
    return found;
}

/* Waiting(rows, encoded, elements_of, summed_up, max_elements, most_elements, most_held, worth_naming) */
static PyObject *
waiting_new(PyTypeObject *type, PyObject *args, PyObject *Py_UNUSED(kwargs))
{
    PyObject *rows, *encoded, *elements_of, *summed_up;
    long long max_elements, most_elements, most_held, worth_naming;
    if (!PyArg_ParseTuple(args, "O!OOOLLLL:Waiting", &RowsType, &rows, &encoded, &elements_of, &summed_up, &max_elements,
                          &most_elements, &most_held, &worth_naming))
        return NULL;
    int alike = writes_alike(encoded);
    if (alike < 0)
        return NULL;
    Waiting *self = (Waiting *)type->tp_alloc(type, 0);
    if (self == NULL)
        return NULL;
    self->rows = (Rows *)Py_NewRef(rows);
    self->encoded = Py_NewRef(encoded);
    self->elements_of = Py_NewRef(elements_of);
    self->summed_up = Py_NewRef(summed_up);
    self->writes_floats = alike;
    self->max_elements = max_elements;
    self->most_elements = most_elements;
    self->most_held = most_held;
    self->worth_naming = worth_naming;
    self->said_by = -1;
    return (PyObject *)self;
}

/* How many elements of a value are listed. */
static long long
listed(const Waiting *self, const Value *value)
{
    long long size = value->flat == NULL ? value->few : (long long)PyArray_SIZE((PyArrayObject *)value->flat);
    return size < self->max_elements ? size : self->max_elements;
}

long long
bytes_of_value(const Value *value)
{
    return value->flat == NULL ? value->few * (long long)sizeof(float)
                               : (long long)PyArray_NBYTES((PyArrayObject *)value->flat);
}

/* How many floats an array has, if they are few enough to be copied; else 0. */
static int
few_of(const Waiting *self, PyArrayObject *flat)
{
    if (PyArray_TYPE(flat) != NPY_FLOAT || !PyArray_ISCARRAY_RO(flat) || !self->writes_floats)
        return 0;
    npy_intp size = PyArray_NDIM(flat) == 1 ? PyArray_DIM(flat, 0) : PyArray_SIZE(flat);
    return size <= MOST_FEW && size <= self->max_elements ? (int)size : 0;
}

/* Copies floats to the place that is the next; -1 with an exception. */
static int
copy_few(Waiting *self, const float *numbers, int few)
{
    if (self->floats_count + few > self->floats_room) {
        Py_ssize_t room = self->floats_room ? 4 * self->floats_room : 512;
        float *floats = PyMem_Realloc(self->floats, room * sizeof *floats);
        if (floats == NULL) {
            PyErr_NoMemory();
            return -1;
        }
        self->floats = floats;
        self->floats_room = room;
    }
    memcpy(self->floats + self->floats_count, numbers, few * sizeof *numbers);
    return 0;
}

/* Takes references to `whose` and `head`; steals `flat`. */
static long long
wait_for(Waiting *self, PyObject *whose, PyObject *head, PyObject *flat, long long storage, long long version)
{
    if (flat == NULL)
        return -1;
    long long index = next_index(self->rows) + (long long)self->count;
    if (self->count == self->room) {
        Py_ssize_t room = self->room ? 4 * self->room : 32;
        Value *values = PyMem_Realloc(self->values, room * sizeof *values);
        if (values == NULL) {
            Py_DECREF(flat);
            PyErr_NoMemory();
            return -1;
        }
        self->values = values;
        self->room = room;
    }
    int few = few_of(self, (PyArrayObject *)flat);
    if (few && copy_few(self, PyArray_DATA((PyArrayObject *)flat), few) < 0) {
        Py_DECREF(flat);
        return -1;
    }
    Value *value = &self->values[self->count++];
    *value = (Value){.whose = Py_XNewRef(whose), .head = Py_NewRef(head), .storage = storage, .version = version};
    if (few) {
        value->few = few;
        value->place = self->floats_count;
        self->floats_count += few;
        self->elements += few;
        self->held += bytes_of_value(value);
        Py_DECREF(flat);
        return index;
    }
    value->flat = flat;
    self->elements += listed(self, value);
    self->held += bytes_of_value(value);
    return index;
}

long long
add_waiting(Waiting *self, PyObject *head, PyObject *flat, long long storage, long long version)
{
    return wait_for(self, NULL, head, flat, storage, version);
}

int
is_waiting(const Waiting *self, long long index, PyObject *array)
{
    long long place = index - next_index(self->rows);
    if (place < 0 || place >= (long long)self->count)
        return 0;
    PyObject *flat = self->values[place].flat;
    return flat != NULL && (flat == array || PyArray_BASE((PyArrayObject *)flat) == array);
}

Py_ssize_t
references_to(const Waiting *self, PyObject *array)
{
    Py_ssize_t count = 0;
    for (Py_ssize_t i = 0; i < self->count; i++) {
        PyObject *flat = self->values[i].flat;
        count += flat != NULL && (flat == array || (PyArray_BASE((PyArrayObject *)flat) == array && Py_REFCNT(flat) == 1));
    }
    return count;
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

/* How many of the first have so many elements together, or one. */
static Py_ssize_t
first_of(const Waiting *self, long long most)
{
    Py_ssize_t count = 0;
    for (; count < self->count; count++) {
        most -= listed(self, &self->values[count]);
        if (most < 0 && count)
            break;
    }
    return count;
}

/* settle(most=None) */
static PyObject *
waiting_settle(Waiting *self, PyObject *const *args, Py_ssize_t given)
{
    long long most = given ? PyLong_AsLongLong(args[0]) : 0;
    if (given > 1 || PyErr_Occurred()) {
        if (!PyErr_Occurred())
            PyErr_SetString(PyExc_TypeError, "settle() takes a number of elements");
        return NULL;
    }
    Py_ssize_t before = self->rows->count, count = given ? first_of(self, most) : self->count;
    if (count == 0)
        Py_RETURN_NONE;
    if (sum_up(self, count) < 0)
        return NULL;
    if (count > self->count)
        count = self->count;
    Encoded encoded = {0};
    int failed = divide(self, count, &encoded) < 0 || write_values(self, count, &encoded) < 0;
    drop_encoded(&encoded);
    if (failed) {
        take_back(self->rows, before);
        return NULL;
    }
    Py_ssize_t left = self->count - count;
    Value *written = self->values; /* what ends with an array may have other values wait */
    Value *others = left ? PyMem_Malloc(left * sizeof *others) : NULL;
    if (left && others == NULL)
        return PyErr_NoMemory();
    if (left)
        memcpy(others, written + count, left * sizeof *others);
    self->values = others;
    self->count = self->room = left;
    if (left == 0)
        self->floats_count = 0;
    for (Py_ssize_t i = 0; i < count; i++) {
        long long elements = listed(self, &written[i]);
        self->elements -= elements;
        self->written += elements;
        self->held -= bytes_of_value(&written[i]);
    }
    for (Py_ssize_t i = 0; i < count; i++)
        drop_value(&written[i]);
    PyMem_Free(written);
    Py_RETURN_NONE;
}

/* Where the elements of an array lie: from the first byte to the one after the last. */
static void
find_ends(PyArrayObject *array, char **first, char **last)
{
    *first = *last = PyArray_BYTES(array);
    if (PyArray_NDIM(array) == 1 && PyArray_IS_C_CONTIGUOUS(array)) {
        *last += PyArray_DIM(array, 0) * PyArray_ITEMSIZE(array);
        return;
    }
    if (PyArray_SIZE(array) == 0)
        return;
    for (int i = 0; i < PyArray_NDIM(array); i++) {
        npy_intp reach = (PyArray_DIM(array, i) - 1) * PyArray_STRIDE(array, i);
        *(reach < 0 ? first : last) += reach;
    }
    *last += PyArray_ITEMSIZE(array);
}

PyObject *
waiting_keep(Waiting *self, PyObject *const *args, Py_ssize_t given)
{
    int all = given == 0 || args[0] == Py_None;
    if (given > 1 || (!all && !PyArray_Check(args[0]))) {
        PyErr_SetString(PyExc_TypeError, "keep() takes an array");
        return NULL;
    }
    char *from = NULL, *to = NULL;
    if (!all)
        find_ends((PyArrayObject *)args[0], &from, &to);
    for (Py_ssize_t i = 0; i < self->count; i++) {
        Value *value = &self->values[i];
        if (value->is_own || value->flat == NULL)
            continue;
        char *first, *last;
        find_ends((PyArrayObject *)value->flat, &first, &last);
        if ((all || (first < to && from < last)) && replace(self, value, Py_NewRef(value->flat)) < 0)
            return NULL;
    }
    Py_RETURN_NONE;
}

static PyObject *
waiting_is_full(Waiting *self, PyObject *Py_UNUSED(none))
{
    return PyBool_FromLong(waits_much(self));
}

static Py_ssize_t
waiting_length(Waiting *self)
{
    return self->count;
}

static PyMethodDef methods[] = {
    {"add", (PyCFunction)waiting_add, METH_VARARGS, "Have a value wait; its index."},
    {"settle", (PyCFunction)(void (*)(void))waiting_settle, METH_FASTCALL, "Write the rows, of so many elements or all."},
    {"keep", (PyCFunction)(void (*)(void))waiting_keep, METH_FASTCALL, "Have copies wait of what may change."},
    {"is_full", (PyCFunction)waiting_is_full, METH_NOARGS, "Whether as much waits as may."},
    {NULL, NULL, 0, NULL},
};

static PyMemberDef members[] = {
    {"elements", T_LONGLONG, offsetof(Waiting, elements), READONLY, "Of those that wait, as far as they are listed."},
    {"held", T_LONGLONG, offsetof(Waiting, held), READONLY, "Bytes of their arrays."},
    {"written", T_LONGLONG, offsetof(Waiting, written), 0, "In the rows that are new."},
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
