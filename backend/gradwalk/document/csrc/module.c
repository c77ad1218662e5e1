/* Frames of the usual kind, checked and written again in one go.

   Whoever sends them may mean harm. So nothing is read past the end of what was sent, nothing is passed on that has not
   been looked at letter by letter, and whatever is not usual is not judged here: Python reads the frame, as it does
   where there is no compiler, and finds what there is to find. The schema is Python's too (tables.py). */

#include "reading.h"

#define MOST_LONG_ONES 64

typedef struct {
    PyObject_HEAD
    int count;
    Word *names; /* `"spans":` */
    Shape **rows;
} Reader;

static void
reader_dealloc(Reader *self)
{
    for (int i = 0; i < self->count; i++) {
        PyMem_Free(self->names[i].letters);
        free_shape(self->rows[i]);
    }
    PyMem_Free(self->names);
    PyMem_Free(self->rows);
    Py_TYPE(self)->tp_free((PyObject *)self);
}

static PyObject *
reader_new(PyTypeObject *type, PyObject *args, PyObject *kwargs)
{
    PyObject *lists;
    static char *words[] = {"lists", NULL};
    if (!PyArg_ParseTupleAndKeywords(args, kwargs, "O!", words, &PyTuple_Type, &lists))
        return NULL;
    Reader *self = (Reader *)type->tp_alloc(type, 0);
    if (self == NULL)
        return NULL;
    Py_ssize_t count = PyTuple_GET_SIZE(lists);
    if (count > MOST_LISTS) {
        PyErr_SetString(PyExc_ValueError, "there are too many lists");
        goto failed;
    }
    self->names = PyMem_Calloc(count + 1, sizeof(Word));
    self->rows = PyMem_Calloc(count + 1, sizeof(Shape *));
    if (self->names == NULL || self->rows == NULL) {
        PyErr_NoMemory();
        goto failed;
    }
    for (; self->count < count; self->count++) {
        PyObject *name, *row;
        if (!PyArg_ParseTuple(PyTuple_GET_ITEM(lists, self->count), "SO", &name, &row))
            goto failed;
        Shape *shape = make_shape(row);
        if (shape == NULL)
            goto failed;
        Word *word = self->names + self->count;
        word->length = PyBytes_GET_SIZE(name);
        word->letters = PyMem_Malloc(word->length + 1);
        if (word->letters == NULL) {
            free_shape(shape);
            PyErr_NoMemory();
            goto failed;
        }
        memcpy(word->letters, PyBytes_AS_STRING(name), word->length + 1);
        self->rows[self->count] = shape;
    }
    return (PyObject *)self;
failed:
    Py_DECREF(self);
    return NULL;
}

/* What has been read of a frame. */
typedef struct {
    Reading reading;
    Text rows[MOST_LISTS]; /* by list, with commas between */
    long long counts[MOST_LISTS];
    Text looked_at;        /* events, a comma before each */
    Text rest;             /* lists that Python reads, `,"name":` before each */
} News;

/* The list that comes, or else what Python reads. */
static int
take_list_of(News *news, const Reader *self, int list)
{
    Reading *reading = &news->reading;
    const Shape *row = self->rows[list];
    const char *begin = reading->at;
    if (row->kind != OTHER) {
        news->counts[list] = take_rows(reading, row, news->rows + list, &news->looked_at);
        if (news->counts[list] >= 0)
            return 0;
        if (!row->looked_at)
            return -1;
        news->counts[list] = 0;
        news->rows[list].length = 0;
        reading->at = begin;
    }
    if (skip(reading) < 0)
        return -1;
    const Word *name = self->names + list;
    Text *rest = &news->rest;
    return put(rest, ",", 1) < 0 || put(rest, name->letters, name->length) < 0 ? -1 : put(rest, begin, reading->at - begin);
}

static int
take_frame(News *news, const Reader *self, long long scopes, int scopes_list)
{
    Reading *reading = &news->reading;
    unsigned seen = 0;
    char letter = *reading->at;
    if (letter != '{')
        return -1;
    if (reading->at[1] == '}')
        letter = *++reading->at;
    while (letter != '}') {
        int found = 0;
        reading->at++;
        while (found < self->count && (reading->end - reading->at < self->names[found].length ||
                                       memcmp(reading->at, self->names[found].letters, self->names[found].length)))
            found++;
        if (found == self->count || seen & 1u << found)
            return -1;
        seen |= 1u << found;
        reading->at += self->names[found].length;
        reading->position = found == scopes_list ? scopes : 0;
        if (take_list_of(news, self, found) < 0)
            return -1;
        letter = *reading->at;
        if (letter != ',' && letter != '}')
            return -1;
    }
    return reading->at + 1 == reading->end ? 0 : -1;
}

