/* Applications of ops that are of the usual kind (usual.py). */

#include "scribe.h"



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

typedef struct {
    long long tensor; /* -1 for a number */
    long long version;
    long long producer; /* -1 for none */
    PyObject *constant; /* how a number is shown */
    PyObject *cut;      /* kind and reason; NULL where a gradient flows */
} Operand;

/* How a number among the operands is shown, as JSON; borrowed. */
static PyObject *
shown_constant(Scribe *self, Usual *usual, int slot, PyObject *x)
{
    if (usual->constants[slot] == x)
        return usual->texts[slot];
    PyObject *said = PyObject_Repr(x);
    PyObject *text = said == NULL ? NULL : PyObject_CallOneArg(self->shown, said);
    Py_XDECREF(said);
    if (text == NULL)
        return NULL;
    if (!PyUnicode_Check(text)) {
        Py_DECREF(text);
        PyErr_SetString(PyExc_TypeError, "shown");
        return NULL;
    }
    int lasts = PyFloat_CheckExact(x) || PyLong_CheckExact(x); /* and says the same again */
    Py_XSETREF(usual->constants[slot], lasts ? Py_NewRef(x) : NULL);
    Py_XSETREF(usual->texts[slot], text);
    return text;
}

static int
read_operand(Scribe *self, Usual *usual, int slot, PyObject *x, PyObject *followed, Operand *operand)
{
    operand->tensor = operand->producer = -1;
    operand->version = 0;
    if (!is_plain(x)) {
        operand->constant = Py_XNewRef(shown_constant(self, usual, slot, x));
        return operand->constant == NULL ? -1 : 0;
    }
    operand->tensor = index_of(self, SLOT(x, at.tensor_mark), x, "tensor");
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
    /* After `x.data = y` this is where its new memory is met. */
    long long number = index_of(self, SLOT(storage, at.storage_mark), storage, "storage");
    PyObject *key = number < 0 ? NULL : PyLong_FromLongLong(operand->tensor);
    if (key == NULL)
        return -1;
    PyObject *maker = PyDict_GetItemWithError(self->makers, key);
    Py_DECREF(key);
    operand->producer = whole(maker);
    if (PyDict_GET_SIZE(self->writers)) {
        if ((key = PyLong_FromLongLong(number)) == NULL)
            return -1;
        long long writer = whole(PyDict_GetItemWithError(self->writers, key));
        Py_DECREF(key);
        if (writer > operand->producer)
            operand->producer = writer;
    }
    if (PyErr_Occurred())
        return -1;
    int edge = usual->declared->slots[slot];
    if (edge >= 0 && followed != NULL && followed != Py_None)
        return 0;
    PyObject *which = edge < 0 ? Py_NewRef(Py_None) : PyLong_FromLong(edge);
    operand->cut = which == NULL
                       ? NULL
                       : PyObject_CallFunctionObjArgs(self->why_cut, usual->declared->op, x, which, NULL);
    Py_XDECREF(which);
    if (operand->cut != NULL && !(PyTuple_CheckExact(operand->cut) && PyTuple_GET_SIZE(operand->cut) == 2))
        PyErr_SetString(PyExc_TypeError, "why_cut");
    return PyErr_Occurred() ? -1 : 0;
}

static void
put_place(Text *text, Operand *operand) /* which tensor, at which version, or which number */
{
    if (operand->tensor < 0) {
        PUT(text, ",\"constant\":");
        put_string(text, operand->constant);
    }
    else {
        PUT(text, ",\"tensor\":");
        put_number(text, operand->tensor);
        PUT(text, ",\"version\":");
        put_number(text, operand->version);
    }
}

