/* What the gates of an LSTM make, step by step as oneDNN's code for AVX2 has it: gradwalk.engine.functions.lstm_gates says
   the same in Python, and where the steps and the numbers are from. */

#include "lstm.h"

#include "forward.h"
#include "fused.h"
#include "vectors.h"

#define PIECES 32
#define POWERS 7

/* Bits of the coefficients of polynomials for the hyperbolic tangent, the constant first, for each half of an octave. */
static const uint32_t pieces[PIECES][POWERS] = {
    {0x00000000, 0x3f800000, 0x00000000, 0x00000000, 0x00000000, 0x00000000, 0x00000000},
    {0x39bfffff, 0x3f800018, 0xbe4e0ff1, 0x45b3ae96, 0xcc981a1b, 0x52f688d5, 0xd8995ed1},
    {0x39ffffff, 0x3f7fffe8, 0x3d25b1b1, 0xc414eb20, 0x4a7edd3d, 0xd0505c72, 0x558285ea},
    {0x3a3ffffe, 0x3f7fffda, 0x3d6b6dab, 0xc450e02e, 0x4ab1007c, 0xd08f98e3, 0x55b2cd69},
    {0x3a7ffffb, 0x3f7fffdc, 0x3c9fb1d5, 0xc3152b4e, 0x48fedd9c, 0xce505cc9, 0x53028625},
    {0x3abffff7, 0x3f7fffdc, 0xbabff06f, 0xbead2f56, 0x41a557b5, 0xc7162b8a, 0x4bc9991f},
    {0x3affffeb, 0x3f7fffac, 0x3c07b3f6, 0xc2162e02, 0x477ee32a, 0xcc5061d6, 0x5082898a},
    {0x3b3fffdc, 0x3f7fff70, 0xbb3fc1bc, 0xbeb4bd5a, 0x422557f5, 0xc7162bdf, 0x4b4999b3},
    {0x3b7fffab, 0x3f7ffeec, 0x3a9f5921, 0xc11a59a4, 0x45ff3ce4, 0xca50b37f, 0x4e02c07c},
    {0x3bbfff70, 0x3f7ffdc0, 0xbbbf06f2, 0xbed2f507, 0x42a55641, 0xc7162a3a, 0x4ac99764},
    {0x3bfffeab, 0x3f7ffbed, 0xbbb0f402, 0xc020d32c, 0x446e0867, 0xc8422086, 0x4b72c822},
    {0x3c3ffdc0, 0x3f7ff704, 0xbc47db9e, 0x3dd0f506, 0xc33dc19a, 0x471a714e, 0xca40c0e1},
    {0x3c7ffaab, 0x3f7feff5, 0xbc73d5e7, 0xbf2a75e2, 0x42915214, 0xc5ece1f1, 0x489413e4},
    {0x3cbff701, 0x3f7fdbca, 0xbca25bda, 0xbff950e3, 0x43af4fad, 0xc70e3d90, 0x49b12224},
    {0x3cffeaad, 0x3f7fbfff, 0xbcfca780, 0xbed47334, 0x4110fe88, 0xc3eba94a, 0x46134c4e},
    {0x3d3fdc08, 0x3f7f7041, 0xbd40e07c, 0xbe809b8c, 0xc1099b75, 0x43e0c424, 0xc60c2d57},
    {0x3d7faacd, 0x3f7f009b, 0xbd7dab03, 0xbeb64532, 0x3fc8a8dc, 0xc21f4552, 0x43c83910},
    {0x3dbf7081, 0x3f7dc36c, 0xbdbe4a0f, 0xbe961a5b, 0xbfbeaef5, 0x42217cc8, 0xc3c872d1},
    {0x3dfeacc9, 0x3f7c0aa8, 0xbdfb14a5, 0xbe9b63ac, 0xbe365aad, 0x405e7dc4, 0xc186bc9e},
    {0x3e3dc7fd, 0x3f7734b8, 0xbe36cc8d, 0xbea0d4b2, 0x3f4d9652, 0xc10dd401, 0x42325bc3},
    {0x3e7acbf5, 0x3f70a4de, 0xbe6bd102, 0xbe828a77, 0x3ddfa08f, 0x3e96b602, 0xbf2ffa4a},
    {0x3eb77a9f, 0x3f5f1fd8, 0xbe9fe7c5, 0xbe378612, 0x3e34e9b8, 0xbd1a6d2f, 0x3d9a203c},
    {0x3eec9a9f, 0x3f495493, 0xbeba0f10, 0xbdc20908, 0x3e2d07a6, 0xbd393883, 0xbc545a43},
    {0x3f22991f, 0x3f18b9ec, 0xbec206a8, 0x3d2d3957, 0x3dc63567, 0xbd674682, 0xbae08fee},
    {0x3f42f7d6, 0x3ed706cb, 0xbea3c388, 0x3dd46e89, 0x3cdaeb78, 0xbd310016, 0x3c80225d},
    {0x3f67b7cc, 0x3e390b06, 0xbe277d62, 0x3db3f629, 0xbcd17537, 0xb961e269, 0x3b1fd1df},
    {0x3f76ca83, 0x3d90b11f, 0xbd8b7960, 0x3d2c5e7b, 0xbc92829c, 0x3ba32495, 0xba36b9d1},
    {0x3f7ebbe9, 0x3c21a053, 0xbc209f49, 0x3bd20403, 0xbb43ab99, 0x3a7680d5, 0xb91de544},
    {0x3f7fd40c, 0x3aaf7fdb, 0xbaad44ca, 0x3a59dfae, 0xb9b471dd, 0x38b3173c, 0xb71f100f},
    {0x3f7fff32, 0x37ccc1a3, 0xb7c6eeac, 0x3770af45, 0xb6baad5a, 0x35a9deea, 0xb408e2ed},
    {0x3f7ffffc, 0x355c6733, 0xb663aa41, 0x372cc014, 0xb78bafc7, 0x375c3f2a, 0xb685fec8},
    {0x3f800000, 0x00000000, 0x00000000, 0x00000000, 0x00000000, 0x00000000, 0x00000000},
};

