/* Sums of rows by vectors (gradwalk.engine.functions.row_sums). */

#ifndef GRADWALK_ROW_SUMS_H
#define GRADWALK_ROW_SUMS_H

#include "arrays.h"

/* Makes `sum_of_row_TYPE_HOW`: the sum of `x`, or of `x * factor`, or of `x * other * factor`. */
#define SUM_OF_ROW(type, lanes, fused, folds, how, with)                                                               \
    with static type sum_of_row_##type##_##how(const type *x, const type *other, const type *factor, npy_intp width)   \
    {                                                                                                                  \
        type sums[lanes] = {0};                                                                                        \
        npy_intp first = width < lanes ? width : lanes, i = first;                                                     \
        for (int k = 0; k < first; k++) {                                                                              \
            type left = other == NULL ? x[k] : x[k] * other[k];                                                        \
            sums[k] = factor == NULL ? left : left * factor[k];                                                        \
        }                                                                                                              \
        for (; i + lanes <= width; i += lanes) {                                                                       \
            for (int k = 0; k < lanes; k++) {                                                                          \
                type left = other == NULL ? x[i + k] : x[i + k] * other[i + k];                                        \
                sums[k] = sums[k] + (factor == NULL ? left : left * factor[i + k]);                                    \
            }                                                                                                          \
        }                                                                                                              \
        for (int k = 0; i < width; i++, k++) {                                                                         \
            type left = other == NULL ? x[i] : x[i] * other[i];                                                        \
            sums[k] = factor == NULL ? sums[k] + left : fused(left, factor[i], sums[k]);                               \
        }                                                                                                              \
        for (int half = lanes / 2; folds && width >= lanes && half > 0; half /= 2) {                                   \
            for (int k = 0; k < half; k++) {                                                                           \
                sums[k] = sums[k] + sums[k + half];                                                                    \
            }                                                                                                          \
            first = half;                                                                                              \
        }                                                                                                              \
        type total = sums[0];                                                                                          \
        for (int k = 1; k < first; k++) {                                                                              \
            total = total + sums[k];                                                                                   \
        }                                                                                                              \
        return total;                                                                                                  \
    }

PyObject *sums_of_rows(PyObject *module, PyObject *const *arguments, Py_ssize_t count);

#endif
