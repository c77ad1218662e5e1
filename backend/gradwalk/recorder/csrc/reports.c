/* What the runner reports most often: lines, tests, and names that are bound (recorder.py, names.py). */

#include "notes.h"
#include "records.h"

int
find_names(Notes *self)
{
    self->bound = PyObject_GetAttrString(self->names, "bound");
    self->bound_in_calls = self->bound == NULL ? NULL : PyObject_GetAttrString(self->names, "bound_in_calls");
    self->parts = self->bound_in_calls == NULL ? NULL : PyObject_GetAttrString(self->names, "parts");
    if (self->parts == NULL)
        return -1;
    if (PyAnySet_Check(self->bound) && PyAnySet_Check(self->bound_in_calls) && PyDict_Check(self->parts))
        return 0;
    PyErr_SetString(PyExc_TypeError, "names are kept in sets, and those of parts in a dictionary");
    return -1;
}

/* Logs the row of a line at once, or has it wait; -1 with an exception. */
static int
tell_line(Notes *self, PyObject *span, PyObject *scope)
{
    int ready = is_ready(self);
    if (ready < 0)
        return -1;
    if (ready) {
        const long long numbers[] = {whole(span), whole(scope)};
        return note_event((Scribe *)self->scribe, LINE, numbers, 2) < 0 ? -1 : after_writing(self, 0);
    }
    PyObject *row = scope == Py_None ? PyUnicode_FromFormat("{\"kind\":\"line\",\"span\":%S}", span)
                                     : PyUnicode_FromFormat("{\"kind\":\"line\",\"span\":%S,\"scope\":%S}", span, scope);
    PyObject *noted = row == NULL ? NULL : PyObject_CallMethod(self->journal, "note", "Oi", row, 0);
    Py_XDECREF(row);
    Py_XDECREF(noted);
    return noted == NULL ? -1 : 0;
}

/* A line past those that are told as they come. */
static int
keep_line(Notes *self, PyObject *span)
{
    PyObject *kept = PyObject_CallMethod(self->tail, "line", "O", span);
    Py_XDECREF(kept);
    PyObject *sent = kept == NULL ? NULL : PyObject_CallMethod(self->journal, "send_if_due", NULL);
    Py_XDECREF(sent);
    return sent == NULL ? -1 : 0;
}

/* Recorder.line(span) */
PyObject *
notes_line(Notes *self, PyObject *span)
{
    if (!PyLong_CheckExact(span)) {
        PyErr_SetString(PyExc_TypeError, "line() takes a span");
        return NULL;
    }
    if (self->is_full)
        Py_RETURN_NONE;
    long long left = whole(SLOT(self->tail, at.left));
    int failed;
    if (left > 0) {
        PyObject *scope = current_scope(self);
        failed = scope == NULL || set_number(self->tail, at.left, left - 1) < 0 || tell_line(self, span, scope) < 0;
        Py_XDECREF(scope);
    }
    else
        failed = keep_line(self, span);
    if (failed)
        return NULL;
    if ((double)whole(SLOT(self->stream, at.sent)) > self->room)
        return PyObject_CallNoArgs(self->end_record);
    Py_RETURN_NONE;
}

static int
note_report(Scribe *scribe, RecordKind kind, const ReportRecord *report)
{
    ReportRecord *kept = add_record(&scribe->log, kind, sizeof *kept);
    if (kept == NULL)
        return -1;
    Record record = kept->record;
    *kept = *report;
    kept->record = record;
    Py_INCREF(kept->text);
    scribe->lists[EVENTS]->promised++;
    return 0;
}

int
write_report_row(Scribe *self, const ReportRecord *report)
{
    Rows *events = self->lists[EVENTS];
    char *to = begin_row(events);
    if (report->record.kind == BOUND) {
        to = ADD(to, "{\"kind\":\"bind\",\"name\":");
        to = add_text(&events->text, to, report->text);
    }
    else {
        to = ADD(to, "{\"kind\":\"branch\",\"statement\":\"");
        to = add_text(&events->text, to, report->text);
        to = ADD(to, "\"");
        to = report->span < 0 ? to : add_number(ADD(to, ",\"span\":"), report->span);
        to = report->scope < 0 ? to : add_number(ADD(to, ",\"scope\":"), report->scope);
        to = report->value ? ADD(to, ",\"value\":true") : ADD(to, ",\"value\":false");
    }
    to = report->tensor < 0 ? to : add_number(ADD(to, ",\"tensor\":"), report->tensor);
    to = ADD(to, "}");
    return keep_promise(events, to);
}

/* Whether a value is surely neither a tensor nor has any. */
static int
is_no_tensor(PyObject *value)
{
    return value == Py_None || PyLong_CheckExact(value) || PyFloat_CheckExact(value) || PyBool_Check(value) ||
           PyUnicode_CheckExact(value) || PyList_CheckExact(value) || PyTuple_CheckExact(value) ||
           PyDict_CheckExact(value) || PyFunction_Check(value);
}