/* The logistic function; of what is no number, 1 or 0 by its sign. */
STEPS float
logistic(float x)
{
    float size = float_of(bits_of(x) | INT32_MIN), near = size < 0x1.62e43p+6f ? size : 0x1.62e43p+6f;
    near = near > -0x1.5d58ap+6f ? near : -0x1.5d58ap+6f;
    float times = floorf(near * 0x1.715476p+0f + 0.5f), rest = FMA(-times, 0x1.62e43p-1f, near);
    float half = size < -0x1.5d58ap+6f ? 0 : float_of(((int32_t)(times - 1.0f) + 127) << 23);
    float total = 0x1.0f9f9cp-7f;
    total = FMA(total, rest, 0x1.573a1ap-5f);
    total = FMA(total, rest, 0x1.555a8p-3f);
    total = FMA(total, rest, 0x1.fffdc6p-2f);
    total = FMA(total, rest, 0x1.fffff6p-1f);
    total = FMA(total, rest, 1.0f) * half * 2.0f;
    float found = total / (total + 1.0f);
    return bits_of(x) < 0 ? found : 1.0f - found;
}

#define LINEAR_BITS 0x39ddb3d7
#define ONE_BITS 0x41102cb3
#define FIRST_PIECE 0x39800000
#define PIECE_MASK ((int32_t)0xffc00000)

/* The hyperbolic tangent; of what is no number, 1 with its sign. */
STEPS float
hyperbolic(float x)
{
    int32_t size = bits_of(x) & INT32_MAX, place = (size - FIRST_PIECE) >> 22;
    const uint32_t *piece = pieces[place < 0 ? 0 : place < PIECES ? place : PIECES - 1];
    float rest = float_of(size) - float_of(size & PIECE_MASK), total = float_of((int32_t)piece[POWERS - 1]);
    for (int power = POWERS - 2; power >= 0; power--) {
        total = FMA(total, rest, float_of((int32_t)piece[power]));
    }
    int32_t found = size < LINEAR_BITS ? size : size < ONE_BITS ? bits_of(total) : bits_of(1.0f);
    return float_of(found | (bits_of(x) & INT32_MIN));
}

