/* Steps of the backward pass. */

#include "records.h"

/* How rows of an array's numbers in its own shape begin; borrowed. */
static PyObject *
own_head(Scribe *self, Known *form, PyObject *array)
{
    if (form->own_head == NULL) {
        PyObject *shape = PyObject_GetAttrString(array, "shape");
        PyObject *head = shape == NULL ? NULL : PyObject_CallMethod(self->values, "head", "NC", shape, form->letter);
        if (head != NULL && !PyUnicode_Check(head)) {
            PyErr_SetString(PyExc_TypeError, "head");
            Py_CLEAR(head);
        }
        form->own_head = head;
    }
    return form->own_head;
}

/* Adds an array in its own shape, which is not known to be any cotangent; the value's index, or -1. */
static long long
add_array(Scribe *self, PyArrayObject *array)
{
    Known *form = known_form(self, array);
    PyObject *head = form == NULL ? NULL : own_head(self, form, (PyObject *)array);
    return head == NULL ? -1 : add_waiting(self->waiting, head, flat_of(self, array, NPY_CORDER), -1, -1);
}

long long
cotangent_of(Scribe *self, PyObject *cotangent)
{
    long long value = value_of(self->cotangents, cotangent);
    if (value >= 0)
        return value;
    int is_number = !PyArray_CheckExact(cotangent) && PyArray_IsScalar(cotangent, Number); /* what numpy makes of a single one */
    PyObject *array = is_number ? PyArray_FromScalar(cotangent, NULL) : Py_NewRef(cotangent);
    if (array == NULL)
        return -1;
    int is_usual = PyArray_CheckExact(array) && PyArray_NDIM((PyArrayObject *)array) <= MOST_DIMS;
    value = is_usual ? add_array(self, (PyArrayObject *)array) : -1;
    Py_DECREF(array);
    if (!is_usual) {
        PyObject *made = PyObject_CallMethod(self->document, "new_cotangent", "O", cotangent);
        Py_XDECREF(made);
        return made == NULL ? -1 : value_of(self->cotangents, cotangent);
    }
    return value < 0 || know_value(self->cotangents, cotangent, value) < 0 ? -1 : value;
}

Py_ssize_t
holds_cotangent(const Scribe *self, PyObject *cotangent)
{
    long long value = value_of(self->cotangents, cotangent);
    return value < 0 ? 0 : 1 + is_waiting(self->waiting, value, cotangent);
}

/* Finds the values of cotangents, which may write new ones; -1 for None. */
static int
find_values(Scribe *self, PyObject *const *cotangents, Py_ssize_t count, long long *found)
{
    for (Py_ssize_t i = 0; i < count; i++) {
        PyObject *cotangent = cotangents[i];
        found[i] = -1;
        if (cotangent != NULL && cotangent != Py_None && (found[i] = cotangent_of(self, cotangent)) < 0)
            return -1;
    }
    return 0;
}

static int
find_cotangents(Scribe *self, PyObject *cotangents, long long *found)
{
    return find_values(self, PySequence_Fast_ITEMS(cotangents), PySequence_Fast_GET_SIZE(cotangents), found);
}

static char *
add_cotangents(Text *text, char *to, const long long *found, Py_ssize_t count)
{
    to = ADD(to, "[");
    for (Py_ssize_t i = 0; i < count; i++) {
        to = ahead(text, to, 0);
        if (i)
            to = ADD(to, ",");
        to = found[i] < 0 ? ADD(to, "null") : add_number(to, found[i]);
    }
    return ADD(to, "]");
}

static int
is_short(PyObject *sequence)
{
    return (PyTuple_CheckExact(sequence) || PyList_CheckExact(sequence)) &&
           PySequence_Fast_GET_SIZE(sequence) <= MOST_COTANGENTS;
}

/* Has Python's transcript write it. */
static PyObject *
hand_over(Scribe *self, const char *name, PyObject *const *args, Py_ssize_t count)
{
    PyObject *write = PyObject_GetAttrString(self->transcript, name);
    PyObject *result = write == NULL ? NULL : PyObject_Vectorcall(write, args, count, NULL);
    Py_XDECREF(write);
    return result;
}

int
note_vjp(Scribe *self, const Ran *it)
{
    long long into[MOST_COTANGENTS], out[MOST_COTANGENTS], before[MOST_COTANGENTS];
    Py_ssize_t ins = it->given_count, outs = it->passed_on_count;
    long long ran = node_of(self, it->node);
    if (ran < 0 || find_values(self, it->given, ins, into) < 0 || find_values(self, it->passed_on, outs, out) < 0)
        return -1;
    int is_reduced = it->unreduced != NULL && PyDict_GET_SIZE(it->unreduced) > 0;
    if (is_reduced) {
        for (Py_ssize_t slot = 0; slot < outs; slot++) {
            PyObject *key = PyLong_FromSsize_t(slot);
            PyObject *cotangent = key == NULL ? NULL : PyDict_GetItemWithError(it->unreduced, key);
            Py_XDECREF(key);
            before[slot] = cotangent == NULL || cotangent == Py_None ? -1 : cotangent_of(self, cotangent);
            if (PyErr_Occurred())
                return -1;
        }
    }
    Py_ssize_t count = ins + (is_reduced ? 2 * outs : outs);
    RanRecord *record = add_record(&self->log, RAN, sizeof *record + count * sizeof *record->values);
    if (record == NULL)
        return -1;
    record->node = ran;
    record->ins = (int)ins;
    record->outs = (int)outs;
    record->is_reduced = is_reduced;
    for (Py_ssize_t i = 0; i < ins; i++)
        record->values[i] = into[i];
    for (Py_ssize_t i = 0; i < outs; i++)
        record->values[ins + i] = out[i];
    for (Py_ssize_t i = 0; is_reduced && i < outs; i++)
        record->values[ins + outs + i] = before[i];
    self->lists[EVENTS]->promised++;
    return 0;
}

