/* Python has memory for small objects from the system in arenas of a mebibyte, and gives each back as soon as nothing in
   it is alive: a graph that is made anew in each step of a training would have the kernel find and clear the same pages
   each time. */

#include "arenas.h"

typedef struct Arena {
    struct Arena *next;
} Arena;

static PyObjectArenaAllocator system_arenas; /* what was there before; nothing until somebody asks to keep any */
static Arena *kept;                          /* the one that was given back last comes first */
static size_t arena_size, kept_bytes, most_bytes;

static void *
take_arena(void *Py_UNUSED(context), size_t size)
{
    if (kept == NULL || size != arena_size) {
        return system_arenas.alloc(system_arenas.ctx, size);
    }
    Arena *arena = kept;
    kept = arena->next;
    kept_bytes -= size;
    return arena;
}

static void
give_arena(void *Py_UNUSED(context), void *memory, size_t size)
{
    if (kept == NULL) {
        arena_size = size;
    }
    if (size != arena_size || kept_bytes + size > most_bytes) {
        system_arenas.free(system_arenas.ctx, memory, size);
        return;
    }
    Arena *arena = memory;
    arena->next = kept;
    kept = arena;
    kept_bytes += size;
}

PyObject *
keep_arenas(PyObject *Py_UNUSED(module), PyObject *bytes)
{
    size_t most = PyLong_AsSize_t(bytes);
    if (most == (size_t)-1 && PyErr_Occurred()) {
        return NULL;
    }
    if (system_arenas.alloc == NULL) {
        PyObject_GetArenaAllocator(&system_arenas);
        PyObjectArenaAllocator keeping = {NULL, take_arena, give_arena};
        PyObject_SetArenaAllocator(&keeping);
    }
    most_bytes = most;
    Py_RETURN_NONE;
}
