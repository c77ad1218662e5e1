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

/* Adds up numbers as values.py does, in lanes: a square of a float is exact, however it is computed. */
WIDE static void
add_up(const float *numbers, npy_intp size, Lanes *lanes)
{
    double *restrict sums = lanes->sums, *restrict squares = lanes->squares;
    float *restrict low = lanes->low, *restrict high = lanes->high;
    for (npy_intp start = 0; start < size; start += BLOCK_OF_SUMS) {
        double block[LANES] = {0}, of_squares[LANES] = {0};
        npy_intp count = size - start < BLOCK_OF_SUMS ? size - start : BLOCK_OF_SUMS;
        const float *place = numbers + start, *end = place + count - count % LANES;
        for (; end - place >= ROWS * LANES; place += ROWS * LANES)
            for (int lane = 0; lane < LANES; lane++) {
                double sum = block[lane], square = of_squares[lane];
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
                block[lane] = sum;
                of_squares[lane] = square;
                low[lane] = least;
                high[lane] = most;
            }
        for (; place < end; place += LANES)
            for (int lane = 0; lane < LANES; lane++) {
                float x = place[lane];
                double wide = x;
                block[lane] += wide;
                of_squares[lane] += wide * wide;
                low[lane] = x < low[lane] ? x : low[lane];
                high[lane] = x > high[lane] ? x : high[lane];
            }
        for (int lane = 0; lane < LANES; lane++) {
            sums[lane] += block[lane];
            squares[lane] += of_squares[lane];
        }
        for (int lane = 0; lane < count % LANES; lane++) {
            float x = place[lane];
            sums[lane] += (double)x;
            squares[lane] += (double)x * x;
            low[lane] = x < low[lane] ? x : low[lane];
            high[lane] = x > high[lane] ? x : high[lane];
        }
    }
}

static double
folded(double *lanes)
{
    for (int rest = LANES / 8; rest >= 8; rest /= 8)
        for (int row = 1; row < 8; row++)
            for (int lane = 0; lane < rest; lane++)
                lanes[lane] += lanes[row * rest + lane];
    double total = 0;
    for (int lane = 0; lane < 8; lane++)
        total += lanes[lane];
    return total;
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

#define TILE 32
#define BLOCK_OF_BINS 4096 /* at most 255 tiles: so many are counted in a byte */
#define SURE 512           /* numbers that are counted otherwise if one of them is near to an edge */

/* The place of a number among the bins is found in floats, between MAGIC and twice that, where BITS of the number are
   behind the point. It is off by less than 6e-6 of a bin: so near to an edge, more than a part of NEAR parts, nothing is
   said of it. */
#define MAGIC 32.0f
#define BITS 18
#define PARTS (1u << BITS)
#define MOST_BINS 32u /* as many as MAGIC */
#define NEAR 2u /* parts */

typedef unsigned char Bytes __attribute__((vector_size(TILE)));

/* In which bin each number lies; whether some are too near to an edge to say. */
WIDE_IF_FINITE static int
find_bins(const float *restrict numbers, int size, float low, float scale, unsigned char *restrict bins)
{
    uint32_t least = PARTS;
    for (int i = 0; i < size; i++) {
        float place = (numbers[i] - low) * scale + MAGIC;
        place = place > MAGIC + 0.5f ? place : MAGIC + 0.5f; /* there is no edge beyond the ends */
        place = place < MAGIC + BINS - 0.5f ? place : MAGIC + BINS - 0.5f;
        uint32_t parts;
        memcpy(&parts, &place, sizeof parts);
        uint32_t beyond = (parts + NEAR) & (PARTS - 1);
        least = beyond < least ? beyond : least;
        bins[i] = (unsigned char)(parts >> BITS & (MOST_BINS - 1));
    }
    return least <= 2 * NEAR;
}

static npy_intp
sum_of(const Bytes *bytes)
{
    uint64_t words[TILE / 8], total = 0;
    memcpy(words, bytes, sizeof words);
    for (int i = 0; i < TILE / 8; i++)
        total += (words[i] & 0x00FF00FF00FF00FF) + (words[i] >> 8 & 0x00FF00FF00FF00FF);
    return (npy_intp)(total * 0x0001000100010001 >> 48);
}

/* Adds to each of the counts how many of some tiles of bins are this one. */
WIDE static void
count_bins(const unsigned char *bins, int size, npy_intp *counts)
{
    for (int bin = 0; bin < BINS; bin += 5) {
        Bytes n0 = {0}, n1 = {0}, n2 = {0}, n3 = {0}, n4 = {0};
        for (int i = 0; i < size; i += TILE) {
            Bytes tile;
            memcpy(&tile, bins + i, TILE);
            n0 -= (Bytes)(tile == (unsigned char)bin);
            n1 -= (Bytes)(tile == (unsigned char)(bin + 1));
            n2 -= (Bytes)(tile == (unsigned char)(bin + 2));
            n3 -= (Bytes)(tile == (unsigned char)(bin + 3));
            n4 -= (Bytes)(tile == (unsigned char)(bin + 4));
        }
        counts[bin] += sum_of(&n0);
        counts[bin + 1] += sum_of(&n1);
        counts[bin + 2] += sum_of(&n2);
        counts[bin + 3] += sum_of(&n3);
        counts[bin + 4] += sum_of(&n4);
    }
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
    unsigned char bins[BLOCK_OF_BINS];
    for (npy_intp start = 0; start < size; start += BLOCK_OF_BINS) {
        int count = size - start < BLOCK_OF_BINS ? (int)(size - start) : BLOCK_OF_BINS;
        for (int first = 0; first < count; first += SURE) {
            const float *some = numbers + start + first;
            int many = count - first < SURE ? count - first : SURE;
            if (find_bins(some, many, (float)low, (float)(BINS / range), bins + first)) {
                count_by_bounds(some, many, bounds, counts);
                memset(bins + first, BINS, many);
            }
        }
        memset(bins + count, BINS, (BLOCK_OF_BINS - count) % TILE);
        count_bins(bins, count, counts);
    }
}

int
sum_floats(const float *numbers, Py_ssize_t size, Summary *found)
{
    Lanes lanes = {{0}, {0}, {0}, {0}};
    for (int lane = 0; lane < LANES; lane++)
        lanes.low[lane] = lanes.high[lane] = *numbers;
    add_up(numbers, size, &lanes);
    float least = *numbers, most = *numbers;
    for (int lane = 0; lane < LANES; lane++) {
        least = lanes.low[lane] < least ? lanes.low[lane] : least;
        most = lanes.high[lane] > most ? lanes.high[lane] : most;
    }
    /* Adding zero gives the one that is not negative. */
    *found = (Summary){(double)least + 0.0, (double)most + 0.0, folded(lanes.sums), folded(lanes.squares), {0}};
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
