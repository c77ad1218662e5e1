/* Sums of squares, of magnitudes and of numbers along dimensions: gradwalk.engine.functions.vector_norms says in which
   order. */

#include "vector_norms.h"

#include "forward.h"
#include "fused.h"

#include <math.h>

#define AT_ONCE 8

enum { SQUARES, MAGNITUDES, NUMBERS };

/* A dimension: so many numbers, so many of them between neighbours in what is read, and in what is written. */
typedef struct {
    npy_intp count, step, to;
} Dim;

/* Where to read: dimensions that are added up, the innermost first, and those that are kept. */
typedef struct {
    Dim added[NPY_MAXDIMS], kept[NPY_MAXDIMS]; /* of which there is always one */
    int many_added, many_kept;
} Way;

/* Goes to the next place of dimensions, the first of which turns fastest; 0 after the last. */
static int
step_on(const Dim *dims, int many, npy_intp *at, npy_intp *from, npy_intp *to)
{
    for (int d = 0; d < many; d++) {
        *from += dims[d].step;
        *to += dims[d].to;
        if (++at[d] < dims[d].count) {
            return 1;
        }
        *from -= dims[d].step * dims[d].count;
        *to -= dims[d].to * dims[d].count;
        at[d] = 0;
    }
    return 0;
}

#define NORMS(type, lanes, few, fused, root, absolute, how, with)                                                      \
    with static type squares_of_row_##type##_##how(const type *x, npy_intp width)                                      \
    {                                                                                                                  \
        type sums[lanes] = {0};                                                                                        \
        npy_intp i = 0;                                                                                                \
        for (; i + lanes <= width; i += lanes) {                                                                       \
            for (int k = 0; k < lanes; k++) {                                                                          \
                sums[k] = sums[k] + x[i + k] * x[i + k];                                                               \
            }                                                                                                          \
        }                                                                                                              \
        type total = sums[0];                                                                                          \
        for (int k = 1; k < lanes; k++) {                                                                              \
            total = total + sums[k];                                                                                   \
        }                                                                                                              \
        for (npy_intp end = i + (width - i) / few * few; i < end; i++) {                                               \
            total = total + x[i] * x[i];                                                                               \
        }                                                                                                              \
        for (; i < width; i++) {                                                                                       \
            total = fused(x[i], x[i], total);                                                                          \
        }                                                                                                              \
        return root(total);                                                                                            \
    }                                                                                                                  \
                                                                                                                       \
    static inline type term_##type##_##how(type x, int kind)                                                           \
    {                                                                                                                  \
        return kind == SQUARES ? x * x : kind == MAGNITUDES ? absolute(x) : x;                                         \
    }                                                                                                                  \
                                                                                                                       \
    /* Numbers whose sums lie side by side, as they do: one row of them after another. */                              \
    with static void add_rows_##type##_##how(const type *x, const Way *way, npy_intp width, int kind, type *sums)      \
    {                                                                                                                  \
        npy_intp at[NPY_MAXDIMS] = {0}, from = 0, to = 0;                                                              \
        do {                                                                                                           \
            for (npy_intp i = 0; i < width; i++) {                                                                     \
                sums[i] = sums[i] + term_##type##_##how(x[from + i], kind);                                            \
            }                                                                                                          \
        } while (step_on(way->added, way->many_added, at, &from, &to));                                                \
        for (npy_intp i = 0; kind == SQUARES && i < width; i++) {                                                      \
            sums[i] = root(sums[i]);                                                                                   \
        }                                                                                                              \
    }                                                                                                                  \
                                                                                                                       \
    /* The sums of some neighbours that do not lie side by side, all at once. */                                       \
    with static void add_some_##type##_##how(const type *x, const Way *way, int kind, Dim kept, type *sums)            \
    {                                                                                                                  \
        npy_intp at[NPY_MAXDIMS] = {0}, from = 0, nowhere = 0, step = way->added[0].step;                              \
        type totals[AT_ONCE] = {0};                                                                                    \
        do {                                                                                                           \
            for (npy_intp i = 0; i < way->added[0].count; i++) {                                                       \
                const type *here = x + from + i * step;                                                                \
                for (int k = 0; k < AT_ONCE; k++) {                                                                    \
                    totals[k] = totals[k] + term_##type##_##how(here[k * kept.step], kind);                            \
                }                                                                                                      \
            }                                                                                                          \
        } while (step_on(way->added + 1, way->many_added - 1, at, &from, &nowhere));                                   \
        for (int k = 0; k < AT_ONCE; k++) {                                                                            \
            sums[k * kept.to] = kind == SQUARES ? root(totals[k]) : totals[k];                                         \
        }                                                                                                              \
    }                                                                                                                  \
                                                                                                                       \
    with static type add_up_##type##_##how(const type *x, const Way *way, int kind)                                    \
    {                                                                                                                  \
        npy_intp at[NPY_MAXDIMS] = {0}, from = 0, nowhere = 0, step = way->added[0].step;                              \
        type total = 0;                                                                                                \
        do {                                                                                                           \
            for (npy_intp i = 0; i < way->added[0].count; i++) {                                                       \
                total = total + term_##type##_##how(x[from + i * step], kind);                                         \
            }                                                                                                          \
        } while (step_on(way->added + 1, way->many_added - 1, at, &from, &nowhere));                                   \
        return kind == SQUARES ? root(total) : total;                                                                  \
    }                                                                                                                  \
                                                                                                                       \
    with static void add_##type##_##how(const type *x, const Way *way, int kind, type *sums)                           \
    {                                                                                                                  \
        npy_intp at[NPY_MAXDIMS] = {0}, from = 0, to = 0;                                                              \
        int in_rows = kind == SQUARES && way->many_added == 1 && way->added[0].step == 1;                              \
        Dim kept = way->kept[0];                                                                                       \
        do {                                                                                                           \
            npy_intp i = 0;                                                                                            \
            if (!in_rows && kept.step == 1 && kept.to == 1 && kept.count > 1) {                                        \
                add_rows_##type##_##how(x + from, way, kept.count, kind, sums + to);                                   \
                continue;                                                                                              \
            }                                                                                                          \
            for (; !in_rows && i + AT_ONCE <= kept.count; i += AT_ONCE) {                                              \
                add_some_##type##_##how(x + from + i * kept.step, way, kind, kept, sums + to + i * kept.to);           \
            }                                                                                                          \
            for (; i < kept.count; i++) {                                                                              \
                const type *first = x + from + i * kept.step;                                                          \
                sums[to + i * kept.to] = in_rows ? squares_of_row_##type##_##how(first, way->added[0].count)           \
                                                 : add_up_##type##_##how(first, way, kind);                            \
            }                                                                                                          \
        } while (step_on(way->kept + 1, way->many_kept - 1, at, &from, &to));                                          \
    }

