/* Products of float32 in the order of oneDNN's kernels for AVX2: gradwalk.engine.functions.lstm_products says in which,
   and when which is taken. */

#include "lstm.h"

#include "forward.h"
#include "fused.h"

#include <stdlib.h>
#include <string.h>

#define LANES 8
#define MOST_ROWS 6 /* of a tile */
#define MOST_COLUMNS (2 * LANES)

typedef float row_t __attribute__((vector_size(4 * LANES)));

/* Rows and terms of the left matrix, wherever they lie; columns of the right one and of what is made lie side by side. */
typedef struct {
    const float *a, *b;
    float *to;
    npy_intp rows, terms, columns, row_step, term_step; /* the steps are of a, in numbers */
} Matrices;

/* Where one tile of the result begins, how much of it there is, and which terms it gets. */
typedef struct {
    npy_intp row, column, width, first, end;
} Tile;

enum { FRESH, ADDED, CONTINUED }; /* what is there: nothing, what a chain is added to, or begins with */

#define TILES(how, with)                                                                                               \
    with static inline __attribute__((always_inline)) void add_##how(row_t *sum, const row_t *b, float a, int fuses)   \
    {                                                                                                                  \
        for (int i = 0; i < LANES; i++) {                                                                              \
            (*sum)[i] = fuses ? __builtin_fmaf((*b)[i], a, (*sum)[i]) : (*b)[i] * a + (*sum)[i];                       \
        }                                                                                                              \
    }                                                                                                                  \
                                                                                                                       \
    /* Sums of a tile: of each number one chain of terms, or one of each second term and one of those between, then    \
       the term that is left over. ``b`` has its rows so far apart. */                                                 \
    with static inline __attribute__((always_inline)) void tile_##how(                                                 \
        const Matrices *of, const Tile *at, const float *b, npy_intp apart, int rows, int vectors, int chains,         \
        int fuses, int begins)                                                                                         \
    {                                                                                                                  \
        row_t sums[2][MOST_ROWS][2] = {{{{0}}}};                                                                       \
        float *to = of->to + at->row * of->columns + at->column;                                                       \
        const float *a = of->a + at->row * of->row_step;                                                               \
        for (int r = 0; begins == CONTINUED && r < rows; r++) {                                                        \
            memcpy(sums[0][r], to + r * of->columns, sizeof(float) * (size_t)at->width);                               \
        }                                                                                                              \
        npy_intp end = chains == 1 ? at->end : at->end - (at->end - at->first) % 2;                                    \
        for (npy_intp k = at->first; k < end; k += chains) {                                                           \
            for (int c = 0; c < chains; c++, b += apart) {                                                             \
                row_t pair[2];                                                                                         \
                memcpy(pair, b, sizeof(row_t) * (size_t)vectors);                                                      \
                for (int r = 0; r < rows; r++) {                                                                       \
                    float number = a[r * of->row_step + (k + c) * of->term_step];                                      \
                    for (int v = 0; v < vectors; v++) {                                                                \
                        add_##how(&sums[c][r][v], &pair[v], number, fuses);                                            \
                    }                                                                                                  \
                }                                                                                                      \
            }                                                                                                          \
        }                                                                                                              \
        for (int r = 0; chains == 2 && r < rows; r++) {                                                                \
            for (int v = 0; v < vectors; v++) {                                                                        \
                sums[0][r][v] += sums[1][r][v];                                                                        \
                if (end < at->end) {                                                                                   \
                    row_t last;                                                                                        \
                    memcpy(&last, b + v * LANES, sizeof last);                                                         \
                    add_##how(&sums[0][r][v], &last, a[r * of->row_step + end * of->term_step], fuses);                \
                }                                                                                                      \
            }                                                                                                          \
        }                                                                                                              \
        for (int r = 0; r < rows; r++, to += of->columns) {                                                            \
            if (begins == ADDED) {                                                                                     \
                for (npy_intp i = 0; i < at->width; i++) {                                                             \
                    to[i] += sums[0][r][i / LANES][i % LANES];                                                         \
                }                                                                                                      \
            }                                                                                                          \
            else {                                                                                                     \
                memcpy(to, sums[0][r], sizeof(float) * (size_t)at->width);                                             \
            }                                                                                                          \
        }                                                                                                              \
    }                                                                                                                  \
                                                                                                                       \
    /* A tile as one chain for each number. */                                                                         \
    with static void chain_##how(const Matrices *of, const Tile *at, const float *b, npy_intp apart, int rows,         \
                                 int begins)                                                                           \
    {                                                                                                                  \
        switch (rows) {                                                                                                \
        case 1:                                                                                                        \
            tile_##how(of, at, b, apart, 1, 2, 1, 1, begins);                                                          \
            break;                                                                                                     \
        case 2:                                                                                                        \
            tile_##how(of, at, b, apart, 2, 2, 1, 1, begins);                                                          \
            break;                                                                                                     \
        case 3:                                                                                                        \
            tile_##how(of, at, b, apart, 3, 2, 1, 1, begins);                                                          \
            break;                                                                                                     \
        case 4:                                                                                                        \
            tile_##how(of, at, b, apart, 4, 2, 1, 1, begins);                                                          \
            break;                                                                                                     \
        case 5:                                                                                                        \
            tile_##how(of, at, b, apart, 5, 2, 1, 1, begins);                                                          \
            break;                                                                                                     \
        default:                                                                                                       \
            tile_##how(of, at, b, apart, MOST_ROWS, 2, 1, 1, begins);                                                  \
        }                                                                                                              \
    }                                                                                                                  \
                                                                                                                       \
    /* A tile as two chains for each number, in so many vectors. */                                                    \
    with static inline __attribute__((always_inline)) void chains_##how(                                               \
        const Matrices *of, const Tile *at, const float *b, npy_intp apart, int rows, int vectors, int begins)         \
    {                                                                                                                  \
        switch (rows) {                                                                                                \
        case 1:                                                                                                        \
            tile_##how(of, at, b, apart, 1, vectors, 2, 0, begins);                                                    \
            break;                                                                                                     \
        case 2:                                                                                                        \
            tile_##how(of, at, b, apart, 2, vectors, 2, 0, begins);                                                    \
            break;                                                                                                     \
        case 3:                                                                                                        \
            tile_##how(of, at, b, apart, 3, vectors, 2, 1, begins);                                                    \
            break;                                                                                                     \
        default: /* of one vector */                                                                                   \
            tile_##how(of, at, b, apart, rows, 1, 2, 1, begins);                                                       \
        }                                                                                                              \
    }                                                                                                                  \
                                                                                                                       \
    /* A tile as oneDNN's kernel makes one of so many rows and columns. */                                             \
    with static void by_size_##how(const Matrices *of, const Tile *at, const float *b, npy_intp apart, int rows,       \
                                   int begins)                                                                         \
    {                                                                                                                  \
        if (at->width <= LANES) {                                                                                      \
            chains_##how(of, at, b, apart, rows, 1, begins);                                                           \
        }                                                                                                              \
        else if (rows > 3) {                                                                                           \
            chain_##how(of, at, b, apart, rows, begins);                                                               \
        }                                                                                                              \
        else {                                                                                                         \
            chains_##how(of, at, b, apart, rows, 2, begins);                                                           \
        }                                                                                                              \
    }

