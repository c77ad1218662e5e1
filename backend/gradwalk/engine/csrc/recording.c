#include "application.h"
#include "garbage.h"
#include "watching.h"

/* Find the nodes that gradients of leaves go to. 1 if there is any, 0 if none, -1 with an exception. */
static int
find_edges(const Application *self, Operand *operands)
{
    int any = 0, failed = 0;
    for (int i = 0; i < self->operands; i++) {
        Operand *operand = &operands[i];
        if (operand->to == NULL && operand->requires_grad && !failed) {
            operand->to = accumulator_of(operand->given);
            failed = operand->to == NULL;
        }
        any |= operand->to != NULL;
    }
    return failed ? -1 : any;
}

static PyObject *
edges_of(const Application *self, const Operand *operands)
{
    PyObject *edges = PyTuple_New(__builtin_popcount(self->tracked));
    for (int i = 0, slot = 0; edges != NULL && i < self->operands; i++) {
        if (!(self->tracked & (1u << i))) {
            continue;
        }
        int is_again = slot && self->tracked & (1u << (i - 1)) && operands[i].given == operands[i - 1].given;
        PyObject *edge = operands[i].to == NULL ? Py_NewRef(engine.no_edge)
                         : is_again             ? Py_NewRef(PyTuple_GET_ITEM(edges, slot - 1))
                             : PyTuple_Pack(2, operands[i].to, SLOT(operands[i].given, tensor_slots.output_nr));
        if (edge == NULL) {
            Py_CLEAR(edges);
            break;
        }
        hide_of_node(edge);
        PyTuple_SET_ITEM(edges, slot++, edge);
    }
    if (edges != NULL) {
        hide_of_node(edges);
    }
    return edges;
}

/* The tensors of an application's results. */
typedef struct {
    PyObject *const *tensors;
    int count;
} Outputs;

/* Parts of what a node keeps, as new references. */
typedef struct {
    PyObject *parts[3 * MOST];
    int count;
    int is_constant; /* whether all are None, numbers, or arrays that stand for numbers */
} Kept;

static void
keep(Kept *kept, PyObject *part)
{
    kept->parts[kept->count++] = part;
}

static void
keep_three(Kept *kept, PyObject *owner, PyObject *array, PyObject *version)
{
    keep(kept, Py_NewRef(owner));
    keep(kept, Py_NewRef(array));
    keep(kept, Py_NewRef(version));
}

static int
is_number(PyObject *object)
{
    return object == Py_None || PyBool_Check(object) || PyLong_CheckExact(object) || PyFloat_CheckExact(object);
}

/* gradwalk.engine.layouts.strides_of, of an array that has elements; an empty tuple unless `needed`. */
static PyObject *
strides_of(PyArrayObject *array, int needed)
{
    npy_intp steps[NPY_MAXDIMS];
    int dims = needed ? PyArray_NDIM(array) : 0;
    for (int i = 0; i < dims; i++) {
        steps[i] = PyArray_STRIDE(array, i) / PyArray_ITEMSIZE(array);
    }
    return PyArray_IntTupleFromIntp(dims, steps);
}

/* A fact of an operand besides its numbers: gradwalk.engine.history.fact_of, if it is a tensor's. */
static PyObject *
fact_of(const Saved *saved, const Operand *operand)
{
    int is_sizes = saved->fact == engine.sizes, is_strides = saved->fact == engine.strides;
    if (PyArray_CheckExact(operand->array)) {
        PyArrayObject *array = (PyArrayObject *)operand->array;
        if (is_sizes) {
            return PyArray_IntTupleFromIntp(PyArray_NDIM(array), PyArray_DIMS(array));
        }
        if (saved->fact == engine.numel) {
            return PyLong_FromSsize_t(size_of(array));
        }
        if (is_strides && operand->is_tensor) {
            return strides_of(array, operand->to != NULL);
        }
    }
    int needed = is_strides ? operand->to != NULL : is_sizes || saved->fact == engine.numel;
    return PyObject_CallFunctionObjArgs(engine.fact_of, operand->given, saved->fact, needed ? Py_True : Py_False, NULL);
}

