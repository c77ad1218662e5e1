#include "decimals.h"

#include "wide.h"

#include <math.h>
#include <stdint.h>

#define MANTISSA 23 /* bits that are written */
#define INFINITE 0x7F800000u
#define WIDTH 16 /* numbers that go at once on the widest processors */
#define BIAS 150    /* of the exponent, with the mantissa a whole number */
#define FLOAT_DIGITS 9
#define MOST_LETTERS 18 /* "-0.00000" and nine digits, and a comma */
#define LARGE 100000000 /* the least number of so many */
#define BEYOND 32       /* letters are written some at a time, of which not all count */
#define BEHIND 18       /* where what is written of a number is not of its text, nor of its sign */
#define ZEROS 0x3030303030303030ULL

/* Powers of ten from the 31st below zero to the 45th, each shifted so that it has 64 bits, and rounded up. */
static const uint64_t POWERS[] = {
    0x81CEB32C4B43FCF5, 0xA2425FF75E14FC32, 0xCAD2F7F5359A3B3F, 0xFD87B5F28300CA0E, 0x9E74D1B791E07E49,
    0xC612062576589DDB, 0xF79687AED3EEC552, 0x9ABE14CD44753B53, 0xC16D9A0095928A28, 0xF1C90080BAF72CB2,
    0x971DA05074DA7BEF, 0xBCE5086492111AEB, 0xEC1E4A7DB69561A6, 0x9392EE8E921D5D08, 0xB877AA3236A4B44A,
    0xE69594BEC44DE15C, 0x901D7CF73AB0ACDA, 0xB424DC35095CD810, 0xE12E13424BB40E14, 0x8CBCCC096F5088CC,
    0xAFEBFF0BCB24AAFF, 0xDBE6FECEBDEDD5BF, 0x89705F4136B4A598, 0xABCC77118461CEFD, 0xD6BF94D5E57A42BD,
    0x8637BD05AF6C69B6, 0xA7C5AC471B478424, 0xD1B71758E219652C, 0x83126E978D4FDF3C, 0xA3D70A3D70A3D70B,
    0xCCCCCCCCCCCCCCCD, 0x8000000000000000, 0xA000000000000000, 0xC800000000000000, 0xFA00000000000000,
    0x9C40000000000000, 0xC350000000000000, 0xF424000000000000, 0x9896800000000000, 0xBEBC200000000000,
    0xEE6B280000000000, 0x9502F90000000000, 0xBA43B74000000000, 0xE8D4A51000000000, 0x9184E72A00000000,
    0xB5E620F480000000, 0xE35FA931A0000000, 0x8E1BC9BF04000000, 0xB1A2BC2EC5000000, 0xDE0B6B3A76400000,
    0x8AC7230489E80000, 0xAD78EBC5AC620000, 0xD8D726B7177A8000, 0x878678326EAC9000, 0xA968163F0A57B400,
    0xD3C21BCECCEDA100, 0x84595161401484A0, 0xA56FA5B99019A5C8, 0xCECB8F27F4200F3A, 0x813F3978F8940985,
    0xA18F07D736B90BE6, 0xC9F2C9CD04674EDF, 0xFC6F7C4045812297, 0x9DC5ADA82B70B59E, 0xC5371912364CE306,
    0xF684DF56C3E01BC7, 0x9A130B963A6C115D, 0xC097CE7BC90715B4, 0xF0BDC21ABB48DB21, 0x96769950B50D88F5,
    0xBC143FA4E250EB32, 0xEB194F8E1AE525FE, 0x92EFD1B8D0CF37BF, 0xB7ABC627050305AE, 0xE596B7B0C643C71A,
    0x8F7E32CE7BEA5C70, 0xB35DBF821AE4F38C,
};
#define FIRST_POWER (-31)

/* The product's whole part, odd if any of it is cut off: so it compares as if none were. */
static inline uint32_t
times(uint64_t power, uint32_t number)
{
    uint64_t product = (power >> 32) * number + ((power & 0xFFFFFFFF) * number >> 32);
    return (uint32_t)(product >> 32) | ((product & 0xFFFFFFFF) > 1);
}