int
write_ran_row(Scribe *self, const RanRecord *ran)
{
    Rows *events = self->lists[EVENTS];
    Text *text = &events->text;
    char *to = begin_row(events);
    to = ADD(to, "{\"kind\":\"vjp\",\"node\":");
    to = add_number(to, ran->node);
    to = ADD(to, ",\"cotangents_in\":");
    to = add_cotangents(text, to, ran->values, ran->ins);
    to = ADD(to, ",\"cotangents_out\":");
    to = add_cotangents(text, to, ran->values + ran->ins, ran->outs);
    if (ran->is_reduced) {
        to = ADD(to, ",\"unreduced\":");
        to = add_cotangents(text, to, ran->values + ran->ins + ran->outs, ran->outs);
    }
    to = ADD(to, "}");
    return keep_promise(events, to);
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
    if (!PyObject_TypeCheck(node, at.node) || !is_short(given) || !is_short(passed_on) || !PyDict_CheckExact(unreduced))
        return hand_over(self, "vjp", args, 4);
    Ran ran = {
        .node = node,
        .given = PySequence_Fast_ITEMS(given),
        .given_count = PySequence_Fast_GET_SIZE(given),
        .passed_on = PySequence_Fast_ITEMS(passed_on),
        .passed_on_count = PySequence_Fast_GET_SIZE(passed_on),
        .unreduced = unreduced,
    };
    return note_vjp(self, &ran) < 0 ? NULL : Py_NewRef(Py_None);
}

int
note_free(Scribe *self, PyObject *node)
{
    long long freed = node_of(self, node);
    return freed < 0 ? -1 : note_event(self, FREED, &freed, 1);
}

PyObject *
scribe_free(Scribe *self, PyObject *node)
{
    if (!PyObject_TypeCheck(node, at.node)) {
        PyErr_SetString(PyExc_TypeError, "not a node");
        return NULL;
    }
    return note_free(self, node) < 0 ? NULL : Py_NewRef(Py_None);
}

/* Whether a leaf's gradient is a tensor as passes make them. */
static int
is_usual_arrival(PyObject *node, PyObject *gradient, PyObject *contribution)
{
    PyObject *variable = Py_TYPE(node) == at.accumulator ? SLOT(node, at.variable) : NULL;
    PyObject *storage = is_plain(gradient) ? SLOT(gradient, at.own_storage) : NULL;
    return variable != NULL && is_plain(variable) && is_usual_memory(storage) && contribution != Py_None &&
           SLOT(gradient, at.grad_fn) == Py_None && SLOT(gradient, at.requires_grad) == Py_False &&
           SLOT(gradient, at.base_tensor) == Py_None && SLOT(storage, at.base) == SLOT(gradient, at.array);
}

/* The index of a leaf's gradient, which is written down if it is new; -1 with an exception. */
static long long
gradient_of(Scribe *self, PyObject *gradient, long long leaf)
{
    long long grad = index_by(self, SLOT(gradient, at.tensor_mark));
    if (grad >= 0)
        return grad;
    grad = note_tensor(self, gradient, -1, 1, leaf);
    PyObject *key = grad < 0 ? NULL : PyLong_FromLongLong(grad), *of = key == NULL ? NULL : PyLong_FromLongLong(leaf);
    if (of == NULL || PyDict_SetItem(self->gradient_of, key, of) < 0)
        grad = -1;
    Py_XDECREF(key);
    Py_XDECREF(of);
    return grad;
}

int
note_arrival(Scribe *self, PyObject *node, PyObject *gradient, PyObject *contribution, int is_first)
{
    if (!is_usual_arrival(node, gradient, contribution))
        return 0;
    long long leaf = tensor_of(self, SLOT(node, at.variable));
    long long grad = leaf < 0 ? -1 : gradient_of(self, gradient, leaf);
    long long sink = grad < 0 ? -1 : node_of(self, node), value = sink < 0 ? -1 : cotangent_of(self, contribution);
    long long number = value < 0 ? -1 : storage_of(self, SLOT(gradient, at.own_storage));
    if (number < 0)
        return -1;
    const long long numbers[] = {sink, leaf, grad, value, number_at(self->storage_values, number)};
    return note_event(self, is_first ? ARRIVED_FIRST : ARRIVED, numbers, 5) < 0 ? -1 : 1;
}

