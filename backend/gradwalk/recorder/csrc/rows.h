/* One of the trace's lists (growing.py), whose new rows are the bytes that will be sent. */

#ifndef GRADWALK_ROWS_H
#define GRADWALK_ROWS_H

#include "text.h"

typedef struct {
    PyObject_HEAD
    long long before; /* rows that have been sent */
    long long promised; /* rows that have their indices, and are written before any others (log.h) */
    void *promiser; /* who writes those; borrowed, NULL for nobody */
    int (*write_promised)(void *promiser);
    Text text;        /* the new ones, each with a comma after it */
    Py_ssize_t *ends; /* where each ends in it, with its comma */
    Py_ssize_t count, room;
} Rows;

extern PyTypeObject RowsType;

/* Where a new row is to be put; what was begun there and not ended is gone. */
static inline Text *
new_row(Rows *rows)
{
    rows->text.length = rows->count ? rows->ends[rows->count - 1] : 0;
    rows->text.failed = 0;
    return &rows->text;
}

/* Ends a row where there may be no room for that. */
int end_row_otherwise(Rows *rows);

/* The row is whole; -1 with an exception, and without it. */
static inline int
end_row(Rows *rows)
{
    Text *text = &rows->text;
    if (rows->count == rows->room || text->length == text->room || text->failed)
        return end_row_otherwise(rows);
    text->letters[text->length++] = ',';
    rows->ends[rows->count++] = text->length;
    return 0;
}

/* Where a new row is to be written that has room ahead, and the end of one; -1 with an exception. */
static inline char *
begin_row(Rows *rows)
{
    Text *text = new_row(rows);
    return ahead(text, text->letters + text->length, 0);
}

static inline int
close_row(Rows *rows, char *to)
{
    if (rows->text.failed || rows->count == rows->room) {
        if (!rows->text.failed)
            rows->text.length = to - rows->text.letters;
        return end_row_otherwise(rows);
    }
    *to++ = ',';
    rows->ends[rows->count++] = rows->text.length = to - rows->text.letters;
    return 0;
}

/* Ends a row that was promised. */
static inline int
keep_promise(Rows *rows, char *to)
{
    if (close_row(rows, to) < 0)
        return -1;
    rows->promised--;
    return 0;
}

/* Has the rows written that were promised, here and in the lists that refer to this one: others come after them, or somebody looks. -1 with an exception. */
static inline int
have_promised(Rows *rows)
{
    return rows->promiser != NULL ? rows->write_promised(rows->promiser) : 0;
}

/* Add a string as a row; -1 with an exception. */
int add_string(Rows *rows, PyObject *row);
/* Take back the last rows, so that `count` are new. */
void take_back(Rows *rows, Py_ssize_t count);

/* The first of the new rows, so many, as JSON. */
PyObject *rows_text(Rows *rows, PyObject *count);

static inline long long
next_index(const Rows *rows)
{
    return rows->before + (long long)rows->count + rows->promised;
}

#endif
