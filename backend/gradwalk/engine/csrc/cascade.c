#include "cascade.h"

#include <fenv.h>
#include <string.h>

#define REGISTER 32 /* bytes */
#define SIDE_BY_SIDE 4
#define LEVELS 4
#define MOST 32768

/* How many sums move up a level together. */
static npy_intp
step_for(npy_intp count)
{
    int bits = 0;
    for (npy_intp most = count - 1; most; most >>= 1) {
        bits++;
    }
    return (npy_intp)1 << (bits / LEVELS > 4 ? bits / LEVELS : 4);
}

/* gradwalk.engine.runs.Run. */
typedef struct {
    npy_intp size, step;
    int is_reduced, is_there;
} Run;

/* The functions of cascade.py of these names, for one dtype. Rows lie `stride` numbers apart. */
#define CASCADES(type)                                                                                                 \
    /* Adds a row to a sum, or to zero. */                                                                             \
    static void put_##type(type *restrict sum, const type *restrict row, npy_intp width, int is_first)                 \
    {                                                                                                                  \
        if (is_first) {                                                                                                \
            memset(sum, 0, width * sizeof *sum);                                                                       \
        }                                                                                                              \
        for (npy_intp i = 0; i < width; i++) {                                                                         \
            sum[i] += row[i];                                                                                          \
        }                                                                                                              \
    }                                                                                                                  \
                                                                                                                       \
    /* `_cascaded`, of rows that are so many parts each; the levels have room for a row each, the first has the sum. */ \
    static void cascaded_##type(const type *x, npy_intp count, int parts, npy_intp width, npy_intp stride,             \
                                type *levels)                                                                          \
    {                                                                                                                  \
        npy_intp whole = parts * width, step = step_for(count), counts[LEVELS] = {0};                                  \
        for (npy_intp row = 0; row < count; row++) {                                                                   \
            for (int part = 0; part < parts; part++) {                                                                 \
                put_##type(levels + part * width, x + (row * parts + part) * stride, width, counts[0] == 0);           \
            }                                                                                                          \
            counts[0]++;                                                                                               \
            for (int level = 0; level < LEVELS - 1 && counts[level] == step; level++) {                                \
                put_##type(levels + (level + 1) * whole, levels + level * whole, whole, counts[level + 1] == 0);       \
                counts[level + 1]++;                                                                                   \
                counts[level] = 0;                                                                                     \
            }                                                                                                          \
        }                                                                                                              \
        int is_first = counts[0] == 0;                                                                                 \
        for (int level = 1; level < LEVELS; level++) {                                                                 \
            if (counts[level]) {                                                                                       \
                put_##type(levels, levels + level * whole, whole, is_first);                                           \
                is_first = 0;                                                                                          \
            }                                                                                                          \
        }                                                                                                              \
    }                                                                                                                  \
                                                                                                                       \
    /* `_side_by_side`; the sum is in the first of the levels. */                                                      \
    static void side_by_side_##type(const type *x, npy_intp count, npy_intp width, npy_intp stride, type *levels)      \
    {                                                                                                                  \
        npy_intp row = count - count % SIDE_BY_SIDE;                                                                   \
        if (row) {                                                                                                     \
            cascaded_##type(x, row / SIDE_BY_SIDE, SIDE_BY_SIDE, width, stride, levels);                               \
        }                                                                                                              \
        int is_first = row == 0, sides = row ? SIDE_BY_SIDE : 0;                                                       \
        for (; row < count; row++, is_first = 0) {                                                                     \
            put_##type(levels, x + row * stride, width, is_first);                                                     \
        }                                                                                                              \
        for (int side = 1; side < sides; side++) {                                                                     \
            put_##type(levels, levels + side * width, width, 0);                                                       \
        }                                                                                                              \
    }                                                                                                                  \
                                                                                                                       \
    /* `sums`, of one row. */                                                                                          \
    static type sum_of_##type(const type *x, npy_intp size)                                                            \
    {                                                                                                                  \
        enum { LANES = REGISTER / sizeof(type) };                                                                      \
        npy_intp filled = size - size % LANES;                                                                         \
        type levels[LEVELS * SIDE_BY_SIDE * LANES] = {0}, total = x[filled < size ? filled : 0];                       \
        if (filled == 0) { /* `_of_few` */                                                                             \
            for (npy_intp i = SIDE_BY_SIDE; i < size; i++) {                                                           \
                total += x[i];                                                                                         \
            }                                                                                                          \
            for (npy_intp i = 1; i < SIDE_BY_SIDE; i++) {                                                              \
                total += x[i];                                                                                         \
            }                                                                                                          \
            return total + 0;                                                                                          \
        }                                                                                                              \
        side_by_side_##type(x, filled / LANES, LANES, LANES, levels);                                                  \
        for (npy_intp i = filled + 1; i < size; i++) {                                                                 \
            total += x[i];                                                                                             \
        }                                                                                                              \
        int lane = filled == size;                                                                                     \
        total = lane ? levels[0] : total; /* all of it is in the lanes then */                                         \
        for (; lane < LANES; lane++) {                                                                                 \
            total += levels[lane];                                                                                     \
        }                                                                                                              \
        return total;                                                                                                  \
    }                                                                                                                  \
                                                                                                                       \
    /* `_stacks`, of one stack. */                                                                                     \
    static void stack_of_##type(const type *x, npy_intp size, npy_intp width, npy_intp block, type *levels,            \
                                type *result)                                                                          \
    {                                                                                                                  \
        npy_intp at_once = width - width % block;                                                                      \
        if (at_once) {                                                                                                 \
            cascaded_##type(x, size, 1, at_once, width, levels);                                                       \
            memcpy(result, levels, at_once * sizeof *result);                                                          \
        }                                                                                                              \
        if (at_once < width) {                                                                                         \
            side_by_side_##type(x + at_once, size, width - at_once, width, levels);                                    \
            memcpy(result + at_once, levels, (width - at_once) * sizeof *result);                                      \
        }                                                                                                              \
    }                                                                                                                  \
                                                                                                                       \
    /* The sums of rows, or of stacks of them; -1 where there is no memory for those. */                               \
    static int all_sums_##type(const type *x, npy_intp before, npy_intp size, npy_intp width, type *result)            \
    {                                                                                                                  \
        type *levels = width == 1 ? NULL : PyMem_Malloc(LEVELS * SIDE_BY_SIDE * width * sizeof *levels);               \
        if (width > 1 && levels == NULL) {                                                                             \
            return -1;                                                                                                 \
        }                                                                                                              \
        for (npy_intp i = 0; i < before; i++, x += size * width) {                                                     \
            if (width == 1) {                                                                                          \
                result[i] = sum_of_##type(x, size);                                                                    \
            }                                                                                                          \
            else {                                                                                                     \
                npy_intp lanes = REGISTER / sizeof(type);                                                              \
                stack_of_##type(x, size, width, SIDE_BY_SIDE * (width >= lanes ? lanes : 1), levels,                   \
                                result + i * width);                                                                   \
            }                                                                                                          \
        }                                                                                                              \
        PyMem_Free(levels);                                                                                            \
        return 0;                                                                                                      \
    }                                                                                                                  \
                                                                                                                       \
    /* `_added_up`, of two runs, which are gathered first: as many sums as the second one has numbers. */              \
    static void sums_of_two_##type(const char *x, Run inner, Run beside, type *gathered, type *levels, type *result)   \
    {                                                                                                                  \
        enum { LANES = REGISTER / sizeof(type) };                                                                      \
        int is_side_by_side = inner.step == sizeof(type) && inner.size >= LANES;                                       \
        int is_stacked = !is_side_by_side && beside.step == sizeof(type) && beside.size >= LANES;                      \
        if (is_stacked || (!is_side_by_side && inner.step >= beside.step && beside.is_there)) {                        \
            for (npy_intp i = 0; i < inner.size; i++) {                                                                \
                for (npy_intp j = 0; j < beside.size; j++) {                                                           \
                    gathered[i * beside.size + j] = *(const type *)(x + i * inner.step + j * beside.step);             \
                }                                                                                                      \
            }                                                                                                          \
            stack_of_##type(gathered, inner.size, beside.size, SIDE_BY_SIDE * (is_stacked ? LANES : 1), levels,        \
                            result);                                                                                   \
            return;                                                                                                    \
        }                                                                                                              \
        for (npy_intp j = 0; j < beside.size; j++, x += beside.step) {                                                 \
            for (npy_intp i = 0; i < inner.size; i++) {                                                                \
                gathered[i] = *(const type *)(x + i * inner.step);                                                     \
            }                                                                                                          \
            if (is_side_by_side) {                                                                                     \
                result[j] = sum_of_##type(gathered, inner.size);                                                       \
            }                                                                                                          \
            else {                                                                                                     \
                side_by_side_##type(gathered, inner.size, 1, 1, levels);                                               \
                result[j] = levels[0];                                                                                 \
            }                                                                                                          \
        }                                                                                                              \
    }                                                                                                                  \
                                                                                                                       \
    /* `_added_up`, of all runs; `parts` has room for the second one. */                                               \
    static void sums_of_runs_##type(const char *x, const Run *runs, int many, Run beside, type *gathered,              \
                                    type *levels, type *parts, type *result)                                           \
    {                                                                                                                  \
        npy_intp at[NPY_MAXDIMS] = {0}, to = 0, width = beside.is_reduced ? 1 : beside.size;                           \
        for (int is_first = 1;;) {                                                                                     \
            sums_of_two_##type(x, runs[0], beside, gathered, levels, parts);                                           \
            for (npy_intp j = 0; j < beside.size; j++) {                                                               \
                npy_intp place = to * width + (beside.is_reduced ? 0 : j);                                             \
                result[place] = is_first && (j == 0 || !beside.is_reduced) ? parts[j] : result[place] + parts[j];      \
            }                                                                                                          \
            int run = 2;                                                                                               \
            for (is_first = 0; run < many; run++) {                                                                    \
                x += runs[run].step;                                                                                   \
                is_first = is_first || !runs[run].is_reduced;                                                          \
                if (++at[run] < runs[run].size) {                                                                      \
                    break;                                                                                             \
                }                                                                                                      \
                x -= runs[run].step * runs[run].size;                                                                  \
                at[run] = 0;                                                                                           \
            }                                                                                                          \
            if (run >= many) {                                                                                         \
                return;                                                                                                \
            }                                                                                                          \
            to += !runs[run].is_reduced;                                                                               \
        }                                                                                                              \
    }

