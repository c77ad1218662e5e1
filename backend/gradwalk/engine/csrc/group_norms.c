/* Group normalisation and what it passes back: gradwalk.engine.functions.group_norms says how, operation by operation. */

#include "group_norms.h"

#include "by_dtype.h"
#include "moments.h"
#include "row_sums.h"

#include <math.h>

typedef struct {
    npy_intp images, channels, pixels, groups;
} Sizes;

#define GROUPS(type, lanes, few, fused, is_float, how, with)                                                           \
    MOMENTS(type, lanes, fused, how, with)                                                                             \
    SUM_OF_ROW(type, lanes, fused, is_float, how, with)                                                                \
                                                                                                                       \
    with static void normalize_groups_##type##_##how(const type *x, const type *weight, const type *bias, double eps,  \
                                                     Sizes sizes, type *to, type *mean, type *inverse)                 \
    {                                                                                                                  \
        npy_intp depth = sizes.channels / sizes.groups, size = depth * sizes.pixels;                                   \
        for (npy_intp group = 0; group < sizes.images * sizes.groups; group++, x += size, to += size) {                \
            type variance, middle, over;                                                                               \
            moments_##type##_##how(x, size, &middle, &variance);                                                       \
            over = (type)(1 / sqrt((double)(variance < 0 ? 0 : variance) + eps));                                      \
            mean[group] = middle;                                                                                      \
            inverse[group] = over;                                                                                     \
            if (weight == NULL && bias == NULL) {                                                                      \
                for (npy_intp i = 0; i < size; i++) {                                                                  \
                    to[i] = (x[i] - middle) * over;                                                                    \
                }                                                                                                      \
                continue;                                                                                              \
            }                                                                                                          \
            for (npy_intp k = 0, first = group % sizes.groups * depth; k < depth; k++) {                               \
                type scale = weight == NULL ? over : over * weight[first + k];                                         \
                type shift = fused(-scale, middle, bias == NULL ? 0 : bias[first + k]);                                \
                for (npy_intp i = k * sizes.pixels; i < (k + 1) * sizes.pixels; i++) {                                 \
                    to[i] = fused(scale, x[i], shift);                                                                 \
                }                                                                                                      \
            }                                                                                                          \
        }                                                                                                              \
    }                                                                                                                  \
                                                                                                                       \
    /* Along the channels of a group: of vectors products are rounded with the sums, of the rest some at a time not. */\
    with static type weighed_##type##_##how(const type *x, const type *weight, npy_intp depth)                         \
    {                                                                                                                  \
        type sums[lanes] = {0}, total = 0;                                                                             \
        npy_intp i = 0;                                                                                                \
        for (; i + lanes <= depth; i += lanes) {                                                                       \
            for (int k = 0; k < lanes; k++) {                                                                          \
                sums[k] = fused(x[i + k], weight == NULL ? 1 : weight[i + k], sums[k]);                                \
            }                                                                                                          \
        }                                                                                                              \
        for (int k = 0; k < lanes; k++) {                                                                              \
            total = total + sums[k];                                                                                   \
        }                                                                                                              \
        for (npy_intp end = i + (depth - i) / few * few; i < end; i++) {                                               \
            total = total + x[i] * (weight == NULL ? 1 : weight[i]);                                                   \
        }                                                                                                              \
        for (; i < depth; i++) {                                                                                       \
            total = fused(x[i], weight == NULL ? 1 : weight[i], total);                                                \
        }                                                                                                              \
        return total;                                                                                                  \
    }                                                                                                                  \
                                                                                                                       \
    /* By channel of each image, the sums of products, which are rounded first in float32, and of the cotangent. */    \
    with static void add_up_##type##_##how(const type *grad, const type *x, Sizes sizes, type *products, type *totals) \
    {                                                                                                                  \
        for (npy_intp i = 0; i < sizes.images * sizes.channels; i++, grad += sizes.pixels, x += sizes.pixels) {        \
            products[i] = sum_of_row_##type##_##how(grad, is_float ? x : NULL, is_float ? NULL : x, sizes.pixels);     \
            totals[i] = sum_of_row_##type##_##how(grad, NULL, NULL, sizes.pixels);                                     \
        }                                                                                                              \
    }                                                                                                                  \
                                                                                                                       \
    with static void pass_back_##type##_##how(const type *grad, const type *x, const type *mean, const type *inverse,  \
                                              const type *weight, const type *products, const type *totals,            \
                                              Sizes sizes, type *to)                                                   \
    {                                                                                                                  \
        npy_intp depth = sizes.channels / sizes.groups;                                                                \
        type share = (type)1 / (type)(depth * sizes.pixels);                                                           \
        for (npy_intp group = 0; group < sizes.images * sizes.groups; group++, products += depth, totals += depth) {   \
            const type *weights = weight == NULL ? NULL : weight + group % sizes.groups * depth;                       \
            type along = weighed_##type##_##how(products, weights, depth);                                             \
            type total = weighed_##type##_##how(totals, weights, depth), over = inverse[group], middle = mean[group];  \
            type slope = fused(total, middle, -along) * over * over * over * share;                                    \
            type shift = fused(-(total * over), share, -(slope * middle));                                             \
            for (npy_intp k = 0; k < depth; k++, grad += sizes.pixels, x += sizes.pixels, to += sizes.pixels) {        \
                type direct = weights == NULL ? over : over * weights[k];                                              \
                for (npy_intp i = 0; i < sizes.pixels; i++) {                                                          \
                    to[i] = fused(direct, grad[i], slope * x[i]) + shift;                                              \
                }                                                                                                      \
            }                                                                                                          \
        }                                                                                                              \
    }                                                                                                                  \
                                                                                                                       \
    with static void gather_##type##_##how(const type *mean, const type *inverse, const type *products,                \
                                           const type *totals, Sizes sizes, type *of_weight, type *of_bias)            \
    {                                                                                                                  \
        npy_intp depth = sizes.channels / sizes.groups;                                                                \
        for (npy_intp c = 0; c < sizes.channels; c++) {                                                                \
            type along = 0, total = 0;                                                                                 \
            for (npy_intp n = 0; n < sizes.images; n++) {                                                              \
                npy_intp at = n * sizes.channels + c, group = n * sizes.groups + c / depth;                            \
                along = fused(fused(-totals[at], mean[group], products[at]), inverse[group], along);                   \
                total = n == 0 ? totals[at] : total + totals[at];                                                      \
            }                                                                                                          \
            if (of_weight != NULL) {                                                                                   \
                of_weight[c] = along;                                                                                  \
            }                                                                                                          \
            if (of_bias != NULL) {                                                                                     \
                of_bias[c] = total;                                                                                    \
            }                                                                                                          \
        }                                                                                                              \
    }

