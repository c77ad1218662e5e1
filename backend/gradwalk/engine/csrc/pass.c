#include "pass.h"

#include "fitting.h"
#include "graph.h"
#include "leaves.h"
#include "pullback.h"
#include "queue.h"
#include "release.h"
#include "watching.h"

PassParts pass;

/* One pass under way: what is BackwardPass's, all borrowed. */
typedef struct {
    PyObject *heap, *buffers, *dependencies, *additions, *held;
    PyObject *run_node; /* what runs nodes that are not usual; NULL until there is one, if it is made then */
    PyObject *begun;    /* where the pass began, of which `run_node` is made */
    PyObject *watcher;  /* NULL for nobody */
    int releases;
} Pass;

/* What a node holds in a slot: a new reference; NULL with an exception if there is nothing. */
static PyObject *
held_by(PyObject *node, Py_ssize_t offset, const char *name)
{
    PyObject *held = SLOT(node, offset);
    if (held == NULL) {
        PyErr_SetString(PyExc_AttributeError, name);
        return NULL;
    }
    return Py_NewRef(held);
}

/* Take something out of a dictionary: a new reference; NULL with an exception if it is not there. */
static PyObject *
take_out(PyObject *dictionary, PyObject *key)
{
    PyObject *value = PyDict_GetItemWithError(dictionary, key);
    if (value == NULL) {
        if (!PyErr_Occurred()) {
            PyErr_SetObject(PyExc_KeyError, key);
        }
        return NULL;
    }
    Py_INCREF(value);
    if (PyDict_DelItem(dictionary, key) < 0) {
        Py_CLEAR(value);
    }
    return value;
}

/* ---- What arrives at a node --------------------------------------------------------------------------------------- */

/* The gradients that wait for a node of so many results, as its buffer: none yet. */
static PyObject *
new_buffer(Py_ssize_t results)
{
    PyObject *buffer = PyList_New(results);
    for (Py_ssize_t i = 0; buffer != NULL && i < results; i++) {
        PyList_SET_ITEM(buffer, i, Py_NewRef(Py_None));
    }
    return buffer;
}

/* Whether PyTorch adds in place to a gradient: it is no view, nor one that the pass began with. */
static int
is_own(const Pass *self, PyObject *gradient)
{
    if (PyArray_CheckExact(gradient)) {
        if (PyArray_BASE((PyArrayObject *)gradient) != NULL) {
            return 0;
        }
    }
    else {
        PyObject *base = PyObject_GetAttrString(gradient, "base");
        if (base == NULL) {
            return -1;
        }
        Py_DECREF(base);
        if (base != Py_None) {
            return 0;
        }
    }
    for (Py_ssize_t i = 0; i < PyList_GET_SIZE(self->held); i++) {
        if (PyList_GET_ITEM(self->held, i) == gradient) {
            return 0;
        }
    }
    return 1;
}

/* Note that a gradient was added to the first one that had arrived at a node. */
static int
note_addition(const Pass *self, PyObject *node, PyObject *present)
{
    PyObject *before = PyDict_GetItemWithError(self->additions, node);
    if (before != NULL) {
        Py_INCREF(before);
    }
    else if (PyErr_Occurred()) {
        return -1;
    }
    else {
        before = PyDict_GET_SIZE(pass.times) ? PyObject_CallOneArg(pass.times_written, present)
                                             : Py_NewRef(engine.zero);
    }
    PyObject *now = before == NULL ? NULL : PyNumber_Add(before, engine.one);
    Py_XDECREF(before);
    int failed = now == NULL || PyDict_SetItem(self->additions, node, now) < 0;
    Py_XDECREF(now);
    return failed ? -1 : 0;
}

