/* An op's application: what gradwalk.engine.compiled writes out for it as Python, run from a description of the op. */

#ifndef GRADWALK_APPLICATION_H
#define GRADWALK_APPLICATION_H

#include "tensors.h"

extern PyTypeObject ApplicationType;

#endif
