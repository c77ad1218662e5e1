/* The kernels of products.c, for one dtype: included there once for each, with REAL, LANES, OF(name) and FMA defined. No
   guard, for it is made to be included again. */

typedef REAL OF(lanes) __attribute__((vector_size(16)));

static inline OF(lanes)
OF(load)(const REAL *from)
{
    OF(lanes) loaded;
    memcpy(&loaded, from, sizeof loaded);
    return loaded;
}

static inline OF(lanes)
OF(all)(REAL value)
{
#if LANES == 4
    return (OF(lanes)){value, value, value, value};
#else
    return (OF(lanes)){value, value};
#endif
}

/* How many numbers lie before the next that begins a register. */
static inline npy_intp
OF(before_register)(const REAL *at)
{
    return (npy_intp)(-((uintptr_t)at / sizeof(REAL)) & (LANES - 1));
}

static inline REAL
OF(across)(OF(lanes) sums)
{
#if LANES == 4
    return (sums[0] + sums[2]) + (sums[1] + sums[3]);
#else
    return sums[0] + sums[1];
#endif
}

/* One term after the other. */
static inline REAL
OF(chained)(REAL sum, const REAL *a, npy_intp a_step, const REAL *b, npy_intp b_step, npy_intp count)
{
    for (npy_intp i = 0; i < count; i++) {
        sum += a[i * a_step] * b[i * b_step];
    }
    return sum;
}

/* The first terms, one after the other. Sums of BLAS's matrix and vector begin with a term, others with nothing: a zero's
   sign tells. */
static inline REAL
OF(begun)(const REAL *a, const REAL *b, npy_intp count, int with_a_term)
{
    return with_a_term ? OF(chained)(a[0] * b[0], a + 1, 1, b + 1, 1, count - 1) : OF(chained)(0, a, 1, b, 1, count);
}

/* product_orders._in_fours: of a vector with four others, of which so many terms come first. */
static inline void
OF(four_sums)(const REAL *a, const REAL *const *others, npy_intp count, npy_intp first, int with_a_term, REAL *sums)
{
    npy_intp rest = count - first, done = count;
    if (rest >= 2 * LANES) {
        OF(lanes) found[4];
        UNROLLED(4)
        for (int j = 0; j < 4; j++) {
            found[j] = (OF(lanes)){OF(begun)(a, others[j], first, with_a_term)};
        }
        done = first + rest / LANES * LANES;
        for (npy_intp i = first; i < done; i += LANES) {
            OF(lanes) factor = OF(load)(a + i);
            UNROLLED(4)
            for (int j = 0; j < 4; j++) {
                found[j] += factor * OF(load)(others[j] + i);
            }
        }
        UNROLLED(4)
        for (int j = 0; j < 4; j++) {
            sums[j] = OF(across)(found[j]);
        }
    }
    else if (LANES == 4 && rest >= 4) {
        done = first + 4;
        UNROLLED(4)
        for (int j = 0; j < 4; j++) {
            const REAL *x = a + first, *y = others[j] + first;
            REAL sum = OF(begun)(a, others[j], first, with_a_term) + x[0] * y[0], other = 0 + x[1] * y[1];
            sums[j] = (sum + x[2] * y[2]) + (other + x[3] * y[3]);
        }
    }
    else {
        UNROLLED(4)
        for (int j = 0; j < 4; j++) {
            sums[j] = OF(begun)(a, others[j], count, with_a_term);
        }
    }
    UNROLLED(4)
    for (int j = 0; j < 4; j++) {
        sums[j] = OF(chained)(sums[j], a + done, 1, others[j] + done, 1, count - done);
    }
}

/* product_orders._alone: of two vectors, in so many registers. */
static REAL
OF(one_sum)(const REAL *a, const REAL *b, npy_intp count, npy_intp first, int with_a_term, int registers)
{
    npy_intp rest = count - first;
    if (rest < 8) {
        return OF(begun)(a, b, count, with_a_term);
    }
    npy_intp done = first + rest / 8 * 8;
    OF(lanes) found[4] = {{OF(begun)(a, b, first, with_a_term)}};
    for (npy_intp i = first; i < done; i += registers * LANES) {
        for (int j = 0; j < registers; j++) {
            found[j] += OF(load)(a + i + j * LANES) * OF(load)(b + i + j * LANES);
        }
    }
    OF(lanes) whole = registers == 4   ? (found[0] + found[1]) + (found[2] + found[3])
                      : registers == 2 ? found[0] + found[1]
                                       : found[0];
    return OF(chained)(OF(across)(whole), a + done, 1, b + done, 1, count - done);
}

