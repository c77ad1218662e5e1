#include "pullback.h"

#include <structmember.h>

#define MOST_NAMES 16

typedef struct {
    PyObject_HEAD
    vectorcallfunc vectorcall;
    PyObject *otherwise; /* the Python that does it in any case */
    int parts;           /* of what a node keeps */
    int names;           /* of formulas: the cotangent, then what is kept at these places */
    int places[MOST_NAMES];
    int tensors; /* that are kept, each as its owner, array and version */
    struct {
        int place;
        int is_result; /* its owner is its storage */
    } kept[MOST_SLOTS];
    int slots;
    int order[MOST_SLOTS]; /* in which formulas run */
    Expression formulas[MOST_SLOTS];
} Pullback;

/* Whether what is kept is there, of the usual kind and has not been written over since. */
static int
is_intact(const Pullback *self, PyObject *kept)
{
    for (int i = 0; i < self->tensors; i++) {
        int place = self->kept[i].place;
        PyObject *version = PyTuple_GET_ITEM(kept, place + 2);
        if (version == Py_None) {
            continue;
        }
        PyObject *storage = PyTuple_GET_ITEM(kept, place);
        if (!self->kept[i].is_result) {
            storage = is_tensor(storage) ? SLOT(storage, tensor_slots.storage) : NULL;
        }
        PyObject *now = usual_version(storage);
        if (now == NULL || (now != version && PyObject_RichCompareBool(now, version, Py_EQ) != 1)) {
            return 0;
        }
    }
    return 1;
}

Outcome
pull_back(PyObject *pullback, PyObject *node, PyObject *grad, PyObject *wanted, PyObject **cotangents)
{
    const Pullback *self = (const Pullback *)pullback;
    PyObject *kept = SLOT(node, node_slots.kept), *edges = SLOT(node, node_slots.edges);
    if (grad == Py_None || kept == NULL || !PyTuple_CheckExact(kept) || PyTuple_GET_SIZE(kept) != self->parts
        || SLOT(node, node_slots.freed) != Py_False || edges == NULL || !PyTuple_CheckExact(edges)
        || PyTuple_GET_SIZE(edges) != self->slots || !is_intact(self, kept)) {
        return UNUSUAL;
    }
    PyObject *names[MOST_NAMES];
    names[0] = grad;
    for (int i = 1; i < self->names; i++) {
        names[i] = PyTuple_GET_ITEM(kept, self->places[i]);
    }
    for (int slot = 0; slot < self->slots; slot++) {
        cotangents[slot] = NULL;
    }
    Py_INCREF(grad); /* a formula may let go of it, or of the node */
    Py_INCREF(kept);
    Py_INCREF(edges);
    Outcome outcome = COMPUTED;
    for (int i = 0; i < self->slots && outcome == COMPUTED; i++) {
        int slot = self->order[i];
        PyObject *edge = PyTuple_GET_ITEM(edges, slot);
        if (!PyTuple_CheckExact(edge) || PyTuple_GET_SIZE(edge) != 2) {
            outcome = UNUSUAL;
            break;
        }
        PyObject *following = PyTuple_GET_ITEM(edge, 0);
        int goes = following != Py_None;
        if (goes && wanted != Py_None) {
            goes = PySequence_Contains(wanted, following);
        }
        if (goes < 0) {
            outcome = FAILED;
        }
        else if (goes) {
            outcome = expression_run(&self->formulas[slot], names, 1, &cotangents[slot]);
            if (cotangents[slot] == Py_None) { /* a formula that says so: no gradient goes there */
                Py_CLEAR(cotangents[slot]);
            }
        }
    }
    Py_DECREF(grad);
    Py_DECREF(kept);
    Py_DECREF(edges);
    for (int slot = 0; slot < self->slots && outcome != COMPUTED; slot++) {
        Py_CLEAR(cotangents[slot]);
    }
    return outcome;
}

PyObject *
pullback_otherwise(PyObject *pullback)
{
    return ((Pullback *)pullback)->otherwise;
}

/* As a function of a node, a list of cotangents and the nodes that are wanted: a list, with None where nothing goes. */
static PyObject *
call(PyObject *callable, PyObject *const *arguments, size_t flags, PyObject *names)
{
    Pullback *self = (Pullback *)callable;
    PyObject *cotangents[MOST_SLOTS];
    Outcome outcome = UNUSUAL;
    if (PyVectorcall_NARGS(flags) == 3 && names == NULL && PyObject_TypeCheck(arguments[0], node_slots.type)
        && PyList_CheckExact(arguments[1]) && PyList_GET_SIZE(arguments[1]) > 0) {
        outcome = pull_back(callable, arguments[0], PyList_GET_ITEM(arguments[1], 0), arguments[2], cotangents);
    }
    if (outcome == UNUSUAL) {
        return PyObject_Vectorcall(self->otherwise, arguments, flags, names);
    }
    if (outcome == FAILED) {
        return NULL;
    }
    PyObject *found = PyList_New(self->slots);
    for (int slot = 0; slot < self->slots; slot++) {
        PyObject *cotangent = cotangents[slot] == NULL ? Py_NewRef(Py_None) : cotangents[slot];
        if (found == NULL) {
            Py_DECREF(cotangent);
        }
        else {
            PyList_SET_ITEM(found, slot, cotangent);
        }
    }
    return found;
}

