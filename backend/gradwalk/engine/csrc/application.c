#include "application.h"

#include <structmember.h>

#include "expression.h"
#include "watching.h"

#define MOST 8 /* operands, params or saved names of an op */

/* What a node keeps under a name (gradwalk.engine.saved.unfolded): a param, or three parts of a tensor. */
typedef struct {
    enum { PARAM, OPERAND, RESULT } kind;
    int index;       /* of the param or operand */
    unsigned needed; /* the operands, as bits, to any of which a gradient must go; 0 if it is kept in any case */
} Saved;

typedef struct {
    PyObject_HEAD
    vectorcallfunc vectorcall;
    PyObject *op;
    PyObject *otherwise;  /* the Python that does it in any case */
    PyObject *node_class; /* None if nothing flows back */
    PyObject *param_names, *defaults;
    int operands;
    int takes_numbers; /* whether operands but the first may be numbers */
    int numbers_as_arrays;
    int compares; /* whether the result is of truth values */
    unsigned tracked;
    int saved_count;
    Saved saved[MOST];
    Expression forward;
} Application;

/* What is found out about one operand before anything has changed. */
typedef struct {
    PyObject *given;
    PyObject *array; /* a new reference: its array, or the number */
    PyObject *to;    /* borrowed, NULL, or after `find_edges` a new reference: the node that its gradient goes to */
    PyObject *storage;
    int is_tensor;
    int requires_grad;
} Operand;

/* ---- Before anything has changed ---------------------------------------------------------------------------------- */

/* The version of a storage of the usual kind; NULL without an exception if it is of another. */
static PyObject *
version_of(PyObject *storage)
{
    return Py_IS_TYPE(storage, storage_slots.type) ? SLOT(storage, storage_slots.version) : NULL;
}

static int
are_same_number(PyObject *a, PyObject *b)
{
    return a == b || (PyLong_CheckExact(a) && PyLong_CheckExact(b) && PyObject_RichCompareBool(a, b, Py_EQ) == 1);
}

/* Whether the history of a view may have to be found again: its base has one, and it has none or was written since. */
static int
is_outdated(PyObject *tensor, PyObject *storage)
{
    PyObject *base = SLOT(tensor, tensor_slots.base);
    if (base == Py_None) {
        return 0;
    }
    if (SLOT(base, tensor_slots.requires_grad) == Py_False && SLOT(base, tensor_slots.grad_fn) == Py_None) {
        return 0;
    }
    return SLOT(tensor, tensor_slots.grad_fn) == Py_None
           || !are_same_number(SLOT(tensor, tensor_slots.view_version), version_of(storage));
}

/* Look at an operand; 0 if it is not of the usual kind, or an exception is set. */
static int
take_operand(const Application *self, int position, PyArray_Descr *dtype, Operand *operand)
{
    PyObject *given = operand->given;
    if (PyObject_TypeCheck(given, tensor_slots.type)) {
        PyObject *array = SLOT(given, tensor_slots.array), *storage = SLOT(given, tensor_slots.storage);
        if (array == NULL || !is_usual(array) || (dtype != NULL && PyArray_DESCR((PyArrayObject *)array) != dtype)) {
            return 0;
        }
        if (version_of(storage) == NULL) {
            return 0;
        }
        operand->is_tensor = 1;
        operand->storage = storage;
        if (self->tracked & (1u << position)) {
            PyObject *requires = SLOT(given, tensor_slots.requires_grad);
            if (is_outdated(given, storage) || (requires != Py_True && requires != Py_False)) {
                return 0;
            }
            operand->requires_grad = requires == Py_True;
            operand->to = SLOT(given, tensor_slots.grad_fn);
            if (operand->to == Py_None) {
                operand->to = NULL;
            }
        }
        operand->array = Py_NewRef(array);
        return 1;
    }
    if (position == 0 || !self->takes_numbers || !(PyFloat_CheckExact(given) || PyLong_CheckExact(given))) {
        return 0;
    }
    if (!self->numbers_as_arrays) {
        operand->array = Py_NewRef(given);
        return 1;
    }
    PyObject *known = dtype == float32 ? engine.arrays32 : engine.arrays64;
    PyObject *array = PyDict_GetItemWithError(known, given);
    if (array != NULL) {
        operand->array = Py_NewRef(array);
    }
    else if (!PyErr_Occurred()) {
        operand->array = PyObject_CallFunctionObjArgs(engine.as_array, given, (PyObject *)dtype, NULL);
    }
    return operand->array != NULL;
}