/* Writes what a node keeps, and the node. */
static int
write_node(Scribe *self, Declared *op, PyObject *node, PyObject *kept, PyObject *edges, Operand *operands,
           long long index, long long *own)
{
    Text *text = &self->text;
    long long followed[MOST_OPERANDS];
    for (int i = 0; i < op->edges; i++) {
        PyObject *following = PyTuple_GET_ITEM(PyTuple_GET_ITEM(edges, i), 0);
        followed[i] = -1;
        if (following != Py_None) {
            followed[i] = index_of(self, SLOT(following, at.node_mark), following, "node");
            if (followed[i] < 0)
                return -1;
        }
    }
    *own = NEW_INDEX(self, NODES);
    if (set_number(node, at.node_mark, self->first + *own) < 0)
        return -1;
    long long made = NEW_INDEX(self, TENSORS);
    begin(text);
    put_string(text, op->node_head);
    for (int i = 0; i < op->edges; i++) {
        PyObject *edge = PyTuple_GET_ITEM(edges, i);
        put(text, i ? ",[" : "[", i ? 2 : 1);
        if (followed[i] < 0)
            PUT(text, "null");
        else
            put_number(text, followed[i]);
        PUT(text, ",");
        put_number(text, whole(PyTuple_GET_ITEM(edge, 1)));
        PUT(text, "]");
    }
    PUT(text, "],");
    int shown = 0;
    for (int i = 0, part = 0; i < op->saves; i++) {
        int kind = op->saved[i].kind;
        PyObject *value = PyTuple_GET_ITEM(kept, part);
        PyObject *version = kind == -1 ? NULL : PyTuple_GET_ITEM(kept, part + 2);
        part += kind == -1 ? 1 : 3;
        if (op->saved[i].head == Py_None)
            continue;
        if (shown++)
            PUT(text, ",");
        else
            PUT(text, "\"saved\":[");
        put_string(text, op->saved[i].head);
        if (version == NULL || version == Py_None) {
            PyObject *said = PyObject_Repr(value);
            PyObject *quoted = said == NULL ? NULL : PyObject_CallOneArg(self->shown, said);
            Py_XDECREF(said);
            if (quoted == NULL)
                return -1;
            PUT(text, ",\"text\":");
            put_string(text, quoted);
            Py_DECREF(quoted);
        }
        else if (kind == -2) {
            PUT(text, ",\"tensor\":");
            put_number(text, made);
            PUT(text, ",\"version\":");
            put_number(text, whole(version));
        }
        else
            put_place(text, &operands[kind]); /* which is at that version still */
        PUT(text, "}");
    }
    if (shown)
        PUT(text, "],");
    PUT(text, "\"sequence_nr\":");
    PyObject *number = SLOT(node, at.sequence_nr);
    long long small = whole(number);
    if (small >= 0)
        put_number(text, small);
    else {
        PyObject *said = PyObject_Str(number);
        if (said == NULL)
            return -1;
        put_string(text, said);
        Py_DECREF(said);
    }
    PUT(text, ",\"op\":");
    put_number(text, index);
    PUT(text, "}");
    return add_row(self->items[NODES], text);
}

static int
write_edge(Scribe *self, int slot, Operand *operand, long long index)
{
    Text *text = &self->text;
    begin(text);
    PUT(text, "{\"op\":");
    put_number(text, index);
    PUT(text, ",\"slot\":");
    put_number(text, slot);
    if (operand->tensor < 0)
        PUT(text, ",\"kind\":\"constant\",\"reason\":\"python_number\"");
    else if (operand->cut == NULL)
        PUT(text, ",\"kind\":\"tracked\"");
    else {
        PUT(text, ",\"kind\":\"");
        put_string(text, PyTuple_GET_ITEM(operand->cut, 0));
        PUT(text, "\",\"reason\":\"");
        put_string(text, PyTuple_GET_ITEM(operand->cut, 1));
        PUT(text, "\"");
    }
    if (operand->producer >= 0) {
        PUT(text, ",\"producer\":");
        put_number(text, operand->producer);
    }
    PUT(text, "}");
    return add_row(self->items[EDGES], text);
}

/* The formula as JSON, where params are all given, or none; borrowed. */
static PyObject *
formula_of(Scribe *self, Usual *usual, PyObject *params)
{
    PyObject **formula = &usual->formulas[PyDict_GET_SIZE(params) > 0];
    if (*formula == NULL) {
        PyObject *found = PyObject_CallMethod(self->document, "formula", "OO", usual->declared->op, params);
        if (found == NULL)
            return NULL;
        *formula = found == Py_None ? PyUnicode_FromString("") : PyUnicode_FromFormat(",\"formula\":%S", found);
        Py_DECREF(found);
    }
    return *formula;
}

static int
note_producer(PyObject *producers, long long thing, long long op)
{
    PyObject *key = PyLong_FromLongLong(thing), *by = PyLong_FromLongLong(op);
    int failed = key == NULL || by == NULL || PyDict_SetItem(producers, key, by) < 0;
    Py_XDECREF(key);
    Py_XDECREF(by);
    return failed ? -1 : 0;
}