#pragma GCC push_options
#pragma GCC optimize("O3")
GROUPS(float, 8, 4, __builtin_fmaf, 1, fused, FOR_FUSED)
GROUPS(double, 4, 2, __builtin_fma, 0, fused, FOR_FUSED)
GROUPS(float, 8, 4, __builtin_fmaf, 1, plain, )
GROUPS(double, 4, 2, __builtin_fma, 0, plain, )
#pragma GCC pop_options

/* The sizes of an array of images, channels and pixels; 0 where that is not one. */
static int
find_sizes(PyObject *object, Sizes *sizes)
{
    if (!is_usual(object) || PyArray_NDIM((PyArrayObject *)object) != 3) {
        return 0;
    }
    npy_intp *shape = PyArray_DIMS((PyArrayObject *)object);
    sizes->images = shape[0];
    sizes->channels = shape[1];
    sizes->pixels = shape[2];
    return 1;
}

static PyObject *
fresh(PyArray_Descr *dtype, int dims, npy_intp *shape)
{
    Py_INCREF(dtype);
    return PyArray_NewFromDescr(&PyArray_Type, dtype, dims, shape, NULL, NULL, 0, NULL);
}

/* Three objects in a tuple, which takes them over; NULL where there was an error. */
static PyObject *
three(PyObject *a, PyObject *b, PyObject *c)
{
    PyObject *found = NULL;
    if (!PyErr_Occurred()) {
        found = PyTuple_Pack(3, a == NULL ? Py_None : a, b == NULL ? Py_None : b, c == NULL ? Py_None : c);
    }
    Py_XDECREF(a);
    Py_XDECREF(b);
    Py_XDECREF(c);
    return found;
}

/* (x, weight or None, bias or None, groups, eps): the numbers normalised, their means, and one over their spreads; None
   for what is unusual. */
