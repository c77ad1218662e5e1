/* Floats as text, to the letter as orjson writes them. */

#ifndef GRADWALK_DECIMALS_H
#define GRADWALK_DECIMALS_H

#include "digits.h"
#include "text.h"

typedef struct {
    const float *numbers;
    Py_ssize_t count;
} Floats;

/* The floats of some arrays, none of which is empty, one after another. */
typedef struct {
    const Floats *next, *end;
    Py_ssize_t taken; /* of the next */
    int place, count; /* in what is at hand */
    float numbers[DECIMALS];
    Digits digits;
} Decimals;

/* Puts the next floats, which are finite, with commas between them. */
void put_floats(Text *text, Decimals *from, Py_ssize_t count);
int are_finite(const float *numbers, Py_ssize_t count);
/* Floats of every kind, and whether they are written so by what encoded [[them]]. */
extern const Floats PROBE;
int are_written_alike(PyObject *encoded);

#endif