#pragma GCC push_options
#pragma GCC optimize("O3")
CASCADES(float)
CASCADES(double)
#pragma GCC pop_options

/* What is summed up: `size` numbers, `width` apart, at each of `before` places; or, where it does not lie so, `runs`. */
typedef struct {
    npy_intp before, size, width;
    int dims; /* of the result */
    npy_intp shape[NPY_MAXDIMS];
    Run runs[NPY_MAXDIMS];
    int many; /* runs; 0 where there need be none */
} Sums;

/* 1 if two dimensions that are reduced change places, -1 if they stay, 0 if nothing says (layouts.sorted_dims). */
static int
compared(PyArrayObject *x, int inner, int outer)
{
    npy_intp first = PyArray_STRIDE(x, inner), second = PyArray_STRIDE(x, outer);
    if (first == 0 || second == 0) {
        return 0;
    }
    if (first != second) {
        return first > second ? 1 : -1;
    }
    return PyArray_DIM(x, inner) > PyArray_DIM(x, outer) ? 1 : 0;
}

/* Go on with the last run where it ends, if there are more than the fewest. */
static void
join(Sums *sums, npy_intp size, npy_intp step, int is_reduced, int fewest)
{
    Run *last = sums->runs + sums->many - 1;
    if (sums->many > fewest && last->step * last->size == step) {
        last->size *= size;
    }
    else {
        sums->runs[sums->many++] = (Run){size, step, is_reduced, 1};
    }
}

