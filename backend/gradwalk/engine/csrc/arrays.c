#include "arrays.h"

PyArray_Descr *float32, *float64;

int
find_dtypes(void)
{
    float32 = PyArray_DescrFromType(NPY_FLOAT);
    float64 = PyArray_DescrFromType(NPY_DOUBLE);
    return float32 == NULL || float64 == NULL ? -1 : 0;
}
