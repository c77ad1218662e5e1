#include "joined.h"

#include "scribe.h"

#define MOST_JOINED 32 /* numbers; to find where more of them end takes longer than to encode an array */

static int
kind_of(PyObject *array)
{
    return is_joined(array) ? JOINED : BY_ITSELF;
}

int
is_joined(PyObject *array)
{
    PyArrayObject *flat = (PyArrayObject *)array;
    return PyArray_CheckExact(array) && PyArray_TYPE(flat) == NPY_DOUBLE && PyArray_ISCARRAY_RO(flat) &&
           PyArray_SIZE(flat) > 0 && PyArray_SIZE(flat) <= MOST_JOINED;
}

/* An array of the numbers of those that are joined, so many. */
static PyObject *
joint_of(PyObject *arrays, npy_intp size)
{
    PyObject *joint = PyArray_SimpleNew(1, &size, NPY_DOUBLE);
    char *to = joint == NULL ? NULL : PyArray_BYTES((PyArrayObject *)joint);
    for (Py_ssize_t i = 0; to != NULL && i < PyList_GET_SIZE(arrays); i++) {
        PyArrayObject *flat = (PyArrayObject *)PyList_GET_ITEM(arrays, i);
        if (is_joined((PyObject *)flat)) {
            memcpy(to, PyArray_BYTES(flat), PyArray_NBYTES(flat));
            to += PyArray_NBYTES(flat);
        }
    }
    return joint;
}

/* The arrays that are encoded: the joint, if there is any, and those by themselves. */
static PyObject *
joints_of(PyObject *arrays, int *is_there)
{
    npy_intp size = 0;
    PyObject *joints = PyList_New(0);
    for (Py_ssize_t i = 0; i < PyList_GET_SIZE(arrays); i++) {
        PyObject *flat = PyList_GET_ITEM(arrays, i);
        size += is_joined(flat) ? PyArray_SIZE((PyArrayObject *)flat) : 0;
    }
    *is_there = size > 0;
    PyObject *joint = joints == NULL || !*is_there ? NULL : joint_of(arrays, size);
    if (joints != NULL && *is_there && (joint == NULL || PyList_Append(joints, joint) < 0))
        Py_CLEAR(joints);
    Py_XDECREF(joint);
    for (Py_ssize_t i = 0; joints != NULL && i < PyList_GET_SIZE(arrays); i++) {
        PyObject *flat = PyList_GET_ITEM(arrays, i);
        if (!is_joined(flat) && PyList_Append(joints, flat) < 0)
            Py_CLEAR(joints);
    }
    return joints;
}

/* What comes after the letter, from a place on; NULL with an exception. */
static const char *
after(const Joined *self, const char *place, char letter)
{
    const char *end = PyBytes_AS_STRING(self->encoded) + PyBytes_GET_SIZE(self->encoded);
    const char *found = place < end ? memchr(place, letter, end - place) : NULL;
    if (found == NULL) {
        PyErr_SetString(PyExc_ValueError, "other arrays were encoded than wait");
        return NULL;
    }
    return found + 1;
}

int
join(Joined *self, PyObject *encode, PyObject *arrays)
{
    int is_there;
    PyObject *joints = joints_of(arrays, &is_there);
    self->encoded = joints == NULL ? NULL : PyObject_CallOneArg(encode, joints);
    Py_XDECREF(joints);
    if (self->encoded == NULL)
        return -1;
    if (!PyBytes_Check(self->encoded)) {
        PyErr_SetString(PyExc_TypeError, "arrays are encoded as bytes");
        return -1;
    }
    const char *place = PyBytes_AS_STRING(self->encoded) + 1; /* "[[" */
    if (memchr(place, 'n', PyBytes_GET_SIZE(self->encoded) - 1) != NULL) /* of null: no number has it, nor have true and
                                                                            false */
        return 0;
    if (is_there) {
        self->place[JOINED] = place + 1;
        place = after(self, place, ']');
        if (place == NULL)
            return -1;
        place++; /* "," or the last "]" */
    }
    self->place[BY_ITSELF] = place;
    return 1;
}

const char *
take_elements(Joined *self, PyObject *array, Py_ssize_t *length)
{
    int kind = kind_of(array);
    const char *begin = self->place[kind], *end = begin;
    if (kind == BY_ITSELF) {
        end = after(self, ++begin, ']');
        if (end == NULL)
            return NULL;
        self->place[kind] = end + 1; /* behind the comma */
    }
    else {
        npy_intp size = PyArray_SIZE((PyArrayObject *)array);
        for (npy_intp i = 1; i < size; i++)
            if ((end = after(self, end, ',')) == NULL)
                return NULL;
        while (*end != ',' && *end != ']')
            end++;
        self->place[kind] = ++end;
    }
    *length = end - 1 - begin;
    return begin;
}