/* The params that a call gives by name; 0 if it gives something else. */
static int
take_params(const Application *self, PyObject *const *values, PyObject *names, PyObject **params)
{
    Py_ssize_t known = PyTuple_GET_SIZE(self->param_names);
    for (Py_ssize_t i = 0; i < known; i++) {
        params[i] = PyTuple_GET_ITEM(self->defaults, i);
    }
    for (Py_ssize_t given = 0; names != NULL && given < PyTuple_GET_SIZE(names); given++) {
        Py_ssize_t i = 0;
        while (i < known && PyTuple_GET_ITEM(names, given) != PyTuple_GET_ITEM(self->param_names, i)) {
            i++; /* names of arguments are interned */
        }
        if (i == known) {
            return 0;
        }
        params[i] = values[given];
    }
    return 1;
}

/* Whether the result may lie otherwise in memory than PyTorch's. */
static int
seems_reordered(const Application *self, PyArrayObject *first, PyArrayObject *result)
{
    int dims = PyArray_NDIM(result);
    if (dims < 2) {
        return 0;
    }
    if (self->compares) {
        for (int i = 0; i < PyArray_NDIM(first); i++) {
            if (PyArray_DIM(first, i) == 1) {
                return 1;
            }
        }
        return 0;
    }
    return PyArray_NDIM(first) != dims
           || !PyArray_CompareLists(PyArray_STRIDES(first), PyArray_STRIDES(result), dims);
}

static Outcome
compute(const Application *self, const Operand *operands, PyObject *const *params, PyObject **result)
{
    PyObject *names[2 * MOST];
    int count = self->operands;
    for (int i = 0; i < count; i++) {
        names[i] = operands[i].array;
    }
    for (Py_ssize_t i = 0; i < PyTuple_GET_SIZE(self->defaults); i++) {
        names[count + i] = params[i];
    }
    Outcome outcome = expression_run(&self->forward, names, 0, result);
    if (outcome == FAILED
        && (PyErr_ExceptionMatches(PyExc_ValueError) || PyErr_ExceptionMatches(PyExc_FloatingPointError))) {
        PyErr_Clear();
        return UNUSUAL;
    }
    if (outcome != COMPUTED) {
        return outcome;
    }
    if (PyArray_IsScalar(*result, Generic)) {
        Py_SETREF(*result, PyArray_FromScalar(*result, NULL));
        if (*result == NULL) {
            return FAILED;
        }
    }
    PyArray_Descr *wanted =
        self->compares ? NULL : PyArray_DESCR((PyArrayObject *)operands[0].array);
    if (!PyArray_CheckExact(*result) || (wanted != NULL && PyArray_DESCR((PyArrayObject *)*result) != wanted)
        || seems_reordered(self, (PyArrayObject *)operands[0].array, (PyArrayObject *)*result)) {
        Py_CLEAR(*result);
        return UNUSUAL;
    }
    return COMPUTED;
}

/* ---- What is left behind ------------------------------------------------------------------------------------------ */

