#include "pass.h"

#include "arrivals.h"
#include "reports.h"

/* The node that made a tensor of one number, if its history is what it says; NULL without an exception if Python has to
   look. Borrowed. */
static PyObject *
usual_start(PyObject *root)
{
    if (PySet_GET_SIZE(engine.unusual) || !PyObject_TypeCheck(root, tensor_slots.type)) {
        return NULL;
    }
    PyObject *array = SLOT(root, tensor_slots.array), *node = SLOT(root, tensor_slots.grad_fn);
    if (array == NULL || !is_usual(array) || size_of((PyArrayObject *)array) != 1
        || SLOT(root, tensor_slots.base) != Py_None || node == NULL
        || !PyObject_TypeCheck(node, node_slots.type)) {
        return NULL;
    }
    PyObject *outputs = SLOT(node, node_slots.outputs), *output_nr = SLOT(root, tensor_slots.output_nr);
    if (outputs == NULL || !PyTuple_CheckExact(outputs) || output_nr == NULL || !PyLong_CheckExact(output_nr)) {
        return NULL;
    }
    Py_ssize_t nr = PyLong_AsSsize_t(output_nr);
    if (nr < 0 || nr >= PyTuple_GET_SIZE(outputs)) {
        PyErr_Clear();
        return NULL;
    }
    PyObject *expected = PyTuple_GET_ITEM(outputs, nr);
    PyObject *shape = PyTuple_CheckExact(expected) && PyTuple_GET_SIZE(expected) == 2 ? PyTuple_GET_ITEM(expected, 0)
                                                                                      : Py_None;
    if (!PyTuple_CheckExact(shape) || PyTuple_GET_SIZE(shape) != PyArray_NDIM((PyArrayObject *)array)) {
        return NULL;
    }
    for (Py_ssize_t i = 0; i < PyTuple_GET_SIZE(shape); i++) {
        if (PyTuple_GET_ITEM(shape, i) != engine.one) {
            return NULL;
        }
    }
    return node;
}

/* One, in the shape and dtype of an array of one number. */
static PyObject *
one_like(PyArrayObject *array)
{
    PyArrayObject *one = (PyArrayObject *)PyArray_NewLikeArray(array, NPY_KEEPORDER, NULL, 0);
    if (one != NULL && PyArray_DESCR(one) == float32) {
        *(float *)PyArray_DATA(one) = 1;
    }
    else if (one != NULL) {
        *(double *)PyArray_DATA(one) = 1;
    }
    return (PyObject *)one;
}

/* Tell a watcher that a pass begins at a root. */
static int
tell_beginning(const Pass *self, PyObject *root, PyObject *gradients, PyObject *keep)
{
    PyObject *roots = PyTuple_Pack(1, root);
    PyObject *arguments[] = {roots, gradients, keep, Py_False, Py_True};
    int failed = roots == NULL ? -1 : tell(self->watcher, pass.backward_begins, arguments, 5);
    Py_XDECREF(roots);
    return failed;
}

