#include "watching.h"

#define MOST_ARGUMENTS 5

PyObject *
who_watches(void)
{
    Py_ssize_t watchers = PyList_GET_SIZE(engine.watchers);
    PyObject *watcher = watchers ? PyList_GET_ITEM(engine.watchers, watchers - 1) : engine.nobody;
    return watcher == engine.nobody ? NULL : watcher;
}

const Directly *
told_directly(void)
{
    Py_ssize_t watchers = PyList_GET_SIZE(engine.directly);
    PyObject *last = watchers ? PyList_GET_ITEM(engine.directly, watchers - 1) : Py_None;
    if (last == Py_None) {
        return NULL;
    }
    const Directly *directly = PyCapsule_GetPointer(last, DIRECTLY_NAME);
    if (directly == NULL) {
        PyErr_Clear(); /* it is another one's */
    }
    return directly;
}

int
tell(PyObject *watcher, PyObject *method, PyObject *const *arguments, size_t count)
{
    PyObject *all[MOST_ARGUMENTS + 1] = {watcher};
    for (size_t i = 0; i < count; i++) {
        all[i + 1] = arguments[i];
    }
    Py_INCREF(watcher);
    PyObject *answer = PyObject_VectorcallMethod(method, all, count + 1, NULL);
    Py_DECREF(watcher);
    Py_XDECREF(answer);
    return answer == NULL ? -1 : 0;
}
