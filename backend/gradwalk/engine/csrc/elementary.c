/* The elementary functions as ufuncs that give what PyTorch's kernels give: gradwalk.engine.elementary says which those
   are. Nobody hears of divisions by zero and the like. */

#include "arrays.h"
#include "elementary.h"
#include "fused.h"
#include "roots.h"

#include <fenv.h>

#pragma GCC push_options
#pragma GCC optimize("O3,no-trapping-math,no-math-errno")

#define CHUNK 256 /* elements are gathered, and computed in several passes, so many at a time */

#include "vml.h"

/* A function of one number over many that lie side by side. */
typedef void (*Many)(const float *x, float *to, npy_intp count);
typedef void (*ManyOfTwo)(const float *x, const float *y, float *to, npy_intp count);

#define MANY(name, of_one)                                                                                             \
    FOR_FUSED static void name##_fused(const float *x, float *to, npy_intp count)                                      \
    {                                                                                                                  \
        for (npy_intp i = 0; i < count; i++) {                                                                         \
            to[i] = of_one(x[i]);                                                                                      \
        }                                                                                                              \
    }                                                                                                                  \
    static void name##_plain(const float *x, float *to, npy_intp count)                                                \
    {                                                                                                                  \
        for (npy_intp i = 0; i < count; i++) {                                                                         \
            to[i] = of_one(x[i]);                                                                                      \
        }                                                                                                              \
    }

#define MANY_OF_TWO(name, of_two)                                                                                      \
    FOR_FUSED static void name##_fused(const float *x, const float *y, float *to, npy_intp count)                      \
    {                                                                                                                  \
        for (npy_intp i = 0; i < count; i++) {                                                                         \
            to[i] = of_two(x[i], y[i]);                                                                                \
        }                                                                                                              \
    }                                                                                                                  \
    static void name##_plain(const float *x, const float *y, float *to, npy_intp count)                                \
    {                                                                                                                  \
        for (npy_intp i = 0; i < count; i++) {                                                                         \
            to[i] = of_two(x[i], y[i]);                                                                                \
        }                                                                                                              \
    }

/* ---- What is computed of vectors, and of what does not fill them -------------------------------------------------- */

STEPS float
vector_sigmoid(float x)
{
    return 1.0f / (1.0f + vector_exp(0.0f - x));
}

static float
rest_sigmoid(float x)
{
    return 1.0f / (1.0f + expf(-x));
}

STEPS float
vector_silu(float x)
{
    return x / (1.0f + vector_exp(-x));
}

static float
rest_silu(float x)
{
    return x / (1.0f + expf(-x));
}

STEPS float
tanh_slope(float grad, float result)
{
    return grad * FMA(-result, result, 1.0f);
}

/* `silu`'s slope times a cotangent, of its sigmoid. */
STEPS float
silu_slope(float grad, float x, float sigma)
{
    return grad * sigma * FMA(x, 1.0f - sigma, 1.0f);
}

STEPS float
vector_silu_backward(float grad, float x)
{
    return silu_slope(grad, x, 1.0f / (1.0f + vector_exp(0.0f - x)));
}

static float
rest_silu_backward(float grad, float x)
{
    return silu_slope(grad, x, rest_sigmoid(x));
}

static float
rest_tanh_backward(float grad, float result)
{
    return tanh_slope(grad, result);
}

STEPS float
vector_softplus(float x)
{
    return vector_log1p(vector_exp(x));
}

static float
rest_softplus(float x)
{
    return log1pf(expf(x));
}

static float
rest_mish(float x)
{
    return x * tanhf(rest_softplus(x));
}

/* `mish`'s slope times a cotangent, of what `x` is multiplied with. */
STEPS float
mish_slope(float grad, float x, float bent)
{
    float sigma = 1.0f / (1.0f + vector_exp(0.0f - x));
    return grad * FMA(x * sigma, tanh_slope(1.0f, bent), bent);
}

static float
rest_mish_backward(float grad, float x)
{
    float bent = tanhf(rest_softplus(x));
    return grad * FMA(x * rest_sigmoid(x), tanh_slope(1.0f, bent), bent);
}

#define PDF_AT_0 0.39894228040143268f
#define TANH_SCALE 0.79788456080286536f
#define TANH_CUBE 0.044715f

STEPS float
vector_gelu(float x)
{
    return x * 0.5f * (1.0f + vector_erf(x * ROOT_HALF));
}

static float
rest_gelu(float x)
{
    return x * 0.5f * (1.0f + erff(x * ROOT_HALF));
}

STEPS float
vector_gelu_backward(float grad, float x)
{
    float density = PDF_AT_0 * vector_exp(x * x * -0.5f);
    return grad * FMA(x, density, 0.5f * (1.0f + vector_erf(x * ROOT_HALF)));
}

