#include "histogram.h"

#include "scribe.h"
#include "wide.h"

#include <math.h>
#include <stdint.h>

#if defined(__x86_64__) && defined(__GNUC__)
#include <immintrin.h>
#define HAS_AVX2
#endif

#define BLOCK 2048
#define TOGETHER 5 /* bounds that a number is compared with while it is at hand */
#define MOST_EDGES (4 * TOGETHER)

/* Adds to each of the totals how many numbers are below its bound. Of bounds and totals there is room for a multiple of
   those that are taken together; no number is below the bounds that are NaN. */
#define BELOW(type, integer)                                                                                   \
    WIDE static void below_##type(const type *numbers, npy_intp size, const type *bounds, npy_intp edges,      \
                                  npy_intp *totals)                                                            \
    {                                                                                                          \
        for (npy_intp start = 0; start < size; start += BLOCK) {                                               \
            npy_intp end = size - start < BLOCK ? size : start + BLOCK;                                        \
            for (npy_intp edge = 0; edge < edges; edge += TOGETHER) {                                          \
                const type *bound = bounds + edge;                                                             \
                const type b0 = bound[0], b1 = bound[1], b2 = bound[2], b3 = bound[3], b4 = bound[4];          \
                integer n0 = 0, n1 = 0, n2 = 0, n3 = 0, n4 = 0;                                                \
                for (npy_intp i = start; i < end; i++) {                                                       \
                    const type x = numbers[i];                                                                 \
                    n0 += x < b0;                                                                              \
                    n1 += x < b1;                                                                              \
                    n2 += x < b2;                                                                              \
                    n3 += x < b3;                                                                              \
                    n4 += x < b4;                                                                              \
                }                                                                                              \
                totals[edge] += n0;                                                                            \
                totals[edge + 1] += n1;                                                                        \
                totals[edge + 2] += n2;                                                                        \
                totals[edge + 3] += n3;                                                                        \
                totals[edge + 4] += n4;                                                                        \
            }                                                                                                  \
        }                                                                                                      \
    }

BELOW(float, int)
BELOW(double, long long)

PyObject *
list_of(const npy_intp *numbers, npy_intp size)
{
    PyObject *list = PyList_New(size);
    for (npy_intp i = 0; list != NULL && i < size; i++) {
        PyObject *number = PyLong_FromSsize_t(numbers[i]);
        if (number == NULL)
            Py_CLEAR(list);
        else
            PyList_SET_ITEM(list, i, number);
    }
    return list;
}

/* counts(numbers, bounds): how many lie between two rising bounds each, below the first and from the last on. */
PyObject *
counts(PyObject *Py_UNUSED(module), PyObject *args)
{
    PyArrayObject *numbers, *bounds;
    if (!PyArg_ParseTuple(args, "O!O!:counts", &PyArray_Type, &numbers, &PyArray_Type, &bounds))
        return NULL;
    int type = PyArray_TYPE(numbers);
    if ((type != NPY_FLOAT && type != NPY_DOUBLE) || PyArray_TYPE(bounds) != type || !PyArray_IS_C_CONTIGUOUS(numbers) ||
        !PyArray_IS_C_CONTIGUOUS(bounds) || !PyArray_ISBEHAVED_RO(numbers) || !PyArray_ISBEHAVED_RO(bounds)) {
        PyErr_SetString(PyExc_TypeError, "counts() takes floats in a row");
        return NULL;
    }
    npy_intp edges = PyArray_SIZE(bounds), size = PyArray_SIZE(numbers), totals[MOST_EDGES + 1] = {0};
    if (edges > MOST_EDGES) {
        PyErr_SetString(PyExc_ValueError, "more bounds than there is room for");
        return NULL;
    }
    if (type == NPY_FLOAT) {
        float padded[MOST_EDGES];
        for (npy_intp i = 0; i < MOST_EDGES; i++)
            padded[i] = i < edges ? ((float *)PyArray_DATA(bounds))[i] : NAN;
        below_float(PyArray_DATA(numbers), size, padded, edges, totals);
    }
    else {
        double padded[MOST_EDGES];
        for (npy_intp i = 0; i < MOST_EDGES; i++)
            padded[i] = i < edges ? ((double *)PyArray_DATA(bounds))[i] : (double)NAN;
        below_double(PyArray_DATA(numbers), size, padded, edges, totals);
    }
    npy_intp between[MOST_EDGES + 1];
    totals[edges] = size;
    for (npy_intp i = 0; i <= edges; i++)
        between[i] = totals[i] - (i ? totals[i - 1] : 0);
    return list_of(between, edges + 1);
}