/* Fill in what a node keeps; -1 with an exception. */
static int
fill_kept(const Application *self, const Operand *operands, PyObject *const *params, const Outputs *outputs, Kept *kept)
{
    unsigned goes = 0;
    for (int i = 0; i < self->operands; i++) {
        goes |= operands[i].to == NULL ? 0 : 1u << i;
    }
    for (int i = 0; i < self->saved_count; i++) {
        const Saved *saved = &self->saved[i];
        if (saved->kind == PARAM) {
            kept->is_constant &= is_number(params[saved->index]);
            keep(kept, Py_NewRef(params[saved->index]));
        }
        else if (saved->kind == FACT) {
            PyObject *fact = fact_of(saved, &operands[saved->index]);
            if (fact == NULL) {
                return -1;
            }
            kept->is_constant = 0;
            keep(kept, fact);
        }
        else if ((saved->needed && !(saved->needed & goes)) || (saved->kind == RESULT && saved->index >= outputs->count)) {
            keep_three(kept, Py_None, Py_None, Py_None);
        }
        else if (saved->kind == RESULT) {
            PyObject *output = outputs->tensors[saved->index], *storage = SLOT(output, tensor_slots.storage);
            PyObject *owner = saved->index < self->reached ? storage : output; /* or it and its node would hold each other */
            kept->is_constant = 0;
            keep_three(kept, owner, SLOT(output, tensor_slots.array), SLOT(storage, storage_slots.version));
        }
        else {
            const Operand *operand = &operands[saved->index];
            PyObject *version = operand->is_tensor ? SLOT(operand->storage, storage_slots.version) : Py_None;
            kept->is_constant &= is_number(operand->given);
            keep_three(kept, operand->given, operand->array, version);
        }
    }
    return 0;
}

/* Whether what was kept last is the very same. */
static int
was_kept_last(const Application *self, const Kept *kept)
{
    for (int i = 0; self->kept != NULL && i < kept->count; i++) {
        if (PyTuple_GET_ITEM(self->kept, i) != kept->parts[i]) {
            return 0;
        }
    }
    return self->kept != NULL;
}

/* What a node keeps. Nodes can share it, for it does not change: in a chain of sums and products with numbers it would be
   a quarter of their memory. */
static PyObject *
kept_of(Application *self, const Operand *operands, PyObject *const *params, const Outputs *outputs)
{
    Kept kept = {.is_constant = 1};
    int failed = fill_kept(self, operands, params, outputs, &kept) < 0;
    if (!failed && kept.is_constant && was_kept_last(self, &kept)) {
        for (int i = 0; i < kept.count; i++) {
            Py_DECREF(kept.parts[i]);
        }
        return Py_NewRef(self->kept);
    }
    PyObject *tuple = failed ? NULL : PyTuple_New(kept.count);
    for (int i = 0; i < kept.count; i++) {
        if (tuple == NULL) {
            Py_DECREF(kept.parts[i]);
        }
        else {
            PyTuple_SET_ITEM(tuple, i, kept.parts[i]);
        }
    }
    if (tuple != NULL && kept.is_constant) {
        Py_XSETREF(self->kept, Py_NewRef(tuple));
    }
    else if (tuple != NULL) {
        hide_of_node(tuple);
    }
    return tuple;
}

/* Whether gradients for one of several results can come to the node. */
static int
is_reached(const Application *self, const Outputs *outputs, int nr)
{
    return nr < self->reached && PyArray_ISFLOAT((PyArrayObject *)SLOT(outputs->tensors[nr], tensor_slots.array));
}

/* What gradients for several results must look like. */
static PyObject *
expected_of_several(const Application *self, const Outputs *outputs)
{
    int count = 0, filled = 0;
    for (int nr = 0; nr < outputs->count; nr++) {
        count += is_reached(self, outputs, nr);
    }
    PyObject *all = PyTuple_New(count);
    for (int nr = 0; all != NULL && nr < outputs->count; nr++) {
        if (!is_reached(self, outputs, nr)) {
            continue;
        }
        PyObject *one = expected_of((PyArrayObject *)SLOT(outputs->tensors[nr], tensor_slots.array));
        if (one == NULL) {
            Py_CLEAR(all);
            break;
        }
        PyTuple_SET_ITEM(all, filled++, Py_NewRef(PyTuple_GET_ITEM(one, 0)));
        Py_DECREF(one);
    }
    return all;
}

