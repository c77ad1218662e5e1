/* Where in the snippet something happens (source.py). */

#ifndef GRADWALK_SOURCE_H
#define GRADWALK_SOURCE_H

#include "locations.h"
#include "spans.h"

/* Code of the snippet's. */
typedef struct {
    PyObject *cell;
    int above; /* lines of the cell above those of the code */
    Reading reading;
    long long spans[]; /* by instruction, as far as they were asked for */
} Own;

typedef struct {
    PyObject *code; /* what the table is by */
    Own *own;       /* NULL for code that is not the snippet's */
} Code;

typedef struct {
    Code *table;
    size_t count, room;
    Spans *spans;    /* the source's */
    PyObject *lines; /* likewise, a dictionary: of cells that are not of ASCII alone */
} Codes;

/* Finds what of the source tells spans apart, which comes first. */
int know_spans(Codes *codes, PyObject *source);
/* The span of what the snippet is evaluating now, or None; `cells` are the source's, by file name. */
PyObject *find_here(Codes *codes, PyObject *source, PyObject *cells);
void forget_codes(Codes *codes);

#endif
