/* Numbers as JSON writes them. */

#ifndef GRADWALK_NUMBERS_H
#define GRADWALK_NUMBERS_H

#include "text.h"

typedef enum {
    UNUSUAL, /* not to be told here: it may be written otherwise than msgspec writes it, or be no number */
    AS_IT_IS, /* written as msgspec writes it */
    REWRITTEN, /* written again so, at the end of a text */
} Spelling;

/* The number that begins at `*at`, which ends where letters do that a number may have; `*at` is then behind it.
   The text that it is in ends with a zero byte. With `point`, it must have one, or an exponent.
   So many numbers as `*long_ones` says may have more than 15 digits, for those take time. */
Spelling spelling(const char **at, int point, int *long_ones, Text *rewritten);

#endif