static float
rest_gelu_backward(float grad, float x)
{
    float density = PDF_AT_0 * expf(x * x * -0.5f);
    return grad * FMA(0.5f, 1.0f + erff(x * ROOT_HALF), x * density);
}

/* What the hyperbolic tangent is taken of. */
STEPS float
bent_line(float x)
{
    return TANH_SCALE * FMA(TANH_CUBE, x * x * x, x);
}

/* gelu's slope times a cotangent, of that tangent. */
STEPS float
gelu_tanh_slope(float grad, float x, float inner)
{
    float rate = TANH_SCALE * FMA(3.0f * TANH_CUBE, x * x, 1.0f);
    return grad * FMA(0.5f, 1.0f + inner, 0.5f * x * tanh_slope(1.0f, inner) * rate);
}

STEPS float
vector_gelu_tanh(float x)
{
    return 0.5f * x * (1.0f + vector_tanh(bent_line(x)));
}

static float
rest_gelu_tanh(float x)
{
    return 0.5f * x * (1.0f + tanhf(bent_line(x)));
}

STEPS float
vector_gelu_tanh_backward(float grad, float x)
{
    return gelu_tanh_slope(grad, x, vector_tanh(bent_line(x)));
}

static float
rest_gelu_tanh_backward(float grad, float x)
{
    return gelu_tanh_slope(grad, x, tanhf(bent_line(x)));
}

MANY(near_logs, near_log)
MANY(log2, rounded_log2)
MANY(log10, rounded_log10)
MANY(finite_tanhs, piecewise_tanh)
MANY(near_sins, near_sin)
MANY(near_coss, near_cos)
MANY(near_tans, near_tan)
MANY(log1p, vector_log1p)
MANY(expm1, vector_expm1)
MANY(vector_exps, vector_exp)
MANY(attention_exps, attention_exp)
MANY(vector_logs, vector_log)
MANY(vector_tanhs, vector_tanh)
MANY(sinh, vector_sinh)
MANY(cosh, vector_cosh)
MANY(exp2, vector_exp2)
MANY(sigmoid, vector_sigmoid)
MANY(silu, vector_silu)
MANY(softplus, vector_softplus)
MANY(whole_gelus, whole_gelu)
MANY(gelus, vector_gelu)
MANY(gelu_tanhs, vector_gelu_tanh)
MANY_OF_TWO(whole_gelu_slopes, whole_gelu_backward)
MANY_OF_TWO(gelu_slopes, vector_gelu_backward)
MANY_OF_TWO(gelu_tanh_slopes, vector_gelu_tanh_backward)
MANY_OF_TWO(power, vector_power)
MANY_OF_TWO(tanh_backward, tanh_slope)
MANY_OF_TWO(silu_backward, vector_silu_backward)

NEAR_EXPS(fused, FOR_FUSED)
NEAR_EXPS(plain, )

/* By turns: compilers make no vectors of a loop over all of it. */
#define MISH(how, target)                                                                                              \
    target static void mish_##how(const float *x, float *to, npy_intp count)                                           \
    {                                                                                                                  \
        float bent[CHUNK];                                                                                             \
        for (npy_intp some; count > 0; x += some, to += some, count -= some) {                                         \
            some = count < CHUNK ? count : CHUNK;                                                                      \
            softplus_##how(x, bent, some);                                                                             \
            vector_tanhs_##how(bent, bent, some);                                                                      \
            for (npy_intp i = 0; i < some; i++) {                                                                      \
                to[i] = x[i] * bent[i];                                                                                \
            }                                                                                                          \
        }                                                                                                              \
    }                                                                                                                  \
    target static void mish_slopes_##how(const float *grad, const float *x, float *to, npy_intp count)                 \
    {                                                                                                                  \
        float bent[CHUNK];                                                                                             \
        for (npy_intp some; count > 0; grad += some, x += some, to += some, count -= some) {                           \
            some = count < CHUNK ? count : CHUNK;                                                                      \
            softplus_##how(x, bent, some);                                                                             \
            vector_tanhs_##how(bent, bent, some);                                                                      \
            for (npy_intp i = 0; i < some; i++) {                                                                      \
                to[i] = mish_slope(grad[i], x[i], bent[i]);                                                            \
            }                                                                                                          \
        }                                                                                                              \
    }
MISH(fused, FOR_FUSED)
MISH(plain, )

#define EITHER(name) {name##_fused, name##_plain}

static float
far_sin(float x)
{
    return fabsf(x) < FAR_ANGLE ? rounded_sin(x) : (float)sin((double)x);
}

static float
far_cos(float x)
{
    return fabsf(x) < FAR_ANGLE ? rounded_cos(x) : (float)cos((double)x);
}

static float
far_tan(float x)
{
    return (float)tan((double)x);
}

