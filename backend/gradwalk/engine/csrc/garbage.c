/* What Python's search for garbage sees of the graph: nodes, and through what is theirs alone what they lead to and keep.

   Of each operation there would be four objects to look at, again and again, one of which is enough. So tuples that
   belong to a node are hidden from the search, and the node shows what is in them, as long as nobody else has them:
   whoever has one keeps what is in it alive. */

#include "garbage.h"

#define NODE_SLOTS 10

static int shows; /* whether nodes do */

static int
is_hidden(PyObject *object)
{
    return PyTuple_CheckExact(object) && !PyObject_GC_IsTracked(object);
}

/* How often a tuple that is hidden has the object at a place, if that is the first of its places; else 0. */
static Py_ssize_t
times_from(PyObject *tuple, Py_ssize_t place)
{
    PyObject *object = PyTuple_GET_ITEM(tuple, place);
    Py_ssize_t times = 0;
    for (Py_ssize_t i = 0; i < PyTuple_GET_SIZE(tuple); i++) {
        if (PyTuple_GET_ITEM(tuple, i) == object) {
            if (i < place) {
                return 0;
            }
            times++;
        }
    }
    return times;
}

static int
visit_edges(PyObject *edges, visitproc visit, void *arg)
{
    int hidden = is_hidden(edges);
    if (!hidden) {
        Py_VISIT(edges);
    }
    if (!PyTuple_CheckExact(edges) || Py_REFCNT(edges) != 1) {
        return 0;
    }
    for (Py_ssize_t i = 0; i < PyTuple_GET_SIZE(edges); i++) {
        PyObject *edge = PyTuple_GET_ITEM(edges, i);
        if (!is_hidden(edge)) {
            if (hidden) {
                Py_VISIT(edge);
            }
        }
        else if (Py_REFCNT(edge) == times_from(edges, i)) {
            Py_VISIT(PyTuple_GET_ITEM(edge, 0)); /* beside it is a number */
        }
    }
    return 0;
}

static int
visit_kept(PyObject *kept, visitproc visit, void *arg)
{
    if (!is_hidden(kept)) {
        Py_VISIT(kept);
        return 0;
    }
    for (Py_ssize_t i = 0; i < PyTuple_GET_SIZE(kept) && Py_REFCNT(kept) == 1; i++) {
        Py_VISIT(PyTuple_GET_ITEM(kept, i));
    }
    return 0;
}

/* In place of what Python has for a class with slots. Shapes, numbers and the like lead nowhere. */
static int
node_traverse(PyObject *node, visitproc visit, void *arg)
{
    const Py_ssize_t mostly_none[] = {node_slots.hooks, node_slots.metadata, node_slots.saved};
    for (size_t i = 0; i < sizeof mostly_none / sizeof mostly_none[0]; i++) {
        if (SLOT(node, mostly_none[i]) != Py_None) {
            Py_VISIT(SLOT(node, mostly_none[i]));
        }
    }
    Py_VISIT(SLOT(node, node_slots.op));
    Py_VISIT(Py_TYPE(node));
    PyObject *edges = SLOT(node, node_slots.edges), *kept = SLOT(node, node_slots.kept);
    int answer = edges == NULL ? 0 : visit_edges(edges, visit, arg);
    return answer || kept == NULL || kept == Py_None ? answer : visit_kept(kept, visit, arg);
}

void
show_through(PyTypeObject *node_class)
{
    shows = Py_SIZE(node_class) == NODE_SLOTS && node_class->tp_base == &PyBaseObject_Type; /* all of them are known */
    if (shows) {
        node_class->tp_traverse = node_traverse;
    }
}

void
hide_of_node(PyObject *tuple)
{
    if (shows) {
        PyObject_GC_UnTrack(tuple);
    }
}
