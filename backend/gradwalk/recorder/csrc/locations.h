/* Where each instruction of code stands in its source. */

#ifndef GRADWALK_LOCATIONS_H
#define GRADWALK_LOCATIONS_H

#define PY_SSIZE_T_CLEAN
#include <Python.h>

typedef struct {
    int line, column, end_line, end_column; /* one of them is less than 0 where it is not known */
} Location;

/* How far the position table of code has been read, whose entries say of how many instructions each is; all 0 where
   nothing has been. Instructions are asked for mostly in their order. */
typedef struct {
    const unsigned char *place, *end;
    int line;
    Py_ssize_t first, next; /* which instructions the last entry is of: from the one to before the other */
    Location last;
} Reading;

/* That of an instruction, as code.co_positions() gives it; of code that stays. */
Location location_of(Reading *reading, PyCodeObject *code, Py_ssize_t instruction);

#endif
