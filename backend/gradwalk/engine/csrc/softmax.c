/* Softmax along the last dimension, as PyTorch has it: of vectors all the way (gradwalk.engine.elementary), and rows are
   summed as gradwalk.engine.functions.row_sums says. */

#include "expression.h"
#include "forward.h"
#include "forwards.h"
#include "fused.h"
#include "reports.h"
#include "row_sums.h"

#include <math.h>

/* ---- Rows --------------------------------------------------------------------------------------------------------- */

typedef struct {
    npy_intp count, width;
} Rows;

/* Whether an object is an array of the usual kind of which a dimension is the last one. */
static int
goes_by_rows(PyObject *object, PyObject *dim, Rows *rows)
{
    if (!is_usual(object) || PyArray_NDIM((PyArrayObject *)object) == 0 || !PyLong_CheckExact(dim)) {
        return 0;
    }
    PyArrayObject *array = (PyArrayObject *)object;
    int overflow, last = PyArray_NDIM(array) - 1;
    long axis = PyLong_AsLongAndOverflow(dim, &overflow);
    rows->width = PyArray_DIM(array, last);
    rows->count = size_of(array) / rows->width;
    return !overflow && (axis == -1 || axis == last);
}

/* The loops that it runs, and numpy's sum of an array along a dimension. */
static Step exponential, logarithm;
static PyObject *reduce;

static int
find_step(PyObject *elementary, const char *name, Step *step)
{
    PyObject *ufunc = PyDict_GetItemString(elementary, name);
    return ufunc == NULL ? -1 : step_read(step, ufunc); /* whose tables stay */
}

int
find_steps(PyObject *elementary)
{
    PyObject *numpy = PyImport_ImportModule("numpy");
    PyObject *add = numpy == NULL ? NULL : PyObject_GetAttrString(numpy, "add");
    if (add != NULL && find_step(elementary, "vector_exp", &exponential) == 0
        && find_step(elementary, "vector_log", &logarithm) == 0) {
        reduce = PyObject_GetAttrString(add, "reduce");
    }
    Py_XDECREF(add);
    Py_XDECREF(numpy);
    return reduce == NULL ? -1 : 0;
}

/* What a ufunc of one operand makes of an array: NotImplemented if there is something to report. */
static PyObject *
each(const Step *step, PyObject *array)
{
    PyObject *found = NULL;
    return step_run(step, &array, 0, &found) == UNUSUAL ? Py_NewRef(Py_NotImplemented) : found;
}

PyObject *
sum_along_last(PyObject *array, PyObject *stays)
{
    if (!are_reports_ours()) {
        Py_RETURN_NOTIMPLEMENTED;
    }
    PyObject *axis = PyLong_FromLong(PyArray_NDIM((PyArrayObject *)array) - 1);
    PyObject *arguments[] = {array, axis, Py_None, Py_None, stays};
    is_computing++;
    PyObject *sums = axis == NULL ? NULL : PyObject_Vectorcall(reduce, arguments, 5, NULL);
    is_computing--;
    Py_XDECREF(axis);
    return sums;
}

/* What rows are made of each other, and of a number of their own, in one pass over them. */
#define OF_ROWS(type, bits, infinity)                                                                                  \
    /* Lowers rows by their largest number. 0 if one is no number, or a zero has a sign: which zero is the largest then \
       is numpy's to say. */                                                                                           \
    static int lower_##type(const type *x, Rows rows, type *to)                                                        \
    {                                                                                                                  \
        const bits *seen = (const bits *)x, sign = ~(~(bits)0 >> 1);                                                   \
        int unusual = 0;                                                                                               \
        for (npy_intp i = 0; i < rows.count * rows.width; i++) {                                                       \
            unusual |= (seen[i] & ~sign) > (bits)(infinity) || seen[i] == sign;                                        \
        }                                                                                                              \
        if (unusual) {                                                                                                 \
            return 0;                                                                                                  \
        }                                                                                                              \
        for (npy_intp row = 0; row < rows.count; row++, x += rows.width, to += rows.width) {                           \
            type most = *x;                                                                                            \
            for (npy_intp i = 1; i < rows.width; i++) {                                                                \
                most = x[i] > most ? x[i] : most;                                                                      \
            }                                                                                                          \
            for (npy_intp i = 0; i < rows.width; i++) {                                                                \
                to[i] = x[i] - most;                                                                                   \
            }                                                                                                          \
        }                                                                                                              \
        return 1;                                                                                                      \
    }                                                                                                                  \
                                                                                                                       \
    static void subtract_##type(const type *x, const type *of_row, Rows rows, type *to)                                \
    {                                                                                                                  \
        for (npy_intp row = 0; row < rows.count; row++, x += rows.width, to += rows.width) {                           \
            for (npy_intp i = 0; i < rows.width; i++) {                                                                \
                to[i] = x[i] - of_row[row];                                                                            \
            }                                                                                                          \
        }                                                                                                              \
    }                                                                                                                  \
                                                                                                                       \
    static void divide_##type(const type *x, const type *of_row, Rows rows, type *to)                                  \
    {                                                                                                                  \
        for (npy_intp row = 0; row < rows.count; row++, x += rows.width, to += rows.width) {                           \
            type factor = 1 / of_row[row];                                                                             \
            for (npy_intp i = 0; i < rows.width; i++) {                                                                \
                to[i] = x[i] * factor;                                                                                 \
            }                                                                                                          \
        }                                                                                                              \
    }                                                                                                                  \
                                                                                                                       \
    /* `(x - of_row) * factor`. */                                                                                     \
    static void less_times_##type(const type *x, const type *of_row, const type *factor, Rows rows, type *to)          \
    {                                                                                                                  \
        for (npy_intp row = 0; row < rows.count; row++, x += rows.width, factor += rows.width, to += rows.width) {     \
            for (npy_intp i = 0; i < rows.width; i++) {                                                                \
                to[i] = (x[i] - of_row[row]) * factor[i];                                                              \
            }                                                                                                          \
        }                                                                                                              \
    }

