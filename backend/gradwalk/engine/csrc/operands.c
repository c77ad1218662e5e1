#include "application.h"

static int
are_same_number(PyObject *a, PyObject *b)
{
    return a == b || (PyLong_CheckExact(a) && PyLong_CheckExact(b) && PyObject_RichCompareBool(a, b, Py_EQ) == 1);
}

/* Whether the history of a tensor may have to be found again, as of a view that has one or whose base has, and that has
   none or was written since; or whether what a snippet put there is none of the engine's. */
static int
is_outdated(PyObject *tensor, PyObject *version)
{
    PyObject *base = SLOT(tensor, tensor_slots.base), *node = SLOT(tensor, tensor_slots.grad_fn);
    PyObject *seen = SLOT(tensor, tensor_slots.view_version);
    if (base == NULL || node == NULL || seen == NULL || SLOT(tensor, tensor_slots.output_nr) == NULL
        || (node != Py_None && !PyObject_TypeCheck(node, node_slots.type))) {
        return 1;
    }
    if (base == Py_None) {
        return 0;
    }
    if (!is_tensor(base)) {
        return 1;
    }
    if (node != Py_None) {
        return !are_same_number(seen, version);
    }
    return SLOT(base, tensor_slots.requires_grad) != Py_False || SLOT(base, tensor_slots.grad_fn) != Py_None;
}

/* Whether a tensor's array is one that the op takes here. */
static int
is_taken(const Application *self, int position, PyObject *array, PyArray_Descr *dtype)
{
    if (self->function == NULL || self->takes_numbers) {
        return is_usual(array) && (dtype == NULL || PyArray_DESCR((PyArrayObject *)array) == dtype);
    }
    if (!PyArray_CheckExact(array) || size_of((PyArrayObject *)array) == 0) {
        return 0;
    }
    PyArray_Descr *own = PyArray_DESCR((PyArrayObject *)array);
    return position || !self->takes_floats || own == float32 || own == float64;
}

/* Whether a view has an origin of which Python knows what it means for views of it; -1 with an exception. */
static int
has_origin(PyObject *tensor)
{
    PyObject *origin = PyObject_GetAttr(tensor, engine.origin);
    Py_XDECREF(origin);
    return origin == NULL ? -1 : origin != Py_None;
}

/* What stands in a tensor's place: a number, or whatever an op takes that brings nothing to a common dtype. */
static int
take_other(const Application *self, int position, PyArray_Descr *dtype, Operand *operand)
{
    PyObject *given = operand->given;
    if (self->function != NULL && !self->takes_numbers) {
        if (position == 0 && (self->is_view || self->takes_floats)) {
            return 0;
        }
        operand->array = Py_NewRef(given);
        return 1;
    }
    if (position == 0 || !self->takes_numbers || !(PyFloat_CheckExact(given) || PyLong_CheckExact(given))) {
        return 0;
    }
    if (!self->numbers_as_arrays) {
        operand->array = Py_NewRef(given);
        return 1;
    }
    PyObject *known = dtype == float32 ? engine.arrays32 : engine.arrays64;
    PyObject *array = PyDict_GetItemWithError(known, given);
    if (array != NULL) {
        operand->array = Py_NewRef(array);
    }
    else if (!PyErr_Occurred()) {
        operand->array = PyObject_CallFunctionObjArgs(engine.as_array, given, (PyObject *)dtype, NULL);
    }
    return operand->array != NULL;
}

int
take_operand(const Application *self, int position, PyArray_Descr *dtype, Operand *operand)
{
    PyObject *given = operand->given;
    if (!PyObject_TypeCheck(given, tensor_slots.type)) {
        return take_other(self, position, dtype, operand);
    }
    if (self->is_view && position == 0 && has_origin(given)) { /* first: it may call a subclass's own code */
        return 0;
    }
    PyObject *array = SLOT(given, tensor_slots.array), *storage = SLOT(given, tensor_slots.storage);
    PyObject *version = usual_version(storage);
    if (array == NULL || version == NULL || !is_taken(self, position, array, dtype)) {
        return 0;
    }
    if (self->is_view && position == 0 && is_outdated(given, version)) {
        return 0;
    }
    PyObject *to = NULL;
    if (self->tracked & (1u << position)) {
        PyObject *requires = SLOT(given, tensor_slots.requires_grad);
        if (is_outdated(given, version) || (requires != Py_True && requires != Py_False)) {
            return 0;
        }
        operand->requires_grad = requires == Py_True;
        to = SLOT(given, tensor_slots.grad_fn);
    }
    operand->is_tensor = 1;
    operand->storage = Py_NewRef(storage);
    operand->to = to == Py_None ? NULL : Py_XNewRef(to);
    operand->array = Py_NewRef(array);
    return 1;
}

int
take_params(const Application *self, PyObject *const *values, PyObject *names, PyObject **params)
{
    Py_ssize_t known = PyTuple_GET_SIZE(self->param_names);
    for (Py_ssize_t i = 0; i < known; i++) {
        params[i] = PyTuple_GET_ITEM(self->defaults, i);
    }
    for (Py_ssize_t given = 0; names != NULL && given < PyTuple_GET_SIZE(names); given++) {
        Py_ssize_t i = 0;
        while (i < known && PyTuple_GET_ITEM(names, given) != PyTuple_GET_ITEM(self->param_names, i)) {
            i++; /* names of arguments are interned */
        }
        if (i == known) {
            return 0;
        }
        params[i] = values[given];
    }
    return 1;
}
