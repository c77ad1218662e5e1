/* A frame that is read. */

#ifndef GRADWALK_READING_H
#define GRADWALK_READING_H

#include "shape.h"

typedef struct {
    const char *start, *at, *end; /* the payload, which ends with a zero byte */
    Text scratch;                 /* parts of a row that are not as they were sent */
    Text counted;                 /* the lengths of lists that are asked for, as long long */
    long long most[MOST_LISTS];   /* by list, the furthest position in it that is named; -1: none */
    long long position;           /* of the row in its list */
    PyObject *slots;              /* by op that was there before, how many inputs it has */
    int long_ones;                /* numbers of many digits that may still come */
} Reading;

/* Reads `[row,row]`, writes the rows with commas between into `out`, and those that Python looks at, each with a comma
   before it, into `looked_at`. Gives how many there are; -1 for whatever is not usual. */
long long take_rows(Reading *reading, const Shape *row, Text *out, Text *looked_at);

/* Goes past a list or an object, of which no more is told than where it ends if it is right; -1 if it is none. */
int skip(Reading *reading);

#endif