static PyObject *
numbers(const long long *from, Py_ssize_t count)
{
    PyObject *made = PyList_New(count);
    for (Py_ssize_t i = 0; made != NULL && i < count; i++) {
        PyObject *number = PyLong_FromLongLong(from[i]);
        if (number == NULL)
            Py_CLEAR(made);
        else
            PyList_SET_ITEM(made, i, number);
    }
    return made;
}

static PyObject *
rows_of(const News *news, int count)
{
    PyObject *made = PyList_New(count);
    for (int i = 0; made != NULL && i < count; i++) {
        PyObject *text = PyBytes_FromStringAndSize(news->rows[i].letters, news->rows[i].length);
        if (text == NULL)
            Py_CLEAR(made);
        else
            PyList_SET_ITEM(made, i, text);
    }
    return made;
}

/* What is left for Python to read, as a frame. */
static PyObject *
rest_of(News *news)
{
    static const char events[] = ",\"events\":[";
    Text *rest = &news->rest;
    if (news->looked_at.length &&
        (put(rest, events, sizeof events - 1) < 0 ||
         put(rest, news->looked_at.letters + 1, news->looked_at.length - 1) < 0 || put(rest, "]", 1) < 0))
        return PyErr_NoMemory();
    if (rest->length == 0)
        return PyBytes_FromStringAndSize(NULL, 0);
    rest->letters[0] = '{';
    return put(rest, "}", 1) < 0 ? PyErr_NoMemory() : PyBytes_FromStringAndSize(rest->letters, rest->length);
}

static PyObject *
reader_read(Reader *self, PyObject *args)
{
    PyObject *payload, *slots, *result = NULL;
    long long scopes;
    int scopes_list;
    if (!PyArg_ParseTuple(args, "SiLO!", &payload, &scopes_list, &scopes, &PyList_Type, &slots))
        return NULL;
    News *news = PyMem_Calloc(1, sizeof *news);
    if (news == NULL)
        return PyErr_NoMemory();
    Reading *reading = &news->reading;
    reading->start = reading->at = PyBytes_AS_STRING(payload);
    reading->end = reading->start + PyBytes_GET_SIZE(payload);
    reading->slots = slots;
    reading->long_ones = MOST_LONG_ONES;
    for (int i = 0; i < MOST_LISTS; i++)
        reading->most[i] = -1;
    if (take_frame(news, self, scopes, scopes_list) < 0) {
        if (!PyErr_Occurred())
            result = Py_NewRef(Py_None);
    }
    else {
        const Text *counted = &reading->counted;
        PyObject *rows = rows_of(news, self->count);
        PyObject *counts = numbers(news->counts, self->count);
        PyObject *most = numbers(reading->most, MOST_LISTS);
        PyObject *new_slots =
            numbers((const long long *)counted->letters, counted->length / (Py_ssize_t)sizeof(long long));
        PyObject *rest = rest_of(news);
        if (rows != NULL && counts != NULL && most != NULL && new_slots != NULL && rest != NULL)
            result = PyTuple_Pack(5, rows, counts, most, new_slots, rest);
        Py_XDECREF(rows);
        Py_XDECREF(counts);
        Py_XDECREF(most);
        Py_XDECREF(new_slots);
        Py_XDECREF(rest);
    }
    for (int i = 0; i < self->count; i++)
        PyMem_Free(news->rows[i].letters);
    Text *texts[] = {&reading->scratch, &reading->counted, &news->looked_at, &news->rest};
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
        PyMem_Free(texts[i]->letters);
    PyMem_Free(news);
    return result;
}

static PyMethodDef reader_methods[] = {
    {"read", (PyCFunction)reader_read, METH_VARARGS, "The news of a frame; None if it is not usual."},
    {NULL, NULL, 0, NULL},
};

static PyTypeObject ReaderType = {
    PyVarObject_HEAD_INIT(NULL, 0).tp_name = "gradwalk.document._core.Reader",
    .tp_basicsize = sizeof(Reader),
    .tp_flags = Py_TPFLAGS_DEFAULT,
    .tp_doc = "Reads frames.",
    .tp_new = reader_new,
    .tp_dealloc = (destructor)reader_dealloc,
    .tp_methods = reader_methods,
};

static struct PyModuleDef module = {
    PyModuleDef_HEAD_INIT,
    .m_name = "gradwalk.document._core",
    .m_doc = "Frames of the usual kind, checked and written again in one go.",
    .m_size = -1,
};

PyMODINIT_FUNC
PyInit__core(void)
{
    PyObject *made = PyModule_Create(&module);
    if (made != NULL && PyModule_AddType(made, &ReaderType) < 0)
        Py_CLEAR(made);
    return made;
}
