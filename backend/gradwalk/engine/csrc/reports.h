/* What numpy reports of divisions by zero and the like: nobody is to hear of it where it comes from the core, which has no
   frame of its own by which gradwalk.engine.float_errors would know it. */

#ifndef GRADWALK_REPORTS_H
#define GRADWALK_REPORTS_H

#define PY_SSIZE_T_CLEAN
#include <Python.h>

/* More than 0 while numpy computes for the core, and no Python of anybody's runs. */
extern int is_computing;

/* Whether numpy reports to us, who ask whether it is from here. */
int are_reports_ours(void);

/* Take note of where numpy keeps what it does with its reports, which it has just been told. */
PyObject *learn_reports(PyObject *module, PyObject *place);

/* Whether what numpy reports now comes from the core. */
PyObject *computes(PyObject *module, PyObject *nothing);

#endif