/* Writes down an application; `output` is NULL where numbers leave for Python. 1 if it has, 0 if it is not usual and nothing is written, -1 with an exception. */
static int
write_usual(Scribe *self, Usual *usual, PyObject *given, PyObject *params, PyObject *output, PyObject *node,
            PyObject *span, PyObject *scope)
{
    Declared *op = usual->declared;
    if (!PyTuple_CheckExact(given) || PyTuple_GET_SIZE(given) != op->operands || !PyDict_CheckExact(params))
        return 0;
    PyObject *array = NULL, *storage = NULL;
    long long mark = -1, storage_mark = -1;
    if (output != NULL) {
        array = is_plain(output) ? SLOT(output, at.array) : NULL;
        storage = array == NULL ? NULL : SLOT(output, at.own_storage);
        if (storage == NULL || !PyArray_CheckExact(array) || Py_TYPE(storage) != at.storage)
            return 0;
        mark = whole(SLOT(output, at.tensor_mark));
        storage_mark = whole(SLOT(storage, at.storage_mark));
    }
    int in_place = PyTuple_GET_ITEM(given, 0) == output;
    if (output == NULL) {
        if (node != Py_None)
            return 0;
    }
    else if (in_place) { /* and leaves no history */
        if (node != Py_None || op->in_place_head == Py_None || mark < self->first || mark - self->first >= ROOM ||
            storage_mark < self->first || storage_mark - self->first >= ROOM)
            return 0;
    }
    else if (SLOT(storage, at.base) != array || storage_mark >= self->first || mark >= self->first ||
             SLOT(output, at.grad_fn) != node || PyArray_NDIM((PyArrayObject *)array) > MOST_DIMS ||
             (node == Py_None && SLOT(output, at.requires_grad) != Py_False))
        return 0;
    if (PyDict_GET_SIZE(params) && PyDict_GET_SIZE(params) != op->params)
        return 0;
    if (!PyDict_GET_SIZE(params) && op->params && !in_place)
        return 0;
    for (int i = 0; i < op->params && PyDict_GET_SIZE(params); i++) {
        PyObject *param = PyDict_GetItemWithError(params, PyTuple_GET_ITEM(op->param_names, i));
        if (param != PyTuple_GET_ITEM(op->param_defaults, i))
            return PyErr_Occurred() ? -1 : 0;
    }
    for (int i = 0; i < op->operands; i++) {
        PyObject *x = PyTuple_GET_ITEM(given, i);
        if (is_plain(x) ? SLOT(x, at.own_storage) == NULL : PyObject_TypeCheck(x, at.tensor))
            return 0;
    }
    PyObject *kept = NULL, *edges = NULL;
    if (node != Py_None) {
        if (!op->edges || !PyObject_TypeCheck(node, at.node))
            return 0;
        kept = SLOT(node, at.kept);
        edges = SLOT(node, at.edges);
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
    }
    Operand operands[MOST_OPERANDS];
    memset(operands, 0, sizeof operands);
    Py_XINCREF(kept); /* a snippet's own `__repr__` may run while this does */
    Py_XINCREF(edges);
    Py_XINCREF(array);
    Py_XINCREF(storage);
    Text *text = &self->text;
    int done = -1;
    long long index = NEW_INDEX(self, OPS), own = -1;
    for (int i = 0; i < op->operands; i++) {
        int edge = op->slots[i];
        PyObject *followed = edges == NULL || edge < 0 ? NULL : PyTuple_GET_ITEM(PyTuple_GET_ITEM(edges, edge), 0);
        PyObject *x = PyTuple_GET_ITEM(given, i);
        if (read_operand(self, usual, i, x, followed, &operands[i]) < 0)
            goto over;
        if (in_place && is_plain(x) && SLOT(x, at.own_storage) == storage)
            operands[i].version--; /* it was read before */
    }
    if (node != Py_None && write_node(self, op, node, kept, edges, operands, index, &own) < 0)
        goto over;
    long long made = -1;
    if (output != NULL) {
        made = in_place ? mark - self->first : write_tensor(self, output, own, ",\"op\":", index);
        if (made < 0 || note_producer(self->makers, made, index) < 0)
            goto over;
    }
    if (in_place && note_producer(self->writers, storage_mark - self->first, index) < 0)
        goto over;
    PyObject *formula = formula_of(self, usual, params);
    if (formula == NULL)
        goto over;
    begin(text);
    put_string(text, in_place ? op->in_place_head : op->head);
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
    if (in_place)
        PUT(text, ",\"in_place\":true");
    if (own >= 0) {
        PUT(text, ",\"node\":");
        put_number(text, own);
    }
    put_string(text, formula);
    if (span != Py_None) {
        PUT(text, ",\"span\":");
        put_number(text, whole(span));
    }
    if (scope != Py_None) {
        PUT(text, ",\"scope\":");
        put_number(text, whole(scope));
    }
    PUT(text, "}");
    if (add_row(self->items[OPS], text) < 0)
        goto over;
    for (int i = 0; i < op->operands; i++)
        if (write_edge(self, i, &operands[i], index) < 0)
            goto over;
    begin(text);
    PUT(text, "{\"kind\":\"op\",\"op\":");
    put_number(text, index);
    PUT(text, "}");
    if (add_row(self->items[EVENTS], text) < 0)
        goto over;
    done = 1;
over:
    for (int i = 0; i < op->operands; i++) {
        Py_XDECREF(operands[i].constant);
        Py_XDECREF(operands[i].cut);
    }
    Py_XDECREF(kept);
    Py_XDECREF(edges);
    Py_XDECREF(array);
    Py_XDECREF(storage);
    return done;
}

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
    Py_XDECREF(self->formulas[0]);
    Py_XDECREF(self->formulas[1]);
    for (int i = 0; i < MOST_OPERANDS; i++) {
        Py_XDECREF(self->constants[i]);
        Py_XDECREF(self->texts[i]);
    }
    Py_TYPE(self)->tp_free((PyObject *)self);
}

