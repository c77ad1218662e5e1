/* Applications that are of the usual kind: of one op to tensors and numbers. */

#include "records.h"

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

/* Whether results are several tensors, each new and in memory of its own. */
static int
are_usual_outputs(Scribe *self, const Applied *it)
{
    for (Py_ssize_t i = 0; i < PySequence_Fast_GET_SIZE(it->several); i++) {
        PyObject *output = PySequence_Fast_GET_ITEM(it->several, i);
        PyObject *array = is_plain(output) ? SLOT(output, at.array) : NULL;
        if (array == NULL || !is_usual_memory(SLOT(output, at.own_storage)) || !PyArray_CheckExact(array) ||
            PyArray_NDIM((PyArrayObject *)array) > MOST_DIMS || index_by(self, SLOT(output, at.tensor_mark)) >= 0 ||
            SLOT(output, at.base_tensor) != Py_None ||
            (SLOT(output, at.grad_fn) != Py_None && SLOT(output, at.grad_fn) != it->node))
            return 0;
        for (Py_ssize_t operand = 0; operand < it->operand_count; operand++)
            if (it->operands[operand] == output)
                return 0;
    }
    return 1;
}

/* Whether a node keeps what its op declares, flat (gradwalk.engine.saved.unfolded), and of results those that are there. */
static int
keeps_as_declared(const Applied *it, PyObject *kept)
{
    const Declared *op = it->usual->declared;
    if (kept == NULL || !PyTuple_CheckExact(kept) || PyTuple_GET_SIZE(kept) != op->parts)
        return 0;
    return op->results <= (it->several == NULL ? 1 : PySequence_Fast_GET_SIZE(it->several));
}

/* Finds what the node keeps and where it leads. */
static int
is_usual_node(Applied *it)
{
    const Declared *op = it->usual->declared;
    if (it->node == Py_None)
        return 1;
    if (!op->edges || !PyObject_TypeCheck(it->node, at.node) || whole(SLOT(it->node, at.sequence_nr)) < 0)
        return 0;
    PyObject *kept = SLOT(it->node, at.kept), *edges = SLOT(it->node, at.edges);
    if (!keeps_as_declared(it, kept) || edges == NULL || !PyTuple_CheckExact(edges) ||
        PyTuple_GET_SIZE(edges) != op->edges)
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
    if (it->operand_count != op->operands)
        return 0;
    it->in_place = it->output != NULL && op->operands && it->operands[0] == it->output;
    for (int i = 0; i < op->operands; i++) {
        PyObject *x = it->operands[i];
        if (is_plain(x) ? SLOT(x, at.own_storage) == NULL : PyObject_TypeCheck(x, at.tensor))
            return 0;
        if (x == it->output && i)
            return 0;
    }
    return (it->several == NULL ? is_usual_output(self, it) : are_usual_outputs(self, it)) && is_usual_node(it);
}

/* Notes the result, or finds the one that was written in place; -1 for none, -2 with an exception. */
static long long
note_output(Scribe *self, const Applied *it, long long node, long long index)
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
        made = note_tensor(self, output, node, 0, index);
    if (made < 0 || set_at(self->makers, made, index) < 0)
        return -2;
    if (it->in_place) {
        long long written = index_by(self, SLOT(SLOT(output, at.own_storage), at.storage_mark));
        if (set_at(self->writers, written, index) < 0)
            return -2;
    }
    return made;
}

/* Notes several results, new ones one after another; the first of them, or -2 with an exception. */
static long long
note_outputs(Scribe *self, const Applied *it, long long node, long long index)
{
    long long first = next_index(self->lists[TENSORS]);
    for (Py_ssize_t i = 0; i < PySequence_Fast_GET_SIZE(it->several); i++) {
        PyObject *output = PySequence_Fast_GET_ITEM(it->several, i);
        long long own = SLOT(output, at.grad_fn) == Py_None ? -1 : node;
        long long made = note_tensor(self, output, own, 0, index);
        if (made < 0 || set_at(self->makers, made, index) < 0)
            return -2;
    }
    return first;
}