/* ---- Bins of equal width ------------------------------------------------------------------------------------------ */

/* The least float that is not below each edge between two bins, as values.py has them. */
static void
find_bounds(double low, double high, float *bounds)
{
    double step = (high - low) / BINS;
    for (int i = 0; i < MOST_EDGES; i++) {
        volatile double above = (i + 1) * step; /* rounded by itself on every processor */
        double edge = above + low;
        float bound = (float)edge;
        bounds[i] = i >= BINS - 1 ? NAN : bound < edge ? nextafterf(bound, INFINITY) : bound;
    }
}

/* Adds to the counts from how many numbers are below each bound. */
static void
count_by_bounds(const float *numbers, Py_ssize_t size, const float *bounds, Py_ssize_t *counts)
{
    npy_intp totals[MOST_EDGES + 1] = {0};
    below_float(numbers, size, bounds, BINS - 1, totals);
    totals[BINS - 1] = size;
    for (int bin = 0; bin < BINS; bin++)
        counts[bin] += totals[bin] - (bin ? totals[bin - 1] : 0);
}

void
count_alike(double number, Py_ssize_t size, Py_ssize_t *counts)
{
    float bounds[MOST_EDGES], same = (float)number;
    find_bounds(number - 0.5, number + 0.5, bounds);
    count_by_bounds(&same, 1, bounds, counts);
    for (int bin = 0; bin < BINS; bin++)
        counts[bin] *= size;
}

/* Where a number lies among the bins is found in floats, in parts of a bin, less one part, to less than a hundredth of a
   part. So only the last two parts say nothing but that the edge after their bin is near; there is none at either end. */
#define BITS 11
#define PARTS (1 << BITS)
#define LAST (BINS * PARTS - 3) /* of the parts of all bins; those after it would be near to the end */

typedef struct {
    float low, scale; /* the least number, and how many parts lie between numbers that are one apart, below zero */
} Place;

static inline int
is_near(int32_t part)
{
    return ((part | 1) & (PARTS - 1)) == PARTS - 1;
}

/* A number that is near to the edge after its bin was counted there: counts it in the next one if it belongs there. */
static inline void
count_exactly(float x, int bin, const float *bounds, Py_ssize_t *counts)
{
    int is_beyond = x >= bounds[bin];
    counts[bin] -= is_beyond;
    counts[bin + 1] += is_beyond;
}

#define FEW 64
#define TABLES 4 /* of counts: what is alike lies side by side, and is not to wait for the count before */

/* Finds where some numbers lie; whether any is near to the edge after its bin. */
WIDE static int
find_parts(const float *restrict numbers, Place place, int32_t *restrict parts)
{
    int32_t near = 0;
    for (int i = 0; i < FEW; i++) {
        int32_t part = (int32_t)((place.low - numbers[i]) * place.scale) - 1;
        part = part > 0 ? part : 0;
        part = part < LAST ? part : LAST;
        parts[i] = part;
        near |= is_near(part);
    }
    return near;
}

static void
count_few_by_few(const float *numbers, Py_ssize_t size, Place place, const float *bounds, Py_ssize_t *counts)
{
    Py_ssize_t tables[TABLES][BINS] = {{0}};
    int32_t parts[FEW];
    for (; size >= FEW; numbers += FEW, size -= FEW) {
        int near = find_parts(numbers, place, parts);
        for (int i = 0; i < FEW; i += TABLES)
            for (int table = 0; table < TABLES; table++)
                tables[table][parts[i + table] >> BITS]++;
        for (int i = 0; near && i < FEW; i++)
            if (is_near(parts[i]))
                count_exactly(numbers[i], parts[i] >> BITS, bounds, counts);
    }
    for (int bin = 0; bin < BINS; bin++)
        for (int table = 0; table < TABLES; table++)
            counts[bin] += tables[table][bin];
    count_by_bounds(numbers, size, bounds, counts);
}

