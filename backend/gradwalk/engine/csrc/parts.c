#include "pass.h"

PassParts pass;

/* A dictionary of what there is one of, by the names of what is kept here. */
PyObject *
learn_pass(PyObject *Py_UNUSED(module), PyObject *parts)
{
    PyObject *op, *accumulate_grad, *ufunc;
    const struct {
        const char *name;
        PyObject **place;
        int is_kept;
    } wanted[] = {
        {"op", &op, 0},
        {"accumulate_grad", &accumulate_grad, 0},
        {"add", &ufunc, 0},
        {"fit", &pass.fit, 1},
        {"accumulate", &pass.accumulate, 1},
        {"times", &pass.times, 1},
        {"times_written", &pass.times_written, 1},
        {"join", &pass.join, 1},
        {"reduce", &pass.reduce, 1},
        {"about", &pass.about, 1},
        {"transforms", &pass.transforms, 1},
        {"exchanged", &pass.exchanged, 1},
    };
    for (size_t i = 0; i < sizeof wanted / sizeof wanted[0]; i++) {
        PyObject *part = PyDict_Check(parts) ? PyDict_GetItemString(parts, wanted[i].name) : NULL;
        if (part == NULL) {
            PyErr_SetString(PyExc_KeyError, wanted[i].name);
            return NULL;
        }
        if (wanted[i].is_kept) {
            Py_XSETREF(*wanted[i].place, Py_NewRef(part));
        }
        else {
            *wanted[i].place = part;
        }
    }
    const struct {
        PyObject *type;
        const char *name;
        Py_ssize_t *offset;
    } slots[] = {
        {op, "pullback", &pass.pullback},         {op, "surely_keeps", &pass.surely_keeps},
        {op, "kept_tensors", &pass.kept_tensors},
        {accumulate_grad, "variable", &pass.variable},
    };
    for (size_t i = 0; i < sizeof slots / sizeof slots[0]; i++) {
        *slots[i].offset = slot_offset(slots[i].type, slots[i].name);
        if (*slots[i].offset < 0) {
            return NULL;
        }
    }
    const struct {
        const char *name;
        PyObject **place;
    } methods[] = {
        {"accumulated", &pass.accumulated},         {"vjp_ran", &pass.vjp_ran},
        {"freed", &pass.freed},                     {"backward_begins", &pass.backward_begins},
        {"alive", &pass.alive},
        {"backward_ended", &pass.backward_ended},
    };
    for (size_t i = 0; i < sizeof methods / sizeof methods[0]; i++) {
        Py_XSETREF(*methods[i].place, PyUnicode_InternFromString(methods[i].name));
        if (*methods[i].place == NULL) {
            return NULL;
        }
    }
    pass.add = (Step){0};
    if (step_read(&pass.add, ufunc) < 0) {
        return NULL;
    }
    if (pass.add.count != 2 || pass.add.result != NULL || !PyType_Check(op) || !PyType_Check(accumulate_grad)
        || !PyDict_CheckExact(pass.times) || !PyList_CheckExact(pass.transforms)) {
        PyErr_SetString(PyExc_TypeError, "a part of passes is of another kind");
        return NULL;
    }
    Py_XSETREF(pass.accumulate_grad, (PyTypeObject *)Py_NewRef(accumulate_grad));
    Py_XSETREF(pass.op, (PyTypeObject *)Py_NewRef(op));
    Py_RETURN_NONE;
}