PyObject *
normalized_groups(PyObject *Py_UNUSED(module), PyObject *const *arguments, Py_ssize_t count)
{
    Sizes sizes;
    if (count != 5 || !find_sizes(arguments[0], &sizes) || !PyLong_CheckExact(arguments[3])
        || !PyFloat_CheckExact(arguments[4])) {
        Py_RETURN_NONE;
    }
    PyArray_Descr *dtype = PyArray_DESCR((PyArrayObject *)arguments[0]);
    int overflow;
    sizes.groups = PyLong_AsLongAndOverflow(arguments[3], &overflow);
    if (overflow || sizes.groups < 1 || sizes.channels % sizes.groups || !fits(arguments[1], dtype, sizes.channels, 1)
        || !fits(arguments[2], dtype, sizes.channels, 1)) {
        Py_RETURN_NONE;
    }
    npy_intp by_group[] = {sizes.images, sizes.groups};
    PyObject *unit = fresh(dtype, 3, PyArray_DIMS((PyArrayObject *)arguments[0]));
    PyObject *mean = fresh(dtype, 2, by_group), *inverse = fresh(dtype, 2, by_group);
    if (unit != NULL && mean != NULL && inverse != NULL) {
        DISPATCH(normalize_groups, dtype, DATA(arguments[0]), DATA_OR_NULL(arguments[1]), DATA_OR_NULL(arguments[2]),
                 PyFloat_AS_DOUBLE(arguments[4]), sizes, DATA(unit), DATA(mean), DATA(inverse));
    }
    return three(unit, mean, inverse);
}

/* (grad, x, mean, inverse, weight or None, and whether those of the numbers, the scale and the shift are needed): the
   cotangents, None where they are not; None for what is unusual. */
PyObject *
cotangents_of_groups(PyObject *Py_UNUSED(module), PyObject *const *arguments, Py_ssize_t count)
{
    Sizes sizes;
    if (count != 8 || !find_sizes(arguments[1], &sizes) || !is_in_rows(arguments[2])
        || PyArray_NDIM((PyArrayObject *)arguments[2]) != 2) {
        Py_RETURN_NONE;
    }
    PyArrayObject *x = (PyArrayObject *)arguments[1];
    PyArray_Descr *dtype = PyArray_DESCR(x);
    sizes.groups = PyArray_DIM((PyArrayObject *)arguments[2], 1);
    npy_intp by_group = sizes.images * sizes.groups;
    if (sizes.groups < 1 || sizes.channels % sizes.groups || !fits(arguments[0], dtype, size_of(x), 0)
        || !fits(arguments[2], dtype, by_group, 0) || !fits(arguments[3], dtype, by_group, 0)
        || !fits(arguments[4], dtype, sizes.channels, 1)) {
        Py_RETURN_NONE;
    }
    npy_intp by_channel[] = {2, sizes.images, sizes.channels};
    PyObject *sums = fresh(dtype, 3, by_channel), *of_x = NULL, *of_weight = NULL, *of_bias = NULL;
    if (sums == NULL || (arguments[5] == Py_True && (of_x = fresh(dtype, 3, PyArray_DIMS(x))) == NULL)
        || (arguments[6] == Py_True && (of_weight = fresh(dtype, 1, &sizes.channels)) == NULL)
        || (arguments[7] == Py_True && (of_bias = fresh(dtype, 1, &sizes.channels)) == NULL)) {
        Py_XDECREF(sums);
        return three(of_x, of_weight, of_bias);
    }
    void *products = DATA(sums), *totals = (char *)products + PyArray_NBYTES((PyArrayObject *)sums) / 2;
    DISPATCH(add_up, dtype, DATA(arguments[0]), DATA(x), sizes, products, totals);
    if (of_x != NULL) {
        DISPATCH(pass_back, dtype, DATA(arguments[0]), DATA(x), DATA(arguments[2]), DATA(arguments[3]),
                 DATA_OR_NULL(arguments[4]), products, totals, sizes, DATA(of_x));
    }
    if (of_weight != NULL || of_bias != NULL) {
        DISPATCH(gather, dtype, DATA(arguments[2]), DATA(arguments[3]), products, totals, sizes,
                 DATA_OR_NULL(of_weight), DATA_OR_NULL(of_bias));
    }
    Py_DECREF(sums);
    return three(of_x, of_weight, of_bias);
}
