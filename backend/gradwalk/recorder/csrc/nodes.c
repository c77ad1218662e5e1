/* Nodes, with what they keep. */

#include "usual.h"

int
write_node(Scribe *self, Usual *usual, PyObject *node, PyObject *kept, PyObject *edges, const Operand *operands,
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
    *own = next_index(self->lists[NODES]);
    if (set_number(node, at.node_mark, self->first + *own) < 0)
        return -1;
    long long made = next_index(self->lists[TENSORS]);
    Rows *nodes = self->lists[NODES];
    Text *text = &nodes->text;
    char *to = begin_row(nodes);
    to = add_text(text, to, op->node_head);
    for (int i = 0; i < op->edges; i++) {
        to = ahead(text, to, 0);
        if (i)
            to = ADD(to, ",");
        to = ADD(to, "[");
        to = followed[i] < 0 ? ADD(to, "null") : add_number(to, followed[i]);
        to = ADD(to, ",");
        to = add_number(to, whole(PyTuple_GET_ITEM(PyTuple_GET_ITEM(edges, i), 1)));
        to = ADD(to, "]");
    }
    to = ADD(to, "],");
    int shown = 0;
    for (int i = 0, part = 0; i < op->saves; i++) {
        int kind = op->saved[i].kind;
        PyObject *value = PyTuple_GET_ITEM(kept, part);
        PyObject *version = kind == -1 ? NULL : PyTuple_GET_ITEM(kept, part + 2);
        part += kind == -1 ? 1 : 3;
        if (op->saved[i].head == Py_None)
            continue;
        to = shown++ ? ADD(to, ",") : ADD(to, "\"saved\":[");
        to = add_text(text, to, op->saved[i].head);
        if (version == NULL || version == Py_None) {
            PyObject *quoted = shown_at(self, usual, MOST_OPERANDS + i, value);
            if (quoted == NULL)
                return -1;
            to = ADD(to, ",\"text\":");
            to = add_text(text, to, quoted);
            Py_DECREF(quoted);
        }
        else if (kind == -2) {
            to = ADD(to, ",\"tensor\":");
            to = add_number(to, made);
            to = ADD(to, ",\"version\":");
            to = add_number(to, whole(version));
        }
        else
            to = add_place(text, to, &operands[kind]); /* which is at that version still */
        to = ADD(to, "}");
    }
    if (shown)
        to = ADD(to, "],");
    to = ADD(to, "\"sequence_nr\":");
    PyObject *number = SLOT(node, at.sequence_nr);
    long long small = whole(number);
    if (small >= 0)
        to = add_number(to, small);
    else {
        PyObject *said = PyObject_Str(number);
        if (said == NULL)
            return -1;
        to = add_text(text, to, said);
        Py_DECREF(said);
    }
    to = ADD(to, ",\"op\":");
    to = add_number(to, index);
    to = ADD(to, "}");
    return close_row(nodes, to);
}