/* Notes an application, whose operands' places are filled in. */
static int
note_application(Scribe *self, Applied *it, Operand *operands)
{
    const Declared *op = it->usual->declared;
    long long index = next_index(self->lists[OPS]), own = -1, during = -1;
    PyObject *storage = it->output == NULL ? NULL : SLOT(it->output, at.own_storage);
    for (int i = 0; i < op->operands; i++) {
        int edge = op->slots[i];
        PyObject *x = it->operands[i];
        PyObject *followed = it->edges == NULL || edge < 0 ? NULL : PyTuple_GET_ITEM(PyTuple_GET_ITEM(it->edges, edge), 0);
        if (read_operand(self, it->usual, i, x, followed, &operands[i]) < 0)
            return -1;
        if (it->in_place && is_plain(x) && SLOT(x, at.own_storage) == storage)
            operands[i].version--; /* it was read before */
    }
    if (it->node != Py_None && note_node(self, it->usual, it->node, it->kept, it->edges, operands, index, &own) < 0)
        return -1;
    long long made = it->several == NULL ? note_output(self, it, own, index) : note_outputs(self, it, own, index);
    PyObject *params;
    long long formula;
    if (made == -2 || find_params(self, it, &params, &formula) < 0)
        return -1;
    ApplicationRecord *record = NULL;
    if (it->during == Py_None || (during = node_of(self, it->during)) >= 0)
        record = add_record(&self->log, APPLIED, sizeof *record + op->operands * sizeof *operands);
    if (record == NULL) {
        Py_DECREF(params);
        return -1;
    }
    record->usual = it->usual;
    record->params = params;
    record->made = made;
    record->node = own;
    record->formula = formula;
    record->span = it->span;
    record->scope = it->scope;
    record->during = during;
    record->outputs = made < 0 ? 0 : it->several == NULL ? 1 : (int)PySequence_Fast_GET_SIZE(it->several);
    record->in_place = it->in_place;
    for (int i = 0; i < op->operands; i++) {
        record->operands[i] = operands[i];
        operands[i].constant = NULL;
    }
    self->lists[OPS]->promised++;
    self->lists[EDGES]->promised += op->operands;
    self->lists[EVENTS]->promised++;
    return 0;
}