/* gradwalk.engine.runs.runs_of. */
static void
find_runs(PyArrayObject *x, const char *along, Sums *sums)
{
    int dims = PyArray_NDIM(x), order[NPY_MAXDIMS], within = 0;
    for (int dim = dims - 1; dim >= 0; dim--) {
        if (along[dim] && PyArray_DIM(x, dim) != 1) {
            order[within++] = dim;
        }
    }
    for (int start = 1; start < within; start++) {
        for (int other = start - 1, moving = start; other >= 0; other--) {
            int found = compared(x, order[other], order[moving]);
            if (found < 0) {
                break;
            }
            if (found > 0) {
                int dim = order[other];
                order[other] = order[moving];
                order[moving] = dim;
                moving = other;
            }
        }
    }
    sums->many = 0;
    for (int at = 0; at < within; at++) {
        join(sums, PyArray_DIM(x, order[at]), PyArray_STRIDE(x, order[at]), 1, 0);
    }
    int reduced = sums->many;
    for (int dim = dims - 1; dim >= 0; dim--) {
        if (!along[dim] && PyArray_DIM(x, dim) != 1) {
            join(sums, PyArray_DIM(x, dim), PyArray_STRIDE(x, dim), 0, reduced);
        }
    }
}

/* Find out what sums along these dimensions, or along all, are; 0 if they are none of the usual, or an exception is
   set. */
