/* Elementary functions of float32, computed in double so that rounding gives the nearest float32 but for one number in
   some ten thousands. gradwalk.engine.rounded_math says the same in Python, operation for operation. Each is without a
   branch, so that a compiler makes vectors of loops over it. */

#ifndef GRADWALK_ROUNDED_H
#define GRADWALK_ROUNDED_H

#include <math.h>
#include <stdint.h>
#include <string.h>

#define ROUNDED static inline __attribute__((always_inline))

#define TO_WHOLE 0x1.8p52 /* what is added to it has no digits behind the point any more */
#define FAR_ANGLE 1e5f

ROUNDED uint64_t
bits_of_double(double x)
{
    uint64_t bits;
    memcpy(&bits, &x, sizeof bits);
    return bits;
}

ROUNDED double
double_of(uint64_t bits)
{
    double x;
    memcpy(&x, &bits, sizeof x);
    return x;
}

/* Of numbers from -110 to 90. */
ROUNDED double
double_exp(double x)
{
    double shifted = x * 1.4426950408889634 + TO_WHOLE, times = shifted - TO_WHOLE;
    double rest = (x - times * 0x1.62e42feep-1) - times * 0x1.a39ef35793c76p-33;
    double total = 1.0 / 3628800;
    total = total * rest + 1.0 / 362880;
    total = total * rest + 1.0 / 40320;
    total = total * rest + 1.0 / 5040;
    total = total * rest + 1.0 / 720;
    total = total * rest + 1.0 / 120;
    total = total * rest + 1.0 / 24;
    total = total * rest + 1.0 / 6;
    total = total * rest + 0.5;
    total = total * rest + 1.0;
    total = total * rest + 1.0;
    return total * double_of((bits_of_double(shifted) + 1023) << 52);
}

ROUNDED float
rounded_exp(float x)
{
    float near = x < -110.0f ? -110.0f : x > 90.0f ? 90.0f : x;
    return (float)double_exp(near);
}

ROUNDED double
double_log(float x)
{
    uint64_t bits = bits_of_double((double)x) + 0x3ff0000000000000 - 0x3fe6a09e00000000, exponent = bits >> 52;
    double times = double_of(exponent | 0x4330000000000000) - (0x1p52 + 1023);
    double less = double_of((bits & 0x000fffffffffffff) + 0x3fe6a09e00000000) - 1.0;
    double ratio = less / (2.0 + less), square = ratio * ratio;
    double series = 1.0 / 17;
    series = series * square + 1.0 / 15;
    series = series * square + 1.0 / 13;
    series = series * square + 1.0 / 11;
    series = series * square + 1.0 / 9;
    series = series * square + 1.0 / 7;
    series = series * square + 1.0 / 5;
    series = series * square + 1.0 / 3;
    series = series * square + 1.0;
    double found = times * 0.6931471805599453 + 2.0 * ratio * series;
    found = x < INFINITY ? found : (double)x;
    found = x >= 0.0f ? found : (double)NAN;
    return x == 0.0f ? -(double)INFINITY : found;
}

ROUNDED float
rounded_log(float x)
{
    return (float)double_log(x);
}

ROUNDED float
rounded_log2(float x)
{
    return (float)(double_log(x) * 1.4426950408889634);
}

ROUNDED float
rounded_log10(float x)
{
    return (float)(double_log(x) * 0.4342944819032518);
}

/* Of angles that are not far: a sine, or further on by so many quarters of a turn. */
ROUNDED float
rounded_wave(float x, uint64_t quarters)
{
    double shifted = x * 0.6366197723675814 + TO_WHOLE, times = shifted - TO_WHOLE;
    double rest = (x - times * 0x1.921fb544p+0) - times * 0x1.0b4611a626331p-34, square = rest * rest;
    double sine = 1.0 / 6227020800;
    sine = sine * square - 1.0 / 39916800;
    sine = sine * square + 1.0 / 362880;
    sine = sine * square - 1.0 / 5040;
    sine = sine * square + 1.0 / 120;
    sine = sine * square - 1.0 / 6;
    sine = rest + rest * square * sine;
    double cosine = -1.0 / 87178291200;
    cosine = cosine * square + 1.0 / 479001600;
    cosine = cosine * square - 1.0 / 3628800;
    cosine = cosine * square + 1.0 / 40320;
    cosine = cosine * square - 1.0 / 720;
    cosine = cosine * square + 1.0 / 24;
    cosine = cosine * square - 0.5;
    cosine = 1.0 + square * cosine;
    uint64_t place = bits_of_double(shifted) + quarters;
    uint64_t is_cosine = 0 - (place & 1), sign = (place & 2) << 62;
    uint64_t found = (bits_of_double(cosine) & is_cosine) | (bits_of_double(sine) & ~is_cosine);
    return (float)double_of(found ^ sign);
}

ROUNDED float
rounded_sin(float x)
{
    float found = rounded_wave(x, 0);
    return x == 0.0f ? x : found;
}

ROUNDED float
rounded_cos(float x)
{
    return rounded_wave(x, 1);
}

#endif
