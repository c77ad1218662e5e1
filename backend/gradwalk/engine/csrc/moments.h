/* The mean of a row and its mean squared deviation, as ATen's moments_utils.h finds them
   (gradwalk.engine.functions.row_norms). */

#ifndef GRADWALK_MOMENTS_H
#define GRADWALK_MOMENTS_H

#include "arrays.h"

#define CHUNK 16  /* vectors */
#define LEVELS 48 /* as many chunks as memory has room for */

/* Makes `moments_TYPE_HOW`, for vectors of so many numbers; `how` with fused multiply-adds or C's own. */
#define MOMENTS(type, lanes, fused, how, with)                                                                         \
    typedef struct {                                                                                                   \
        npy_intp count;                                                                                                \
        type mean[lanes], squares[lanes];                                                                              \
    } Moments_##type##_##how;                                                                                          \
                                                                                                                       \
    with static void take_in_##type##_##how(Moments_##type##_##how *a, const Moments_##type##_##how *b)                \
    {                                                                                                                  \
        npy_intp count = a->count + b->count;                                                                          \
        type share = count == 0 ? 0 : (type)b->count / (type)count;                                                    \
        for (int k = 0; k < lanes; k++) {                                                                              \
            type difference = b->mean[k] - a->mean[k], step = share * difference;                                      \
            a->mean[k] = a->mean[k] + step;                                                                            \
            a->squares[k] = fused(difference * (type)a->count, step, a->squares[k] + b->squares[k]);                   \
        }                                                                                                              \
        a->count = count;                                                                                              \
    }                                                                                                                  \
                                                                                                                       \
    with static Moments_##type##_##how moments_of_vectors_##type##_##how(const type *x, npy_intp vectors)              \
    {                                                                                                                  \
        static const Moments_##type##_##how nothing;                                                                   \
        Moments_##type##_##how levels[LEVELS] = {{0}};                                                                 \
        npy_intp chunks = (vectors + CHUNK - 1) / CHUNK;                                                               \
        int depth = 1;                                                                                                 \
        while (((npy_intp)1 << depth) < chunks) {                                                                      \
            depth++;                                                                                                   \
        }                                                                                                              \
        for (npy_intp number = 1; number <= chunks; number++) {                                                        \
            npy_intp left = vectors - (number - 1) * CHUNK;                                                            \
            Moments_##type##_##how chunk = {left < CHUNK ? left : CHUNK, {0}, {0}};                                    \
            for (npy_intp place = 0; place < chunk.count; place++, x += lanes) {                                       \
                type share = (type)1 / (type)(place + 1);                                                              \
                for (int k = 0; k < lanes; k++) {                                                                      \
                    type deviation = x[k] - chunk.mean[k];                                                             \
                    chunk.mean[k] = fused(deviation, share, chunk.mean[k]);                                            \
                    chunk.squares[k] = fused(deviation, x[k] - chunk.mean[k], chunk.squares[k]);                       \
                }                                                                                                      \
            }                                                                                                          \
            take_in_##type##_##how(&levels[0], &chunk);                                                                \
            for (int level = 1; level < depth && number % ((npy_intp)1 << level) == 0; level++) {                      \
                take_in_##type##_##how(&levels[level], &levels[level - 1]);                                            \
                levels[level - 1] = nothing;                                                                           \
            }                                                                                                          \
        }                                                                                                              \
        for (int level = 1; level < depth; level++) {                                                                  \
            take_in_##type##_##how(&levels[0], &levels[level]);                                                        \
        }                                                                                                              \
        return levels[0];                                                                                              \
    }                                                                                                                  \
                                                                                                                       \
    with static void moments_##type##_##how(const type *x, npy_intp width, type *mean, type *variance)                 \
    {                                                                                                                  \
        npy_intp vectors = width / lanes, count = 0;                                                                   \
        type middle = 0, squares = 0;                                                                                  \
        for (npy_intp i = vectors * lanes; i < width; i++) {                                                           \
            type deviation = x[i] - middle;                                                                            \
            middle = middle + deviation / (type)++count;                                                               \
            squares = squares + deviation * (x[i] - middle);                                                           \
        }                                                                                                              \
        if (vectors > 0) {                                                                                             \
            Moments_##type##_##how found = moments_of_vectors_##type##_##how(x, vectors);                              \
            for (int k = 0; k < lanes; k++) {                                                                          \
                npy_intp before = count;                                                                               \
                count += vectors;                                                                                      \
                type share = (type)vectors / (type)count, difference = found.mean[k] - middle;                         \
                type between = fused(difference * difference * share, (type)before, found.squares[k]);                 \
                middle = fused(difference, share, middle);                                                             \
                squares = squares + between;                                                                           \
            }                                                                                                          \
        }                                                                                                              \
        *mean = middle;                                                                                                \
        *variance = squares / (type)width;                                                                             \
    }

#endif
