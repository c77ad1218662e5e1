/* What rows say of all arrays that lie alike: found once in a process. */

#include "scribe.h"

#define BITS 9 /* of the table's places */

static Known known[1 << BITS];

static int
are_same(const npy_intp *a, const npy_intp *b, int count)
{
    for (int i = 0; i < count; i++)
        if (a[i] != b[i])
            return 0;
    return 1;
}

static int
is_of(const Known *form, PyArrayObject *array)
{
    int dims = PyArray_NDIM(array);
    return form->layout != NULL && form->dims == dims && form->letter == PyArray_DESCR(array)->type &&
           are_same(form->shape, PyArray_DIMS(array), dims) && are_same(form->strides, PyArray_STRIDES(array), dims);
}

Known *
known_form(Scribe *self, PyArrayObject *array)
{
    static Known *last; /* of arrays that have elements, of which many come in a row */
    if (last != NULL && is_of(last, array))
        return last;
    int dims = PyArray_NDIM(array);
    npy_intp *shape = PyArray_DIMS(array), *strides = PyArray_STRIDES(array);
    char letter = PyArray_DESCR(array)->type;
    unsigned long long hash = (unsigned long long)letter + 31 * (unsigned long long)dims;
    for (int i = 0; i < dims; i++)
        hash = (hash * 1000003 + (unsigned long long)shape[i]) * 1000003 + (unsigned long long)strides[i];
    Known *found = &known[(hash * 0x9E3779B97F4A7C15ULL) >> (64 - BITS)];
    if (is_of(found, array) && PyArray_SIZE(array)) { /* what has no elements may have strides of its own */
        last = found;
        return found;
    }
    PyObject *form = PyObject_CallMethod(self->document, "form", "O", array);
    if (form == NULL)
        return NULL;
    PyObject *layout = PyObject_GetAttrString(form, "layout"), *head = PyObject_GetAttrString(form, "head");
    Py_DECREF(form);
    if (layout == NULL || head == NULL || !PyUnicode_Check(layout) || !PyUnicode_Check(head)) {
        Py_XDECREF(layout);
        Py_XDECREF(head);
        if (!PyErr_Occurred())
            PyErr_SetString(PyExc_TypeError, "form");
        return NULL;
    }
    if (found == last)
        last = NULL;
    Py_XSETREF(found->layout, layout);
    Py_XSETREF(found->head, head);
    Py_CLEAR(found->own_head);
    found->dims = dims;
    found->letter = letter;
    if (dims) {
        memcpy(found->shape, shape, dims * sizeof *shape);
        memcpy(found->strides, strides, dims * sizeof *strides);
    }
    return found;
}

PyObject *
flat_of(const Scribe *self, PyArrayObject *array, NPY_ORDER order)
{
    int is_flat = PyArray_NDIM(array) == 1 && PyArray_IS_C_CONTIGUOUS(array);
    if (is_flat || (PyArray_SIZE(array) <= self->waiting->max_elements && waits_as_it_is((PyObject *)array)))
        return Py_NewRef(array);
    return PyArray_Ravel(array, order);
}
