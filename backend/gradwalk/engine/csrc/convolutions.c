/* Convolutions of float32 that are added up in chains: gradwalk.engine.functions.chains says in which
   order. */

#include "convolutions.h"

#include "forward.h"
#include "fused.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define LANES 8
#define OUTS 4
#define CHANNELS 4

typedef float row_t __attribute__((vector_size(4 * LANES)));
typedef int mask_t __attribute__((vector_size(4 * LANES)));

/* Sizes of what is read and made, how far neighbours of a result lie apart there, and where each tap reads from there
   on. */
typedef struct {
    npy_intp images, channels, height, width, outs, rows, columns, taps, row_step, column_step;
    const npy_intp *row_of, *column_of;
} Geometry;

/* The columns of a result, from ``*first`` to before ``*end``, for which a tap reads a number. */
static void
columns_within(const Geometry *at, npy_intp tap, npy_intp *first, npy_intp *end)
{
    npy_intp offset = at->column_of[tap], step = at->column_step, last = at->width - 1 - offset;
    *first = offset >= 0 ? 0 : (-offset + step - 1) / step;
    *end = last < 0 ? 0 : last / step + 1;
    *end = *end > at->columns ? at->columns : *end;
}

/* An image laid so that the numbers a tap reads for neighbouring columns are neighbours: each row in ``column_step``
   parts, with zeros around it. */
typedef struct {
    float *numbers;
    npy_intp *from; /* of each tap, within a row */
    npy_intp lowest, part;
} Laid;

static int
begin_laying(const Geometry *at, Laid *laid)
{
    npy_intp highest = 0, step = at->column_step;
    laid->lowest = 0;
    for (npy_intp tap = 0; tap < at->taps; tap++) {
        laid->lowest = at->column_of[tap] < laid->lowest ? at->column_of[tap] : laid->lowest;
        highest = at->column_of[tap] > highest ? at->column_of[tap] : highest;
    }
    laid->part = (highest - laid->lowest) / step + at->columns + 2 * LANES + 1;
    laid->numbers = malloc(sizeof(float) * (size_t)(at->channels * at->height * step * laid->part));
    laid->from = malloc(sizeof(npy_intp) * (size_t)at->taps);
    if (laid->numbers == NULL || laid->from == NULL) {
        free(laid->numbers);
        free(laid->from);
        return 0;
    }
    for (npy_intp tap = 0; tap < at->taps; tap++) {
        npy_intp offset = at->column_of[tap] - laid->lowest;
        laid->from[tap] = offset % step * laid->part + offset / step;
    }
    return 1;
}

static void
lay(const Geometry *at, const float *image, Laid *laid)
{
    float *to = laid->numbers;
    for (npy_intp row = 0; row < at->channels * at->height; row++, image += at->width) {
        for (npy_intp phase = 0; phase < at->column_step; phase++, to += laid->part) {
            for (npy_intp i = 0, place = phase + laid->lowest; i < laid->part; i++, place += at->column_step) {
                to[i] = place >= 0 && place < at->width ? image[place] : 0;
            }
        }
    }
}

static void
end_laying(Laid *laid)
{
    free(laid->numbers);
    free(laid->from);
}

/* The weights of some results, in the order of a chain: so many channels at a time, of these tap by tap. */
static float *
in_order(const Geometry *at, const float *weights, npy_intp block)
{
    npy_intp groups = (at->outs + OUTS - 1) / OUTS, terms = at->channels * at->taps;
    float *ordered = malloc(sizeof(float) * (size_t)(groups * terms * OUTS)), *to = ordered;
    if (ordered == NULL) {
        return NULL;
    }
    for (npy_intp out = 0; out < groups * OUTS; out += OUTS) {
        for (npy_intp start = 0; start < at->channels; start += block) {
            npy_intp stop = start + block < at->channels ? start + block : at->channels;
            for (npy_intp tap = 0; tap < at->taps; tap++) {
                for (npy_intp channel = start; channel < stop; channel++) {
                    for (npy_intp k = 0; k < OUTS; k++) {
                        *to++ = out + k < at->outs ? weights[((out + k) * at->channels + channel) * at->taps + tap] : 0;
                    }
                }
            }
        }
    }
    return ordered;
}

