#include "decimals.h"
#include "joined.h"
#include "scribe.h"

#include <math.h>
#include <structmember.h>

static const char WRITTEN[] = "the values were written meanwhile";

static void
drop_value(Value *value)
{
    Py_XDECREF(value->whose);
    Py_DECREF(value->head);
    Py_DECREF(value->flat);
    PyMem_Free(value->summary);
}

static void
waiting_dealloc(Waiting *self)
{
    for (Py_ssize_t i = 0; i < self->count; i++)
        drop_value(&self->values[i]);
    PyMem_Free(self->values);
    Py_XDECREF(self->rows);
    Py_XDECREF(self->encoded);
    Py_XDECREF(self->elements_of);
    Py_XDECREF(self->summed_up);
    Py_TYPE(self)->tp_free((PyObject *)self);
}

/* Whether the encoder that there is writes floats as we do, found out once; -1 with an exception. */
static int
writes_alike(PyObject *encode)
{
    static int found = -1;
    if (found >= 0)
        return found;
    npy_intp size = PROBE.count;
    PyObject *probe = PyArray_SimpleNew(1, &size, NPY_FLOAT);
    if (probe != NULL)
        memcpy(PyArray_DATA((PyArrayObject *)probe), PROBE.numbers, size * sizeof *PROBE.numbers);
    PyObject *arrays = probe == NULL ? NULL : PyList_New(1);
    if (arrays == NULL) {
        Py_XDECREF(probe);
        return -1;
    }
    PyList_SET_ITEM(arrays, 0, probe);
    PyObject *encoded = PyObject_CallOneArg(encode, arrays);
    Py_DECREF(arrays);
    if (encoded == NULL)
        return -1;
    found = are_written_alike(encoded);
    Py_DECREF(encoded);
    return found;
}

/* Waiting(rows, encoded, elements_of, summed_up, max_elements, most_elements, most_held) */
static PyObject *
waiting_new(PyTypeObject *type, PyObject *args, PyObject *Py_UNUSED(kwargs))
{
    PyObject *rows, *encoded, *elements_of, *summed_up;
    long long max_elements, most_elements, most_held;
    if (!PyArg_ParseTuple(args, "O!OOOLLL:Waiting", &RowsType, &rows, &encoded, &elements_of, &summed_up, &max_elements,
                          &most_elements, &most_held))
        return NULL;
    int alike = writes_alike(encoded);
    if (alike < 0)
        return NULL;
    Waiting *self = (Waiting *)type->tp_alloc(type, 0);
    if (self == NULL)
        return NULL;
    self->rows = (Rows *)Py_NewRef(rows);
    self->encoded = Py_NewRef(encoded);
    self->elements_of = Py_NewRef(elements_of);
    self->summed_up = Py_NewRef(summed_up);
    self->writes_floats = alike;
    self->max_elements = max_elements;
    self->most_elements = most_elements;
    self->most_held = most_held;
    return (PyObject *)self;
}

/* How many elements of a value are listed. */
static long long
listed(const Waiting *self, const Value *value)
{
    long long size = (long long)PyArray_SIZE((PyArrayObject *)value->flat);
    return size < self->max_elements ? size : self->max_elements;
}

static long long
bytes_of(const Value *value)
{
    return (long long)PyArray_NBYTES((PyArrayObject *)value->flat);
}

/* Takes references to `whose` and `head`; steals `flat`. */
static long long
wait_for(Waiting *self, PyObject *whose, PyObject *head, PyObject *flat, long long storage, long long version)
{
    if (flat == NULL)
        return -1;
    if (self->count == self->room) {
        Py_ssize_t room = self->room ? 2 * self->room : 32;
        Value *values = PyMem_Realloc(self->values, room * sizeof *values);
        if (values == NULL) {
            Py_DECREF(flat);
            PyErr_NoMemory();
            return -1;
        }
        self->values = values;
        self->room = room;
    }
    Value *value = &self->values[self->count++];
    *value = (Value){Py_XNewRef(whose), Py_NewRef(head), flat, storage, version, 0, ENCODED, 0, NULL, NULL};
    self->elements += listed(self, value);
    self->held += bytes_of(value);
    return next_index(self->rows) + (long long)self->count - 1;
}

long long
add_waiting(Waiting *self, PyObject *head, PyObject *flat, long long storage, long long version)
{
    return wait_for(self, NULL, head, flat, storage, version);
}

