/* gradwalk.engine._core: what of the engine is compiled. The Python that it stands for says what it does. */

#define GRADWALK_IMPORTS_NUMPY
#include "arrays.h"

#include "application.h"
#include "arenas.h"
#include "batch_norm.h"
#include "cascade.h"
#include "convolutions.h"
#include "creation.h"
#include "elementary.h"
#include "forward.h"
#include "forwards.h"
#include "fused.h"
#include "graph.h"
#include "group_norms.h"
#include "lstm.h"
#include "pass.h"
#include "products.h"
#include "public.h"
#include "reports.h"
#include "row_norms.h"
#include "row_sums.h"
#include "pullback.h"
#include "vector_norms.h"

#define AT_ONCE(name) {#name, (PyCFunction)(void (*)(void))name##_at_once, METH_FASTCALL, "On arrays, if that is usual."},

static PyMethodDef functions[] = {
    {"learn_nodes", learn_nodes, METH_O, "Take note of where nodes of this class, and of those derived from it, keep what they hold."},
    {"learn_engine", learn_engine, METH_O, "Take note of what the engine has one of."},
    {"learn_numbers", learn_numbers, METH_O, "Number the next nodes from here."},
    {"count_dependencies", count_dependencies, METH_O, "By node that can be reached from edges, how many edges lead there."},
    {"learn_pass", learn_pass, METH_O, "Take note of what backward passes have one of."},
    {"run_pass", (PyCFunction)(void (*)(void))run_pass, METH_FASTCALL, "Run the nodes that are ready, and those behind them."},
    {"run_backward", (PyCFunction)(void (*)(void))run_backward, METH_FASTCALL, "A whole pass from one number, if it is usual."},
    {"backward_at_once", (PyCFunction)(void (*)(void))backward_at_once, METH_FASTCALL, "Tensor.backward() of the tensor alone, if it is usual."},
    {"apply_in_place", (PyCFunction)(void (*)(void))apply_in_place, METH_FASTCALL, "Write an op's result into its first operand, if that is usual."},
    {"writing", writing, METH_O, "What writes an op's result into its first operand, if that is usual."},
    {"plus_product", (PyCFunction)(void (*)(void))plus_product, METH_FASTCALL, "A sum with products, rounded once, if that is usual."},
    {"sum_in_cascades", (PyCFunction)(void (*)(void))sum_in_cascades, METH_FASTCALL, "Sums in PyTorch's order, if they are usual."},
    {"product", (PyCFunction)(void (*)(void))ordered_product, METH_FASTCALL, "A product in PyTorch's order, if it is usual."},
    {"product_of_batch", (PyCFunction)(void (*)(void))ordered_product_of_batch, METH_FASTCALL, "Products of a batch in PyTorch's order, if they are usual."},
    {"product_into", (PyCFunction)(void (*)(void))ordered_product_into, METH_FASTCALL, "The same, added to what there is."},
    {"times_vector", (PyCFunction)(void (*)(void))ordered_times_vector, METH_FASTCALL, "The same of a matrix and a vector."},
    {"times_vector_into", (PyCFunction)(void (*)(void))ordered_times_vector_into, METH_FASTCALL, "That, added to what there is."},
    {"inner", (PyCFunction)(void (*)(void))ordered_inner, METH_FASTCALL, "The same of two vectors."},
    {"products_of_rows", (PyCFunction)(void (*)(void))products_of_rows, METH_FASTCALL, "Sums of batch normalisation, by channel, of rows that are usual."},
    {"normalized_rows", (PyCFunction)(void (*)(void))normalized_rows, METH_FASTCALL, "Rows of mean 0 and variance 1, if they are usual."},
    {"cotangents_of_rows", (PyCFunction)(void (*)(void))cotangents_of_rows, METH_FASTCALL, "What they pass back, if that is usual."},
    {"cotangent_of_scale", (PyCFunction)(void (*)(void))cotangent_of_scale, METH_FASTCALL, "What their scale gets, if that is usual."},
    {"sums_of_rows", (PyCFunction)(void (*)(void))sums_of_rows, METH_FASTCALL, "Sums of rows, or of their products, if they are usual."},
    {"normalized_groups", (PyCFunction)(void (*)(void))normalized_groups, METH_FASTCALL, "Groups of mean 0 and variance 1, if they are usual."},
    {"cotangents_of_groups", (PyCFunction)(void (*)(void))cotangents_of_groups, METH_FASTCALL, "What they pass back, if that is usual."},
    {"chained", (PyCFunction)(void (*)(void))chained, METH_FASTCALL, "Add up a convolution in chains, if it is usual."},
    {"chained_weights", (PyCFunction)(void (*)(void))chained_weights, METH_FASTCALL, "Add up what a convolution passes to its weights, if it is usual."},
    {"lstm_product", (PyCFunction)(void (*)(void))lstm_product, METH_FASTCALL, "A product in the order of oneDNN's, if it is usual."},
    {"lstm_gates", (PyCFunction)(void (*)(void))lstm_gates, METH_FASTCALL, "What the gates of an LSTM make, if that is usual."},
    {"lstm_gates_backward", (PyCFunction)(void (*)(void))lstm_gates_backward, METH_FASTCALL, "What they pass back, if that is usual."},
    {"added_along", (PyCFunction)(void (*)(void))added_along, METH_FASTCALL, "Sums along dimensions as norms have them, if they are usual."},
    {"rebind", (PyCFunction)(void (*)(void))rebind, METH_FASTCALL, "Have a public function call another one."},
    {"made", (PyCFunction)(void (*)(void))made, METH_FASTCALL, "A leaf around an array, if that is usual."},
    {"filled", (PyCFunction)(void (*)(void))filled, METH_FASTCALL, "A leaf of one number, if that is usual."},
    {"counted", (PyCFunction)(void (*)(void))counted, METH_FASTCALL, "A leaf of 0, 1, 2 and so on, if that is usual."},
    {"array_of", (PyCFunction)(void (*)(void))array_of, METH_FASTCALL, "Numbers in lists as an array, if that is usual."},
    {"keep_arenas", keep_arenas, METH_O, "Have Python keep so many bytes for small objects that it is done with."},
    {"learn_reports", learn_reports, METH_O, "Take note of where numpy keeps what it does with its reports."},
    {"computes", computes, METH_NOARGS, "Whether what numpy reports now comes from here."},
    FORWARDS(AT_ONCE)
    {NULL, NULL, 0, NULL},
};