#define CHAINS(fused, how, with)                                                                                       \
    with static inline __attribute__((always_inline)) void add_##how(row_t *sum, const row_t *numbers, float weight)   \
    {                                                                                                                  \
        for (int k = 0; k < LANES; k++) {                                                                              \
            (*sum)[k] = fused((*numbers)[k], weight, (*sum)[k]);                                                       \
        }                                                                                                              \
    }                                                                                                                  \
                                                                                                                       \
    /* The sums of some results of a row, in so many vectors side by side. */                                          \
    with static inline __attribute__((always_inline)) void chain_##how(                                                \
        const Geometry *at, const Laid *laid, const float *weights, const npy_intp *first, const npy_intp *end,        \
        npy_intp block, npy_intp row, npy_intp column, const float *start, int vectors, row_t sums[OUTS][2])           \
    {                                                                                                                  \
        npy_intp wide = at->column_step * laid->part;                                                                  \
        for (int k = 0; k < OUTS; k++) {                                                                               \
            for (int v = 0; v < vectors; v++) {                                                                        \
                sums[k][v] = (row_t){0} + start[k];                                                                    \
            }                                                                                                          \
        }                                                                                                              \
        for (npy_intp from = 0; from < at->channels; from += block) {                                                  \
            npy_intp count = from + block < at->channels ? block : at->channels - from;                                \
            for (npy_intp tap = 0; tap < at->taps; tap++) {                                                            \
                npy_intp line = row * at->row_step + at->row_of[tap];                                                  \
                if (line < 0 || line >= at->height || end[tap] <= column || first[tap] >= column + vectors * LANES) {  \
                    weights += count * OUTS;                                                                           \
                    continue;                                                                                          \
                }                                                                                                      \
                const float *x = laid->numbers + (from * at->height + line) * wide + laid->from[tap] + column;         \
                int is_whole = first[tap] <= column && end[tap] >= column + vectors * LANES;                           \
                mask_t masks[2];                                                                                       \
                for (int v = 0; v < vectors; v++) {                                                                    \
                    mask_t place = (mask_t){0, 1, 2, 3, 4, 5, 6, 7} + (int)(column + v * LANES);                       \
                    masks[v] = (place >= (int)first[tap]) & (place < (int)end[tap]);                                   \
                }                                                                                                      \
                for (npy_intp c = 0; c < count; c++, x += at->height * wide, weights += OUTS) {                        \
                    for (int v = 0; v < vectors; v++) {                                                                \
                        row_t numbers;                                                                                 \
                        memcpy(&numbers, x + v * LANES, sizeof numbers);                                               \
                        for (int k = 0; is_whole && k < OUTS; k++) {                                                   \
                            add_##how(&sums[k][v], &numbers, weights[k]);                                              \
                        }                                                                                              \
                        for (int k = 0; !is_whole && k < OUTS; k++) {                                                  \
                            row_t next = sums[k][v];                                                                   \
                            add_##how(&next, &numbers, weights[k]);                                                    \
                            sums[k][v] = (row_t)(((mask_t)next & masks[v]) | ((mask_t)sums[k][v] & ~masks[v]));        \
                        }                                                                                              \
                    }                                                                                                  \
                }                                                                                                      \
            }                                                                                                          \
        }                                                                                                              \
    }                                                                                                                  \
                                                                                                                       \
    with static inline __attribute__((always_inline)) void rows_##how(                                                 \
        const Geometry *at, const Laid *laid, const float *weights, const npy_intp *first, const npy_intp *end,        \
        const float *bias, npy_intp block, int adds, int vectors, float *to)                                           \
    {                                                                                                                  \
        npy_intp terms = at->channels * at->taps, pixels = at->rows * at->columns;                                     \
        for (npy_intp out = 0; out < at->outs; out += OUTS) {                                                          \
            npy_intp many = at->outs - out < OUTS ? at->outs - out : OUTS;                                             \
            float start[OUTS] = {0};                                                                                   \
            for (npy_intp k = 0; bias != NULL && k < many; k++) {                                                      \
                start[k] = bias[out + k];                                                                              \
            }                                                                                                          \
            for (npy_intp row = 0; row < at->rows; row++) {                                                            \
                for (npy_intp column = 0; column < at->columns; column += vectors * LANES) {                           \
                    row_t sums[OUTS][2];                                                                               \
                    chain_##how(at, laid, weights + out * terms, first, end, block, row, column, start, vectors,       \
                                sums);                                                                                 \
                    npy_intp width = at->columns - column;                                                             \
                    width = width < vectors * LANES ? width : vectors * LANES;                                         \
                    for (npy_intp k = 0; k < many; k++) {                                                              \
                        float *here = to + (out + k) * pixels + row * at->columns + column;                            \
                        for (npy_intp i = 0; i < width; i++) {                                                         \
                            float sum = sums[k][i / LANES][i % LANES];                                                 \
                            here[i] = adds ? here[i] + sum : sum;                                                      \
                        }                                                                                              \
                    }                                                                                                  \
                }                                                                                                      \
            }                                                                                                          \
        }                                                                                                              \
    }                                                                                                                  \
                                                                                                                       \
    with static void image_##how(const Geometry *at, const Laid *laid, const float *weights, const npy_intp *first,    \
                                 const npy_intp *end, const float *bias, npy_intp block, int adds, float *to)          \
    {                                                                                                                  \
        if (at->columns > LANES) {                                                                                     \
            rows_##how(at, laid, weights, first, end, bias, block, adds, 2, to);                                       \
        }                                                                                                              \
        else {                                                                                                         \
            rows_##how(at, laid, weights, first, end, bias, block, adds, 1, to);                                       \
        }                                                                                                              \
    }                                                                                                                  \
                                                                                                                       \
    /* What one tap of some channels passes to the weights of two vectors of results, whose cotangents lie side by     \
       side. */                                                                                                        \
    with static void weigh_##how(const Geometry *at, const float *grad, npy_intp wide, const float *x,                 \
                                 const npy_intp *channels, npy_intp tap, npy_intp first, npy_intp end, float *to)      \
    {                                                                                                                  \
        row_t sums[CHANNELS][2] = {{{0}}};                                                                             \
        npy_intp plane = at->height * at->width;                                                                       \
        for (npy_intp n = 0; n < at->images; n++, x += at->channels * plane) {                                         \
            for (npy_intp row = 0; row < at->rows; row++, grad += at->columns * wide) {                                \
                npy_intp line = row * at->row_step + at->row_of[tap];                                                  \
                if (line < 0 || line >= at->height) {                                                                  \
                    continue;                                                                                          \
                }                                                                                                      \
                npy_intp from = line * at->width + at->column_of[tap];                                                 \
                for (npy_intp i = first; i < end; i++) {                                                               \
                    row_t pair[2];                                                                                     \
                    memcpy(pair, grad + i * wide, sizeof pair);                                                        \
                    for (int c = 0; c < CHANNELS; c++) {                                                               \
                        float number = x[channels[c] * plane + from + i * at->column_step];                            \
                        add_##how(&sums[c][0], &pair[0], number);                                                      \
                        add_##how(&sums[c][1], &pair[1], number);                                                      \
                    }                                                                                                  \
                }                                                                                                      \
            }                                                                                                          \
        }                                                                                                              \
        memcpy(to, sums, sizeof sums);                                                                                 \
    }