/* product_orders.inner_product. */
static REAL
OF(inner)(const REAL *a, npy_intp a_step, const REAL *b, npy_intp b_step, npy_intp count)
{
    if (count > 1 && (a_step != 1 || b_step != 1)) {
        return OF(chained)(0, a, a_step, b, b_step, count);
    }
    npy_intp i = OF(before_register)(b);
    i = i < count ? i : count;
    OF(lanes) found[4] = {{OF(chained)(0, a, 1, b, 1, i)}};
    if (LANES == 2 || !OF(before_register)(a + i)) {
        for (; count - i >= 4 * LANES; i += 4 * LANES) {
            UNROLLED(4)
            for (int j = 0; j < 4; j++) {
                found[j] += OF(load)(a + i + j * LANES) * OF(load)(b + i + j * LANES);
            }
        }
        if (LANES == 4 && count - i >= 8) {
            found[0] += OF(load)(a + i) * OF(load)(b + i);
            found[1] += OF(load)(a + i + LANES) * OF(load)(b + i + LANES);
            i += 8;
        }
    }
    for (int times = 0; count - i >= LANES && (LANES == 2 || !times); i += LANES, times++) {
        found[0] += OF(load)(a + i) * OF(load)(b + i);
    }
    found[0][0] = OF(chained)(found[0][0], a + i, 1, b + i, 1, count - i);
    return OF(across)(((found[0] + found[1]) + found[2]) + found[3]);
}

/* Some registers of columns of some rows of a product, in the order of product_orders._along_rows, or of product_orders._regrouped. */
static inline __attribute__((always_inline)) void
OF(some_columns)(int rows, int registers, int regroups, const REAL *a, npy_intp a_row, npy_intp a_step, const REAL *b,
                 npy_intp b_row, const REAL *into, npy_intp into_row, npy_intp count, REAL alpha, OF(lanes) *sums)
{
    OF(lanes) found[8];
    UNROLLED(8)
    for (int at = 0; at < rows * registers; at++) {
        found[at] = OF(load)(into + at / registers * into_row + at % registers * LANES);
    }
#define TERM(i)                                                                                                        \
    (OF(all)(a[at / registers * a_row + (i) * a_step] * alpha) * OF(load)(b + (i) * b_row + at % registers * LANES))
    npy_intp i = 0;
    for (; regroups && i + 8 <= count; i += 8) {
        UNROLLED(8)
        for (int at = 0; at < rows * registers; at++) {
            found[at] = (((found[at] + TERM(i)) + TERM(i + 1)) + TERM(i + 2)) + TERM(i + 3);
            found[at] += ((TERM(i + 4) + TERM(i + 5)) + TERM(i + 6)) + TERM(i + 7);
        }
    }
    for (; i < count; i++) {
        UNROLLED(8)
        for (int at = 0; at < rows * registers; at++) {
            found[at] += TERM(i);
        }
    }
#undef TERM
    UNROLLED(8)
    for (int at = 0; at < rows * registers; at++) {
        sums[at] = found[at];
    }
}

static inline __attribute__((always_inline)) void
OF(some_rows)(int rows, const REAL *a, npy_intp a_row, npy_intp a_step, const REAL *b, npy_intp b_row, REAL *into,
              npy_intp into_row, npy_intp count, npy_intp width, REAL alpha)
{
    if (width < LANES) {
        for (npy_intp j = 0; j < width; j++) {
            REAL sums[4];
            UNROLLED(4)
            for (int r = 0; r < rows; r++) {
                sums[r] = into[r * into_row + j];
            }
            for (npy_intp i = 0; i < count; i++) {
                REAL factor = b[i * b_row + j];
                UNROLLED(4)
                for (int r = 0; r < rows; r++) {
                    sums[r] += (a[r * a_row + i * a_step] * alpha) * factor;
                }
            }
            UNROLLED(4)
            for (int r = 0; r < rows; r++) {
                into[r * into_row + j] = sums[r];
            }
        }
        return;
    }
    npy_intp j = 0, last = width % LANES ? width - LANES : -1;
    OF(lanes) kept[4], sums[8];
    if (last >= 0) { /* some of these columns come twice: from before the first time */
        OF(some_columns)(rows, 1, 0, a, a_row, a_step, b + last, b_row, into + last, into_row, count, alpha, kept);
    }
#define COLUMNS(registers)                                                                                             \
    for (; width - j >= registers * LANES; j += registers * LANES) {                                                   \
        OF(some_columns)(rows, registers, 0, a, a_row, a_step, b + j, b_row, into + j, into_row, count, alpha, sums);  \
        for (int r = 0; r < rows; r++) {                                                                               \
            memcpy(into + r * into_row + j, sums + r * registers, registers * sizeof sums[0]);                         \
        }                                                                                                              \
    }
    if (rows == 1) {
        COLUMNS(8)
    }
    if (rows <= 2) {
        COLUMNS(4)
    }
    COLUMNS(2)
    COLUMNS(1)
#undef COLUMNS
    for (int r = 0; last >= 0 && r < rows; r++) {
        memcpy(into + r * into_row + last, &kept[r], sizeof kept[r]);
    }
}

