#include "locations.h"

static const Location NOWHERE = {-1, -1, -1, -1};

#if PY_VERSION_HEX < 0x030F0000 /* Python's Objects/locations.md, or InternalDocs/code_objects.md */

static unsigned
next_byte(Reading *table)
{
    return table->place < table->end ? *table->place++ : 0;
}

/* Six bits to a byte, the lowest first; another follows where the seventh is set. */
static int
next_number(Reading *table)
{
    unsigned byte = next_byte(table), number = byte & 63, shift = 0;
    while (byte & 64 && table->place < table->end) {
        byte = next_byte(table);
        shift += 6;
        if (shift < 32)
            number |= (byte & 63) << shift;
    }
    return (int)number;
}

static int
next_signed(Reading *table)
{
    unsigned number = (unsigned)next_number(table);
    return number & 1 ? -(int)(number >> 1) : (int)(number >> 1);
}

/* The location that the next entry says, and of how many instructions. */
static Location
next_location(Reading *table, int *instructions)
{
    unsigned first = next_byte(table);
    int kind = (first >> 3) & 15;
    *instructions = (int)(first & 7) + 1;
    if (kind == 15)
        return NOWHERE;
    if (kind == 14) {
        table->line += next_signed(table);
        int end_line = table->line + next_number(table), column = next_number(table) - 1;
        return (Location){table->line, column, end_line, next_number(table) - 1};
    }
    if (kind == 13) {
        table->line += next_signed(table);
        return (Location){table->line, -1, table->line, -1};
    }
    if (kind >= 10) {
        table->line += kind - 10;
        int column = (int)next_byte(table);
        return (Location){table->line, column, table->line, (int)next_byte(table)};
    }
    int second = (int)next_byte(table), column = (kind << 3) | (second >> 4);
    return (Location){table->line, column, table->line, column + (second & 15)};
}

Location
location_of(Reading *reading, PyCodeObject *code, Py_ssize_t instruction)
{
    if (reading->place == NULL || instruction < reading->first) {
        const unsigned char *start = (const unsigned char *)PyBytes_AS_STRING(code->co_linetable);
        *reading = (Reading){start, start + PyBytes_GET_SIZE(code->co_linetable), code->co_firstlineno, 0, 0, NOWHERE};
    }
    while (instruction >= reading->next) {
        if (reading->place >= reading->end)
            return NOWHERE;
        int instructions;
        reading->last = next_location(reading, &instructions);
        reading->first = reading->next;
        reading->next += instructions;
    }
    return reading->last;
}

#else

Location
location_of(Reading *Py_UNUSED(reading), PyCodeObject *code, Py_ssize_t instruction)
{
    Location at;
    int byte = (int)(2 * instruction);
    return PyCode_Addr2Location(code, byte, &at.line, &at.column, &at.end_line, &at.end_column) ? at : NOWHERE;
}

#endif
