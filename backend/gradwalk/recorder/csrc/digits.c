#include "digits.h"

#include <string.h>

#if defined(__x86_64__) && defined(__GNUC__)
#include <immintrin.h>
#define HAS_AVX2
#endif

#define MANTISSA 23 /* bits that are written */
#define BIAS 150    /* of the exponent, with the mantissa a whole number */
#define FLOAT_DIGITS 9
#define LARGE 100000000 /* the least number of so many */

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


/* The steps from an exponent of two to that of ten below it, and back, in parts: log10(2), log10(4/3), log2(10). */
#define LOG10_OF_2 1262611
#define LOG10_OF_4_3 524031
#define LOG10_BITS 22
#define LOG2_OF_10 1741647
#define LOG2_BITS 19

/* The product's whole part, odd if any of it is cut off: so it compares as if none were. */
static inline uint32_t
times(uint64_t power, uint32_t number)
{
    uint64_t product = (power >> 32) * number + ((power & 0xFFFFFFFF) * number >> 32);
    return (uint32_t)(product >> 32) | ((product & 0xFFFFFFFF) > 1);
}

/* Finds of a float's magnitude the decimal with the fewest digits among those that read back as it, and of these the
   nearest: Raffaello Giulietti, "The Schubfach way to render doubles". */
static void
find_digits_of(float x, Digits *digits, int place)
{
    uint32_t bits;
    memcpy(&bits, &x, sizeof bits);
    uint32_t mantissa = bits & ((1u << MANTISSA) - 1), biased = bits >> MANTISSA & 0xFF;
    uint32_t four = 4 * (biased ? mantissa | 1u << MANTISSA : mantissa), is_odd = four >> 2 & 1;
    int32_t q = (int32_t)(biased ? biased : 1) - BIAS;
    uint32_t closer = (mantissa == 0) & (biased > 1); /* below a power of two, floats lie closer together */
    int32_t k = (q * LOG10_OF_2 - (closer ? LOG10_OF_4_3 : 0)) >> LOG10_BITS;
    int32_t shift = q + ((-k * LOG2_OF_10) >> LOG2_BITS) + 1;
    uint64_t power = POWERS[-k - FIRST_POWER];
    /* Four times the number, and the ends of what reads back. */
    uint32_t number = times(power, four << shift);
    uint32_t lower = times(power, (four - 2 + closer) << shift) + is_odd;
    uint32_t upper = times(power, (four + 2) << shift) - is_odd;
    uint32_t whole = number / 4, tens = whole / 10, half = 4 * whole + 2;
    uint32_t do_tens = lower <= 40 * tens, do_next_tens = 40 * tens + 40 <= upper;
    uint32_t does = lower <= 4 * whole, does_next = half + 2 <= upper;
    uint32_t is_nearer = (number > half) | ((number == half) & whole);
    uint32_t is_shorter = (whole >= 10) & (do_tens != do_next_tens);
    uint32_t up = does != does_next ? does_next : is_nearer;
    uint32_t found = is_shorter ? 10 * (tens + do_next_tens) : whole + up;
    int32_t exponent = k + FLOAT_DIGITS;
    for (; found && found < LARGE; found *= 10)
        exponent--;
    uint32_t first = found / LARGE, others = found - first * LARGE, upper_four = others / 10000;
    digits->first[place] = first;
    digits->power[place] = found ? exponent : 1; /* "0.0" */
    uint64_t fours = upper_four | (uint64_t)(others - upper_four * 10000) << 32;
    uint64_t hundreds = (fours * 10486 >> 20) & 0x7F0000007FULL;
    uint64_t twos = hundreds | (fours - 100 * hundreds) << 16;
    uint64_t ones = (twos * 103 >> 10) & 0x000F000F000F000FULL;
    digits->others[place] = ones | (twos - 10 * ones) << 8;
}

#ifdef HAS_AVX2

/* The same of eight floats at once. No number that is compared has more than 31 bits. */

#define IN_AVX2 static inline __attribute__((target("avx2")))
#define EACH _mm256_set1_epi32
#define ODD 0xAA /* lanes */

/* Powers of ten in the upper and the lower half of 64 bits, for the lanes that are even and those that are odd. */
typedef struct {
    __m256i even_upper, even_lower, odd_upper, odd_lower;
} Powers;

IN_AVX2 Powers
powers_of(__m256i exponents)
{
    int32_t k[8];
    _mm256_storeu_si256((__m256i *)k, exponents);
#define POWER(lane) (long long)POWERS[-k[lane] - FIRST_POWER]
    __m256i even = _mm256_setr_epi64x(POWER(0), POWER(2), POWER(4), POWER(6));
    __m256i odd = _mm256_setr_epi64x(POWER(1), POWER(3), POWER(5), POWER(7));
    return (Powers){_mm256_srli_epi64(even, 32), even, _mm256_srli_epi64(odd, 32), odd};
}