/* autograd.backward from one tensor, for all leaves: whether that was done here; if not, nothing has changed. */
PyObject *
run_backward(PyObject *Py_UNUSED(module), PyObject *const *arguments, Py_ssize_t count)
{
    if (pass.op == NULL || count != 3 || !PyList_CheckExact(arguments[2])) {
        PyErr_SetString(PyExc_TypeError, "run_backward() takes a root, whether to keep the graph and a list");
        return NULL;
    }
    PyObject *root = arguments[0], *keep = arguments[1], *at = arguments[2];
    int keeps = PyObject_IsTrue(keep);
    PyObject *node = keeps < 0 ? NULL : usual_start(root);
    if (node == NULL) {
        return PyErr_Occurred() ? NULL : Py_NewRef(Py_False);
    }
    PyObject *gradient = one_like((PyArrayObject *)SLOT(root, tensor_slots.array)), *nr = SLOT(root, tensor_slots.output_nr);
    Pass self = {.releases = !keeps, .watcher = who_watches(), .directly = told_directly()};
    Py_XINCREF(self.watcher);
    Py_INCREF(node);
    Py_INCREF(nr);
    Waits waits = {0};
    self.waits = &waits;
    self.heap = PyList_New(0);
    self.root = node;
    self.nr = nr;
    self.held = gradient == NULL ? NULL : PyList_New(1);
    if (self.held != NULL) {
        PyList_SET_ITEM(self.held, 0, Py_NewRef(gradient));
    }
    int failed = self.heap == NULL || self.held == NULL || count_waits(&waits, node) < 0;
    if (!failed && self.watcher != NULL) {
        failed = tell_beginning(&self, root, self.held, keep) < 0;
    }
    if (!failed) {
        failed = begin_at(&self, node, PyLong_AsSsize_t(nr), gradient) < 0 || run_all(&self, at) < 0;
        if (self.watcher != NULL) {
            PyObject *kind, *value, *traceback;
            PyErr_Fetch(&kind, &value, &traceback);
            if (tell(self.watcher, pass.backward_ended, NULL, 0) == 0) {
                PyErr_Restore(kind, value, traceback);
            }
            else {
                failed = 1;
                Py_XDECREF(kind);
                Py_XDECREF(value);
                Py_XDECREF(traceback);
            }
        }
    }
    Py_XDECREF(self.heap);
    Py_XDECREF(self.buffers);
    Py_XDECREF(self.dependencies);
    Py_XDECREF(self.additions);
    Py_XDECREF(self.held);
    forget_waits(&waits);
    Py_XDECREF(self.run_node);
    Py_XDECREF(self.watcher);
    Py_XDECREF(gradient);
    Py_DECREF(node);
    Py_DECREF(nr);
    return failed ? NULL : Py_NewRef(Py_True);
}

/* Have the error that a pass failed with know the node that it is about. */
static void
tell_of_node(PyObject *at)
{
    PyObject *kind, *error, *traceback;
    PyErr_Fetch(&kind, &error, &traceback);
    PyErr_NormalizeException(&kind, &error, &traceback);
    if (traceback != NULL) {
        PyException_SetTraceback(error, traceback);
    }
    PyObject *told = PyObject_CallFunctionObjArgs(pass.about, error, Py_None, PyList_GET_ITEM(at, 0), NULL);
    Py_XDECREF(told);
    if (told != NULL) {
        PyErr_Restore(kind, error, traceback);
        return;
    }
    Py_XDECREF(kind);
    Py_XDECREF(error);
    Py_XDECREF(traceback);
}

/* Tensor.backward() of nothing but the tensor; NotImplemented, with nothing changed, where that is not usual. */
PyObject *
backward_at_once(PyObject *module, PyObject *const *arguments, Py_ssize_t count)
{
    if (count != 1 || pass.op == NULL || PyList_GET_SIZE(pass.transforms) || !are_reports_ours()) {
        Py_RETURN_NOTIMPLEMENTED;
    }
    PyObject *alive = PyObject_GetAttr(pass.exchanged, pass.alive);
    int is_any = alive == NULL ? -1 : PyObject_IsTrue(alive);
    Py_XDECREF(alive);
    PyObject *at = is_any < 0 ? NULL : PyList_New(0), *done = NULL;
    if (at == NULL) {
        return NULL;
    }
    if (is_any) {
        done = Py_NewRef(Py_False);
    }
    else {
        PyObject *given[] = {arguments[0], Py_False, at};
        done = run_backward(module, given, 3);
    }
    if (done == NULL && PyList_GET_SIZE(at) && PyErr_ExceptionMatches(PyExc_Exception)) {
        tell_of_node(at);
    }
    Py_DECREF(at);
    if (done == NULL) {
        return NULL;
    }
    int is_done = done == Py_True;
    Py_DECREF(done);
    return Py_NewRef(is_done ? Py_None : Py_NotImplemented);
}