/* Add a gradient to what waits at a place of a node's buffer. */
static int
add_to(const Pass *self, PyObject *node, PyObject *buffer, Py_ssize_t nr, PyObject *gradient)
{
    PyObject *present = Py_NewRef(PyList_GET_ITEM(buffer, nr)), *sum = NULL;
    if (present == Py_None) {
        Py_DECREF(present);
        return PyList_SetItem(buffer, nr, Py_NewRef(gradient));
    }
    PyObject *operands[] = {present, gradient};
    if (step_run(&pass.add, operands, 1, &sum) == UNUSUAL) {
        sum = PyNumber_Add(present, gradient);
    }
    int failed = sum == NULL || PyList_SetItem(buffer, nr, sum) < 0;
    if (!failed && present != gradient) {
        int own = is_own(self, present);
        failed = own < 0 || (own && note_addition(self, node, present) < 0);
    }
    Py_DECREF(present);
    return failed ? -1 : 0;
}

/* A node has one gradient less to wait for; it is queued if that was the last. */
static int
count_down(const Pass *self, PyObject *node)
{
    PyObject *missing = PyDict_GetItemWithError(self->dependencies, node);
    if (missing == NULL) {
        if (!PyErr_Occurred()) {
            PyErr_SetObject(PyExc_KeyError, node);
        }
        return -1;
    }
    long left = PyLong_AsLong(missing) - 1;
    if (left < 1) {
        return PyErr_Occurred() ? -1 : queue_push(self->heap, node);
    }
    PyObject *now = PyLong_FromLong(left);
    int failed = now == NULL || PyDict_SetItem(self->dependencies, node, now) < 0;
    Py_XDECREF(now);
    return failed ? -1 : 0;
}

/* Let a cotangent that a node gave for a slot, or NULL where it gave none, arrive along its edge. `*cotangent` is
   exchanged for what fits there. 1 if it had another shape, 0 if not, -1 with an exception. */
static int
deliver(const Pass *self, PyObject *node, Py_ssize_t slot, PyObject *edge, PyObject **cotangent)
{
    PyObject *following = PyTuple_GET_ITEM(edge, 0), *buffer;
    Py_ssize_t nr = PyLong_AsSsize_t(PyTuple_GET_ITEM(edge, 1));
    if ((nr < 0 && PyErr_Occurred()) || !PyObject_TypeCheck(following, node_slots.type)) {
        PyErr_SetString(PyExc_TypeError, "an edge is a node and a number");
        return -1;
    }
    PyObject *given = held_by(following, node_slots.outputs, "outputs");
    PyObject *outputs = given == NULL ? NULL : PySequence_Fast(given, "outputs are a sequence");
    Py_XDECREF(given);
    if (outputs == NULL) {
        return -1;
    }
    int reshaped = 0;
    Py_ssize_t results = PySequence_Fast_GET_SIZE(outputs);
    if (*cotangent != NULL) {
        if (nr < 0 || nr >= results) {
            PyErr_SetString(PyExc_IndexError, "tuple index out of range");
            reshaped = -1;
        }
        else {
            reshaped = fit(cotangent, PySequence_Fast_GET_ITEM(outputs, nr), node, slot);
        }
    }
    Py_DECREF(outputs);
    if (reshaped < 0) {
        return -1;
    }
    buffer = PyDict_GetItemWithError(self->buffers, following);
    int failed = 0;
    if (buffer != NULL) {
        Py_INCREF(buffer);
    }
    else {
        buffer = PyErr_Occurred() ? NULL : new_buffer(results);
        failed = buffer == NULL || PyDict_SetItem(self->buffers, following, buffer) < 0;
    }
    if (!failed && *cotangent != NULL) {
        if (!PyList_CheckExact(buffer) || nr >= PyList_GET_SIZE(buffer)) {
            PyErr_SetString(PyExc_IndexError, "list index out of range");
            failed = 1;
        }
        else {
            failed = add_to(self, following, buffer, nr, *cotangent) < 0;
        }
    }
    Py_XDECREF(buffer);
    return failed || count_down(self, following) < 0 ? -1 : reshaped;
}

/* ---- A node runs -------------------------------------------------------------------------------------------------- */

/* What a node's VJPs gave, by slot: a list, or if nobody wants one, `few`. */
typedef struct {
    PyObject *list;
    PyObject *few[MOST_SLOTS];
    Py_ssize_t count;
} Cotangents;

static void
forget(Cotangents *cotangents)
{
    Py_CLEAR(cotangents->list);
    for (Py_ssize_t i = 0; i < MOST_SLOTS; i++) {
        Py_CLEAR(cotangents->few[i]);
    }
}

