#include "decimals.h"

#include "wide.h"

#include <math.h>
#include <stdint.h>

#define INFINITE 0x7F800000u
#define MOST_LETTERS 18 /* "-0.00000" and nine digits, and a comma */
#define BEYOND 32       /* letters are written some at a time, of which not all count */
#define BEHIND 18       /* where what is written of a number is not of its text, nor of its sign */
#define ZEROS 0x3030303030303030ULL

/* Where the digits of a number go that is written without an exponent, and its point: by tables rather than branches, for
   numbers of whatever size lie beside each other. */
typedef struct {
    unsigned char digits, point; /* from what place on */
    unsigned char shift;         /* bits of the digits before the point */
    unsigned char more, least;   /* letters: beside the digits, and in all */
} Places;

#define LEAST_POINT (-5)
#define BELOW_ONE(zeros) {.digits = 2 + (zeros), .point = BEHIND, .shift = 8, .more = 2 + (zeros)}
#define FROM_ONE_ON(whole) {.point = (whole), .shift = 8 * (whole), .more = 1, .least = (whole) + 2}
static const Places PLACES[] = {
    BELOW_ONE(5), BELOW_ONE(4), BELOW_ONE(3), BELOW_ONE(2), BELOW_ONE(1), BELOW_ONE(0), FROM_ONE_ON(1),
    FROM_ONE_ON(2), FROM_ONE_ON(3), FROM_ONE_ON(4), FROM_ONE_ON(5), FROM_ONE_ON(6), FROM_ONE_ON(7),
};

/* Writes a float as orjson does; where the next letter goes. */
static inline char *
put_one(char *to, float x, const Digits *digits, int place)
{
    *to = '-';
    to += signbit(x) != 0;
    uint64_t first = '0' + digits->first[place], others = digits->others[place];
    int point = digits->power[place];
    int count = 1 + (70 - __builtin_clzll(others << 1 | 1)) / 8; /* without zeros at the end */
    others |= ZEROS;
    uint64_t letters = others << 8 | first, last = ZEROS << 8 | others >> 56;
    if (LEAST_POINT <= point && point < LEAST_POINT + (int)(sizeof PLACES / sizeof *PLACES)) {
        Places places = PLACES[point - LEAST_POINT];
        uint64_t decimals = letters >> places.shift | last << (64 - places.shift);
        memcpy(to, "0.00000", 8);
        memcpy(to + places.digits, &letters, 8);
        memcpy(to + places.digits + 8, &last, 8);
        to[places.point] = '.';
        memcpy(to + places.point + 1, &decimals, 8);
        int length = places.more + count;
        return to + (length > places.least ? length : places.least);
    }
    if (0 < point && point <= 13) {
        uint64_t decimals = last >> 8 * (point - 8);
        memcpy(to, &letters, 8);
        memcpy(to + 8, &last, 8);
        to[point] = '.';
        memcpy(to + point + 1, &decimals, 8);
        return to + (count > point ? count : point + 1) + 1;
    }
    to[0] = (char)first;
    to[1] = '.';
    memcpy(to + 2, &others, 8);
    to += count > 1 ? count + 1 : 1;
    *to++ = 'e';
    point--;
    *to++ = point < 0 ? '-' : '+';
    point = point < 0 ? -point : point;
    *to = (char)('0' + point / 10);
    to += point > 9;
    *to++ = (char)('0' + point % 10);
    return to;
}

/* Find the digits of the numbers that come next. */
static void
find_next(Decimals *self)
{
    int count = 0;
    while (count < DECIMALS && self->next < self->end) {
        const Floats *from = self->next;
        Py_ssize_t left = from->count - self->taken, some = left < DECIMALS - count ? left : DECIMALS - count;
        memcpy(self->numbers + count, from->numbers + self->taken, some * sizeof *self->numbers);
        count += (int)some;
        self->taken = some < left ? self->taken + some : 0;
        self->next += some == left;
    }
    find_digits(self->numbers, count, &self->digits);
    self->count = count;
    self->place = 0;
}

void
put_floats(Text *text, Decimals *self, Py_ssize_t count)
{
    Py_ssize_t most = count * MOST_LETTERS + BEYOND;
    if (text->length + most > text->room && make_room(text, most) < 0)
        return;
    char *to = text->letters + text->length;
    for (Py_ssize_t left = count; left > 0;) {
        if (self->place == self->count)
            find_next(self);
        int place = self->place, end = left < self->count - place ? place + (int)left : self->count;
        left -= end - place;
        self->place = end;
        for (; place < end; place++) {
            to = put_one(to, self->numbers[place], &self->digits, place);
            *to++ = ',';
        }
    }
    text->length = to - text->letters - (count > 0);
}

WIDE int
are_finite(const float *numbers, Py_ssize_t count)
{
    int others = 0;
    for (Py_ssize_t i = 0; i < count; i++) {
        uint32_t bits;
        memcpy(&bits, numbers + i, sizeof bits);
        others |= (bits & INFINITE) == INFINITE;
    }
    return !others;
}

static const float OF_EVERY_KIND[] = {0, -0.0f, 1e-45f, 1.1754944e-38f, -1.5e-7f, 1e-6f, 0.1f, -0.015625f, 1, 12.5f, 1e8f,
                                      16777216, 123456.7f, 9e12f, 1e13f, -3.4028235e38f};
const Floats PROBE = {OF_EVERY_KIND, sizeof OF_EVERY_KIND / sizeof *OF_EVERY_KIND};

int
are_written_alike(PyObject *encoded)
{
    Decimals decimals = {.next = &PROBE, .end = &PROBE + 1};
    Text text = {0};
    PUT(&text, "[[");
    put_floats(&text, &decimals, PROBE.count);
    PUT(&text, "]]");
    int alike = !text.failed && PyBytes_Check(encoded) && PyBytes_GET_SIZE(encoded) == text.length &&
                !memcmp(PyBytes_AS_STRING(encoded), text.letters, text.length);
    PyMem_Free(text.letters);
    return alike;
}
