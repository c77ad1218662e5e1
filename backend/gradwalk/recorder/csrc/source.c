#include "source.h"

#include "by_identity.h"
#include "places.h"
#include "walking.h"

/* What is said of an instruction's span: that it was not asked for, that it has none, or its index and FOUND. */
enum {
    UNKNOWN, NONE, FOUND
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
    PyObject *found = PyDict_GetItemWithError(cells, ((PyCodeObject *)code)->co_filename);
    Own *own = NULL;
    if (found == NULL && PyErr_Occurred())
        return NULL;
    if (found != NULL) {
        own = PyMem_Calloc(1, sizeof *own + Py_SIZE(code) * sizeof *own->spans);
        if (own == NULL) {
            PyErr_NoMemory();
            return NULL;
        }
        own->cell = Py_NewRef(PyTuple_GET_ITEM(found, 0));
        own->above = (int)whole(PyTuple_GET_ITEM(found, 1));
    }
    Code *place = entry_of(codes->table, codes->room, sizeof *place, code);
    *place = (Code){Py_NewRef(code), own};
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

/* Source.lookup: the index of the span at a location; -1 with an exception. */
static long long
look_up(Codes *codes, PyObject *source, PyObject *cell, const Location *at)
{
    PyObject *lines = PyDict_GET_SIZE(codes->lines) ? PyDict_GetItemWithError(codes->lines, cell) : NULL;
    if (lines == NULL)
        return PyErr_Occurred() ? -1
                                : span_at(codes->spans, (Span){(int)whole(cell), at->line, at->column, at->end_line,
                                                               at->end_column});
    PyObject *span = PyObject_CallMethod(source, "span", "O(iiii)", cell, at->line, at->column, at->end_line,
                                         at->end_column);
    long long index = span == NULL ? -1 : PyLong_AsLongLong(span);
    Py_XDECREF(span);
    return index;
}

/* What is said of the span of an instruction in a snippet's own code; -1 with an exception. */
static long long
span_of(Codes *codes, PyObject *source, Own *own, const Walk *walk)
{
    if (walk->instruction < 0 || walk->instruction >= Py_SIZE(walk->code))
        return NONE;
    long long *span = &own->spans[walk->instruction];
    if (*span == UNKNOWN) {
        Location at = location_of(&own->reading, (PyCodeObject *)walk->code, walk->instruction);
        int is_known = at.line >= 0 && at.column >= 0 && at.end_line >= 0 && at.end_column >= 0;
        at.line += own->above;
        at.end_line += own->above;
        long long found = is_known ? look_up(codes, source, own->cell, &at) : NONE - FOUND;
        if (is_known && found < 0)
            return -1;
        *span = found + FOUND;
    }
    return *span;
}

PyObject *
find_here(Codes *codes, PyObject *source, PyObject *cells)
{
    Walk walk = innermost();
    while (walk.frame != NULL) {
        Code *known = code_of(codes, cells, walk.code);
        if (known == NULL || known->own != NULL) {
            long long span = known == NULL ? -1 : span_of(codes, source, known->own, &walk);
            stop_walking(walk);
            return span < 0 ? NULL : span == NONE ? Py_NewRef(Py_None) : PyLong_FromLongLong(span - FOUND);
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
        if (gone.table[i].own != NULL)
            Py_DECREF(gone.table[i].own->cell);
        PyMem_Free(gone.table[i].own);
    }
    PyMem_Free(gone.table);
    Py_XDECREF(gone.spans);
    Py_XDECREF(gone.lines);
}