static struct PyModuleDef definition = {
    PyModuleDef_HEAD_INIT,
    .m_name = "gradwalk.engine._core",
    .m_doc = "What of the engine is compiled.",
    .m_size = -1,
    .m_methods = functions,
};

/* numpy asks the context at each new array what to have memory from. It takes its time to find that nobody said anything,
   so it is told what it would take then. */
static int
say_where_memory_is_from(void)
{
    PyObject *handler = PyDataMem_GetHandler();
    PyObject *before = handler == NULL ? NULL : PyDataMem_SetHandler(handler);
    Py_XDECREF(handler);
    Py_XDECREF(before);
    return before == NULL ? -1 : 0;
}

PyMODINIT_FUNC
PyInit__core(void)
{
    import_array();
    import_umath();
    find_processor();
    if (say_where_memory_is_from() < 0) {
        return NULL;
    }
    PyObject *module = PyModule_Create(&definition), *elementary = make_elementary();
    if (module == NULL || elementary == NULL || find_steps(elementary) < 0 || PyModule_AddObjectRef(module, "elementary", elementary) < 0
        || PyModule_AddType(module, &ApplicationType) < 0
        || PyModule_AddType(module, &PullbackType) < 0 || PyType_Ready(&PublicType) < 0
        || PyModule_AddObjectRef(module, "Public", (PyObject *)&PublicType) < 0) {
        Py_CLEAR(module);
    }
    Py_XDECREF(elementary);
    return module;
}
