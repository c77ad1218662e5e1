/* The digits of floats: the fewest that read back as each. */

#ifndef GRADWALK_DIGITS_H
#define GRADWALK_DIGITS_H

#include <stdint.h>

#define DECIMALS 128 /* numbers whose digits are found together */

/* Numbers as 0.digits times ten to a power: the first digit, the others with the first of them in the lowest byte, and
   the power. */
typedef struct {
    uint64_t others[DECIMALS];
    uint32_t first[DECIMALS];
    int32_t power[DECIMALS];
} Digits;

/* Finds the digits of floats that are finite, whatever their signs. */
void find_digits(const float *numbers, int count, Digits *digits);

#endif