/* Find the nodes that gradients go to, as new references. 1 if there is any, 0 if none, -1 with an exception. */
static int
find_edges(const Application *self, Operand *operands)
{
    int any = 0, failed = 0;
    for (int i = 0; i < self->operands; i++) {
        Operand *operand = &operands[i];
        if (operand->to != NULL) {
            Py_INCREF(operand->to);
        }
        else if (operand->requires_grad && !failed) {
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
        PyObject *edge = operands[i].to == NULL
                             ? Py_NewRef(engine.no_edge)
                             : PyTuple_Pack(2, operands[i].to, SLOT(operands[i].given, tensor_slots.output_nr));
        if (edge == NULL) {
            Py_CLEAR(edges);
            break;
        }
        PyTuple_SET_ITEM(edges, slot++, edge);
    }
    return edges;
}

static void
keep_three(PyObject *kept, Py_ssize_t *place, PyObject *owner, PyObject *array, PyObject *version)
{
    PyTuple_SET_ITEM(kept, (*place)++, Py_NewRef(owner));
    PyTuple_SET_ITEM(kept, (*place)++, Py_NewRef(array));
    PyTuple_SET_ITEM(kept, (*place)++, Py_NewRef(version));
}

static PyObject *
kept_of(const Application *self, const Operand *operands, PyObject *const *params, PyObject *output)
{
    Py_ssize_t parts = 0, place = 0;
    unsigned goes = 0;
    for (int i = 0; i < self->saved_count; i++) {
        parts += self->saved[i].kind == PARAM ? 1 : 3;
    }
    for (int i = 0; i < self->operands; i++) {
        goes |= operands[i].to == NULL ? 0 : 1u << i;
    }
    PyObject *kept = PyTuple_New(parts);
    for (int i = 0; kept != NULL && i < self->saved_count; i++) {
        const Saved *saved = &self->saved[i];
        if (saved->kind == PARAM) {
            PyTuple_SET_ITEM(kept, place++, Py_NewRef(params[saved->index]));
        }
        else if (saved->needed && !(saved->needed & goes)) {
            keep_three(kept, &place, Py_None, Py_None, Py_None);
        }
        else if (saved->kind == RESULT) {
            keep_three(kept, &place, SLOT(output, tensor_slots.storage), SLOT(output, tensor_slots.array), engine.zero);
        }
        else {
            const Operand *operand = &operands[saved->index];
            PyObject *version = operand->is_tensor ? SLOT(operand->storage, storage_slots.version) : Py_None;
            keep_three(kept, &place, operand->given, operand->array, version);
        }
    }
    return kept;
}

/* ((shape, dtype),) of an array. */
static PyObject *
expected_of(PyArrayObject *array)
{
    PyObject *shape = PyArray_IntTupleFromIntp(PyArray_NDIM(array), PyArray_DIMS(array));
    if (shape == NULL) {
        return NULL;
    }
    PyObject *pair = PyTuple_Pack(2, shape, (PyObject *)PyArray_DESCR(array));
    Py_DECREF(shape);
    if (pair == NULL) {
        return NULL;
    }
    PyObject *outputs = PyTuple_Pack(1, pair);
    Py_DECREF(pair);
    return outputs;
}

/* The node of an application, of which the output is told. */
static PyObject *
record(const Application *self, const Operand *operands, PyObject *const *params, PyObject *output)
{
    PyObject *number = Py_TYPE(engine.numbers)->tp_iternext(engine.numbers);
    if (number == NULL) {
        return NULL;
    }
    PyObject *edges = edges_of(self, operands);
    PyObject *kept = kept_of(self, operands, params, output);
    PyObject *outputs = expected_of((PyArrayObject *)SLOT(output, tensor_slots.array));
    PyObject *node = new_object((PyTypeObject *)self->node_class);
    if (edges == NULL || kept == NULL || outputs == NULL || node == NULL) {
        Py_DECREF(number);
        Py_XDECREF(edges);
        Py_XDECREF(kept);
        Py_XDECREF(outputs);
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
    SLOT(node, node_slots.outputs) = outputs;
    Py_SETREF(SLOT(output, tensor_slots.grad_fn), Py_NewRef(node));
    Py_SETREF(SLOT(output, tensor_slots.requires_grad), Py_NewRef(Py_True));
    return node;
}

/* Tell whoever watches. */
static int
tell_of(const Application *self, PyObject *const *given, PyObject *const *params, PyObject *output, PyObject *node)
{
    PyObject *watcher = who_watches();
    if (watcher == NULL) {
        return 0;
    }
    PyObject *operands = PyTuple_New(self->operands), *named = PyDict_New(), *outputs = PyTuple_Pack(1, output);
    int failed = operands == NULL || named == NULL || outputs == NULL;
    for (int i = 0; i < self->operands && !failed; i++) {
        PyTuple_SET_ITEM(operands, i, Py_NewRef(given[i]));
    }
    for (Py_ssize_t i = 0; i < PyTuple_GET_SIZE(self->param_names) && !failed; i++) {
        failed = PyDict_SetItem(named, PyTuple_GET_ITEM(self->param_names, i), params[i]) < 0;
    }
    if (!failed) {
        PyObject *arguments[] = {self->op, operands, named, outputs, node};
        failed = tell(watcher, engine.op_applied, arguments, 5);
    }
    Py_XDECREF(operands);
    Py_XDECREF(named);
    Py_XDECREF(outputs);
    return failed ? -1 : 0;
}

/* The tensor around a result, with its node; NULL with an exception. */
static PyObject *
finish(const Application *self, PyObject *const *given, Operand *operands, PyObject *const *params, PyObject *result)
{
    PyObject *output = wrap(result), *node = Py_None;
    if (output == NULL) {
        return NULL;
    }
    Py_INCREF(node);
    int enabled = self->tracked ? PyObject_IsTrue(SLOT(engine.modes, engine.enabled)) : 0;
    int failed = enabled < 0;
    if (enabled > 0) {
        int any = find_edges(self, operands);
        if (any > 0) {
            Py_SETREF(node, record(self, operands, params, output));
        }
        failed = any < 0 || node == NULL;
        for (int i = 0; i < self->operands; i++) {
            Py_CLEAR(operands[i].to);
        }
    }
    if (failed || tell_of(self, given, params, output, node) < 0) {
        Py_CLEAR(output);
    }
    Py_XDECREF(node);
    return output;
}

/* ---- The call ----------------------------------------------------------------------------------------------------- */

static PyObject *
apply(PyObject *callable, PyObject *const *arguments, size_t flags, PyObject *names)
{
    Application *self = (Application *)callable;
    Operand operands[MOST];
    PyObject *params[MOST], *result = NULL, *output = NULL;
    Outcome outcome = UNUSUAL;
    int taken = 0, count = self->operands;
    if (PyVectorcall_NARGS(flags) == count && PySet_GET_SIZE(engine.unusual) == 0
        && take_params(self, arguments + count, names, params)) {
        PyArray_Descr *dtype = NULL;
        for (; taken < count; taken++) {
            operands[taken] = (Operand){.given = arguments[taken]};
            if (!take_operand(self, taken, dtype, &operands[taken])) {
                break;
            }
            if (taken == 0) {
                dtype = PyArray_DESCR((PyArrayObject *)operands[0].array);
            }
        }
        if (PyErr_Occurred()) {
            outcome = FAILED;
        }
        else if (taken == count) {
            outcome = compute(self, operands, params, &result);
        }
    }
    if (outcome == COMPUTED) {
        output = finish(self, arguments, operands, params, result);
        Py_DECREF(result);
    }
    for (int i = 0; i < taken; i++) {
        Py_DECREF(operands[i].array);
    }
    return outcome == UNUSUAL ? PyObject_Vectorcall(self->otherwise, arguments, flags, names) : output;
}

/* ---- The type ----------------------------------------------------------------------------------------------------- */

static int
read_saved(Application *self, PyObject *saved)
{
    if (PyTuple_GET_SIZE(saved) > MOST) {
        return -1;
    }
    self->saved_count = (int)PyTuple_GET_SIZE(saved);
    for (int i = 0; i < self->saved_count; i++) {
        const char *kind;
        int index;
        unsigned needed;
        if (!PyTuple_Check(PyTuple_GET_ITEM(saved, i))
            || !PyArg_ParseTuple(PyTuple_GET_ITEM(saved, i), "siI", &kind, &index, &needed)) {
            return -1;
        }
        Py_ssize_t most = *kind == 'p' ? PyTuple_GET_SIZE(self->param_names) : self->operands;
        if (index < 0 || (*kind != 'r' && index >= most)) {
            return -1;
        }
        self->saved[i].kind = *kind == 'p' ? PARAM : *kind == 'o' ? OPERAND : RESULT;
        self->saved[i].index = index;
        self->saved[i].needed = needed;
    }
    return 0;
}

static PyObject *
application_new(PyTypeObject *type, PyObject *args, PyObject *kwargs)
{
    static char *words[] = {"op",       "otherwise", "node_class",    "operands",          "params",   "defaults",
                            "forward",  "tracked",   "takes_numbers", "numbers_as_arrays", "compares", "saved",
                            NULL};
    Application *self = (Application *)type->tp_alloc(type, 0);
    if (self == NULL) {
        return NULL;
    }
    self->vectorcall = apply;
    PyObject *steps, *saved;
    if (!PyArg_ParseTupleAndKeywords(args, kwargs, "OOOiO!O!OIpppO!", words, &self->op, &self->otherwise,
                                     &self->node_class, &self->operands, &PyTuple_Type, &self->param_names,
                                     &PyTuple_Type, &self->defaults, &steps, &self->tracked, &self->takes_numbers,
                                     &self->numbers_as_arrays, &self->compares, &PyTuple_Type, &saved)) {
        self->op = self->otherwise = self->node_class = self->param_names = self->defaults = NULL;
        Py_DECREF(self);
        return NULL;
    }
    Py_INCREF(self->op);
    Py_INCREF(self->otherwise);
    Py_INCREF(self->node_class);
    Py_INCREF(self->param_names);
    Py_INCREF(self->defaults);
    Py_ssize_t params = PyTuple_GET_SIZE(self->param_names);
    int fits = 0 < self->operands && self->operands <= MOST && params <= MOST
               && params == PyTuple_GET_SIZE(self->defaults) && self->tracked >> self->operands == 0
               && (self->node_class == Py_None ? !self->tracked
                                               : PyType_Check(self->node_class)
                                                     && PyType_IsSubtype((PyTypeObject *)self->node_class,
                                                                         node_slots.type));
    if (!fits || read_saved(self, saved) < 0 || expression_read(&self->forward, steps) < 0
        || !expression_fits(&self->forward, self->operands + params)) {
        if (!PyErr_Occurred()) {
            PyErr_SetString(PyExc_ValueError, "the parts of an application do not fit together");
        }
        Py_DECREF(self);
        return NULL;
    }
    return (PyObject *)self;
}

static int
application_traverse(Application *self, visitproc visit, void *arg)
{
    Py_VISIT(self->op);
    Py_VISIT(self->otherwise);
    Py_VISIT(self->node_class);
    Py_VISIT(self->param_names);
    Py_VISIT(self->defaults);
    return expression_traverse(&self->forward, visit, arg);
}

static int
application_clear(Application *self)
{
    Py_CLEAR(self->op);
    Py_CLEAR(self->otherwise);
    Py_CLEAR(self->node_class);
    Py_CLEAR(self->param_names);
    Py_CLEAR(self->defaults);
    expression_clear(&self->forward);
    return 0;
}

static void
application_dealloc(Application *self)
{
    PyObject_GC_UnTrack(self);
    application_clear(self);
    Py_TYPE(self)->tp_free((PyObject *)self);
}

/* As functions do, it becomes a method where it stands in a class. */
static PyObject *
application_get(PyObject *self, PyObject *instance, PyObject *Py_UNUSED(owner))
{
    return instance == NULL || instance == Py_None ? Py_NewRef(self) : PyMethod_New(self, instance);
}

PyTypeObject ApplicationType = {
    PyVarObject_HEAD_INIT(NULL, 0)
    .tp_name = "gradwalk.engine._core.Application",
    .tp_doc = "An op as a function of its operands and params.",
    .tp_basicsize = sizeof(Application),
    .tp_flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC | Py_TPFLAGS_HAVE_VECTORCALL | Py_TPFLAGS_METHOD_DESCRIPTOR,
    .tp_new = application_new,
    .tp_call = PyVectorcall_Call,
    .tp_vectorcall_offset = offsetof(Application, vectorcall),
    .tp_descr_get = application_get,
    .tp_traverse = (traverseproc)application_traverse,
    .tp_clear = (inquiry)application_clear,
    .tp_dealloc = (destructor)application_dealloc,
};
