/* What is known of an op: in a process, and in the run where it was met last. */

#include "usual.h"

#include "by_identity.h"

static int
declared_traverse(Declared *self, visitproc visit, void *arg)
{
    Py_VISIT(self->op);
    Py_VISIT(self->declared);
    return 0;
}

static int
declared_clear(Declared *self)
{
    Py_CLEAR(self->op);
    Py_CLEAR(self->declared);
    return 0;
}

static void
declared_dealloc(Declared *self)
{
    PyObject_GC_UnTrack(self);
    declared_clear(self);
    for (int i = 0; i < MOST_GIVEN; i++)
        drop_given(&self->given[i]);
    Py_XDECREF(self->cuts[0]);
    Py_XDECREF(self->cuts[1]);
    Py_TYPE(self)->tp_free((PyObject *)self);
}

static PyObject *
declared_new(PyTypeObject *type, PyObject *args, PyObject *Py_UNUSED(kwargs))
{
    PyObject *op, *head, *in_place_head, *heads, *slots, *names, *defaults, *node_head, *saved;
    int edges;
    if (!PyArg_ParseTuple(args, "OUOO!O!O!O!iUO!:Declared", &op, &head, &in_place_head, &PyTuple_Type, &heads, &PyTuple_Type, &slots,
                          &PyTuple_Type, &names, &PyTuple_Type, &defaults, &edges, &node_head, &PyTuple_Type,
                          &saved))
        return NULL;
    Py_ssize_t operands = PyTuple_GET_SIZE(heads), saves = PyTuple_GET_SIZE(saved);
    if (operands > MOST_OPERANDS || edges > MOST_OPERANDS || saves > MOST_SAVED || PyTuple_GET_SIZE(slots) != operands ||
        PyTuple_GET_SIZE(names) != PyTuple_GET_SIZE(defaults)) {
        PyErr_SetString(PyExc_ValueError, "an op with more parts than these rows have room for");
        return NULL;
    }
    Declared *self = (Declared *)type->tp_alloc(type, 0);
    if (self == NULL)
        return NULL;
    self->op = Py_NewRef(op);
    self->declared = Py_NewRef(args);
    self->head = head;
    self->in_place_head = in_place_head;
    if (in_place_head != Py_None && !PyUnicode_Check(in_place_head))
        PyErr_SetString(PyExc_TypeError, "head");
    self->node_head = node_head;
    self->param_names = names;
    self->param_defaults = defaults;
    self->operands = (int)operands;
    self->params = (int)PyTuple_GET_SIZE(names);
    self->edges = edges;
    self->saves = (int)saves;
    for (Py_ssize_t i = 0; i < operands; i++) {
        self->heads[i] = PyTuple_GET_ITEM(heads, i);
        self->slots[i] = (int)PyLong_AsLong(PyTuple_GET_ITEM(slots, i));
        if (!PyUnicode_Check(self->heads[i]) || self->slots[i] >= edges)
            PyErr_SetString(PyExc_ValueError, "operands");
    }
    for (Py_ssize_t i = 0; i < saves; i++) {
        int kind = -1;
        PyObject *shown;
        if (!PyArg_ParseTuple(PyTuple_GET_ITEM(saved, i), "Oi", &shown, &kind))
            break;
        if ((shown != Py_None && !PyUnicode_Check(shown)) || kind >= operands)
            PyErr_SetString(PyExc_ValueError, "saved");
        self->saved[i].head = shown;
        self->saved[i].kind = kind;
        self->parts += kind == -1 ? 1 : 3;
        if (-1 - kind > self->results)
            self->results = -1 - kind;
    }
    if (PyErr_Occurred()) {
        Py_DECREF(self);
        return NULL;
    }
    return (PyObject *)self;
}

PyTypeObject DeclaredType = {
    PyVarObject_HEAD_INIT(NULL, 0).tp_name = "gradwalk.recorder._core.Declared",
    .tp_doc = "What rows say of all applications of an op.",
    .tp_basicsize = sizeof(Declared),
    .tp_flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC,
    .tp_new = declared_new,
    .tp_traverse = (traverseproc)declared_traverse,
    .tp_clear = (inquiry)declared_clear,
    .tp_dealloc = (destructor)declared_dealloc,
};

static int
usual_traverse(Usual *self, visitproc visit, void *arg)
{
    Py_VISIT(self->declared);
    return 0;
}

static int
usual_clear(Usual *self)
{
    Py_CLEAR(self->declared);
    return 0;
}

static void
usual_dealloc(Usual *self)
{
    PyObject_GC_UnTrack(self);
    usual_clear(self);
    Py_XDECREF(self->key);
    Py_XDECREF(self->alike);
    for (size_t i = 0; i < sizeof self->shown / sizeof *self->shown; i++) {
        Py_XDECREF(self->shown[i].value);
        Py_XDECREF(self->shown[i].text);
    }
    Py_TYPE(self)->tp_free((PyObject *)self);
}

PyTypeObject UsualType = {
    PyVarObject_HEAD_INIT(NULL, 0).tp_name = "gradwalk.recorder._core.Usual",
    .tp_doc = "What is known of an op.",
    .tp_basicsize = sizeof(Usual),
    .tp_flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC | Py_TPFLAGS_DISALLOW_INSTANTIATION,
    .tp_traverse = (traverseproc)usual_traverse,
    .tp_clear = (inquiry)usual_clear,
    .tp_dealloc = (destructor)usual_dealloc,
};

/* What is known of each op that was met, for all runs. */
typedef struct {
    PyObject *op;
    Usual *usual; /* NULL for one whose applications are written by Python */
} Met;

static struct {
    Met *table;
    size_t count, room;
} all;

/* Notes down what Python says of an op. */
static Met *
meet(Scribe *self, PyObject *op)
{
    PyObject *declared = PyObject_CallOneArg(self->declared, op);
    if (declared == NULL)
        return NULL;
    Usual *usual = NULL;
    if (Py_TYPE(declared) == &DeclaredType) {
        usual = PyObject_GC_New(Usual, &UsualType);
        if (usual == NULL) {
            Py_DECREF(declared);
            return NULL;
        }
        memset((char *)usual + sizeof(PyObject), 0, sizeof *usual - sizeof(PyObject));
        usual->declared = (Declared *)Py_NewRef(declared);
        PyObject_GC_Track(usual);
    }
    Py_DECREF(declared);
    Met *table = with_room(all.table, &all.room, all.count, sizeof *table);
    if (table == NULL) {
        Py_XDECREF(usual);
        return NULL;
    }
    all.table = table;
    Met *met = entry_of(table, all.room, sizeof *met, op);
    if (met->op == NULL) {
        met->op = Py_NewRef(op);
        all.count++;
    }
    Py_XSETREF(met->usual, usual);
    return met;
}

Usual *
usual_of(Scribe *self, PyObject *op)
{
    Met *met = all.count ? entry_of(all.table, all.room, sizeof *met, op) : NULL;
    if (met == NULL || met->op == NULL) {
        met = meet(self, op);
        if (met == NULL)
            return NULL;
    }
    Usual *usual = met->usual;
    if (usual != NULL && usual->run != self->first) {
        Py_CLEAR(usual->key);
        usual->run = self->first;
    }
    return usual;
}