/* Finds of each float's magnitude the decimal with the fewest digits among those that read back as it, and of these the
   nearest: Raffaello Giulietti, "The Schubfach way to render doubles"; without branches, so that many go at once. */
WIDE static void
find_digits(const float *numbers, int count, Digits *restrict digits)
{
    uint32_t fourfold[DECIMALS], closer[DECIMALS], shifts[DECIMALS];
    uint32_t lowest[DECIMALS], middle[DECIMALS], highest[DECIMALS], found[DECIMALS];
    int32_t exponents[DECIMALS];
    uint64_t powers[DECIMALS];
    for (int i = 0; i < count; i++) {
        uint32_t bits;
        memcpy(&bits, numbers + i, sizeof bits);
        uint32_t mantissa = bits & ((1u << MANTISSA) - 1), biased = bits >> MANTISSA & 0xFF;
        fourfold[i] = 4 * (biased ? mantissa | 1u << MANTISSA : mantissa);
        int32_t q = (int32_t)(biased ? biased : 1) - BIAS;
        closer[i] = (mantissa == 0) & (biased > 1); /* below a power of two, floats lie closer together */
        int32_t k = (q * 1262611 - (closer[i] ? 524031 : 0)) >> 22;
        exponents[i] = k;
        shifts[i] = (uint32_t)(q + ((-k * 1741647) >> 19) + 1);
    }
    for (int i = 0; i < count; i++)
        powers[i] = POWERS[-exponents[i] - FIRST_POWER];
    for (int i = 0; i < count; i++) {
        /* Four times the number, and the ends of what reads back. */
        uint32_t four = fourfold[i], shift = shifts[i];
        middle[i] = times(powers[i], four << shift);
        lowest[i] = times(powers[i], (four - 2 + closer[i]) << shift);
        highest[i] = times(powers[i], (four + 2) << shift);
    }
    uint32_t are_short = 0;
    for (int i = 0; i < count; i++) {
        uint32_t four = fourfold[i], is_odd = four >> 2 & 1;
        uint32_t number = middle[i], lower = lowest[i] + is_odd, upper = highest[i] - is_odd;
        uint32_t whole = number / 4, tens = whole / 10, half = 4 * whole + 2;
        uint32_t do_tens = lower <= 40 * tens, do_next_tens = 40 * tens + 40 <= upper;
        uint32_t does = lower <= 4 * whole, does_next = half + 2 <= upper;
        uint32_t is_nearer = (number > half) | ((number == half) & whole);
        uint32_t is_shorter = (whole >= 10) & (do_tens != do_next_tens);
        uint32_t up = does != does_next ? does_next : is_nearer;
        uint32_t nearest = is_shorter ? 10 * (tens + do_next_tens) : whole + up;
        uint32_t is_short = nearest < LARGE, is_shortest = nearest < LARGE / 10;
        exponents[i] += FLOAT_DIGITS - (int32_t)(is_short + is_shortest);
        nearest *= is_short ? 10 : 1;
        nearest *= is_shortest ? 10 : 1;
        found[i] = nearest;
        are_short |= (nearest < LARGE) & (nearest != 0);
    }
    if (are_short)
        for (int i = 0; i < count; i++)
            for (; found[i] && found[i] < LARGE; found[i] *= 10)
                exponents[i]--;
    for (int i = 0; i < count; i++) {
        uint32_t first = found[i] / LARGE, others = found[i] - first * LARGE;
        digits->first[i] = first;
        digits->power[i] = found[i] ? exponents[i] : 1; /* "0.0" */
        uint32_t upper_four = others / 10000;
        uint64_t fours = upper_four | (uint64_t)(others - upper_four * 10000) << 32;
        uint64_t hundreds = (fours * 10486 >> 20) & 0x7F0000007FULL;
        uint64_t twos = hundreds | (fours - 100 * hundreds) << 16;
        uint64_t ones = (twos * 103 >> 10) & 0x000F000F000F000FULL;
        digits->others[i] = ones | (twos - 10 * ones) << 8;
    }
}

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
    int whole = (count + WIDTH - 1) / WIDTH * WIDTH;
    for (int i = count; i < whole; i++)
        self->numbers[i] = 1;
    find_digits(self->numbers, whole, &self->digits);
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