/* The sum of each row, or of its products with another's numbers. */
#define SUMS_OF_ROWS(type, lanes, fused, folds)                                                                        \
    SUM_OF_ROW(type, lanes, fused, folds, plain, )                                                                     \
                                                                                                                       \
    static void sum_rows_##type(const type *x, const type *factor, Rows rows, type *to)                                \
    {                                                                                                                  \
        for (npy_intp row = 0; row < rows.count; row++, x += rows.width) {                                             \
            to[row] = sum_of_row_##type##_plain(x, NULL, factor, rows.width);                                          \
            factor = factor == NULL ? NULL : factor + rows.width;                                                      \
        }                                                                                                              \
    }

/* `x - factor * of_row`, rounded once. */
#define LESS_PRODUCTS(type, fused, how, with)                                                                          \
    with static void less_products_##how##_##type(const type *x, const type *factor, const type *of_row, Rows rows,    \
                                                  type *to)                                                            \
    {                                                                                                                  \
        for (npy_intp row = 0; row < rows.count; row++, x += rows.width, factor += rows.width, to += rows.width) {     \
            for (npy_intp i = 0; i < rows.width; i++) {                                                                \
                type found = fused(-factor[i], of_row[row], x[i]);                                                     \
                to[i] = found == found ? found : (type)NAN; /* of one sign */                                          \
            }                                                                                                          \
        }                                                                                                              \
    }
#define NOTHING

#pragma GCC push_options
#pragma GCC optimize("O3")
OF_ROWS(float, npy_uint32, 0x7f800000)
OF_ROWS(double, npy_uint64, 0x7ff0000000000000)
SUMS_OF_ROWS(float, 8, fmaf, 1)
SUMS_OF_ROWS(double, 4, fma, 0)
LESS_PRODUCTS(float, __builtin_fmaf, fused, FOR_FUSED)
LESS_PRODUCTS(double, __builtin_fma, fused, FOR_FUSED)
LESS_PRODUCTS(float, __builtin_fmaf, plain, NOTHING)
LESS_PRODUCTS(double, __builtin_fma, plain, NOTHING)
#pragma GCC pop_options

#define IS_FLOAT32(array) (PyArray_DESCR((PyArrayObject *)(array)) == float32)

/* Rows, lowered by their largest number. */
static PyObject *
lowered(PyObject *x, Rows rows)
{
    PyArrayObject *made = new_like((PyArrayObject *)x);
    if (made != NULL
        && !(IS_FLOAT32(x) ? lower_float(DATA(x), rows, DATA(made)) : lower_double(DATA(x), rows, DATA(made)))) {
        Py_DECREF(made);
        Py_RETURN_NOTIMPLEMENTED;
    }
    return unless_reported(made);
}

/* The sums of rows, or of their products with another array's, one after another. */
static PyObject *
sums_of(PyObject *x, PyObject *factor, Rows rows)
{
    PyArray_Descr *dtype = PyArray_DESCR((PyArrayObject *)x);
    Py_INCREF(dtype);
    PyObject *sums = PyArray_NewFromDescr(&PyArray_Type, dtype, 1, &rows.count, NULL, NULL, 0, NULL);
    void *factors = factor == NULL ? NULL : DATA(factor);
    if (sums != NULL && dtype == float32) {
        sum_rows_float(DATA(x), factors, rows, DATA(sums));
    }
    else if (sums != NULL) {
        sum_rows_double(DATA(x), factors, rows, DATA(sums));
    }
    return unless_reported((PyArrayObject *)sums);
}

