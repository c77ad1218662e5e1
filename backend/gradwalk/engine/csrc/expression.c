#include "expression.h"

#include "forwards.h"
#include "reports.h"

#include <fenv.h>
#include <float.h>
#include <math.h>

#define REPORTED (FE_DIVBYZERO | FE_OVERFLOW | FE_UNDERFLOW | FE_INVALID)

/* ---- Reading ---------------------------------------------------------------------------------------------------- */

static int
find_loop(PyUFuncObject *ufunc, int which, int type, Step *step)
{
    for (int i = 0; i < ufunc->ntypes; i++) {
        const char *types = ufunc->types + i * ufunc->nargs;
        if (types[0] != type || (ufunc->nin == 2 && types[1] != type)) {
            continue;
        }
        if (types[ufunc->nin] != type && types[ufunc->nin] != NPY_BOOL) {
            continue;
        }
        step->loops[which] = ufunc->functions[i];
        step->data[which] = ufunc->data == NULL ? NULL : ((void **)ufunc->data)[i];
        if (types[ufunc->nin] == NPY_BOOL && step->result == NULL) {
            step->result = PyArray_DescrFromType(NPY_BOOL);
        }
        return step->loops[which] == NULL ? -1 : 0;
    }
    return -1;
}

int
step_read(Step *step, PyObject *object)
{
    if (!PyObject_TypeCheck(object, &PyUFunc_Type)) {
        PyErr_Format(PyExc_TypeError, "%R is no ufunc", object);
        return -1;
    }
    PyUFuncObject *ufunc = (PyUFuncObject *)object;
    if (ufunc->core_enabled || ufunc->nin > 2 || ufunc->nout != 1 || find_loop(ufunc, 0, NPY_FLOAT, step) < 0
        || find_loop(ufunc, 1, NPY_DOUBLE, step) < 0) {
        PyErr_Format(PyExc_ValueError, "%R has no loops for floats", object);
        return -1;
    }
    step->kind = UFUNC;
    step->count = ufunc->nin;
    static const char *exact[] = {"add", "subtract", "multiply", "divide"};
    for (size_t i = 0; i < sizeof exact / sizeof exact[0]; i++) {
        step->is_exact |= strcmp(ufunc->name, exact[i]) == 0;
    }
    return 0;
}

static int
read_step(Step *step, PyObject *given)
{
    const char *kind;
    PyObject *object;
    int number;
    if (!PyArg_ParseTuple(given, "sOi", &kind, &object, &number)) {
        return -1;
    }
    step->object = Py_NewRef(object);
    if (strcmp(kind, "ufunc") == 0) {
        PyObject *ufunc = PyFunction_Check(object) ? PyObject_GetAttrString(object, "ufunc") : Py_NewRef(object);
        int failed = ufunc == NULL || step_read(step, ufunc) < 0; /* which borrows it: the function keeps it */
        Py_XDECREF(ufunc);
        return failed ? -1 : 0;
    }
    if (strcmp(kind, "name") == 0) {
        step->kind = NAME;
        step->index = number;
    }
    else if (strcmp(kind, "constant") == 0) {
        step->kind = CONSTANT;
    }
    else {
        step->kind = CALL;
        step->count = number;
        step->at_once = at_once_of(object);
        return PyErr_Occurred() ? -1 : 0;
    }
    return 0;
}

/* The steps as Python wrote them, if the stack that they need is neither too deep nor ever empty. */
int
expression_read(Expression *expression, PyObject *steps)
{
    if (!PyTuple_Check(steps)) {
        PyErr_SetString(PyExc_TypeError, "steps are a tuple");
        return -1;
    }
    Py_ssize_t length = PyTuple_GET_SIZE(steps);
    expression->steps = PyMem_Calloc(length ? length : 1, sizeof(Step));
    if (expression->steps == NULL) {
        PyErr_NoMemory();
        return -1;
    }
    expression->length = length;
    int depth = 0;
    for (Py_ssize_t i = 0; i < length; i++) {
        Step *step = &expression->steps[i];
        if (!PyTuple_Check(PyTuple_GET_ITEM(steps, i)) || read_step(step, PyTuple_GET_ITEM(steps, i)) < 0) {
            if (!PyErr_Occurred()) {
                PyErr_SetString(PyExc_TypeError, "a step is a tuple");
            }
            return -1;
        }
        if (depth < step->count || depth - step->count + 1 > DEEPEST) {
            PyErr_SetString(PyExc_ValueError, "the steps do not fit the stack");
            return -1;
        }
        depth += 1 - step->count;
    }
    if (depth != 1) {
        PyErr_SetString(PyExc_ValueError, "the steps leave no single value");
        return -1;
    }
    return 0;
}

