/* What nodes keep is let go of: gradwalk.engine.graph.Node.release. */

#ifndef GRADWALK_RELEASE_H
#define GRADWALK_RELEASE_H

#include "tensors.h"

/* Let a node that ran let go of what it saved. 1 if there was anything, 0 if not, -1 with an exception. */
int release(PyObject *node, PyObject *op);

#endif
