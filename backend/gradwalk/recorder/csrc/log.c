#include "log.h"

#include "records.h"

void *
add_record(Log *self, RecordKind kind, Py_ssize_t size)
{
    Text *records = &self->records;
    Py_ssize_t more = size > 3 * records->length ? size : 3 * records->length; /* it grows fast where it does */
    if (records->length + size > records->room && make_room(records, more) < 0) {
        records->failed = 0; /* all that is there is whole */
        PyErr_NoMemory();
        return NULL;
    }
    Record *record = (Record *)(records->letters + records->length);
    *record = (Record){(int)kind, (int)size};
    records->length += size;
    return record;
}

/* What the rows of events say that say numbers alone; a number less than 0 is left out. */
#define MOST_NUMBERS 5
#define SAID(literal) {literal, sizeof(literal) - 1}
static const struct {
    struct {
        const char *letters;
        int length;
    } head, names[MOST_NUMBERS], end;
} SAYS[] = {
    [LINE] = {SAID("{\"kind\":\"line\""), {SAID(",\"span\":"), SAID(",\"scope\":")}, SAID("}")},
    [FREED] = {SAID("{\"kind\":\"free\""), {SAID(",\"node\":")}, SAID("}")},
    [CLEARED] = {SAID("{\"kind\":\"grad_cleared\""), {SAID(",\"tensor\":")}, SAID("}")},
    [CHANGED] = {SAID("{\"kind\":\"write\""),
                 {SAID(",\"storage\":"), SAID(",\"version\":"), SAID(",\"value\":")},
                 SAID("}")},
    [ARRIVED_FIRST] = {SAID("{\"kind\":\"accumulate\""),
                       {SAID(",\"node\":"), SAID(",\"tensor\":"), SAID(",\"grad\":"), SAID(",\"contribution\":"),
                        SAID(",\"result\":")},
                       SAID(",\"first\":true}")},
    [ARRIVED] = {SAID("{\"kind\":\"accumulate\""),
                 {SAID(",\"node\":"), SAID(",\"tensor\":"), SAID(",\"grad\":"), SAID(",\"contribution\":"),
                  SAID(",\"result\":")},
                 SAID(",\"first\":false}")},
    [ENDED] = {SAID("{\"kind\":\"backward_end\""), {{NULL, 0}}, SAID("}")},
};

typedef struct {
    Record record;
    long long numbers[];
} EventRecord;

int
note_event(Scribe *self, RecordKind kind, const long long *numbers, int count)
{
    EventRecord *event = add_record(&self->log, kind, sizeof *event + count * sizeof *numbers);
    if (event == NULL)
        return -1;
    for (int i = 0; i < count; i++)
        event->numbers[i] = numbers[i];
    self->lists[EVENTS]->promised++;
    return 0;
}

static int
write_event_row(Scribe *self, const EventRecord *event)
{
    int kind = event->record.kind;
    Py_ssize_t count = (event->record.size - sizeof *event) / sizeof *event->numbers;
    Rows *events = self->lists[EVENTS];
    char *to = begin_row(events);
    memcpy(to, SAYS[kind].head.letters, SAYS[kind].head.length);
    to += SAYS[kind].head.length;
    for (Py_ssize_t i = 0; i < count; i++) {
        if (event->numbers[i] < 0)
            continue;
        memcpy(to, SAYS[kind].names[i].letters, SAYS[kind].names[i].length);
        to = add_number(to + SAYS[kind].names[i].length, event->numbers[i]);
    }
    memcpy(to, SAYS[kind].end.letters, SAYS[kind].end.length);
    return keep_promise(events, to + SAYS[kind].end.length);
}

static int
write_rows_of(Scribe *self, const Record *record)
{
    switch (record->kind) {
    case TENSOR_MADE:
        return write_tensor_row(self, (const TensorRecord *)record);
    case SINK_MADE:
        return write_sink_row(self, (const SinkRecord *)record);
    case NODE_MADE:
        return write_node_row(self, (const NodeRecord *)record);
    case APPLIED:
        return write_application_rows(self, (const ApplicationRecord *)record);
    case RAN:
        return write_ran_row(self, (const RanRecord *)record);
    case BEGUN:
        return write_begun_row(self, (const BegunRecord *)record);
    case BOUND:
    case TESTED:
        return write_report_row(self, (const ReportRecord *)record);
    default:
        return write_event_row(self, (const EventRecord *)record);
    }
}

/* Lets go of what a record holds. */
static void
let_go(const Record *record)
{
    if (record->kind == TENSOR_MADE)
        Py_DECREF(((const TensorRecord *)record)->layout);
    else if (record->kind == BOUND || record->kind == TESTED)
        Py_DECREF(((const ReportRecord *)record)->text);
    else if (record->kind == NODE_MADE) {
        const NodeRecord *made = (const NodeRecord *)record;
        for (SavedRecord *saved = saved_of(made); (char *)saved < (char *)record + record->size; saved++)
            Py_XDECREF(saved->text);
    }
    else if (record->kind == APPLIED) {
        const ApplicationRecord *it = (const ApplicationRecord *)record;
        Py_DECREF(it->params);
        for (int i = 0; i < it->usual->declared->operands; i++)
            Py_XDECREF(it->operands[i].constant);
    }
}

/* Writes the rows of the first record, all of them or none. */
static int
write_first(Scribe *self)
{
    Py_ssize_t before[LISTS];
    for (int i = 0; i < LISTS; i++)
        before[i] = self->lists[i]->count;
    const Record *record = (const Record *)(self->log.records.letters + self->log.begun);
    if (write_rows_of(self, record) < 0) {
        for (int i = 0; i < LISTS; i++) {
            self->lists[i]->promised += self->lists[i]->count - before[i];
            take_back(self->lists[i], before[i]);
        }
        return -1;
    }
    self->log.begun += record->size;
    let_go(record);
    return 0;
}

/* Calls `between` after so many, where nothing that is written refers to what is not. */
static int
write_all(Scribe *self, int (*between)(Scribe *, long long), long long full, long long look)
{
    Log *log = &self->log;
    if (log->is_being_written)
        return 0;
    log->is_being_written = 1;
    int failed = 0;
    long long written = 0;
    while (!failed && log->begun < log->records.length) {
        int kind = ((Record *)(log->records.letters + log->begun))->kind;
        failed = write_first(self) < 0;
        if (!failed && between != NULL && ++written >= look && kind >= APPLIED) {
            failed = between(self, full) < 0;
            written = 0;
        }
    }
    log->is_being_written = 0;
    log->records.length -= log->begun;
    memmove(log->records.letters, log->records.letters + log->begun, log->records.length);
    log->begun = 0;
    return failed ? -1 : 0;
}

int
write_log(Scribe *self)
{
    return self->log.records.length == 0 ? 0 : write_all(self, NULL, 0, 1);
}

int
drain_log(Scribe *self, long long full, long long look)
{
    if (self->log.records.length == 0)
        return 0;
    char was_writing = self->is_writing;
    self->is_writing = 1; /* a frame may be sent in between: what happens then comes after all of this */
    int failed = write_all(self, flush_if_full, full, look);
    self->is_writing = was_writing;
    return failed;
}

void
drop_log(Log *self)
{
    Log gone = *self;
    *self = (Log){0};
    while (gone.begun < gone.records.length) {
        const Record *record = (const Record *)(gone.records.letters + gone.begun);
        gone.begun += record->size;
        let_go(record);
    }
    leave_room(&gone.records);
}
