#include "summary.h"

#include "histogram.h"
#include "scribe.h"
#include "wide.h"

#include <math.h>

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
    if (found->low < found->high)
        count_in_bins(numbers, size, found->low, found->high, found->counts);
    else
        count_alike(found->low, size, found->counts);
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
