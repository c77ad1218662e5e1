/* What functions share that are made for each dtype, with fused multiply-adds and without: their call, and what they
   are given. */

#ifndef GRADWALK_BY_DTYPE_H
#define GRADWALK_BY_DTYPE_H

#include "forward.h"
#include "fused.h"

/* Calls the function of a name for a dtype and this processor. */
#define DISPATCH(name, dtype, ...)                                                                                     \
    do {                                                                                                               \
        if ((dtype) == float32) {                                                                                      \
            IS_FUSED ? name##_float_fused(__VA_ARGS__) : name##_float_plain(__VA_ARGS__);                              \
        } else {                                                                                                       \
            IS_FUSED ? name##_double_fused(__VA_ARGS__) : name##_double_plain(__VA_ARGS__);                            \
        }                                                                                                              \
        is_quiet(); /* nobody hears of it */                                                                           \
    } while (0)

#define DATA_OR_NULL(array) ((array) == NULL || (array) == Py_None ? NULL : DATA(array))

/* Whether an object is an array of a dtype and size that lies row by row; or, where it may, None. */
static int
fits(PyObject *object, PyArray_Descr *dtype, npy_intp size, int may_be_none)
{
    return object == Py_None ? may_be_none
                             : is_in_rows(object) && PyArray_DESCR((PyArrayObject *)object) == dtype
                                   && size_of((PyArrayObject *)object) == size;
}

#endif