/* accumulate(node, gradient, contribution, first) */
PyObject *
scribe_accumulate(Scribe *self, PyObject *const *args, Py_ssize_t count)
{
    if (count != 4) {
        PyErr_SetString(PyExc_TypeError, "accumulate() takes 4 arguments");
        return NULL;
    }
    int done = note_arrival(self, args[0], args[1], args[2], args[3] == Py_True);
    if (done == 0)
        return hand_over(self, "accumulate", args, 4);
    return done < 0 ? NULL : Py_NewRef(Py_None);
}

static int
are_usual_roots(PyObject *roots)
{
    if (!is_short(roots))
        return 0;
    for (Py_ssize_t i = 0; i < PySequence_Fast_GET_SIZE(roots); i++) {
        PyObject *root = PySequence_Fast_GET_ITEM(roots, i);
        if (!is_plain(root) || SLOT(root, at.base_tensor) != Py_None || SLOT(root, at.grad_fn) == NULL)
            return 0;
    }
    return 1;
}

/* backward_begin(roots, gradients, accumulate, retain_graph, create_graph, span, scope) */
PyObject *
scribe_backward_begin(Scribe *self, PyObject *const *args, Py_ssize_t count)
{
    if (count != 7) {
        PyErr_SetString(PyExc_TypeError, "backward_begin() takes 7 arguments");
        return NULL;
    }
    PyObject *roots = args[0], *gradients = args[1];
    if (!are_usual_roots(roots) || !is_short(gradients) || !PyBool_Check(args[2]) || !PyBool_Check(args[3]) ||
        !PyBool_Check(args[4]))
        return hand_over(self, "backward_begin", args, count);
    forget_values(self->cotangents);
    long long starts[MOST_COTANGENTS], given[MOST_COTANGENTS];
    Py_ssize_t many = PySequence_Fast_GET_SIZE(roots);
    for (Py_ssize_t i = 0; i < many; i++) {
        PyObject *node = SLOT(PySequence_Fast_GET_ITEM(roots, i), at.grad_fn);
        if (node != Py_None && node_of(self, node) < 0)
            return NULL;
    }
    for (Py_ssize_t i = 0; i < many; i++)
        if ((starts[i] = tensor_of(self, PySequence_Fast_GET_ITEM(roots, i))) < 0)
            return NULL;
    if (find_cotangents(self, gradients, given) < 0)
        return NULL;
    Py_ssize_t much = PySequence_Fast_GET_SIZE(gradients);
    BegunRecord *begun = add_record(&self->log, BEGUN, sizeof *begun + (many + much) * sizeof *begun->values);
    if (begun == NULL)
        return NULL;
    begun->roots = (int)many;
    begun->gradients = (int)much;
    begun->accumulates = args[2] == Py_True;
    begun->retains = args[3] == Py_True;
    begun->is_recorded = args[4] == Py_True;
    begun->span = whole(args[5]);
    begun->scope = whole(args[6]);
    for (Py_ssize_t i = 0; i < many; i++)
        begun->values[i] = starts[i];
    for (Py_ssize_t i = 0; i < much; i++)
        begun->values[many + i] = given[i];
    self->lists[EVENTS]->promised++;
    Py_RETURN_NONE;
}

int
write_begun_row(Scribe *self, const BegunRecord *begun)
{
    Rows *events = self->lists[EVENTS];
    Text *text = &events->text;
    char *to = begin_row(events);
    to = ADD(to, "{\"kind\":\"backward_begin\",\"roots\":");
    to = add_cotangents(text, to, begun->values, begun->roots);
    to = ADD(to, ",\"gradients\":");
    to = add_cotangents(text, to, begun->values + begun->roots, begun->gradients);
    to = begun->accumulates ? ADD(to, ",\"accumulate\":true") : ADD(to, ",\"accumulate\":false");
    to = begun->retains ? ADD(to, ",\"retain_graph\":true") : ADD(to, ",\"retain_graph\":false");
    to = begun->is_recorded ? ADD(to, ",\"create_graph\":true") : ADD(to, ",\"create_graph\":false");
    to = begun->span < 0 ? to : add_number(ADD(to, ",\"span\":"), begun->span);
    to = begun->scope < 0 ? to : add_number(ADD(to, ",\"scope\":"), begun->scope);
    to = ADD(to, "}");
    return keep_promise(events, to);
}

PyObject *
scribe_backward_end(Scribe *self, PyObject *Py_UNUSED(none))
{
    forget_values(self->cotangents);
    return note_event(self, ENDED, NULL, 0) < 0 ? NULL : Py_NewRef(Py_None);
}

PyObject *
scribe_grad_cleared(Scribe *self, PyObject *leaf)
{
    if (!PyObject_TypeCheck(leaf, at.tensor)) {
        PyErr_SetString(PyExc_TypeError, "not a tensor");
        return NULL;
    }
    long long index = tensor_of(self, leaf);
    return index < 0 || note_event(self, CLEARED, &index, 1) < 0 ? NULL : Py_NewRef(Py_None);
}
