#include "summing.h"

#include "scribe.h"

/* Has an array that is nobody else's wait in a value's place; it is stolen. */
static void
put_in_place(Waiting *self, Value *value, PyObject *flat)
{
    PyObject *before = value->flat;
    self->held -= bytes_of_value(value);
    value->flat = flat;
    value->is_own = 1;
    self->held += bytes_of_value(value);
    Py_DECREF(before);
}

int
replace(Waiting *self, Value *value, PyObject *flat)
{
    PyObject *copy = flat == NULL ? NULL : PyArray_NewCopy((PyArrayObject *)flat, NPY_CORDER);
    Py_XDECREF(flat);
    if (copy == NULL)
        return -1;
    put_in_place(self, value, copy);
    return 0;
}

/* Has the first elements of a value wait in place of all, of which it now has a summary. */
static int
shorten(Waiting *self, Value *value)
{
    Py_ssize_t size = PyArray_SIZE((PyArrayObject *)value->flat);
    if (replace(self, value, PySequence_GetSlice(value->flat, 0, (Py_ssize_t)self->max_elements)) < 0)
        return -1;
    value->size = size;
    return 0;
}

/* Sums up a value of floats; 0 if it is of others, or some are not finite. */
static int
sum_up_floats(Waiting *self, Value *value)
{
    PyArrayObject *flat = (PyArrayObject *)value->flat;
    if (PyArray_TYPE(flat) != NPY_FLOAT || !PyArray_ISCARRAY_RO(flat))
        return 0;
    Summary *summary = PyMem_Malloc(sizeof *summary);
    if (summary == NULL) {
        PyErr_NoMemory();
        return -1;
    }
    value->summed = PyArray_DATA(flat);
    int done = sum_floats(value->summed, PyArray_SIZE(flat), summary);
    if (done && shorten(self, value) < 0)
        done = -1;
    if (done > 0)
        value->summary = summary;
    else
        PyMem_Free(summary);
    return done;
}

/* Has Python sum up a value, in the head of its row. */
static int
sum_up_by_python(Waiting *self, Py_ssize_t index)
{
    Value *value = &self->values[index];
    PyObject *flat = Py_NewRef(value->flat), *before = Py_NewRef(value->head);
    PyObject *head = PyObject_CallFunctionObjArgs(self->summed_up, before, flat, NULL);
    Py_DECREF(before);
    int failed = head == NULL || !PyUnicode_Check(head);
    value = &self->values[index]; /* what ends meanwhile may have other values wait */
    if (!failed && index < self->count && value->flat == flat) {
        failed = shorten(self, value) < 0;
        if (!failed)
            Py_SETREF(value->head, Py_NewRef(head));
    }
    Py_XDECREF(head);
    Py_DECREF(flat);
    if (failed && !PyErr_Occurred())
        PyErr_SetString(PyExc_TypeError, "the beginning of a row is a string");
    return failed ? -1 : 0;
}

/* Whether what was just summed up are the floats of an array. */
static int
was_of(const Value *value, PyArrayObject *array)
{
    return value->summary != NULL && value->summed == PyArray_DATA(array) && value->size == PyArray_SIZE(array) &&
           PyArray_TYPE(array) == NPY_FLOAT && PyArray_ISCARRAY_RO(array);
}

/* Has a value wait as another one of the same numbers does, which was summed up. */
static int
copy_summary(Waiting *self, Value *value, const Value *other)
{
    Summary *summary = PyMem_Malloc(sizeof *summary);
    if (summary == NULL) {
        PyErr_NoMemory();
        return -1;
    }
    *summary = *other->summary;
    value->summary = summary;
    value->size = other->size;
    value->summed = other->summed;
    put_in_place(self, value, Py_NewRef(other->flat));
    return 1;
}

int
sum_up(Waiting *self, Py_ssize_t count)
{
    for (Py_ssize_t i = 0; i < count; i++)
        self->values[i].summed = NULL;
    for (Py_ssize_t i = 0; i < count && i < self->count; i++) {
        Value *value = &self->values[i];
        if (value->flat == NULL || PyArray_SIZE((PyArrayObject *)value->flat) <= self->max_elements)
            continue;
        int done = i && value[-1].flat != NULL && was_of(&value[-1], (PyArrayObject *)value->flat) ? copy_summary(self, value, value - 1)
                                                                         : sum_up_floats(self, value);
        if (done < 0 || (done == 0 && sum_up_by_python(self, i) < 0))
            return -1;
    }
    return 0;
}
