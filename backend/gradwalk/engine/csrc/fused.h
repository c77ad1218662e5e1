/* Products and sums rounded once (gradwalk.engine.fused). */

#ifndef GRADWALK_FUSED_H
#define GRADWALK_FUSED_H

#include "arrays.h"

PyObject *plus_product(PyObject *module, PyObject *const *arguments, Py_ssize_t count);

/* What is compiled for processors that round a product and a sum once, and whether this is one. Others have it of C's
   library. */
#if defined(__x86_64__) && defined(__GNUC__)
#define FOR_FUSED __attribute__((target("avx2,fma")))
#define IS_FUSED (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma"))
#else
#define FOR_FUSED
#define IS_FUSED 0
#endif

#endif