static int
find_sums(PyArrayObject *x, PyObject *axis, int keeps, Sums *sums)
{
    char along[NPY_MAXDIMS] = {0};
    int dims = PyArray_NDIM(x), first = dims, last = -1, has_runs = !PyArray_IS_C_CONTIGUOUS(x);
    if (axis == Py_None) {
        memset(along, 1, dims);
        keeps = 0;
    }
    else if (!PyTuple_CheckExact(axis)) {
        return 0;
    }
    for (Py_ssize_t i = 0; axis != Py_None && i < PyTuple_GET_SIZE(axis); i++) {
        long dim = PyLong_AsLong(PyTuple_GET_ITEM(axis, i));
        if (dim < 0 || dim >= dims || along[dim]) {
            return 0;
        }
        along[dim] = 1;
    }
    sums->before = sums->size = sums->width = 1;
    sums->dims = sums->many = 0;
    for (int dim = 0; dim < dims; dim++) {
        npy_intp extent = PyArray_DIM(x, dim);
        if (along[dim] && extent != 1) {
            first = first < dim ? first : dim;
            last = dim;
        }
        if (!along[dim] || keeps) {
            sums->shape[sums->dims++] = along[dim] ? 1 : extent;
        }
    }
    for (int dim = 0; dim < dims; dim++) {
        npy_intp extent = PyArray_DIM(x, dim);
        has_runs = has_runs || (!along[dim] && extent != 1 && first < dim && dim < last);
        *(along[dim] ? &sums->size : dim < first ? &sums->before : &sums->width) *= extent;
    }
    if (has_runs) {
        find_runs(x, along, sums);
    }
    return 1;
}

/* Adds up the runs into a result; -1 where there is no memory. */
static int
add_runs(PyArrayObject *x, const Sums *sums, void *result)
{
    Run beside = sums->many > 1 ? sums->runs[1] : (Run){1, 0, 1, 0};
    size_t size = PyArray_ITEMSIZE(x), block = (size_t)(sums->runs[0].size * beside.size), width = (size_t)beside.size;
    char *room = PyMem_Malloc(size * (block + width + LEVELS * SIDE_BY_SIDE * (width + 1)));
    if (room == NULL) {
        return -1;
    }
    char *parts = room + size * block, *levels = parts + size * width;
    if (PyArray_DESCR(x) == float32) {
        sums_of_runs_float(PyArray_BYTES(x), sums->runs, sums->many, beside, (float *)room, (float *)levels,
                           (float *)parts, result);
    }
    else {
        sums_of_runs_double(PyArray_BYTES(x), sums->runs, sums->many, beside, (double *)room, (double *)levels,
                            (double *)parts, result);
    }
    PyMem_Free(room);
    return 0;
}

/* Whether an object is an array that is added up here: as the usual ones are, or lying in whatever order. */
static int
is_followed(PyObject *object)
{
    if (!PyArray_CheckExact(object)) {
        return 0;
    }
    PyArrayObject *x = (PyArrayObject *)object;
    npy_intp size = size_of(x);
    return (PyArray_DESCR(x) == float32 || PyArray_DESCR(x) == float64) && PyArray_ISALIGNED(x) && 0 < size
           && size <= MOST_ELEMENTS;
}

PyObject *
sums_in_cascades(PyObject *summed, PyObject *axis, int keeps)
{
    PyArrayObject *x = (PyArrayObject *)summed;
    Sums sums;
    if (!is_followed(summed) || !find_sums(x, axis, keeps, &sums)) {
        if (PyErr_Occurred()) {
            return NULL;
        }
        Py_RETURN_NONE;
    }
    if (sums.size < 4 || sums.size >= MOST) {
        Py_RETURN_NONE;
    }
    PyArray_Descr *dtype = PyArray_DESCR(x);
    Py_INCREF(dtype);
    PyArrayObject *result = (PyArrayObject *)PyArray_NewFromDescr(&PyArray_Type, dtype, sums.dims, sums.shape, NULL,
                                                                  NULL, 0, NULL);
    if (result == NULL) {
        return NULL;
    }
    void *from = PyArray_DATA(x), *to = PyArray_DATA(result);
    int failed = sums.many          ? add_runs(x, &sums, to)
                 : dtype == float32 ? all_sums_float(from, sums.before, sums.size, sums.width, to)
                                    : all_sums_double(from, sums.before, sums.size, sums.width, to);
    if (failed) {
        Py_DECREF(result);
        return PyErr_NoMemory();
    }
    if (fetestexcept(FE_DIVBYZERO | FE_OVERFLOW | FE_INVALID)) { /* which Python then reports */
        feclearexcept(FE_ALL_EXCEPT);
        Py_DECREF(result);
        Py_RETURN_NONE;
    }
    return (PyObject *)result;
}

/* The same as Python has it: a scalar of numpy's where no dimension is left. */
PyObject *
sum_in_cascades(PyObject *Py_UNUSED(module), PyObject *const *arguments, Py_ssize_t count)
{
    if (count != 3) {
        PyErr_SetString(PyExc_TypeError, "sum_in_cascades() takes 3 arguments");
        return NULL;
    }
    PyObject *sums = sums_in_cascades(arguments[0], arguments[1], arguments[2] == Py_True);
    return sums == NULL || sums == Py_None ? sums : PyArray_Return((PyArrayObject *)sums);
}
