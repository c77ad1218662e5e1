#include "places.h"

#include <structmember.h>

Places at;

static int
find_slot(PyObject *type, const char *name, Py_ssize_t *offset)
{
    PyObject *found = PyObject_GetAttrString(type, name);
    if (found == NULL)
        return -1;
    int is_slot = Py_TYPE(found) == &PyMemberDescr_Type;
    if (is_slot) {
        PyMemberDef *member = ((PyMemberDescrObject *)found)->d_member;
        is_slot = member->type == T_OBJECT_EX;
        *offset = member->offset;
    }
    Py_DECREF(found);
    if (!is_slot) {
        PyErr_Format(PyExc_TypeError, "%s is no slot", name);
        return -1;
    }
    return 0;
}

void
set_slot(PyObject *object, Py_ssize_t offset, PyObject *value)
{
    PyObject *before = SLOT(object, offset);
    SLOT(object, offset) = value;
    Py_XDECREF(before);
}

int
set_number(PyObject *object, Py_ssize_t offset, long long value)
{
    PyObject *number = PyLong_FromLongLong(value);
    if (number == NULL)
        return -1;
    set_slot(object, offset, number);
    return 0;
}

long long
long_whole(PyObject *number)
{
    int overflow;
    long long value = PyLong_AsLongLongAndOverflow(number, &overflow);
    return overflow ? -1 : value;
}

enum {
    TENSOR, PARAMETER, STORAGE, NODE, ACCUMULATOR, JOURNAL, STREAM, VALUES, SCOPES_OPEN, SCOPE, PLAINLY, TAIL, CLASSES
};

static const struct {
    int class;
    const char *name;
    Py_ssize_t *offset;
} SLOTS[] = {
    {TENSOR, "_array", &at.array},
    {TENSOR, "_storage", &at.own_storage},
    {TENSOR, "_grad_fn", &at.grad_fn},
    {TENSOR, "_requires_grad", &at.requires_grad},
    {TENSOR, "_base", &at.base_tensor},
    {TENSOR, "_mark", &at.tensor_mark},
    {TENSOR, "_grad", &at.grad},
    {TENSOR, "_output_nr", &at.output_nr},
    {STORAGE, "base", &at.base},
    {STORAGE, "version", &at.version},
    {STORAGE, "mark", &at.storage_mark},
    {NODE, "edges", &at.edges},
    {NODE, "kept", &at.kept},
    {NODE, "mark", &at.node_mark},
    {NODE, "sequence_nr", &at.sequence_nr},
    {ACCUMULATOR, "variable", &at.variable},
    {JOURNAL, "at_once", &at.at_once},
    {JOURNAL, "_settling", &at.settling},
    {JOURNAL, "on_let_go", &at.on_let_go},
    {STREAM, "due", &at.due},
    {STREAM, "sent", &at.sent},
    {VALUES, "shared", &at.shared},
    {SCOPES_OPEN, "_tokens", &at.tokens},
    {SCOPE, "token", &at.scope_token},
    {SCOPE, "kind", &at.scope_kind},
    {SCOPE, "span", &at.scope_span},
    {SCOPE, "label", &at.scope_label},
    {SCOPE, "iteration", &at.scope_iteration},
    {SCOPE, "node", &at.scope_node},
    {SCOPE, "index", &at.scope_index},
    {PLAINLY, "depth", &at.depth},
    {TAIL, "waiting", &at.tail_waiting},
    {TAIL, "left", &at.left},
};

/* know(Tensor, Parameter, Storage, Node, AccumulateGrad, Journal, Stream, Values, Scopes, Open, Plainly, Tail): the
   classes whose slots are read. */
PyObject *
know(PyObject *Py_UNUSED(module), PyObject *classes)
{
    if (PyTuple_GET_SIZE(classes) != CLASSES) {
        PyErr_SetString(PyExc_TypeError, "know() takes all classes");
        return NULL;
    }
    for (size_t i = 0; i < sizeof SLOTS / sizeof *SLOTS; i++)
        if (find_slot(PyTuple_GET_ITEM(classes, SLOTS[i].class), SLOTS[i].name, SLOTS[i].offset) < 0)
            return NULL;
    at.parameter = (PyTypeObject *)Py_NewRef(PyTuple_GET_ITEM(classes, PARAMETER));
    at.storage = (PyTypeObject *)Py_NewRef(PyTuple_GET_ITEM(classes, STORAGE));
    at.node = (PyTypeObject *)Py_NewRef(PyTuple_GET_ITEM(classes, NODE));
    at.accumulator = (PyTypeObject *)Py_NewRef(PyTuple_GET_ITEM(classes, ACCUMULATOR));
    at.scopes = (PyTypeObject *)Py_NewRef(PyTuple_GET_ITEM(classes, SCOPES_OPEN));
    at.scope = (PyTypeObject *)Py_NewRef(PyTuple_GET_ITEM(classes, SCOPE));
    at.tail = (PyTypeObject *)Py_NewRef(PyTuple_GET_ITEM(classes, TAIL));
    at.plainly = (PyTypeObject *)Py_NewRef(PyTuple_GET_ITEM(classes, PLAINLY));
    at.tensor = (PyTypeObject *)Py_NewRef(PyTuple_GET_ITEM(classes, TENSOR));
    Py_RETURN_NONE;
}
