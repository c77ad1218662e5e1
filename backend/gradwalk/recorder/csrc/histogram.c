#include "scribe.h"

#define COUNT(type)                                                                                      \
    static void count_##type(const type *numbers, npy_intp size, const type *bounds, npy_intp edges,     \
                             double low, double scale, npy_intp *counts)                                 \
    {                                                                                                    \
        for (npy_intp i = 0; i < size; i++) {                                                            \
            type x = numbers[i];                                                                         \
            double guess = ((double)x - low) * scale; /* which bin, or one beside it */                  \
            npy_intp bin = guess <= 0 ? 0 : guess >= (double)edges ? edges : (npy_intp)guess;            \
            while (bin > 0 && x < bounds[bin - 1])                                                       \
                bin--;                                                                                   \
            while (bin < edges && x >= bounds[bin])                                                      \
                bin++;                                                                                   \
            counts[bin]++;                                                                               \
        }                                                                                                \
    }

COUNT(float)
COUNT(double)

/* counts(numbers, bounds, low, high): how many lie between two bounds each, below the first and from the last on. */
PyObject *
counts(PyObject *Py_UNUSED(module), PyObject *args)
{
    PyArrayObject *numbers, *bounds;
    double low, high;
    if (!PyArg_ParseTuple(args, "O!O!dd:counts", &PyArray_Type, &numbers, &PyArray_Type, &bounds, &low, &high))
        return NULL;
    int type = PyArray_TYPE(numbers);
    if ((type != NPY_FLOAT && type != NPY_DOUBLE) || PyArray_TYPE(bounds) != type || !PyArray_IS_C_CONTIGUOUS(numbers) ||
        !PyArray_IS_C_CONTIGUOUS(bounds) || !PyArray_ISBEHAVED_RO(numbers)) {
        PyErr_SetString(PyExc_TypeError, "counts() takes floats in a row");
        return NULL;
    }
    npy_intp edges = PyArray_SIZE(bounds), size = PyArray_SIZE(numbers);
    npy_intp *found = PyMem_Calloc(edges + 1, sizeof *found);
    if (found == NULL)
        return PyErr_NoMemory();
    double scale = (double)(edges + 1) / (high - low);
    if (type == NPY_FLOAT)
        count_float(PyArray_DATA(numbers), size, PyArray_DATA(bounds), edges, low, scale, found);
    else
        count_double(PyArray_DATA(numbers), size, PyArray_DATA(bounds), edges, low, scale, found);
    PyObject *list = PyList_New(edges + 1);
    for (npy_intp i = 0; list != NULL && i <= edges; i++) {
        PyObject *number = PyLong_FromSsize_t(found[i]);
        if (number == NULL)
            Py_CLEAR(list);
        else
            PyList_SET_ITEM(list, i, number);
    }
    PyMem_Free(found);
    return list;
}