PyTypeObject UsualType = {
    PyVarObject_HEAD_INIT(NULL, 0).tp_name = "gradwalk.recorder._core.Usual",
    .tp_doc = "What is known of an op in one run.",
    .tp_basicsize = sizeof(Usual),
    .tp_flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC | Py_TPFLAGS_DISALLOW_INSTANTIATION,
    .tp_traverse = (traverseproc)usual_traverse,
    .tp_clear = (inquiry)usual_clear,
    .tp_dealloc = (destructor)usual_dealloc,
};

/* What writes an op of this run; NULL without an exception where Python does. Borrowed. */
static Usual *
usual_of(Scribe *self, PyObject *op)
{
    PyObject *found = PyDict_GetItemWithError(self->writes, op);
    if (found != NULL || PyErr_Occurred())
        return found == Py_None ? NULL : (Usual *)found;
    PyObject *declared = PyObject_CallOneArg(self->declared, op);
    if (declared == NULL)
        return NULL;
    if (Py_TYPE(declared) != &DeclaredType) {
        Py_DECREF(declared);
        PyDict_SetItem(self->writes, op, Py_None);
        return NULL;
    }
    Usual *usual = PyObject_GC_New(Usual, &UsualType);
    if (usual == NULL) {
        Py_DECREF(declared);
        return NULL;
    }
    usual->declared = (Declared *)declared;
    memset(usual->formulas, 0, sizeof usual->formulas);
    memset(usual->constants, 0, sizeof usual->constants);
    memset(usual->texts, 0, sizeof usual->texts);
    PyObject_GC_Track(usual);
    int failed = PyDict_SetItem(self->writes, op, (PyObject *)usual);
    Py_DECREF(usual);
    return failed ? NULL : usual;
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
    if (args[7] == Py_None && (PyTuple_CheckExact(outputs) || PyList_CheckExact(outputs)) &&
        PySequence_Fast_GET_SIZE(outputs) <= 1) {
        PyObject *output = PySequence_Fast_GET_SIZE(outputs) ? PySequence_Fast_GET_ITEM(outputs, 0) : NULL;
        long long before = NEW_INDEX(self, OPS);
        Usual *usual = usual_of(self, args[0]);
        int done = PyErr_Occurred() ? -1 : 0;
        if (usual != NULL) {
            Py_INCREF(usual);
            done = write_usual(self, usual, args[1], args[2], output, args[4], args[5], args[6]);
            Py_DECREF(usual);
        }
        if (done > 0)
            Py_RETURN_NONE;
        if (done < 0) { /* no memory or stack left: tensors may already point at this op */
            PyObject *kind, *error, *traceback;
            PyErr_Fetch(&kind, &error, &traceback);
            PyObject *left = PyObject_CallMethod(self->transcript, "leave_gap", "OL", args[0], before);
            Py_XDECREF(left);
            if (left == NULL)
                PyErr_Clear();
            PyErr_Restore(kind, error, traceback);
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
