/* Frame objects are made when they are asked for, one for each call on the way: where this Python's headers say how frames
   lie in memory, they are read there. */

#if defined(__has_include)
#if __has_include(<internal/pycore_frame.h>)
#define Py_BUILD_CORE
#endif
#endif

#include "walking.h"

#if PY_VERSION_HEX >= 0x030E0000
#undef Py_BUILD_CORE
#endif

#ifdef Py_BUILD_CORE

#include <internal/pycore_frame.h>

static Walk
at(_PyInterpreterFrame *frame)
{
    while (frame != NULL && _PyFrame_IsIncomplete(frame))
        frame = frame->previous;
    if (frame == NULL)
        return (Walk){NULL, NULL, 0};
#if PY_VERSION_HEX >= 0x030D0000
    PyObject *code = (PyObject *)_PyFrame_GetCode(frame);
#else
    PyObject *code = (PyObject *)frame->f_code;
#endif
    return (Walk){frame, code, _PyInterpreterFrame_LASTI(frame)};
}

Walk
innermost(void)
{
#if PY_VERSION_HEX >= 0x030D0000
    return at(PyThreadState_Get()->current_frame);
#else
    return at(PyThreadState_Get()->cframe->current_frame);
#endif
}

Walk
outwards(Walk walk)
{
    return at(((_PyInterpreterFrame *)walk.frame)->previous);
}

void
stop_walking(Walk Py_UNUSED(walk))
{
}

#else

static Walk
at(PyFrameObject *frame) /* which is stolen */
{
    if (frame == NULL)
        return (Walk){NULL, NULL, 0};
    PyObject *code = (PyObject *)PyFrame_GetCode(frame);
    Py_DECREF(code); /* the frame holds it */
    return (Walk){frame, code, PyFrame_GetLasti(frame) / 2};
}

Walk
innermost(void)
{
    PyFrameObject *frame = PyEval_GetFrame();
    Py_XINCREF(frame);
    return at(frame);
}

Walk
outwards(Walk walk)
{
    PyFrameObject *back = PyFrame_GetBack(walk.frame);
    Py_DECREF((PyObject *)walk.frame);
    return at(back);
}

void
stop_walking(Walk walk)
{
    Py_XDECREF((PyObject *)walk.frame);
}

#endif