/* Have a node's VJPs run on the gradients that arrived. */
static int
run_vjps(PyObject *node, PyObject *op, PyObject *gradients, Py_ssize_t slots, Cotangents *cotangents)
{
    cotangents->count = slots;
    PyObject *pullback = Py_XNewRef(SLOT(op, pass.pullback));
    if (pullback == NULL) {
        PyErr_SetString(PyExc_AttributeError, "pullback");
        return -1;
    }
    if (Py_IS_TYPE(pullback, &PullbackType) && slots <= MOST_SLOTS && PyList_GET_SIZE(gradients)) {
        Outcome outcome = pull_back(pullback, node, PyList_GET_ITEM(gradients, 0), Py_None, cotangents->few);
        if (outcome != UNUSUAL) {
            Py_DECREF(pullback);
            return outcome == COMPUTED ? 0 : -1;
        }
        Py_SETREF(pullback, Py_NewRef(pullback_otherwise(pullback)));
    }
    PyObject *arguments[] = {node, gradients, Py_None};
    cotangents->list = PyObject_Vectorcall(pullback, arguments, 3, NULL);
    Py_DECREF(pullback);
    if (cotangents->list != NULL && !PyList_CheckExact(cotangents->list)) {
        Py_SETREF(cotangents->list, PySequence_List(cotangents->list));
    }
    return cotangents->list == NULL ? -1 : 0;
}

/* As the list that a watcher gets. */
static int
make_list(Cotangents *cotangents)
{
    if (cotangents->list == NULL) {
        cotangents->list = new_buffer(cotangents->count);
        for (Py_ssize_t i = 0; cotangents->list != NULL && i < cotangents->count && i < MOST_SLOTS; i++) {
            if (cotangents->few[i] != NULL) {
                PyList_SetItem(cotangents->list, i, cotangents->few[i]);
                cotangents->few[i] = NULL;
            }
        }
    }
    return cotangents->list == NULL ? -1 : 0;
}

/* Let the cotangents arrive along a node's edges. Those that had another shape are put into `*unreduced` by slot, if
   there is a watcher. */
static int
deliver_all(const Pass *self, PyObject *node, PyObject *edges, Cotangents *cotangents, PyObject **unreduced)
{
    for (Py_ssize_t slot = 0; slot < PyTuple_GET_SIZE(edges); slot++) {
        PyObject *edge = PyTuple_GET_ITEM(edges, slot), *cotangent = NULL;
        if (!PyTuple_CheckExact(edge) || PyTuple_GET_SIZE(edge) != 2) {
            PyErr_SetString(PyExc_TypeError, "an edge is a node and a number");
            return -1;
        }
        if (PyTuple_GET_ITEM(edge, 0) == Py_None) {
            continue;
        }
        if (cotangents->list != NULL) {
            if (slot >= PyList_GET_SIZE(cotangents->list)) {
                PyErr_SetString(PyExc_IndexError, "list index out of range");
                return -1;
            }
            PyObject *listed = PyList_GET_ITEM(cotangents->list, slot);
            cotangent = listed == Py_None ? NULL : Py_NewRef(listed);
        }
        else if (slot < MOST_SLOTS) {
            cotangent = cotangents->few[slot];
            cotangents->few[slot] = NULL;
        }
        PyObject *raw = Py_XNewRef(cotangent);
        int reshaped = deliver(self, node, slot, edge, &cotangent);
        int failed = reshaped < 0;
        if (!failed && cotangents->list != NULL && cotangent != raw) {
            failed = PyList_SetItem(cotangents->list, slot, Py_NewRef(cotangent)) < 0;
        }
        if (!failed && reshaped && self->watcher != NULL) {
            PyObject *key = PyLong_FromSsize_t(slot);
            failed = key == NULL || PyDict_SetItem(*unreduced, key, raw) < 0;
            Py_XDECREF(key);
        }
        Py_XDECREF(raw);
        Py_XDECREF(cotangent);
        if (failed) {
            return -1;
        }
    }
    return 0;
}

