#include "application.h"
#include "watching.h"

/* Whether a target's memory is all its own and may be written. */
static int
is_writable(PyObject *target)
{
    if (!is_tensor(target)) {
        return 0;
    }
    PyObject *array = SLOT(target, tensor_slots.array);
    return array != NULL && is_usual(array) && PyArray_ISWRITEABLE((PyArrayObject *)array)
           && usual_version(SLOT(target, tensor_slots.storage)) != NULL;
}

/* Take another operand beside a target: a tensor of its dtype and shape in other memory, or a number. */
static int
take_beside(PyObject *target, PyObject *given, Operand *operand)
{
    operand->given = given;
    if (!is_tensor(given)) {
        operand->array = given;
        return PyFloat_CheckExact(given) || PyLong_CheckExact(given);
    }
    PyObject *array = SLOT(given, tensor_slots.array), *storage = SLOT(given, tensor_slots.storage);
    PyArrayObject *written = (PyArrayObject *)SLOT(target, tensor_slots.array);
    operand->array = array;
    return array != NULL && storage != NULL && storage != SLOT(target, tensor_slots.storage) && is_usual(array)
           && PyArray_DESCR((PyArrayObject *)array) == PyArray_DESCR(written)
           && have_same_shape((PyArrayObject *)array, written);
}

/* Overwrite a target's numbers, of which whoever watches is told. */
static int
overwrite(PyObject *target, PyArrayObject *result)
{
    PyObject *watcher = who_watches(), *memory = SLOT(target, tensor_slots.array);
    if (watcher != NULL && tell(watcher, engine.about_to_change, &memory, 1) < 0) {
        return -1;
    }
    if (!is_writable(target)
        || !have_same_shape((PyArrayObject *)SLOT(target, tensor_slots.array), result)) {
        PyErr_SetString(PyExc_RuntimeError, "a tensor was changed while it was written");
        return -1;
    }
    PyArrayObject *array = (PyArrayObject *)SLOT(target, tensor_slots.array);
    PyObject *storage = SLOT(target, tensor_slots.storage);
    memcpy(PyArray_BYTES(array), PyArray_BYTES(result), PyArray_NBYTES(array));
    PyObject *version = PyNumber_Add(SLOT(storage, storage_slots.version), engine.one);
    if (version == NULL) {
        return -1;
    }
    Py_SETREF(SLOT(storage, storage_slots.version), version);
    watcher = who_watches();
    return watcher == NULL ? 0 : tell(watcher, engine.storage_written, &storage, 1);
}

int
write_into(const Application *self, PyObject *const *given, PyObject *const *params)
{
    if (PySet_GET_SIZE(engine.unusual) || SLOT(engine.modes, engine.enabled) != Py_False || self->function != NULL
        || !self->takes_numbers || self->compares || !is_writable(given[0])) {
        return 0;
    }
    Operand operands[MOST] = {{.given = given[0], .array = SLOT(given[0], tensor_slots.array)}};
    for (int i = 1; i < self->operands; i++) {
        if (!take_beside(given[0], given[i], &operands[i])) {
            return 0;
        }
    }
    PyObject *result = NULL;
    Outcome outcome = compute(self, operands, params, &result);
    if (outcome != COMPUTED) {
        return outcome == UNUSUAL ? 0 : -1;
    }
    PyArrayObject *array = (PyArrayObject *)SLOT(given[0], tensor_slots.array);
    if (!is_usual(result) || PyArray_DESCR((PyArrayObject *)result) != PyArray_DESCR(array)
        || !have_same_shape((PyArrayObject *)result, array)) {
        Py_DECREF(result);
        return 0;
    }
    Py_INCREF(given[0]);
    int failed = overwrite(given[0], (PyArrayObject *)result);
    failed = failed < 0 || tell_of(self, operands, params, given[0], Py_None) < 0;
    Py_DECREF(given[0]);
    Py_DECREF(result);
    return failed ? -1 : 1;
}