int
expression_fits(const Expression *expression, Py_ssize_t names)
{
    for (Py_ssize_t i = 0; i < expression->length; i++) {
        const Step *step = &expression->steps[i];
        if (step->kind == NAME && (step->index < 0 || step->index >= names)) {
            return 0;
        }
    }
    return 1;
}

void
expression_clear(Expression *expression)
{
    Py_ssize_t length = expression->length;
    expression->length = 0;
    for (Py_ssize_t i = 0; i < length; i++) {
        Py_CLEAR(expression->steps[i].object);
        Py_CLEAR(expression->steps[i].at_once);
        Py_CLEAR(expression->steps[i].result);
    }
    PyMem_Free(expression->steps);
    expression->steps = NULL;
}

int
expression_traverse(Expression *expression, visitproc visit, void *arg)
{
    for (Py_ssize_t i = 0; i < expression->length; i++) {
        Py_VISIT(expression->steps[i].object);
        Py_VISIT(expression->steps[i].at_once);
    }
    return 0;
}

/* ---- Running ---------------------------------------------------------------------------------------------------- */

/* An operand of an inner loop: where its elements are and how far apart. */
typedef struct {
    int is_taken; /* as an array or one of numpy's scalars; else it is a number */
    char *data;
    npy_intp stride, size; /* of a number both are 0 */
    union {
        float in_float32;
        double in_float64;
    } number;
} Operand;

/* One of numpy's scalars of the two dtypes, which is as good as an array without dimensions; else NULL. All ufuncs that
   operators stand for give the same number for both, and the others make arrays of scalars. */
static PyArray_Descr *
take_scalar(PyObject *object, Operand *operand)
{
    PyArray_Descr *dtype = dtype_of_scalar(object);
    if (dtype == float32) {
        operand->number.in_float32 = PyArrayScalar_VAL(object, Float);
    }
    else if (dtype == float64) {
        operand->number.in_float64 = PyArrayScalar_VAL(object, Double);
    }
    operand->data = (char *)&operand->number;
    operand->stride = 0;
    return dtype;
}

/* A Python number beside an array, in the array's dtype, as numpy rounds it. 0 if numpy would have more to say. */
static int
take_number(PyObject *object, PyArray_Descr *dtype, Operand *operand)
{
    double value;
    if (PyFloat_CheckExact(object)) {
        value = PyFloat_AS_DOUBLE(object);
    }
    else if (PyLong_CheckExact(object)) {
        int overflow;
        long long whole = PyLong_AsLongLongAndOverflow(object, &overflow);
        if (overflow || whole > (1LL << 53) || whole < -(1LL << 53)) {
            return 0;
        }
        value = (double)whole;
    }
    else {
        return 0;
    }
    if (dtype == float32) {
        if (isfinite(value) && fabs(value) > FLT_MAX) {
            return 0;
        }
        operand->number.in_float32 = (float)value;
    }
    else {
        operand->number.in_float64 = value;
    }
    operand->data = (char *)&operand->number;
    operand->stride = 0;
    return 1;
}

/* What a ufunc's inner loop is run on. */
typedef struct {
    Operand operands[2];
    PyArrayObject *shaped; /* the operand whose shape the result has; NULL for none */
    PyArray_Descr *dtype;
} Loop;

#define MOST_ROWS 1024 /* beyond them numpy's own way of going over them pays */

/* Whether an array is as the last dimensions of another, row for row. */
static int
is_row_of(PyArrayObject *row, PyArrayObject *whole)
{
    int lead = PyArray_NDIM(whole) - PyArray_NDIM(row);
    return lead > 0 && size_of(whole) <= MOST_ROWS * size_of(row)
           && PyArray_CompareLists(PyArray_DIMS(row), PyArray_DIMS(whole) + lead, PyArray_NDIM(row));
}