int
is_waiting(const Waiting *self, long long index, PyObject *array)
{
    long long place = index - next_index(self->rows);
    if (place < 0 || place >= (long long)self->count)
        return 0;
    PyObject *flat = self->values[place].flat;
    return flat == array || PyArray_BASE((PyArrayObject *)flat) == array;
}

static PyObject *
waiting_add(Waiting *self, PyObject *args)
{
    PyObject *whose, *head, *flat;
    if (!PyArg_ParseTuple(args, "UUO!:add", &whose, &head, &PyArray_Type, &flat))
        return NULL;
    long long index = wait_for(self, whose, head, Py_NewRef(flat), -1, -1);
    return index < 0 ? NULL : PyLong_FromLongLong(index);
}

/* The numbers of a summary that are text only when all numbers are. */
enum {
    LEAST, GREATEST, MEAN, NORM, LOW, HIGH, NUMBERS
};
static const char *const NAMES[] = {
    [LEAST] = "\"summary\":{\"min\":", [GREATEST] = ",\"max\":", [MEAN] = ",\"mean\":", [NORM] = ",\"norm\":",
    [LOW] = ",\"histogram\":{\"low\":", [HIGH] = ",\"high\":",
};

static void
find_numbers(const Value *value, double *numbers)
{
    const Summary *summary = value->summary;
    double beside = summary->low == summary->high ? 0.5 : 0; /* no bin is empty of places */
    numbers[LEAST] = summary->low;
    numbers[GREATEST] = summary->high;
    numbers[MEAN] = summary->sum / (double)value->size;
    numbers[NORM] = sqrt(summary->squares);
    numbers[LOW] = summary->low - beside;
    numbers[HIGH] = summary->high + beside;
}

/* The numbers of the summaries of the first values, as an array; None if there are none. */
static PyObject *
numbers_of(const Waiting *self, Py_ssize_t count)
{
    npy_intp size = 0;
    for (Py_ssize_t i = 0; i < count; i++)
        size += self->values[i].summary == NULL ? 0 : NUMBERS;
    if (size == 0)
        Py_RETURN_NONE;
    PyObject *array = PyArray_SimpleNew(1, &size, NPY_DOUBLE);
    double *place = array == NULL ? NULL : PyArray_DATA((PyArrayObject *)array);
    for (Py_ssize_t i = 0; place != NULL && i < count; i++)
        if (self->values[i].summary != NULL) {
            find_numbers(&self->values[i], place);
            place += NUMBERS;
        }
    return array;
}

/* Puts a summary, whose numbers are the next there. */
static void
put_summary(Text *text, const Summary *summary, const char **numbers)
{
    for (int i = 0; i < NUMBERS; i++) {
        size_t length = strcspn(*numbers, ",]");
        put(text, NAMES[i], (Py_ssize_t)strlen(NAMES[i]));
        put(text, *numbers, (Py_ssize_t)length);
        *numbers += length + ((*numbers)[length] != '\0');
    }
    PUT(text, ",\"counts\":[");
    for (int bin = 0; bin < BINS; bin++) {
        if (bin)
            PUT(text, ",");
        put_number(text, summary->counts[bin]);
    }
    PUT(text, "]},\"nan\":0,\"infinite\":0},");
}

/* What Python encodes of some values: numbers of summaries, if there are any, and elements. */
typedef struct {
    PyObject *arrays;
    int has_numbers; /* first */
    Joined joined;
    PyObject *elements; /* strings, where some number is not finite */
    Py_ssize_t next;
} Encoded;

static void
drop_encoded(Encoded *self)
{
    Py_XDECREF(self->arrays);
    Py_XDECREF(self->joined.encoded);
    Py_XDECREF(self->elements);
}

static int
encode(const Waiting *self, Encoded *all)
{
    if (PyList_GET_SIZE(all->arrays) == 0)
        return 0;
    int done = join(&all->joined, self->encoded, all->arrays);
    if (done != 0)
        return done < 0 ? -1 : 0;
    all->elements = PyObject_CallOneArg(self->elements_of, all->arrays);
    int failed = all->elements == NULL || !PyList_CheckExact(all->elements) ||
                 PyList_GET_SIZE(all->elements) != PyList_GET_SIZE(all->arrays);
    if (failed && !PyErr_Occurred())
        PyErr_SetString(PyExc_TypeError, "not the elements of the arrays that wait");
    return failed ? -1 : 0;
}

