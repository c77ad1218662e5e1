/* Tensors made of numbers: gradwalk.engine.surface.sizes.made, of one number, of those up to a bound, or of nested lists. Each
   gives None where something is not usual; nothing has changed then. */

#include "creation.h"

#include <fenv.h>
#include <math.h>

#include "arrays.h"
#include "watching.h"

#define MOST_DIMS 8 /* of what is made here */

static int
are_arguments(Py_ssize_t count, Py_ssize_t wanted)
{
    if (count != wanted || engine.memory == NULL) {
        PyErr_SetString(PyExc_TypeError, "the core makes tensors of other arguments");
        return 0;
    }
    return 1;
}

/* Whether new tensors get the usual kind of memory; -1 with an exception. */
static int
is_memory_usual(void)
{
    PyObject *kind = PyObject_GetAttr(engine.memory, engine.kind);
    Py_XDECREF(kind);
    return kind == NULL ? -1 : kind == (PyObject *)storage_slots.type;
}

/* A leaf around an array, which whoever watches is told of. Of `params` there is either the dictionary, or one param with
   its name. */
static PyObject *
leaf_of(PyObject *array, PyObject *op, PyObject *requires_grad, PyObject *sources, PyObject *params, PyObject *name,
        PyObject *param)
{
    PyObject *tensor = wrap(array), *watcher = who_watches();
    if (tensor == NULL) {
        return NULL;
    }
    if (requires_grad == Py_True) {
        Py_SETREF(SLOT(tensor, tensor_slots.requires_grad), Py_NewRef(Py_True));
    }
    if (watcher == NULL) {
        return tensor;
    }
    PyObject *outputs = PyTuple_Pack(1, tensor), *given = params != NULL ? Py_NewRef(params) : PyDict_New();
    int failed = outputs == NULL || given == NULL || (params == NULL && PyDict_SetItem(given, name, param) < 0);
    if (!failed) {
        PyObject *told[] = {op, sources, given, outputs, Py_None};
        failed = tell(watcher, engine.op_applied, told, 5) < 0;
    }
    Py_XDECREF(outputs);
    Py_XDECREF(given);
    if (failed) {
        Py_CLEAR(tensor);
    }
    return tensor;
}

/* gradwalk.engine.surface.sizes.made, of the op, an array, whether it requires grad, the params and the sources. */
PyObject *
made(PyObject *Py_UNUSED(module), PyObject *const *arguments, Py_ssize_t count)
{
    if (!are_arguments(count, 5)) {
        return NULL;
    }
    PyObject *op = arguments[0], *array = arguments[1], *requires_grad = arguments[2];
    if (!PyArray_CheckExact(array) || !PyBool_Check(requires_grad)
        || (requires_grad == Py_True && !PyArray_ISFLOAT((PyArrayObject *)array))) {
        Py_RETURN_NONE;
    }
    int is_usual = is_memory_usual();
    if (is_usual <= 0) {
        return is_usual < 0 ? NULL : Py_NewRef(Py_None);
    }
    return leaf_of(array, op, requires_grad, arguments[4], arguments[3], NULL, NULL);
}

/* ---- One number everywhere ---------------------------------------------------------------------------------------- */

/* Sizes, given one by one or as one sequence, where they are Python's integers and what they say is not large: how many
   there are; -1 without an exception for others. */
static int
read_sizes(PyObject *given, npy_intp *sizes)
{
    if (PyTuple_GET_SIZE(given) == 0) {
        return -1;
    }
    PyObject *first = PyTuple_GET_ITEM(given, 0);
    if (PyTuple_GET_SIZE(given) == 1 && (PyTuple_CheckExact(first) || PyList_CheckExact(first))) {
        given = first;
    }
    Py_ssize_t dims = PySequence_Fast_GET_SIZE(given);
    npy_intp elements = 1;
    if (dims > MOST_DIMS) {
        return -1;
    }
    for (Py_ssize_t i = 0; i < dims; i++) {
        PyObject *size = PySequence_Fast_GET_ITEM(given, i);
        int overflow = 0;
        sizes[i] = PyLong_CheckExact(size) ? PyLong_AsLongAndOverflow(size, &overflow) : -1;
        if (overflow || sizes[i] < 0 || sizes[i] > MOST_ELEMENTS) {
            return -1;
        }
        elements *= sizes[i] ? sizes[i] : 1;
        if (elements > MOST_ELEMENTS) {
            return -1;
        }
    }
    return (int)dims;
}

/* A leaf of one number, 0 or 1: of the op, the sizes as they were given, whether it is 1, the dtype and whether it
   requires grad. */
