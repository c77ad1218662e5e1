/* Scopes that open and close (scopes.py). */

#include "notes.h"

/* Recorder.enter(kind, span, label, index=None) */
PyObject *
notes_enter(Notes *self, PyObject *const *args, Py_ssize_t count)
{
    int is_given = (count == 3 || count == 4) && PyUnicode_Check(args[0]) && PyLong_CheckExact(args[1]) &&
                   PyUnicode_Check(args[2]) && (count == 3 || args[3] == Py_None || PyLong_CheckExact(args[3]));
    if (!is_given) {
        PyErr_SetString(PyExc_TypeError, "enter() takes a kind, a span, a label, and the number of an iteration");
        return NULL;
    }
    if (self->is_full)
        return PyLong_FromLong(0);
    PyObject *token = PyLong_FromLongLong(whole(SLOT(self->scopes, at.tokens)) + 1);
    PyObject *scope = token == NULL ? NULL : at.scope->tp_alloc(at.scope, 0);
    if (scope == NULL) {
        Py_XDECREF(token);
        return NULL;
    }
    SLOT(scope, at.scope_token) = Py_NewRef(token);
    SLOT(scope, at.scope_kind) = Py_NewRef(args[0]);
    SLOT(scope, at.scope_span) = Py_NewRef(args[1]);
    SLOT(scope, at.scope_label) = Py_NewRef(args[2]);
    SLOT(scope, at.scope_iteration) = Py_NewRef(count == 4 ? args[3] : Py_None);
    SLOT(scope, at.scope_node) = Py_NewRef(Py_None);
    SLOT(scope, at.scope_index) = Py_NewRef(Py_None);
    int failed = PyList_Append(self->open, scope) < 0;
    Py_DECREF(scope);
    if (failed) {
        Py_DECREF(token);
        return NULL;
    }
    set_slot(self->scopes, at.tokens, Py_NewRef(token));
    return token;
}

/* Recorder.leave(token) */
PyObject *
notes_leave(Notes *self, PyObject *token)
{
    if (self->is_full)
        Py_RETURN_NONE;
    long long from = PyLong_AsLongLong(token);
    if (from == -1 && PyErr_Occurred())
        return NULL;
    Py_ssize_t first = PyList_GET_SIZE(self->open);
    while (first > 0 && whole(SLOT(PyList_GET_ITEM(self->open, first - 1), at.scope_token)) >= from)
        first--;
    if (first == PyList_GET_SIZE(self->open) - 1) { /* as most do: the last goes, and the list keeps its room */
        PyObject *scope = PyList_GET_ITEM(self->open, first);
        Py_SET_SIZE(self->open, first);
        Py_DECREF(scope);
    }
    else if (PyList_SetSlice(self->open, first, PyList_GET_SIZE(self->open), NULL) < 0)
        return NULL;
    Py_RETURN_NONE;
}

/* Writes down a scope in one that is written, or in none; its index, or -1 with an exception. */
static long long
write_scope(Notes *self, PyObject *scope, PyObject *parent)
{
    Scribe *scribe = (Scribe *)self->scribe;
    PyObject *label = quoted_as_shown(scribe, SLOT(scope, at.scope_label));
    if (label == NULL)
        return -1;
    int is_of_node = SLOT(scope, at.scope_node) != Py_None;
    Rows *scopes = scribe->lists[SCOPES];
    long long index = next_index(scopes);
    char *to = begin_row(scopes);
    to = ADD(to, "{\"kind\":\"");
    to = add_text(&scopes->text, to, SLOT(scope, at.scope_kind));
    to = ADD(to, "\"");
    to = ADD_FIELD(to, ",\"span\":", SLOT(scope, at.scope_span));
    to = ADD(to, ",\"label\":");
    to = add_text(&scopes->text, to, label);
    to = ADD_FIELD(to, ",\"parent\":", parent);
    if (is_of_node)
        to = ADD_FIELD(to, ",\"node\":", SLOT(scope, at.scope_node));
    else
        to = ADD_FIELD(to, ",\"index\":", SLOT(scope, at.scope_iteration));
    to = ADD(to, "}");
    Py_DECREF(label);
    return close_row(scopes, to) < 0 || set_number(scope, at.scope_index, index) < 0 ? -1 : index;
}

PyObject *
current_scope(Notes *self)
{
    Py_ssize_t depth = PyList_GET_SIZE(self->open);
    PyObject *parent = Py_None;
    for (Py_ssize_t first = depth; first > 0; first--) { /* one that is written, and all around it are */
        PyObject *index = SLOT(PyList_GET_ITEM(self->open, first - 1), at.scope_index);
        if (index != Py_None) {
            parent = index;
            depth = first;
            break;
        }
        if (first == 1)
            depth = 0;
    }
    Py_INCREF(parent);
    while (depth < PyList_GET_SIZE(self->open)) {
        PyObject *scope = Py_NewRef(PyList_GET_ITEM(self->open, depth++));
        long long index = write_scope(self, scope, parent);
        Py_SETREF(parent, index < 0 ? NULL : PyLong_FromLongLong(index));
        Py_DECREF(scope);
        if (parent == NULL)
            return NULL;
    }
    return parent;
}
