/* How the numbers of large arrays are summed up (values.py). */

#include "scribe.h"

#include <math.h>

/* Many comparisons at once: of each bound with what fits into the first cache, as wide as the processor goes. */
#if defined(__x86_64__) && defined(__GLIBC__) && defined(__GNUC__) && !defined(__clang__)
#define WIDE __attribute__((target_clones("avx512f", "avx2", "default"), optimize("O3")))
#else
#define WIDE
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
    totals[edges] = size;
    PyObject *list = PyList_New(edges + 1);
    for (npy_intp i = 0; list != NULL && i <= edges; i++) {
        PyObject *number = PyLong_FromSsize_t(totals[i] - (i ? totals[i - 1] : 0));
        if (number == NULL)
            Py_CLEAR(list);
        else
            PyList_SET_ITEM(list, i, number);
    }
    return list;
}

#define LANES 512
#define BLOCK_OF_SUMS 32768

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

/* statistics(numbers): of floats in a row, at least one. Where some are not finite the sum of squares is not either. */
PyObject *
statistics(PyObject *Py_UNUSED(module), PyObject *numbers)
{
    PyArrayObject *array = (PyArrayObject *)numbers;
    if (!PyArray_Check(numbers) || PyArray_TYPE(array) != NPY_FLOAT || !PyArray_IS_C_CONTIGUOUS(array) ||
        !PyArray_ISBEHAVED_RO(array) || PyArray_SIZE(array) == 0) {
        PyErr_SetString(PyExc_TypeError, "statistics() takes floats in a row");
        return NULL;
    }
    const float *first = PyArray_DATA(array);
    Lanes lanes = {{0}, {0}, {0}, {0}};
    for (int lane = 0; lane < LANES; lane++)
        lanes.low[lane] = lanes.high[lane] = *first;
    add_up(first, PyArray_SIZE(array), &lanes);
    float low = *first, high = *first;
    for (int lane = 0; lane < LANES; lane++) {
        low = lanes.low[lane] < low ? lanes.low[lane] : low;
        high = lanes.high[lane] > high ? lanes.high[lane] : high;
    }
    /* To add zero gives the one that is not negative. */
    return Py_BuildValue("dddd", (double)low + 0.0, (double)high + 0.0, folded(lanes.sums), folded(lanes.squares));
}