/* A function that is computed otherwise where its steps do not hold. */
#define MENDED_AS(name, nears, is_near, of_far, how)                                                                   \
    static void name##_##how(const float *x, float *to, npy_intp count)                                                \
    {                                                                                                                  \
        float kept[CHUNK];                                                                                             \
        for (npy_intp some; count > 0; x += some, to += some, count -= some) {                                         \
            some = count < CHUNK ? count : CHUNK;                                                                      \
            memcpy(kept, x, sizeof(float) * some);                                                                     \
            nears##_##how(kept, to, some);                                                                             \
            int are_far = 0;                                                                                           \
            for (npy_intp i = 0; i < some; i++) {                                                                      \
                are_far |= !is_near(kept[i]);                                                                          \
            }                                                                                                          \
            for (npy_intp i = 0; are_far && i < some; i++) {                                                           \
                if (!is_near(kept[i])) {                                                                               \
                    to[i] = of_far(kept[i]);                                                                           \
                }                                                                                                      \
            }                                                                                                          \
        }                                                                                                              \
    }
#define MENDED(name, nears, is_near, of_far)                                                                           \
    MENDED_AS(name, nears, is_near, of_far, fused)                                                                     \
    MENDED_AS(name, nears, is_near, of_far, plain)

MENDED(exp, near_exps, exp_is_near, rounded_exp)
MENDED(log, near_logs, log_is_near, rounded_log)
MENDED(sin, near_sins, wave_is_near, far_sin)
MENDED(cos, near_coss, wave_is_near, far_cos)
MENDED(tan, near_tans, wave_is_near, far_tan)
MENDED(tanh, finite_tanhs, is_finite, endless_tanh)

#pragma GCC pop_options

/* ---- Their loops -------------------------------------------------------------------------------------------------- */

#define IN_VECTORS 16 /* so many elements PyTorch's loops take at once: two vectors of 32 bytes */

typedef struct {
    const char *name, *numpys; /* under which numpy has it, or what its doubles are made of; NULL for nothing */
    int operands;
    union {
        Many of_one[2]; /* for processors that round products and sums once, and others */
        ManyOfTwo of_two[2];
    } vectors;
    union {
        float (*of_one)(float); /* of what fills no vectors; NULL where that is computed as the others are */
        float (*of_two)(float, float);
    } rest;
    PyUFuncGenericFunction doubles; /* NULL for numpy's, or none */
} Function;

/* What a loop is run with. */
typedef struct {
    const Function *function;
    enum { AS_PYTORCH, IN_VECTORS_ALONE, OF_THE_REST } which; /* elements are computed as vectors are */
    PyUFuncGenericFunction numpys; /* its loop for doubles, with its data */
    void *data;
} Run;

static void
be_quiet(void)
{
    if (fetestexcept(FE_DIVBYZERO | FE_OVERFLOW | FE_UNDERFLOW | FE_INVALID)) {
        feclearexcept(FE_DIVBYZERO | FE_OVERFLOW | FE_UNDERFLOW | FE_INVALID);
    }
}

#define AT(place, step, i) (*(float *)((place) + (i) * (step)))

static void
floats_of_one(char **args, npy_intp const *dims, npy_intp const *steps, void *data)
{
    const Function *function = ((Run *)data)->function;
    Many many = function->vectors.of_one[!IS_FUSED];
    int which = ((Run *)data)->which;
    float (*rest)(float) = which == IN_VECTORS_ALONE ? NULL : function->rest.of_one;
    npy_intp count = dims[0], done = 0;
    char *x = args[0], *to = args[1];
    if (which == OF_THE_REST) {
    }
    else if (steps[0] == sizeof(float) && steps[1] == sizeof(float)) {
        done = rest == NULL ? count : count - count % IN_VECTORS;
        many((const float *)x, (float *)to, done);
    }
    else if (steps[0] == 0 && steps[1] == sizeof(float)) { /* one number over and over fills vectors, too */
        npy_intp all = rest == NULL ? count : count - count % IN_VECTORS;
        float found = 0;
        many((const float *)x, &found, all > 0);
        for (; done < all; done++) {
            ((float *)to)[done] = found;
        }
    }
    else if (rest == NULL) {
        float gathered[CHUNK];
        while (done < count) {
            npy_intp some = count - done < CHUNK ? count - done : CHUNK;
            for (npy_intp i = 0; i < some; i++) {
                gathered[i] = AT(x, steps[0], done + i);
            }
            many(gathered, gathered, some);
            for (npy_intp i = 0; i < some; i++) {
                AT(to, steps[1], done + i) = gathered[i];
            }
            done += some;
        }
    }
    for (; done < count; done++) {
        AT(to, steps[1], done) = rest(AT(x, steps[0], done));
    }
    be_quiet();
}