#ifdef HAS_AVX2

#define IN_AVX2 __attribute__((target("avx2,fma,popcnt")))
#define AT_ONCE 32
#define ROUNDS 15 /* a counter of four bits has room for so many */
#define GROUP (ROUNDS * AT_ONCE)
#define MANY_NEAR 24 /* of a group: they are counted by bounds */

/* The bins of a group of numbers, a byte each, and of each whether it is near to the edge after its bin, a bit each. */
typedef struct {
    uint8_t bins[ROUNDS][AT_ONCE] __attribute__((aligned(AT_ONCE)));
    uint32_t near[ROUNDS];
} Group;

/* Which of the numbers at once a byte is of, and its bit: eight and eight were packed, half by half. */
static inline int
number_of(int byte)
{
    return byte % 16 / 4 * 8 + byte / 16 * 4 + byte % 4;
}

static inline IN_AVX2 __m256i
parts_of(const float *numbers, __m256 low, __m256 scale)
{
    __m256 below = _mm256_sub_ps(low, _mm256_loadu_ps(numbers));
    return _mm256_cvttps_epi32(_mm256_fmadd_ps(below, scale, _mm256_set1_ps(-1)));
}

/* The parts of sixteen numbers, from zero to the last. */
static inline IN_AVX2 __m256i
sixteen_parts_of(const float *numbers, __m256 low, __m256 scale)
{
    __m256i parts = _mm256_packus_epi32(parts_of(numbers, low, scale), parts_of(numbers + 8, low, scale));
    return _mm256_min_epu16(parts, _mm256_set1_epi16((short)LAST));
}

static inline IN_AVX2 __m256i
are_near(__m256i parts)
{
    __m256i others = _mm256_set1_epi16((short)~(PARTS - 2));
    return _mm256_cmpeq_epi16(_mm256_or_si256(parts, others), _mm256_set1_epi16(-1));
}

/* Finds the bins of a group; how many numbers are near to an edge. */
static IN_AVX2 int
find_bins(const float *numbers, Place place, Group *group)
{
    __m256 low = _mm256_set1_ps(place.low), scale = _mm256_set1_ps(place.scale);
    int near = 0;
#pragma GCC unroll 3
    for (int round = 0; round < ROUNDS; round++, numbers += AT_ONCE) {
        __m256i first = sixteen_parts_of(numbers, low, scale), second = sixteen_parts_of(numbers + 16, low, scale);
        __m256i bins = _mm256_packus_epi16(_mm256_srli_epi16(first, BITS), _mm256_srli_epi16(second, BITS));
        _mm256_store_si256((__m256i *)group->bins[round], bins);
        uint32_t bits = (uint32_t)_mm256_movemask_epi8(_mm256_packs_epi16(are_near(first), are_near(second)));
        group->near[round] = bits;
        near += __builtin_popcount(bits);
    }
    return near;
}

/* For each two bins, one after another, a counter of each in a byte, of four bits: looked up by the lower four bits of a
   bin's number, so that the last four bins are counted with the first four as well. */
#define PAIRS (BINS / 2)
#define LOOKED_UP 16 /* bins */
static const uint8_t ONE_OF[LOOKED_UP / 2][LOOKED_UP] = {
    {[0] = 0x01, [1] = 0x10}, {[2] = 0x01, [3] = 0x10},   {[4] = 0x01, [5] = 0x10},   {[6] = 0x01, [7] = 0x10},
    {[8] = 0x01, [9] = 0x10}, {[10] = 0x01, [11] = 0x10}, {[12] = 0x01, [13] = 0x10}, {[14] = 0x01, [15] = 0x10},
};

/* Of each pair what its counters were, added up, and what those of the first bin were. */
typedef struct {
    __m256i both[PAIRS], first[PAIRS];
} Tally;