/* product_orders._along_rows: rows of a product, `into` which multiples of the other matrix's rows go one after the other. */
static void
OF(along_rows)(npy_intp rows, const REAL *a, npy_intp a_row, npy_intp a_step, const REAL *b, npy_intp b_row, REAL *into,
               npy_intp into_row, npy_intp count, npy_intp width, REAL alpha)
{
#define ROWS(some)                                                                                                     \
    OF(some_rows)(some, a, a_row, a_step, b, b_row, into, into_row, count, width, alpha);                              \
    a += some * a_row;                                                                                                 \
    into += some * into_row;                                                                                           \
    rows -= some;
    while (rows >= 4) {
        ROWS(4)
    }
    if (rows >= 2) {
        ROWS(2)
    }
    if (rows) {
        ROWS(1)
    }
#undef ROWS
}

/* product_orders._regrouped: the first register's columns of at most four rows. */
static void
OF(regrouped)(npy_intp rows, const REAL *a, npy_intp a_row, npy_intp a_step, const REAL *b, npy_intp b_row,
              const REAL *into, npy_intp into_row, npy_intp count, REAL alpha, OF(lanes) *sums)
{
    if (rows == 4) {
        OF(some_columns)(4, 1, 1, a, a_row, a_step, b, b_row, into, into_row, count, alpha, sums);
        return;
    }
    for (npy_intp r = 0; r < rows; r++) {
        OF(some_columns)(1, 1, 1, a + r * a_row, a_row, a_step, b, b_row, into + r * into_row, into_row, count, alpha,
                         sums + r);
    }
}

/* ---- Sums of products that are not rounded in between ------------------------------------------------------------- */

#define WIDTH (64 / (npy_intp)sizeof(REAL)) /* columns at a time: two registers of AVX2's */

/* Columns of a matrix, side by side; those that are missing are zeros. */
static void
OF(pack)(const REAL *b, npy_intp b_row, npy_intp b_step, npy_intp count, npy_intp width, REAL alpha, REAL *packed)
{
    if (width < WIDTH) {
        memset(packed, 0, (size_t)(count * WIDTH) * sizeof(REAL));
    }
    if (b_step == 1 && width == WIDTH && alpha == 1) {
        for (npy_intp i = 0; i < count; i++) {
            memcpy(packed + i * WIDTH, b + i * b_row, sizeof(REAL) * WIDTH);
        }
        return;
    }
    for (npy_intp j = 0; j < width; j++) {
        for (npy_intp i = 0; i < count; i++) {
            packed[i * WIDTH + j] = b[i * b_row + j * b_step] * alpha;
        }
    }
}

#define GOES_ON (LANES == 2) /* sums of float64 begin with what there is; to those of float32 it is added in the end */

static void
OF(store)(const REAL *sums, REAL *into, npy_intp width, int adds)
{
    for (npy_intp j = 0; j < width; j++) {
        into[j] = adds && !GOES_ON ? into[j] + sums[j] : sums[j];
    }
}

/* Rows of a product with packed columns; on any processor. */
static void
OF(fused_anywhere)(npy_intp rows, const REAL *a, npy_intp a_row, npy_intp a_step, const REAL *packed, npy_intp count,
                   REAL *into, npy_intp into_row, npy_intp width, int adds)
{
    for (npy_intp r = 0; r < rows; r++) {
        REAL sums[WIDTH] = {0};
        if (GOES_ON) {
            memcpy(sums, into + r * into_row, (size_t)width * sizeof(REAL));
        }
        for (npy_intp i = 0; i < count; i++) {
            REAL factor = a[r * a_row + i * a_step];
            for (npy_intp j = 0; j < WIDTH; j++) {
                sums[j] = FMA(factor, packed[i * WIDTH + j], sums[j]);
            }
        }
        OF(store)(sums, into + r * into_row, width, adds);
    }
}