static void
floats_of_two(char **args, npy_intp const *dims, npy_intp const *steps, void *data)
{
    const Function *function = ((Run *)data)->function;
    ManyOfTwo many = function->vectors.of_two[!IS_FUSED];
    int which = ((Run *)data)->which;
    float (*rest)(float, float) = which == IN_VECTORS_ALONE ? NULL : function->rest.of_two;
    npy_intp count = dims[0], done = 0, wide = sizeof(float);
    char *x = args[0], *y = args[1], *to = args[2];
    int one_of_x = steps[0] == 0, one_of_y = steps[1] == 0;
    if (which != OF_THE_REST && steps[2] == wide && (steps[0] == wide || one_of_x) && (steps[1] == wide || one_of_y) && !(one_of_x && one_of_y)) {
        npy_intp all = rest == NULL ? count : count - count % IN_VECTORS;
        if (!one_of_x && !one_of_y) {
            many((const float *)x, (const float *)y, (float *)to, all);
            done = all;
        }
        else {
            float same[CHUNK];
            for (int i = 0; i < CHUNK; i++) {
                same[i] = *(float *)(one_of_x ? x : y);
            }
            while (done < all) {
                npy_intp some = all - done < CHUNK ? all - done : CHUNK;
                many(one_of_x ? same : (const float *)x + done, one_of_y ? same : (const float *)y + done,
                     (float *)to + done, some);
                done += some;
            }
        }
    }
    for (; done < count; done++) {
        float of_x = AT(x, steps[0], done), of_y = AT(y, steps[1], done);
        if (rest == NULL) {
            many(&of_x, &of_y, (float *)(to + done * steps[2]), 1);
        }
        else {
            AT(to, steps[2], done) = rest(of_x, of_y);
        }
    }
    be_quiet();
}

/* Powers by one number, which for elements one by one is a double. */
static void
floats_by_number(char **args, npy_intp const *dims, npy_intp const *steps, void *Py_UNUSED(data))
{
    npy_intp count = dims[0], done = 0, wide = sizeof(float);
    double exponent = *(double *)args[1];
    if (steps[0] == wide && steps[1] == 0 && steps[2] == wide) {
        float same[CHUNK];
        for (int i = 0; i < CHUNK; i++) {
            same[i] = (float)exponent;
        }
        for (npy_intp all = count - count % IN_VECTORS; done < all;) {
            npy_intp some = all - done < CHUNK ? all - done : CHUNK;
            (IS_FUSED ? power_fused : power_plain)((const float *)args[0] + done, same, (float *)args[2] + done, some);
            done += some;
        }
    }
    for (; done < count; done++) {
        exponent = *(double *)(args[1] + done * steps[1]);
        AT(args[2], steps[2], done) = (float)pow((double)AT(args[0], steps[0], done), exponent);
    }
    be_quiet();
}

/* `x * y + z`, rounded once. */
#define ADD_FUSED(name)                                                                                                \
    static void name(char **args, npy_intp const *dims, npy_intp const *steps, void *Py_UNUSED(data))                  \
    {                                                                                                                  \
        for (npy_intp i = 0; i < dims[0]; i++) {                                                                       \
            AT(args[3], steps[3], i) = FMA(AT(args[0], steps[0], i), AT(args[1], steps[1], i), AT(args[2], steps[2], i)); \
        }                                                                                                              \
        be_quiet();                                                                                                    \
    }
FOR_FUSED ADD_FUSED(add_fused)
ADD_FUSED(add_plain)

/* Doubles as numpy has them. */
static void
numpys_doubles(char **args, npy_intp const *dims, npy_intp const *steps, void *data)
{
    Run *run = data;
    run->numpys(args, dims, steps, run->data);
    be_quiet();
}

#define DOUBLE(place, step, i) (*(double *)((place) + (i) * (step)))

/* `numerator / (1 + exp(-x))`, where the numerator is 1 or `x`. */
static void
over_exponentials(char **args, npy_intp const *dims, npy_intp const *steps, Run *run, int is_x)
{
    double raised[CHUNK];
    npy_intp side_by_side[] = {sizeof(double), sizeof(double)};
    for (npy_intp done = 0; done < dims[0];) {
        npy_intp some = dims[0] - done < CHUNK ? dims[0] - done : CHUNK;
        for (npy_intp i = 0; i < some; i++) {
            raised[i] = -DOUBLE(args[0], steps[0], done + i);
        }
        char *places[] = {(char *)raised, (char *)raised};
        run->numpys(places, &some, side_by_side, run->data);
        for (npy_intp i = 0; i < some; i++) {
            double numerator = is_x ? DOUBLE(args[0], steps[0], done + i) : 1.0;
            DOUBLE(args[1], steps[1], done + i) = numerator / (1.0 + raised[i]);
        }
        done += some;
    }
    be_quiet();
}

static void
sigmoids(char **args, npy_intp const *dims, npy_intp const *steps, void *data)
{
    over_exponentials(args, dims, steps, data, 0);
}

static void
silus(char **args, npy_intp const *dims, npy_intp const *steps, void *data)
{
    over_exponentials(args, dims, steps, data, 1);
}

