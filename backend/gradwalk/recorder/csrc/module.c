/* The rows of what happens most, written as Python writes them, and in a fraction of its time.

   Which letters stand in the rows of an op comes from its declaration (usual.py), and so does where what is put in
   between. Whatever is not usual is handed back before anything has been written, and Python writes it. */

#define GRADWALK_MODULE
#include "scribe.h"
#include "spans.h"

static PyMethodDef methods[] = {
    {"know", know, METH_VARARGS, "The classes whose slots are read."},
    {"counted", counted, METH_O, "How many rows are new in each list that has any."},
    {"texts", texts, METH_VARARGS, "The first new rows of lists, as JSON."},
    {"counts", counts, METH_VARARGS, "How many numbers lie between two bounds each."},
    {"summary", summary, METH_O, "The least, the greatest, the sum, that of the squares, and a histogram's counts."},
    {NULL, NULL, 0, NULL},
};

static struct PyModuleDef module = {
    PyModuleDef_HEAD_INIT,
    .m_name = "gradwalk.recorder._core",
    .m_doc = "The rows of what happens most.",
    .m_size = -1,
    .m_methods = methods,
};

PyMODINIT_FUNC
PyInit__core(void)
{
    import_array();
    PyTypeObject *types[] = {&CotangentsType, &DeclaredType, &EntriesType, &ItemsType, &NotesType, &NumbersType,
                             &RowsType,       &ScribeType,   &SharersType, &SpansType, &UsualType,
                             &WaitingType};
    PyObject *made = PyModule_Create(&module);
    for (size_t i = 0; made != NULL && i < sizeof types / sizeof *types; i++)
        if (PyModule_AddType(made, types[i]) < 0)
            Py_CLEAR(made);
    return made;
}
