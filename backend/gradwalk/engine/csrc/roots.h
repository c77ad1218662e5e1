/* Square roots as MKL finds them on AMD's processors (gradwalk.engine.square_roots). */

#ifndef GRADWALK_ROOTS_H
#define GRADWALK_ROOTS_H

#include "arrays.h"

/* The roots of numbers that lie side by side, which may be written over them. */
void square_roots(const float *x, float *to, npy_intp count);

#endif
