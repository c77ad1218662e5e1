#include "leaves.h"

#include "arrays.h"
#include "pass.h"
#include "watching.h"

int
gradients_are_as_leaf(PyObject *leaf)
{
    PyObject *array = SLOT(leaf, tensor_slots.array), *set = NULL;
    if (pass.accumulate_grad == NULL || array == NULL || !PyArray_Check(array)) {
        return 0;
    }
#if PY_VERSION_HEX >= 0x030D0000
    int is_set = PyObject_GetOptionalAttr(leaf, engine.grad_dtype, &set);
#else
    int is_set = _PyObject_LookupAttr(leaf, engine.grad_dtype, &set);
#endif
    Py_XDECREF(set);
    return is_set < 0 ? -1 : !is_set;
}

/* AccumulateGrad.__init__, and history.accumulator around it. */
PyObject *
new_accumulator(PyObject *leaf)
{
    PyObject *outputs = expected_of((PyArrayObject *)SLOT(leaf, tensor_slots.array));
    PyObject *edges = outputs == NULL ? NULL : PyTuple_New(0), *saved = edges == NULL ? NULL : PyDict_New();
    PyObject *node = saved == NULL ? NULL : new_object(pass.accumulate_grad);
    if (node == NULL) {
        Py_XDECREF(outputs);
        Py_XDECREF(edges);
        Py_XDECREF(saved);
        return NULL;
    }
    SLOT(node, node_slots.outputs) = outputs;
    SLOT(node, node_slots.edges) = edges;
    SLOT(node, node_slots.saved) = saved;
    fill(node, node_slots.op, Py_None);
    fill(node, node_slots.kept, Py_None);
    fill(node, node_slots.freed, Py_False);
    fill(node, node_slots.sequence_nr, engine.last);
    fill(node, node_slots.hooks, Py_None);
    fill(node, node_slots.mark, engine.minus_one);
    fill(node, node_slots.metadata, Py_None);
    fill(node, pass.variable, leaf);
    PyObject *reference = PyWeakref_NewRef(node, NULL);
    if (reference == NULL) {
        Py_DECREF(node);
        return NULL;
    }
    Py_XSETREF(SLOT(leaf, tensor_slots.accumulator), reference);
    return node;
}

/* Whether an array, or a scalar of numpy's, has the shape of an array of the usual kind. */
static int
lies_as(PyObject *gradient, PyArrayObject *leaf)
{
    return is_in_rows(gradient) ? have_same_shape((PyArrayObject *)gradient, leaf)
                              : dtype_of_scalar(gradient) != NULL && PyArray_NDIM(leaf) == 0;
}

/* How many references to an array matter to nobody who would write to it: ours, and those of whoever watches. */
static Py_ssize_t
harmless_references(PyObject *array)
{
    const Directly *directly = told_directly();
    return 1 + (directly == NULL ? 0 : directly->holds(directly->watcher, array));
}

/* An array of a gradient's numbers that is nobody else's: the gradient itself, if nothing else refers to it and whoever
   watches copies it in time; or a copy. */
static PyObject *
own_array(PyObject *gradient)
{
    if (!PyArray_CheckExact(gradient)) {
        return PyArray_FromScalar(gradient, NULL);
    }
    PyArrayObject *array = (PyArrayObject *)gradient;
    int is_free = PyArray_BASE(array) == NULL && PyArray_CHKFLAGS(array, NPY_ARRAY_OWNDATA | NPY_ARRAY_WRITEABLE)
                  && Py_REFCNT(gradient) == harmless_references(gradient);
    return is_free ? Py_NewRef(gradient) : PyArray_NewCopy(array, NPY_CORDER);
}

/* A leaf's first gradient, in a tensor. */
static int
begin(PyObject *leaf, PyObject *gradient, long additions)
{
    PyObject *array = own_array(gradient);
    PyObject *tensor = array == NULL ? NULL : wrap(array);
    PyObject *version = tensor == NULL ? NULL : PyLong_FromLong(additions);
    Py_XDECREF(array);
    if (version == NULL) {
        Py_XDECREF(tensor);
        return -1;
    }
    Py_SETREF(SLOT(SLOT(tensor, tensor_slots.storage), storage_slots.version), version);
    Py_SETREF(SLOT(leaf, tensor_slots.grad), tensor);
    return 0;
}

