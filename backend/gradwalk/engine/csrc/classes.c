/* The loss of classes: minus the score of each row's class, added up in levels (gradwalk.engine.functions.row_sums). */

#include "forward.h"
#include "forwards.h"

#define MOST_EXACT (1 << 24) /* so many ones are added up exactly in float32 */

enum { NONE, MEAN, SUM };

/* gradwalk.engine.ops._losses._count_alike, and how the losses are reduced. The given: the scores, the targets, the
   weights. */
static int
count_alike(PyObject *const *given, PyObject *reduction, PyObject *ignored, int *how)
{
    PyArrayObject *x = (PyArrayObject *)given[0], *target = (PyArrayObject *)given[1];
    if (!is_usual(given[0]) || PyArray_NDIM(x) != 2 || !PyArray_CheckExact(given[1]) || given[2] != Py_None
        || PyArray_TYPE(target) != NPY_INT64 || PyArray_NDIM(target) != 1 || !PyArray_ISCARRAY_RO(target)
        || PyArray_DIM(target, 0) != PyArray_DIM(x, 0) || PyArray_DIM(x, 0) > MOST_EXACT
        || !PyLong_CheckExact(reduction) || !PyLong_CheckExact(ignored)) {
        return 0;
    }
    int overflow;
    long long passed_over = PyLong_AsLongLongAndOverflow(ignored, &overflow);
    npy_intp classes = PyArray_DIM(x, 1);
    if (overflow || (0 <= passed_over && passed_over < classes)) {
        return 0;
    }
    *how = (int)PyLong_AsLongAndOverflow(reduction, &overflow);
    const npy_int64 *of_rows = PyArray_DATA(target);
    npy_uint64 most = 0;
    for (npy_intp row = 0; row < PyArray_DIM(x, 0); row++) {
        most = (npy_uint64)of_rows[row] > most ? (npy_uint64)of_rows[row] : most; /* those below 0 are great */
    }
    return most < (npy_uint64)classes && !overflow && NONE <= *how && *how <= SUM;
}

/* Minus the score of each row's class. */
static PyObject *
losses_of(PyArrayObject *x, PyArrayObject *target)
{
    npy_intp rows = PyArray_DIM(x, 0), classes = PyArray_DIM(x, 1);
    PyArray_Descr *dtype = PyArray_DESCR(x);
    const npy_int64 *of_rows = PyArray_DATA(target);
    Py_INCREF(dtype);
    PyArrayObject *losses
        = (PyArrayObject *)PyArray_NewFromDescr(&PyArray_Type, dtype, 1, &rows, NULL, NULL, 0, NULL);
    for (npy_intp row = 0; losses != NULL && row < rows; row++) {
        npy_intp at = row * classes + of_rows[row];
        if (dtype == float32) {
            ((float *)DATA(losses))[row] = -((const float *)DATA(x))[at];
        }
        else {
            ((double *)DATA(losses))[row] = -((const double *)DATA(x))[at];
        }
    }
    return (PyObject *)losses;
}

#define LEVELS 8
#define LEVEL_BITS 4 /* so many numbers, as a power of two, make one of the next level */

#define SUM_IN_LEVELS(type)                                                                                            \
    static type sum_of_##type##s(const type *x, npy_intp count)                                                        \
    {                                                                                                                  \
        type levels[LEVELS] = {0}, total = 0;                                                                          \
        for (npy_intp i = 0; i < count; i++) {                                                                         \
            levels[0] = levels[0] + x[i];                                                                              \
            for (int k = 0; k + 1 < LEVELS && (i >> (k * LEVEL_BITS) & ((1 << LEVEL_BITS) - 1)) == 0; k++) {           \
                levels[k + 1] = levels[k + 1] + levels[k];                                                             \
                levels[k] = 0;                                                                                         \
            }                                                                                                          \
        }                                                                                                              \
        for (int k = 0; k < LEVELS; k++) {                                                                             \
            total = total + levels[k];                                                                                 \
        }                                                                                                              \
        return total;                                                                                                  \
    }

