#include "summary.h"

#include "scribe.h"
#include "wide.h"

#include <math.h>
#include <stdint.h>

#define WIDE_IF_FINITE WIDE_AS("finite-math-only", "no-signed-zeros", "no-trapping-math")

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

static PyObject *
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

#define LANES 512
#define BLOCK_OF_SUMS 32768
#define ROWS 8 /* of lanes that are added while the sums are at hand */

typedef struct {
    double sums[LANES], squares[LANES];
    float low[LANES], high[LANES];
} Lanes;

/* Adds up numbers as values.py does, in lanes. A square of a float is exact, so that it may be added in one step with it,
   which some processors have. */
WIDE_AS("fp-contract=fast") static void
add_up(const float *numbers, npy_intp size, Lanes *lanes)
{
    double of_block[LANES], squares_of_block[LANES];
    float *restrict low = lanes->low, *restrict high = lanes->high;
    for (npy_intp start = 0; start < size; start += BLOCK_OF_SUMS) {
        double *restrict sums = start ? of_block : lanes->sums, *restrict squares = start ? squares_of_block : lanes->squares;
        for (int lane = 0; lane < LANES; lane++)
            sums[lane] = squares[lane] = 0;
        npy_intp count = size - start < BLOCK_OF_SUMS ? size - start : BLOCK_OF_SUMS;
        const float *place = numbers + start, *end = place + count - count % LANES;
        for (; end - place >= ROWS * LANES; place += ROWS * LANES)
            for (int lane = 0; lane < LANES; lane++) {
                double sum = sums[lane], square = squares[lane];
                float least = low[lane], most = high[lane];
#pragma GCC unroll 8
                for (int row = 0; row < ROWS; row++) {
                    float x = place[row * LANES + lane];
                    double wide = x;
                    sum += wide;
                    square += wide * wide;
                    least = x < least ? x : least;
                    most = x > most ? x : most;
                }
                sums[lane] = sum;
                squares[lane] = square;
                low[lane] = least;
                high[lane] = most;
            }
        for (; place < end; place += LANES)
            for (int lane = 0; lane < LANES; lane++) {
                float x = place[lane];
                double wide = x;
                sums[lane] += wide;
                squares[lane] += wide * wide;
                low[lane] = x < low[lane] ? x : low[lane];
                high[lane] = x > high[lane] ? x : high[lane];
            }
        for (int lane = 0; start && lane < LANES; lane++) {
            lanes->sums[lane] += sums[lane];
            lanes->squares[lane] += squares[lane];
        }
        for (int lane = 0; lane < count % LANES; lane++) {
            float x = place[lane];
            lanes->sums[lane] += (double)x;
            lanes->squares[lane] += (double)x * x;
            low[lane] = x < low[lane] ? x : low[lane];
            high[lane] = x > high[lane] ? x : high[lane];
        }
    }
}

#define FOLDED 8 /* lanes that are left after whole rows of them are added */

/* Folds lanes: eight rows of them are added, one after another, and again, till these are left. */
#define FOLD(lanes)                                                                                            \
    for (int rest = LANES / 8; rest >= FOLDED; rest /= 8)                                                      \
        for (int row = 1; row < 8; row++)                                                                      \
            for (int lane = 0; lane < rest; lane++)                                                            \
                (lanes)[lane] += (lanes)[row * rest + lane];

WIDE static void
fold(Lanes *lanes)
{
    FOLD(lanes->sums)
    FOLD(lanes->squares)
    for (int rest = LANES / 2; rest >= FOLDED; rest /= 2)
        for (int lane = 0; lane < rest; lane++) {
            float least = lanes->low[rest + lane], most = lanes->high[rest + lane];
            lanes->low[lane] = least < lanes->low[lane] ? least : lanes->low[lane];
            lanes->high[lane] = most > lanes->high[lane] ? most : lanes->high[lane];
        }
}

/* ---- The histogram ------------------------------------------------------------------------------------------------ */

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

