/* Elementary functions of float32, step by step as MKL's vector functions have them on AMD's processors:
   gradwalk.engine.vml_math says the same in Python, and where the steps and the numbers are from. Each is without a
   branch, so that a compiler makes vectors of loops over it, and right where `is_near` holds; elsewhere the results are
   the nearest numbers (rounded.h). */

#ifndef GRADWALK_VML_H
#define GRADWALK_VML_H

#include "rounded.h"
#include "vectors.h"

/* ---- Exponentials ------------------------------------------------------------------------------------------------- */

#define POWERS 128

/* The digits behind the point of 2**(i / 128), in base 16. */
static const uint64_t digits_of_powers[POWERS] = {
    0x0000000000000, 0x0163da9fb3335, 0x02c9a3e778061, 0x04315e86e7f85, 0x059b0d3158574, 0x0706b29ddf6de,
    0x0874518759bc8, 0x09e3ecac6f383, 0x0b5586cf9890f, 0x0cc922b7247f7, 0x0e3ec32d3d1a2, 0x0fb66affed31b,
    0x11301d0125b51, 0x12abdc06c31cc, 0x1429aaea92de0, 0x15a98c8a58e51, 0x172b83c7d517b, 0x18af9388c8dea,
    0x1a35beb6fcb75, 0x1bbe084045cd4, 0x1d4873168b9aa, 0x1ed5022fcd91d, 0x2063b88628cd6, 0x21f49917ddc96,
    0x2387a6e756238, 0x251ce4fb2a63f, 0x26b4565e27cdd, 0x284dfe1f56381, 0x29e9df51fdee1, 0x2b87fd0dad990,
    0x2d285a6e4030b, 0x2ecafa93e2f56, 0x306fe0a31b715, 0x32170fc4cd831, 0x33c08b26416ff, 0x356c55f929ff1,
    0x371a7373aa9cb, 0x38cae6d05d866, 0x3a7db34e59ff7, 0x3c32dc313a8e5, 0x3dea64c123422, 0x3fa4504ac801c,
    0x4160a21f72e2a, 0x431f5d950a897, 0x44e086061892d, 0x46a41ed1d0057, 0x486a2b5c13cd0, 0x4a32af0d7d3de,
    0x4bfdad5362a27, 0x4dcb299fddd0d, 0x4f9b2769d2ca7, 0x516daa2cf6642, 0x5342b569d4f82, 0x551a4ca5d920f,
    0x56f4736b527da, 0x58d12d497c7fd, 0x5ab07dd485429, 0x5c9268a5946b7, 0x5e76f15ad2148, 0x605e1b976dc09,
    0x6247eb03a5585, 0x6434634ccc320, 0x6623882552225, 0x68155d44ca973, 0x6a09e667f3bcd, 0x6c012750bdabf,
    0x6dfb23c651a2f, 0x6ff7df9519484, 0x71f75e8ec5f74, 0x73f9a48a58174, 0x75feb564267c9, 0x780694fde5d3f,
    0x7a11473eb0187, 0x7c1ed0130c132, 0x7e2f336cf4e62, 0x80427543e1a12, 0x82589994cce13, 0x8471a4623c7ad,
    0x868d99b4492ed, 0x88ac7d98a6699, 0x8ace5422aa0db, 0x8cf3216b5448c, 0x8f1ae99157736, 0x9145b0b91ffc6,
    0x93737b0cdc5e5, 0x95a44cbc8520f, 0x97d829fde4e50, 0x9a0f170ca07ba, 0x9c49182a3f090, 0x9e86319e32323,
    0xa0c667b5de565, 0xa309bec4a2d33, 0xa5503b23e255d, 0xa799e1330b358, 0xa9e6b5579fdbf, 0xac36bbfd3f37a,
    0xae89f995ad3ad, 0xb0e07298db666, 0xb33a2b84f15fb, 0xb59728de5593a, 0xb7f76f2fb5e47, 0xba5b030a1064a,
    0xbcc1e904bc1d2, 0xbf2c25bd71e09, 0xc199bdd85529c, 0xc40ab5fffd07a, 0xc67f12e57d14b, 0xc8f6d9406e7b5,
    0xcb720dcef9069, 0xcdf0b555dc3fa, 0xd072d4a07897c, 0xd2f87080d89f2, 0xd5818dcfba487, 0xd80e316c98398,
    0xda9e603db3285, 0xdd321f301b460, 0xdfc97337b9b5f, 0xe264614f5a129, 0xe502ee78b3ff6, 0xe7a51fbc74c83,
    0xea4afa2a490da, 0xecf482d8e67f1, 0xefa1bee615a27, 0xf252b376bba97, 0xf50765b6e4540, 0xf7bfdad9cbe14,
    0xfa7c1819e90d8, 0xfd3c22b8f71f1,
};

