#include "text.h"

int
make_room(Text *text, Py_ssize_t more)
{
    Py_ssize_t room = text->room ? text->room : 4096;
    while (room < text->length + more)
        room *= 2;
    char *letters = PyMem_Realloc(text->letters, room);
    if (letters == NULL) {
        text->failed = 1;
        return -1;
    }
    text->letters = letters;
    text->room = room;
    return 0;
}

static const char PAIRS[] = "00010203040506070809101112131415161718192021222324252627282930313233343536373839"
                            "40414243444546474849505152535455565758596061626364656667686970717273747576777879"
                            "8081828384858687888990919293949596979899";

#define MOST_DIGITS 20

void
put_number(Text *text, long long number)
{
    if (text->length + MOST_DIGITS > text->room && make_room(text, MOST_DIGITS) < 0)
        return;
    if (number < 0)
        text->letters[text->length++] = '-';
    unsigned long long left = number < 0 ? 0ULL - (unsigned long long)number : (unsigned long long)number;
    int count = 1;
    for (unsigned long long over = 10; left >= over && count < MOST_DIGITS - 1; over *= 10)
        count++;
    char *to = text->letters + text->length + count;
    text->length += count;
    for (; left > 99; left /= 100)
        memcpy(to -= 2, PAIRS + 2 * (left % 100), 2);
    if (left > 9)
        memcpy(to - 2, PAIRS + 2 * left, 2);
    else
        to[-1] = (char)('0' + left);
}

void
put_string(Text *text, PyObject *string)
{
    if (PyUnicode_IS_COMPACT_ASCII(string)) {
        put(text, (const char *)PyUnicode_1BYTE_DATA(string), PyUnicode_GET_LENGTH(string));
        return;
    }
    Py_ssize_t length;
    const char *letters = PyUnicode_AsUTF8AndSize(string, &length);
    if (letters == NULL) {
        PyErr_Clear();
        text->failed = 1;
        return;
    }
    put(text, letters, length);
}

void
put_field(Text *text, const char *name, PyObject *number)
{
    if (number != Py_None) {
        put(text, name, (Py_ssize_t)strlen(name));
        put_number(text, PyLong_AsLongLong(number));
    }
}