#define GROUP 512          /* numbers whose bins are found together, and counted otherwise if one of them is near to an edge */
#define WORDS (GROUP / 64) /* a bit for each of them */
#define LEVELS 5           /* bits of a bin's number */
#define MOST_GROUPS 8 /* groups */

/* The place of a number among the bins is found in floats, between MAGIC and twice that, where BITS of the number are
   behind the point. It is off by less than 6e-6 of a bin: so near to an edge, more than a part of NEAR parts, nothing is
   said of it. */
#define MAGIC 32.0f
#define BITS 18
#define PARTS (1u << BITS)
#define NEAR 2u /* parts */

typedef uint64_t Bits[WORDS] __attribute__((aligned(GROUP / 8)));

/* Which numbers of some groups lie in bins whose number has these upper bits, and which these lower two. */
typedef struct {
    Bits upper[LEVELS][MOST_GROUPS], lower[4][MOST_GROUPS];
} Groups;

/* How many numbers were in each bin: a binary number for each place of a bit, of which a fourth digit is added up. */
typedef struct {
    Bits ones[BINS], twos[BINS], fours[BINS], eights[BINS];
    npy_intp total_of_eights[BINS];
} Tally;

/* Finds in which bin each number of a group lies, a byte each, in whatever order; whether some are too near to an edge to
   say. */
WIDE_IF_FINITE static int
find_bins(const float *restrict numbers, float low, float scale, uint32_t *restrict bins)
{
    uint32_t least = PARTS;
    for (int i = 0; i < GROUP / 4; i++) {
        uint32_t parts[4];
#pragma GCC unroll 4
        for (int k = 0; k < 4; k++) {
            float place = (numbers[k * (GROUP / 4) + i] - low) * scale + MAGIC;
            place = place > MAGIC + 0.5f ? place : MAGIC + 0.5f; /* there is no edge beyond the ends */
            place = place < MAGIC + BINS - 0.5f ? place : MAGIC + BINS - 0.5f;
            memcpy(&parts[k], &place, sizeof place);
            uint32_t beyond = (parts[k] + NEAR) & (PARTS - 1);
            least = beyond < least ? beyond : least;
        }
        bins[i] = (parts[0] >> BITS & 0x1F) | (parts[1] >> (BITS - 8) & 0x1F00) | (parts[2] >> (BITS - 16) & 0x1F0000) |
                  (parts[3] << (24 - BITS) & 0x1F000000);
    }
    return least <= 2 * NEAR;
}

#define BYTES(byte) (0x0101010101010101 * (uint64_t)(byte))
/* Bits of one where the mask says so, else of the other. */
#define EITHER(mask, one, other) (((one) & BYTES(mask)) | ((other) & ~BYTES(mask)))

/* Has a group's bins be counted: their bytes are turned, so that a word has the same bit of 64 of them. */
WIDE static void
divide_bins(const uint32_t *restrict bins, Groups *restrict groups, int group)
{
    uint64_t bytes[8][WORDS];
    memcpy(bytes, bins, sizeof bytes);
    for (int i = 0; i < WORDS; i++) {
        uint64_t a = bytes[0][i], b = bytes[1][i], c = bytes[2][i], d = bytes[3][i];
        uint64_t e = bytes[4][i], f = bytes[5][i], g = bytes[6][i], h = bytes[7][i];
        uint64_t ab = EITHER(0x0F, a, b << 4), cd = EITHER(0x0F, c, d << 4);
        uint64_t ef = EITHER(0x0F, e, f << 4), gh = EITHER(0x0F, g, h << 4);
        uint64_t first = EITHER(0x33, ab, cd << 2), third = EITHER(0x33, ab >> 2, cd);
        uint64_t second = EITHER(0x33, ef, gh << 2), fourth = EITHER(0x33, ef >> 2, gh);
        uint64_t b0 = EITHER(0x55, first, second << 1), b1 = EITHER(0x55, first >> 1, second);
        uint64_t b2 = EITHER(0x55, third, fourth << 1), b3 = EITHER(0x55, third >> 1, fourth);
        uint64_t b4 = (a >> 4 & BYTES(0x01)) | (b & BYTES(0x10)) | (c >> 2 & BYTES(0x04)) | (d << 2 & BYTES(0x40)) |
                      (e >> 3 & BYTES(0x02)) | (f << 1 & BYTES(0x20)) | (g >> 1 & BYTES(0x08)) | (h << 3 & BYTES(0x80));
        groups->lower[0][group][i] = ~(b0 | b1);
        groups->lower[1][group][i] = b0 & ~b1;
        groups->lower[2][group][i] = b1 & ~b0;
        groups->lower[3][group][i] = b1 & b0;
        groups->upper[0][group][i] = ~(b2 | b3 | b4);
        groups->upper[1][group][i] = b2 & ~(b3 | b4);
        groups->upper[2][group][i] = b3 & ~(b2 | b4);
        groups->upper[3][group][i] = b2 & b3 & ~b4;
        groups->upper[4][group][i] = b4 & ~(b2 | b3);
    }
}

