/* A public function as gradwalk.engine.surface.arguments.explained makes one: arguments of types that it has taken before
   go through to what it calls. All else is for the Python function that it is shown as, of which it also has its name and
   its other attributes. */

#include "public.h"

#include <structmember.h>

#include "application.h"

typedef struct {
    PyObject_HEAD
    vectorcallfunc vectorcall;
    PyObject *shown;  /* the function in Python that does it in any case */
    PyObject *calls;  /* what is called with arguments that are taken */
    PyObject *failed; /* what is called after that has failed: with the error, the arguments, and those by name;
                         None if nothing is */
    PyObject *one, *two, *tree; /* gradwalk.engine.surface.accepted.Accepted's; None for the first two if they have none */
    PyObject *find;    /* what gives the straight way for tensors alone; None if there is none, and once it was asked */
    PyObject *straight; /* that way, an op's application or a function of the core's; NULL for none */
    int operands;     /* that it takes */
    int dims;         /* what each must have of them; -1 for any number */
    Py_ssize_t first; /* arguments that need no look, from the left */
    int parses;       /* whether arguments by name are looked at */
    PyObject *weakly; /* references */
} Public;

/* ---- The look at the arguments ------------------------------------------------------------------------------------ */

static PyObject *
type_of(PyObject *object)
{
    return (PyObject *)Py_TYPE(object);
}

/* One step down the tree; NULL, perhaps with an exception, if there is none. */
static PyObject *
below(PyObject *tree, PyObject *key)
{
    return tree != NULL && PyDict_CheckExact(tree) ? PyDict_GetItemWithError(tree, key) : NULL;
}

/* gradwalk.engine.surface.accepted.path_of; NULL, perhaps with an exception, for types that have not been taken. */
static PyObject *
path_of(const Public *self, PyObject *const *arguments, Py_ssize_t given, PyObject *names)
{
    if (names == NULL && self->one != Py_None) {
        if (given == self->first + 1) {
            return below(self->one, type_of(arguments[self->first]));
        }
        if (given == self->first + 2) {
            PyObject *second = below(self->two, type_of(arguments[self->first]));
            return below(second, type_of(arguments[self->first + 1]));
        }
    }
    PyObject *tree = self->tree;
    for (Py_ssize_t i = 0; i < given && tree != NULL; i++) {
        tree = below(tree, type_of(arguments[i]));
    }
    for (Py_ssize_t i = 0; names != NULL && i < PyTuple_GET_SIZE(names) && tree != NULL; i++) {
        tree = below(below(tree, PyTuple_GET_ITEM(names, i)), type_of(arguments[given + i]));
    }
    return below(tree, Py_None);
}

/* What was given at a place: a number or a name; NULL if nothing was. */
static PyObject *
given_at(PyObject *place, PyObject *const *arguments, Py_ssize_t given, PyObject *names)
{
    if (PyLong_CheckExact(place)) {
        Py_ssize_t i = PyLong_AsSsize_t(place);
        return 0 <= i && i < given ? arguments[i] : NULL;
    }
    for (Py_ssize_t i = 0; names != NULL && i < PyTuple_GET_SIZE(names); i++) {
        if (PyTuple_GET_ITEM(names, i) == place) { /* names of arguments are interned */
            return arguments[given + i];
        }
    }
    return NULL;
}

/* Whether the sequences at these places are tuples or lists of Python's integers alone. */
static int
are_whole(PyObject *places, PyObject *const *arguments, Py_ssize_t given, PyObject *names)
{
    for (Py_ssize_t i = 0; i < PyTuple_GET_SIZE(places); i++) {
        PyObject *sequence = given_at(PyTuple_GET_ITEM(places, i), arguments, given, names);
        if (sequence == NULL || !(PyTuple_CheckExact(sequence) || PyList_CheckExact(sequence))) {
            return 0;
        }
        for (Py_ssize_t k = 0; k < PySequence_Fast_GET_SIZE(sequence); k++) {
            if (!PyLong_CheckExact(PySequence_Fast_GET_ITEM(sequence, k))) {
                return 0;
            }
        }
    }
    return 1;
}

/* Whether arguments of these types have been taken, so that there is nothing to find out about them. */
static int
are_taken(const Public *self, PyObject *const *arguments, Py_ssize_t given, PyObject *names)
{
    if (given <= self->first && (names == NULL || !self->parses)) {
        return 1;
    }
    PyObject *sequences = path_of(self, arguments, given, names);
    if (sequences == NULL) {
        PyErr_Clear(); /* the Python function comes upon it again */
        return 0;
    }
    return PyTuple_CheckExact(sequences) && are_whole(sequences, arguments, given, names);
}

/* ---- The straight way --------------------------------------------------------------------------------------------- */