IN_AVX2 __m256i
eight_times(const Powers *powers, __m256i numbers)
{
    __m256i odd_numbers = _mm256_srli_epi64(numbers, 32);
    __m256i even = _mm256_add_epi64(_mm256_mul_epu32(powers->even_upper, numbers),
                                    _mm256_srli_epi64(_mm256_mul_epu32(powers->even_lower, numbers), 32));
    __m256i odd = _mm256_add_epi64(_mm256_mul_epu32(powers->odd_upper, odd_numbers),
                                   _mm256_srli_epi64(_mm256_mul_epu32(powers->odd_lower, odd_numbers), 32));
    __m256i whole = _mm256_blend_epi32(_mm256_srli_epi64(even, 32), odd, ODD);
    __m256i cut_off = _mm256_blend_epi32(even, _mm256_slli_epi64(odd, 32), ODD);
    __m256i is_whole = _mm256_cmpeq_epi32(_mm256_srli_epi32(cut_off, 1), _mm256_setzero_si256());
    return _mm256_or_si256(whole, _mm256_andnot_si256(is_whole, EACH(1)));
}

/* Numbers divided by one of which 2 to a power, from 32 on, is this multiple, rounded up. */
IN_AVX2 __m256i
divide(__m256i numbers, uint32_t multiple, int power)
{
    __m256i by = EACH((int)multiple);
    __m256i even = _mm256_mul_epu32(numbers, by), odd = _mm256_mul_epu32(_mm256_srli_epi64(numbers, 32), by);
    return _mm256_blend_epi32(_mm256_srli_epi64(even, power), _mm256_srli_epi64(odd, power - 32), ODD);
}

/* Numbers of two digits in 16 bits each as bytes, a digit each. */
IN_AVX2 __m256i
single_digits(__m256i twos)
{
    __m256i tens = _mm256_mulhi_epu16(twos, _mm256_set1_epi16(6554));
    __m256i ones = _mm256_sub_epi16(twos, _mm256_mullo_epi16(tens, _mm256_set1_epi16(10)));
    return _mm256_or_si256(tens, _mm256_slli_epi16(ones, 8));
}

/* Puts numbers of eight digits, a byte for each digit. */
IN_AVX2 void
put_eight_digits(__m256i numbers, uint64_t *to)
{
    __m256i upper = divide(numbers, 3518437209u, 45);
    __m256i lower = _mm256_sub_epi32(numbers, _mm256_mullo_epi32(upper, EACH(10000)));
    __m256i fours = _mm256_or_si256(upper, _mm256_slli_epi32(lower, 16));
    __m256i hundreds = _mm256_srli_epi16(_mm256_mulhi_epu16(fours, _mm256_set1_epi16(5243)), 3);
    __m256i rest = _mm256_sub_epi16(fours, _mm256_mullo_epi16(hundreds, _mm256_set1_epi16(100)));
    __m256i outer = single_digits(_mm256_unpacklo_epi16(hundreds, rest)); /* of the first two of each four */
    __m256i inner = single_digits(_mm256_unpackhi_epi16(hundreds, rest));
    _mm256_storeu_si256((__m256i *)to, _mm256_permute2x128_si256(outer, inner, 0x20));
    _mm256_storeu_si256((__m256i *)(to + 4), _mm256_permute2x128_si256(outer, inner, 0x31));
}