/* The elements of the next array; NULL with an exception. */
static const char *
next_encoded(Encoded *self, Py_ssize_t *length)
{
    Py_ssize_t index = self->next++;
    if (index >= PyList_GET_SIZE(self->arrays)) {
        PyErr_SetString(PyExc_RuntimeError, "more values wait than were encoded");
        return NULL;
    }
    return self->elements == NULL ? take_elements(&self->joined, PyList_GET_ITEM(self->arrays, index), length)
                                  : PyUnicode_AsUTF8AndSize(PyList_GET_ITEM(self->elements, index), length);
}

static void
put_whole_numbers(Text *text, const npy_int64 *numbers, npy_intp size)
{
    for (npy_intp i = 0; i < size; i++) {
        if (i)
            PUT(text, ",");
        put_number(text, numbers[i]);
    }
}

/* Where the elements of the last value are in the text of the rows. */
typedef struct {
    Py_ssize_t begin, length;
} Elements;

/* Puts them once more. */
static void
put_again(Text *text, const Elements *last)
{
    if (text->length + last->length > text->room && make_room(text, last->length) < 0)
        return;
    memcpy(text->letters + text->length, text->letters + last->begin, last->length);
    text->length += last->length;
}

static int
write_value(Rows *rows, const Value *value, Decimals *floats, Encoded *encoded, const char **numbers, Elements *last)
{
    static const char before_elements[] = "\"data\":[";
    PyArrayObject *flat = (PyArrayObject *)value->flat;
    Text *text = new_row(rows);
    PUT(text, "{");
    if (value->whose != NULL)
        put_string(text, value->whose);
    else if (value->storage >= 0) {
        PUT(text, "\"storage\":");
        put_number(text, value->storage);
        PUT(text, ",\"version\":");
        put_number(text, value->version);
        PUT(text, ",");
    }
    put_string(text, value->head);
    if (value->summary != NULL) {
        text->length -= (Py_ssize_t)sizeof before_elements - 1;
        put_summary(text, value->summary, numbers);
        PUT(text, before_elements);
    }
    Py_ssize_t begin = text->length;
    if (value->form == AGAIN)
        put_again(text, last);
    else if (value->form == FLOATING)
        put_floats(text, floats, PyArray_SIZE(flat));
    else if (value->form == WHOLE)
        put_whole_numbers(text, PyArray_DATA(flat), PyArray_SIZE(flat));
    else {
        Py_ssize_t length;
        const char *elements = next_encoded(encoded, &length);
        if (elements == NULL)
            return -1;
        put(text, elements, length);
    }
    *last = (Elements){begin, text->length - begin};
    PUT(text, "]}");
    return end_row(rows);
}

static Form
form_of(const Waiting *self, const Value *value)
{
    PyArrayObject *flat = (PyArrayObject *)value->flat;
    if (!self->writes_floats || !waits_as_it_is(value->flat))
        return ENCODED;
    if (PyArray_TYPE(flat) == NPY_INT64)
        return WHOLE;
    return PyArray_TYPE(flat) == NPY_FLOAT && are_finite(PyArray_DATA(flat), PyArray_SIZE(flat)) ? FLOATING : ENCODED;
}

int
waits_as_it_is(PyObject *array)
{
    PyArrayObject *flat = (PyArrayObject *)array;
    int type = PyArray_TYPE(flat);
    return is_joined(array) || (PyArray_CheckExact(array) && (type == NPY_FLOAT || type == NPY_INT64) &&
                                PyArray_ISCARRAY_RO(flat) && PyArray_SIZE(flat) > 0);
}

/* Writes the rows of the first values. */
static int
write_values(Waiting *self, Py_ssize_t count, Encoded *encoded)
{
    if (encode(self, encoded) < 0)
        return -1;
    if (count > self->count) {
        PyErr_SetString(PyExc_RuntimeError, WRITTEN);
        return -1;
    }
    const char *numbers = NULL;
    Py_ssize_t length;
    if (encoded->has_numbers && (numbers = next_encoded(encoded, &length)) == NULL)
        return -1;
    Floats *floats = PyMem_Malloc(count * sizeof *floats);
    if (floats == NULL) {
        PyErr_NoMemory();
        return -1;
    }
    Py_ssize_t many = 0;
    for (Py_ssize_t i = 0; i < count; i++)
        if (self->values[i].form == FLOATING) {
            PyArrayObject *flat = (PyArrayObject *)self->values[i].flat;
            floats[many++] = (Floats){PyArray_DATA(flat), PyArray_SIZE(flat)};
        }
    Decimals decimals = {.next = floats, .end = floats + many};
    Elements last = {0, 0};
    int failed = 0;
    for (Py_ssize_t i = 0; !failed && i < count; i++)
        failed = write_value(self->rows, &self->values[i], &decimals, encoded, &numbers, &last) < 0;
    PyMem_Free(floats);
    return failed ? -1 : 0;
}

