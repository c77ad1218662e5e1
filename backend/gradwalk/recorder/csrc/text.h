/* Text that grows. */

#ifndef GRADWALK_TEXT_H
#define GRADWALK_TEXT_H

#define PY_SSIZE_T_CLEAN
#include <Python.h>
#include <string.h>

typedef struct {
    char *letters;
    Py_ssize_t length, room;
    int failed; /* whether there was no memory for some of it */
} Text;

int make_room(Text *text, Py_ssize_t more);
void put_number(Text *text, long long number);
void put_string(Text *text, PyObject *string);
/* A field whose name, with what goes before it, is given; None is left out. */
void put_field(Text *text, const char *name, PyObject *number);

static inline void
put(Text *text, const char *letters, Py_ssize_t length)
{
    if (text->length + length > text->room && make_room(text, length) < 0)
        return;
    memcpy(text->letters + text->length, letters, length);
    text->length += length;
}

#define PUT(text, literal) put(text, literal, sizeof(literal) - 1)

#endif
