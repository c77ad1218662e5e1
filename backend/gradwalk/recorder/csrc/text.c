#include "text.h"

#define FIRST_ROOM 4096
#define MOST_SPARE 16

/* Rooms of that size that texts have left, for those that come: each run has as many as the trace has lists. */
static char *spare[MOST_SPARE];
static int spares;

int
make_room(Text *text, Py_ssize_t more)
{
    Py_ssize_t room = text->room ? text->room : FIRST_ROOM;
    while (room < text->length + more)
        room *= 2;
    char *letters = text->room == 0 && room == FIRST_ROOM && spares ? spare[--spares]
                                                                    : PyMem_Realloc(text->letters, room);
    if (letters == NULL) {
        text->failed = 1;
        return -1;
    }
    text->letters = letters;
    text->room = room;
    return 0;
}

void
leave_room(Text *text)
{
    if (text->room == FIRST_ROOM && spares < MOST_SPARE)
        spare[spares++] = text->letters;
    else
        PyMem_Free(text->letters);
    *text = (Text){0};
}

const char PAIRS[] = "00010203040506070809101112131415161718192021222324252627282930313233343536373839"
                     "40414243444546474849505152535455565758596061626364656667686970717273747576777879"
                     "8081828384858687888990919293949596979899";

char *
write_digits(char *to, unsigned long long left)
{
    int count = 5;
    for (unsigned long long over = 100000; left >= over && count < MOST_OF_WHOLE - 1; over *= 10)
        count++;
    char *end = to += count;
    for (; left > 99; left /= 100)
        memcpy(to -= 2, PAIRS + 2 * (left % 100), 2);
    if (left > 9)
        memcpy(to - 2, PAIRS + 2 * left, 2);
    else
        to[-1] = (char)('0' + left);
    return end;
}

void
put_beyond_ascii(Text *text, PyObject *string)
{
    Py_ssize_t length;
    const char *letters = PyUnicode_AsUTF8AndSize(string, &length);
    if (letters == NULL) {
        PyErr_Clear();
        text->failed = 1;
        return;
    }
    put(text, letters, length);
}

char *
add_beyond_ascii(Text *text, char *to, PyObject *string)
{
    if (text->failed)
        return more_ahead(text, to, 0);
    text->length = to - text->letters;
    put_beyond_ascii(text, string);
    return more_ahead(text, text->letters + text->length, 0);
}

char *
more_ahead(Text *text, char *to, Py_ssize_t more)
{
    static char nowhere[2 * AHEAD];
    if (!text->failed) {
        text->length = text->letters == NULL ? 0 : to - text->letters;
        if (text->length + more + AHEAD <= text->room || make_room(text, more + AHEAD) == 0)
            return text->letters + text->length;
    }
    return nowhere;
}