/* Add what arrived at a leaf to its `.grad`. */
static int
run_leaf(const Pass *self, PyObject *node)
{
    PyObject *buffer = take_out(self->buffers, node);
    if (buffer == NULL || !PyList_CheckExact(buffer) || PyList_GET_SIZE(buffer) != 1) {
        if (buffer != NULL) {
            PyErr_SetString(PyExc_ValueError, "one gradient arrives at a leaf");
        }
        Py_XDECREF(buffer);
        return -1;
    }
    PyObject *arrived = PyList_GET_ITEM(buffer, 0);
    Outcome outcome = COMPUTED;
    if (arrived != Py_None) {
        PyObject *additions = PyDict_GetItemWithError(self->additions, node);
        if (additions == NULL) {
            additions = engine.zero;
        }
        Py_INCREF(additions);
        long times = PyErr_Occurred() ? -1 : PyLong_AsLong(additions);
        outcome = times < 0 && PyErr_Occurred() ? FAILED : accumulate(node, arrived, times);
        if (outcome == UNUSUAL) {
            PyObject *done = PyObject_CallFunctionObjArgs(pass.accumulate, node, arrived, additions, NULL);
            outcome = done == NULL ? FAILED : COMPUTED;
            Py_XDECREF(done);
        }
        Py_DECREF(additions);
    }
    Py_DECREF(buffer);
    return outcome == COMPUTED ? 0 : -1;
}

/* Whether any gradient is among these. */
static int
is_any(PyObject *gradients)
{
    for (Py_ssize_t i = 0; i < PyList_GET_SIZE(gradients); i++) {
        if (PyList_GET_ITEM(gradients, i) != Py_None) {
            return 1;
        }
    }
    return 0;
}

/* Have a node of an op's run, deliver what it gives, and let it go of what it saved. */
static int
run_op(const Pass *self, PyObject *node, PyObject *op)
{
    PyObject *gradients = take_out(self->buffers, node), *edges = NULL, *unreduced = NULL;
    Cotangents cotangents = {0};
    int failed = gradients == NULL || (edges = held_by(node, node_slots.edges, "edges")) == NULL;
    if (!failed && (!PyList_CheckExact(gradients) || !PyTuple_CheckExact(edges))) {
        PyErr_SetString(PyExc_TypeError, "gradients are a list and edges a tuple");
        failed = 1;
    }
    int ran = !failed && is_any(gradients);
    if (ran) {
        failed = run_vjps(node, op, gradients, PyTuple_GET_SIZE(edges), &cotangents) < 0;
        if (!failed && self->watcher != NULL) {
            unreduced = PyDict_New();
            failed = unreduced == NULL || make_list(&cotangents) < 0;
        }
    }
    failed = failed || deliver_all(self, node, edges, &cotangents, &unreduced) < 0;
    if (!failed && ran && self->watcher != NULL) {
        PyObject *arguments[] = {node, gradients, cotangents.list, unreduced};
        failed = tell(self->watcher, pass.vjp_ran, arguments, 4) < 0;
    }
    if (!failed && self->releases) {
        int released = release(node, op);
        failed = released < 0
                 || (released && self->watcher != NULL && tell(self->watcher, pass.freed, &node, 1) < 0);
    }
    forget(&cotangents);
    Py_XDECREF(unreduced);
    Py_XDECREF(gradients);
    Py_XDECREF(edges);
    return failed ? -1 : 0;
}

/* Have Python run a node; BackwardPass joins a pass that began here. */
static int
run_in_python(Pass *self, PyObject *node)
{
    if (self->run_node == NULL) {
        self->run_node = PyObject_CallFunctionObjArgs(pass.join, self->begun, self->heap, self->buffers,
                                                      self->dependencies, self->additions, self->held,
                                                      self->releases ? Py_False : Py_True, NULL);
    }
    PyObject *done = self->run_node == NULL ? NULL : PyObject_CallOneArg(self->run_node, node);
    Py_XDECREF(done);
    return done == NULL ? -1 : 0;
}