#ifdef HAS_AVX2
static inline __attribute__((always_inline, target("avx2,fma"))) void
OF(some_fused)(int rows, const REAL *a, npy_intp a_row, npy_intp a_step, const REAL *packed, npy_intp count, REAL *into,
               npy_intp into_row, npy_intp width, int adds)
{
    WIDE sums[6][2];
    UNROLLED(6)
    for (int r = 0; r < rows; r++) {
        sums[r][0] = sums[r][1] = WIDE_OF(setzero)();
        if (GOES_ON) {
            REAL found[WIDTH] = {0};
            memcpy(found, into + r * into_row, (size_t)width * sizeof(REAL));
            sums[r][0] = WIDE_OF(loadu)(found);
            sums[r][1] = WIDE_OF(loadu)(found + WIDTH / 2);
        }
    }
    for (npy_intp i = 0; i < count; i++) {
        WIDE low = WIDE_OF(load)(packed + i * WIDTH), high = WIDE_OF(load)(packed + i * WIDTH + WIDTH / 2);
        UNROLLED(6)
        for (int r = 0; r < rows; r++) {
            WIDE factor = WIDE_ALL(a + r * a_row + i * a_step);
            sums[r][0] = WIDE_OF(fmadd)(factor, low, sums[r][0]);
            sums[r][1] = WIDE_OF(fmadd)(factor, high, sums[r][1]);
        }
    }
    UNROLLED(6)
    for (int r = 0; r < rows; r++) {
        REAL *row = into + r * into_row;
        if (width == WIDTH) {
            if (adds && !GOES_ON) {
                sums[r][0] = WIDE_OF(add)(WIDE_OF(loadu)(row), sums[r][0]);
                sums[r][1] = WIDE_OF(add)(WIDE_OF(loadu)(row + WIDTH / 2), sums[r][1]);
            }
            WIDE_OF(storeu)(row, sums[r][0]);
            WIDE_OF(storeu)(row + WIDTH / 2, sums[r][1]);
        }
        else {
            REAL found[WIDTH];
            WIDE_OF(storeu)(found, sums[r][0]);
            WIDE_OF(storeu)(found + WIDTH / 2, sums[r][1]);
            OF(store)(found, row, width, adds);
        }
    }
}

static __attribute__((target("avx2,fma"))) void
OF(fused_in_avx2)(npy_intp rows, const REAL *a, npy_intp a_row, npy_intp a_step, const REAL *packed, npy_intp count,
                  REAL *into, npy_intp into_row, npy_intp width, int adds)
{
    npy_intp r = 0;
#define ROWS(some)                                                                                                     \
    OF(some_fused)(some, a + r * a_row, a_row, a_step, packed, count, into + r * into_row, into_row, width, adds);     \
    r += some;
    while (rows - r >= 8 || rows - r == 6) {
        ROWS(6)
    }
    if (rows - r >= 4) {
        ROWS(4)
    }
    if (rows - r >= 2) {
        ROWS(2)
    }
    if (rows - r) {
        ROWS(1)
    }
#undef ROWS
}
#endif

/* product_orders._fused: in blocks of terms. */
static void
OF(fused)(npy_intp rows, npy_intp count, npy_intp width, const REAL *a, npy_intp a_row, npy_intp a_step, const REAL *b,
          npy_intp b_row, npy_intp b_step, REAL *into, npy_intp into_row, REAL alpha, int adds)
{
    REAL packed[BLOCK * WIDTH] IN_REGISTERS;
    npy_intp at_once = count <= BLOCK ? count : count < 2 * BLOCK ? count / 2 : BLOCK;
    for (npy_intp i = 0; i < count; i += at_once) {
        npy_intp terms = count - i < at_once ? count - i : at_once;
        for (npy_intp j = 0; j < width; j += WIDTH) {
            npy_intp columns = width - j < WIDTH ? width - j : WIDTH;
            OF(pack)(b + i * b_row + j * b_step, b_row, b_step, terms, columns, alpha, packed);
#ifdef HAS_AVX2
            (has_avx2 ? OF(fused_in_avx2) : OF(fused_anywhere))
#else
            OF(fused_anywhere)
#endif
            (rows, a + i * a_step, a_row, a_step, packed, terms, into + j, into_row, columns, adds || i);
        }
    }
}