/* What numpy makes of numbers, in place, or from another place to there. */
static void
by_numpy(PyUFuncObject *ufunc, char *from, npy_intp step, double *to, npy_intp count)
{
    char *places[] = {from, (char *)to};
    npy_intp apart[] = {step, sizeof(double)};
    for (int i = 0; i < ufunc->ntypes; i++) {
        if (ufunc->types[2 * i] == NPY_DOUBLE && ufunc->types[2 * i + 1] == NPY_DOUBLE) {
            ufunc->functions[i](places, &count, apart, ufunc->data == NULL ? NULL : ((void **)ufunc->data)[i]);
            return;
        }
    }
}

static PyUFuncObject *numpys_exp, *numpys_log1p, *numpys_tanh;

static void
of_softplus(char **args, npy_intp const *dims, npy_intp const *steps, int is_mish)
{
    double bent[CHUNK];
    for (npy_intp done = 0; done < dims[0];) {
        npy_intp some = dims[0] - done < CHUNK ? dims[0] - done : CHUNK;
        by_numpy(numpys_exp, args[0] + done * steps[0], steps[0], bent, some);
        by_numpy(numpys_log1p, (char *)bent, sizeof(double), bent, some);
        if (is_mish) {
            by_numpy(numpys_tanh, (char *)bent, sizeof(double), bent, some);
        }
        for (npy_intp i = 0; i < some; i++) {
            double x = DOUBLE(args[0], steps[0], done + i);
            DOUBLE(args[1], steps[1], done + i) = is_mish ? x * bent[i] : bent[i];
        }
        done += some;
    }
    be_quiet();
}

static void
softpluses(char **args, npy_intp const *dims, npy_intp const *steps, void *Py_UNUSED(data))
{
    of_softplus(args, dims, steps, 0);
}

static void
mishes(char **args, npy_intp const *dims, npy_intp const *steps, void *Py_UNUSED(data))
{
    of_softplus(args, dims, steps, 1);
}

static void
tanh_slopes(char **args, npy_intp const *dims, npy_intp const *steps, void *Py_UNUSED(data))
{
    for (npy_intp i = 0; i < dims[0]; i++) {
        double result = DOUBLE(args[1], steps[1], i);
        DOUBLE(args[2], steps[2], i) = DOUBLE(args[0], steps[0], i) * (1.0 - result * result);
    }
    be_quiet();
}

static void
silu_slopes(char **args, npy_intp const *dims, npy_intp const *steps, void *data)
{
    double sigma[CHUNK];
    for (npy_intp done = 0; done < dims[0];) {
        npy_intp some = dims[0] - done < CHUNK ? dims[0] - done : CHUNK;
        char *places[] = {args[1] + done * steps[1], (char *)sigma};
        npy_intp apart[] = {steps[1], sizeof(double)};
        over_exponentials(places, &some, apart, data, 0);
        for (npy_intp i = 0; i < some; i++) {
            double x = DOUBLE(args[1], steps[1], done + i), grad = DOUBLE(args[0], steps[0], done + i);
            DOUBLE(args[2], steps[2], done + i) = grad * sigma[i] * (x * (1.0 - sigma[i]) + 1.0);
        }
        done += some;
    }
    be_quiet();
}

#define OF_ONE(name, numpys, vectors, rest, doubles) {name, numpys, 1, {.of_one = EITHER(vectors)}, {.of_one = rest}, doubles}
#define OF_TWO(name, numpys, vectors, rest, doubles) {name, numpys, 2, {.of_two = EITHER(vectors)}, {.of_two = rest}, doubles}