/* Counts the numbers of a group in five pairs of bins, for which there are registers. */
#define PAIRS_AT_ONCE 5
static inline IN_AVX2 __attribute__((always_inline)) void
count_pairs(const Group *group, Tally *tally, const int begin)
{
    __m256i ones[PAIRS_AT_ONCE], counters[PAIRS_AT_ONCE];
    const __m256i zero = _mm256_setzero_si256(), without_lookup = _mm256_set1_epi8(-LOOKED_UP);
#pragma GCC unroll 5
    for (int i = 0; i < PAIRS_AT_ONCE; i++) {
        const uint8_t *one_of = ONE_OF[(begin + i) % (LOOKED_UP / 2)];
        ones[i] = _mm256_broadcastsi128_si256(_mm_loadu_si128((const __m128i *)one_of));
        counters[i] = zero;
    }
#pragma GCC unroll 5
    for (int round = 0; round < ROUNDS; round++) {
        __m256i bins = _mm256_load_si256((const __m256i *)group->bins[round]);
        __m256i beyond = _mm256_add_epi8(bins, without_lookup); /* nothing is looked up by bytes below zero */
#pragma GCC unroll 5
        for (int i = 0; i < PAIRS_AT_ONCE; i++) {
            __m256i by = begin + i < LOOKED_UP / 2 ? bins : beyond;
            counters[i] = _mm256_add_epi8(counters[i], _mm256_shuffle_epi8(ones[i], by));
        }
    }
#pragma GCC unroll 5
    for (int i = 0; i < PAIRS_AT_ONCE; i++) {
        __m256i *both = &tally->both[begin + i], *first = &tally->first[begin + i];
        __m256i of_first = _mm256_and_si256(counters[i], _mm256_set1_epi8(0x0F));
        *both = _mm256_add_epi64(*both, _mm256_sad_epu8(counters[i], zero));
        *first = _mm256_add_epi64(*first, _mm256_sad_epu8(of_first, zero));
    }
}

static inline Py_ssize_t
sum_of(const __m256i *lanes)
{
    Py_ssize_t sums[4];
    memcpy(sums, lanes, sizeof sums);
    return sums[0] + sums[1] + sums[2] + sums[3];
}

static void
add_tally(const Tally *tally, Py_ssize_t *counts)
{
    for (int pair = 0; pair < PAIRS; pair++) {
        Py_ssize_t first = sum_of(&tally->first[pair]), second = (sum_of(&tally->both[pair]) - first) / 16;
        counts[2 * pair] += first;
        counts[2 * pair + 1] += second;
        if (2 * pair >= LOOKED_UP) {
            counts[2 * pair - LOOKED_UP] -= first;
            counts[2 * pair + 1 - LOOKED_UP] -= second;
        }
    }
}

static IN_AVX2 void
count_in_avx2(const float *numbers, Py_ssize_t size, Place place, const float *bounds, Py_ssize_t *counts)
{
    Group group;
    Tally tally = {0};
    for (; size > 0; numbers += GROUP, size -= GROUP) {
        float padded[GROUP];
        if (size < GROUP) { /* the others are least, and not counted */
            memcpy(padded, numbers, size * sizeof *padded);
            for (Py_ssize_t i = size; i < GROUP; i++)
                padded[i] = place.low;
            counts[0] -= GROUP - size;
        }
        const float *some = size < GROUP ? padded : numbers;
        int near = find_bins(some, place, &group);
        if (near > MANY_NEAR) {
            count_by_bounds(some, GROUP, bounds, counts);
            continue;
        }
        count_pairs(&group, &tally, 0);
        count_pairs(&group, &tally, PAIRS_AT_ONCE);
        for (int round = 0; near && round < ROUNDS; round++)
            for (uint32_t bits = group.near[round]; bits; bits &= bits - 1) {
                int byte = __builtin_ctz(bits);
                count_exactly(some[round * AT_ONCE + number_of(byte)], group.bins[round][byte], bounds, counts);
            }
    }
    add_tally(&tally, counts);
}

#endif

void
count_in_bins(const float *numbers, Py_ssize_t size, double low, double high, Py_ssize_t *counts)
{
    float bounds[MOST_EDGES];
    find_bounds(low, high, bounds);
    double range = high - low;
    if (range > 1e38 || range < 1e-30) { /* floats do not do */
        count_by_bounds(numbers, size, bounds, counts);
        return;
    }
    Place place = {(float)low, -(float)(BINS * PARTS / range)};
#ifdef HAS_AVX2
    if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma") && __builtin_cpu_supports("popcnt")) {
        count_in_avx2(numbers, size, place, bounds, counts);
        return;
    }
#endif
    count_few_by_few(numbers, size, place, bounds, counts);
}
