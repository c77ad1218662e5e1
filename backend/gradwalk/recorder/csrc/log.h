/* What happened and is not written as rows yet: records of numbers and text, which stay as they are whatever becomes of the
   engine's objects. Their rows have indices from the start (Rows.promised); they are written when somebody wants to see
   them, before rows of another kind, or when they are many. */

#ifndef GRADWALK_LOG_H
#define GRADWALK_LOG_H

#include "text.h"

typedef enum {
    TENSOR_MADE, SINK_MADE, NODE_MADE, /* by an application that comes after them */
    APPLIED, RAN, BEGUN, BOUND, TESTED, /* each has a structure of its own, too */
    LINE, FREED, CLEARED, CHANGED, ARRIVED_FIRST, ARRIVED, ENDED /* events that say numbers alone */
} RecordKind;

typedef struct {
    int kind, size; /* of it all, in bytes */
} Record;

typedef struct {
    Text records; /* from `begun` on */
    Py_ssize_t begun;
    int is_being_written;
} Log;

#define MOST_LOGGED (1 << 19) /* bytes that may wait: as rows, all in one frame, they are less than one may have */

/* Room for a record, which is to be filled at once; NULL with an exception. */
void *add_record(Log *self, RecordKind kind, Py_ssize_t size);

static inline int
is_long(const Log *self)
{
    return self->records.length - self->begun > MOST_LOGGED;
}

#endif
