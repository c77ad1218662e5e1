#include "application.h"

#include <structmember.h>

#include "forwards.h"

/* ---- The call ----------------------------------------------------------------------------------------------------- */

/* Whether several results are the usual ones: all are there, and look at no operand's memory. */
static int
are_usual(const Application *self, PyObject *results)
{
    for (Py_ssize_t i = 0; i < PyTuple_GET_SIZE(results); i++) {
        if (PyTuple_GET_ITEM(results, i) == Py_None) {
            return 0;
        }
    }
    return !self->is_view && 0 < PyTuple_GET_SIZE(results) && PyTuple_GET_SIZE(results) <= MOST;
}

/* Tensors around the results of an op that gives several: the rest of gradwalk.engine.apply.apply. */
static PyObject *
finish_otherwise(const Application *self, const Operand *operands, PyObject *const *params, PyObject *results)
{
    PyObject *given = operands_given(self, operands), *named = params_given(self, params), *outputs = NULL;
    PyObject *arrays = PyTuple_New(self->operands);
    if (given != NULL && named != NULL && arrays != NULL) {
        for (int i = 0; i < self->operands; i++) {
            PyTuple_SET_ITEM(arrays, i, Py_NewRef(operands[i].array));
        }
        outputs = PyObject_CallFunctionObjArgs(engine.finish_several, self->op, given, named, results, arrays, NULL);
    }
    Py_XDECREF(given);
    Py_XDECREF(named);
    Py_XDECREF(arrays);
    return outputs;
}

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
            if (taken == 0 && PyArray_CheckExact(operands[0].array)) {
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
        output = !PyTuple_CheckExact(result) ? finish(self, operands, params, result)
                 : are_usual(self, result)   ? finish_several(self, operands, params, result)
                                             : finish_otherwise(self, operands, params, result);
        Py_DECREF(result);
    }
    for (int i = 0; i < taken; i++) {
        Py_DECREF(operands[i].array);
        Py_XDECREF(operands[i].storage);
        Py_XDECREF(operands[i].to);
    }
    return outcome == UNUSUAL ? PyObject_Vectorcall(self->otherwise, arguments, flags, names) : output;
}

/* gradwalk.engine.apply.apply_in_place, of an application, the target, a tuple of other operands and a dictionary of
   params: whether that was done here; if not, nothing has changed. */
PyObject *
apply_in_place(PyObject *Py_UNUSED(module), PyObject *const *arguments, Py_ssize_t count)
{
    if (count != 4 || !PyTuple_CheckExact(arguments[2]) || !PyDict_CheckExact(arguments[3])) {
        PyErr_SetString(PyExc_TypeError, "apply_in_place() takes an application, a target, a tuple and a dictionary");
        return NULL;
    }
    const Application *self = (const Application *)arguments[0];
    if (!Py_IS_TYPE(arguments[0], &ApplicationType) || PyTuple_GET_SIZE(arguments[2]) + 1 != self->operands) {
        Py_RETURN_FALSE;
    }
    PyObject *given[MOST] = {arguments[1]}, *params[MOST];
    for (int i = 1; i < self->operands; i++) {
        given[i] = PyTuple_GET_ITEM(arguments[2], i - 1);
    }
    Py_ssize_t known = 0;
    for (Py_ssize_t i = 0; i < PyTuple_GET_SIZE(self->param_names); i++) {
        PyObject *value = PyDict_GetItemWithError(arguments[3], PyTuple_GET_ITEM(self->param_names, i));
        if (value == NULL && PyErr_Occurred()) {
            return NULL;
        }
        known += value != NULL;
        params[i] = value == NULL ? PyTuple_GET_ITEM(self->defaults, i) : value;
    }
    if (known != PyDict_GET_SIZE(arguments[3])) {
        Py_RETURN_FALSE;
    }
    int done = write_into(self, given, params);
    return done < 0 ? NULL : PyBool_FromLong(done);
}

/* ---- The type ----------------------------------------------------------------------------------------------------- */

