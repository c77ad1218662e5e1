/* How many numbers lie in each bin of a histogram (values.py). */

#ifndef GRADWALK_HISTOGRAM_H
#define GRADWALK_HISTOGRAM_H

#include "summary.h"

/* Adds to the counts how many numbers lie in each bin between the least and the greatest of them, which differ. */
void count_in_bins(const float *numbers, Py_ssize_t size, double low, double high, Py_ssize_t *counts);

/* The same of so many numbers that do not differ. */
void count_alike(double number, Py_ssize_t size, Py_ssize_t *counts);

/* A list of numbers. */
PyObject *list_of(const Py_ssize_t *numbers, Py_ssize_t size);

#endif
