#include "source.h"

#include "by_identity.h"
#include "places.h"
#include "walking.h"

enum {
    UNKNOWN = -2, NONE = -1
};

/* What is known of code, found out the first time. */
static Code *
code_of(Codes *codes, PyObject *cells, PyObject *code)
{
    if (codes->count) {
        Code *found = entry_of(codes->table, codes->room, sizeof *found, code);
        if (found->code != NULL)
            return found;
    }
    Code *table = with_room(codes->table, &codes->room, codes->count, sizeof *table);
    if (table == NULL)
        return NULL;
    codes->table = table;
    PyObject *cell = PyDict_GetItemWithError(cells, ((PyCodeObject *)code)->co_filename);
    Location *locations = NULL;
    if (cell == NULL && PyErr_Occurred())
        return NULL;
    if (cell != NULL) {
        locations = locations_of((PyCodeObject *)code);
        if (locations == NULL)
            return NULL;
        for (Py_ssize_t i = 0; i < Py_SIZE(code); i++)
            locations[i].span = UNKNOWN;
    }
    Code *place = entry_of(codes->table, codes->room, sizeof *place, code);
    *place = (Code){Py_NewRef(code), cell, locations};
    codes->count++;
    return place;
}

int
know_spans(Codes *codes, PyObject *source)
{
    PyObject *spans = PyObject_GetAttrString(source, "spans");
    PyObject *lines = spans == NULL ? NULL : PyObject_GetAttrString(source, "lines");
    if (lines == NULL || Py_TYPE(spans) != &SpansType || !PyDict_CheckExact(lines)) {
        Py_XDECREF(spans);
        Py_XDECREF(lines);
        if (!PyErr_Occurred())
            PyErr_SetString(PyExc_TypeError, "spans");
        return -1;
    }
    codes->spans = (Spans *)spans;
    codes->lines = lines;
    return 0;
}

/* Source.lookup: the span of a location that is asked for for the first time; `*failed` with an exception. */
static long long
look_up(Codes *codes, PyObject *source, PyObject *cell, const Location *at, int *failed)
{
    if (at->line < 0 || at->column < 0 || at->end_line < 0 || at->end_column < 0)
        return NONE;
    long long index = -1;
    PyObject *lines = PyDict_GetItemWithError(codes->lines, cell);
    if (lines == NULL && !PyErr_Occurred())
        index = span_at(codes->spans, (Span){(int)whole(cell), at->line, at->column, at->end_line, at->end_column});
    else if (lines != NULL) {
        PyObject *span = PyObject_CallMethod(source, "span", "O(iiii)", cell, at->line, at->column, at->end_line,
                                             at->end_column);
        index = span == NULL ? -1 : PyLong_AsLongLong(span);
        Py_XDECREF(span);
    }
    *failed = index < 0;
    return index;
}

/* The span of an instruction in a snippet's own code. */
static PyObject *
span_of(Codes *codes, PyObject *source, const Code *known, const Walk *walk)
{
    if (walk->instruction < 0 || walk->instruction >= Py_SIZE(walk->code))
        Py_RETURN_NONE;
    Location *at = &known->locations[walk->instruction]; /* which stays there, whoever makes room in the table */
    if (at->span == UNKNOWN) {
        int failed = 0;
        long long found = look_up(codes, source, known->cell, at, &failed);
        if (failed)
            return NULL;
        at->span = found;
    }
    return at->span == NONE ? Py_NewRef(Py_None) : PyLong_FromLongLong(at->span);
}

PyObject *
find_here(Codes *codes, PyObject *source, PyObject *cells)
{
    Walk walk = innermost();
    while (walk.frame != NULL) {
        Code *known = code_of(codes, cells, walk.code);
        if (known == NULL || known->locations != NULL) {
            PyObject *span = known == NULL ? NULL : span_of(codes, source, known, &walk);
            stop_walking(walk);
            return span;
        }
        walk = outwards(walk);
    }
    Py_RETURN_NONE;
}

void
forget_codes(Codes *codes)
{
    Codes gone = *codes;
    *codes = (Codes){0};
    for (size_t i = 0; i < gone.room; i++) {
        Py_XDECREF(gone.table[i].code);
        PyMem_Free(gone.table[i].locations);
    }
    PyMem_Free(gone.table);
    Py_XDECREF(gone.spans);
    Py_XDECREF(gone.lines);
}