/* Whether nothing is to be told of a name that is bound to no tensor; -1 with an exception. */
static int
is_untold(Notes *self, PyObject *name, int is_local)
{
    if (is_local)
        return PySet_GET_SIZE(self->bound_in_calls) == 0;
    int was_bound = PySet_Contains(self->bound, name);
    return was_bound < 0 ? -1 : !was_bound;
}

/* Writes that a name of the run is bound to a tensor; 1, 0 if that has to wait, or -1. */
static int
tell_bound(Notes *self, PyObject *name, PyObject *tensor)
{
    Scribe *scribe = (Scribe *)self->scribe;
    int ready = is_ready(self);
    if (ready <= 0)
        return ready;
    PyObject *quoted = quoted_as_shown(scribe, name);
    if (quoted == NULL || PySet_Add(self->bound, name) < 0) {
        Py_XDECREF(quoted);
        return -1;
    }
    scribe->is_writing = 1;
    long long index = tensor_of(scribe, tensor);
    int failed = index < 0;
    if (!failed) {
        ReportRecord bound = {{0}, quoted, -1, -1, index, 0};
        failed = note_report(scribe, BOUND, &bound) < 0;
    }
    scribe->is_writing = 0;
    Py_DECREF(quoted);
    return failed ? -1 : after_writing(self, 0);
}

/* Writes how a test came out, which asks for the truth of a tensor, or of something else; 1, 0 if that has to wait, or
   -1. */
static int
tell_outcome(Notes *self, PyObject *statement, PyObject *span, PyObject *value, PyObject *tensor)
{
    Scribe *scribe = (Scribe *)self->scribe;
    int ready = is_ready(self);
    if (ready <= 0)
        return ready;
    PyObject *scope = current_scope(self);
    if (scope == NULL)
        return -1;
    scribe->is_writing = 1;
    long long index = tensor == NULL ? -1 : tensor_of(scribe, tensor);
    int failed = tensor != NULL && index < 0;
    if (!failed) {
        ReportRecord tested = {{0}, statement, whole(span), whole(scope), index, value == Py_True};
        failed = note_report(scribe, TESTED, &tested) < 0;
    }
    scribe->is_writing = 0;
    Py_DECREF(scope);
    return failed ? -1 : after_writing(self, 0);
}

/* Whether a string needs nothing to be JSON but quotes. */
static int
is_word(PyObject *string)
{
    if (!PyUnicode_CheckExact(string) || !PyUnicode_IS_COMPACT_ASCII(string))
        return 0;
    const char *letters = (const char *)PyUnicode_1BYTE_DATA(string);
    for (Py_ssize_t i = 0; i < PyUnicode_GET_LENGTH(string); i++)
        if (letters[i] < 'a' || letters[i] > 'z')
            return 0;
    return 1;
}

/* Recorder.branch(statement, span, value, tested) */
PyObject *
notes_branch(Notes *self, PyObject *const *args, Py_ssize_t count)
{
    if (count != 4) {
        PyErr_SetString(PyExc_TypeError, "branch() takes a statement, a span, a truth value, and what was tested");
        return NULL;
    }
    if (self->is_full)
        Py_RETURN_NONE;
    PyObject *tested = args[3];
    int is_tensor = is_plain(tested), is_told = is_tensor ? SLOT(tested, at.base_tensor) == Py_None
                                                          : !PyObject_TypeCheck(tested, at.tensor);
    if (is_told && (is_tensor || whole(SLOT(self->tail, at.left)) > 0) && is_word(args[0]) &&
        PyLong_CheckExact(args[1]) && PyBool_Check(args[2])) {
        int done = tell_outcome(self, args[0], args[1], args[2], is_tensor ? tested : NULL);
        if (done)
            return done < 0 ? NULL : Py_NewRef(Py_None);
    }
    return PyObject_Vectorcall(self->tell_test, args, 4, NULL);
}

/* Recorder.bind(name, value, local) */
PyObject *
notes_bind(Notes *self, PyObject *const *args, Py_ssize_t count)
{
    if (count != 3 || !PyUnicode_Check(args[0])) {
        PyErr_SetString(PyExc_TypeError, "bind() takes a name, a value, and whether the name is local");
        return NULL;
    }
    if (self->is_full)
        Py_RETURN_NONE;
    PyObject *name = args[0], *value = args[1];
    int is_local = args[2] == Py_True;
    int may_have_parts = is_local || PyDict_GET_SIZE(self->parts) == 0 ? 0 : PyDict_Contains(self->parts, name);
    int done = may_have_parts;
    if (may_have_parts == 0) {
        if (is_no_tensor(value))
            done = is_untold(self, name, is_local);
        else if (!is_local && is_plain(value) && SLOT(value, at.base_tensor) == Py_None)
            done = tell_bound(self, name, value);
    }
    if (done < 0)
        return NULL;
    if (done == 0 || may_have_parts)
        return PyObject_CallMethod(self->names, "bind", "OOO", name, value, args[2]);
    Py_RETURN_NONE;
}
