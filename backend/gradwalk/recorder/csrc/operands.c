/* Operands, and the edges that they come by. */

#include "usual.h"

static PyObject *needless; /* what `why_cut` says of operands that need no gradient */

/* How a tuple of a few whole numbers is shown, such as sizes are; NULL without an exception for another thing. */
static PyObject *
shown_sizes(PyObject *x)
{
    Py_ssize_t count = PyTuple_CheckExact(x) ? PyTuple_GET_SIZE(x) : 0;
    if (count == 0 || count > MOST_DIMS)
        return NULL;
    char letters[(MOST_OF_WHOLE + 2) * MOST_DIMS + 8], *to = letters;
    to = ADD(to, "\"(");
    for (Py_ssize_t i = 0; i < count; i++) {
        PyObject *number = PyTuple_GET_ITEM(x, i);
        if (!PyLong_CheckExact(number))
            return NULL;
        int overflow;
        long long value = PyLong_AsLongLongAndOverflow(number, &overflow);
        if (overflow)
            return NULL;
        to = add_number(i ? ADD(to, ", ") : to, value);
    }
    to = count == 1 ? ADD(to, ",)\"") : ADD(to, ")\"");
    if (to - letters > 64) /* what is long is cut */
        return NULL;
    return PyUnicode_DecodeASCII(letters, to - letters, NULL);
}

PyObject *
shown_at(Scribe *self, Usual *usual, int place, PyObject *x)
{
    PyObject *before = usual->shown[place].value;
    if (before != NULL && is_same(before, x))
        return Py_NewRef(usual->shown[place].text);
    PyObject *text = shown_sizes(x);
    if (text == NULL && !PyErr_Occurred()) {
        PyObject *said = PyObject_Repr(x);
        text = said == NULL ? NULL : PyObject_CallOneArg(self->shown, said);
        Py_XDECREF(said);
    }
    if (text != NULL && !PyUnicode_Check(text)) {
        PyErr_SetString(PyExc_TypeError, "shown");
        Py_CLEAR(text);
    }
    if (text != NULL && lasts(x, NULL)) {
        Py_XSETREF(usual->shown[place].value, Py_NewRef(x));
        Py_XSETREF(usual->shown[place].text, Py_NewRef(text));
    }
    return text;
}

/* Tensor.requires_grad; -1 with an exception. */
static int
needs_gradient(PyObject *tensor)
{
    while (is_plain(tensor)) {
        PyObject *flag = SLOT(tensor, at.requires_grad), *node = SLOT(tensor, at.grad_fn);
        PyObject *base = SLOT(tensor, at.base_tensor);
        if (!(flag == Py_True || flag == Py_False) || node == NULL || base == NULL)
            break;
        if (flag == Py_True || node != Py_None)
            return 1;
        if (base == Py_None)
            return 0;
        tensor = base;
    }
    PyObject *flag = PyObject_GetAttrString(tensor, "requires_grad");
    int needs = flag == NULL ? -1 : PyObject_IsTrue(flag);
    Py_XDECREF(flag);
    return needs;
}

/* Has Python say why no gradient flows to an operand, which depends on the op, on whether the operand needs one, and
   on whether there is an edge for it: what is said once is true for all. */
static int
find_cut(Scribe *self, Declared *op, PyObject *x, int edge, Operand *operand)
{
    int needs = needs_gradient(x);
    if (needs < 0)
        return -1;
    PyObject **cut = needs ? &op->cuts[edge < 0] : &needless;
    if (*cut == NULL) {
        PyObject *which = edge < 0 ? Py_NewRef(Py_None) : PyLong_FromLong(edge);
        PyObject *said = which == NULL ? NULL : PyObject_CallFunctionObjArgs(self->why_cut, op->op, x, which, NULL);
        Py_XDECREF(which);
        if (said == NULL)
            return -1;
        if (!PyTuple_CheckExact(said) || PyTuple_GET_SIZE(said) != 2) {
            Py_DECREF(said);
            PyErr_SetString(PyExc_TypeError, "why_cut");
            return -1;
        }
        Py_XSETREF(*cut, said);
    }
    operand->cut = *cut;
    return 0;
}

int
read_operand(Scribe *self, Usual *usual, int slot, PyObject *x, PyObject *followed, Operand *operand)
{
    *operand = (Operand){-1, 0, -1, NULL, NULL};
    if (!is_plain(x)) {
        operand->constant = shown_at(self, usual, slot, x);
        return operand->constant == NULL ? -1 : 0;
    }
    operand->tensor = tensor_of(self, x);
    if (operand->tensor < 0)
        return -1;
    PyObject *storage = SLOT(x, at.own_storage);
    if (Py_TYPE(storage) == at.storage)
        operand->version = whole(SLOT(storage, at.version));
    else {
        PyObject *version = PyObject_GetAttrString(storage, "version");
        if (version == NULL)
            return -1;
        operand->version = whole(version);
        Py_DECREF(version);
    }
    long long number = storage_of(self, storage); /* after `x.data = y` this is where its new memory is met */
    if (number < 0)
        return -1;
    operand->producer = number_at(self->makers, operand->tensor);
    long long writer = number_at(self->writers, number);
    if (writer > operand->producer)
        operand->producer = writer;
    if (PyErr_Occurred())
        return -1;
    int edge = usual->declared->slots[slot];
    if (edge >= 0 && followed != NULL && followed != Py_None)
        return 0;
    return find_cut(self, usual->declared, x, edge, operand);
}

char *
add_place(Text *text, char *to, const Operand *operand)
{
    if (operand->tensor < 0) {
        to = ADD(to, ",\"constant\":");
        return add_text(text, to, operand->constant);
    }
    to = ADD(to, ",\"tensor\":");
    to = add_number(to, operand->tensor);
    to = ADD(to, ",\"version\":");
    return add_number(to, operand->version);
}

int
write_edge_row(Scribe *self, int slot, const Operand *operand, long long op)
{
    Rows *edges = self->lists[EDGES];
    char *to = begin_row(edges);
    to = ADD(to, "{\"op\":");
    to = add_number(to, op);
    to = ADD(to, ",\"slot\":");
    to = add_number(to, slot);
    if (operand->tensor < 0)
        to = ADD(to, ",\"kind\":\"constant\",\"reason\":\"python_number\"");
    else if (operand->cut != NULL) {
        to = ADD(to, ",\"kind\":\"");
        to = add_text(&edges->text, to, PyTuple_GET_ITEM(operand->cut, 0));
        to = ADD(to, "\",\"reason\":\"");
        to = add_text(&edges->text, to, PyTuple_GET_ITEM(operand->cut, 1));
        to = ADD(to, "\"");
    }
    if (operand->producer >= 0) {
        to = ADD(to, ",\"producer\":");
        to = add_number(to, operand->producer);
    }
    to = ADD(to, "}");
    return keep_promise(edges, to);
}