static void
leave_out(Groups *groups, int group)
{
    for (int level = 0; level < LEVELS; level++)
        memset(groups->upper[level][group], 0, sizeof groups->upper[level][group]);
}

#define COUNT_BITS(bits)                                                                                       \
    (__builtin_popcountll((bits)[0]) + __builtin_popcountll((bits)[1]) + __builtin_popcountll((bits)[2]) +     \
     __builtin_popcountll((bits)[3]) + __builtin_popcountll((bits)[4]) + __builtin_popcountll((bits)[5]) +     \
     __builtin_popcountll((bits)[6]) + __builtin_popcountll((bits)[7]))

/* Adds three bits: what is left of each is in the first, and what they carry over is given. */
#define ADD_BITS(carried, a, b, c)                                                                             \
    uint64_t carried = (a & b) | ((a ^ b) & c);                                                                \
    a ^= b ^ c;

/* Adds to the tally how many numbers of some groups are in each bin. */
WIDE static void
count_bins(const Groups *restrict groups, Tally *restrict tally)
{
    for (int bin = 0; bin < BINS; bin++) {
        const Bits *upper = groups->upper[bin / 4], *lower = groups->lower[bin % 4];
        for (int i = 0; i < WORDS; i++) {
            uint64_t one = tally->ones[bin][i], two = tally->twos[bin][i], four = tally->fours[bin][i];
#define IN_BIN(group) (upper[group][i] & lower[group][i])
            ADD_BITS(two_a, one, IN_BIN(0), IN_BIN(1))
            ADD_BITS(two_b, one, IN_BIN(2), IN_BIN(3))
            ADD_BITS(four_a, two, two_a, two_b)
            ADD_BITS(two_c, one, IN_BIN(4), IN_BIN(5))
            ADD_BITS(two_d, one, IN_BIN(6), IN_BIN(7))
            ADD_BITS(four_b, two, two_c, two_d)
            ADD_BITS(eight, four, four_a, four_b)
            tally->ones[bin][i] = one;
            tally->twos[bin][i] = two;
            tally->fours[bin][i] = four;
            tally->eights[bin][i] = eight;
        }
    }
    for (int bin = 0; bin < BINS; bin++)
        tally->total_of_eights[bin] += COUNT_BITS(tally->eights[bin]);
}

WIDE static void
add_tally(const Tally *tally, npy_intp *counts)
{
    for (int bin = 0; bin < BINS; bin++)
        counts[bin] += 8 * tally->total_of_eights[bin] + 4 * COUNT_BITS(tally->fours[bin]) +
                       2 * COUNT_BITS(tally->twos[bin]) + COUNT_BITS(tally->ones[bin]);
}

/* Adds to the counts from how many numbers are below each bound. */
static void
count_by_bounds(const float *numbers, npy_intp size, const float *bounds, npy_intp *counts)
{
    npy_intp totals[MOST_EDGES + 1] = {0};
    below_float(numbers, size, bounds, BINS - 1, totals);
    totals[BINS - 1] = size;
    for (int bin = 0; bin < BINS; bin++)
        counts[bin] += totals[bin] - (bin ? totals[bin - 1] : 0);
}