/* Notes an application that is of the usual kind; 1 or -1. */
static int
note_whole(Scribe *self, Applied *it)
{
    Operand operands[MOST_OPERANDS];
    for (int i = 0; i < it->usual->declared->operands; i++)
        operands[i].constant = NULL;
    int done = note_application(self, it, operands) < 0 ? -1 : 1;
    for (int i = 0; i < it->usual->declared->operands; i++)
        Py_XDECREF(operands[i].constant);
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

/* Finds what is known of the op; 1, or 0 if Python writes it, or -1 with an exception. */
static int
find_usual(Scribe *self, Applied *it)
{
    it->usual = usual_of(self, it->op);
    Py_XINCREF(it->usual);
    return it->usual != NULL ? 1 : PyErr_Occurred() ? -1 : 0;
}

/* Notes it if it is of the usual kind and `may` be. 1, 0 or -1. */
static int
note_usual(Scribe *self, Applied *it, int (*may)(const Applied *))
{
    long long before = next_index(self->lists[OPS]);
    int done = is_usual(self, it) && may(it) ? note_whole(self, it) : 0;
    if (done < 0)
        leave_gap(self, it->op, before);
    return done;
}

static void
let_go(Applied *it)
{
    Py_XDECREF(it->kept);
    Py_XDECREF(it->edges);
    Py_XDECREF(it->named);
    Py_XDECREF(it->usual);
}

/* Puts the values of params in the order of their names, if they are the op's; how many, or -1 where they are others. */
static int
in_order(const Declared *op, PyObject *params, PyObject **values)
{
    Py_ssize_t count = PyDict_GET_SIZE(params);
    if (count && (count != op->params || count > MOST_PARAMS))
        return -1;
    for (Py_ssize_t i = 0; i < count; i++) {
        values[i] = PyDict_GetItemWithError(params, PyTuple_GET_ITEM(op->param_names, i));
        if (values[i] == NULL)
            return -1;
    }
    return (int)count;
}

/* Puts names and values as they come; how many, or -1 where they are too many. */
static int
as_given(PyObject *params, PyObject **names, PyObject **values)
{
    Py_ssize_t count = 0, place = 0;
    if (PyDict_GET_SIZE(params) > MOST_PARAMS)
        return -1;
    while (PyDict_Next(params, &place, &names[count], &values[count]))
        count++;
    return (int)count;
}

static int
in_any_case(const Applied *Py_UNUSED(it))
{
    return 1;
}

/* Notes what Transcript.op is given, if it is usual and `may` be; 1, 0 or -1. */
static int
note_given(Scribe *self, PyObject *const *args, int (*may)(const Applied *))
{
    PyObject *operands = args[1], *params = args[2], *outputs = args[3], *values[MOST_PARAMS], *names[MOST_PARAMS];
    if (!(PyTuple_CheckExact(outputs) || PyList_CheckExact(outputs)) || PySequence_Fast_GET_SIZE(outputs) > MOST_OUTPUTS ||
        !(args[7] == Py_None || PyObject_TypeCheck(args[7], at.node)) || !PyTuple_CheckExact(operands) ||
        !PyDict_CheckExact(params))
        return 0;
    Applied it = {
        .op = args[0],
        .operands = &PyTuple_GET_ITEM(operands, 0),
        .operand_count = PyTuple_GET_SIZE(operands),
        .params = values,
        .named = Py_NewRef(params),
        .output = PySequence_Fast_GET_SIZE(outputs) ? PySequence_Fast_GET_ITEM(outputs, 0) : NULL,
        .several = PySequence_Fast_GET_SIZE(outputs) > 1 ? outputs : NULL,
        .node = args[4],
        .span = whole(args[5]),
        .scope = whole(args[6]),
        .during = args[7],
    };
    int done = find_usual(self, &it);
    if (done > 0) {
        it.param_count = in_order(it.usual->declared, params, values);
        if (it.param_count < 0 && !PyErr_Occurred()) {
            it.param_names = names;
            it.param_count = as_given(params, names, values);
        }
        done = PyErr_Occurred() ? -1 : note_usual(self, &it, may);
    }
    let_go(&it);
    return done;
}

/* op(op, operands, params, outputs, node, span, scope, during) */
PyObject *
scribe_op(Scribe *self, PyObject *const *args, Py_ssize_t count)
{
    if (count != 8) {
        PyErr_SetString(PyExc_TypeError, "op() takes 8 arguments");
        return NULL;
    }
    int done = note_given(self, args, in_any_case);
    if (done)
        return done < 0 ? NULL : Py_NewRef(Py_None);
    PyObject *write = PyObject_GetAttrString(self->transcript, "unusual_op");
    if (write == NULL)
        return NULL;
    PyObject *result = PyObject_Vectorcall(write, args, 8, NULL);
    Py_DECREF(write);
    return result;
}

/* Or nothing. */
static int
is_number(PyObject *x)
{
    return PyFloat_CheckExact(x) || PyLong_CheckExact(x) || PyBool_Check(x) || x == Py_None;
}

/* Whether none of the text is a snippet's own to say, and the result is not a view of what may need gradients. */
static int
is_surely_usual(const Applied *it)
{
    for (Py_ssize_t i = 0; i < it->operand_count; i++)
        if (!is_plain(it->operands[i]) && !is_number(it->operands[i]))
            return 0;
    PyObject *output = it->output;
    int is_whole = output == NULL || it->in_place || it->node != Py_None ||
                   (SLOT(output, at.base_tensor) == Py_None && SLOT(output, at.requires_grad) != NULL);
    return is_whole && do_last(it);
}

int
note_at_once(Scribe *self, Applied *it, PyObject *param_names)
{
    int done = find_usual(self, it);
    if (done > 0) {
        PyObject *names = it->usual->declared->param_names;
        if (it->usual->alike != param_names) {
            done = PyObject_RichCompareBool(names, param_names, Py_EQ);
            if (done > 0)
                Py_XSETREF(it->usual->alike, Py_NewRef(param_names));
        }
        if (done > 0) {
            it->param_count = (int)PyTuple_GET_SIZE(names);
            done = note_usual(self, it, is_surely_usual);
        }
    }
    let_go(it);
    return done;
}

int
note_given_at_once(Scribe *self, PyObject *const *args)
{
    return note_given(self, args, is_surely_usual);
}
