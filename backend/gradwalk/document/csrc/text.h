/* Text that grows. */

#ifndef GRADWALK_TEXT_H
#define GRADWALK_TEXT_H

#define PY_SSIZE_T_CLEAN
#include <Python.h>
#include <string.h>

typedef struct {
    char *letters;
    Py_ssize_t length, room;
} Text;

/* Room for so many letters more; -1 if there is no memory. */
static inline int
make_room(Text *text, Py_ssize_t more)
{
    if (text->room - text->length >= more)
        return 0;
    Py_ssize_t room = 2 * (text->length + more);
    char *letters = PyMem_Realloc(text->letters, room);
    if (letters == NULL)
        return -1;
    text->letters = letters;
    text->room = room;
    return 0;
}

static inline int
put(Text *text, const char *letters, Py_ssize_t length)
{
    if (make_room(text, length) < 0)
        return -1;
    memcpy(text->letters + text->length, letters, length);
    text->length += length;
    return 0;
}

#endif