/* ---- Matrices ----------------------------------------------------------------------------------------------------- */

/* product_orders._by_eights: of a row with a vector whose numbers are no neighbours. */
static REAL
OF(by_eights)(const REAL *a, const REAL *b, npy_intp count)
{
    npy_intp eights = (count - 1) / 8;
    REAL sums[8] = {a[0] * b[0]};
    if (eights < 2) {
        return OF(begun)(a, b, count, 1);
    }
    for (npy_intp i = 0; i < 8 * eights; i++) {
        sums[i % 8] += a[i + 1] * b[i + 1];
    }
    REAL sum = sums[0];
    for (int i = 1; i < 8; i++) {
        sum += sums[i];
    }
    npy_intp done = 1 + 8 * eights;
    return OF(chained)(sum, a + done, 1, b + done, 1, count - done);
}

/* product_orders._by_rows: each row of a matrix with a vector. */
static void
OF(by_rows)(npy_intp rows, npy_intp count, const REAL *a, npy_intp a_row, const REAL *v, npy_intp v_step, REAL *into,
            REAL alpha)
{
    REAL packed[MOST_TERMS] IN_REGISTERS;
    int has_gaps = v_step != 1 && count > 1;
    if (has_gaps) {
        for (npy_intp i = 0; i < count; i++) {
            packed[i] = v[i * v_step];
        }
        v = packed;
    }
    npy_intp r = 0;
    for (; r + 4 <= rows; r += 4) {
        const REAL *others[4];
        for (int j = 0; j < 4; j++) {
            others[j] = a + (r + j) * a_row;
        }
        npy_intp first = 1 + OF(before_register)(others[3] + 1);
        REAL sums[4];
        OF(four_sums)(v, others, count, first < count ? first : count, 1, sums);
        for (int j = 0; j < 4; j++) {
            into[r + j] += alpha * sums[j];
        }
    }
    for (; r < rows; r++) {
        const REAL *row = a + r * a_row;
        if (has_gaps && LANES == 4) {
            into[r] += alpha * OF(by_eights)(row, v, count);
        }
        else {
            npy_intp first = 1 + OF(before_register)((has_gaps ? row : v) + 1);
            int registers = has_gaps ? 4 : r % 4 == 1 ? 1 : r % 4 == 0 && r + 1 < rows ? 2 : 8 / LANES;
            into[r] += alpha * OF(one_sum)(v, row, count, first < count ? first : count, 1, registers);
        }
    }
}

/* Rows of a product of matrices that both go along the terms. */
static void
OF(of_rows)(npy_intp rows, npy_intp count, npy_intp width, const REAL *a, npy_intp a_row, const REAL *b, npy_intp b_step,
            REAL *into, npy_intp into_row, REAL alpha)
{
    for (npy_intp r = 0; r < rows; r++) {
        const REAL *row = a + r * a_row;
        npy_intp first = OF(before_register)(row), j = 0;
        first = first < count ? first : count;
        for (; j + 4 <= width; j += 4) {
            const REAL *others[4] = {b + j * b_step, b + (j + 1) * b_step, b + (j + 2) * b_step, b + (j + 3) * b_step};
            REAL sums[4];
            OF(four_sums)(row, others, count, first, 0, sums);
            for (int each = 0; each < 4; each++) {
                into[r * into_row + j + each] += alpha * sums[each];
            }
        }
        for (; j < width; j++) {
            into[r * into_row + j] += alpha * OF(one_sum)(row, b + j * b_step, count, first, 0, 8 / LANES);
        }
    }
}