/* What does it for these, if they are tensors as that takes them; NULL, perhaps with an exception, if not. Borrowed. */
static PyObject *
straight_way(Public *self, PyObject *const *arguments, Py_ssize_t given, PyObject *names)
{
    if (names != NULL || given != self->operands) {
        return NULL;
    }
    for (Py_ssize_t i = 0; i < given; i++) {
        if (!is_tensor(arguments[i])) {
            return NULL;
        }
        PyObject *array = SLOT(arguments[i], tensor_slots.array);
        if (array == NULL || !PyArray_CheckExact(array)
            || (self->dims >= 0 && PyArray_NDIM((PyArrayObject *)array) != self->dims)) {
            return NULL;
        }
    }
    if (self->find != Py_None) {
        PyObject *call = PyObject_CallNoArgs(self->find);
        if (call == NULL) {
            return NULL;
        }
        Py_SETREF(self->find, Py_NewRef(Py_None));
        if (Py_IS_TYPE(call, &ApplicationType) || PyCFunction_CheckExact(call)) {
            Py_XSETREF(self->straight, call);
        }
        else {
            Py_DECREF(call);
        }
    }
    return self->straight;
}

/* ---- The call ----------------------------------------------------------------------------------------------------- */

static PyObject *
by_name(PyObject *const *values, PyObject *names)
{
    PyObject *named = PyDict_New();
    for (Py_ssize_t i = 0; named != NULL && names != NULL && i < PyTuple_GET_SIZE(names); i++) {
        if (PyDict_SetItem(named, PyTuple_GET_ITEM(names, i), values[i]) < 0) {
            Py_CLEAR(named);
        }
    }
    return named;
}

static PyObject *
in_order(PyObject *const *values, Py_ssize_t count)
{
    PyObject *all = PyTuple_New(count);
    for (Py_ssize_t i = 0; all != NULL && i < count; i++) {
        PyTuple_SET_ITEM(all, i, Py_NewRef(values[i]));
    }
    return all;
}

/* What becomes of a call that has failed: Python raises the error again. */
static PyObject *
after_failure(Public *self, PyObject *const *arguments, Py_ssize_t given, PyObject *names)
{
    PyObject *kind, *error, *traceback, *answer = NULL;
    PyErr_Fetch(&kind, &error, &traceback);
    PyErr_NormalizeException(&kind, &error, &traceback);
    if (traceback != NULL) {
        PyException_SetTraceback(error, traceback);
    }
    Py_XDECREF(kind);
    Py_XDECREF(traceback);
    PyObject *all = in_order(arguments, given), *named = by_name(arguments + given, names);
    if (all != NULL && named != NULL) {
        answer = PyObject_CallFunctionObjArgs(self->failed, error, all, named, NULL);
    }
    Py_DECREF(error);
    Py_XDECREF(all);
    Py_XDECREF(named);
    return answer;
}

static PyObject *
call_it(PyObject *function, PyObject *const *arguments, size_t flags, PyObject *names)
{
    Py_INCREF(function);
    PyObject *answer = PyObject_Vectorcall(function, arguments, flags, names);
    Py_DECREF(function);
    return answer;
}

static PyObject *
call(PyObject *callable, PyObject *const *arguments, size_t flags, PyObject *names)
{
    Public *self = (Public *)callable;
    Py_ssize_t given = PyVectorcall_NARGS(flags);
    if (names != NULL && PyTuple_GET_SIZE(names) == 0) {
        names = NULL;
    }
    if (!are_taken(self, arguments, given, names)) {
        return PyObject_Vectorcall(self->shown, arguments, flags, names);
    }
    PyObject *called = straight_way(self, arguments, given, names), *answer = NULL;
    if (called == NULL && !PyErr_Occurred()) {
        called = self->calls;
    }
    if (called != NULL) {
        answer = call_it(called, arguments, flags, names);
    }
    if (answer == Py_NotImplemented && called == self->straight) {
        Py_DECREF(answer);
        answer = call_it(self->calls, arguments, flags, names);
    }
    if (answer == NULL && self->failed != Py_None && PyErr_ExceptionMatches(PyExc_Exception)) {
        Py_INCREF(self);
        answer = after_failure(self, arguments, given, names);
        Py_DECREF(self);
    }
    return answer;
}

PyObject *
rebind(PyObject *Py_UNUSED(module), PyObject *const *arguments, Py_ssize_t count)
{
    if (count != 3 || !Py_IS_TYPE(arguments[0], &PublicType)) {
        PyErr_SetString(PyExc_TypeError, "rebind() takes a public function, what it is to call and whether that looks");
        return NULL;
    }
    Public *self = (Public *)arguments[0];
    if (arguments[2] == Py_True) {
        self->first = PY_SSIZE_T_MAX;
        self->parses = 0;
    }
    self->operands = -1;
    Py_SETREF(self->calls, Py_NewRef(arguments[1]));
    Py_RETURN_NONE;
}

