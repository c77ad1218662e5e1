/* Elementary functions on float32 as PyTorch's loops over the processor's vectors have them: SLEEF's, step by step, whose
   polynomials these are (github.com/shibatch/sleef, src/libm/sleefsimdsp.c). gradwalk.engine.vector_math says the same in
   Python, and by which names SLEEF knows them. Each is without a branch, so that a compiler makes vectors of loops over it. */

#ifndef GRADWALK_VECTORS_H
#define GRADWALK_VECTORS_H

#include <math.h>
#include <stdint.h>
#include <string.h>

#define STEPS static inline __attribute__((always_inline))

#define LN2_HIGH 0.693145751953125f
#define LN2_LOW 1.428606765330187045e-06f
#define PER_LN2 1.442695040888963407f
#define SMALLEST_NORMAL 0x1p-126f
#define FMA __builtin_fmaf

STEPS int32_t
bits_of(float x)
{
    int32_t bits;
    memcpy(&bits, &x, sizeof bits);
    return bits;
}

STEPS float
float_of(int32_t bits)
{
    float x;
    memcpy(&x, &bits, sizeof x);
    return x;
}

STEPS int
is_negative_zero(float x)
{
    return bits_of(x) == INT32_MIN;
}

STEPS float
with_sign_of(float x, float sign)
{
    return float_of((bits_of(x) & INT32_MAX) | (bits_of(sign) & INT32_MIN));
}

/* ---- Numbers as sums of two floats -------------------------------------------------------------------------------- */

typedef struct {
    float high, low;
} Pair;

STEPS Pair
pair_sum(float x, float y)
{
    float total = x + y, virtual = total - x;
    return (Pair){total, (x - (total - virtual)) + (y - virtual)};
}

STEPS Pair
pair_plus(Pair x, float y)
{
    Pair total = pair_sum(x.high, y);
    return (Pair){total.high, total.low + x.low};
}

STEPS Pair
pair_plus_pair(Pair x, Pair y)
{
    Pair total = pair_sum(x.high, y.high);
    return (Pair){total.high, total.low + (x.low + y.low)};
}

/* What comes second is the smaller. */
STEPS Pair
pair_and_less(Pair x, Pair y)
{
    float total = x.high + y.high;
    return (Pair){total, (((x.high - total) + y.high) + x.low) + y.low};
}

STEPS Pair
pair_and_less_number(Pair x, float y)
{
    float total = x.high + y;
    return (Pair){total, ((x.high - total) + y) + x.low};
}

STEPS Pair
number_and_less(float x, Pair y)
{
    float total = x + y.high;
    return (Pair){total, ((x - total) + y.high) + y.low};
}

STEPS Pair
pair_times(Pair x, float y)
{
    float product = x.high * y;
    return (Pair){product, FMA(x.low, y, FMA(x.high, y, -product))};
}

STEPS Pair
pair_times_pair(Pair x, Pair y)
{
    float product = x.high * y.high;
    return (Pair){product, FMA(x.high, y.low, FMA(x.low, y.high, FMA(x.high, y.high, -product)))};
}

STEPS Pair
pair_square(Pair x)
{
    float square = x.high * x.high;
    return (Pair){square, FMA(x.high + x.high, x.low, FMA(x.high, x.high, -square))};
}

STEPS Pair
pair_twice(Pair x)
{
    return (Pair){x.high * 2.0f, x.low * 2.0f};
}

STEPS Pair
pair_inverse(Pair x)
{
    float inverse = 1.0f / x.high;
    return (Pair){inverse, inverse * FMA(-x.low, inverse, FMA(-x.high, inverse, 1.0f))};
}

STEPS Pair
pair_quotient(Pair x, Pair y)
{
    float inverse = 1.0f / y.high, quotient = x.high * inverse;
    float lost = FMA(inverse, x.high, -quotient);
    float error = FMA(-y.low, inverse, FMA(-y.high, inverse, 1.0f));
    return (Pair){quotient, FMA(quotient, error, FMA(x.low, inverse, lost))};
}

/* ---- Exponents ---------------------------------------------------------------------------------------------------- */

/* A nearby whole number; of what is no number, or far out, any. */
STEPS int32_t
whole_of(float x)
{
    return (int32_t)(fabsf(x) < 1e6f ? rintf(x) : 0.0f);
}

STEPS float
power_of_2(int32_t exponent)
{
    return float_of((int32_t)((uint32_t)(exponent + 127) << 23));
}