static const Function functions[] = {
    OF_ONE("exp", "exp", exp, NULL, NULL),
    OF_ONE("log", "log", log, NULL, NULL),
    OF_ONE("log2", "log2", log2, NULL, NULL),
    OF_ONE("log10", "log10", log10, NULL, NULL),
    OF_ONE("tanh", "tanh", tanh, NULL, NULL),
    OF_ONE("sin", "sin", sin, NULL, NULL),
    OF_ONE("cos", "cos", cos, NULL, NULL),
    OF_ONE("tan", "tan", tan, NULL, NULL),
    OF_ONE("sin_in_loops", "sin", sin, sinf, NULL),
    {"sqrt", "sqrt", 1, {.of_one = {square_roots, square_roots}}, {.of_one = NULL}, NULL},
    OF_ONE("log1p", "log1p", log1p, NULL, NULL),
    OF_ONE("expm1", "expm1", expm1, NULL, NULL),
    OF_ONE("sinh", "sinh", sinh, sinhf, NULL),
    OF_ONE("cosh", "cosh", cosh, coshf, NULL),
    OF_ONE("exp2", "exp2", exp2, exp2f, NULL),
    OF_ONE("vector_exp", "exp", vector_exps, NULL, NULL),
    OF_ONE("vector_log", "log", vector_logs, NULL, NULL),
    OF_ONE("exp_in_loops", "exp", vector_exps, expf, NULL),
    OF_ONE("log_in_loops", "log", vector_logs, logf, NULL),
    OF_ONE("expm1_in_loops", "expm1", expm1, expm1f, NULL),
    OF_ONE("log1p_in_loops", "log1p", log1p, log1pf, NULL),
    OF_ONE("tanh_in_loops", "tanh", vector_tanhs, tanhf, NULL),
    OF_ONE("sigmoid", "exp", sigmoid, rest_sigmoid, sigmoids),
    OF_ONE("silu", "exp", silu, rest_silu, silus),
    OF_ONE("softplus", "exp", softplus, rest_softplus, softpluses),
    OF_ONE("mish", "exp", mish, rest_mish, mishes),
    OF_TWO("power", "power", power, powf, NULL),
    OF_TWO("tanh_backward", NULL, tanh_backward, rest_tanh_backward, tanh_slopes),
    OF_TWO("silu_backward", "exp", silu_backward, rest_silu_backward, silu_slopes),
    OF_ONE("attention_exp", NULL, attention_exps, NULL, NULL),
    OF_ONE("gelu_in_rows", NULL, whole_gelus, NULL, NULL),
    OF_TWO("gelu_in_rows_backward", NULL, whole_gelu_slopes, NULL, NULL),
    OF_ONE("gelu", NULL, gelus, rest_gelu, NULL),
    OF_TWO("gelu_backward", NULL, gelu_slopes, rest_gelu_backward, NULL),
    OF_ONE("gelu_tanh", NULL, gelu_tanhs, rest_gelu_tanh, NULL),
    OF_TWO("gelu_tanh_backward", NULL, gelu_tanh_slopes, rest_gelu_tanh_backward, NULL),
    OF_TWO("mish_backward", NULL, mish_slopes, rest_mish_backward, NULL),
};

#define COUNT (sizeof functions / sizeof functions[0])
#define MOST_TYPES 40

/* A ufunc's loops, which it borrows. */
typedef struct {
    PyUFuncGenericFunction loops[MOST_TYPES];
    void *data[MOST_TYPES];
    char types[3 * MOST_TYPES], name[40];
    Run run;
} Table;

static Table tables[COUNT][3];

/* The ufunc of a function: numpy's of the same kind with other loops for floats, or those loops alone. */
static PyObject *
made_of(const Function *function, Table *table, int which, PyUFuncObject *numpys)
{
    static const char *names[] = {"%s", "%s in vectors", "%s of the rest"};
    Run *run = &table->run;
    run->function = function;
    run->which = which;
    PyOS_snprintf(table->name, sizeof table->name, names[which], function->name);
    int width = function->operands + 1, count = 0, keeps_all = numpys != NULL && function->doubles == NULL;
    for (int i = 0; numpys != NULL && i < numpys->ntypes; i++) {
        const char *types = numpys->types + i * numpys->nargs;
        if (run->numpys == NULL && types[0] == NPY_DOUBLE && types[1] == NPY_DOUBLE && types[numpys->nargs - 1] == NPY_DOUBLE) {
            run->numpys = numpys->functions[i];
            run->data = numpys->data == NULL ? NULL : ((void **)numpys->data)[i];
        }
    }
    PyUFuncGenericFunction floats = function->operands == 1 ? floats_of_one : floats_of_two;
    PyUFuncGenericFunction doubles = function->doubles == NULL ? numpys_doubles : function->doubles;
    int alone = numpys == NULL && function->doubles == NULL;
    for (int i = 0; i < (keeps_all ? numpys->ntypes : alone ? 1 : 2); i++) {
        const char *types = keeps_all ? numpys->types + i * width : NULL;
        char type = keeps_all ? types[0] : i == 0 ? NPY_FLOAT : NPY_DOUBLE;
        int is_ours = type == NPY_FLOAT || type == NPY_DOUBLE;
        for (int k = 0; k < width; k++) {
            is_ours &= !keeps_all || types[k] == type;
        }
        if (count == MOST_TYPES || (!is_ours && numpys->functions[i] == NULL)) {
            continue;
        }
        for (int k = 0; k < width; k++) {
            table->types[count * width + k] = keeps_all ? types[k] : type;
        }
        table->loops[count] = !is_ours ? numpys->functions[i] : type == NPY_FLOAT ? floats : doubles;
        table->data[count] = is_ours               ? run
                                    : numpys->data == NULL ? NULL
                                                           : ((void **)numpys->data)[i];
        count++;
    }
    return PyUFunc_FromFuncAndData(table->loops, table->data, table->types, count,
                                   function->operands, 1, PyUFunc_None, table->name, NULL, 0);
}

/* ---- Arrays of any layout ----------------------------------------------------------------------------------------- */