static int
run_node(Pass *self, PyObject *node)
{
    PyObject *op = held_by(node, node_slots.op, "op"), *hooks = SLOT(node, node_slots.hooks);
    if (op == NULL) {
        return -1;
    }
    int failed;
    if (hooks == Py_None && PyObject_TypeCheck(op, pass.op)) {
        failed = run_op(self, node, op);
    }
    else if (hooks == Py_None && Py_IS_TYPE(node, pass.accumulate_grad)) {
        failed = run_leaf(self, node);
    }
    else {
        failed = run_in_python(self, node);
    }
    Py_DECREF(op);
    return failed;
}

/* Run nodes until none is ready. At an exception the node that it came from is left in `at`, a list. */
static int
run_all(Pass *self, PyObject *at)
{
    int failed = 0;
    while (!failed && PyList_GET_SIZE(self->heap)) {
        PyObject *node = queue_pop(self->heap);
        if (node == NULL) {
            return -1;
        }
        failed = !PyObject_TypeCheck(node, node_slots.type);
        if (failed) {
            PyErr_SetString(PyExc_TypeError, "what waits are nodes");
        }
        failed = failed || PyErr_CheckSignals() < 0 || run_node(self, node) < 0;
        if (failed) {
            PyObject *kind, *value, *traceback;
            PyErr_Fetch(&kind, &value, &traceback);
            if (PyList_Append(at, node) < 0) {
                PyErr_Clear();
            }
            PyErr_Restore(kind, value, traceback);
        }
        Py_DECREF(node);
    }
    return failed ? -1 : 0;
}

/* BackwardPass._run_plainly, of what a pass is made of. */
PyObject *
run_pass(PyObject *Py_UNUSED(module), PyObject *const *arguments, Py_ssize_t count)
{
    if (pass.op == NULL || count != 8 || !PyList_CheckExact(arguments[0]) || !PyDict_CheckExact(arguments[1])
        || !PyDict_CheckExact(arguments[2]) || !PyDict_CheckExact(arguments[3]) || !PyList_CheckExact(arguments[4])
        || !PyList_CheckExact(arguments[7])) {
        PyErr_SetString(PyExc_TypeError, "run_pass() takes what a pass is made of");
        return NULL;
    }
    Pass self = {
        .heap = arguments[0],      .buffers = arguments[1],  .dependencies = arguments[2],
        .additions = arguments[3], .held = arguments[4],     .releases = arguments[5] == Py_True,
        .run_node = arguments[6],  .watcher = who_watches(),
    };
    Py_XINCREF(self.watcher);
    int failed = run_all(&self, arguments[7]);
    Py_XDECREF(self.watcher);
    if (failed) {
        return NULL;
    }
    Py_RETURN_NONE;
}

/* ---- A pass that begins here -------------------------------------------------------------------------------------- */

/* The node that made a tensor of one number, if its history is what it says; NULL without an exception if Python has to
   look. Borrowed. */
