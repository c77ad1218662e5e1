#include "application.h"
#include "forward.h"
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

/* What is written: a result, or what a ufunc makes of the target and another operand, right in its place. */
typedef struct {
    PyArrayObject *result; /* NULL where that is so */
    const Step *step;
    PyObject *other;
} Written;

/* ---- Into other memory -------------------------------------------------------------------------------------------- */

#define LARGE (1 << 14) /* bytes; to copy fewer takes no time */

/* Whether an array has its memory to itself, row by row, and no one could be told that it is gone. */
static int
is_by_itself(PyArrayObject *array)
{
    npy_intp step = PyArray_ITEMSIZE(array);
    for (int i = PyArray_NDIM(array) - 1; i >= 0; i--) {
        if (PyArray_STRIDE(array, i) != step) {
            return 0;
        }
        step *= PyArray_DIM(array, i);
    }
    return PyArray_BASE(array) == NULL && PyArray_CHKFLAGS(array, NPY_ARRAY_OWNDATA)
           && *PyObject_GET_WEAKREFS_LISTPTR((PyObject *)array) == NULL;
}

/* Whether whoever watches would have to copy a target's numbers before they change, and nobody else could tell if the
   numbers that it has from now on lie elsewhere: the target's array is its storage's, and these two and the watcher are
   all who refer to it. Who was told the address refers to it too (gradwalk.engine.storage.address_of). -1 with an
   exception. */
static int
may_move(PyObject *target, const Written *written)
{
    const Directly *directly = told_directly();
    PyObject *array = SLOT(target, tensor_slots.array);
    if (directly == NULL || PyArray_NBYTES((PyArrayObject *)array) < LARGE
        || (written->result != NULL
            && (Py_REFCNT(written->result) != 1 || !is_by_itself(written->result)
                || !PyArray_ISWRITEABLE(written->result)))) {
        return 0;
    }
    Py_ssize_t waits = directly->waits_for(directly->watcher, array);
    if (waits <= 0) {
        return waits < 0 ? -1 : 0;
    }
    return is_writable(target) && SLOT(target, tensor_slots.array) == array
           && SLOT(SLOT(target, tensor_slots.storage), storage_slots.base) == array
           && is_by_itself((PyArrayObject *)array) && Py_REFCNT(array) == 2 + waits;
}

/* Give a target's storage other memory, with what is written in it. */
static int
move(PyObject *target, const Written *written)
{
    PyObject *array = SLOT(target, tensor_slots.array), *storage = SLOT(target, tensor_slots.storage);
    PyObject *operands[] = {array, written->other};
    PyArrayObject *to = written->result == NULL ? new_like((PyArrayObject *)array) : written->result;
    if (to == NULL) {
        return -1;
    }
    if (written->result == NULL && !step_writes(written->step, operands, to)) {
        Py_DECREF(to);
        PyErr_SetString(PyExc_RuntimeError, "a tensor was changed while it was written");
        return -1;
    }
    Py_SETREF(SLOT(target, tensor_slots.array), Py_NewRef(to));
    Py_SETREF(SLOT(storage, storage_slots.base), Py_NewRef(to));
    if (written->result == NULL) {
        Py_DECREF(to);
    }
    const Directly *directly = told_directly();
    return directly == NULL ? 0 : directly->moved(directly->watcher, storage);
}

/* ---- In place ----------------------------------------------------------------------------------------------------- */

static int
put_in_place(PyObject *target, const Written *written)
{
    PyArrayObject *array = (PyArrayObject *)SLOT(target, tensor_slots.array);
    if (!is_writable(target)) {
        return 0;
    }
    if (written->result == NULL) {
        PyObject *operands[] = {(PyObject *)array, written->other};
        return step_writes(written->step, operands, array);
    }
    if (!have_same_shape(array, written->result)) {
        return 0;
    }
    memcpy(PyArray_BYTES(array), PyArray_BYTES(written->result), PyArray_NBYTES(array));
    return 1;
}

/* Change a target's numbers, of which whoever watches is told before. */
static int
change(PyObject *target, const Written *written, PyObject *watcher)
{
    int moves = watcher == NULL ? 0 : may_move(target, written);
    if (moves) {
        return moves < 0 ? -1 : move(target, written);
    }
    PyObject *memory = SLOT(target, tensor_slots.array);
    if (watcher != NULL && tell(watcher, engine.about_to_change, &memory, 1) < 0) {
        return -1;
    }
    if (!put_in_place(target, written)) {
        PyErr_SetString(PyExc_RuntimeError, "a tensor was changed while it was written");
        return -1;
    }
    return 0;
}

/* Overwrite a target's numbers, of which whoever watches is told. */
static int
overwrite(PyObject *target, const Written *written)
{
    PyObject *watcher = who_watches();
    if (change(target, written, watcher) < 0) {
        return -1;
    }
    PyObject *storage = SLOT(target, tensor_slots.storage);
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
    PyObject *result = NULL, *arrays[] = {operands[0].array, operands[1].array};
    const Step *step = self->operands == 2 ? expression_only_step(forward_for(self, params)) : NULL;
    if (step == NULL || !step_writes(step, arrays, NULL)) {
        step = NULL;
        Outcome outcome = compute(self, operands, params, &result);
        if (outcome != COMPUTED) {
            return outcome == UNUSUAL ? 0 : -1;
        }
        if (!is_usual(result)
            || PyArray_DESCR((PyArrayObject *)result) != PyArray_DESCR((PyArrayObject *)arrays[0])
            || !have_same_shape((PyArrayObject *)result, (PyArrayObject *)arrays[0])) {
            Py_DECREF(result);
            return 0;
        }
    }
    Written written = {(PyArrayObject *)result, step, Py_XNewRef(arrays[1])};
    Py_INCREF(given[0]);
    int failed = overwrite(given[0], &written);
    failed = failed < 0 || tell_of(self, operands, params, given[0], Py_None) < 0;
    Py_DECREF(given[0]);
    Py_XDECREF(written.other);
    Py_XDECREF(result);
    return failed ? -1 : 1;
}

static PyObject *
write_at_once(PyObject *application, PyObject *const *arguments, Py_ssize_t count)
{
    const Application *self = (const Application *)application;
    if (count != self->operands) {
        Py_RETURN_NOTIMPLEMENTED;
    }
    PyObject *params[MOST];
    for (Py_ssize_t i = 0; i < PyTuple_GET_SIZE(self->defaults); i++) {
        params[i] = PyTuple_GET_ITEM(self->defaults, i);
    }
    int done = write_into(self, arguments, params);
    return done < 0 ? NULL : Py_NewRef(done ? arguments[0] : Py_NotImplemented);
}

static PyMethodDef definition = {"write", (PyCFunction)(void (*)(void))write_at_once, METH_FASTCALL,
                                 "An op's result, written into its first operand, if that is usual."};

PyObject *
writing(PyObject *Py_UNUSED(module), PyObject *application)
{
    return Py_IS_TYPE(application, &ApplicationType) ? PyCFunction_New(&definition, application) : Py_NewRef(Py_None);
}