#pragma GCC push_options
#pragma GCC optimize("O3")
CHAINS(__builtin_fmaf, fused, FOR_FUSED)
CHAINS(__builtin_fmaf, plain, )
#pragma GCC pop_options

/* The columns that each tap reads for, in one piece of memory that is the caller's to free. */
static npy_intp *
all_within(const Geometry *at)
{
    npy_intp *found = malloc(2 * sizeof(npy_intp) * (size_t)at->taps);
    for (npy_intp tap = 0; found != NULL && tap < at->taps; tap++) {
        columns_within(at, tap, found + tap, found + at->taps + tap);
    }
    return found;
}

static int
add_chains(const Geometry *at, const float *x, const float *weights, const float *bias, npy_intp block, int adds,
           float *to)
{
    Laid laid;
    if (!begin_laying(at, &laid)) {
        return 0;
    }
    float *ordered = in_order(at, weights, block);
    npy_intp *within = all_within(at);
    int is_done = ordered != NULL && within != NULL;
    for (npy_intp n = 0; is_done && n < at->images; n++) {
        lay(at, x + n * at->channels * at->height * at->width, &laid);
        float *image = to + n * at->outs * at->rows * at->columns;
        if (IS_FUSED) {
            image_fused(at, &laid, ordered, within, within + at->taps, bias, block, adds, image);
        } else {
            image_plain(at, &laid, ordered, within, within + at->taps, bias, block, adds, image);
        }
    }
    free(within);
    free(ordered);
    end_laying(&laid);
    return is_done;
}

