#include "text.h"

int
make_room(Text *text, Py_ssize_t more)
{
    Py_ssize_t room = text->room ? text->room : 1024;
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

void
put_number(Text *text, long long number)
{
    char digits[24];
    int place = sizeof digits;
    unsigned long long left = number < 0 ? 0ULL - (unsigned long long)number : (unsigned long long)number;
    while (left > 99) {
        place -= 2;
        memcpy(digits + place, PAIRS + 2 * (left % 100), 2);
        left /= 100;
    }
    if (left > 9) {
        place -= 2;
        memcpy(digits + place, PAIRS + 2 * left, 2);
    }
    else
        digits[--place] = (char)('0' + left);
    if (number < 0)
        digits[--place] = '-';
    put(text, digits + place, (Py_ssize_t)sizeof digits - place);
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