#pragma GCC push_options
#pragma GCC optimize("O3")
TILES(fused, FOR_FUSED)
TILES(plain, )
#pragma GCC pop_options

/* The next part of so many: as large as a block, unless what is left is less than two, which is cut in half if it is
   more than `most`. */
static npy_intp
next_part(npy_intp left, npy_intp block, npy_intp most)
{
    return left >= 2 * block ? block : left > most ? (left + 1) / 2 : left;
}

/* The tile's rows of ``b``, with zeros behind the last column where a vector would read further. */
static const float *
padded(const Matrices *of, const Tile *at, float *room, npy_intp *apart)
{
    const float *b = of->b + at->first * of->columns + at->column;
    *apart = of->columns;
    if (at->width == MOST_COLUMNS) {
        return b;
    }
    float *to = room;
    for (npy_intp k = at->first; k < at->end; k++, to += MOST_COLUMNS, b += of->columns) {
        memset(to, 0, sizeof(float) * MOST_COLUMNS);
        memcpy(to, b, sizeof(float) * (size_t)at->width);
    }
    *apart = MOST_COLUMNS;
    return room;
}

/* One chain for each number, of all terms. */
static void
in_chains(const Matrices *of, int begins, float *room)
{
    for (npy_intp column = 0; column < of->columns; column += MOST_COLUMNS) {
        npy_intp left = of->columns - column, apart;
        Tile at = {.column = column, .width = left < MOST_COLUMNS ? left : MOST_COLUMNS, .end = of->terms};
        const float *b = padded(of, &at, room, &apart);
        for (; at.row < of->rows; at.row += MOST_ROWS) {
            npy_intp rows = of->rows - at.row < MOST_ROWS ? of->rows - at.row : MOST_ROWS;
            (IS_FUSED ? chain_fused : chain_plain)(of, &at, b, apart, (int)rows, begins);
        }
    }
}