static int
add_weights(const Geometry *at, const float *grad, const float *x, int adds, float *to)
{
    npy_intp pixels = at->rows * at->columns, wide = (at->outs + 2 * LANES - 1) / (2 * LANES) * (2 * LANES);
    float *turned = calloc((size_t)(at->images * pixels * wide), sizeof(float));
    npy_intp *within = all_within(at);
    int is_done = turned != NULL && within != NULL;
    for (npy_intp n = 0; is_done && n < at->images; n++) {
        for (npy_intp out = 0; out < at->outs; out++) {
            for (npy_intp i = 0; i < pixels; i++) {
                turned[(n * pixels + i) * wide + out] = grad[(n * at->outs + out) * pixels + i];
            }
        }
    }
    for (npy_intp out = 0; is_done && out < at->outs; out += 2 * LANES) {
        for (npy_intp channel = 0; channel < at->channels; channel += CHANNELS) {
            npy_intp channels[CHANNELS];
            for (npy_intp c = 0; c < CHANNELS; c++) { /* the last one again where there are not so many */
                channels[c] = channel + c < at->channels ? channel + c : at->channels - 1;
            }
            for (npy_intp tap = 0; tap < at->taps; tap++) {
                float sums[CHANNELS][2 * LANES];
                npy_intp first = within[tap], end = within[at->taps + tap];
                if (IS_FUSED) {
                    weigh_fused(at, turned + out, wide, x, channels, tap, first, end, sums[0]);
                } else {
                    weigh_plain(at, turned + out, wide, x, channels, tap, first, end, sums[0]);
                }
                for (npy_intp c = channel; c < at->channels && c < channel + CHANNELS; c++) {
                    for (npy_intp k = out; k < at->outs && k < out + 2 * LANES; k++) {
                        float *here = to + (k * at->channels + c) * at->taps + tap, sum = sums[c - channel][k - out];
                        *here = adds ? *here + sum : sum;
                    }
                }
            }
        }
    }
    free(within);
    free(turned);
    return is_done;
}

/* Whether an object is an array of float32 of so many dimensions that lies row by row and is not empty. */
static int
is_followed(PyObject *object, int dims)
{
    return is_in_rows(object) && PyArray_DESCR((PyArrayObject *)object) == float32
           && PyArray_NDIM((PyArrayObject *)object) == dims && size_of((PyArrayObject *)object) > 0;
}