/* ---- The type ----------------------------------------------------------------------------------------------------- */

static int
read_parts(Pullback *self, PyObject *places, PyObject *kept, PyObject *formulas, PyObject *order)
{
    Py_ssize_t names = PyTuple_GET_SIZE(places) + 1, slots = PyTuple_GET_SIZE(formulas);
    Py_ssize_t tensors = PyTuple_GET_SIZE(kept);
    if (names > MOST_NAMES || slots > MOST_SLOTS || tensors > MOST_SLOTS || PyTuple_GET_SIZE(order) != slots) {
        return -1;
    }
    self->names = (int)names;
    self->tensors = (int)tensors;
    for (int i = 1; i < names; i++) {
        self->places[i] = (int)PyLong_AsLong(PyTuple_GET_ITEM(places, i - 1));
        if (PyErr_Occurred() || self->places[i] < 0 || self->places[i] >= self->parts) {
            return -1;
        }
    }
    for (int i = 0; i < tensors; i++) {
        PyObject *pair = PyTuple_GET_ITEM(kept, i);
        if (!PyTuple_Check(pair) || !PyArg_ParseTuple(pair, "ip", &self->kept[i].place, &self->kept[i].is_result)
            || self->kept[i].place < 0 || self->kept[i].place + 2 >= self->parts) {
            return -1;
        }
    }
    for (int slot = 0; slot < slots; slot++) {
        self->slots = slot + 1; /* so that all that was read is cleared */
        self->order[slot] = (int)PyLong_AsLong(PyTuple_GET_ITEM(order, slot));
        if (PyErr_Occurred() || self->order[slot] < 0 || self->order[slot] >= slots
            || expression_read(&self->formulas[slot], PyTuple_GET_ITEM(formulas, slot)) < 0
            || !expression_fits(&self->formulas[slot], names)) {
            return -1;
        }
    }
    return 0;
}

static PyObject *
pullback_new(PyTypeObject *type, PyObject *args, PyObject *kwargs)
{
    static char *words[] = {"otherwise", "parts", "places", "kept", "formulas", "order", NULL};
    PyObject *otherwise, *places, *kept, *formulas, *order;
    int parts;
    if (!PyArg_ParseTupleAndKeywords(args, kwargs, "OiO!O!O!O!", words, &otherwise, &parts, &PyTuple_Type, &places,
                                     &PyTuple_Type, &kept, &PyTuple_Type, &formulas, &PyTuple_Type, &order)) {
        return NULL;
    }
    Pullback *self = (Pullback *)type->tp_alloc(type, 0);
    if (self == NULL) {
        return NULL;
    }
    self->vectorcall = call;
    self->parts = parts;
    self->otherwise = Py_NewRef(otherwise);
    if (read_parts(self, places, kept, formulas, order) < 0) {
        if (!PyErr_Occurred()) {
            PyErr_SetString(PyExc_ValueError, "the parts of a pullback do not fit together");
        }
        Py_DECREF(self);
        return NULL;
    }
    return (PyObject *)self;
}

static int
pullback_traverse(Pullback *self, visitproc visit, void *arg)
{
    Py_VISIT(self->otherwise);
    for (int slot = 0; slot < self->slots; slot++) {
        int answer = expression_traverse(&self->formulas[slot], visit, arg);
        if (answer) {
            return answer;
        }
    }
    return 0;
}

static int
pullback_clear(Pullback *self)
{
    Py_CLEAR(self->otherwise);
    for (int slot = 0; slot < self->slots; slot++) {
        expression_clear(&self->formulas[slot]);
    }
    return 0;
}

static void
pullback_dealloc(Pullback *self)
{
    PyObject_GC_UnTrack(self);
    pullback_clear(self);
    Py_TYPE(self)->tp_free((PyObject *)self);
}

PyTypeObject PullbackType = {
    PyVarObject_HEAD_INIT(NULL, 0)
    .tp_name = "gradwalk.engine._core.Pullback",
    .tp_doc = "An op's VJPs as a function of a node, cotangents and wanted nodes.",
    .tp_basicsize = sizeof(Pullback),
    .tp_flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC | Py_TPFLAGS_HAVE_VECTORCALL,
    .tp_new = pullback_new,
    .tp_call = PyVectorcall_Call,
    .tp_vectorcall_offset = offsetof(Pullback, vectorcall),
    .tp_traverse = (traverseproc)pullback_traverse,
    .tp_clear = (inquiry)pullback_clear,
    .tp_dealloc = (destructor)pullback_dealloc,
};