/* `x * 2 ** exponent` in two steps, neither of which goes beyond what a float holds. */
STEPS float
scaled_by(float x, int32_t exponent)
{
    int32_t half = exponent >> 1;
    return x * power_of_2(half) * power_of_2(exponent - half);
}

/* For exponents of any size. */
STEPS float
scaled_far_by(float x, int32_t exponent)
{
    int32_t sign = exponent >> 31, quarter = (((sign + exponent) >> 6) - sign) * 16;
    int32_t rest = exponent - quarter * 4;
    quarter = quarter < -127 ? -127 : quarter > 128 ? 128 : quarter;
    float factor = power_of_2(quarter);
    return x * factor * factor * factor * factor * power_of_2(rest);
}

STEPS int32_t
exponent_of(float x)
{
    return ((bits_of(x * (1.0f / 0.75f)) >> 23) & 255) - 127;
}

/* A number's exponent, and the number without it. */
typedef struct {
    float exponent, mantissa;
} Parts;

STEPS Parts
parts_of(float x)
{
    int is_small = x < SMALLEST_NORMAL;
    x = is_small ? x * 0x1p64f : x;
    int32_t exponent = exponent_of(x);
    float mantissa = float_of((int32_t)((uint32_t)bits_of(x) - ((uint32_t)exponent << 23)));
    return (Parts){(float)(is_small ? exponent - 64 : exponent), mantissa};
}

/* ---- The functions ------------------------------------------------------------------------------------------------ */

STEPS float
vector_exp(float x)
{
    float times = rintf(x * PER_LN2);
    float rest = FMA(times, -LN2_LOW, FMA(times, -LN2_HIGH, x));
    float total = 0.000198527617612853646278381f;
    total = FMA(total, rest, 0.00139304355252534151077271f);
    total = FMA(total, rest, 0.00833336077630519866943359f);
    total = FMA(total, rest, 0.0416664853692054748535156f);
    total = FMA(total, rest, 0.166666671633720397949219f);
    total = FMA(total, rest, 0.5f);
    total = scaled_by(1.0f + FMA(rest * rest, total, rest), whole_of(times));
    total = x > 100.0f ? INFINITY : total;
    return x < -104.0f ? 0.0f : total;
}

STEPS float
log_of_quotient(Pair x, float exponent)
{
    Pair total = pair_times((Pair){0.69314718246459960938f, -1.904654323148236017e-09f}, exponent);
    float square = x.high * x.high;
    float series = FMA(FMA(0.3027294874f, square, 0.3996108174f), square, 0.6666694880f);
    total = pair_and_less_number(pair_and_less(total, pair_twice(x)), square * x.high * series);
    return total.high + total.low;
}

STEPS float
vector_log(float x)
{
    Parts parts = parts_of(x);
    Pair quotient = pair_quotient(pair_sum(-1.0f, parts.mantissa), pair_sum(1.0f, parts.mantissa));
    float found = log_of_quotient(quotient, parts.exponent);
    found = x == INFINITY ? INFINITY : found;
    found = x >= 0.0f ? found : NAN;
    return x == 0.0f ? -INFINITY : found;
}

STEPS float
vector_log1p(float x)
{
    float above = x + 1.0f;
    int is_small = above < SMALLEST_NORMAL;
    above = is_small ? above * 0x1p64f : above;
    int32_t exponent = exponent_of(above);
    float scale = power_of_2(-exponent), mantissa = FMA(x, scale, scale - 1.0f), divisor = 2.0f + mantissa;
    Pair quotient = pair_quotient((Pair){mantissa, 0.0f}, (Pair){divisor, (2.0f - divisor) + mantissa});
    float found = log_of_quotient(quotient, (float)(is_small ? exponent - 64 : exponent));
    found = x > 0x1.2ced32p+126f ? vector_log(x) : found;
    found = x >= -1.0f ? found : NAN;
    found = x == -1.0f ? -INFINITY : found;
    return is_negative_zero(x) ? -0.0f : found;
}