#pragma GCC push_options
#pragma GCC optimize("O3")
NORMS(float, 8, 4, __builtin_fmaf, sqrtf, fabsf, fused, FOR_FUSED)
NORMS(double, 4, 4, __builtin_fma, sqrt, fabs, fused, FOR_FUSED)
NORMS(float, 8, 4, __builtin_fmaf, sqrtf, fabsf, plain, )
NORMS(double, 4, 4, __builtin_fma, sqrt, fabs, plain, )
#pragma GCC pop_options

double
euclidean_norm(PyArrayObject *x)
{
    npy_intp size = size_of(x);
    double found;
    if (PyArray_DESCR(x) == float32) {
        const float *numbers = PyArray_DATA(x);
        found = size == 1 ? fabsf(*numbers) : (IS_FUSED ? squares_of_row_float_fused : squares_of_row_float_plain)(numbers, size);
    }
    else {
        const double *numbers = PyArray_DATA(x);
        found = size == 1 ? fabs(*numbers) : (IS_FUSED ? squares_of_row_double_fused : squares_of_row_double_plain)(numbers, size);
    }
    is_quiet();
    return found;
}

/* The next inner dimension that is added up goes before those with longer steps, and is one with that before it where the
   two are. */
static void
sort_in(Way *way, Dim dim)
{
    int at = way->many_added++;
    for (int before = at - 1; before >= 0; before--) {
        npy_intp step = way->added[before].step;
        if (step == 0 || dim.step == 0) {
            continue;
        }
        if (step < dim.step) {
            break;
        }
        way->added[at] = way->added[before];
        at = before;
    }
    way->added[at] = dim;
}

static void
join(Way *way)
{
    int many = 0;
    for (int d = 1; d < way->many_added; d++) {
        Dim *last = &way->added[many], *next = &way->added[d];
        if (last->count * last->step == next->step) {
            last->count *= next->count;
        }
        else {
            way->added[++many] = *next;
        }
    }
    way->many_added = many + 1;
}

