/* The rows of applications that are of the usual kind: of one op to tensors and numbers, with one result or none. */

#include "usual.h"

/* An application, as it was noted. What it holds is borrowed from the entry, but for what nodes can lose. */
typedef struct {
    Usual *usual;
    PyObject *operands, *params, *output, *node, *span, *scope, *during; /* output is NULL where there is none */
    PyObject *kept, *edges;                                             /* of the node; held */
    int in_place;
} Applied;

static int
is_usual_output(Scribe *self, const Applied *it)
{
    PyObject *output = it->output;
    const Declared *op = it->usual->declared;
    if (output == NULL)
        return it->node == Py_None;
    PyObject *array = is_plain(output) ? SLOT(output, at.array) : NULL;
    PyObject *storage = array == NULL ? NULL : SLOT(output, at.own_storage);
    if (!is_usual_memory(storage) || !PyArray_CheckExact(array) || PyArray_NDIM((PyArrayObject *)array) > MOST_DIMS)
        return 0;
    if (it->in_place) /* and leaves no history */
        return it->node == Py_None && op->in_place_head != Py_None &&
               index_by(self, SLOT(output, at.tensor_mark)) >= 0 && index_by(self, SLOT(storage, at.storage_mark)) >= 0;
    return index_by(self, SLOT(output, at.tensor_mark)) < 0 && SLOT(output, at.grad_fn) == it->node;
}

/* Finds what the node keeps and where it leads. */
static int
is_usual_node(Applied *it)
{
    const Declared *op = it->usual->declared;
    if (it->node == Py_None)
        return 1;
    if (!op->edges || !PyObject_TypeCheck(it->node, at.node))
        return 0;
    PyObject *kept = SLOT(it->node, at.kept), *edges = SLOT(it->node, at.edges);
    if (kept == NULL || !PyTuple_CheckExact(kept) || PyTuple_GET_SIZE(kept) != op->parts || edges == NULL ||
        !PyTuple_CheckExact(edges) || PyTuple_GET_SIZE(edges) != op->edges)
        return 0;
    for (int i = 0; i < op->edges; i++) {
        PyObject *edge = PyTuple_GET_ITEM(edges, i);
        if (!PyTuple_CheckExact(edge) || PyTuple_GET_SIZE(edge) != 2)
            return 0;
        PyObject *following = PyTuple_GET_ITEM(edge, 0);
        if (following != Py_None && !PyObject_TypeCheck(following, at.node))
            return 0;
    }
    it->kept = Py_NewRef(kept); /* a snippet's own `__repr__` may run while this is written down */
    it->edges = Py_NewRef(edges);
    return 1;
}

static int
is_usual(Scribe *self, Applied *it)
{
    const Declared *op = it->usual->declared;
    if (!PyTuple_CheckExact(it->operands) || PyTuple_GET_SIZE(it->operands) != op->operands ||
        !PyDict_CheckExact(it->params))
        return 0;
    it->in_place = it->output != NULL && op->operands && PyTuple_GET_ITEM(it->operands, 0) == it->output;
    for (int i = 0; i < op->operands; i++) {
        PyObject *x = PyTuple_GET_ITEM(it->operands, i);
        if (is_plain(x) ? SLOT(x, at.own_storage) == NULL : PyObject_TypeCheck(x, at.tensor))
            return 0;
        if (x == it->output && i)
            return 0;
    }
    return is_usual_output(self, it) && is_usual_node(it);
}

/* Writes down the result, or finds the one that was written in place; -1 for none, -2 with an exception. */
static long long
write_output(Scribe *self, const Applied *it, long long node, long long index)
{
    PyObject *output = it->output;
    if (output == NULL)
        return -1;
    long long made;
    if (it->in_place)
        made = index_by(self, SLOT(output, at.tensor_mark));
    else if (node < 0 && (SLOT(output, at.base_tensor) != Py_None || SLOT(output, at.requires_grad) == NULL)) {
        /* a view may need gradients because of its base */
        PyObject *found = PyObject_CallMethod(self->document, "tensor", "OL", output, index);
        made = found == NULL ? -1 : PyLong_AsLongLong(found);
        Py_XDECREF(found);
    }
    else
        made = write_tensor(self, output, node, ",\"op\":", index);
    if (made < 0 || set_at(self->makers, made, index) < 0)
        return -2;
    if (it->in_place) {
        long long written = index_by(self, SLOT(SLOT(output, at.own_storage), at.storage_mark));
        if (set_at(self->writers, written, index) < 0)
            return -2;
    }
    return made;
}

