/* Tables by the identity of an object: the first thing in each entry, held so that its identity stays its own; NULL in
   one that is free. Their room is a power of two and at most half of it is taken. */

#ifndef GRADWALK_BY_IDENTITY_H
#define GRADWALK_BY_IDENTITY_H

#define PY_SSIZE_T_CLEAN
#include <Python.h>

/* The entry of an object, or the free one where it would be, in a table that has room. */
static inline void *
entry_of(void *table, size_t room, size_t width, const void *object)
{
    size_t place = (size_t)object >> 4;
    for (place ^= place >> 9;; place++) {
        PyObject **found = (PyObject **)((char *)table + (place & (room - 1)) * width);
        if (*found == NULL || *found == object)
            return found;
    }
}

/* The table with room for one more than `count`, which may be another one now; NULL with an exception. */
static inline void *
with_room(void *table, size_t *room, size_t count, size_t width)
{
    if (2 * (count + 1) <= *room)
        return table;
    size_t wider = *room ? 2 * *room : 32;
    void *made = PyMem_Calloc(wider, width);
    if (made == NULL) {
        PyErr_NoMemory();
        return NULL;
    }
    for (size_t i = 0; i < *room; i++) {
        char *entry = (char *)table + i * width;
        if (*(PyObject **)entry != NULL)
            for (size_t word = 0; word < width / sizeof(void *); word++)
                ((void **)entry_of(made, wider, width, *(PyObject **)entry))[word] = ((void **)entry)[word];
    }
    PyMem_Free(table);
    *room = wider;
    return made;
}

#endif
