/* Square roots as MKL finds them on AMD's processors: gradwalk.engine.square_roots says how, operation for operation. */

#include "roots.h"

#include <math.h>
#include <stdint.h>

#ifdef __SSE2__
#include <emmintrin.h>
#endif

/* What the instruction answers to numbers from 1 to 2, and from 2 to 4. */
typedef struct {
    int first;
    const char *drops;
    uint16_t places[16];
} Half;

static const Half halves[2] = {
    {
        8191,
        "0ggfggffgffffffeffefeeeeeeeeededededddddddcddcdcdcdcccccccbccbcb"
        "dbbcbbbbbbbbbbabbabababaaabaaaaaaaaaa9aa9a9a9a99a99a999999999899"
        "8998989898988988988888888888878888788787878787787777877777777777"
        "8776777767767767676767676676676676666667666666666666656666566656",
        {0x7f7f, 0x77f7, 0x6f7d, 0x6ddd, 0x376d, 0x5b5b, 0x356d, 0x2b56,
         0x5555, 0x2aaa, 0x2a55, 0x52a9, 0x252a, 0x2949, 0x2529, 0x1292},
    },
    {
        5792,
        "0bbcbabbbbabbababaabaaaaa9aaa9a9aa99a999999999999899898988988988"
        "8888888888788787878787787778777777777777677767767676767667667666"
        "7666666666666665666566656566565655656556556555565555555555555555"
        "6455555455545545545455454545454454544544544454445444444544444444",
        {0x5b6d, 0x35b6, 0x356a, 0x3555, 0x2aaa, 0x4aa9, 0x2952, 0x294a,
         0x1494, 0x2492, 0x2492, 0x4922, 0x1224, 0x1224, 0x2222, 0x2222},
    },
};

#define LEAST 0x1p-126f
#define MOST 0x1.ffep127f
#define PLACES 8192

static uint16_t reciprocals[PLACES]; /* times 2**13 */
static int are_known, has_them;      /* and whether this processor's instruction answers the same */

static uint32_t
bits_of(float x)
{
    uint32_t bits;
    memcpy(&bits, &x, sizeof bits);
    return bits;
}

static float
float_of(uint32_t bits)
{
    float x;
    memcpy(&x, &bits, sizeof x);
    return x;
}

static float
reciprocal_of(float x)
{
    uint32_t bits = bits_of(x);
    int exponent = (int)(bits >> 23) - 127, odd = exponent & 1;
    float scale = float_of((uint32_t)(127 - 13 - (exponent - odd) / 2) << 23);
    return reciprocals[odd << 12 | (bits >> 11 & 0xfff)] * scale;
}

static void
find_reciprocals(void)
{
    uint16_t *next = reciprocals;
    for (int half = 0; half < 2; half++) {
        int group = halves[half].first;
        for (int i = 0; i < 256; i++) {
            char digit = halves[half].drops[i];
            group -= digit < 'a' ? digit - '0' : digit - 'a' + 10;
            for (int place = 15, answer = group; place >= 0; place--) {
                answer -= halves[half].places[i >> 4] >> place & 1;
                *next++ = (uint16_t)answer;
            }
        }
    }
#ifdef __SSE2__
    has_them = 1;
    for (uint32_t place = 0; place < PLACES && has_them; place++) {
        float x = float_of(0x3f800000 + (place << 11));
        has_them = _mm_cvtss_f32(_mm_rsqrt_ss(_mm_set_ss(x))) == reciprocal_of(x);
    }
#endif
    are_known = 1;
}

static float
root_of(float x)
{
    if (!(x >= LEAST && x < MOST)) {
        return sqrtf(x);
    }
    float reciprocal = reciprocal_of(x), root = x * reciprocal, half = 0.5f * reciprocal;
    float error = 0.5f - root * half;
    root = root + root * error;
    half = half + half * error;
    return root + half * (x - root * root);
}

#ifdef __SSE2__
static __m128
roots_of(__m128 x)
{
    __m128 reciprocal = _mm_rsqrt_ps(x), root = _mm_mul_ps(x, reciprocal), one_half = _mm_set1_ps(0.5f);
    __m128 half = _mm_mul_ps(one_half, reciprocal), error = _mm_sub_ps(one_half, _mm_mul_ps(root, half));
    root = _mm_add_ps(root, _mm_mul_ps(root, error));
    half = _mm_add_ps(half, _mm_mul_ps(half, error));
    root = _mm_add_ps(root, _mm_mul_ps(half, _mm_sub_ps(x, _mm_mul_ps(root, root))));
    __m128 is_usual = _mm_and_ps(_mm_cmpge_ps(x, _mm_set1_ps(LEAST)), _mm_cmplt_ps(x, _mm_set1_ps(MOST)));
    return _mm_or_ps(_mm_and_ps(is_usual, root), _mm_andnot_ps(is_usual, _mm_sqrt_ps(x)));
}
#endif

void
square_roots(const float *x, float *to, npy_intp count)
{
    npy_intp i = 0;
    if (!are_known) {
        find_reciprocals();
    }
#ifdef __SSE2__
    for (npy_intp all = has_them ? count - count % 4 : 0; i < all; i += 4) {
        _mm_storeu_ps(to + i, roots_of(_mm_loadu_ps(x + i)));
    }
#endif
    for (; i < count; i++) {
        to[i] = root_of(x[i]);
    }
}
