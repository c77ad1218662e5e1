/* JSON of the trace, read in the form in which the recorder sends it and written in the form in which it is kept: fields
   in their order, those that are left out with what they are then. Whatever is not usual is left to Python: blanks,
   letters that are not ASCII, fields that come twice, and all that is not right. */

#include "reading.h"

#include "numbers.h"

typedef struct {
    Py_ssize_t at, length; /* in the payload, or in the scratch */
    int made;              /* in the scratch */
    long long number;      /* of a whole number; -1: none */
} Piece;

typedef struct {
    const char *letters;
    Py_ssize_t length;
} Head;

static int take(Reading *reading, const Shape *shape, Piece *piece);

static int
is_next(const Reading *reading, const char *letters, Py_ssize_t length)
{
    return reading->end - reading->at >= length && memcmp(reading->at, letters, length) == 0;
}

static int
as_sent(Reading *reading, Piece *piece, const char *after)
{
    piece->at = reading->at - reading->start;
    piece->length = after - reading->at;
    piece->made = 0;
    piece->number = -1;
    reading->at = after;
    return 0;
}

static int
take_whole(Reading *reading, const Shape *shape, Piece *piece)
{
    const char *p = reading->at;
    int below = *p == '-';
    const char *digits = p += below;
    long long number = 0;
    while (*p >= '0' && *p <= '9' && p - digits < 18)
        number = 10 * number + (*p++ - '0');
    if (p == digits || (*digits == '0' && (p - digits > 1 || below)))
        return -1;
    number = below ? -number : number;
    if (number < shape->least)
        return -1;
    if (shape->list >= 0) {
        if (number < 0)
            return -1;
        if (number > reading->most[shape->list])
            reading->most[shape->list] = number;
    }
    as_sent(reading, piece, p);
    piece->number = number;
    return 0;
}

static int
take_word(Reading *reading, const Shape *shape, Piece *piece)
{
    for (int i = 0; i < shape->count; i++)
        if (is_next(reading, shape->words[i].letters, shape->words[i].length))
            return as_sent(reading, piece, reading->at + shape->words[i].length);
    return -1;
}

/* Where a string ends whose letters are written in one way only, and can be seen; NULL otherwise. */
static const char *
past_string(const char *p, Py_ssize_t most)
{
    if (*p != '"')
        return NULL;
    const char *begin = ++p;
    while (*p != '"') {
        if (*p == '\\' && (p[1] == '"' || p[1] == '\\' || p[1] == 'n' || p[1] == 't'))
            p += 2;
        else if (*p >= ' ' && *p <= '~' && *p != '\\')
            p++;
        else
            return NULL;
    }
    return most >= 0 && p - begin > most ? NULL : p + 1;
}

static int
take_string(Reading *reading, const Shape *shape, Piece *piece)
{
    const char *after = past_string(reading->at, shape->most);
    return after == NULL ? -1 : as_sent(reading, piece, after);
}

static int
take_truth(Reading *reading, Piece *piece)
{
    int length = is_next(reading, "true", 4) ? 4 : is_next(reading, "false", 5) ? 5 : 0;
    return length ? as_sent(reading, piece, reading->at + length) : -1;
}

static int
take_number(Reading *reading, const Shape *shape, Piece *piece)
{
    char first = *reading->at;
    if (shape->kind == NUMBER && (first == 't' || first == 'f'))
        return take_truth(reading, piece);
    if (shape->kind == NUMBER && first == '"')
        return take_word(reading, shape, piece);
    Py_ssize_t before = reading->scratch.length;
    const char *after = reading->at;
    Spelling found = spelling(&after, shape->kind == DECIMAL, &reading->long_ones, &reading->scratch);
    if (found == UNUSUAL)
        return -1;
    as_sent(reading, piece, after);
    if (found == REWRITTEN) {
        piece->made = 1;
        piece->at = before;
        piece->length = reading->scratch.length - before;
    }
    return 0;
}

#define MOST_KEYS 16

static int
take_mapping(Reading *reading, const Shape *shape, Piece *piece)
{
    struct {
        const char *from;
        Py_ssize_t length;
    } keys[MOST_KEYS];
    const char *p = reading->at;
    if (*p != '{')
        return -1;
    p++;
    for (int count = 0; *p != '}'; count++) {
        if (count == MOST_KEYS || (count && *p++ != ','))
            return -1;
        keys[count].from = p;
        p = past_string(p, -1);
        if (p == NULL)
            return -1;
        keys[count].length = p - keys[count].from;
        for (int i = 0; i < count; i++)
            if (keys[i].length == keys[count].length && memcmp(keys[i].from, keys[count].from, keys[i].length) == 0)
                return -1;
        if (*p != ':')
            return -1;
        p = past_string(p + 1, shape->most);
        if (p == NULL)
            return -1;
    }
    return as_sent(reading, piece, p + 1);
}