/* How many of the first have so many elements together, or one. */
static Py_ssize_t
first_of(const Waiting *self, long long most)
{
    Py_ssize_t count = 0;
    for (; count < self->count; count++) {
        most -= listed(self, &self->values[count]);
        if (most < 0 && count)
            break;
    }
    return count;
}

/* Has an array that is nobody else's wait in a value's place; it is stolen. */
static void
put_in_place(Waiting *self, Value *value, PyObject *flat)
{
    PyObject *before = value->flat;
    self->held -= bytes_of(value);
    value->flat = flat;
    value->is_own = 1;
    self->held += bytes_of(value);
    Py_DECREF(before);
}

/* Has a copy of an array wait in a value's place; the array is stolen. */
static int
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

/* Whether arrays are of the same numbers in the same order: as a gradient and what a leaf has of it are. */
static int
are_same(PyObject *one, PyObject *other)
{
    PyArrayObject *a = (PyArrayObject *)one, *b = (PyArrayObject *)other;
    return PyArray_DATA(a) == PyArray_DATA(b) && PyArray_TYPE(a) == PyArray_TYPE(b) &&
           PyArray_SIZE(a) == PyArray_SIZE(b) && PyArray_ISCARRAY_RO(a) && PyArray_ISCARRAY_RO(b);
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

/* Sums up those of the first values that are too long to be listed. */
static int
sum_up(Waiting *self, Py_ssize_t count)
{
    for (Py_ssize_t i = 0; i < count; i++)
        self->values[i].summed = NULL;
    for (Py_ssize_t i = 0; i < count && i < self->count; i++) {
        Value *value = &self->values[i];
        if (PyArray_SIZE((PyArrayObject *)value->flat) <= self->max_elements)
            continue;
        int done = i && was_of(&value[-1], (PyArrayObject *)value->flat) ? copy_summary(self, value, value - 1)
                                                                         : sum_up_floats(self, value);
        if (done < 0 || (done == 0 && sum_up_by_python(self, i) < 0))
            return -1;
    }
    return 0;
}

/* Has an array encoded, its elements in a row. */
static int
add_encoded(Encoded *self, PyObject *array)
{
    int is_ready = PyArray_NDIM((PyArrayObject *)array) == 1 || is_joined(array);
    PyObject *flat = is_ready ? Py_NewRef(array) : PyArray_Ravel((PyArrayObject *)array, NPY_CORDER);
    int failed = flat == NULL || PyList_Append(self->arrays, flat) < 0;
    Py_XDECREF(flat);
    return failed ? -1 : 0;
}

/* Finds who writes the elements of the first values, and what Python is to encode. */
static int
divide(Waiting *self, Py_ssize_t count, Encoded *encoded)
{
    encoded->arrays = PyList_New(0);
    if (encoded->arrays == NULL)
        return -1;
    if (count > self->count) {
        PyErr_SetString(PyExc_RuntimeError, WRITTEN);
        return -1;
    }
    PyObject *numbers = numbers_of(self, count);
    encoded->has_numbers = numbers != NULL && numbers != Py_None;
    int failed = numbers == NULL || (encoded->has_numbers && PyList_Append(encoded->arrays, numbers) < 0);
    Py_XDECREF(numbers);
    for (Py_ssize_t i = 0; !failed && i < count; i++) {
        Value *value = &self->values[i];
        value->form = i && are_same(value[-1].flat, value->flat) ? AGAIN : form_of(self, value);
        failed = value->form == ENCODED && add_encoded(encoded, value->flat) < 0;
    }
    return failed ? -1 : 0;
}

/* settle(most=None) */
static PyObject *
waiting_settle(Waiting *self, PyObject *const *args, Py_ssize_t given)
{
    long long most = given ? PyLong_AsLongLong(args[0]) : 0;
    if (given > 1 || PyErr_Occurred()) {
        if (!PyErr_Occurred())
            PyErr_SetString(PyExc_TypeError, "settle() takes a number of elements");
        return NULL;
    }
    Py_ssize_t before = self->rows->count, count = given ? first_of(self, most) : self->count;
    if (count == 0)
        Py_RETURN_NONE;
    if (sum_up(self, count) < 0)
        return NULL;
    if (count > self->count)
        count = self->count;
    Encoded encoded = {0};
    int failed = divide(self, count, &encoded) < 0 || write_values(self, count, &encoded) < 0;
    drop_encoded(&encoded);
    if (failed) {
        take_back(self->rows, before);
        return NULL;
    }
    Py_ssize_t left = self->count - count;
    Value *written = self->values; /* what ends with an array may have other values wait */
    Value *others = left ? PyMem_Malloc(left * sizeof *others) : NULL;
    if (left && others == NULL)
        return PyErr_NoMemory();
    if (left)
        memcpy(others, written + count, left * sizeof *others);
    self->values = others;
    self->count = self->room = left;
    for (Py_ssize_t i = 0; i < count; i++) {
        long long elements = listed(self, &written[i]);
        self->elements -= elements;
        self->written += elements;
        self->held -= bytes_of(&written[i]);
    }
    for (Py_ssize_t i = 0; i < count; i++)
        drop_value(&written[i]);
    PyMem_Free(written);
    Py_RETURN_NONE;
}

/* Where the elements of an array lie: from the first byte to the one after the last. */
static void
find_ends(PyArrayObject *array, char **first, char **last)
{
    *first = *last = PyArray_BYTES(array);
    if (PyArray_SIZE(array) == 0)
        return;
    for (int i = 0; i < PyArray_NDIM(array); i++) {
        npy_intp reach = (PyArray_DIM(array, i) - 1) * PyArray_STRIDE(array, i);
        *(reach < 0 ? first : last) += reach;
    }
    *last += PyArray_ITEMSIZE(array);
}

PyObject *
waiting_keep(Waiting *self, PyObject *const *args, Py_ssize_t given)
{
    int all = given == 0 || args[0] == Py_None;
    if (given > 1 || (!all && !PyArray_Check(args[0]))) {
        PyErr_SetString(PyExc_TypeError, "keep() takes an array");
        return NULL;
    }
    char *from = NULL, *to = NULL;
    if (!all)
        find_ends((PyArrayObject *)args[0], &from, &to);
    for (Py_ssize_t i = 0; i < self->count; i++) {
        Value *value = &self->values[i];
        if (value->is_own)
            continue;
        char *first, *last;
        find_ends((PyArrayObject *)value->flat, &first, &last);
        if ((all || (first < to && from < last)) && replace(self, value, Py_NewRef(value->flat)) < 0)
            return NULL;
    }
    Py_RETURN_NONE;
}

static PyObject *
waiting_is_full(Waiting *self, PyObject *Py_UNUSED(none))
{
    return PyBool_FromLong(waits_much(self));
}

static Py_ssize_t
waiting_length(Waiting *self)
{
    return self->count;
}

static PyMethodDef methods[] = {
    {"add", (PyCFunction)waiting_add, METH_VARARGS, "Have a value wait; its index."},
    {"settle", (PyCFunction)(void (*)(void))waiting_settle, METH_FASTCALL, "Write the rows, of so many elements or all."},
    {"keep", (PyCFunction)(void (*)(void))waiting_keep, METH_FASTCALL, "Have copies wait of what may change."},
    {"is_full", (PyCFunction)waiting_is_full, METH_NOARGS, "Whether as much waits as may."},
    {NULL, NULL, 0, NULL},
};

static PyMemberDef members[] = {
    {"elements", T_LONGLONG, offsetof(Waiting, elements), READONLY, "Of those that wait, as far as they are listed."},
    {"held", T_LONGLONG, offsetof(Waiting, held), READONLY, "Bytes of their arrays."},
    {"written", T_LONGLONG, offsetof(Waiting, written), 0, "In the rows that are new."},
    {NULL, 0, 0, 0, NULL},
};

static PySequenceMethods as_sequence = {.sq_length = (lenfunc)waiting_length};

PyTypeObject WaitingType = {
    PyVarObject_HEAD_INIT(NULL, 0).tp_name = "gradwalk.recorder._core.Waiting",
    .tp_doc = "Values whose elements are to be written all together.",
    .tp_basicsize = sizeof(Waiting),
    .tp_flags = Py_TPFLAGS_DEFAULT,
    .tp_new = waiting_new,
    .tp_dealloc = (destructor)waiting_dealloc,
    .tp_methods = methods,
    .tp_members = members,
    .tp_as_sequence = &as_sequence,
};
