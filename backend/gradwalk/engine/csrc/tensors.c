#include "tensors.h"

#include "arrays.h"
#include "garbage.h"
#include "leaves.h"

TensorSlots tensor_slots;
StorageSlots storage_slots;
NodeSlots node_slots;
Engine engine;

/* Where an offset belongs, and under what name the class has the slot. */
typedef struct {
    const char *name;
    Py_ssize_t *offset;
} Wanted;

static int
find_slots(PyObject *type, const Wanted *wanted, size_t count)
{
    if (!PyType_Check(type)) {
        PyErr_Format(PyExc_TypeError, "%R is no class", type);
        return -1;
    }
    Py_ssize_t found[16];
    for (size_t i = 0; i < count; i++) {
        found[i] = slot_offset(type, wanted[i].name);
        if (found[i] < 0) {
            return -1;
        }
    }
    for (size_t i = 0; i < count; i++) {
        *wanted[i].offset = found[i];
    }
    return 0;
}

#define COUNT(array) (sizeof(array) / sizeof(array)[0])

PyObject *
learn_nodes(PyObject *Py_UNUSED(module), PyObject *node_class)
{
    const Wanted wanted[] = {
        {"edges", &node_slots.edges},       {"freed", &node_slots.freed},
        {"hooks", &node_slots.hooks},       {"kept", &node_slots.kept},
        {"mark", &node_slots.mark},         {"_metadata", &node_slots.metadata},
        {"op", &node_slots.op},             {"outputs", &node_slots.outputs},
        {"_saved", &node_slots.saved},      {"sequence_nr", &node_slots.sequence_nr},
    };
    if (find_slots(node_class, wanted, COUNT(wanted)) < 0) {
        return NULL;
    }
    Py_XSETREF(node_slots.type, (PyTypeObject *)Py_NewRef(node_class));
    show_through(node_slots.type);
    Py_RETURN_NONE;
}

static int
learn_tensors(PyObject *tensor_class, PyObject *storage_class)
{
    const Wanted of_tensors[] = {
        {"_accumulator", &tensor_slots.accumulator},   {"_array", &tensor_slots.array},
        {"_base", &tensor_slots.base},                 {"_grad", &tensor_slots.grad},
        {"_grad_fn", &tensor_slots.grad_fn},           {"_mark", &tensor_slots.mark},
        {"_output_nr", &tensor_slots.output_nr},       {"_requires_grad", &tensor_slots.requires_grad},
        {"_retains_grad", &tensor_slots.retains_grad}, {"_storage", &tensor_slots.storage},
        {"_view_version", &tensor_slots.view_version},
    };
    const Wanted of_storages[] = {
        {"base", &storage_slots.base},
        {"mark", &storage_slots.mark},
        {"version", &storage_slots.version},
    };
    if (find_slots(tensor_class, of_tensors, COUNT(of_tensors)) < 0
        || find_slots(storage_class, of_storages, COUNT(of_storages)) < 0) {
        return -1;
    }
    Py_XSETREF(tensor_slots.type, (PyTypeObject *)Py_NewRef(tensor_class));
    Py_XSETREF(storage_slots.type, (PyTypeObject *)Py_NewRef(storage_class));
    return 0;
}