static int
take_pair(Reading *reading, const Shape *shape, Piece *piece)
{
    const char *begin = reading->at;
    Piece part;
    for (int i = 0; i < 2; i++) {
        if (*reading->at != "[,"[i])
            return -1;
        reading->at++;
        if (take(reading, shape->parts[i], &part) < 0)
            return -1;
        if (part.made)
            return -1;
    }
    if (*reading->at != ']')
        return -1;
    const char *after = reading->at + 1;
    reading->at = begin;
    return as_sent(reading, piece, after);
}

/* What has been taken is left as it was sent until something in it is not; from then on a copy is made. */
static int
take_list(Reading *reading, const Shape *shape, Piece *piece)
{
    Text *scratch = &reading->scratch;
    const char *begin = reading->at, *copied = begin; /* up to where there is a copy, if there is one */
    Py_ssize_t mark = scratch->length, end = mark;
    long long count = 0;
    if (*reading->at != '[')
        return -1;
    reading->at++;
    while (*reading->at != ']') {
        if (count++ && *reading->at++ != ',')
            return -1;
        const char *item = reading->at;
        Piece part;
        if (take(reading, shape->parts[0], &part) < 0)
            return -1;
        if (!part.made)
            continue;
        /* The part lies at the end of the scratch: what goes before it is put between. */
        Py_ssize_t before = item - copied;
        if (make_room(scratch, before) < 0)
            return -1;
        char *letters = scratch->letters;
        memmove(letters + end + before, letters + part.at, part.length);
        memcpy(letters + end, copied, before);
        end += before + part.length;
        scratch->length = end;
        copied = reading->at;
    }
    const char *after = reading->at + 1;
    if (shape->counted && put(&reading->counted, (char *)&count, sizeof count) < 0)
        return -1;
    if (copied == begin) {
        reading->at = begin;
        return as_sent(reading, piece, after);
    }
    if (put(scratch, copied, after - copied) < 0)
        return -1;
    reading->at = after;
    *piece = (Piece){.at = mark, .length = scratch->length - mark, .made = 1, .number = -1};
    return 0;
}

/* How many inputs an op has, of those that came before and those that have come in this frame; -1: there is none. */
static long long
slots_of(const Reading *reading, long long op)
{
    Py_ssize_t before = PyList_GET_SIZE(reading->slots);
    if (op < before)
        return PyLong_AsLongLong(PyList_GET_ITEM(reading->slots, (Py_ssize_t)op));
    long long count = reading->counted.length / (Py_ssize_t)sizeof(long long);
    if (op - before >= count)
        return -1;
    long long slots;
    memcpy(&slots, reading->counted.letters + (op - before) * sizeof slots, sizeof slots);
    return slots;
}

/* Whoever follows parents or producers must come to an end, and every slot must be one of its op's. */
static int
is_in_order(const Reading *reading, const Shape *shape, const Piece *pieces)
{
    if (shape->parent >= 0 && pieces[shape->parent].number >= reading->position)
        return 0;
    if (shape->producer < 0 || shape->op < 0 || shape->slot < 0)
        return 1;
    long long op = pieces[shape->op].number;
    return pieces[shape->producer].number < op && pieces[shape->slot].number < slots_of(reading, op);
}

/* Takes fields up to the end of the object, of which `head` has been taken, and writes head and fields. Gives where in
   the text they begin; -1 for what is not usual. */
static Py_ssize_t
take_fields(Reading *reading, const Shape *shape, const Head *head, Text *to)
{
    Piece pieces[MOST_FIELDS];
    unsigned seen = 0;
    int last = 0;
    char letter = *reading->at;
    if (head->length == 0) {
        if (letter != '{')
            return -1;
        if (reading->at[1] == '}')
            letter = *++reading->at;
    }
    else if (letter != ',' && letter != '}')
        return -1;
    while (letter != '}') {
        reading->at++;
        int found = shape->next[last];
        if (found >= shape->count || !is_next(reading, shape->fields[found].head, shape->fields[found].head_length)) {
            for (found = 0; found < shape->count; found++)
                if (is_next(reading, shape->fields[found].head, shape->fields[found].head_length))
                    break;
            if (found == shape->count)
                return -1;
            shape->next[last] = (signed char)found;
        }
        const Field *field = shape->fields + found;
        if (seen & 1u << found)
            return -1;
        seen |= 1u << found;
        reading->at += field->head_length;
        if (take(reading, field->shape, pieces + found) < 0)
            return -1;
        last = found + 1;
        letter = *reading->at;
        if (letter != ',' && letter != '}')
            return -1;
    }
    reading->at++;
    Py_ssize_t length = head->length + 2;
    for (int i = 0; i < shape->count; i++) {
        const Field *field = shape->fields + i;
        if (!(seen & 1u << i)) {
            if (field->otherwise == NULL)
                return -1;
            pieces[i].number = -1;
        }
        length += 1 + field->head_length + (seen & 1u << i ? pieces[i].length : field->otherwise_length);
    }
    if (!is_in_order(reading, shape, pieces) || make_room(to, length) < 0)
        return -1;
    Py_ssize_t begin = to->length;
    char *out = to->letters + begin;
    memcpy(out, head->letters, head->length);
    out += head->length;
    for (int i = 0; i < shape->count; i++) {
        const Field *field = shape->fields + i;
        *out++ = i || head->length ? ',' : '{';
        memcpy(out, field->head, field->head_length);
        out += field->head_length;
        const char *from = field->otherwise;
        Py_ssize_t count = field->otherwise_length;
        if (seen & 1u << i) {
            from = (pieces[i].made ? reading->scratch.letters : reading->start) + pieces[i].at;
            count = pieces[i].length;
        }
        memcpy(out, from, count);
        out += count;
    }
    *out++ = '}';
    to->length = out - to->letters;
    return begin;
}