PyObject *
filled(PyObject *Py_UNUSED(module), PyObject *const *arguments, Py_ssize_t count)
{
    if (!are_arguments(count, 5)) {
        return NULL;
    }
    PyObject *op = arguments[0], *given = arguments[1], *requires_grad = arguments[4];
    PyArray_Descr *dtype = (PyArray_Descr *)arguments[3];
    npy_intp sizes[MOST_DIMS];
    int dims = PyTuple_CheckExact(given) && PyBool_Check(requires_grad) && (dtype == float32 || dtype == float64)
                   ? read_sizes(given, sizes)
                   : -1;
    int is_usual = dims < 0 ? 0 : is_memory_usual();
    if (is_usual <= 0) {
        return is_usual < 0 ? NULL : Py_NewRef(Py_None);
    }
    Py_INCREF(dtype);
    PyArrayObject *array = (PyArrayObject *)PyArray_Zeros(dims, sizes, dtype, 0);
    if (array == NULL) {
        if (PyErr_ExceptionMatches(PyExc_MemoryError)) { /* Python says it in PyTorch's words */
            PyErr_Clear();
            Py_RETURN_NONE;
        }
        return NULL;
    }
    if (arguments[2] == Py_True) {
        npy_intp elements = PyArray_SIZE(array);
        for (npy_intp i = 0; i < elements; i++) {
            if (dtype == float32) {
                ((float *)PyArray_DATA(array))[i] = 1;
            }
            else {
                ((double *)PyArray_DATA(array))[i] = 1;
            }
        }
    }
    PyObject *shape = PyArray_IntTupleFromIntp(dims, sizes), *no_sources = PyTuple_New(0), *tensor = NULL;
    if (shape != NULL && no_sources != NULL) {
        tensor = leaf_of((PyObject *)array, op, requires_grad, no_sources, NULL, engine.size, shape);
    }
    Py_XDECREF(shape);
    Py_XDECREF(no_sources);
    Py_DECREF(array);
    return tensor;
}

/* ---- Numbers up to a bound ---------------------------------------------------------------------------------------- */

#define MOST_COUNTED 2048 /* every dtype holds the whole numbers below it */

/* The params of torch.arange up to a bound. */
static PyObject *
params_of_range(PyObject *end)
{
    static PyObject *names[3];
    static const char *const texts[] = {"start", "end", "step"};
    PyObject *values[] = {engine.zero, end, engine.one}, *params = PyDict_New();
    for (int i = 0; params != NULL && i < 3; i++) {
        if (names[i] == NULL) {
            names[i] = PyUnicode_InternFromString(texts[i]);
        }
        if (names[i] == NULL || PyDict_SetItem(params, names[i], values[i]) < 0) {
            Py_CLEAR(params);
        }
    }
    return params;
}

/* A leaf of the whole numbers from 0 that are less than a float: of the op, the float, the dtype and whether it requires
   grad. */
PyObject *
counted(PyObject *Py_UNUSED(module), PyObject *const *arguments, Py_ssize_t count)
{
    if (!are_arguments(count, 4)) {
        return NULL;
    }
    PyObject *end = arguments[1], *requires_grad = arguments[3];
    PyArray_Descr *dtype = (PyArray_Descr *)arguments[2];
    if (!PyFloat_CheckExact(end) || !(PyFloat_AS_DOUBLE(end) >= 0 && PyFloat_AS_DOUBLE(end) < MOST_COUNTED)
        || !PyBool_Check(requires_grad) || (dtype != float32 && dtype != float64)) {
        Py_RETURN_NONE;
    }
    int is_usual = is_memory_usual();
    if (is_usual <= 0) {
        return is_usual < 0 ? NULL : Py_NewRef(Py_None);
    }
    npy_intp size = (npy_intp)ceil(PyFloat_AS_DOUBLE(end));
    PyObject *array = PyArray_SimpleNew(1, &size, dtype == float32 ? NPY_FLOAT : NPY_DOUBLE);
    if (array == NULL) {
        return NULL;
    }
    for (npy_intp i = 0; i < size; i++) {
        if (dtype == float32) {
            ((float *)PyArray_DATA((PyArrayObject *)array))[i] = (float)i;
        }
        else {
            ((double *)PyArray_DATA((PyArrayObject *)array))[i] = (double)i;
        }
    }
    PyObject *params = who_watches() == NULL ? Py_NewRef(Py_None) : params_of_range(end);
    PyObject *no_sources = PyTuple_New(0), *tensor = NULL;
    if (params != NULL && no_sources != NULL) {
        tensor = leaf_of(array, arguments[0], requires_grad, no_sources, params, NULL, NULL);
    }
    Py_XDECREF(params);
    Py_XDECREF(no_sources);
    Py_DECREF(array);
    return tensor;
}

