#include "pass.h"

#include "arrivals.h"
#include "leaves.h"
#include "pullback.h"
#include "queue.h"
#include "release.h"

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
run_vjps(PyObject *node, PyObject *op, Arrived *arrived, Py_ssize_t slots, Cotangents *cotangents)
{
    cotangents->count = slots;
    PyObject *pullback = Py_XNewRef(SLOT(op, pass.pullback));
    if (pullback == NULL) {
        PyErr_SetString(PyExc_AttributeError, "pullback");
        return -1;
    }
    if (Py_IS_TYPE(pullback, &PullbackType) && slots <= MOST_SLOTS && count_arrived(arrived)) {
        Outcome outcome = pull_back(pullback, node, *first_arrived(arrived), Py_None, cotangents->few);
        if (outcome != UNUSUAL) {
            Py_DECREF(pullback);
            return outcome == COMPUTED ? 0 : -1;
        }
        Py_SETREF(pullback, Py_NewRef(pullback_otherwise(pullback)));
    }
    PyObject *arguments[] = {node, list_arrived(arrived), Py_None};
    cotangents->list = arguments[1] == NULL ? NULL : PyObject_Vectorcall(pullback, arguments, 3, NULL);
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

/* Put a cotangent that had another shape where a watcher finds it by slot. */
static int
keep_unreduced(PyObject **unreduced, Py_ssize_t slot, PyObject *raw)
{
    if (*unreduced == NULL && (*unreduced = PyDict_New()) == NULL) {
        return -1;
    }
    PyObject *key = PyLong_FromSsize_t(slot);
    int failed = key == NULL || PyDict_SetItem(*unreduced, key, raw) < 0;
    Py_XDECREF(key);
    return failed ? -1 : 0;
}

/* Let the cotangents arrive along a node's edges. If there is a watcher, they are as they arrived then, and those that
   had another shape are in `*unreduced` by slot. */
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
            cotangents->few[slot] = NULL; /* whoever gets it may be the only one who has it */
        }
        PyObject *raw = Py_XNewRef(cotangent);
        int reshaped = deliver(self, node, slot, edge, &cotangent);
        int failed = reshaped < 0;
        if (!failed && cotangents->list != NULL && cotangent != raw) {
            failed = PyList_SetItem(cotangents->list, slot, Py_NewRef(cotangent)) < 0;
        }
        if (!failed && cotangents->list == NULL && slot < MOST_SLOTS && self->watcher != NULL) {
            cotangents->few[slot] = Py_XNewRef(cotangent);
        }
        if (!failed && reshaped && self->watcher != NULL) {
            failed = keep_unreduced(unreduced, slot, raw) < 0;
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
    Arrived arrived;
    if (take_arrived(self, node, &arrived) < 0) {
        return -1;
    }
    if (count_arrived(&arrived) != 1) {
        PyErr_SetString(PyExc_ValueError, "one gradient arrives at a leaf");
        let_go_of_arrived(&arrived);
        return -1;
    }
    PyObject *gradient = *first_arrived(&arrived);
    Outcome outcome = COMPUTED;
    if (gradient != NULL && gradient != Py_None) {
        long times = additions_to(self, node);
        outcome = times < 0 && PyErr_Occurred() ? FAILED : accumulate(node, gradient, times);
        if (outcome == UNUSUAL) {
            PyObject *done = PyObject_CallFunction(pass.accumulate, "OOl", node, gradient, times);
            outcome = done == NULL ? FAILED : COMPUTED;
            Py_XDECREF(done);
        }
    }
    let_go_of_arrived(&arrived);
    return outcome == COMPUTED ? 0 : -1;
}

/* Whether any gradient is among these. */
static int
is_any(Arrived *arrived)
{
    PyObject **gradients = first_arrived(arrived);
    for (Py_ssize_t i = 0; i < count_arrived(arrived); i++) {
        if (gradients[i] != NULL && gradients[i] != Py_None) {
            return 1;
        }
    }
    return 0;
}

/* Tell the watcher that a node ran. */
static int
tell_ran(const Pass *self, PyObject *node, Arrived *arrived, Cotangents *cotangents, PyObject **unreduced)
{
    if (self->directly != NULL) {
        PyObject *list = cotangents->list;
        Ran ran = {
            .node = node,
            .given = first_arrived(arrived),
            .given_count = count_arrived(arrived),
            .passed_on = list == NULL ? cotangents->few : &PyList_GET_ITEM(list, 0),
            .passed_on_count = list == NULL ? cotangents->count : PyList_GET_SIZE(list),
            .unreduced = *unreduced,
        };
        int told = self->directly->vjp_ran(self->directly->watcher, &ran);
        if (told) {
            return told;
        }
    }
    PyObject *gradients = list_arrived(arrived);
    if (gradients == NULL || make_list(cotangents) < 0 || (*unreduced == NULL && (*unreduced = PyDict_New()) == NULL)) {
        return -1;
    }
    PyObject *arguments[] = {node, gradients, cotangents->list, *unreduced};
    return tell(self->watcher, pass.vjp_ran, arguments, 4);
}

static int
tell_freed(const Pass *self, PyObject *node)
{
    int told = self->directly == NULL ? 0 : self->directly->freed(self->directly->watcher, node);
    return told ? told : tell(self->watcher, pass.freed, &node, 1);
}

/* Have a node of an op's run, deliver what it gives, and let it go of what it saved. */
static int
run_op(const Pass *self, PyObject *node, PyObject *op)
{
    PyObject *edges = NULL, *unreduced = NULL;
    Arrived arrived;
    Cotangents cotangents = {0};
    int failed = take_arrived(self, node, &arrived) < 0
                 || (edges = held_by(node, node_slots.edges, "edges")) == NULL;
    if (!failed && !PyTuple_CheckExact(edges)) {
        PyErr_SetString(PyExc_TypeError, "edges are a tuple");
        failed = 1;
    }
    int ran = !failed && is_any(&arrived);
    if (ran) {
        failed = run_vjps(node, op, &arrived, PyTuple_GET_SIZE(edges), &cotangents) < 0;
    }
    failed = failed || deliver_all(self, node, edges, &cotangents, &unreduced) < 0;
    if (!failed && ran && self->watcher != NULL) {
        failed = tell_ran(self, node, &arrived, &cotangents, &unreduced) < 0;
    }
    if (!failed && self->releases) {
        int released = release(node, op);
        failed = released < 0 || (released && self->watcher != NULL && tell_freed(self, node) < 0);
    }
    forget(&cotangents);
    let_go_of_arrived(&arrived);
    Py_XDECREF(unreduced);
    Py_XDECREF(edges);
    return failed ? -1 : 0;
}

/* Have Python run a node; BackwardPass joins a pass that began here, which goes on in dictionaries. */
static int
run_in_python(Pass *self, PyObject *node)
{
    if (self->waits != NULL) {
        if (as_dictionaries(self->waits, &self->buffers, &self->dependencies, &self->additions) < 0) {
            return -1;
        }
        forget_waits(self->waits);
        self->waits = NULL;
    }
    if (self->run_node == NULL) {
        self->run_node = PyObject_CallFunction(pass.join, "[(OO)]OOOOOO", self->root, self->nr, self->heap,
                                               self->buffers, self->dependencies, self->additions, self->held,
                                               self->releases ? Py_False : Py_True);
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

int
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
        .run_node = arguments[6],  .watcher = who_watches(), .directly = told_directly(),
    };
    Py_XINCREF(self.watcher);
    int failed = run_all(&self, arguments[7]);
    Py_XDECREF(self.watcher);
    if (failed) {
        return NULL;
    }
    Py_RETURN_NONE;
}