STEPS Pair
exp_of_pair(Pair x)
{
    float times = rintf((x.high + x.low) * PER_LN2);
    Pair rest = pair_plus(pair_plus(x, times * -LN2_HIGH), times * -LN2_LOW);
    float series = 0.1980960224e-3f;
    series = FMA(series, rest.high, 0.1394256484e-2f);
    series = FMA(series, rest.high, 0.8333456703e-2f);
    series = FMA(series, rest.high, 0.4166637361e-1f);
    Pair total = pair_plus(pair_times(rest, series), 0.166666659414234244790680580464f);
    total = pair_plus(pair_times_pair(rest, total), 0.5f);
    total = number_and_less(1.0f, pair_plus_pair(rest, pair_times_pair(pair_square(rest), total)));
    int32_t whole = whole_of(times);
    int is_tiny = x.high < -104.0f;
    float high = scaled_by(total.high, whole), low = scaled_by(total.low, whole);
    return (Pair){is_tiny ? 0.0f : high, is_tiny ? 0.0f : low};
}

STEPS float
vector_expm1(float x)
{
    Pair total = pair_plus(exp_of_pair((Pair){x, 0.0f}), -1.0f);
    float found = total.high + total.low;
    found = x > 88.72283172607421875f ? INFINITY : found;
    found = x < -16.635532333438687426013570f ? -1.0f : found;
    return is_negative_zero(x) ? -0.0f : found;
}

STEPS float
vector_tanh(float x)
{
    float size = fabsf(x);
    Pair raised = exp_of_pair((Pair){size, 0.0f}), lowered = pair_inverse(raised);
    Pair total = pair_quotient(pair_and_less(raised, (Pair){-lowered.high, -lowered.low}),
                               pair_and_less(raised, lowered));
    float found = total.high + total.low;
    found = size > 8.664339742f || found != found ? 1.0f : found;
    return x != x ? x : with_sign_of(found, x);
}

STEPS float
vector_sinh(float x)
{
    float size = fabsf(x);
    Pair raised = exp_of_pair((Pair){size, 0.0f}), lowered = pair_inverse(raised);
    float total = raised.high - lowered.high;
    float found = (total + (((raised.high - total) - lowered.high) + raised.low - lowered.low)) * 0.5f;
    found = size > 89.0f || found != found ? INFINITY : found;
    return x != x ? x : with_sign_of(found, x);
}

STEPS float
vector_cosh(float x)
{
    Pair raised = exp_of_pair((Pair){fabsf(x), 0.0f}), total = pair_and_less(raised, pair_inverse(raised));
    float found = (total.high + total.low) * 0.5f;
    found = fabsf(x) > 89.0f || found != found ? INFINITY : found;
    return x != x ? x : found;
}

STEPS float
vector_exp2(float x)
{
    float times = rintf(x), rest = x - times, total = 0.1535920892e-3f;
    total = FMA(total, rest, 0.1339262701e-2f);
    total = FMA(total, rest, 0.9618384764e-2f);
    total = FMA(total, rest, 0.5550347269e-1f);
    total = FMA(total, rest, 0.2402264476f);
    total = FMA(total, rest, 0.6931471825f);
    total = scaled_by(FMA(total, rest, 1.0f), whole_of(times));
    total = x >= 128.0f ? INFINITY : total;
    return x < -150.0f ? 0.0f : total;
}

/* logkf: of a positive number, as a pair. */
STEPS Pair
log_as_pair(float x)
{
    Parts parts = parts_of(x);
    Pair quotient = pair_quotient(pair_sum(-1.0f, parts.mantissa), pair_sum(1.0f, parts.mantissa));
    Pair square = pair_square(quotient);
    float series = FMA(FMA(0.240320354700088500976562f, square.high, 0.285112679004669189453125f), square.high,
                       0.400007992982864379882812f);
    Pair total = pair_and_less(pair_times((Pair){0.69314718246459960938f, -1.904654323148236017e-09f}, parts.exponent),
                               pair_twice(quotient));
    Pair last = pair_plus_pair(pair_times(square, series),
                               (Pair){0.66666662693023681640625f, 3.69183861259614332084311e-09f});
    return pair_and_less(total, pair_times_pair(pair_times_pair(square, quotient), last));
}

/* expkf: the exponential of a pair. */
STEPS float
exp_to_number(Pair x)
{
    float times = rintf((x.high + x.low) * PER_LN2);
    Pair rest = pair_plus(pair_plus(x, times * -LN2_HIGH), times * -LN2_LOW);
    float sum = rest.high + rest.low;
    rest = (Pair){sum, (rest.high - sum) + rest.low};
    float series = 0.00136324646882712841033936f;
    series = FMA(series, rest.high, 0.00836596917361021041870117f);
    series = FMA(series, rest.high, 0.0416710823774337768554688f);
    series = FMA(series, rest.high, 0.166665524244308471679688f);
    series = FMA(series, rest.high, 0.499999850988388061523438f);
    Pair result = number_and_less(1.0f, pair_and_less(rest, pair_times(pair_square(rest), series)));
    float near = times < -1000.0f ? -1000.0f : times > 1000.0f ? 1000.0f : times;
    near = near == near ? near : 0.0f;
    float found = scaled_far_by(result.high + result.low, (int32_t)near);
    return x.high < -104.0f ? 0.0f : found;
}