static Pair powers[POWERS]; /* 2**(i / 128) as sums of two floats */

static void
find_powers(void)
{
    for (int i = 0; i < POWERS; i++) {
        double power = double_of(0x3ff0000000000000 | digits_of_powers[i]);
        powers[i].high = (float)power;
        powers[i].low = (float)(power - powers[i].high);
    }
}

STEPS int
exp_is_near(float x)
{
    return fabsf(x) <= 0x1.5d589ep+6f;
}

/* Of as many numbers as a chunk holds. By turns: compilers make vectors of all that goes before and after the table. */
#define NEAR_EXPS(how, target)                                                                                         \
    target static void near_exps_##how(const float *x, float *to, npy_intp count)                                      \
    {                                                                                                                  \
        float more[CHUNK], scale[CHUNK];                                                                               \
        uint32_t places[CHUNK];                                                                                        \
        Pair found[CHUNK];                                                                                             \
        for (npy_intp i = 0; i < count; i++) {                                                                         \
            float shifted = x[i] * 0x1.715476p+7f + 0x1.8p23f, times = shifted - 0x1.8p23f;                            \
            float rest = (x[i] - times * 0x1.63p-8f) + times * 0x1.bd0106p-20f;                                        \
            uint32_t whole = (uint32_t)bits_of(shifted) - 0x4b400000;                                                  \
            more[i] = rest + rest * rest * 0.5f;                                                                       \
            places[i] = whole & (POWERS - 1);                                                                          \
            scale[i] = float_of((int32_t)(((whole - places[i]) << 16) + (127u << 23)));                                \
        }                                                                                                              \
        for (npy_intp i = 0; i < count; i++) {                                                                         \
            found[i] = powers[places[i]];                                                                              \
        }                                                                                                              \
        for (npy_intp i = 0; i < count; i++) {                                                                         \
            to[i] = (found[i].high + (found[i].high * more[i] + found[i].low)) * scale[i];                             \
        }                                                                                                              \
    }

/* ---- Logarithms --------------------------------------------------------------------------------------------------- */

STEPS int
log_is_near(float x)
{
    return x >= SMALLEST_NORMAL && x < INFINITY;
}

STEPS float
near_log(float x)
{
    int32_t above = (int32_t)((uint32_t)bits_of(x) - 0x3f2aaaab); /* two thirds */
    float times = (float)(above >> 23), rest = float_of((above & 0x7fffff) + 0x3f2aaaab) - 1.0f;
    float total = -0x1.080590p-3f;
    total = total * rest + 0x1.1e66bap-3f;
    total = total * rest - 0x1.f3113cp-4f;
    total = total * rest + 0x1.1ed718p-3f;
    total = total * rest - 0x1.559dccp-3f;
    total = total * rest + 0x1.99d028p-3f;
    total = total * rest - 0x1.fffef0p-3f;
    total = total * rest + 0x1.555506p-2f;
    total = total * rest - 0.5f;
    total = total * rest * rest + rest;
    return times * LN2_HIGH + (times * LN2_LOW + total);
}

/* ---- Waves -------------------------------------------------------------------------------------------------------- */

STEPS int
wave_is_near(float x)
{
    return fabsf(x) <= 1e4f;
}