/* The whole numbers of a tuple; NULL where there are others, or not so many. */
static npy_intp *
numbers_of(PyObject *tuple, npy_intp count)
{
    if (!PyTuple_CheckExact(tuple) || PyTuple_GET_SIZE(tuple) != count) {
        return NULL;
    }
    npy_intp *found = malloc(sizeof(npy_intp) * (size_t)(count > 0 ? count : 1));
    for (npy_intp i = 0; found != NULL && i < count; i++) {
        found[i] = PyLong_AsSsize_t(PyTuple_GET_ITEM(tuple, i));
        if (found[i] == -1 && PyErr_Occurred()) {
            PyErr_Clear();
            free(found);
            return NULL;
        }
    }
    return found;
}

/* What is read, what has a number for each tap, and what has one for each result, with the taps' places and the steps;
   0 where they do not fit. */
static int
find_geometry(PyObject *x, PyObject *weights, PyObject *results, PyObject *const *places, Geometry *at,
              npy_intp **taken)
{
    if (!is_followed(x, 4) || !is_followed(weights, 3) || !is_followed(results, 4)) {
        return 0;
    }
    npy_intp *read = PyArray_DIMS((PyArrayObject *)x), *weighed = PyArray_DIMS((PyArrayObject *)weights);
    npy_intp *made = PyArray_DIMS((PyArrayObject *)results);
    *at = (Geometry){.images = read[0], .channels = read[1], .height = read[2], .width = read[3], .outs = made[1],
                     .rows = made[2], .columns = made[3], .taps = weighed[2]};
    if (made[0] != at->images || weighed[0] != at->outs || weighed[1] != at->channels) {
        return 0;
    }
    npy_intp *steps = numbers_of(places[2], 2);
    at->row_of = taken[0] = numbers_of(places[0], at->taps);
    at->column_of = taken[1] = numbers_of(places[1], at->taps);
    int fits = steps != NULL && at->row_of != NULL && at->column_of != NULL && steps[0] > 0 && steps[1] > 0;
    if (fits) {
        at->row_step = steps[0];
        at->column_step = steps[1];
    }
    free(steps);
    return fits;
}

/* (x, weights, rows, columns, steps, results, bias or None, block, whether to add): True when done. */
PyObject *
chained(PyObject *Py_UNUSED(module), PyObject *const *arguments, Py_ssize_t count)
{
    Geometry at;
    npy_intp *taken[2] = {NULL, NULL};
    int is_done = 0;
    if (count == 9 && find_geometry(arguments[0], arguments[1], arguments[5], arguments + 2, &at, taken)) {
        npy_intp block = PyLong_AsSsize_t(arguments[7]);
        PyObject *bias = arguments[6] == Py_None ? NULL : arguments[6];
        if (block > 0 && (bias == NULL || (is_followed(bias, 1) && size_of((PyArrayObject *)bias) == at.outs))) {
            is_done = add_chains(&at, DATA(arguments[0]), DATA(arguments[1]), bias == NULL ? NULL : DATA(bias), block,
                                 arguments[8] == Py_True, DATA(arguments[5]));
        }
    }
    free(taken[0]);
    free(taken[1]);
    PyErr_Clear();
    return PyBool_FromLong(is_done);
}

/* (cotangents, x, rows, columns, steps, weights, whether to add): True when done. */
PyObject *
chained_weights(PyObject *Py_UNUSED(module), PyObject *const *arguments, Py_ssize_t count)
{
    Geometry at;
    npy_intp *taken[2] = {NULL, NULL};
    int is_done = 0;
    if (count == 7 && find_geometry(arguments[1], arguments[5], arguments[0], arguments + 2, &at, taken)) {
        is_done = add_weights(&at, DATA(arguments[0]), DATA(arguments[1]), arguments[6] == Py_True, DATA(arguments[5]));
    }
    free(taken[0]);
    free(taken[1]);
    PyErr_Clear();
    return PyBool_FromLong(is_done);
}
