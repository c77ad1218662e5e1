#include "shape.h"

static int
copy_letters(PyObject *bytes, char **letters, Py_ssize_t *length)
{
    char *from;
    if (PyBytes_AsStringAndSize(bytes, &from, length) < 0)
        return -1;
    *letters = PyMem_Malloc(*length + 1);
    if (*letters == NULL) {
        PyErr_NoMemory();
        return -1;
    }
    memcpy(*letters, from, *length + 1);
    return 0;
}

void
free_shape(Shape *shape)
{
    if (shape == NULL)
        return;
    for (int i = 0; shape->fields != NULL && i < shape->count; i++) {
        PyMem_Free(shape->fields[i].head);
        PyMem_Free(shape->fields[i].otherwise);
        free_shape(shape->fields[i].shape);
    }
    for (int i = 0; shape->words != NULL && i < shape->count; i++)
        PyMem_Free(shape->words[i].letters);
    for (int i = 0; shape->parts != NULL && i < shape->count; i++)
        free_shape(shape->parts[i]);
    PyMem_Free(shape->fields);
    PyMem_Free(shape->words);
    PyMem_Free(shape->parts);
    PyMem_Free(shape->next);
    PyMem_Free(shape);
}

/* A number of the description, by its name. */
static int
number_of(PyObject *described, const char *name, long long otherwise, long long *number)
{
    PyObject *found = PyDict_GetItemString(described, name);
    *number = found == NULL ? otherwise : PyLong_AsLongLong(found);
    return found != NULL && PyErr_Occurred() ? -1 : 0;
}

static int
take_fields(Shape *shape, PyObject *fields)
{
    shape->fields = PyMem_Calloc(shape->count + 1, sizeof(Field));
    if (shape->fields == NULL) {
        PyErr_NoMemory();
        return -1;
    }
    for (int i = 0; i < shape->count; i++) {
        Field *field = shape->fields + i;
        PyObject *head, *of, *otherwise;
        if (!PyArg_ParseTuple(PyTuple_GET_ITEM(fields, i), "OO!O", &head, &PyDict_Type, &of, &otherwise) ||
            copy_letters(head, &field->head, &field->head_length) < 0 ||
            (otherwise != Py_None && copy_letters(otherwise, &field->otherwise, &field->otherwise_length) < 0) ||
            (field->shape = make_shape(of)) == NULL)
            return -1;
    }
    return 0;
}

static int
take_words(Shape *shape, PyObject *words)
{
    shape->words = PyMem_Calloc(shape->count + 1, sizeof(Word));
    if (shape->words == NULL) {
        PyErr_NoMemory();
        return -1;
    }
    for (int i = 0; i < shape->count; i++)
        if (copy_letters(PyTuple_GET_ITEM(words, i), &shape->words[i].letters, &shape->words[i].length) < 0)
            return -1;
    return 0;
}

static int
take_parts(Shape *shape, PyObject *parts)
{
    shape->parts = PyMem_Calloc(shape->count + 1, sizeof(Shape *));
    if (shape->parts == NULL) {
        PyErr_NoMemory();
        return -1;
    }
    for (int i = 0; i < shape->count; i++)
        if ((shape->parts[i] = make_shape(PyTuple_GET_ITEM(parts, i))) == NULL)
            return -1;
    return 0;
}

/* The tuple of this name, of which a shape has no more than one length; NULL where there is none. */
static PyObject *
tuple_of(Shape *shape, PyObject *described, const char *name)
{
    PyObject *found = PyDict_GetItemString(described, name);
    if (found == NULL)
        return NULL;
    if (!PyTuple_Check(found) || (shape->count >= 0 && shape->count != PyTuple_GET_SIZE(found))) {
        PyErr_Format(PyExc_ValueError, "%s of a shape are a tuple", name);
        return NULL;
    }
    shape->count = (int)PyTuple_GET_SIZE(found);
    return found;
}

static int
filled(Shape *shape, PyObject *described)
{
    struct {
        const char *name;
        int otherwise;
        int *to;
    } numbers[] = {
        {"nullable", 0, &shape->nullable}, {"list", -1, &shape->list},          {"counted", 0, &shape->counted},
        {"looked_at", 0, &shape->looked_at}, {"parent", -1, &shape->parent},    {"op", -1, &shape->op},
        {"slot", -1, &shape->slot},        {"producer", -1, &shape->producer},
    };
    long long number, kind, most;
    if (number_of(described, "shape", OTHER, &kind) < 0 || number_of(described, "least", LLONG_MIN, &shape->least) < 0 ||
        number_of(described, "most", -1, &most) < 0)
        return -1;
    shape->count = -1;
    shape->kind = (Kind)kind;
    shape->most = (Py_ssize_t)most;
    for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++) {
        if (number_of(described, numbers[i].name, numbers[i].otherwise, &number) < 0)
            return -1;
        *numbers[i].to = (int)number;
    }
    PyObject *words = tuple_of(shape, described, "words");
    if (words != NULL && take_words(shape, words) < 0)
        return -1;
    PyObject *parts = tuple_of(shape, described, "parts");
    if (parts != NULL && take_parts(shape, parts) < 0)
        return -1;
    PyObject *fields = tuple_of(shape, described, "fields");
    if (fields != NULL && take_fields(shape, fields) < 0)
        return -1;
    if (shape->count < 0)
        shape->count = 0;
    shape->next = PyMem_Calloc(shape->count + 2, 1);
    if (shape->next == NULL) {
        PyErr_NoMemory();
        return -1;
    }
    int right = shape->list < MOST_LISTS && shape->kind >= WHOLE && shape->kind <= OTHER &&
                shape->count < 64 && (shape->fields == NULL || shape->count <= MOST_FIELDS) &&
                (shape->kind != OBJECT || shape->fields != NULL) && (shape->kind != WORD || shape->words != NULL) &&
                (shape->kind != LIST || (shape->parts != NULL && shape->count == 1)) &&
                (shape->kind != PAIR || (shape->parts != NULL && shape->count == 2)) &&
                (shape->kind != EVENT || (shape->parts != NULL && shape->words != NULL)) &&
                shape->parent < shape->count && shape->op < shape->count && shape->slot < shape->count &&
                shape->producer < shape->count;
    if (!PyErr_Occurred() && !right)
        PyErr_SetString(PyExc_ValueError, "this describes no shape");
    return PyErr_Occurred() ? -1 : 0;
}

Shape *
make_shape(PyObject *described)
{
    if (!PyDict_Check(described)) {
        PyErr_SetString(PyExc_TypeError, "a shape is described by a dict");
        return NULL;
    }
    Shape *shape = PyMem_Calloc(1, sizeof *shape);
    if (shape == NULL) {
        PyErr_NoMemory();
        return NULL;
    }
    if (filled(shape, described) < 0) {
        free_shape(shape);
        return NULL;
    }
    return shape;
}