/* Of two arrays the one whose shape the result has, as numpy broadcasts; NULL if neither has it. */
static PyArrayObject *
wider(const Step *step, PyArrayObject *a, PyArrayObject *b)
{
    if (a == NULL || PyArray_NDIM(a) == 0) {
        return b;
    }
    if (PyArray_NDIM(b) == 0 || have_same_shape(a, b)) {
        return a;
    }
    if (!step->is_exact) { /* one element beside another may have other last digits than by itself */
        return NULL;
    }
    return is_row_of(b, a) ? a : is_row_of(a, b) ? b : NULL;
}

/* Run a ufunc's inner loop over all elements: once, as numpy calls it, or for each of the rows that an operand is. */
static void
run_over(const Step *step, int which, const Operand *operands, PyArrayObject *result)
{
    npy_intp all = size_of(result), block = all, width = PyArray_ITEMSIZE(result);
    for (int i = 0; i < step->count; i++) {
        if (operands[i].stride && operands[i].size < block) {
            block = operands[i].size;
        }
    }
    npy_intp strides[3] = {operands[0].stride, step->count > 1 ? operands[1].stride : 0, 0};
    strides[step->count] = width;
    for (npy_intp done = 0; done < all; done += block) {
        npy_intp length = block;
        char *places[3];
        for (int i = 0; i < step->count; i++) {
            places[i] = operands[i].data + (operands[i].size == all ? done * operands[i].stride : 0);
        }
        places[step->count] = PyArray_BYTES(result) + done * width;
        step->loops[which](places, &length, strides, step->data[which]);
    }
}

/* Find out of what kind the operands of a ufunc are. */
static Outcome
take_operands(const Step *step, PyObject *const *given, Loop *loop)
{
    loop->shaped = NULL;
    loop->dtype = NULL;
    for (int i = 0; i < step->count; i++) {
        Operand *operand = &loop->operands[i];
        PyArray_Descr *own;
        operand->is_taken = 1;
        if (is_usual(given[i])) {
            PyArrayObject *array = (PyArrayObject *)given[i];
            own = PyArray_DESCR(array);
            operand->data = PyArray_BYTES(array);
            operand->stride = PyArray_NDIM(array) ? PyArray_ITEMSIZE(array) : 0;
            operand->size = size_of(array);
            loop->shaped = wider(step, loop->shaped, array);
            if (loop->shaped == NULL) {
                return UNUSUAL;
            }
        }
        else {
            operand->size = 0;
            own = take_scalar(given[i], operand);
            if (own == NULL) {
                operand->is_taken = 0;
                continue;
            }
        }
        if (loop->dtype != NULL && own != loop->dtype) {
            return UNUSUAL;
        }
        loop->dtype = own;
    }
    for (int i = 0; i < step->count; i++) {
        Operand *operand = &loop->operands[i];
        if (!operand->is_taken && (loop->dtype == NULL || !take_number(given[i], loop->dtype, operand))) {
            return UNUSUAL;
        }
    }
    return COMPUTED;
}

/* A ufunc on operands of the usual kind. */
static Outcome
run_loop(const Step *step, PyObject *const *given, PyObject **result)
{
    Loop loop;
    if (take_operands(step, given, &loop) != COMPUTED) {
        return UNUSUAL;
    }
    PyArray_Descr *kind = step->result == NULL ? loop.dtype : step->result;
    PyArrayObject *shaped = loop.shaped;
    Py_INCREF(kind);
    PyArrayObject *made = (PyArrayObject *)PyArray_NewFromDescr(
        &PyArray_Type, kind, shaped == NULL ? 0 : PyArray_NDIM(shaped), shaped == NULL ? NULL : PyArray_DIMS(shaped),
        NULL, NULL, 0, NULL);
    if (made == NULL) {
        return FAILED;
    }
    run_over(step, loop.dtype == float64, loop.operands, made);
    if (fetestexcept(REPORTED)) {
        feclearexcept(REPORTED);
        Py_DECREF(made);
        return UNUSUAL;
    }
    *result = (PyObject *)made;
    return COMPUTED;
}

/* Whether what is written to one array can be read from another too late: they share memory, but not place by place. */
static int
is_in_the_way(PyArrayObject *written, const Operand *read)
{
    char *start = PyArray_BYTES(written), *end = start + PyArray_NBYTES(written);
    return read->stride && read->data != start && read->data < end && read->data + read->size * read->stride > start;
}