/* The sine of what is so many half turns, and so much, further on; of which the former's last bit is that of `shifted`. */
STEPS double
sine_of_rest(double rest, double shifted)
{
    double square = rest * rest;
    double total = 0x1.5dbdf09fac04cp-19;
    total = total * square - 0x1.9f6ffee59b923p-13;
    total = total * square + 0x1.110ed380321afp-7;
    total = total * square - 0x1.55554bc835a91p-3;
    total = rest + rest * (square * total);
    return double_of(bits_of_double(total) ^ bits_of_double(shifted) << 63);
}

#define PER_PI 0x1.45f306dc9c883p-2
#define LESS_HALF_TURNS(x, times) (((x) - (times) * 0x1.921fb544p+1) - (times) * 0x1.0b4611a626331p-33)

STEPS float
near_sin(float x)
{
    double size = fabsf(x), shifted = size * PER_PI + TO_WHOLE;
    float found = (float)sine_of_rest(LESS_HALF_TURNS(size, shifted - TO_WHOLE), shifted);
    return float_of(bits_of(found) ^ (bits_of(x) & INT32_MIN));
}

STEPS float
near_cos(float x)
{
    double size = fabsf(x), shifted = (size * PER_PI + 0.5) + TO_WHOLE;
    return (float)sine_of_rest(LESS_HALF_TURNS(size, (shifted - TO_WHOLE) - 0.5), shifted);
}

/* A quotient of polynomials, or of what is an odd number of quarter turns further on the other way round. */
STEPS float
near_tan(float x)
{
    double size = fabsf(x), shifted = size * (2 * PER_PI) + TO_WHOLE, times = shifted - TO_WHOLE;
    double rest = (size - times * 0x1.921fb544p+0) - times * 0x1.0b4611a626331p-34, square = rest * rest;
    double over = rest * (0x1.0000000000004p+0 - 0x1.8867706fc2787p-4 * square);
    double under = 1.0 + square * (0x1.3e66ea6d0dfaep-7 * square - 0x1.b76f5e7f43980p-2);
    uint64_t is_odd = bits_of_double(shifted) & 1, all = 0 - is_odd;
    double above = double_of((bits_of_double(under) & all) | (bits_of_double(over) & ~all));
    double below = double_of((bits_of_double(over) & all) | (bits_of_double(under) & ~all));
    float found = (float)double_of(bits_of_double(above / below) ^ is_odd << 63);
    return float_of(bits_of(found) ^ (bits_of(x) & INT32_MIN));
}

/* ---- Hyperbolic tangents ------------------------------------------------------------------------------------------ */

/* Coefficients of polynomials, the constant first, below 0.125, then for each quarter between two powers of 2, and for
   what is rounded to 1. */
