/* How the numbers of large arrays are summed up (values.py). */

#ifndef GRADWALK_SUMMARY_H
#define GRADWALK_SUMMARY_H

#define PY_SSIZE_T_CLEAN
#include <Python.h>

#define BINS 20 /* values.BINS */

typedef struct {
    double low, high, sum, squares; /* of the squares */
    Py_ssize_t counts[BINS];        /* how many lie in each bin of a histogram */
} Summary;

/* Sums up floats, at least one; 0 where some are not finite, and then nothing is counted. */
int sum_floats(const float *numbers, Py_ssize_t size, Summary *summary);

#endif