/* Tell a result of its node. */
static int
lead_to(PyObject *output, PyObject *node, int nr)
{
    if (nr) {
        PyObject *number = PyLong_FromLong(nr);
        if (number == NULL) {
            return -1;
        }
        Py_SETREF(SLOT(output, tensor_slots.output_nr), number);
    }
    Py_SETREF(SLOT(output, tensor_slots.grad_fn), Py_NewRef(node));
    Py_SETREF(SLOT(output, tensor_slots.requires_grad), Py_NewRef(Py_True));
    return 0;
}

/* The node of an application, of which the outputs are told. */
static PyObject *
record(Application *self, const Operand *operands, PyObject *const *params, const Outputs *outputs)
{
    PyObject *number = Py_TYPE(engine.numbers)->tp_iternext(engine.numbers);
    if (number == NULL) {
        return NULL;
    }
    PyObject *edges = edges_of(self, operands);
    PyObject *kept = kept_of(self, operands, params, outputs);
    PyArrayObject *array = (PyArrayObject *)SLOT(outputs->tensors[0], tensor_slots.array);
    PyObject *expected = outputs->count > 1 ? expected_of_several(self, outputs)
                         : is_reached(self, outputs, 0) ? expected_of(array) : PyTuple_New(0);
    PyObject *node = new_object((PyTypeObject *)self->node_class);
    if (edges == NULL || kept == NULL || expected == NULL || node == NULL) {
        Py_DECREF(number);
        Py_XDECREF(edges);
        Py_XDECREF(kept);
        Py_XDECREF(expected);
        Py_XDECREF(node);
        return NULL;
    }
    fill(node, node_slots.op, self->op);
    fill(node, node_slots.freed, Py_False);
    fill(node, node_slots.mark, engine.minus_one);
    fill(node, node_slots.hooks, Py_None);
    fill(node, node_slots.metadata, Py_None);
    fill(node, node_slots.saved, Py_None);
    SLOT(node, node_slots.sequence_nr) = number;
    SLOT(node, node_slots.edges) = edges;
    SLOT(node, node_slots.kept) = kept;
    SLOT(node, node_slots.outputs) = expected;
    for (int nr = 0; nr < outputs->count; nr++) {
        if (is_reached(self, outputs, nr) && lead_to(outputs->tensors[nr], node, nr) < 0) {
            Py_DECREF(node);
            return NULL;
        }
    }
    return node;
}

PyObject *
operands_given(const Application *self, const Operand *operands)
{
    PyObject *given = PyTuple_New(self->operands);
    for (int i = 0; given != NULL && i < self->operands; i++) {
        PyTuple_SET_ITEM(given, i, Py_NewRef(operands[i].given));
    }
    return given;
}

PyObject *
params_given(const Application *self, PyObject *const *params)
{
    PyObject *named = PyDict_New();
    for (Py_ssize_t i = 0; named != NULL && i < PyTuple_GET_SIZE(self->param_names); i++) {
        if (PyDict_SetItem(named, PyTuple_GET_ITEM(self->param_names, i), params[i]) < 0) {
            Py_CLEAR(named);
        }
    }
    return named;
}

static int
tell_by_method(const Application *self, const Operand *operands, PyObject *const *params, PyObject *outputs,
               PyObject *node)
{
    PyObject *given = operands_given(self, operands), *named = params_given(self, params);
    int failed = given == NULL || named == NULL;
    if (!failed) {
        PyObject *arguments[] = {self->op, given, named, outputs, node};
        failed = tell(who_watches(), engine.op_applied, arguments, 5);
    }
    Py_XDECREF(given);
    Py_XDECREF(named);
    return failed ? -1 : 0;
}