/* How many numbers lie in each bin between two that differ. */
static void
count_all(const float *numbers, npy_intp size, double low, double high, npy_intp *counts)
{
    float bounds[MOST_EDGES];
    find_bounds(low, high, bounds);
    double range = high - low;
    if (range > 1e38 || range < 1e-30) { /* floats do not do */
        count_by_bounds(numbers, size, bounds, counts);
        return;
    }
    Groups groups;
    Tally tally = {0};
    int count = 0;
    for (npy_intp start = 0; start < size; start += GROUP) {
        const float *numbers_of = numbers + start;
        uint32_t bins[GROUP / 4] __attribute__((aligned(64)));
        float padded[GROUP];
        npy_intp some = size - start < GROUP ? size - start : GROUP;
        if (some < GROUP) { /* the others are least, and not counted */
            memcpy(padded, numbers_of, some * sizeof *padded);
            for (npy_intp i = some; i < GROUP; i++)
                padded[i] = (float)low;
            numbers_of = padded;
            counts[0] -= GROUP - some;
        }
        if (find_bins(numbers_of, (float)low, (float)(BINS / range), bins)) {
            count_by_bounds(numbers_of, GROUP, bounds, counts);
            continue;
        }
        divide_bins(bins, &groups, count);
        if (++count == MOST_GROUPS) {
            count_bins(&groups, &tally);
            count = 0;
        }
    }
    if (count) {
        for (int group = count; group < MOST_GROUPS; group++)
            leave_out(&groups, group);
        count_bins(&groups, &tally);
    }
    add_tally(&tally, counts);
}

int
sum_floats(const float *numbers, Py_ssize_t size, Summary *found)
{
    Lanes lanes;
    for (int lane = 0; lane < LANES; lane++)
        lanes.low[lane] = lanes.high[lane] = *numbers;
    add_up(numbers, size, &lanes);
    fold(&lanes);
    double sum = 0, squares = 0;
    float least = *numbers, most = *numbers;
    for (int lane = 0; lane < FOLDED; lane++) {
        sum += lanes.sums[lane];
        squares += lanes.squares[lane];
        least = lanes.low[lane] < least ? lanes.low[lane] : least;
        most = lanes.high[lane] > most ? lanes.high[lane] : most;
    }
    /* Adding zero gives the one that is not negative. */
    *found = (Summary){(double)least + 0.0, (double)most + 0.0, sum, squares, {0}};
    if (!isfinite(found->squares))
        return 0;
    if (found->low < found->high) {
        count_all(numbers, size, found->low, found->high, found->counts);
        return 1;
    }
    float bounds[MOST_EDGES];
    find_bounds(found->low - 0.5, found->high + 0.5, bounds);
    count_by_bounds(numbers, 1, bounds, found->counts);
    for (int bin = 0; bin < BINS; bin++)
        found->counts[bin] *= size;
    return 1;
}

/* summary(numbers), of floats in a row, at least one: the least, the greatest, the sum, that of the squares, and how
   many lie in each bin of a histogram, or None where some are not finite. */
PyObject *
summary(PyObject *Py_UNUSED(module), PyObject *numbers)
{
    PyArrayObject *array = (PyArrayObject *)numbers;
    if (!PyArray_Check(numbers) || PyArray_TYPE(array) != NPY_FLOAT || !PyArray_ISCARRAY_RO(array) ||
        PyArray_SIZE(array) == 0) {
        PyErr_SetString(PyExc_TypeError, "summary() takes floats in a row");
        return NULL;
    }
    Summary found;
    int is_finite = sum_floats(PyArray_DATA(array), PyArray_SIZE(array), &found);
    PyObject *counts = is_finite ? list_of(found.counts, BINS) : Py_NewRef(Py_None);
    return counts == NULL ? NULL : Py_BuildValue("ddddN", found.low, found.high, found.sum, found.squares, counts);
}