/* Arrays of one shape, their dimensions in the order in which they are gone over; the result is the last. */
typedef struct {
    int dims, operands;
    npy_intp shape[NPY_MAXDIMS], steps[3][NPY_MAXDIMS];
    char *places[3];
} Laid;

/* elementary._belongs_before, of a dimension that now comes right after another. */
static int
belongs_before(const Laid *laid, int dim)
{
    int known = 0;
    for (int k = 0; k < laid->operands; k++) {
        npy_intp step = Py_ABS(laid->steps[k][dim]), other = Py_ABS(laid->steps[k][dim - 1]);
        if (step && other) {
            if (step <= other) {
                return 0;
            }
            known = 1;
        }
    }
    return known;
}

static void
exchange(npy_intp *values, int dim)
{
    npy_intp kept = values[dim];
    values[dim] = values[dim - 1];
    values[dim - 1] = kept;
}

/* elementary._in_memory_order: put the dimensions into it; `order` says which they were. */
static void
lay(Laid *laid, npy_intp *order)
{
    for (int i = 1; i < laid->dims; i++) {
        for (int dim = i; dim > 0 && belongs_before(laid, dim); dim--) {
            exchange(laid->shape, dim);
            exchange(order, dim);
            for (int k = 0; k < laid->operands; k++) {
                exchange(laid->steps[k], dim);
            }
        }
    }
}

/* elementary._side_by_side, in so many of the last dimensions. */
static npy_intp
side_by_side(const Laid *laid, int *in_dims)
{
    npy_intp count = 1, kept[2] = {0, 0};
    int dim = laid->dims;
    for (; dim > 0; dim--) {
        npy_intp length = laid->shape[dim - 1];
        int repeated = 0, is_expected = 1;
        for (int k = 0; k < laid->operands && length != 1; k++) {
            npy_intp step = laid->steps[k][dim - 1];
            kept[k] = count == 1 ? step : kept[k];
            is_expected &= step == (kept[k] ? count * (npy_intp)sizeof(float) : 0);
            repeated += step == 0;
        }
        if (!is_expected || repeated > 1) {
            break;
        }
        count *= length;
    }
    *in_dims = laid->dims - dim;
    return count;
}

/* Go over rows of so many of the last dimensions, which are one. */
static void
go_over(const Laid *laid, int in_dims, npy_intp count, PyUFuncGenericFunction loop, Run *run)
{
    npy_intp at[NPY_MAXDIMS] = {0}, steps[3];
    int outside = laid->dims - in_dims, last = laid->dims - 1;
    char *places[3];
    while (last > outside && laid->shape[last] == 1) {
        last--;
    }
    for (int k = 0; k <= laid->operands; k++) {
        places[k] = laid->places[k];
        steps[k] = laid->steps[k][last];
    }
    for (;;) {
        char *now[] = {places[0], places[1], places[2]};
        loop(now, &count, steps, run);
        int dim = outside - 1;
        for (; dim >= 0; dim--) {
            for (int k = 0; k <= laid->operands; k++) {
                places[k] += laid->steps[k][dim];
            }
            if (++at[dim] < laid->shape[dim]) {
                break;
            }
            for (int k = 0; k <= laid->operands; k++) {
                places[k] -= laid->steps[k][dim] * laid->shape[dim];
            }
            at[dim] = 0;
        }
        if (dim < 0) {
            return;
        }
    }
}

/* elementary._over_arrays, of arrays of float32 of one shape; None for others. `number` says which function. */
static PyObject *
over_arrays(PyObject *number, PyObject *const *arguments, Py_ssize_t count)
{
    Table *ours = tables[PyLong_AsSize_t(number)];
    const Function *function = ours[0].run.function;
    Laid laid = {.operands = function->operands};
    if (count != laid.operands) {
        Py_RETURN_NONE;
    }
    PyArrayObject *first = (PyArrayObject *)arguments[0];
    for (int k = 0; k < laid.operands; k++) {
        PyArrayObject *array = (PyArrayObject *)arguments[k];
        if (!PyArray_CheckExact(arguments[k]) || PyArray_DESCR(array) != float32
            || !PyArray_ISALIGNED(array) || PyArray_NDIM(array) == 0 || !have_same_shape(first, array)) {
            Py_RETURN_NONE;
        }
        laid.places[k] = PyArray_BYTES(array);
        memcpy(laid.steps[k], PyArray_STRIDES(array), sizeof(npy_intp) * PyArray_NDIM(array));
    }
    laid.dims = PyArray_NDIM(first);
    npy_intp order[NPY_MAXDIMS], strides[NPY_MAXDIMS], step = sizeof(float);
    for (int dim = 0; dim < laid.dims; dim++) {
        laid.shape[dim] = PyArray_DIM(first, dim);
        order[dim] = dim;
    }
    lay(&laid, order);
    for (int dim = laid.dims - 1; dim >= 0; dim--) {
        laid.steps[laid.operands][dim] = strides[order[dim]] = step;
        step *= laid.shape[dim] ? laid.shape[dim] : 1;
    }
    Py_INCREF(float32);
    PyArrayObject *made = (PyArrayObject *)PyArray_NewFromDescr(&PyArray_Type, float32, laid.dims, PyArray_DIMS(first),
                                                                strides, NULL, 0, NULL);
    if (made == NULL || size_of(made) == 0) {
        return (PyObject *)made;
    }
    laid.places[laid.operands] = PyArray_DATA(made);
    PyUFuncGenericFunction loop = laid.operands == 1 ? floats_of_one : floats_of_two;
    int in_dims;
    npy_intp together = side_by_side(&laid, &in_dims);
    if (together >= IN_VECTORS) {
        go_over(&laid, in_dims, together, loop, &ours[AS_PYTORCH].run);
    }
    else { /* then each is computed by itself */
        go_over(&laid, 1, laid.shape[laid.dims - 1], loop, &ours[OF_THE_REST].run);
    }
    return (PyObject *)made;
}

