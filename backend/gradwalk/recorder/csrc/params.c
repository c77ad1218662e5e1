/* What rows say of an application's params, and the formula in which they are put. */

#include "usual.h"

static int
is_plain_value(PyObject *x)
{
    return x == Py_None || PyBool_Check(x) || PyLong_CheckExact(x) || PyFloat_CheckExact(x) || PyUnicode_CheckExact(x);
}

int
lasts(PyObject *value, PyObject *of_itself)
{
    if (value == of_itself || is_plain_value(value))
        return 1;
    if (!PyTuple_CheckExact(value))
        return 0;
    for (Py_ssize_t i = 0; i < PyTuple_GET_SIZE(value); i++)
        if (!is_plain_value(PyTuple_GET_ITEM(value, i)))
            return 0;
    return 1;
}

int
is_same(PyObject *a, PyObject *b)
{
    if (a == b)
        return 1;
    if (Py_TYPE(a) != Py_TYPE(b))
        return 0;
    if (PyFloat_CheckExact(a)) {
        double x = PyFloat_AS_DOUBLE(a), y = PyFloat_AS_DOUBLE(b);
        return memcmp(&x, &y, sizeof x) == 0;
    }
    if (!PyTuple_CheckExact(a) || PyTuple_GET_SIZE(a) != PyTuple_GET_SIZE(b))
        return 0;
    for (Py_ssize_t i = 0; i < PyTuple_GET_SIZE(a); i++)
        if (PyTuple_GET_ITEM(a, i) != PyTuple_GET_ITEM(b, i))
            return 0;
    return 1;
}

/* The values of params in the order of the declaration, or none; NULL without an exception where it is neither. */
static PyObject *
values_of(const Declared *op, PyObject *params)
{
    Py_ssize_t count = PyDict_GET_SIZE(params);
    if (count && count != op->params)
        return NULL;
    PyObject *values = PyTuple_New(count);
    for (Py_ssize_t i = 0; values != NULL && i < count; i++) {
        PyObject *value = PyDict_GetItemWithError(params, PyTuple_GET_ITEM(op->param_names, i));
        if (value == NULL)
            Py_CLEAR(values);
        else
            PyTuple_SET_ITEM(values, i, Py_NewRef(value));
    }
    return values;
}

static Given *
given_before(Declared *op, PyObject *params)
{
    Py_ssize_t count = PyDict_GET_SIZE(params);
    for (int k = 0; k < MOST_GIVEN; k++) {
        Given *given = &op->given[k];
        if (given->values == NULL || PyTuple_GET_SIZE(given->values) != count)
            continue;
        Py_ssize_t i = 0;
        while (i < count) {
            PyObject *value = PyDict_GetItemWithError(params, PyTuple_GET_ITEM(op->param_names, i));
            if (value == NULL || !is_same(value, PyTuple_GET_ITEM(given->values, i)))
                break;
            i++;
        }
        if (i == count)
            return given;
    }
    return NULL;
}

void
drop_given(Given *given)
{
    Py_CLEAR(given->values);
    Py_CLEAR(given->shown);
    Py_CLEAR(given->key);
    Py_CLEAR(given->formula);
}

/* Has Python describe params that last, and remembers what it says for all runs. NULL where they do not, or with an
   exception. */
static Given *
newly_given(Scribe *self, Declared *op, PyObject *params)
{
    PyObject *values = values_of(op, params);
    if (values == NULL)
        return NULL;
    for (Py_ssize_t i = 0; i < PyTuple_GET_SIZE(values); i++)
        if (!lasts(PyTuple_GET_ITEM(values, i), PyTuple_GET_ITEM(op->param_defaults, i))) {
            Py_DECREF(values);
            return NULL;
        }
    PyObject *shown, *key;
    PyObject *described = PyObject_CallMethod(self->transcript, "described", "OO", op->op, params);
    if (described == NULL || !PyArg_ParseTuple(described, "UO", &shown, &key)) {
        Py_XDECREF(described);
        Py_DECREF(values);
        return NULL;
    }
    Given *given = &op->given[op->next_given++ % MOST_GIVEN];
    drop_given(given);
    *given = (Given){values, Py_NewRef(shown), Py_NewRef(key), NULL};
    Py_DECREF(described);
    return given;
}

static int
add_formula(Scribe *self, PyObject *op, Given *given, PyObject *params)
{
    if (given->formula == NULL) {
        PyObject *row = PyObject_CallMethod(self->transcript, "formula", "OO", op, params);
        if (row == NULL)
            return -1;
        Py_XSETREF(given->formula, row);
    }
    return add_string(self->lists[FORMULAS], given->formula);
}

/* The index of a formula in this run; -1 for none, -2 with an exception. */
static long long
formula_by(Scribe *self, Usual *usual, Given *given, PyObject *params)
{
    if (given->key == Py_None)
        return -1;
    if (usual->key == given->key)
        return usual->formula;
    PyObject *found = PyDict_GetItemWithError(self->formulas, given->key);
    long long index = found == NULL ? next_index(self->lists[FORMULAS]) : whole(found);
    if (found == NULL) {
        PyObject *number = PyErr_Occurred() ? NULL : PyLong_FromLongLong(index);
        int failed = number == NULL || add_formula(self, usual->declared->op, given, params) < 0 ||
                     PyDict_SetItem(self->formulas, given->key, number) < 0;
        Py_XDECREF(number);
        if (failed)
            return -2;
    }
    Py_XSETREF(usual->key, Py_NewRef(given->key));
    usual->formula = index;
    return index;
}

int
find_params(Scribe *self, Usual *usual, PyObject *params, PyObject **shown, long long *formula)
{
    Declared *op = usual->declared;
    Given *given = given_before(op, params);
    if (given == NULL && !PyErr_Occurred())
        given = newly_given(self, op, params);
    *shown = NULL;
    if (PyErr_Occurred())
        return -1;
    if (given != NULL) {
        *formula = formula_by(self, usual, given, params);
        if (*formula == -2)
            return -1;
        *shown = Py_NewRef(given->shown);
        return 0;
    }
    PyObject *found = PyObject_CallMethod(self->document, "formula", "OO", op->op, params);
    if (found == NULL)
        return -1;
    *formula = found == Py_None ? -1 : whole(found);
    Py_DECREF(found);
    *shown = PyObject_CallMethod(self->transcript, "params", "OO", op->op, params);
    if (*shown != NULL && !PyUnicode_Check(*shown)) {
        PyErr_SetString(PyExc_TypeError, "params");
        Py_CLEAR(*shown);
    }
    return *shown == NULL ? -1 : 0;
}