/* ---- Nested lists ------------------------------------------------------------------------------------------------- */

static int
is_list(PyObject *data)
{
    return PyList_CheckExact(data) || PyTuple_CheckExact(data);
}

/* The sizes of lists of the same lengths at each depth, as the first of each says: how many there are; -1 for too many, or
   where there is nothing in one. */
static int
sizes_of(PyObject *data, npy_intp *sizes)
{
    int dims = 0;
    npy_intp elements = 1;
    while (is_list(data)) {
        Py_ssize_t length = PySequence_Fast_GET_SIZE(data);
        if (dims == MOST_DIMS || length == 0 || length > MOST_ELEMENTS || (elements *= length) > MOST_ELEMENTS) {
            return -1;
        }
        sizes[dims++] = length;
        data = PySequence_Fast_GET_ITEM(data, 0);
    }
    return dims;
}

/* Where numbers are put that lists hold. */
typedef struct {
    const npy_intp *sizes;
    int dims;
    int has_floats; /* whether any was one; while they are looked at */
    int type;       /* of what they are put into */
    char *next;
} Numbers;

/* Whether there are floats and integers of Python's alone, in lists that are as regular as the sizes say. */
static int
are_regular(Numbers *self, PyObject *data, int depth)
{
    if (depth == self->dims) {
        self->has_floats |= PyFloat_CheckExact(data);
        return PyFloat_CheckExact(data) || PyLong_CheckExact(data);
    }
    if (!is_list(data) || PySequence_Fast_GET_SIZE(data) != self->sizes[depth]) {
        return 0;
    }
    for (Py_ssize_t i = 0; i < self->sizes[depth]; i++) {
        if (!are_regular(self, PySequence_Fast_GET_ITEM(data, i), depth + 1)) {
            return 0;
        }
    }
    return 1;
}

/* Put one number; 0 if the type does not hold it. */
static int
put(Numbers *self, PyObject *number)
{
    int overflow = 0;
    if (self->type == NPY_INT64) {
        npy_int64 whole = PyLong_AsLongLongAndOverflow(number, &overflow);
        memcpy(self->next, &whole, sizeof whole);
        self->next += sizeof whole;
        return !overflow;
    }
    double value = PyFloat_CheckExact(number) ? PyFloat_AS_DOUBLE(number) : PyLong_AsDouble(number);
    if (value == -1 && PyErr_Occurred()) {
        PyErr_Clear();
        return 0;
    }
    if (self->type == NPY_FLOAT) {
        float narrow = (float)value;
        memcpy(self->next, &narrow, sizeof narrow);
        self->next += sizeof narrow;
    }
    else {
        memcpy(self->next, &value, sizeof value);
        self->next += sizeof value;
    }
    return 1;
}

static int
put_all(Numbers *self, PyObject *data, int depth)
{
    if (depth == self->dims) {
        return put(self, data);
    }
    for (Py_ssize_t i = 0; i < self->sizes[depth]; i++) {
        if (!put_all(self, PySequence_Fast_GET_ITEM(data, i), depth + 1)) {
            return 0;
        }
    }
    return 1;
}

/* gradwalk.engine.surface.nested.array_of, of numbers or lists and the dtype of floats among them. */
PyObject *
array_of(PyObject *Py_UNUSED(module), PyObject *const *arguments, Py_ssize_t count)
{
    if (!are_arguments(count, 2)) {
        return NULL;
    }
    npy_intp sizes[MOST_DIMS];
    PyArray_Descr *floating = (PyArray_Descr *)arguments[1];
    Numbers numbers = {.sizes = sizes, .dims = sizes_of(arguments[0], sizes)};
    if (numbers.dims < 0 || (floating != float32 && floating != float64) || !are_regular(&numbers, arguments[0], 0)) {
        Py_RETURN_NONE;
    }
    numbers.type = !numbers.has_floats ? NPY_INT64 : floating == float32 ? NPY_FLOAT : NPY_DOUBLE;
    PyArrayObject *array = (PyArrayObject *)PyArray_SimpleNew(numbers.dims, sizes, numbers.type);
    if (array == NULL) {
        return NULL;
    }
    numbers.next = PyArray_BYTES(array);
    int are_put = put_all(&numbers, arguments[0], 0);
    feclearexcept(FE_ALL_EXCEPT); /* what is too large for a float is infinite, without a word */
    if (!are_put) {
        Py_DECREF(array);
        Py_RETURN_NONE;
    }
    return (PyObject *)array;
}
