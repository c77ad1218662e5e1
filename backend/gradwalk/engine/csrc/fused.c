#include "fused.h"

#include <fenv.h>
#include <float.h>
#include <math.h>

/* As many at once as the processor takes. */
#if defined(__x86_64__) && defined(__GLIBC__) && defined(__GNUC__) && !defined(__clang__)
#define WIDE __attribute__((target_clones("avx512f", "avx2", "default"), optimize("O3")))
#else
#define WIDE
#endif

/* The product is exact, so that it is the same whether it is rounded before the sum. */
WIDE static void
add_products(const float *restrict summand, const float *restrict x, double factor, float *restrict result,
             npy_intp size)
{
    for (npy_intp i = 0; i < size; i++) {
        result[i] = (float)((double)x[i] * factor + (double)summand[i]);
    }
}

/* gradwalk.engine.fused.plus_product(summand, x, factor), of arrays of float32 that lie alike and a number; None for
   whatever else. */
PyObject *
plus_product(PyObject *Py_UNUSED(module), PyObject *const *arguments, Py_ssize_t count)
{
    if (count != 3) {
        PyErr_SetString(PyExc_TypeError, "plus_product() takes 3 arguments");
        return NULL;
    }
    PyArrayObject *summand = (PyArrayObject *)arguments[0], *x = (PyArrayObject *)arguments[1];
    if (!is_usual(arguments[0]) || !is_usual(arguments[1]) || PyArray_DESCR(summand) != float32
        || PyArray_DESCR(x) != float32 || PyArray_NDIM(x) == 0 || !have_same_shape(summand, x)
        || !PyFloat_CheckExact(arguments[2]) || !(fabs(PyFloat_AS_DOUBLE(arguments[2])) <= FLT_MAX)) {
        Py_RETURN_NONE;
    }
    Py_INCREF(float32);
    PyObject *result = PyArray_NewFromDescr(&PyArray_Type, float32, PyArray_NDIM(x), PyArray_DIMS(x), NULL, NULL, 0,
                                            NULL);
    if (result != NULL) {
        add_products(PyArray_DATA(summand), PyArray_DATA(x), (float)PyFloat_AS_DOUBLE(arguments[2]),
                     PyArray_DATA((PyArrayObject *)result), size_of(x));
        feclearexcept(FE_ALL_EXCEPT); /* of which nobody hears */
    }
    return result;
}