/* product_orders._small. */
static void
OF(small)(npy_intp rows, npy_intp count, npy_intp width, const REAL *a, npy_intp a_row, npy_intp a_step, const REAL *b,
          npy_intp b_row, npy_intp b_step, REAL *into, npy_intp into_row, REAL alpha)
{
    if (b_step == 1) {
        int regroups = count >= 8 && width >= LANES && (OF(before_register)(into) || into_row % LANES);
        for (npy_intp r = 0; r < rows; r += 4) {
            npy_intp some = rows - r < 4 ? rows - r : 4;
            OF(lanes) others[4];
            if (regroups) {
                OF(regrouped)(some, a + r * a_row, a_row, a_step, b, b_row, into + r * into_row, into_row, count, alpha,
                              others);
            }
            OF(along_rows)(some, a + r * a_row, a_row, a_step, b, b_row, into + r * into_row, into_row, count, width,
                           alpha);
            for (npy_intp each = 0; regroups && each < some; each++) {
                REAL *row = into + (r + each) * into_row;
                npy_intp first = OF(before_register)(row);
                if (width - first >= LANES) {
                    memcpy(row, &others[each], (size_t)first * sizeof(REAL));
                }
            }
        }
    }
    else if (a_step == 1) {
        OF(of_rows)(rows, count, width, a, a_row, b, b_step, into, into_row, alpha);
    }
    else {
        REAL packed[MOST_TERMS] IN_REGISTERS;
        for (npy_intp r = 0; r < rows; r++) {
            const REAL *row = a + r * a_row;
            for (npy_intp i = 0; LANES == 2 && i < count; i++) {
                packed[i] = row[i * a_step];
            }
            for (npy_intp j = 0; j < width; j++) {
                const REAL *other = b + j * b_step;
                npy_intp first = OF(before_register)(other);
                into[r * into_row + j] +=
                    alpha
                    * (LANES == 2 ? OF(one_sum)(packed, other, count, first < count ? first : count, 0, 4)
                                  : OF(chained)(0, row, a_step, other, 1, count));
            }
        }
    }
}

/* product_orders.add_matrix: of matrices that lie row by row (a step of 1) or column by column, into rows of zeros, or what else
   there is where it `adds`. */
static void
OF(matrices)(npy_intp rows, npy_intp count, npy_intp width, const REAL *a, npy_intp a_row, npy_intp a_step,
             const REAL *b, npy_intp b_row, npy_intp b_step, REAL *into, REAL alpha, int adds)
{
    if (rows == 1 && (width > 1 || b_step != 1)) {
        if (b_step == 1) {
            OF(along_rows)(1, a, 0, a_step, b, b_row, into, 0, count, width, alpha);
        }
        else {
            OF(by_rows)(width, count, b, b_step, a, a_step, into, alpha);
        }
    }
    else if (width == 1) {
        if (rows == 1) {
            OF(along_rows)(1, b, 0, b_row, a, a_step, into, 0, count, 1, alpha);
        }
        else if (a_step == 1) {
            OF(by_rows)(rows, count, a, a_row, b, b_row, into, alpha);
        }
        else {
            OF(along_rows)(1, b, 0, b_row, a, a_step, into, 0, count, rows, alpha);
        }
    }
    else if (count == 1) {
        for (npy_intp r = 0; r < rows; r++) {
            for (npy_intp j = 0; j < width; j++) {
                REAL term = (a[r * a_row] * alpha) * b[j * b_step];
                into[r * width + j] = adds ? into[r * width + j] + term : term;
            }
        }
    }
    else if (is_narrow(rows, width)) {
        OF(small)(rows, count, width, a, a_row, a_step, b, b_row, b_step, into, width, alpha);
    }
    else if (LANES == 4) {
        OF(fused)(rows, count, width, a, a_row, a_step, b, b_row, b_step, into, width, alpha, adds);
    }
    else {
        npy_intp whole_rows = rows / 4 * 4, whole_width = width / 12 * 12;
        OF(fused)(whole_rows, count, whole_width, a, a_row, a_step, b, b_row, b_step, into, width, alpha, adds);
        OF(small)(whole_rows, count, width - whole_width, a, a_row, a_step, b + whole_width * b_step, b_row, b_step,
                  into + whole_width, width, alpha);
        OF(small)(rows - whole_rows, count, width, a + whole_rows * a_row, a_row, a_step, b, b_row, b_step,
                  into + whole_rows * width, width, alpha);
    }
}

/* product_orders.add_vector: of a matrix that lies row by row, or column by column, and a vector, added to what there is. */
static void
OF(vector)(npy_intp rows, npy_intp count, const REAL *a, npy_intp a_row, npy_intp a_step, const REAL *v, npy_intp v_step,
           REAL *into, REAL alpha)
{
    if (a_row == 1 && (count == 1 || a_step >= rows)) {
        OF(along_rows)(1, v, 0, v_step, a, a_step, into, 0, count, rows, alpha);
    }
    else {
        OF(by_rows)(rows, count, a, a_row, v, v_step, into, alpha);
    }
}

#undef WIDTH
#undef GOES_ON
