#include "value_rows.h"

#include "decimals.h"
#include "scribe.h"

#include <math.h>

static const char WRITTEN[] = "the values were written meanwhile";

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

void
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

static const char DTYPE[] = "\"dtype\":", DATA[] = "\"data\":[";

/* Where there is what the last value says: its elements, and these with its dtype and its summary, up to the end of its
   row. What is named is not there, so it may be of an earlier value, whose index this is. */
typedef struct {
    Py_ssize_t begin, length, dtype, end;
    int is_kept;     /* with the values, from the last rows that were written; else in the text of the rows */
    long long index; /* -1 for none */
} Elements;

static const char *
text_of(const Waiting *self, const Elements *last)
{
    return last->is_kept ? self->said : self->rows->text.letters;
}

/* Keeps what the last value says: its row is sent before the next is written. -1 with an exception. */
static int
keep_said(Waiting *self, const Elements *last)
{
    if (last->is_kept)
        return 0;
    self->said_by = last->index;
    if (last->index < 0)
        return 0;
    Py_ssize_t length = last->end - last->dtype;
    char *said = PyMem_Realloc(self->said, length);
    if (said == NULL) {
        self->said_by = -1;
        PyErr_NoMemory();
        return -1;
    }
    self->said = said;
    memcpy(said, self->rows->text.letters + last->dtype, length);
    self->said_length = length;
    self->said_elements = last->begin - last->dtype;
    return 0;
}

static Elements
kept_said(const Waiting *self)
{
    return (Elements){.begin = self->said_elements, .length = self->said_length - self->said_elements - 2,
                      .end = self->said_length, .is_kept = 1, .index = self->said_by};
}

/* Names the last value in the place of what this row says after it, if that is the same and much. */
static void
name_same(const Waiting *self, Text *text, Py_ssize_t from, Elements *last, Elements own)
{
    own.end = text->length;
    if (own.end - own.begin + (Py_ssize_t)strlen(DATA) < self->worth_naming) {
        own.index = -1;
        *last = own;
        return;
    }
    const char *key = memmem(text->letters + from, own.begin - from, DTYPE, strlen(DTYPE));
    if (key == NULL)
        return;
    own.dtype = key - text->letters;
    Py_ssize_t length = own.end - own.dtype;
    if (last->index < 0 || last->end - last->dtype != length ||
        memcmp(text_of(self, last) + last->dtype, key, length) != 0) {
        *last = own;
        return;
    }
    const char *comma = memchr(key, ',', length);
    text->length = comma + 1 - text->letters;
    PUT(text, "\"data\":");
    put_number(text, last->index);
    PUT(text, "}");
}

/* Puts them once more. */
static void
put_again(const Waiting *self, Text *text, const Elements *last)
{
    if (text->length + last->length > text->room && make_room(text, last->length) < 0)
        return;
    memcpy(text->letters + text->length, text_of(self, last) + last->begin, last->length);
    text->length += last->length;
}

static Floats
floats_of(const Waiting *self, const Value *value)
{
    PyArrayObject *flat = (PyArrayObject *)value->flat;
    return flat == NULL ? (Floats){self->floats + value->place, value->few}
                        : (Floats){PyArray_DATA(flat), PyArray_SIZE(flat)};
}

static int
write_value(Waiting *self, const Value *value, Decimals *floats, Encoded *encoded, const char **numbers, Elements *last)
{
    static const char before_elements[] = "\"data\":[";
    PyArrayObject *flat = (PyArrayObject *)value->flat;
    Rows *rows = self->rows;
    Text *text = new_row(rows);
    Py_ssize_t from = text->length;
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
        put_again(self, text, last);
    else if (value->form == FLOATING)
        put_floats(text, floats, flat == NULL ? value->few : PyArray_SIZE(flat));
    else if (value->form == WHOLE)
        put_whole_numbers(text, PyArray_DATA(flat), PyArray_SIZE(flat));
    else {
        Py_ssize_t length;
        const char *elements = next_encoded(encoded, &length);
        if (elements == NULL)
            return -1;
        put(text, elements, length);
    }
    Elements own = {begin, text->length - begin, .index = rows->before + rows->count};
    PUT(text, "]}");
    if (!text->failed)
        name_same(self, text, from, last, own);
    return end_row(rows);
}

static Form
form_of(const Waiting *self, const Value *value)
{
    PyArrayObject *flat = (PyArrayObject *)value->flat;
    if (flat == NULL)
        return are_finite(self->floats + value->place, value->few) ? FLOATING : ENCODED;
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

int
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
        if (self->values[i].form == FLOATING)
            floats[many++] = floats_of(self, &self->values[i]);
    Decimals decimals = {.next = floats, .end = floats + many};
    Elements last = kept_said(self);
    int failed = 0;
    for (Py_ssize_t i = 0; !failed && i < count; i++)
        failed = write_value(self, &self->values[i], &decimals, encoded, &numbers, &last) < 0;
    PyMem_Free(floats);
    return failed || keep_said(self, &last) < 0 ? -1 : 0;
}

/* Whether values are of the same numbers in the same order: as a gradient and what a leaf has of it are. */
static int
are_same(const Waiting *self, const Value *one, const Value *other)
{
    PyArrayObject *a = (PyArrayObject *)one->flat, *b = (PyArrayObject *)other->flat;
    if (a == NULL || b == NULL)
        return a == b && one->few == other->few &&
               memcmp(self->floats + one->place, self->floats + other->place, one->few * sizeof(float)) == 0;
    return PyArray_DATA(a) == PyArray_DATA(b) && PyArray_TYPE(a) == PyArray_TYPE(b) &&
           PyArray_SIZE(a) == PyArray_SIZE(b) && PyArray_ISCARRAY_RO(a) && PyArray_ISCARRAY_RO(b);
}

/* An array of a value's numbers. */
static PyObject *
array_of(const Waiting *self, const Value *value)
{
    if (value->flat != NULL)
        return Py_NewRef(value->flat);
    npy_intp size = value->few;
    PyObject *array = PyArray_SimpleNew(1, &size, NPY_FLOAT);
    if (array != NULL)
        memcpy(PyArray_DATA((PyArrayObject *)array), self->floats + value->place, size * sizeof(float));
    return array;
}

/* Has an array, which is stolen, encoded, its elements in a row. */
static int
add_encoded(Encoded *self, PyObject *array)
{
    if (array == NULL)
        return -1;
    int is_ready = PyArray_NDIM((PyArrayObject *)array) == 1 || is_joined(array);
    PyObject *flat = is_ready ? Py_NewRef(array) : PyArray_Ravel((PyArrayObject *)array, NPY_CORDER);
    int failed = flat == NULL || PyList_Append(self->arrays, flat) < 0;
    Py_XDECREF(flat);
    Py_DECREF(array);
    return failed ? -1 : 0;
}

int
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
        value->form = i && are_same(self, &value[-1], value) ? AGAIN : form_of(self, value);
        failed = value->form == ENCODED && add_encoded(encoded, array_of(self, value)) < 0;
    }
    return failed ? -1 : 0;
}