/* One of two numbers, without a jump that compilers would make of several conditions in a row. */
STEPS float
chosen(int condition, float x, float y)
{
    int32_t mask = -condition;
    return float_of((bits_of(x) & mask) | (bits_of(y) & ~mask));
}

STEPS float
vector_power(float x, float y)
{
    float size = fabsf(x), far = fabsf(y);
    int is_near = far < 0x1p24f;
    int32_t whole = (int32_t)chosen(is_near, y, 0.0f);
    int is_whole = !is_near | ((float)whole == y), is_odd = is_whole & is_near & (whole & 1);
    float found = exp_to_number(pair_times(log_as_pair(size), y));
    found = chosen(found == found, found, INFINITY);
    found = chosen(x > 0.0f, found, chosen(is_whole, chosen(is_odd, -found, found), NAN));
    float off = with_sign_of(1.0f, y) * (size - 1.0f);
    found = chosen(far == INFINITY, chosen(off < 0.0f, 0.0f, chosen(off == 0.0f, 1.0f, INFINITY)), found);
    float at_edge = chosen((y < 0.0f) ^ (x == 0.0f), 0.0f, INFINITY);
    at_edge = with_sign_of(at_edge, chosen(is_odd, x, 1.0f));
    found = chosen((size == INFINITY) | (x == 0.0f), at_edge, found);
    found = chosen((x != x) | (y != y), NAN, found);
    return chosen((y == 0.0f) | (x == 1.0f), 1.0f, found);
}

/* Formula 7.1.26 of Abramowitz and Stegun, of `falling`, which is exp(-x * x). */
STEPS float
quick_erf(float x, float falling)
{
    float t = 1.0f / FMA(0.3275911f, fabsf(x), 1.0f), series = 1.061405429f;
    series = FMA(series, t, -1.453152027f);
    series = FMA(series, t, 1.421413741f);
    series = FMA(series, t, -0.284496736f);
    series = FMA(series, t, 0.254829592f);
    return with_sign_of(1.0f, x) * FMA(-falling * t, series, 1.0f);
}

/* Vectorized<float>::erf of ATen. */
STEPS float
vector_erf(float x)
{
    return quick_erf(x, vector_exp(-(x * x)));
}

/* ---- gelu, as oneDNN has it (jit_uni_eltwise_injector.cpp, without AVX-512) --------------------------------------- */

#define ROOT_HALF 0.70710677f

STEPS float
near_zero(float x)
{
    float near = x < 88.72283935546875f ? x : 88.72283935546875f;
    return near > -87.33654785f ? near : -87.33654785f;
}

STEPS float
exp_beside(float x, float near, float times)
{
    float rest = FMA(-times, 0.69314718246459960938f, near);
    float total = 0.00828929059f;
    total = FMA(total, rest, 0.0418978221f);
    total = FMA(total, rest, 0.166676521f);
    total = FMA(total, rest, 0.499991506f);
    total = FMA(total, rest, 0.999999701f);
    total = FMA(total, rest, 1.0f);
    float half = x < -87.33654785f ? 0.0f : power_of_2(whole_of(times - 1.0f));
    return total * half * 2.0f;
}

STEPS float
quick_exp(float x)
{
    float near = near_zero(x);
    return exp_beside(x, near, floorf(near * PER_LN2 + 0.5f));
}

/* The same as ATen has it in attention (`exp_u20`). */
STEPS float
attention_exp(float x)
{
    float near = near_zero(x);
    return exp_beside(x, near, floorf(FMA(near, PER_LN2, 0.5f)));
}

STEPS float
whole_gelu(float x)
{
    float scaled = x * ROOT_HALF, half = x * 0.5f;
    return FMA(quick_erf(scaled, quick_exp(-(scaled * scaled))), half, half);
}

STEPS float
whole_gelu_backward(float grad, float x)
{
    float scaled = x * ROOT_HALF, falling = quick_exp(-(scaled * scaled));
    float density = scaled * 0x1.20dd74p-1f * falling;
    return grad * FMA(quick_erf(scaled, falling), 0.5f, density + 0.5f);
}

#endif