/* ---- The type ----------------------------------------------------------------------------------------------------- */

#define EACH(self, DO)                                                                                                 \
    DO(self->shown) DO(self->calls) DO(self->failed) DO(self->one) DO(self->two) DO(self->tree) DO(self->find)         \
    DO(self->straight)

#define VISIT(field) Py_VISIT(field);
#define CLEAR(field) Py_CLEAR(field);
#define HOLD(field) Py_XINCREF(field);

static PyObject *
public_new(PyTypeObject *type, PyObject *args, PyObject *kwargs)
{
    static char *words[] = {"shown", "calls", "failed", "one", "two", "tree", "first", "parses", "find", "operands", "dims", NULL};
    PyObject *shown, *calls, *failed, *one, *two, *tree, *find;
    Py_ssize_t first;
    int parses, operands, dims;
    if (!PyArg_ParseTupleAndKeywords(args, kwargs, "OOOOOO!npOii", words, &shown, &calls, &failed, &one, &two,
                                     &PyDict_Type, &tree, &first, &parses, &find, &operands, &dims)) {
        return NULL;
    }
    Public *self = (Public *)type->tp_alloc(type, 0);
    if (self == NULL) {
        return NULL;
    }
    self->vectorcall = call;
    self->shown = shown;
    self->calls = calls;
    self->failed = failed;
    self->one = one;
    self->two = two;
    self->tree = tree;
    self->find = find;
    self->first = first;
    self->parses = parses;
    self->operands = operands;
    self->dims = dims;
    EACH(self, HOLD)
    return (PyObject *)self;
}

static int
public_traverse(Public *self, visitproc visit, void *arg)
{
    EACH(self, VISIT)
    return 0;
}

static int
public_clear(Public *self)
{
    EACH(self, CLEAR)
    return 0;
}

static void
public_dealloc(Public *self)
{
    PyObject_GC_UnTrack(self);
    if (self->weakly != NULL) {
        PyObject_ClearWeakRefs((PyObject *)self);
    }
    public_clear(self);
    Py_TYPE(self)->tp_free((PyObject *)self);
}

/* As functions do, it becomes a method where it stands in a class. */
static PyObject *
public_get(PyObject *self, PyObject *instance, PyObject *Py_UNUSED(owner))
{
    return instance == NULL || instance == Py_None ? Py_NewRef(self) : PyMethod_New(self, instance);
}

/* Copies of a function are the function. */
static PyObject *
itself(PyObject *self, PyObject *Py_UNUSED(memo))
{
    return Py_NewRef(self);
}

/* A function is pickled by its name. */
static PyObject *
reduced(PyObject *self, PyObject *Py_UNUSED(protocol))
{
    return PyObject_GetAttrString(((Public *)self)->shown, "__qualname__");
}

static PyMethodDef methods[] = {
    {"__copy__", itself, METH_NOARGS, "The function itself."},
    {"__deepcopy__", itself, METH_O, "The function itself."},
    {"__reduce_ex__", reduced, METH_O, "Its name."},
    {NULL, NULL, 0, NULL},
};

/* Its attributes are those of the function that it is shown as, but for what has to be its own. */
static PyObject *
public_getattro(PyObject *self, PyObject *name)
{
    for (const PyMethodDef *own = methods; own->ml_name != NULL; own++) {
        if (PyUnicode_CompareWithASCIIString(name, own->ml_name) == 0) {
            return PyObject_GenericGetAttr(self, name);
        }
    }
    return PyObject_GetAttr(((Public *)self)->shown, name);
}

static int
public_setattro(PyObject *self, PyObject *name, PyObject *value)
{
    return PyObject_SetAttr(((Public *)self)->shown, name, value);
}

static PyObject *
public_repr(Public *self)
{
    return PyObject_Repr(self->shown);
}

PyTypeObject PublicType = {
    PyVarObject_HEAD_INIT(NULL, 0)
    .tp_name = "function",
    .tp_doc = "A public function.",
    .tp_basicsize = sizeof(Public),
    .tp_flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC | Py_TPFLAGS_HAVE_VECTORCALL | Py_TPFLAGS_METHOD_DESCRIPTOR,
    .tp_new = public_new,
    .tp_call = PyVectorcall_Call,
    .tp_vectorcall_offset = offsetof(Public, vectorcall),
    .tp_weaklistoffset = offsetof(Public, weakly),
    .tp_methods = methods,
    .tp_descr_get = public_get,
    .tp_getattro = public_getattro,
    .tp_setattro = public_setattro,
    .tp_repr = (reprfunc)public_repr,
    .tp_traverse = (traverseproc)public_traverse,
    .tp_clear = (inquiry)public_clear,
    .tp_dealloc = (destructor)public_dealloc,
};
