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

/* Whether params are under the same names, in the same order. */
static int
are_named_alike(const Applied *it, const Given *given)
{
    if (it->param_names == NULL || given->names == NULL)
        return it->param_names == NULL && given->names == NULL;
    for (Py_ssize_t i = 0; i < it->param_count; i++) {
        PyObject *a = it->param_names[i], *b = PyTuple_GET_ITEM(given->names, i);
        if (a != b && !(PyUnicode_CheckExact(a) && PyUnicode_CheckExact(b) && PyUnicode_Compare(a, b) == 0))
            return 0;
    }
    return 1;
}

static Given *
given_before(const Applied *it)
{
    Declared *op = it->usual->declared;
    for (int k = 0; k < MOST_GIVEN; k++) {
        Given *given = &op->given[k];
        if (given->values == NULL || PyTuple_GET_SIZE(given->values) != it->param_count || !are_named_alike(it, given))
            continue;
        Py_ssize_t i = 0;
        while (i < it->param_count && is_same(it->params[i], PyTuple_GET_ITEM(given->values, i)))
            i++;
        if (i == it->param_count)
            return given;
    }
    return NULL;
}

int
do_last(const Applied *it)
{
    for (int i = 0; i < it->param_count; i++) {
        PyObject *by_default =
            it->param_names == NULL ? PyTuple_GET_ITEM(it->usual->declared->param_defaults, i) : NULL;
        if (!lasts(it->params[i], by_default))
            return 0;
    }
    return it->param_count >= 0;
}

static PyObject *
tuple_of(PyObject *const *objects, int count)
{
    PyObject *tuple = PyTuple_New(count);
    for (int i = 0; tuple != NULL && i < count; i++)
        PyTuple_SET_ITEM(tuple, i, Py_NewRef(objects[i]));
    return tuple;
}

/* As Python's part of the recorder wants them; borrowed. */
static PyObject *
named(Applied *it)
{
    if (it->named == NULL) {
        it->named = PyDict_New();
        for (int i = 0; it->named != NULL && i < it->param_count; i++)
            if (PyDict_SetItem(it->named, PyTuple_GET_ITEM(it->usual->declared->param_names, i), it->params[i]) < 0)
                Py_CLEAR(it->named);
    }
    return it->named;
}

void
drop_given(Given *given)
{
    Py_CLEAR(given->values);
    Py_CLEAR(given->names);
    Py_CLEAR(given->shown);
    Py_CLEAR(given->key);
    Py_CLEAR(given->formula);
}

/* Has Python describe params that last, and remembers what it says for all runs. NULL where they do not, or with an
   exception. */
static Given *
newly_given(Scribe *self, Applied *it)
{
    Declared *op = it->usual->declared;
    if (!do_last(it))
        return NULL;
    PyObject *values = tuple_of(it->params, it->param_count), *names = NULL, *described = NULL, *shown, *key;
    if (values != NULL && it->param_names != NULL)
        names = tuple_of(it->param_names, it->param_count);
    PyObject *params = values == NULL || (names == NULL && it->param_names != NULL) ? NULL : named(it);
    if (params != NULL)
        described = PyObject_CallMethod(self->transcript, "described", "OO", op->op, params);
    if (described == NULL || !PyArg_ParseTuple(described, "UO", &shown, &key)) {
        Py_XDECREF(described);
        Py_XDECREF(values);
        Py_XDECREF(names);
        return NULL;
    }
    Given *given = &op->given[op->next_given++ % MOST_GIVEN];
    drop_given(given);
    *given = (Given){values, names, Py_NewRef(shown), Py_NewRef(key), NULL};
    Py_DECREF(described);
    return given;
}

static int
add_formula(Scribe *self, Applied *it, Given *given)
{
    if (given->formula == NULL) {
        PyObject *params = named(it);
        PyObject *row = params == NULL ? NULL : PyObject_CallMethod(self->transcript, "formula", "OO", it->op, params);
        if (row == NULL)
            return -1;
        Py_XSETREF(given->formula, row);
    }
    return add_string(self->lists[FORMULAS], given->formula);
}

/* The index of a formula in this run; -1 for none, -2 with an exception. */
static long long
formula_by(Scribe *self, Applied *it, Given *given)
{
    Usual *usual = it->usual;
    if (given->key == Py_None)
        return -1;
    if (usual->key == given->key)
        return usual->formula;
    PyObject *found = PyDict_GetItemWithError(self->formulas, given->key);
    long long index = found == NULL ? next_index(self->lists[FORMULAS]) : whole(found);
    if (found == NULL) {
        PyObject *number = PyErr_Occurred() ? NULL : PyLong_FromLongLong(index);
        int failed = number == NULL || add_formula(self, it, given) < 0 ||
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
find_params(Scribe *self, Applied *it, PyObject **shown, long long *formula)
{
    Given *given = given_before(it);
    if (given == NULL && !PyErr_Occurred())
        given = newly_given(self, it);
    *shown = NULL;
    if (PyErr_Occurred())
        return -1;
    if (given != NULL) {
        *formula = formula_by(self, it, given);
        if (*formula == -2)
            return -1;
        *shown = Py_NewRef(given->shown);
        return 0;
    }
    PyObject *params = named(it);
    PyObject *found = params == NULL ? NULL : PyObject_CallMethod(self->document, "formula", "OO", it->op, params);
    if (found == NULL)
        return -1;
    *formula = found == Py_None ? -1 : whole(found);
    Py_DECREF(found);
    *shown = PyObject_CallMethod(self->transcript, "params", "OO", it->op, params);
    if (*shown != NULL && !PyUnicode_Check(*shown)) {
        PyErr_SetString(PyExc_TypeError, "params");
        Py_CLEAR(*shown);
    }
    return *shown == NULL ? -1 : 0;
}