/* ---- Softmax ------------------------------------------------------------------------------------------------------ */

/* What becomes of lowered rows, their exponentials and the sums of these. */
static PyObject *
finish_softmax(PyObject *low, PyObject *raised, PyObject *sums, Rows rows, int is_log)
{
    PyObject *of_rows = is_log ? each(&logarithm, sums) : Py_NewRef(sums);
    if (is_there(of_rows) <= 0) {
        return of_rows;
    }
    PyObject *x = is_log ? low : raised;
    PyArrayObject *made = new_like((PyArrayObject *)low);
    if (made != NULL && IS_FLOAT32(x)) {
        (is_log ? subtract_float : divide_float)(DATA(x), DATA(of_rows), rows, DATA(made));
    }
    else if (made != NULL) {
        (is_log ? subtract_double : divide_double)(DATA(x), DATA(of_rows), rows, DATA(made));
    }
    Py_DECREF(of_rows);
    return unless_reported(made);
}

static PyObject *
softmax_along(PyObject *x, PyObject *dim, int is_log)
{
    Rows rows;
    if (!goes_by_rows(x, dim, &rows)) {
        Py_RETURN_NOTIMPLEMENTED;
    }
    PyObject *low = lowered(x, rows), *raised = NULL, *sums = NULL, *found = low;
    if (is_there(low) > 0) {
        found = raised = each(&exponential, low);
        if (is_there(raised) > 0) {
            found = sums = sums_of(raised, NULL, rows);
            if (is_there(sums) > 0) {
                found = finish_softmax(low, raised, sums, rows, is_log);
                Py_DECREF(sums);
            }
            Py_DECREF(raised);
        }
        Py_DECREF(low);
    }
    return found;
}

FORWARD(softmax, 2)
{
    return softmax_along(arguments[0], arguments[1], 0);
}

FORWARD(log_softmax, 2)
{
    return softmax_along(arguments[0], arguments[1], 1);
}

/* Whether a cotangent goes with a result, along the last dimension. */
static int
go_together(PyObject *grad, PyObject *result, PyObject *dim, Rows *rows)
{
    return goes_by_rows(result, dim, rows) && is_usual(grad)
           && PyArray_DESCR((PyArrayObject *)grad) == PyArray_DESCR((PyArrayObject *)result)
           && have_same_shape((PyArrayObject *)grad, (PyArrayObject *)result);
}

FORWARD(softmax_backward, 3)
{
    PyObject *grad = arguments[0], *result = arguments[1];
    Rows rows;
    if (!go_together(grad, result, arguments[2], &rows)) {
        Py_RETURN_NOTIMPLEMENTED;
    }
    PyObject *sums = sums_of(grad, result, rows);
    if (is_there(sums) <= 0) {
        return sums;
    }
    PyArrayObject *made = new_like((PyArrayObject *)grad);
    if (made != NULL && IS_FLOAT32(grad)) {
        less_times_float(DATA(grad), DATA(sums), DATA(result), rows, DATA(made));
    }
    else if (made != NULL) {
        less_times_double(DATA(grad), DATA(sums), DATA(result), rows, DATA(made));
    }
    Py_DECREF(sums);
    return unless_reported(made);
}

FORWARD(log_softmax_backward, 3)
{
    PyObject *grad = arguments[0], *result = arguments[1];
    Rows rows;
    if (!go_together(grad, result, arguments[2], &rows)) {
        Py_RETURN_NOTIMPLEMENTED;
    }
    PyObject *raised = each(&exponential, result);
    if (is_there(raised) <= 0) {
        return raised;
    }
    PyArrayObject *made = NULL;
    PyObject *sums = sums_of(grad, NULL, rows);
    if (is_there(sums) > 0) {
        made = new_like((PyArrayObject *)grad);
        if (made != NULL && IS_FLOAT32(grad)) {
            (IS_FUSED ? less_products_fused_float : less_products_plain_float)(DATA(grad), DATA(raised), DATA(sums),
                                                                               rows, DATA(made));
        }
        else if (made != NULL) {
            (IS_FUSED ? less_products_fused_double : less_products_plain_double)(DATA(grad), DATA(raised), DATA(sums),
                                                                                 rows, DATA(made));
        }
        Py_SETREF(sums, unless_reported(made));
    }
    Py_DECREF(raised);
    return sums;
}