IN_AVX2 __attribute__((always_inline)) void
find_eight(const float *numbers, Digits *digits, int place)
{
    const __m256i zero = _mm256_setzero_si256(), one = EACH(1), large = EACH(LARGE);
    __m256i bits = _mm256_loadu_si256((const __m256i *)(numbers + place));
    __m256i mantissa = _mm256_and_si256(bits, EACH((1 << MANTISSA) - 1));
    __m256i biased = _mm256_and_si256(_mm256_srli_epi32(bits, MANTISSA), EACH(0xFF));
    __m256i hidden = _mm256_and_si256(_mm256_cmpgt_epi32(biased, zero), EACH(1 << MANTISSA));
    __m256i integer = _mm256_or_si256(mantissa, hidden), four = _mm256_slli_epi32(integer, 2);
    __m256i q = _mm256_sub_epi32(_mm256_max_epi32(biased, one), EACH(BIAS));
    __m256i are_closer = _mm256_and_si256(_mm256_cmpeq_epi32(mantissa, zero), _mm256_cmpgt_epi32(biased, one));
    __m256i k = _mm256_srai_epi32(_mm256_sub_epi32(_mm256_mullo_epi32(q, EACH(LOG10_OF_2)),
                                                   _mm256_and_si256(are_closer, EACH(LOG10_OF_4_3))), LOG10_BITS);
    __m256i back = _mm256_srai_epi32(_mm256_mullo_epi32(k, EACH(-LOG2_OF_10)), LOG2_BITS);
    __m256i shift = _mm256_add_epi32(_mm256_add_epi32(q, back), one);
    Powers powers = powers_of(k);

    __m256i below = _mm256_sub_epi32(_mm256_sub_epi32(four, EACH(2)), are_closer), above = _mm256_add_epi32(four, EACH(2));
    __m256i is_odd = _mm256_and_si256(integer, one);
    __m256i number = eight_times(&powers, _mm256_sllv_epi32(four, shift));
    __m256i lower = _mm256_add_epi32(eight_times(&powers, _mm256_sllv_epi32(below, shift)), is_odd);
    __m256i upper = _mm256_sub_epi32(eight_times(&powers, _mm256_sllv_epi32(above, shift)), is_odd);

    __m256i whole = _mm256_srli_epi32(number, 2), tens = divide(whole, 3435973837u, 35);
    __m256i fourfold = _mm256_slli_epi32(whole, 2), half = _mm256_add_epi32(fourfold, EACH(2));
    __m256i fortyfold = _mm256_mullo_epi32(tens, EACH(40));
    __m256i no_tens = _mm256_cmpgt_epi32(lower, fortyfold);
    __m256i no_next_tens = _mm256_cmpgt_epi32(_mm256_add_epi32(fortyfold, EACH(40)), upper);
    __m256i does_not = _mm256_cmpgt_epi32(lower, fourfold);
    __m256i next_does_not = _mm256_cmpgt_epi32(_mm256_add_epi32(fourfold, EACH(4)), upper);
    __m256i is_even = _mm256_cmpeq_epi32(_mm256_and_si256(whole, one), zero);
    __m256i is_nearer = _mm256_or_si256(_mm256_cmpgt_epi32(number, half),
                                        _mm256_andnot_si256(is_even, _mm256_cmpeq_epi32(number, half)));
    __m256i is_either = _mm256_xor_si256(does_not, next_does_not);
    __m256i up = _mm256_blendv_epi8(is_nearer, does_not, is_either); /* then the next one does */
    __m256i is_shorter = _mm256_and_si256(_mm256_xor_si256(no_tens, no_next_tens), _mm256_cmpgt_epi32(whole, EACH(9)));
    __m256i shorter = _mm256_mullo_epi32(_mm256_sub_epi32(tens, no_tens), EACH(10)); /* likewise */
    __m256i found = _mm256_blendv_epi8(_mm256_sub_epi32(whole, up), shorter, is_shorter);

    __m256i is_short = _mm256_cmpgt_epi32(large, found), is_shortest = _mm256_cmpgt_epi32(EACH(LARGE / 10), found);
    __m256i factor = _mm256_add_epi32(_mm256_add_epi32(one, _mm256_and_si256(is_short, EACH(9))),
                                      _mm256_and_si256(is_shortest, EACH(90)));
    found = _mm256_mullo_epi32(found, factor);
    __m256i power = _mm256_add_epi32(_mm256_add_epi32(k, EACH(FLOAT_DIGITS)), _mm256_add_epi32(is_short, is_shortest));
    __m256i is_zero = _mm256_cmpeq_epi32(found, zero);
    if (_mm256_movemask_epi8(_mm256_andnot_si256(is_zero, _mm256_cmpgt_epi32(large, found)))) {
        for (int i = 0; i < 8; i++) /* one of the least floats, of fewer digits */
            find_digits_of(numbers[place + i], digits, place + i);
        return;
    }
    __m256i first = divide(found, 1441151881u, 57);
    _mm256_storeu_si256((__m256i *)(digits->first + place), first);
    _mm256_storeu_si256((__m256i *)(digits->power + place), _mm256_blendv_epi8(power, one, is_zero));
    put_eight_digits(_mm256_sub_epi32(found, _mm256_mullo_epi32(first, large)), digits->others + place);
}

/* Of as many as are eight and eight; how many these are. */
static __attribute__((target("avx2"))) int
find_eight_and_eight(const float *numbers, int count, Digits *digits)
{
    int place = 0;
    for (; place + 8 <= count; place += 8)
        find_eight(numbers, digits, place);
    return place;
}

#endif

void
find_digits(const float *numbers, int count, Digits *digits)
{
    int place = 0;
#ifdef HAS_AVX2
    if (__builtin_cpu_supports("avx2"))
        place = find_eight_and_eight(numbers, count, digits);
#endif
    for (; place < count; place++)
        find_digits_of(numbers[place], digits, place);
}