/* A dictionary of what there is one of, by the names of what is kept here. */
PyObject *
learn_engine(PyObject *Py_UNUSED(module), PyObject *parts)
{
    const struct {
        const char *name;
        PyObject **place;
    } wanted[] = {
        {"unusual", &engine.unusual},         {"modes", &engine.modes},
        {"watchers", &engine.watchers},       {"nobody", &engine.nobody},
        {"numbers", &engine.numbers},         {"no_edge", &engine.no_edge},
        {"accumulator", &engine.accumulator}, {"as_array", &engine.as_array},
        {"arrays32", &engine.arrays32},       {"arrays64", &engine.arrays64},
        {"fact_of", &engine.fact_of},         {"finish_several", &engine.finish_several},
        {"directly", &engine.directly},       {"last", &engine.last},
        {"memory", &engine.memory},
    };
    if (!PyDict_Check(parts)) {
        PyErr_SetString(PyExc_TypeError, "the engine's parts are a dictionary");
        return NULL;
    }
    for (size_t i = 0; i < COUNT(wanted); i++) {
        PyObject *part = PyDict_GetItemString(parts, wanted[i].name);
        if (part == NULL) {
            PyErr_SetString(PyExc_KeyError, wanted[i].name);
            return NULL;
        }
        Py_XSETREF(*wanted[i].place, Py_NewRef(part));
    }
    PyObject *tensor = PyDict_GetItemString(parts, "tensor"), *storage = PyDict_GetItemString(parts, "storage");
    if (tensor == NULL || storage == NULL) {
        PyErr_SetString(PyExc_KeyError, "tensor, storage");
        return NULL;
    }
    if (learn_tensors(tensor, storage) < 0) {
        return NULL;
    }
    engine.enabled = slot_offset((PyObject *)Py_TYPE(engine.modes), "enabled");
    if (engine.enabled < 0) {
        return NULL;
    }
    if (!PyAnySet_Check(engine.unusual) || !PyList_Check(engine.watchers) || !PyList_Check(engine.directly)
        || !PyDict_Check(engine.arrays32)
        || !PyDict_Check(engine.arrays64) || !PyIter_Check(engine.numbers)) {
        PyErr_SetString(PyExc_TypeError, "a part of the engine is of another kind");
        return NULL;
    }
    Py_XSETREF(engine.minus_one, PyLong_FromLong(-1));
    Py_XSETREF(engine.zero, PyLong_FromLong(0));
    Py_XSETREF(engine.one, PyLong_FromLong(1));
    const struct {
        const char *text;
        PyObject **place;
    } words[] = {
        {"op_applied", &engine.op_applied}, {"_origin", &engine.origin},   {"no_grad", &engine.no_grad},
        {"about_to_change", &engine.about_to_change}, {"storage_written", &engine.storage_written},
        {"sizes", &engine.sizes},           {"strides", &engine.strides}, {"numel", &engine.numel},
        {"_grad_dtype", &engine.grad_dtype}, {"kind", &engine.kind},       {"size", &engine.size},
    };
    for (size_t i = 0; i < COUNT(words); i++) {
        Py_XSETREF(*words[i].place, PyUnicode_InternFromString(words[i].text));
        if (*words[i].place == NULL) {
            return NULL;
        }
    }
    if (find_dtypes() < 0) {
        return NULL;
    }
    Py_RETURN_NONE;
}

/* Where the next nodes take their numbers from: an iterator. */
PyObject *
learn_numbers(PyObject *Py_UNUSED(module), PyObject *numbers)
{
    if (!PyIter_Check(numbers)) {
        PyErr_SetString(PyExc_TypeError, "numbers come from an iterator");
        return NULL;
    }
    Py_XSETREF(engine.numbers, Py_NewRef(numbers));
    Py_RETURN_NONE;
}

/* ---- What is made ------------------------------------------------------------------------------------------------- */

PyObject *
wrap(PyObject *array)
{
    PyObject *storage = new_object(storage_slots.type);
    if (storage == NULL) {
        return NULL;
    }
    if (PyArray_CheckExact(array)) {
        PyObject_GC_UnTrack(storage); /* it leads to nothing that could lead back */
    }
    fill(storage, storage_slots.base, array);
    fill(storage, storage_slots.mark, engine.minus_one);
    fill(storage, storage_slots.version, engine.zero);
    PyObject *tensor = new_object(tensor_slots.type);
    if (tensor == NULL) {
        Py_DECREF(storage);
        return NULL;
    }
    fill(tensor, tensor_slots.array, array);
    SLOT(tensor, tensor_slots.storage) = storage;
    fill(tensor, tensor_slots.view_version, engine.zero);
    fill(tensor, tensor_slots.base, Py_None);
    fill(tensor, tensor_slots.grad_fn, Py_None);
    fill(tensor, tensor_slots.grad, Py_None);
    fill(tensor, tensor_slots.accumulator, Py_None);
    fill(tensor, tensor_slots.output_nr, engine.zero);
    fill(tensor, tensor_slots.mark, engine.minus_one);
    fill(tensor, tensor_slots.requires_grad, Py_False);
    fill(tensor, tensor_slots.retains_grad, Py_False);
    return tensor;
}

PyObject *
accumulator_of(PyObject *leaf)
{
    PyObject *known = SLOT(leaf, tensor_slots.accumulator);
    if (known != NULL && known != Py_None) {
        PyObject *found = PyObject_CallNoArgs(known);
        if (found == NULL || found != Py_None) {
            return found;
        }
        Py_DECREF(found);
    }
    int is_usual = gradients_are_as_leaf(leaf);
    return is_usual < 0 ? NULL : is_usual ? new_accumulator(leaf) : PyObject_CallOneArg(engine.accumulator, leaf);
}