static PyMethodDef over_any = {"over_arrays", (PyCFunction)(void (*)(void))over_arrays, METH_FASTCALL, "Of arrays of any layout, if they are usual."};

/* Put what goes over arrays of any layout by a function among the ufuncs; -1 with an exception. */
static int
add_over_arrays(PyObject *made, size_t number)
{
    char name[50];
    PyOS_snprintf(name, sizeof name, "%s of arrays", functions[number].name);
    PyObject *index = PyLong_FromSize_t(number), *over = index == NULL ? NULL : PyCFunction_New(&over_any, index);
    int added = over == NULL ? -1 : PyDict_SetItemString(made, name, over);
    Py_XDECREF(index);
    Py_XDECREF(over);
    return added;
}

/* The ufuncs by their names; and what goes over arrays of any layout. */
PyObject *
make_elementary(void)
{
    find_powers();
    PyObject *numpy = PyImport_ImportModule("numpy"), *made = PyDict_New();
    if (numpy != NULL) { /* which numpy keeps */
        numpys_exp = (PyUFuncObject *)PyObject_GetAttrString(numpy, "exp");
        numpys_log1p = (PyUFuncObject *)PyObject_GetAttrString(numpy, "log1p");
        numpys_tanh = (PyUFuncObject *)PyObject_GetAttrString(numpy, "tanh");
    }
    if (numpys_exp == NULL || numpys_log1p == NULL || numpys_tanh == NULL) {
        Py_CLEAR(made);
    }
    for (size_t i = 0; i < COUNT && made != NULL && numpy != NULL; i++) {
        const Function *function = &functions[i];
        PyObject *numpys = function->numpys == NULL ? Py_NewRef(Py_None) : PyObject_GetAttrString(numpy, function->numpys);
        for (int which = 0; which < (function->rest.of_one == NULL ? 1 : 3) && made != NULL; which++) {
            PyUFuncObject *like = numpys == Py_None ? NULL : (PyUFuncObject *)numpys;
            PyObject *ufunc = numpys == NULL ? NULL : made_of(function, &tables[i][which], which, like);
            if (ufunc == NULL || PyDict_SetItemString(made, tables[i][which].name, ufunc) < 0) {
                Py_CLEAR(made);
            }
            Py_XDECREF(ufunc);
        }
        if (made != NULL && function->rest.of_one != NULL && add_over_arrays(made, i) < 0) {
            Py_CLEAR(made);
        }
        Py_XDECREF(numpys); /* which numpy keeps, and so its loops */
    }
    static PyUFuncGenericFunction by_number[] = {floats_by_number};
    static const char types[] = {NPY_FLOAT, NPY_DOUBLE, NPY_FLOAT};
    PyObject *ufunc = PyUFunc_FromFuncAndData(by_number, NULL, types, 1, 2, 1, PyUFunc_None, "power_by_number", NULL, 0);
    if (numpy == NULL || ufunc == NULL || (made != NULL && PyDict_SetItemString(made, "power_by_number", ufunc) < 0)) {
        Py_CLEAR(made);
    }
    Py_XDECREF(ufunc);
    static PyUFuncGenericFunction fused[1];
    static const char three_floats[] = {NPY_FLOAT, NPY_FLOAT, NPY_FLOAT, NPY_FLOAT};
    fused[0] = IS_FUSED ? add_fused : add_plain;
    ufunc = PyUFunc_FromFuncAndData(fused, NULL, three_floats, 1, 3, 1, PyUFunc_None, "fma", NULL, 0);
    if (ufunc == NULL || (made != NULL && PyDict_SetItemString(made, "fma", ufunc) < 0)) {
        Py_CLEAR(made);
    }
    Py_XDECREF(ufunc);
    Py_XDECREF(numpy);
    return made;
}
