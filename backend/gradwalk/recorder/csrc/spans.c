#include "spans.h"

static int
is_same_span(const Span *a, const Span *b)
{
    return a->line == b->line && a->column == b->column && a->end_line == b->end_line &&
           a->end_column == b->end_column && a->cell == b->cell;
}

/* Where a span is, or would be, in a table that has room. */
static Place *
place_of(Place *table, size_t room, const Span *span)
{
    const int parts[] = {span->cell, span->line, span->column, span->end_line, span->end_column};
    size_t hash = 0;
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++)
        hash = (hash ^ (unsigned)parts[i]) * 0x9E3779B97F4A7C15ULL;
    for (hash ^= hash >> 32;; hash++) {
        Place *place = &table[hash & (room - 1)];
        if (place->index < 0 || is_same_span(&place->span, span))
            return place;
    }
}

static int
make_places(Spans *self)
{
    size_t room = self->room ? 2 * self->room : 32;
    Place *table = PyMem_Malloc(room * sizeof *table);
    if (table == NULL) {
        PyErr_NoMemory();
        return -1;
    }
    for (size_t i = 0; i < room; i++)
        table[i].index = -1;
    for (size_t i = 0; i < self->room; i++)
        if (self->table[i].index >= 0)
            *place_of(table, room, &self->table[i].span) = self->table[i];
    PyMem_Free(self->table);
    self->table = table;
    self->room = room;
    return 0;
}

long long
span_at(Spans *self, Span span)
{
    if (2 * (self->count + 1) > self->room && make_places(self) < 0)
        return -1;
    Place *place = place_of(self->table, self->room, &span);
    if (place->index >= 0)
        return place->index;
    Text *text = new_row(self->rows);
    PUT(text, "{\"cell\":");
    put_number(text, span.cell);
    PUT(text, ",\"line\":");
    put_number(text, span.line);
    PUT(text, ",\"column\":");
    put_number(text, span.column);
    PUT(text, ",\"end_line\":");
    put_number(text, span.end_line);
    PUT(text, ",\"end_column\":");
    put_number(text, span.end_column);
    PUT(text, "}");
    long long index = next_index(self->rows);
    if (end_row(self->rows) < 0)
        return -1;
    *place = (Place){span, index};
    self->count++;
    return index;
}

/* Spans(rows) */
static PyObject *
spans_new(PyTypeObject *type, PyObject *args, PyObject *Py_UNUSED(kwargs))
{
    PyObject *rows;
    if (!PyArg_ParseTuple(args, "O!:Spans", &RowsType, &rows))
        return NULL;
    Spans *self = (Spans *)type->tp_alloc(type, 0);
    if (self != NULL)
        self->rows = (Rows *)Py_NewRef(rows);
    return (PyObject *)self;
}

static void
spans_dealloc(Spans *self)
{
    Py_XDECREF(self->rows);
    PyMem_Free(self->table);
    Py_TYPE(self)->tp_free((PyObject *)self);
}

static PyObject *
spans_at(Spans *self, PyObject *args)
{
    Span span;
    if (!PyArg_ParseTuple(args, "iiiii:at", &span.cell, &span.line, &span.column, &span.end_line, &span.end_column))
        return NULL;
    long long index = span_at(self, span);
    return index < 0 ? NULL : PyLong_FromLongLong(index);
}

static PyMethodDef methods[] = {
    {"at", (PyCFunction)spans_at, METH_VARARGS, "The index of a span."},
    {NULL, NULL, 0, NULL},
};

PyTypeObject SpansType = {
    PyVarObject_HEAD_INIT(NULL, 0).tp_name = "gradwalk.recorder._core.Spans",
    .tp_doc = "Spans of source text by where they are.",
    .tp_basicsize = sizeof(Spans),
    .tp_flags = Py_TPFLAGS_DEFAULT,
    .tp_new = spans_new,
    .tp_dealloc = (destructor)spans_dealloc,
    .tp_methods = methods,
};
