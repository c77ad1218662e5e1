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
    Text *text = new_row(self->lists[NODES]);
    put_string(text, op->node_head);
    for (int i = 0; i < op->edges; i++) {
        PyObject *edge = PyTuple_GET_ITEM(edges, i);
        put(text, i ? ",[" : "[", i ? 2 : 1);
        if (followed[i] < 0)
            PUT(text, "null");
        else
            put_number(text, followed[i]);
        PUT(text, ",");
        put_number(text, whole(PyTuple_GET_ITEM(edge, 1)));
        PUT(text, "]");
    }
    PUT(text, "],");
    int shown = 0;
    for (int i = 0, part = 0; i < op->saves; i++) {
        int kind = op->saved[i].kind;
        PyObject *value = PyTuple_GET_ITEM(kept, part);
        PyObject *version = kind == -1 ? NULL : PyTuple_GET_ITEM(kept, part + 2);
        part += kind == -1 ? 1 : 3;
        if (op->saved[i].head == Py_None)
            continue;
        if (shown++)
            PUT(text, ",");
        else
            PUT(text, "\"saved\":[");
        put_string(text, op->saved[i].head);
        if (version == NULL || version == Py_None) {
            PyObject *quoted = shown_at(self, usual, MOST_OPERANDS + i, value);
            if (quoted == NULL)
                return -1;
            PUT(text, ",\"text\":");
            put_string(text, quoted);
            Py_DECREF(quoted);
        }
        else if (kind == -2) {
            PUT(text, ",\"tensor\":");
            put_number(text, made);
            PUT(text, ",\"version\":");
            put_number(text, whole(version));
        }
        else
            put_place(text, &operands[kind]); /* which is at that version still */
        PUT(text, "}");
    }
    if (shown)
        PUT(text, "],");
    PUT(text, "\"sequence_nr\":");
    PyObject *number = SLOT(node, at.sequence_nr);
    long long small = whole(number);
    if (small >= 0)
        put_number(text, small);
    else {
        PyObject *said = PyObject_Str(number);
        if (said == NULL)
            return -1;
        put_string(text, said);
        Py_DECREF(said);
    }
    PUT(text, ",\"op\":");
    put_number(text, index);
    PUT(text, "}");
    return end_row(self->lists[NODES]);
}
