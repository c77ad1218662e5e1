/* What of the trace's lists goes into a frame (stream.py). */

#include "scribe.h"

static int
are_rows(PyObject *rows)
{
    if (Py_TYPE(rows) == &RowsType)
        return 1;
    PyErr_SetString(PyExc_TypeError, "the lists are of rows");
    return 0;
}

/* counted(lists): how many rows are new in each list that has any. */
PyObject *
counted(PyObject *Py_UNUSED(module), PyObject *lists)
{
    PyObject *name, *rows, *counts = PyDict_Check(lists) ? PyDict_New() : NULL;
    Py_ssize_t place = 0;
    if (counts == NULL && !PyErr_Occurred())
        PyErr_SetString(PyExc_TypeError, "counted() takes a dictionary of lists");
    while (counts != NULL && PyDict_Next(lists, &place, &name, &rows)) {
        if (!are_rows(rows) || have_promised((Rows *)rows) < 0) {
            Py_CLEAR(counts);
            break;
        }
        if (((Rows *)rows)->count == 0)
            continue;
        PyObject *count = PyLong_FromSsize_t(((Rows *)rows)->count);
        if (count == NULL || PyDict_SetItem(counts, name, count) < 0)
            Py_CLEAR(counts);
        Py_XDECREF(count);
    }
    return counts;
}

/* texts(lists, counts, wrap): the first new rows of each list that is counted, in what holds encoded text. */
PyObject *
texts(PyObject *Py_UNUSED(module), PyObject *args)
{
    PyObject *lists, *counts, *wrap, *name, *count;
    if (!PyArg_ParseTuple(args, "O!O!O:texts", &PyDict_Type, &lists, &PyDict_Type, &counts, &wrap))
        return NULL;
    PyObject *frame = PyDict_New();
    Py_ssize_t place = 0;
    while (frame != NULL && PyDict_Next(counts, &place, &name, &count)) {
        PyObject *rows = PyDict_GetItemWithError(lists, name);
        if (rows == NULL && !PyErr_Occurred())
            PyErr_SetObject(PyExc_KeyError, name);
        PyObject *text = rows == NULL || !are_rows(rows) ? NULL : rows_text((Rows *)rows, count);
        PyObject *wrapped = text == NULL ? NULL : PyObject_CallOneArg(wrap, text);
        if (wrapped == NULL || PyDict_SetItem(frame, name, wrapped) < 0)
            Py_CLEAR(frame);
        Py_XDECREF(text);
        Py_XDECREF(wrapped);
    }
    return frame;
}
