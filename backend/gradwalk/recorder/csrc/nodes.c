/* Nodes, with what they keep. */

#include "records.h"

int
note_node(Scribe *self, Usual *usual, PyObject *node, PyObject *kept, PyObject *edges, const Operand *operands,
          long long index, long long *own)
{
    const Declared *op = usual->declared;
    long long followed[MOST_OPERANDS];
    for (int i = 0; i < op->edges; i++) {
        PyObject *following = PyTuple_GET_ITEM(PyTuple_GET_ITEM(edges, i), 0);
        followed[i] = -1;
        if (following != Py_None) {
            followed[i] = node_of(self, following);
            if (followed[i] < 0)
                return -1;
        }
    }
    SavedRecord saved[MOST_SAVED];
    int shown = 0, failed = 0;
    long long made = next_index(self->lists[TENSORS]);
    for (int i = 0, part = 0; !failed && i < op->saves; i++) {
        int kind = op->saved[i].kind;
        PyObject *value = PyTuple_GET_ITEM(kept, part);
        PyObject *version = kind == -1 ? NULL : PyTuple_GET_ITEM(kept, part + 2);
        part += kind == -1 ? 1 : 3;
        if (op->saved[i].head == Py_None)
            continue;
        if (version == NULL || version == Py_None) {
            saved[shown] = (SavedRecord){shown_at(self, usual, MOST_OPERANDS + i, value), -1, -1};
            failed = saved[shown].text == NULL;
        }
        else if (kind <= -2)
            saved[shown] = (SavedRecord){NULL, made + (-2 - kind), whole(version)};
        else
            saved[shown] = (SavedRecord){NULL, operands[kind].tensor, operands[kind].version}; /* as it is still */
        shown += !failed;
    }
    *own = next_index(self->lists[NODES]);
    PyObject *mark = failed ? NULL : mark_of(self, *own);
    NodeRecord *record = NULL;
    if (mark != NULL)
        record = add_record(&self->log, NODE_MADE,
                            sizeof *record + op->edges * sizeof *record->edges + shown * sizeof *saved);
    if (record == NULL) {
        Py_XDECREF(mark);
        while (shown--)
            Py_XDECREF(saved[shown].text);
        return -1;
    }
    record->usual = usual;
    record->sequence_nr = whole(SLOT(node, at.sequence_nr));
    record->op = index;
    for (int i = 0; i < op->edges; i++)
        record->edges[i] = (EdgeRecord){followed[i], whole(PyTuple_GET_ITEM(PyTuple_GET_ITEM(edges, i), 1))};
    SavedRecord *to = saved_of(record);
    for (int i = 0; i < shown; i++)
        to[i] = saved[i];
    self->lists[NODES]->promised++;
    set_slot(node, at.node_mark, mark);
    return 0;
}

int
write_node_row(Scribe *self, const NodeRecord *made)
{
    const Declared *op = made->usual->declared;
    const SavedRecord *saved = saved_of(made);
    Rows *nodes = self->lists[NODES];
    Text *text = &nodes->text;
    char *to = begin_row(nodes);
    to = add_text(text, to, op->node_head);
    for (int i = 0; i < op->edges; i++) {
        to = ahead(text, to, 0);
        if (i)
            to = ADD(to, ",");
        to = ADD(to, "[");
        to = made->edges[i].node < 0 ? ADD(to, "null") : add_number(to, made->edges[i].node);
        to = ADD(to, ",");
        to = add_number(to, made->edges[i].number);
        to = ADD(to, "]");
    }
    to = ADD(to, "],");
    int shown = 0;
    for (int i = 0; i < op->saves; i++) {
        if (op->saved[i].head == Py_None)
            continue;
        to = shown ? ADD(to, ",") : ADD(to, "\"saved\":[");
        to = add_text(text, to, op->saved[i].head);
        if (saved[shown].text != NULL) {
            to = ADD(to, ",\"text\":");
            to = add_text(text, to, saved[shown].text);
        }
        else {
            to = ADD(to, ",\"tensor\":");
            to = add_number(to, saved[shown].tensor);
            to = ADD(to, ",\"version\":");
            to = add_number(to, saved[shown].version);
        }
        shown++;
        to = ADD(to, "}");
    }
    if (shown)
        to = ADD(to, "],");
    to = ADD(to, "\"sequence_nr\":");
    to = add_number(to, made->sequence_nr);
    to = ADD(to, ",\"op\":");
    to = add_number(to, made->op);
    to = ADD(to, "}");
    return keep_promise(nodes, to);
}
