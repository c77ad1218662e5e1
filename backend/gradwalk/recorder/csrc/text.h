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
/* The digits of a number of five and more, for which there is room; what comes after them. */
char *write_digits(char *to, unsigned long long number);
/* A string that is not of ASCII alone. */
void put_encoded(Text *text, PyObject *string);
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

static inline void
put_number(Text *text, long long number)
{
    if (text->length + MOST_OF_WHOLE > text->room && make_room(text, MOST_OF_WHOLE) < 0)
        return;
    char *to = text->letters + text->length;
    if ((unsigned long long)number < 10) {
        *to = (char)('0' + number);
        text->length++;
        return;
    }
    unsigned long long left = number < 0 ? 0ULL - (unsigned long long)number : (unsigned long long)number;
    if (number < 0)
        *to++ = '-';
    if (left < 100) {
        if (left < 10)
            *to++ = (char)('0' + left);
        else {
            memcpy(to, PAIRS + 2 * left, 2);
            to += 2;
        }
    }
    else if (left < 10000) {
        unsigned first = (unsigned)left / 100, last = (unsigned)left % 100;
        memcpy(to, PAIRS + 2 * first + (first < 10), 2); /* of one digit the second is written over */
        to += 2 - (first < 10);
        memcpy(to, PAIRS + 2 * last, 2);
        to += 2;
    }
    else
        to = write_digits(to, left);
    text->length = to - text->letters;
}

static inline void
put_string(Text *text, PyObject *string)
{
    if (PyUnicode_IS_COMPACT_ASCII(string))
        put(text, (const char *)(((PyASCIIObject *)string) + 1), ((PyASCIIObject *)string)->length);
    else
        put_encoded(text, string);
}

#endif
