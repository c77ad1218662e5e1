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

#define MOST_OF_WHOLE 20 /* digits, with a sign */

extern const char PAIRS[]; /* "00", "01" and so on to "99" */

int make_room(Text *text, Py_ssize_t more);
/* It is empty after that. */
void leave_room(Text *text);
/* The digits of a number of five and more, likewise. */
char *write_digits(char *to, unsigned long long number);
/* A string that is not of ASCII alone. */
void put_beyond_ascii(Text *text, PyObject *string);
char *add_beyond_ascii(Text *text, char *to, PyObject *string);

static inline void
put(Text *text, const char *letters, Py_ssize_t length)
{
    if (text->length + length > text->room && make_room(text, length) < 0)
        return;
    memcpy(text->letters + text->length, letters, length);
    text->length += length;
}

#define PUT(text, literal) put(text, literal, sizeof(literal) - 1)

/* The digits of a number, for which there is room; what comes after them. */
static inline char *
add_number(char *to, long long number)
{
    if ((unsigned long long)number < 10) {
        *to = (char)('0' + number);
        return to + 1;
    }
    unsigned long long left = number < 0 ? 0ULL - (unsigned long long)number : (unsigned long long)number;
    if (number < 0)
        *to++ = '-';
    if (left >= 10000)
        return write_digits(to, left);
    unsigned first = (unsigned)left / 100, last = (unsigned)left % 100;
    if (first) {
        memcpy(to, PAIRS + 2 * first + (first < 10), 2); /* of one digit the second is written over */
        to += 2 - (first < 10);
    }
    memcpy(to, PAIRS + 2 * last + (left < 10), 2);
    return to + 2 - (left < 10);
}

static inline void
put_number(Text *text, long long number)
{
    if (text->length + MOST_OF_WHOLE > text->room && make_room(text, MOST_OF_WHOLE) < 0)
        return;
    text->length = add_number(text->letters + text->length, number) - text->letters;
}

static inline void
put_string(Text *text, PyObject *string)
{
    if (PyUnicode_IS_COMPACT_ASCII(string))
        put(text, (const char *)(((PyASCIIObject *)string) + 1), ((PyASCIIObject *)string)->length);
    else
        put_beyond_ascii(text, string);
}

/* ---- Rows that are written most ------------------------------------------------------------------------------------
   They are written from a place on, where there is always room for so much: for what is added up to the next string. */

#define AHEAD 512

/* Where the text goes on from a place, with room ahead; somewhere else, and it has failed, if there is no memory. */
char *more_ahead(Text *text, char *to, Py_ssize_t more);

static inline char *
ahead(Text *text, char *to, Py_ssize_t more)
{
    if (text->failed || text->letters + text->room - to < more + AHEAD)
        return more_ahead(text, to, more);
    return to;
}

#define ADD(to, literal) (memcpy(to, literal, sizeof(literal) - 1), (to) + sizeof(literal) - 1)

/* Adds a string, with room ahead of what comes after. */
static inline char *
add_text(Text *text, char *to, PyObject *string)
{
    if (!PyUnicode_IS_COMPACT_ASCII(string))
        return add_beyond_ascii(text, to, string);
    Py_ssize_t length = ((PyASCIIObject *)string)->length;
    to = ahead(text, to, length);
    if (text->failed)
        return to;
    memcpy(to, ((PyASCIIObject *)string) + 1, length);
    return to + length;
}

#endif
