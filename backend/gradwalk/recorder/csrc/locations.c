#include "locations.h"

static const Location NOWHERE = {0, -1, -1, -1, -1};

#if PY_VERSION_HEX < 0x030F0000 /* Python's Objects/locations.md, or InternalDocs/code_objects.md */

typedef struct {
    const unsigned char *place, *end;
    int line;
} Table;

static unsigned
next_byte(Table *table)
{
    return table->place < table->end ? *table->place++ : 0;
}

/* Six bits to a byte, the lowest first; another follows where the seventh is set. */
static int
next_number(Table *table)
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
next_signed(Table *table)
{
    unsigned number = (unsigned)next_number(table);
    return number & 1 ? -(int)(number >> 1) : (int)(number >> 1);
}

/* The location that the next entry says, and of how many instructions. */
static Location
next_location(Table *table, int *instructions)
{
    unsigned first = next_byte(table);
    int kind = (first >> 3) & 15;
    *instructions = (int)(first & 7) + 1;
    if (kind == 15)
        return NOWHERE;
    if (kind == 14) {
        table->line += next_signed(table);
        int end_line = table->line + next_number(table), column = next_number(table) - 1;
        return (Location){0, table->line, column, end_line, next_number(table) - 1};
    }
    if (kind == 13) {
        table->line += next_signed(table);
        return (Location){0, table->line, -1, table->line, -1};
    }
    if (kind >= 10) {
        table->line += kind - 10;
        int column = (int)next_byte(table);
        return (Location){0, table->line, column, table->line, (int)next_byte(table)};
    }
    int second = (int)next_byte(table), column = (kind << 3) | (second >> 4);
    return (Location){0, table->line, column, table->line, column + (second & 15)};
}

static void
find_locations(PyCodeObject *code, Location *locations)
{
    const unsigned char *start = (const unsigned char *)PyBytes_AS_STRING(code->co_linetable);
    Table table = {start, start + PyBytes_GET_SIZE(code->co_linetable), code->co_firstlineno};
    Py_ssize_t count = Py_SIZE(code), instruction = 0;
    while (instruction < count && table.place < table.end) {
        int instructions;
        Location location = next_location(&table, &instructions);
        while (instructions-- && instruction < count)
            locations[instruction++] = location;
    }
    while (instruction < count)
        locations[instruction++] = NOWHERE;
}

#else

static void
find_locations(PyCodeObject *code, Location *locations)
{
    for (Py_ssize_t i = 0; i < Py_SIZE(code); i++) {
        Location *at = &locations[i];
        if (!PyCode_Addr2Location(code, (int)(2 * i), &at->line, &at->column, &at->end_line, &at->end_column))
            *at = NOWHERE;
    }
}

#endif

Location *
locations_of(PyCodeObject *code)
{
    Py_ssize_t count = Py_SIZE(code);
    Location *locations = PyMem_Malloc((count ? count : 1) * sizeof *locations);
    if (locations == NULL) {
        PyErr_NoMemory();
        return NULL;
    }
    find_locations(code, locations);
    return locations;
}
