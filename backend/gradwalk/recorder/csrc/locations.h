/* Where each instruction of code stands in its source. */

#ifndef GRADWALK_LOCATIONS_H
#define GRADWALK_LOCATIONS_H

#define PY_SSIZE_T_CLEAN
#include <Python.h>

typedef struct {
    long long span; /* for whoever looks them up */
    int line, column, end_line, end_column; /* one of them is less than 0 where it is not known */
} Location;

/* Of all instructions, as code.co_positions() gives them; to be freed. NULL with an exception. */
Location *locations_of(PyCodeObject *code);

#endif
