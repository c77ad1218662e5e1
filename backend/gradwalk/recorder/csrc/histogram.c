#include "scribe.h"

/* Many comparisons at once: of each bound with what fits into the first cache, as wide as the processor goes. */
#if defined(__x86_64__) && defined(__GLIBC__) && defined(__GNUC__) && !defined(__clang__)
#define WIDE __attribute__((target_clones("avx512f", "avx2", "default"), optimize("O3")))
#else
#define WIDE
#endif

#define BLOCK 2048

/* Adds to each of the totals how many numbers are below its bound. */
#define BELOW(type, integer)                                                                                   \
    WIDE static void below_##type(const type *numbers, npy_intp size, const type *bounds, npy_intp edges,      \
                                  npy_intp *totals)                                                            \
    {                                                                                                          \
        for (npy_intp start = 0; start < size; start += BLOCK) {                                               \
            npy_intp count = size - start < BLOCK ? size - start : BLOCK;                                      \
            for (npy_intp edge = 0; edge < edges; edge++) {                                                    \
                const type bound = bounds[edge];                                                               \
                integer found = 0;                                                                             \
                for (npy_intp i = 0; i < count; i++)                                                           \
                    found += numbers[start + i] < bound;                                                       \
                totals[edge] += found;                                                                         \
            }                                                                                                  \
        }                                                                                                      \
    }

BELOW(float, int)
BELOW(double, long long)

/* counts(numbers, bounds): how many lie between two rising bounds each, below the first and from the last on. */
PyObject *
counts(PyObject *Py_UNUSED(module), PyObject *args)
{
    PyArrayObject *numbers, *bounds;
    if (!PyArg_ParseTuple(args, "O!O!:counts", &PyArray_Type, &numbers, &PyArray_Type, &bounds))
        return NULL;
    int type = PyArray_TYPE(numbers);
    if ((type != NPY_FLOAT && type != NPY_DOUBLE) || PyArray_TYPE(bounds) != type || !PyArray_IS_C_CONTIGUOUS(numbers) ||
        !PyArray_IS_C_CONTIGUOUS(bounds) || !PyArray_ISBEHAVED_RO(numbers) || !PyArray_ISBEHAVED_RO(bounds)) {
        PyErr_SetString(PyExc_TypeError, "counts() takes floats in a row");
        return NULL;
    }
    npy_intp edges = PyArray_SIZE(bounds), size = PyArray_SIZE(numbers);
    npy_intp *totals = PyMem_Calloc(edges + 1, sizeof *totals);
    if (totals == NULL)
        return PyErr_NoMemory();
    if (type == NPY_FLOAT)
        below_float(PyArray_DATA(numbers), size, PyArray_DATA(bounds), edges, totals);
    else
        below_double(PyArray_DATA(numbers), size, PyArray_DATA(bounds), edges, totals);
    totals[edges] = size;
    PyObject *list = PyList_New(edges + 1);
    for (npy_intp i = 0; list != NULL && i <= edges; i++) {
        PyObject *number = PyLong_FromSsize_t(totals[i] - (i ? totals[i - 1] : 0));
        if (number == NULL)
            Py_CLEAR(list);
        else
            PyList_SET_ITEM(list, i, number);
    }
    PyMem_Free(totals);
    return list;
}
