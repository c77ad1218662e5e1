/* A number of 15 digits or fewer names a double that no other such number names, so these digits are the fewest that
   do, which is what msgspec writes; it is left to see that they are written in its way: without an exponent from
   0.00001 to below 1e16. Longer ones are read, and written as Python writes them, which are the same digits. */

#include "numbers.h"

#define SURE 15
#define LONGEST 17
#define FURTHEST 290
#define MOST_WHOLE 18

static int
is_digit(char letter)
{
    return letter >= '0' && letter <= '9';
}

/* Whether its digits are the fewest that name this double. */
static int
shortest(const char *from, Py_ssize_t length)
{
    char copy[64], digits[2][64];
    if (length >= (Py_ssize_t)sizeof copy)
        return 0;
    memcpy(copy, from, length);
    copy[length] = 0;
    double number = PyOS_string_to_double(copy, NULL, NULL);
    if (number == -1.0 && PyErr_Occurred()) {
        PyErr_Clear();
        return 0;
    }
    char *again = PyOS_double_to_string(number, 'r', 0, 0, NULL);
    if (again == NULL) {
        PyErr_Clear();
        return 0;
    }
    const char *texts[] = {copy, again};
    for (int i = 0; i < 2; i++) {
        int count = 0, past = 0; /* past: up to where there is something else than a zero */
        for (const char *p = texts[i]; *p && *p != 'e' && count < 63; p++)
            if (is_digit(*p) && (count || *p != '0')) {
                digits[i][count++] = *p;
                if (*p != '0')
                    past = count;
            }
        digits[i][past] = 0;
    }
    PyMem_Free(again);
    return strcmp(digits[0], digits[1]) == 0;
}

static Spelling
written(Text *to, const char *sign, Py_ssize_t signs, const char *digits, Py_ssize_t count, const char *tail,
        Py_ssize_t length)
{
    int failed = put(to, sign, signs) < 0 || put(to, digits, 1) < 0 ||
                 (count > 1 && (put(to, ".", 1) < 0 || put(to, digits + 1, count - 1) < 0)) || put(to, tail, length) < 0;
    return failed ? UNUSUAL : REWRITTEN;
}

Spelling
spelling(const char **at, int point, int *long_ones, Text *rewritten)
{
    const char *begin = *at, *p = begin + (*begin == '-');
    const char *whole = p;
    while (is_digit(*p))
        p++;
    Py_ssize_t wholes = p - whole;
    if (wholes == 0 || (*whole == '0' && wholes > 1))
        return UNUSUAL;
    if (*p != '.' && *p != 'e') {
        *at = p;
        return point || wholes > MOST_WHOLE || (*begin == '-' && *whole == '0') ? UNUSUAL : AS_IT_IS;
    }
    const char *part = p;
    Py_ssize_t parts = 0;
    if (*p == '.') {
        part = ++p;
        while (is_digit(*p))
            p++;
        parts = p - part;
        if (parts == 0)
            return UNUSUAL;
    }
    const char *mantissa_end = p;
    int is_round = parts == 1 && *part == '0';
    if (parts && !is_round && part[parts - 1] == '0')
        return UNUSUAL;
    Py_ssize_t zeros = 0;
    while (*whole == '0' && zeros < parts && part[zeros] == '0')
        zeros++;
    Py_ssize_t digits = *whole == '0' ? parts - zeros : is_round ? wholes : wholes + parts;
    Spelling found = AS_IT_IS;
    const char *exponent = NULL;
    int above = 0;
    if (*p == 'e') {
        int below = p[1] == '-';
        above = p[1] == '+';
        exponent = p += 1 + below + above;
        long far = 0;
        while (is_digit(*p) && p - exponent < 4)
            far = 10 * far + (*p++ - '0');
        if (*whole == '0' || wholes != 1 || is_round || p == exponent || *exponent == '0' || far > FURTHEST ||
            far < (below ? 6 : 16))
            return UNUSUAL;
    }
    else if (!is_round && zeros > 4) {
        if (zeros > 5)
            return UNUSUAL;
        found = REWRITTEN; /* from 0.000001 on numpy's float32 are written without an exponent */
    }
    if (digits > SURE && (digits > LONGEST || is_round || --*long_ones < 0 || !shortest(begin, p - begin)))
        return UNUSUAL;
    *at = p;
    if (found == REWRITTEN)
        return written(rewritten, begin, whole - begin, part + zeros, digits, "e-6", 3);
    if (above) { /* orjson says 1e+16 */
        if (put(rewritten, begin, mantissa_end - begin) < 0 || put(rewritten, "e", 1) < 0 ||
            put(rewritten, exponent, p - exponent) < 0)
            return UNUSUAL;
        return REWRITTEN;
    }
    return AS_IT_IS;
}