#define GATES(how, with)                                                                                               \
    /* From sums to gates, in place, and to what remains and comes out. */                                             \
    with static void open_##how(float *gates, const float *bias, const float *before, npy_intp rows, npy_intp width,   \
                                float *after, float *out)                                                              \
    {                                                                                                                  \
        for (npy_intp row = 0; row < rows; row++, gates += 4 * width) {                                                \
            for (npy_intp i = 0; i < 4 * width; i++) {                                                                 \
                gates[i] = gates[i] + bias[i];                                                                         \
            }                                                                                                          \
            for (npy_intp i = 0; i < 2 * width; i++) {                                                                 \
                gates[i] = logistic(gates[i]);                                                                         \
            }                                                                                                          \
            for (npy_intp i = 2 * width; i < 3 * width; i++) {                                                         \
                gates[i] = hyperbolic(gates[i]);                                                                       \
            }                                                                                                          \
            for (npy_intp i = 3 * width; i < 4 * width; i++) {                                                         \
                gates[i] = logistic(gates[i]);                                                                         \
            }                                                                                                          \
            for (npy_intp i = 0; i < width; i++, before++, after++, out++) {                                           \
                *after = FMA(gates[i], gates[2 * width + i], *before * gates[width + i]);                              \
                *out = gates[3 * width + i] * hyperbolic(*after);                                                      \
            }                                                                                                          \
        }                                                                                                              \
    }                                                                                                                  \
                                                                                                                       \
    /* What gates pass back: cotangents of the sums, and of the memory before, in place of that of the memory after. */ \
    with static void pass_##how(const float *gates, const float *before, const float *after, const float *of_out,      \
                                float *of_memory, npy_intp rows, npy_intp width, float *to)                            \
    {                                                                                                                  \
        for (npy_intp row = 0; row < rows; row++, gates += 4 * width, to += 4 * width) {                               \
            for (npy_intp i = 0; i < width; i++, before++, after++, of_out++, of_memory++) {                           \
                float in = gates[i], keep = gates[width + i], new = gates[2 * width + i], out = gates[3 * width + i];  \
                float bent = hyperbolic(*after);                                                                       \
                float total = *of_memory + FMA(-bent, bent, 1.0f) * *of_out * out;                                     \
                to[3 * width + i] = FMA(-out, out, out) * *of_out * bent;                                              \
                to[i] = FMA(-in, in, in) * total * new;                                                                \
                to[width + i] = FMA(-keep, keep, keep) * total * *before;                                              \
                to[2 * width + i] = FMA(-new, new, 1.0f) * (in * total);                                               \
                *of_memory = total * keep;                                                                             \
            }                                                                                                          \
        }                                                                                                              \
    }

#pragma GCC push_options
#pragma GCC optimize("O3")
GATES(fused, FOR_FUSED)
GATES(plain, )
#pragma GCC pop_options

/* Whether an object is an array of float32 that lies row by row, of so many rows and columns. */
static int
is_of(PyObject *object, npy_intp rows, npy_intp columns)
{
    return is_in_rows(object) && PyArray_DESCR((PyArrayObject *)object) == float32
           && PyArray_NDIM((PyArrayObject *)object) == 2 && PyArray_DIM((PyArrayObject *)object, 0) == rows
           && PyArray_DIM((PyArrayObject *)object, 1) == columns;
}

/* The rows and columns of an array of two dimensions; 0 for others. */
static int
find_sizes(PyObject *object, npy_intp *rows, npy_intp *columns)
{
    if (!PyArray_CheckExact(object) || PyArray_NDIM((PyArrayObject *)object) != 2) {
        return 0;
    }
    *rows = PyArray_DIM((PyArrayObject *)object, 0);
    *columns = PyArray_DIM((PyArrayObject *)object, 1);
    return 1;
}

/* (sums, biases in a row, memory before, memory after, state after): True when done. */
PyObject *
lstm_gates(PyObject *Py_UNUSED(module), PyObject *const *arguments, Py_ssize_t count)
{
    npy_intp rows, width;
    if (count != 5 || !find_sizes(arguments[2], &rows, &width) || !is_of(arguments[0], rows, 4 * width)
        || !is_of(arguments[1], 1, 4 * width) || !is_of(arguments[2], rows, width) || !is_of(arguments[3], rows, width)
        || !is_of(arguments[4], rows, width)) {
        Py_RETURN_FALSE;
    }
    (IS_FUSED ? open_fused : open_plain)(DATA(arguments[0]), DATA(arguments[1]), DATA(arguments[2]), rows, width,
                                         DATA(arguments[3]), DATA(arguments[4]));
    is_quiet(); /* nobody hears of it */
    Py_RETURN_TRUE;
}

/* (gates, memory before, memory after, cotangents of the state, of the memory, of the sums): True when done. */
PyObject *
lstm_gates_backward(PyObject *Py_UNUSED(module), PyObject *const *arguments, Py_ssize_t count)
{
    npy_intp rows, width;
    if (count != 6 || !find_sizes(arguments[1], &rows, &width) || !is_of(arguments[0], rows, 4 * width)
        || !is_of(arguments[1], rows, width) || !is_of(arguments[2], rows, width) || !is_of(arguments[3], rows, width)
        || !is_of(arguments[4], rows, width) || !is_of(arguments[5], rows, 4 * width)) {
        Py_RETURN_FALSE;
    }
    (IS_FUSED ? pass_fused : pass_plain)(DATA(arguments[0]), DATA(arguments[1]), DATA(arguments[2]), DATA(arguments[3]),
                                         DATA(arguments[4]), rows, width, DATA(arguments[5]));
    is_quiet(); /* nobody hears of it */
    Py_RETURN_TRUE;
}