static const Head NOTHING = {"", 0};

static int
take_object(Reading *reading, const Shape *shape, Piece *piece)
{
    Text *scratch = &reading->scratch;
    Py_ssize_t mark = scratch->length, begin = take_fields(reading, shape, &NOTHING, scratch);
    if (begin < 0)
        return -1;
    Py_ssize_t length = scratch->length - begin; /* its parts lie before it, and are no more needed */
    memmove(scratch->letters + mark, scratch->letters + begin, length);
    scratch->length = mark + length;
    *piece = (Piece){.at = mark, .length = length, .made = 1, .number = -1};
    return 0;
}

static int
take(Reading *reading, const Shape *shape, Piece *piece)
{
    if (shape->nullable && is_next(reading, "null", 4))
        return as_sent(reading, piece, reading->at + 4);
    switch (shape->kind) {
    case WHOLE:
        return take_whole(reading, shape, piece);
    case NUMBER:
    case DECIMAL:
        return take_number(reading, shape, piece);
    case TRUTH:
        return take_truth(reading, piece);
    case STRING:
        return take_string(reading, shape, piece);
    case WORD:
        return take_word(reading, shape, piece);
    case LIST:
        return take_list(reading, shape, piece);
    case PAIR:
        return take_pair(reading, shape, piece);
    case MAPPING:
        return take_mapping(reading, shape, piece);
    case OBJECT:
        return take_object(reading, shape, piece);
    default:
        return -1;
    }
}

/* Which of the events comes, counted from 1; 0: none. */
static int
event_at(const Reading *reading, const Shape *row, int last)
{
    int likely = row->next[last];
    if (likely < row->count && is_next(reading, row->words[likely].letters, row->words[likely].length))
        return likely + 1;
    for (int i = 0; i < row->count; i++)
        if (is_next(reading, row->words[i].letters, row->words[i].length)) {
            row->next[last] = (signed char)i;
            return i + 1;
        }
    return 0;
}

static int
take_row(Reading *reading, const Shape *row, int *last, Text *out, Text *looked_at)
{
    if (row->kind == OBJECT)
        return take_fields(reading, row, &NOTHING, out) < 0 ? -1 : 0;
    int event = row->kind == EVENT ? event_at(reading, row, *last) : 0;
    if (event == 0)
        return -1;
    *last = event;
    const Word *word = row->words + event - 1;
    const Shape *shape = row->parts[event - 1];
    reading->at += word->length;
    Py_ssize_t begin = take_fields(reading, shape, &(Head){word->letters, word->length}, out);
    if (begin < 0)
        return -1;
    if (!shape->looked_at)
        return 0;
    return put(looked_at, ",", 1) < 0 ? -1 : put(looked_at, out->letters + begin, out->length - begin);
}

long long
take_rows(Reading *reading, const Shape *row, Text *out, Text *looked_at)
{
    long long count = 0;
    int last = 0;
    if (*reading->at != '[')
        return -1;
    reading->at++;
    while (*reading->at != ']') {
        if (count && (*reading->at++ != ',' || put(out, ",", 1) < 0))
            return -1;
        reading->scratch.length = 0;
        if (take_row(reading, row, &last, out, looked_at) < 0)
            return -1;
        count++;
        reading->position++;
    }
    reading->at++;
    return count;
}

int
skip(Reading *reading)
{
    const char *p = reading->at;
    Py_ssize_t depth = 0;
    if (*p != '[' && *p != '{')
        return -1;
    for (; p < reading->end; p++) {
        if (*p == '"') {
            for (p++; p < reading->end && *p != '"'; p++)
                p += *p == '\\';
        }
        else if (*p == '[' || *p == '{')
            depth++;
        else if ((*p == ']' || *p == '}') && --depth == 0) {
            reading->at = p + 1;
            return 0;
        }
    }
    return -1;
}