static const double tanh_pieces[][7] = {
    {0.0, 0x1.000000006a31dp0, -0x1.defde92c4f79bp-25, -0x1.5553f7294f0ddp-2,
     -0x1.76cbdcccdb701p-13, 0x1.16be24561fb19p-3, -0x1.45bc4a4eaa3afp-6},
    {-0x1.8277761c5af2ep-25, 0x1.0000263167a05p0, -0x1.9ebcedd85b175p-15, -0x1.54b886e7a59b5p-2,
     -0x1.1dfa6bc24a233p-8, 0x1.388afbdcfeabfp-3, -0x1.8ac02c389f5d2p-5},
    {-0x1.5d5db74f57d93p-23, 0x1.0000715d460dbp0, -0x1.fa2dac6f48388p-14, -0x1.5419c4f2d1e3bp-2,
     -0x1.dc3b257a22ba7p-8, 0x1.47c7d37008997p-3, -0x1.cc0082a078926p-5},
    {-0x1.de52836aa24bfp-22, 0x1.0001087517324p0, -0x1.f8218014c6d29p-13, -0x1.533aee5add15cp-2,
     -0x1.5d926ec078549p-7, 0x1.56ac1320650bdp-3, -0x1.00935cf576018p-4},
    {-0x1.068e713261c1dp-20, 0x1.0001fd116a35cp0, -0x1.aaa8332ff5da7p-12, -0x1.5230bfa2f4b5fp-2,
     -0x1.cfdab4b1d041cp-7, 0x1.63c5e1e5f0c1bp-3, -0x1.14a00ee874965p-4},
    {-0x1.1d1cc995b465ap-19, 0x1.0003bfc9f9fa7p0, -0x1.5f2405eb78312p-11, -0x1.50c881348f074p-2,
     -0x1.2a43c07bd0a14p-6, 0x1.70d3f9edd46b3p-3, -0x1.25c93e2cfc5d2p-4},
    {-0x1.afc5951e455adp-20, 0x1.000338e8a7c9cp0, -0x1.4528bd04b1b6ep-11, -0x1.50ef882b5f9c7p-2,
     -0x1.26dce22844aadp-6, 0x1.70ad1cc96bdf2p-3, -0x1.260b5e6b89cc5p-4},
    {0x1.0299bb6893ea1p-16, 0x1.ffe36c6c2bc18p-1, 0x1.2821fd07bd4f7p-10, -0x1.5733fef4add77p-2,
     -0x1.851e165d82e62p-8, 0x1.56af126a3ac3cp-3, -0x1.0f36d44ef195ap-4},
    {0x1.6dd09f9855499p-14, 0x1.ff639e7791ebdp-1, 0x1.b407aee840846p-8, -0x1.684ff1ce3511cp-2,
     0x1.710f011fe379dp-6, 0x1.21a8490a5c684p-3, -0x1.cdef4d1b833aap-5},
    {0x1.db7344eef7bc7p-12, 0x1.fd39a63fedacap-1, 0x1.ba8d02e96079ep-6, -0x1.9df55d986f34p-2,
     0x1.9371787006e2dp-4, 0x1.523268bc2ab46p-4, -0x1.31f14f14414f5p-5},
    {0x1.07abd04390fa6p-9, 0x1.f5a2b730f703ep-1, 0x1.5fdfc22f53666p-4, -0x1.0f0808ff94c0bp-1,
     0x1.fc9847a2ee0fep-3, -0x1.b6a646a50f27bp-7, -0x1.7ebdb8ed25e53p-7},
    {0x1.5c710a4cbf45p-8, 0x1.e81ec05b6bc39p-1, 0x1.6427314e0420ep-3, -0x1.5f44f553bd24ap-1,
     0x1.9f55a79f4ac9ep-2, -0x1.902bca7fd83bfp-4, 0x1.d6ea114f55349p-8},
    {0x1.3741830c6f615p-7, 0x1.d95e102cfb52cp-1, 0x1.06e31aebd35b9p-2, -0x1.a05ba935a3a1bp-1,
     0x1.07eef35904669p-1, -0x1.2ff9ca95468a3p-3, 0x1.15c6048511bbep-6},
    {0x1.4befae0bacf16p-7, 0x1.d6efeefad09d3p-1, 0x1.1566fc1b92a45p-2, -0x1.ab8e2b6d8965bp-1,
     0x1.116f42a1b00fap-1, -0x1.40e3ece1cab9ep-3, 0x1.2e8c72958bf4bp-6},
    {-0x1.540312f58c1cbp-6, 0x1.10ba9282c8ba6p0, -0x1.fb70e4fd40a92p-7, -0x1.115cd7afd2c33p-1,
     0x1.6c11ab555b5ep-2, -0x1.9a1de489ae8d7p-4, 0x1.67e656d038f4ap-7},
    {-0x1.8feeadd186056p-4, 0x1.5f55365982f5bp0, -0x1.0df5b13ea5818p-1, -0x1.4043fd932506bp-4,
     0x1.03da439fdd281p-3, -0x1.3e221fe149ffbp-5, 0x1.0e687eb4458ecp-8},
    {-0x1.8b6a728d01448p-3, 0x1.b373a7ac80ce3p0, -0x1.ff9f50069a3efp-1, 0x1.22ac674f9ed2ep-2,
     -0x1.e3ca89c9332f7p-6, -0x1.68ca45be7a635p-9, 0x1.56b344b630b12p-11},
    {-0x1.2038af9eee89ap-2, 0x1.f6f4f96a3d05ap0, -0x1.53dc66a0d78d3p0, 0x1.0125d81d29a0ep-1,
     -0x1.c82a28d56b6d2p-4, 0x1.beaa70cc91126p-7, -0x1.76efa96a8e6d1p-11},
    {-0x1.c7a244440d3dep-3, 0x1.d4a0d48b2c5bap0, -0x1.33648c9558418p0, 0x1.c0e614d2355f7p-2,
     -0x1.7e39e1fef00bdp-4, 0x1.65b82cb84163cp-7, -0x1.1e092e6d2773p-11},
    {-0x1.a6b44cc927e68p-8, 0x1.66260cf7f9ffp0, -0x1.ae8d67c72682cp-1, 0x1.1cc4b5bc4e667p-2,
     -0x1.b2e5679e4b2f9p-5, 0x1.69ed855c422d5p-8, -0x1.ff119b2a5a628p-13},
    {0x1.047cb095c02b8p-2, 0x1.e67ad71046e63p-1, -0x1.098e15b696662p-1, 0x1.3c808cf5eb31ep-3,
     -0x1.b0b0f1186b84p-6, 0x1.40a72c61bafa7p-9, -0x1.917c7478db907p-14},
    {0x1.271672e80132ap-1, 0x1.e6be7ccdc0d48p-2, -0x1.cf84a51dadf7dp-3, 0x1.de1fa24be6877p-5,
     -0x1.1905f3c59584p-7, 0x1.64384c98afbbap-11, -0x1.7bbe3d7be9f42p-16},
    {0x1.ace37d3e55cd8p-1, 0x1.3e15729f5a9ddp-3, -0x1.009b0041af713p-4, 0x1.be0f5ff703e1cp-7,
     -0x1.b7e9264e296adp-10, 0x1.d230586266c27p-14, -0x1.9e518a45c6684p-19},
    {0x1.e48f6f3b20545p-1, 0x1.6cc28994bc90fp-5, -0x1.fd284f3d7eb09p-7, 0x1.7db44fd1b7665p-9,
     -0x1.43e3a0589a1a1p-12, 0x1.26b760ed7403dp-16, -0x1.c10aa8d42975fp-22},
    {0x1.f7e62d563a20cp-1, 0x1.7bf0e50adee64p-7, -0x1.d2c2e8fb3321dp-9, 0x1.33656b22f0998p-11,
     -0x1.c9908e7aa1cffp-15, 0x1.6cb651f92c3cap-19, -0x1.e63cde066fb34p-25},
    {0x1.fec312764aa67p-1, 0x1.8b44a9f798b0ep-10, -0x1.9c22d2e0b62a3p-12, 0x1.cba89167d11cap-15,
     -0x1.2113609b1cfep-18, 0x1.84a862529b1b2p-23, -0x1.b4417d9a939c3p-29},
    {0x1p0, 0.0, 0.0, 0.0,
     0.0, 0.0, 0.0},
};

#define FIRST_PIECE 0x3de00000
#define LAST_PIECE (sizeof tanh_pieces / sizeof *tanh_pieces - 1)

STEPS float
piecewise_tanh(float x)
{
    int32_t bits = bits_of(x) & INT32_MAX, piece = (bits - FIRST_PIECE) >> 21;
    piece = piece < 0 ? 0 : piece > (int32_t)LAST_PIECE ? (int32_t)LAST_PIECE : piece;
    const double *factors = tanh_pieces[piece];
    double size = fabsf(x), total = factors[6];
    for (int power = 5; power >= 0; power--) {
        total = total * size + factors[power];
    }
    return with_sign_of((float)total, x);
}

STEPS int
is_finite(float x)
{
    return fabsf(x) < INFINITY;
}

static float
endless_tanh(float x)
{
    return x != x ? x : with_sign_of(1.0f, x);
}

#endif