static PyObject *
usual_start(PyObject *root)
{
    if (PySet_GET_SIZE(engine.unusual) || !PyObject_TypeCheck(root, tensor_slots.type)) {
        return NULL;
    }
    PyObject *array = SLOT(root, tensor_slots.array), *node = SLOT(root, tensor_slots.grad_fn);
    if (array == NULL || !is_usual(array) || PyArray_SIZE((PyArrayObject *)array) != 1
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

/* Run the pass from a node at which a gradient arrives. */
static int
run_from(Pass *self, PyObject *node, PyObject *nr, PyObject *gradient, PyObject *at)
{
    PyObject *outputs = SLOT(node, node_slots.outputs);
    PyObject *buffer = new_buffer(PyTuple_GET_SIZE(outputs));
    int failed = buffer == NULL || PyList_SetItem(buffer, PyLong_AsSsize_t(nr), Py_NewRef(gradient)) < 0
                 || PyDict_SetItem(self->buffers, node, buffer) < 0 || count_down(self, node) < 0;
    Py_XDECREF(buffer);
    return failed ? -1 : run_all(self, at);
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
    Pass self = {.releases = !keeps, .watcher = who_watches()};
    Py_XINCREF(self.watcher);
    Py_INCREF(node);
    Py_INCREF(nr);
    self.heap = PyList_New(0);
    self.buffers = PyDict_New();
    self.additions = PyDict_New();
    self.begun = Py_BuildValue("[(OO)]", node, nr);
    self.held = gradient == NULL ? NULL : Py_BuildValue("[O]", gradient);
    self.dependencies = self.begun == NULL ? NULL : count_dependencies(NULL, self.begun);
    int failed = self.heap == NULL || self.buffers == NULL || self.additions == NULL || self.held == NULL
                 || self.dependencies == NULL;
    if (!failed && self.watcher != NULL) {
        failed = tell_beginning(&self, root, self.held, keep) < 0;
    }
    if (!failed) {
        failed = run_from(&self, node, nr, gradient, at) < 0;
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
    Py_XDECREF(self.begun);
    Py_XDECREF(self.run_node);
    Py_XDECREF(self.watcher);
    Py_XDECREF(gradient);
    Py_DECREF(node);
    Py_DECREF(nr);
    return failed ? NULL : Py_NewRef(Py_True);
}

/* ---- What passes have --------------------------------------------------------------------------------------------- */

/* A dictionary of what there is one of, by the names of what is kept here. */
PyObject *
learn_pass(PyObject *Py_UNUSED(module), PyObject *parts)
{
    PyObject *op, *accumulate_grad, *ufunc;
    const struct {
        const char *name;
        PyObject **place;
        int is_kept;
    } wanted[] = {
        {"op", &op, 0},
        {"accumulate_grad", &accumulate_grad, 0},
        {"add", &ufunc, 0},
        {"fit", &pass.fit, 1},
        {"accumulate", &pass.accumulate, 1},
        {"times", &pass.times, 1},
        {"times_written", &pass.times_written, 1},
        {"indexed", &pass.indexed, 1},
        {"join", &pass.join, 1},
        {"reduce", &pass.reduce, 1},
    };
    for (size_t i = 0; i < sizeof wanted / sizeof wanted[0]; i++) {
        PyObject *part = PyDict_Check(parts) ? PyDict_GetItemString(parts, wanted[i].name) : NULL;
        if (part == NULL) {
            PyErr_SetString(PyExc_KeyError, wanted[i].name);
            return NULL;
        }
        if (wanted[i].is_kept) {
            Py_XSETREF(*wanted[i].place, Py_NewRef(part));
        }
        else {
            *wanted[i].place = part;
        }
    }
    const struct {
        PyObject *type;
        const char *name;
        Py_ssize_t *offset;
    } slots[] = {
        {op, "pullback", &pass.pullback},         {op, "surely_keeps", &pass.surely_keeps},
        {op, "kept_tensors", &pass.kept_tensors}, {op, "name", &pass.name},
        {accumulate_grad, "variable", &pass.variable},
    };
    for (size_t i = 0; i < sizeof slots / sizeof slots[0]; i++) {
        *slots[i].offset = slot_offset(slots[i].type, slots[i].name);
        if (*slots[i].offset < 0) {
            return NULL;
        }
    }
    const struct {
        const char *name;
        PyObject **place;
    } methods[] = {
        {"accumulated", &pass.accumulated},         {"vjp_ran", &pass.vjp_ran},
        {"freed", &pass.freed},                     {"backward_begins", &pass.backward_begins},
        {"backward_ended", &pass.backward_ended},
    };
    for (size_t i = 0; i < sizeof methods / sizeof methods[0]; i++) {
        Py_XSETREF(*methods[i].place, PyUnicode_InternFromString(methods[i].name));
        if (*methods[i].place == NULL) {
            return NULL;
        }
    }
    pass.add = (Step){0};
    if (step_read(&pass.add, ufunc) < 0) {
        return NULL;
    }
    if (pass.add.count != 2 || pass.add.result != NULL || !PyType_Check(op) || !PyType_Check(accumulate_grad)
        || !PyDict_CheckExact(pass.times)) {
        PyErr_SetString(PyExc_TypeError, "a part of passes is of another kind");
        return NULL;
    }
    Py_XSETREF(pass.accumulate_grad, (PyTypeObject *)Py_NewRef(accumulate_grad));
    Py_XSETREF(pass.op, (PyTypeObject *)Py_NewRef(op));
    Py_RETURN_NONE;
}