/* Writes the rows of an application, whose operands' places are filled in. */
static int
write_application(Scribe *self, const Applied *it, Operand *operands)
{
    const Declared *op = it->usual->declared;
    Text *text = &self->text;
    long long index = next_index(self->lists[OPS]), own = -1, during = -1;
    PyObject *storage = it->output == NULL ? NULL : SLOT(it->output, at.own_storage);
    for (int i = 0; i < op->operands; i++) {
        int edge = op->slots[i];
        PyObject *x = PyTuple_GET_ITEM(it->operands, i);
        PyObject *followed = it->edges == NULL || edge < 0 ? NULL : PyTuple_GET_ITEM(PyTuple_GET_ITEM(it->edges, edge), 0);
        if (read_operand(self, it->usual, i, x, followed, &operands[i]) < 0)
            return -1;
        if (it->in_place && is_plain(x) && SLOT(x, at.own_storage) == storage)
            operands[i].version--; /* it was read before */
    }
    if (it->node != Py_None && write_node(self, it->usual, it->node, it->kept, it->edges, operands, index, &own) < 0)
        return -1;
    long long made = write_output(self, it, own, index);
    PyObject *params;
    long long formula;
    if (made == -2 || find_params(self, it->usual, it->params, &params, &formula) < 0)
        return -1;
    if (it->during != Py_None && (during = node_of(self, it->during)) < 0) {
        Py_DECREF(params);
        return -1;
    }
    begin(text);
    put_string(text, it->in_place ? op->in_place_head : op->head);
    for (int i = 0; i < op->operands; i++) {
        if (i)
            PUT(text, ",");
        put_string(text, op->heads[i]);
        put_place(text, &operands[i]);
        PUT(text, "}");
    }
    PUT(text, "],\"outputs\":[");
    if (made >= 0)
        put_number(text, made);
    PUT(text, "]");
    if (it->in_place)
        PUT(text, ",\"in_place\":true");
    if (own >= 0) {
        PUT(text, ",\"node\":");
        put_number(text, own);
    }
    put_string(text, params);
    Py_DECREF(params);
    if (formula >= 0) {
        PUT(text, ",\"formula\":");
        put_number(text, formula);
    }
    put_field(text, ",\"span\":", it->span);
    put_field(text, ",\"scope\":", it->scope);
    if (during >= 0) {
        PUT(text, ",\"during\":");
        put_number(text, during);
    }
    PUT(text, "}");
    if (add_row(self->lists[OPS], text) < 0)
        return -1;
    for (int i = 0; i < op->operands; i++)
        if (write_edge(self, i, &operands[i], index) < 0)
            return -1;
    begin(text);
    PUT(text, "{\"kind\":\"op\",\"op\":");
    put_number(text, index);
    PUT(text, "}");
    return add_row(self->lists[EVENTS], text);
}

/* Writes down an application. 1 if it has, 0 if it is not usual and nothing is written, -1 with an exception. */
static int
write_usual(Scribe *self, Applied *it)
{
    int done = 0;
    if (is_usual(self, it)) {
        Operand operands[MOST_OPERANDS];
        memset(operands, 0, sizeof operands);
        done = write_application(self, it, operands) < 0 ? -1 : 1;
        for (int i = 0; i < it->usual->declared->operands; i++) {
            Py_XDECREF(operands[i].constant);
            Py_XDECREF(operands[i].cut);
        }
    }
    Py_XDECREF(it->kept);
    Py_XDECREF(it->edges);
    return done;
}

/* No memory or stack was left: tensors may already point at this op. */
static void
leave_gap(Scribe *self, PyObject *op, long long index)
{
    PyObject *kind, *error, *traceback;
    PyErr_Fetch(&kind, &error, &traceback);
    PyObject *left = PyObject_CallMethod(self->transcript, "leave_gap", "OL", op, index);
    Py_XDECREF(left);
    if (left == NULL)
        PyErr_Clear();
    PyErr_Restore(kind, error, traceback);
}

/* op(op, operands, params, outputs, node, span, scope, during) */
PyObject *
scribe_op(Scribe *self, PyObject *const *args, Py_ssize_t count)
{
    if (count != 8) {
        PyErr_SetString(PyExc_TypeError, "op() takes 8 arguments");
        return NULL;
    }
    PyObject *outputs = args[3];
    if ((PyTuple_CheckExact(outputs) || PyList_CheckExact(outputs)) && PySequence_Fast_GET_SIZE(outputs) <= 1 &&
        (args[7] == Py_None || PyObject_TypeCheck(args[7], at.node))) {
        PyObject *output = PySequence_Fast_GET_SIZE(outputs) ? PySequence_Fast_GET_ITEM(outputs, 0) : NULL;
        long long before = next_index(self->lists[OPS]);
        Usual *usual = usual_of(self, args[0]);
        int done = PyErr_Occurred() ? -1 : 0;
        if (usual != NULL) {
            Py_INCREF(usual);
            Applied it = {usual, args[1], args[2], output, args[4], args[5], args[6], args[7], NULL, NULL, 0};
            done = write_usual(self, &it);
            Py_DECREF(usual);
        }
        if (done > 0)
            Py_RETURN_NONE;
        if (done < 0) {
            leave_gap(self, args[0], before);
            return NULL;
        }
    }
    PyObject *write = PyObject_GetAttrString(self->transcript, "unusual_op");
    if (write == NULL)
        return NULL;
    PyObject *result = PyObject_Vectorcall(write, args, 8, NULL);
    Py_DECREF(write);
    return result;
}