int
step_writes(const Step *step, PyObject *const *given, PyArrayObject *to)
{
    PyArrayObject *target = (PyArrayObject *)given[0];
    Loop loop;
    if (step->kind != UFUNC || step->count != 2 || !step->is_exact || !is_usual(given[0])
        || take_operands(step, given, &loop) != COMPUTED || !have_same_shape(loop.shaped, target)
        || is_in_the_way(target, &loop.operands[1])) {
        return 0;
    }
    if (to != NULL) {
        run_over(step, loop.dtype == float64, loop.operands, to);
        feclearexcept(REPORTED);
    }
    return 1;
}

const Step *
expression_only_step(const Expression *expression)
{
    const Step *steps = expression->steps;
    int is_only = expression->length == 3 && steps[0].kind == NAME && steps[0].index == 0 && steps[1].kind == NAME
                  && steps[1].index == 1 && steps[2].kind == UFUNC && steps[2].count == 2;
    return is_only ? &steps[2] : NULL;
}

Outcome
step_run(const Step *step, PyObject *const *given, int gives_scalars, PyObject **result)
{
    Outcome outcome = run_loop(step, given, result);
    if (outcome == COMPUTED && gives_scalars) {
        *result = PyArray_Return((PyArrayObject *)*result);
        return *result == NULL ? FAILED : COMPUTED;
    }
    return outcome;
}

/* Whether there is an array or a scalar of numpy's among these. Numbers alone are Python's affair, as are its operators
   on them: numpy would make its own of them, which say of what dtype a result is. */
static int
is_numpys(PyObject *const *given, int count)
{
    for (int i = 0; i < count; i++) {
        if (PyArray_Check(given[i]) || PyArray_IsScalar(given[i], Generic)) {
            return 1;
        }
    }
    return 0;
}

/* What a step that computes makes of its operands. */
static Outcome
run_step(const Step *step, PyObject *const *given, int by_numpy, PyObject **result)
{
    if (step->kind == UFUNC) {
        Outcome outcome = step_run(step, given, by_numpy, result);
        if (outcome != UNUSUAL || !by_numpy || !is_numpys(given, step->count)) {
            return outcome;
        }
        is_computing++;
        *result = PyObject_Vectorcall(step->object, given, step->count, NULL);
        is_computing--;
        return *result == NULL ? FAILED : COMPUTED;
    }
    *result = call_at_once(step->at_once, step->object, given, step->count);
    return *result == NULL ? FAILED : COMPUTED;
}

/* What a step takes that is no value of other steps; NULL for another. */
static PyObject *
value_at(const Step *step, PyObject *const *names)
{
    return step->kind == NAME ? names[step->index] : step->kind == CONSTANT ? step->object : NULL;
}

Outcome
expression_run(const Expression *expression, PyObject *const *names, int by_numpy, PyObject **result)
{
    if (expression->length == 3) { /* as most are: one step of two values */
        const Step *steps = expression->steps;
        PyObject *given[] = {value_at(&steps[0], names), value_at(&steps[1], names)};
        if (given[0] != NULL && given[1] != NULL) {
            return run_step(&steps[2], given, by_numpy, result);
        }
    }
    PyObject *stack[DEEPEST];
    int depth = 0;
    Outcome outcome = COMPUTED;
    for (Py_ssize_t i = 0; i < expression->length && outcome == COMPUTED; i++) {
        const Step *step = &expression->steps[i];
        PyObject *made = NULL;
        if (step->kind == NAME) {
            made = Py_NewRef(names[step->index]);
        }
        else if (step->kind == CONSTANT) {
            made = Py_NewRef(step->object);
        }
        else {
            outcome = run_step(step, stack + depth - step->count, by_numpy, &made);
            if (outcome != COMPUTED) {
                break;
            }
            for (int k = 0; k < step->count; k++) {
                Py_DECREF(stack[--depth]);
            }
        }
        stack[depth++] = made;
    }
    if (outcome == COMPUTED) {
        *result = stack[0];
        return COMPUTED;
    }
    while (depth) {
        Py_DECREF(stack[--depth]);
    }
    return outcome;
}