static int
read_saved(Application *self, PyObject *saved)
{
    if (PyTuple_GET_SIZE(saved) > MOST) {
        return -1;
    }
    for (int i = 0; i < PyTuple_GET_SIZE(saved); i++) {
        const char *kind;
        int index;
        unsigned needed;
        PyObject *fact;
        if (!PyTuple_Check(PyTuple_GET_ITEM(saved, i))
            || !PyArg_ParseTuple(PyTuple_GET_ITEM(saved, i), "siIO", &kind, &index, &needed, &fact)) {
            return -1;
        }
        Py_ssize_t most = *kind == 'p' ? PyTuple_GET_SIZE(self->param_names) : self->operands;
        if (index < 0 || (*kind == 'r' ? index >= MOST : index >= most)) {
            return -1;
        }
        self->saved[i].kind = *kind == 'p' ? PARAM : *kind == 'f' ? FACT : *kind == 'o' ? OPERAND : RESULT;
        self->saved[i].index = index;
        self->saved[i].needed = needed;
        self->saved[i].fact = Py_NewRef(fact);
        self->saved_count = i + 1;
        if (self->saved[i].kind == FACT) {
            if (!PyUnicode_CheckExact(fact)) {
                return -1;
            }
            PyUnicode_InternInPlace(&self->saved[i].fact);
        }
    }
    return 0;
}

static int
read_lies(Application *self, const char *lies)
{
    static const char *names[] = {[ANYHOW] = "anyhow", [IN_ROWS] = "in rows", [AS_FIRST] = "as first",
                                  [IN_ORDER] = "in order"};
    for (int i = ANYHOW; i <= IN_ORDER; i++) {
        if (strcmp(lies, names[i]) == 0) {
            self->lies = i;
            return 0;
        }
    }
    return -1;
}

/* Whether the numbers of what was read fit together. */
static int
fits(const Application *self)
{
    Py_ssize_t params = PyTuple_GET_SIZE(self->param_names);
    if (self->operands < 1 || self->operands > MOST || params > MOST || params != PyTuple_GET_SIZE(self->defaults)
        || self->tracked >> self->operands) {
        return 0;
    }
    if (self->node_class == Py_None) {
        return !self->tracked;
    }
    return PyType_Check(self->node_class) && PyType_IsSubtype((PyTypeObject *)self->node_class, node_slots.type);
}

/* The references that it holds, but for those of `saved` and `forward`. */
#define EACH(self, DO)                                                                                                 \
    DO(self->op) DO(self->otherwise) DO(self->node_class) DO(self->param_names) DO(self->defaults) DO(self->lay)       \
    DO(self->kept) DO(self->function) DO(self->at_once)

#define VISIT(field) Py_VISIT(field);
#define CLEAR(field) Py_CLEAR(field);
#define HOLD(field) Py_XINCREF(field);

static PyObject *
application_new(PyTypeObject *type, PyObject *args, PyObject *kwargs)
{
    static char *words[] = {"op",      "otherwise", "node_class",    "operands",          "params",       "defaults",
                            "forward", "tracked",   "takes_numbers", "numbers_as_arrays", "takes_floats", "compares",
                            "is_view", "lies",      "lay",           "saved",             "by_default",   "reached",
                            NULL};
    Application *self = (Application *)type->tp_alloc(type, 0);
    if (self == NULL) {
        return NULL;
    }
    self->vectorcall = apply;
    PyObject *forward, *saved, *by_default;
    const char *lies;
    if (!PyArg_ParseTupleAndKeywords(args, kwargs, "OOOiO!O!OIpppppsOO!Oi", words, &self->op, &self->otherwise,
                                     &self->node_class, &self->operands, &PyTuple_Type, &self->param_names,
                                     &PyTuple_Type, &self->defaults, &forward, &self->tracked, &self->takes_numbers,
                                     &self->numbers_as_arrays, &self->takes_floats, &self->compares, &self->is_view,
                                     &lies, &self->lay, &PyTuple_Type, &saved, &by_default, &self->reached)) {
        self->op = self->otherwise = self->node_class = self->param_names = self->defaults = self->lay = NULL;
        Py_DECREF(self);
        return NULL;
    }
    if (PyCallable_Check(forward)) {
        self->function = forward;
    }
    EACH(self, HOLD)
    self->at_once = at_once_of(forward);
    if (PyErr_Occurred() || !fits(self) || read_lies(self, lies) < 0 || read_saved(self, saved) < 0
        || (self->function == NULL
            && (expression_read(&self->forward, forward) < 0
                || !expression_fits(&self->forward, self->operands + PyTuple_GET_SIZE(self->param_names))))
        || (by_default != Py_None
            && (expression_read(&self->by_default, by_default) < 0
                || !expression_fits(&self->by_default, self->operands)))) {
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
    EACH(self, VISIT)
    int answer = expression_traverse(&self->forward, visit, arg);
    return answer ? answer : expression_traverse(&self->by_default, visit, arg);
}

static int
application_clear(Application *self)
{
    EACH(self, CLEAR)
    for (int i = 0; i < self->saved_count; i++) {
        Py_CLEAR(self->saved[i].fact);
    }
    expression_clear(&self->forward);
    expression_clear(&self->by_default);
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