/* Write into the `.grad` that there is its sum with a gradient; `sum` is that, where it is not written in place. */
static int
write_sum(PyObject *grad, PyObject *gradient, PyObject *sum)
{
    PyObject *storage = SLOT(grad, tensor_slots.storage), *watcher = who_watches();
    Py_XINCREF(watcher);
    int failed = watcher != NULL && tell(watcher, engine.about_to_change, &SLOT(grad, tensor_slots.array), 1) < 0;
    if (!failed) {
        PyArrayObject *array = (PyArrayObject *)SLOT(grad, tensor_slots.array);
        PyObject *version = NULL;
        PyObject *operands[] = {(PyObject *)array, gradient};
        int is_written = sum == NULL && step_writes(&pass.add, operands, array);
        if (sum != NULL && is_usual((PyObject *)array)
            && PyArray_NBYTES(array) == PyArray_NBYTES((PyArrayObject *)sum)) {
            memcpy(PyArray_BYTES(array), PyArray_BYTES((PyArrayObject *)sum), PyArray_NBYTES(array));
            is_written = 1;
        }
        if (!is_written) {
            PyErr_SetString(PyExc_RuntimeError, "a gradient was resized while it was written");
        }
        else {
            version = PyNumber_Add(SLOT(storage, storage_slots.version), engine.one);
        }
        failed = version == NULL;
        if (!failed) {
            Py_SETREF(SLOT(storage, storage_slots.version), version);
            failed = watcher != NULL && tell(watcher, engine.storage_written, &storage, 1) < 0;
        }
    }
    Py_XDECREF(watcher);
    return failed ? -1 : 0;
}

static int
tell_of_arrival(PyObject *watcher, PyObject *node, PyObject *gradient, int is_first)
{
    const Directly *directly = told_directly();
    int told = directly == NULL ? 0 : directly->accumulated(directly->watcher, node, gradient, is_first);
    if (told) {
        return told;
    }
    PyObject *arguments[] = {node, gradient, is_first ? Py_True : Py_False};
    return tell(watcher, pass.accumulated, arguments, 3);
}

Outcome
accumulate(PyObject *node, PyObject *gradient, long additions)
{
    PyObject *leaf = SLOT(node, pass.variable);
    if (leaf == NULL || !is_tensor(leaf) || PySet_GET_SIZE(engine.unusual) || PyDict_GET_SIZE(pass.times)
        || SLOT(leaf, tensor_slots.requires_grad) != Py_True) {
        return UNUSUAL;
    }
    PyObject *array = SLOT(leaf, tensor_slots.array), *present = SLOT(leaf, tensor_slots.grad), *sum = NULL;
    if (array == NULL || present == NULL || !is_in_rows(array) || size_of((PyArrayObject *)array) == 0
        || !lies_as(gradient, (PyArrayObject *)array)) {
        return UNUSUAL;
    }
    if (present != Py_None) {
        PyObject *before = is_tensor(present) ? SLOT(present, tensor_slots.array) : NULL;
        if (before == NULL || usual_version(SLOT(present, tensor_slots.storage)) == NULL || !is_usual(before)
            || !PyArray_ISWRITEABLE((PyArrayObject *)before) || !lies_as(gradient, (PyArrayObject *)before)) {
            return UNUSUAL;
        }
        PyObject *operands[] = {before, gradient};
        Outcome outcome = step_writes(&pass.add, operands, NULL) ? COMPUTED : step_run(&pass.add, operands, 0, &sum);
        if (outcome != COMPUTED) {
            return outcome;
        }
    }
    Py_INCREF(leaf);
    Py_INCREF(present);
    int failed = present == Py_None ? begin(leaf, gradient, additions) : write_sum(present, gradient, sum);
    PyObject *watcher = who_watches();
    if (!failed && watcher != NULL) {
        failed = tell_of_arrival(watcher, node, gradient, present == Py_None) < 0;
    }
    Py_DECREF(present);
    Py_DECREF(leaf);
    Py_XDECREF(sum);
    return failed ? FAILED : COMPUTED;
}
