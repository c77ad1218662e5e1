/* Where the engine's objects and the trace's lists keep what they hold, so that C reads it without asking by name. */

#ifndef GRADWALK_PLACES_H
#define GRADWALK_PLACES_H

#define PY_SSIZE_T_CLEAN
#include <Python.h>

typedef struct {
    PyTypeObject *tensor, *parameter, *storage, *node, *accumulator, *plainly, *tail, *scopes, *scope;
    Py_ssize_t array, own_storage, grad_fn, requires_grad, base_tensor, tensor_mark, grad, output_nr; /* of tensors */
    Py_ssize_t base, version, storage_mark;                                         /* of storages */
    Py_ssize_t edges, kept, node_mark, sequence_nr;                                 /* of nodes */
    Py_ssize_t variable;                                                            /* of accumulators */
    Py_ssize_t at_once, settling, on_let_go;                                        /* of the journal */
    Py_ssize_t due, sent;                                                           /* of the stream */
    Py_ssize_t shared;                                                              /* of its values */
    Py_ssize_t tokens;                                                              /* of the scopes */
    Py_ssize_t scope_token, scope_kind, scope_span, scope_label, scope_iteration, scope_node, scope_index; /* of one */
    Py_ssize_t depth;                                                               /* of what is done plainly */
    Py_ssize_t tail_waiting, left;                                                        /* of the last lines */
} Places;

extern Places at;

#define SLOT(object, offset) (*(PyObject **)((char *)(object) + (offset)))

/* Put a value, which is stolen, or a number into a slot. */
void set_slot(PyObject *object, Py_ssize_t offset, PyObject *value);
int set_number(PyObject *object, Py_ssize_t offset, long long value);

/* A whole number of any length; -1 for one that has no place in 64 bits. */
long long long_whole(PyObject *number);

/* A whole number; -1 is as good as none here, for what is negative is no index. */
static inline long long
whole(PyObject *number)
{
    if (number == NULL || !PyLong_CheckExact(number))
        return -1;
#if PY_VERSION_HEX >= 0x030C0000
    if (PyUnstable_Long_IsCompact((PyLongObject *)number))
        return PyUnstable_Long_CompactValue((PyLongObject *)number);
#else
    const digit *digits = ((PyLongObject *)number)->ob_digit;
    switch (Py_SIZE(number)) {
    case -1:
        return -(long long)digits[0];
    case 0:
        return 0;
    case 1:
        return digits[0];
    case 2:
        return (long long)digits[1] << PyLong_SHIFT | digits[0];
    }
#endif
    return long_whole(number);
}

/* Adds a field with a number where there is room ahead; None is left out. */
#define ADD_FIELD(to, name, number) ((number) == Py_None ? (to) : add_number(ADD(to, name), whole(number)))

/* Whether it is a tensor of a class whose slots are read: no subclass of a snippet's own. */
static inline int
is_plain(PyObject *x)
{
    return Py_TYPE(x) == at.tensor || Py_TYPE(x) == at.parameter;
}

PyObject *know(PyObject *module, PyObject *args);

#endif