/* The sums of an array along the dimensions that are marked; None for what is unusual. */
static PyObject *
sums_along(PyArrayObject *x, const int *is_added, int kind, int keeps)
{
    PyArray_Descr *dtype = PyArray_DESCR(x);
    int dims = PyArray_NDIM(x), left = 0;
    if ((dtype != float32 && dtype != float64) || !PyArray_ISALIGNED(x) || size_of(x) == 0) {
        Py_RETURN_NONE;
    }
    npy_intp size = PyArray_ITEMSIZE(x), shape[NPY_MAXDIMS], to = 1;
    Way way;
    way.many_added = way.many_kept = 0;
    way.kept[0] = (Dim){1, 0, 0};
    for (int d = dims - 1; d >= 0; d--) {
        Dim dim = {PyArray_DIM(x, d), PyArray_STRIDE(x, d) / size, to};
        if (PyArray_STRIDE(x, d) % size) {
            Py_RETURN_NONE;
        }
        if (dim.count != 1 && is_added[d]) {
            sort_in(&way, dim);
        }
        else if (dim.count != 1) {
            way.kept[way.many_kept++] = dim;
            to *= dim.count;
        }
    }
    if (way.many_added == 0) {
        Py_RETURN_NONE;
    }
    join(&way);
    for (int d = 0; d < dims; d++) {
        if (!is_added[d] || keeps) {
            shape[left++] = is_added[d] ? 1 : PyArray_DIM(x, d);
        }
    }
    Py_INCREF(dtype);
    PyArrayObject *sums = (PyArrayObject *)PyArray_NewFromDescr(&PyArray_Type, dtype, left, shape, NULL, NULL, 0, NULL);
    if (sums == NULL) {
        return NULL;
    }
    memset(PyArray_DATA(sums), 0, PyArray_NBYTES(sums));
    if (dtype == float32) {
        (IS_FUSED ? add_float_fused : add_float_plain)(PyArray_DATA(x), &way, kind, PyArray_DATA(sums));
    }
    else {
        (IS_FUSED ? add_double_fused : add_double_plain)(PyArray_DATA(x), &way, kind, PyArray_DATA(sums));
    }
    is_quiet(); /* nobody hears of overflows */
    return (PyObject *)sums;
}

/* Marks a dimension as one to add up; 0 for what is none, or marked. */
static int
mark(PyObject *dim, int dims, int *is_added)
{
    int overflow = 0;
    long d = PyLong_CheckExact(dim) ? PyLong_AsLongAndOverflow(dim, &overflow) : dims;
    d = d < 0 ? d + dims : d;
    return !overflow && d >= 0 && d < dims && !is_added[d]++;
}

static int
mark_all(PyObject *given, int dims, int *is_added)
{
    int all = given == Py_None || (PyTuple_Check(given) && !PyTuple_GET_SIZE(given));
    for (int d = 0; d < dims; d++) {
        is_added[d] = all;
    }
    if (all || !PyTuple_Check(given)) {
        return all || mark(given, dims, is_added);
    }
    for (Py_ssize_t i = 0; i < PyTuple_GET_SIZE(given); i++) {
        if (!mark(PyTuple_GET_ITEM(given, i), dims, is_added)) {
            return 0;
        }
    }
    return 1;
}

PyObject *
norms_along(PyArrayObject *x, int ord, PyObject *dim, int keeps)
{
    int is_added[NPY_MAXDIMS];
    if (!mark_all(dim, PyArray_NDIM(x), is_added)) {
        Py_RETURN_NONE;
    }
    return sums_along(x, is_added, ord == 2 ? SQUARES : MAGNITUDES, keeps);
}

/* (x, dims, kind): the sums along dimensions, which stay, of kind 0 the roots of those of the squares, of kind 1 those of
   the magnitudes, of kind 2 of the numbers; None for what is unusual. */
PyObject *
added_along(PyObject *Py_UNUSED(module), PyObject *const *arguments, Py_ssize_t count)
{
    int is_added[NPY_MAXDIMS];
    if (count != 3 || !PyArray_CheckExact(arguments[0]) || !PyTuple_Check(arguments[1])
        || !PyLong_CheckExact(arguments[2])
        || !mark_all(arguments[1], PyArray_NDIM((PyArrayObject *)arguments[0]), is_added)) {
        Py_RETURN_NONE;
    }
    return sums_along((PyArrayObject *)arguments[0], is_added, (int)PyLong_AsLong(arguments[2]), 1);
}
