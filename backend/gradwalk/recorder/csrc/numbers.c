#include "numbers.h"

#define MOST (1LL << 40) /* no list of a trace is as long */

int
set_otherwise(Numbers *self, long long index, long long number)
{
    if (index < 0 || index >= MOST) {
        PyErr_SetNone(PyExc_IndexError);
        return -1;
    }
    if (index >= self->room) {
        Py_ssize_t room = self->room ? self->room : 64;
        while (room <= index)
            room *= 2;
        long long *numbers = PyMem_Realloc(self->numbers, room * sizeof *numbers);
        if (numbers == NULL) {
            PyErr_NoMemory();
            return -1;
        }
        self->numbers = numbers;
        self->room = room;
    }
    while (self->count <= index)
        self->numbers[self->count++] = -1;
    self->numbers[index] = number;
    return 0;
}

static void
numbers_dealloc(Numbers *self)
{
    PyMem_Free(self->numbers);
    Py_TYPE(self)->tp_free((PyObject *)self);
}

static long long
found(Numbers *self, PyObject *key)
{
    long long index = PyLong_AsLongLong(key);
    return PyErr_Occurred() ? -1 : number_at(self, index);
}

static PyObject *
numbers_get(Numbers *self, PyObject *key)
{
    long long number = found(self, key);
    if (number < 0) {
        if (PyErr_Occurred())
            return NULL;
        Py_RETURN_NONE;
    }
    return PyLong_FromLongLong(number);
}

static PyObject *
numbers_subscript(Numbers *self, PyObject *key)
{
    long long number = found(self, key);
    if (number < 0) {
        if (!PyErr_Occurred())
            PyErr_SetObject(PyExc_KeyError, key);
        return NULL;
    }
    return PyLong_FromLongLong(number);
}

static int
numbers_assign(Numbers *self, PyObject *key, PyObject *value)
{
    if (value == NULL) {
        PyErr_SetString(PyExc_TypeError, "numbers stay");
        return -1;
    }
    long long index = PyLong_AsLongLong(key), number = PyErr_Occurred() ? -1 : PyLong_AsLongLong(value);
    return PyErr_Occurred() ? -1 : set_at(self, index, number);
}

static Py_ssize_t
numbers_length(Numbers *self)
{
    return self->count;
}

static PyMethodDef methods[] = {
    {"get", (PyCFunction)numbers_get, METH_O, "The number at an index, or None."},
    {NULL, NULL, 0, NULL},
};

static PyMappingMethods as_mapping = {
    .mp_length = (lenfunc)numbers_length,
    .mp_subscript = (binaryfunc)numbers_subscript,
    .mp_ass_subscript = (objobjargproc)numbers_assign,
};

PyTypeObject NumbersType = {
    PyVarObject_HEAD_INIT(NULL, 0).tp_name = "gradwalk.recorder._core.Numbers",
    .tp_doc = "Numbers by index.",
    .tp_basicsize = sizeof(Numbers),
    .tp_flags = Py_TPFLAGS_DEFAULT,
    .tp_new = PyType_GenericNew,
    .tp_dealloc = (destructor)numbers_dealloc,
    .tp_methods = methods,
    .tp_as_mapping = &as_mapping,
};
