/* Whoever watches the engine: gradwalk.engine.observe. */

#ifndef GRADWALK_WATCHING_H
#define GRADWALK_WATCHING_H

#include "directly.h"
#include "tensors.h"

/* Whoever watches now: a borrowed reference, NULL for nobody. */
PyObject *who_watches(void);

/* How whoever watches now is told without a method being called; NULL if there is no such way. */
const Directly *told_directly(void);

/* Call a method of a watcher's; -1 with an exception. */
int tell(PyObject *watcher, PyObject *method, PyObject *const *arguments, size_t count);

#endif