/* Some columns of the terms from `first` to before `end`. */
static void
in_tiles(const Matrices *of, Tile at, npy_intp rows_block, int begins, float *room)
{
    npy_intp apart, part;
    const float *b = padded(of, &at, room, &apart);
    for (npy_intp from = 0; from < of->rows; from += part) {
        part = next_part(of->rows - from, rows_block, rows_block + rows_block / 2);
        for (at.row = from; at.row < from + part; at.row += MOST_ROWS) {
            npy_intp rows = from + part - at.row < MOST_ROWS ? from + part - at.row : MOST_ROWS;
            (IS_FUSED ? by_size_fused : by_size_plain)(of, &at, b, apart, (int)rows, begins);
        }
    }
}

#define ROWS_BLOCK 48
#define COLUMNS_BLOCK 4032

static void
by_blocks(const Matrices *of, npy_intp block, int begins, float *room)
{
    npy_intp terms, wide;
    for (npy_intp first = 0; first < of->terms; first += terms, begins = ADDED) {
        terms = next_part(of->terms - first, block, block);
        for (npy_intp from = 0; from < of->columns; from += wide) {
            wide = next_part(of->columns - from, COLUMNS_BLOCK, COLUMNS_BLOCK + COLUMNS_BLOCK / 2);
            for (npy_intp column = from; column < from + wide; column += MOST_COLUMNS) {
                npy_intp left = from + wide - column;
                Tile at = {.column = column, .width = left < MOST_COLUMNS ? left : MOST_COLUMNS, .first = first,
                           .end = first + terms};
                in_tiles(of, at, ROWS_BLOCK, begins, room);
            }
        }
    }
}

static int
is_matrix(PyObject *object)
{
    return PyArray_CheckExact(object) && PyArray_DESCR((PyArrayObject *)object) == float32
           && PyArray_NDIM((PyArrayObject *)object) == 2 && PyArray_ISALIGNED((PyArrayObject *)object)
           && size_of((PyArrayObject *)object) > 0;
}

/* (a, b, result, what is there, how many terms a block has, or 0 for chains of all): True when done. */
PyObject *
lstm_product(PyObject *Py_UNUSED(module), PyObject *const *arguments, Py_ssize_t count)
{
    if (count != 5 || !is_matrix(arguments[0]) || !is_matrix(arguments[1]) || !is_matrix(arguments[2])
        || !is_in_rows(arguments[1]) || !is_in_rows(arguments[2])) {
        Py_RETURN_FALSE;
    }
    PyArrayObject *a = (PyArrayObject *)arguments[0], *b = (PyArrayObject *)arguments[1];
    PyArrayObject *to = (PyArrayObject *)arguments[2];
    npy_intp size = sizeof(float);
    Matrices of = {.a = PyArray_DATA(a), .b = PyArray_DATA(b), .to = PyArray_DATA(to), .rows = PyArray_DIM(a, 0),
                   .terms = PyArray_DIM(a, 1), .columns = PyArray_DIM(b, 1), .row_step = PyArray_STRIDE(a, 0) / size,
                   .term_step = PyArray_STRIDE(a, 1) / size};
    long begins = PyLong_AsLong(arguments[3]), block = PyLong_AsLong(arguments[4]);
    if (PyArray_DIM(b, 0) != of.terms || PyArray_DIM(to, 0) != of.rows || PyArray_DIM(to, 1) != of.columns
        || begins < FRESH || begins > CONTINUED || block < 0 || PyErr_Occurred()) {
        PyErr_Clear();
        Py_RETURN_FALSE;
    }
    float *room = malloc(sizeof(float) * MOST_COLUMNS * (size_t)of.terms);
    if (room == NULL) {
        Py_RETURN_FALSE;
    }
    if (block == 0) {
        in_chains(&of, (int)begins, room);
    }
    else {
        by_blocks(&of, block, (int)begins, room);
    }
    free(room);
    is_quiet(); /* nobody hears of it */
    Py_RETURN_TRUE;
}
