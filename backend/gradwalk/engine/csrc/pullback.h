/* An op's VJPs on arrays: what gradwalk.engine.compiled writes out for it as Python, run from a description. */

#ifndef GRADWALK_PULLBACK_H
#define GRADWALK_PULLBACK_H

#include "tensors.h"

extern PyTypeObject PullbackType;

#endif
