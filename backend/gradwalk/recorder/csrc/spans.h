/* Spans of source text by where they are, each written once (source.py). */

#ifndef GRADWALK_SPANS_H
#define GRADWALK_SPANS_H

#include "rows.h"

typedef struct {
    int cell, line, column, end_line, end_column;
} Span;

typedef struct {
    Span span;
    long long index; /* less than 0 in a place that is free */
} Place;

typedef struct {
    PyObject_HEAD
    Rows *rows;
    Place *table;
    size_t count, room; /* the room is a power of two, at most half of which is taken */
} Spans;

extern PyTypeObject SpansType;

/* The index of a span; -1 with an exception. */
long long span_at(Spans *self, Span span);

#endif
