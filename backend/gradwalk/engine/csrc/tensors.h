/* Tensors, storages and nodes as C sees them: where each keeps what it holds. */

#ifndef GRADWALK_TENSORS_H
#define GRADWALK_TENSORS_H

#include "slots.h"

typedef struct {
    PyTypeObject *type; /* of which all tensors are */
    Py_ssize_t accumulator, array, base, grad, grad_fn, mark, output_nr, requires_grad, retains_grad, storage,
        view_version;
} TensorSlots;

typedef struct {
    PyTypeObject *type; /* of the usual storages; others count their versions otherwise */
    Py_ssize_t base, mark, version;
} StorageSlots;

typedef struct {
    PyTypeObject *type; /* of which all nodes are */
    Py_ssize_t edges, freed, hooks, kept, mark, metadata, op, outputs, saved, sequence_nr;
} NodeSlots;

/* What the engine has of which there is one, and what the core asks Python to do. */
typedef struct {
    PyObject *unusual;     /* modes.UNUSUAL, a set */
    PyObject *modes;       /* grad_mode._State */
    Py_ssize_t enabled;    /* its slot */
    PyObject *watchers;    /* observe.WATCHERS, a list */
    PyObject *directly;    /* observe.DIRECTLY, a list */
    PyObject *nobody;      /* observe.NOBODY */
    PyObject *numbers;     /* graph.sequence_numbers */
    PyObject *last;        /* graph.LAST */
    PyObject *no_edge;     /* graph.NO_EDGE */
    PyObject *accumulator; /* history.accumulator */
    PyObject *as_array;    /* compiled._as_array */
    PyObject *fact_of;     /* history.fact_of */
    PyObject *finish_several; /* compiled._finish_several */
    PyObject *arrays32, *arrays64; /* compiled._ARRAYS, by dtype */
    PyObject *memory;      /* storage.Memory */
    PyObject *minus_one, *zero, *one;
    PyObject *op_applied, *about_to_change, *storage_written, *origin, *grad_dtype; /* names */
    PyObject *kind, *size; /* of memory, of a tensor that is filled */
    PyObject *no_grad, *sizes, *strides, *numel; /* an origin, and facts */
} Engine;

extern TensorSlots tensor_slots;
extern StorageSlots storage_slots;
extern NodeSlots node_slots;
extern Engine engine;

PyObject *learn_nodes(PyObject *module, PyObject *node_class);
PyObject *learn_engine(PyObject *module, PyObject *parts);
PyObject *learn_numbers(PyObject *module, PyObject *numbers);

/* A new object of a class, all of whose slots are empty. */
static inline PyObject *
new_object(PyTypeObject *type)
{
    return type->tp_alloc(type, 0);
}

/* Put a new reference into a slot that is empty. */
static inline void
fill(PyObject *object, Py_ssize_t offset, PyObject *value)
{
    SLOT(object, offset) = Py_NewRef(value);
}

/* What a snippet put into a slot may be anything, and where it deleted something there is nothing. */

static inline int
is_tensor(PyObject *object)
{
    return PyObject_TypeCheck(object, tensor_slots.type);
}

/* The version of a storage of the usual kind; NULL without an exception if it is none, or of another kind. */
static inline PyObject *
usual_version(PyObject *storage)
{
    return storage != NULL && Py_IS_TYPE(storage, storage_slots.type) ? SLOT(storage, storage_slots.version) : NULL;
}

/* A tensor in a storage of its own around an array. */
PyObject *wrap(PyObject *array);

/* A new reference to a leaf's AccumulateGrad. */
PyObject *accumulator_of(PyObject *leaf);

#endif
