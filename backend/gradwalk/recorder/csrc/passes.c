/* Steps of the backward pass. */

#include "scribe.h"

/* The value of a cotangent: (itself, its index, that as JSON); borrowed. */
static PyObject *
known_cotangent(Scribe *self, PyObject *cotangent)
{
    PyObject *key = PyLong_FromVoidPtr(cotangent);
    if (key == NULL)
        return NULL;
    PyObject *found = PyDict_GetItemWithError(self->cotangents, key);
    if (found != NULL || PyErr_Occurred()) {
        Py_DECREF(key);
        return found;
    }
    PyArrayObject *array = (PyArrayObject *)cotangent;
    Known *form = NULL;
    if (PyArray_CheckExact(cotangent) && PyArray_SIZE(array) <= self->most) {
        form = known_form(self, array);
        if (form == NULL && PyErr_Occurred()) {
            Py_DECREF(key);
            return NULL;
        }
    }
    if (form == NULL) {
        PyObject *made = PyObject_CallMethod(self->document, "new_cotangent", "O", cotangent);
        Py_XDECREF(made);
        found = made == NULL ? NULL : PyDict_GetItemWithError(self->cotangents, key);
        Py_DECREF(key);
        return found;
    }
    if (form->own_head == NULL) {
        PyObject *shape = PyObject_GetAttrString(cotangent, "shape");
        PyObject *head = shape == NULL ? NULL
                                       : PyObject_CallMethod(self->lists[VALUES], "head", "NC", shape, form->letter);
        PyObject *own = head == NULL ? NULL : PyUnicode_FromFormat("{%U", head);
        Py_XDECREF(head);
        if (own == NULL) {
            Py_DECREF(key);
            return NULL;
        }
        form->own_head = own;
    }
    long long value = add_waiting(self, Py_NewRef(form->own_head), flat_of(array, NPY_CORDER));
    PyObject *known = NULL;
    if (value >= 0) {
        Text *text = &self->text;
        begin(text);
        put_number(text, value);
        PyObject *said = written(text);
        known = said == NULL ? NULL : Py_BuildValue("(OLN)", cotangent, value, said);
    }
    if (known == NULL || PyDict_SetItem(self->cotangents, key, known) < 0)
        Py_CLEAR(known);
    Py_DECREF(key);
    Py_XDECREF(known); /* the dict holds it */
    return known;
}

/* Finds the values of cotangents, which may write new ones, as tuples in `found`; NULL for None. */
static int
find_cotangents(Scribe *self, PyObject *cotangents, PyObject **found)
{
    for (Py_ssize_t i = 0; i < PySequence_Fast_GET_SIZE(cotangents); i++) {
        PyObject *cotangent = PySequence_Fast_GET_ITEM(cotangents, i);
        found[i] = NULL;
        if (cotangent != Py_None) {
            PyObject *known = known_cotangent(self, cotangent);
            if (known == NULL)
                return -1;
            found[i] = PyTuple_GET_ITEM(known, 2);
        }
    }
    return 0;
}

static void
put_cotangents(Text *text, PyObject **found, Py_ssize_t count)
{
    PUT(text, "[");
    for (Py_ssize_t i = 0; i < count; i++) {
        if (i)
            PUT(text, ",");
        if (found[i] == NULL)
            PUT(text, "null");
        else
            put_string(text, found[i]);
    }
    PUT(text, "]");
}

#define MOST_COTANGENTS 64

static int
is_short(PyObject *sequence)
{
    return (PyTuple_CheckExact(sequence) || PyList_CheckExact(sequence)) &&
           PySequence_Fast_GET_SIZE(sequence) <= MOST_COTANGENTS;
}

/* vjp(node, cotangents_in, cotangents_out, unreduced) */
PyObject *
scribe_vjp(Scribe *self, PyObject *const *args, Py_ssize_t count)
{
    if (count != 4) {
        PyErr_SetString(PyExc_TypeError, "vjp() takes 4 arguments");
        return NULL;
    }
    PyObject *node = args[0], *given = args[1], *passed_on = args[2], *unreduced = args[3];
    if (!PyObject_TypeCheck(node, at.node) || !is_short(given) || !is_short(passed_on) || !PyDict_CheckExact(unreduced)) {
        PyObject *write = PyObject_GetAttrString(self->transcript, "vjp");
        PyObject *result = write == NULL ? NULL : PyObject_Vectorcall(write, args, 4, NULL);
        Py_XDECREF(write);
        return result;
    }
    PyObject *into[MOST_COTANGENTS], *out[MOST_COTANGENTS], *before[MOST_COTANGENTS];
    Py_ssize_t ins = PySequence_Fast_GET_SIZE(given), outs = PySequence_Fast_GET_SIZE(passed_on);
    long long ran = index_of(self, SLOT(node, at.node_mark), node, "node");
    if (ran < 0 || find_cotangents(self, given, into) < 0 || find_cotangents(self, passed_on, out) < 0)
        return NULL;
    int is_reduced = PyDict_GET_SIZE(unreduced) > 0;
    if (is_reduced) {
        memset(before, 0, sizeof before);
        for (Py_ssize_t slot = 0; slot < outs; slot++) {
            PyObject *key = PyLong_FromSsize_t(slot);
            PyObject *cotangent = key == NULL ? NULL : PyDict_GetItemWithError(unreduced, key);
            Py_XDECREF(key);
            if (cotangent != NULL && cotangent != Py_None) {
                PyObject *known = known_cotangent(self, cotangent);
                before[slot] = known == NULL ? NULL : PyTuple_GET_ITEM(known, 2);
            }
            if (PyErr_Occurred())
                return NULL;
        }
    }
    Text *text = &self->text;
    begin(text);
    PUT(text, "{\"kind\":\"vjp\",\"node\":");
    put_number(text, ran);
    PUT(text, ",\"cotangents_in\":");
    put_cotangents(text, into, ins);
    PUT(text, ",\"cotangents_out\":");
    put_cotangents(text, out, outs);
    if (is_reduced) {
        PUT(text, ",\"unreduced\":");
        put_cotangents(text, before, outs);
    }
    PUT(text, "}");
    if (add_row(self->items[EVENTS], text) < 0)
        return NULL;
    Py_RETURN_NONE;
}

