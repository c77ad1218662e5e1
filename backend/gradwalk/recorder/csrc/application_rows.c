/* The rows of an application that was noted: its own, those of its edges, and its event. */

#include "records.h"

int
write_application_rows(Scribe *self, const ApplicationRecord *it)
{
    const Declared *op = it->usual->declared;
    Rows *ops = self->lists[OPS], *events = self->lists[EVENTS];
    long long index = ops->before + (long long)ops->count;
    Text *text = &ops->text;
    char *to = begin_row(ops);
    to = add_text(text, to, it->in_place ? op->in_place_head : op->head);
    for (int i = 0; i < op->operands; i++) {
        if (i)
            to = ADD(to, ",");
        to = add_text(text, to, op->heads[i]);
        to = add_place(text, to, &it->operands[i]);
        to = ADD(to, "}");
    }
    to = ADD(to, "],\"outputs\":[");
    for (int i = 0; i < it->outputs; i++) {
        to = ahead(text, to, 0);
        if (i)
            to = ADD(to, ",");
        to = add_number(to, it->made + i);
    }
    to = ADD(to, "]");
    if (it->in_place)
        to = ADD(to, ",\"in_place\":true");
    to = it->node < 0 ? to : add_number(ADD(to, ",\"node\":"), it->node);
    to = add_text(text, to, it->params);
    to = it->formula < 0 ? to : add_number(ADD(to, ",\"formula\":"), it->formula);
    to = it->span < 0 ? to : add_number(ADD(to, ",\"span\":"), it->span);
    to = it->scope < 0 ? to : add_number(ADD(to, ",\"scope\":"), it->scope);
    to = it->during < 0 ? to : add_number(ADD(to, ",\"during\":"), it->during);
    to = ADD(to, "}");
    if (keep_promise(ops, to) < 0)
        return -1;
    for (int i = 0; i < op->operands; i++)
        if (write_edge_row(self, i, &it->operands[i], index) < 0)
            return -1;
    to = begin_row(events);
    to = ADD(to, "{\"kind\":\"op\",\"op\":");
    to = add_number(to, index);
    to = ADD(to, "}");
    return keep_promise(events, to);
}