int
tell_of(const Application *self, const Operand *operands, PyObject *const *params, PyObject *output, PyObject *node)
{
    if (who_watches() == NULL) {
        return 0;
    }
    const Directly *directly = told_directly();
    if (directly != NULL) {
        PyObject *objects[MOST];
        for (int i = 0; i < self->operands; i++) {
            objects[i] = operands[i].given;
        }
        Told told = {self->op, objects, params, self->param_names, output, node, self->operands};
        int done = directly->op_applied(directly->watcher, &told);
        if (done) {
            return done < 0 ? -1 : 0;
        }
    }
    PyObject *outputs = PyTuple_Pack(1, output);
    int failed = outputs == NULL || tell_by_method(self, operands, params, outputs, node) < 0;
    Py_XDECREF(outputs);
    return failed ? -1 : 0;
}

/* Have a tensor share the storage of the operand that it is a view of. */
static void
look_at(const Application *self, PyObject *output, const Operand *source)
{
    PyObject *base = SLOT(source->given, tensor_slots.base);
    Py_SETREF(SLOT(output, tensor_slots.storage), Py_NewRef(source->storage));
    Py_SETREF(SLOT(output, tensor_slots.view_version), Py_NewRef(SLOT(source->storage, storage_slots.version)));
    if (self->node_class != Py_None) {
        Py_SETREF(SLOT(output, tensor_slots.base), Py_NewRef(base == Py_None ? source->given : base));
    }
}

/* Leave the history of an application: a new reference to its node, None if no gradient may flow; NULL with an
   exception. */
static PyObject *
leave_history(Application *self, Operand *operands, PyObject *const *params, const Outputs *outputs)
{
    int any = find_edges(self, operands);
    PyObject *node = any < 0 ? NULL : any ? record(self, operands, params, outputs) : Py_NewRef(Py_None);
    for (int i = 0; i < self->operands; i++) {
        Py_CLEAR(operands[i].to);
    }
    return node;
}

/* Whether histories are left; -1 with an exception. */
static int
leaves_history(const Application *self)
{
    return self->tracked ? PyObject_IsTrue(SLOT(engine.modes, engine.enabled)) : 0;
}

PyObject *
finish(Application *self, Operand *operands, PyObject *const *params, PyObject *result)
{
    PyObject *output = wrap(result), *node = Py_None;
    if (output == NULL) {
        return NULL;
    }
    if (self->is_view) {
        look_at(self, output, &operands[0]);
    }
    Py_INCREF(node);
    int enabled = leaves_history(self), failed = enabled < 0;
    if (enabled > 0) {
        Outputs outputs = {&output, 1};
        Py_SETREF(node, leave_history(self, operands, params, &outputs));
        failed = node == NULL;
    }
    else if (!failed && self->tracked && self->is_view) {
        failed = PyObject_SetAttr(output, engine.origin, engine.no_grad) < 0;
    }
    if (failed || tell_of(self, operands, params, output, node) < 0) {
        Py_CLEAR(output);
    }
    Py_XDECREF(node);
    return output;
}

PyObject *
finish_several(Application *self, Operand *operands, PyObject *const *params, PyObject *results)
{
    int count = (int)PyTuple_GET_SIZE(results), enabled = leaves_history(self), failed = enabled < 0;
    PyObject *tensors = PyTuple_New(count), *node = Py_NewRef(Py_None);
    failed = failed || tensors == NULL;
    for (int nr = 0; nr < count && !failed; nr++) {
        PyObject *array = laid(self, operands, PyTuple_GET_ITEM(results, nr));
        PyObject *tensor = array == NULL ? NULL : wrap(array);
        Py_XDECREF(array);
        failed = tensor == NULL;
        if (!failed) {
            PyTuple_SET_ITEM(tensors, nr, tensor);
        }
    }
    if (enabled > 0 && !failed) {
        Outputs outputs = {&PyTuple_GET_ITEM(tensors, 0), count};
        Py_SETREF(node, leave_history(self, operands, params, &outputs));
        failed = node == NULL;
    }
    if (failed || (who_watches() != NULL && tell_by_method(self, operands, params, tensors, node) < 0)) {
        Py_CLEAR(tensors);
    }
    Py_XDECREF(node);
    return tensors;
}
