/* What is kept of things that happened until their rows are written (log.h). Strings are held, and what is known of an op
   stays as long as the process. */

#ifndef GRADWALK_RECORDS_H
#define GRADWALK_RECORDS_H

#include "usual.h"

typedef struct {
    Record record;
    PyObject *layout;
    long long storage, offset;
    long long node, by; /* -1 for none */
    int output_nr, is_gradient, needs_gradient;
} TensorRecord;

typedef struct {
    Record record;
    long long leaf;
} SinkRecord;

typedef struct {
    long long node, number; /* -1 for none; of the output */
} EdgeRecord;

typedef struct {
    PyObject *text; /* NULL for a tensor */
    long long tensor, version;
} SavedRecord;

typedef struct {
    Record record;
    Usual *usual;
    long long sequence_nr, op;
    EdgeRecord edges[]; /* and after them a SavedRecord for each thing saved that is shown */
} NodeRecord;

typedef struct {
    Record record;
    Usual *usual;
    PyObject *params;
    long long made, node, formula, span, scope, during; /* -1 for none */
    int outputs, in_place;
    Operand operands[];
} ApplicationRecord;

typedef struct {
    Record record;
    long long node;
    int ins, outs, is_reduced;
    long long values[]; /* -1 for none; after those that went out, as many before they were reduced */
} RanRecord;

typedef struct {
    Record record;
    long long span, scope; /* -1 for none */
    int roots, gradients, accumulates, retains, is_recorded;
    long long values[];
} BegunRecord;

/* A name that was bound, or a test that came out. */
typedef struct {
    Record record;
    PyObject *text; /* the name, quoted, or the statement */
    long long span, scope, tensor; /* -1 for none */
    int value;
} ReportRecord;

int write_tensor_row(Scribe *self, const TensorRecord *made);
int write_sink_row(Scribe *self, const SinkRecord *made);
int write_node_row(Scribe *self, const NodeRecord *made);
int write_application_rows(Scribe *self, const ApplicationRecord *it);
int write_ran_row(Scribe *self, const RanRecord *ran);
int write_begun_row(Scribe *self, const BegunRecord *begun);
int write_report_row(Scribe *self, const ReportRecord *report);

static inline SavedRecord *
saved_of(const NodeRecord *made)
{
    return (SavedRecord *)(made->edges + made->usual->declared->edges);
}

#endif