SUM_IN_LEVELS(float)
SUM_IN_LEVELS(double)

/* The sum of losses, divided if it is a mean; NotImplemented if the processor has something to report. */
static PyObject *
reduced(PyObject *losses, int how)
{
    npy_intp count = PyArray_DIM((PyArrayObject *)losses, 0);
    PyArray_Descr *dtype = PyArray_DESCR((PyArrayObject *)losses);
    double total = dtype == float32 ? (double)sum_of_floats(DATA(losses), count) : sum_of_doubles(DATA(losses), count);
    if (how == MEAN) {
        total = dtype == float32 ? (double)((float)total / (float)count) : total / (double)count;
    }
    return number(dtype, total);
}

FORWARD(nll_loss, 5)
{
    int how;
    if (!count_alike(arguments, arguments[3], arguments[4], &how)) {
        Py_RETURN_NOTIMPLEMENTED;
    }
    PyArrayObject *x = (PyArrayObject *)arguments[0];
    PyObject *losses = losses_of(x, (PyArrayObject *)arguments[1]);
    PyObject *loss = losses == NULL ? NULL : how == NONE ? Py_NewRef(losses) : reduced(losses, how);
    Py_XDECREF(losses);
    if (is_there(loss) <= 0) {
        return loss;
    }
    PyObject *total = number(PyArray_DESCR(x), how == NONE ? 0 : (double)PyArray_DIM(x, 0));
    if (is_there(total) <= 0) {
        Py_DECREF(loss);
        return total;
    }
    PyObject *pair = PyTuple_Pack(2, loss, total);
    Py_DECREF(loss);
    Py_DECREF(total);
    return pair;
}

/* A number of a dtype: one of numpy's scalars, or an array without dimensions. 0 for anything else. */
static int
read_scalar(PyObject *object, PyArray_Descr *dtype, double *value)
{
    if (dtype_of_scalar(object) == dtype) {
        *value = dtype == float32 ? (double)PyArrayScalar_VAL(object, Float) : PyArrayScalar_VAL(object, Double);
        return 1;
    }
    if (!is_usual(object) || PyArray_NDIM((PyArrayObject *)object) || PyArray_DESCR((PyArrayObject *)object) != dtype) {
        return 0;
    }
    *value = dtype == float32 ? (double)*(const float *)DATA(object) : *(const double *)DATA(object);
    return 1;
}

FORWARD(nll_loss_backward, 7)
{
    int how;
    double grad, total;
    if (!count_alike(arguments + 1, arguments[5], arguments[6], &how) || how == NONE) {
        Py_RETURN_NOTIMPLEMENTED;
    }
    PyArrayObject *x = (PyArrayObject *)arguments[1];
    PyArray_Descr *dtype = PyArray_DESCR(x);
    if (!read_scalar(arguments[0], dtype, &grad) || !read_scalar(arguments[4], dtype, &total)) {
        Py_RETURN_NOTIMPLEMENTED;
    }
    PyArrayObject *whole = new_like(x);
    if (whole == NULL) {
        return NULL;
    }
    memset(PyArray_DATA(whole), 0, PyArray_NBYTES(whole));
    npy_intp classes = PyArray_DIM(x, 1);
    const npy_int64 *of_rows = DATA(arguments[2]);
    double share = how == SUM         ? grad
                   : dtype == float32 ? (double)((float)grad / (float)total)
                                      : grad / total;
    for (npy_intp row = 0; row < PyArray_DIM(x, 0); row++) {
        npy_intp at = row * classes + of_rows[row];
        if (dtype == float32) {
            ((float *)PyArray_DATA(whole))[at] = -(float)share;
        }
        else {
            ((double *)PyArray_DATA(whole))[at] = -share;
        }
    }
    return unless_reported(whole);
}
