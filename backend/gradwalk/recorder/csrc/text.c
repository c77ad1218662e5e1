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

void
begin(Text *text)
{
    text->length = 0;
    text->ascii = 1;
    text->failed = 0;
}

void
put_number(Text *text, long long number)
{
    char digits[24];
    int place = sizeof digits;
    unsigned long long left = number < 0 ? 0ULL - (unsigned long long)number : (unsigned long long)number;
    do {
        digits[--place] = (char)('0' + left % 10);
        left /= 10;
    } while (left);
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
    text->ascii = 0;
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

PyObject *
written(Text *text)
{
    if (text->failed)
        return PyErr_NoMemory();
    if (!text->ascii)
        return PyUnicode_DecodeUTF8(text->letters, text->length, NULL);
    PyObject *string = PyUnicode_New(text->length, 127);
    if (string != NULL)
        memcpy(PyUnicode_1BYTE_DATA(string), text->letters, text->length);
    return string;
}
