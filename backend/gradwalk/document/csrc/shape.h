/* What JSON may say somewhere: a type of the trace's schema, made from what tables.py says of it. */

#ifndef GRADWALK_SHAPE_H
#define GRADWALK_SHAPE_H

#include "text.h"

typedef enum {
    WHOLE,   /* a whole number, which may be a position in a list of the trace */
    NUMBER,  /* any number, a truth value, or a word for what JSON has no number for */
    DECIMAL, /* a number with a point */
    TRUTH,
    STRING,
    WORD,    /* one of some strings */
    LIST,
    PAIR,    /* of which the second is never a position */
    MAPPING, /* of names to strings */
    OBJECT,
    EVENT,   /* one of some objects, by its `kind`, which comes first */
    OTHER,   /* not read here */
} Kind;

#define MOST_FIELDS 16
#define MOST_LISTS 16

typedef struct Shape Shape;

typedef struct {
    char *head; /* `"name":` */
    Py_ssize_t head_length;
    Shape *shape;
    char *otherwise; /* what it is where it is left out; NULL if it may not be */
    Py_ssize_t otherwise_length;
} Field;

typedef struct {
    char *letters;
    Py_ssize_t length;
} Word;

struct Shape {
    Kind kind;
    int nullable;
    long long least; /* of a whole number */
    int list;        /* into which it is a position; -1: none */
    Py_ssize_t most; /* letters of a string; -1: any number */
    int counted;     /* whether the lengths of such lists are asked for */
    int count;       /* of fields, words, members */
    Field *fields;
    Word *words; /* and the `kind`s of events, as they begin: `{"kind":"line"` */
    Shape **parts;
    int looked_at;          /* whether Python looks at each such event */
    signed char *next;      /* by field or event, counted from 1 (0: the beginning): what came after it last time */
    int parent, op, slot, producer; /* fields whose order is looked at; -1: none */
};

/* NULL with an exception if it is not as tables.py describes shapes. */
Shape *make_shape(PyObject *described);
void free_shape(Shape *shape);

#endif