PyObject *
scribe_free(Scribe *self, PyObject *node)
{
    if (!PyObject_TypeCheck(node, at.node)) {
        PyErr_SetString(PyExc_TypeError, "not a node");
        return NULL;
    }
    long long freed = index_of(self, SLOT(node, at.node_mark), node, "node");
    if (freed < 0)
        return NULL;
    begin(&self->text);
    PUT(&self->text, "{\"kind\":\"free\",\"node\":");
    put_number(&self->text, freed);
    PUT(&self->text, "}");
    if (add_row(self->items[EVENTS], &self->text) < 0)
        return NULL;
    Py_RETURN_NONE;
}

/* accumulate(node, gradient, contribution, first) */
PyObject *
scribe_accumulate(Scribe *self, PyObject *const *args, Py_ssize_t count)
{
    if (count != 4) {
        PyErr_SetString(PyExc_TypeError, "accumulate() takes 4 arguments");
        return NULL;
    }
    PyObject *node = args[0], *gradient = args[1], *contribution = args[2];
    PyObject *variable = Py_TYPE(node) == at.accumulator ? SLOT(node, at.variable) : NULL;
    PyObject *storage = is_plain(gradient) ? SLOT(gradient, at.own_storage) : NULL;
    if (variable == NULL || !is_plain(variable) || !is_short_memory(storage) || contribution == Py_None ||
        SLOT(gradient, at.grad_fn) != Py_None || SLOT(gradient, at.requires_grad) != Py_False ||
        SLOT(gradient, at.base_tensor) != Py_None || SLOT(storage, at.base) != SLOT(gradient, at.array)) {
        PyObject *write = PyObject_GetAttrString(self->transcript, "accumulate");
        PyObject *result = write == NULL ? NULL : PyObject_Vectorcall(write, args, 4, NULL);
        Py_XDECREF(write);
        return result;
    }
    long long leaf = index_of(self, SLOT(variable, at.tensor_mark), variable, "tensor");
    if (leaf < 0)
        return NULL;
    long long grad = whole(SLOT(gradient, at.tensor_mark)) - self->first;
    if (grad < 0 || grad >= ROOM) {
        long long number = whole(SLOT(storage, at.storage_mark)) - self->first;
        if (0 <= number && number < ROOM) { /* its memory is known */
            PyObject *made = PyObject_CallMethod(self->document, "tensor", "OOL", gradient, Py_None, leaf);
            grad = whole(made);
            Py_XDECREF(made);
        }
        else {
            grad = write_tensor(self, gradient, -1, ",\"gradient_of\":", leaf);
            PyObject *key = grad < 0 ? NULL : PyLong_FromLongLong(grad), *of = PyLong_FromLongLong(leaf);
            if (key == NULL || of == NULL || PyDict_SetItem(self->gradient_of, key, of) < 0)
                grad = -1;
            Py_XDECREF(key);
            Py_XDECREF(of);
        }
        if (grad < 0)
            return NULL;
    }
    long long sink = index_of(self, SLOT(node, at.node_mark), node, "node");
    PyObject *known = sink < 0 ? NULL : known_cotangent(self, contribution);
    long long number = known == NULL ? -1 : index_of(self, SLOT(storage, at.storage_mark), storage, "storage");
    if (number < 0)
        return NULL;
    Text *text = &self->text;
    begin(text);
    PUT(text, "{\"kind\":\"accumulate\",\"node\":");
    put_number(text, sink);
    PUT(text, ",\"tensor\":");
    put_number(text, leaf);
    PUT(text, ",\"grad\":");
    put_number(text, grad);
    PUT(text, ",\"contribution\":");
    put_string(text, PyTuple_GET_ITEM(known, 2));
    PUT(text, ",\"result\":");
    put_number(text, whole(PyList_GET_ITEM(self->storage_values, (Py_ssize_t)number)));
    put(text, args[3] == Py_True ? ",\"first\":true}" : ",\"first\":false}", args[3] == Py_True ? 14 : 15);
    if (add_row(self->items[EVENTS], text) < 0)
        return NULL;
    Py_RETURN_NONE;
}
