#include "scan.h"

#include <stdint.h>
#include <string.h>
#ifdef __SSE2__
#include <emmintrin.h>
#endif

// The place of the first byte of a string that means something: a quote, a backslash, a control character, or one beyond ASCII; `end` without one.
static inline const char *skip_plain(const char *text, const char *end) {
#ifdef __SSE2__
    const __m128i quote = _mm_set1_epi8('"'), slash = _mm_set1_epi8('\\'), space = _mm_set1_epi8(' ');
    for (; end - text >= 16; text += 16) {
        __m128i bytes = _mm_loadu_si128((const __m128i *)text);
        // Bytes from 0x80 on are negative here, and so less than a space as well.
        __m128i special = _mm_or_si128(_mm_cmpeq_epi8(bytes, quote), _mm_or_si128(_mm_cmpeq_epi8(bytes, slash), _mm_cmplt_epi8(bytes, space)));
        unsigned places = (unsigned)_mm_movemask_epi8(special);
        if (places) return text + __builtin_ctz(places);
    }
#endif
    while (text < end && (signed char)*text >= ' ' && *text != '"' && *text != '\\') text++;
    return text;
}

static bool continues(const char *text, unsigned char lowest, unsigned char highest) {
    unsigned char byte = (unsigned char)*text;
    return byte >= lowest && byte <= highest;
}

// The place behind a character of several bytes, NULL if it is none (RFC 3629, section 4).
static const char *skip_character(const char *text, const char *end) {
    unsigned char first = (unsigned char)*text;
    long length = first >= 0xc2 && first <= 0xdf ? 2 : first >= 0xe0 && first <= 0xef ? 3 : first >= 0xf0 && first <= 0xf4 ? 4 : 0;
    if (!length || end - text < length) return NULL;
    unsigned char lowest = first == 0xe0 ? 0xa0 : first == 0xf0 ? 0x90 : 0x80, highest = first == 0xed ? 0x9f : first == 0xf4 ? 0x8f : 0xbf;
    if (!continues(text + 1, lowest, highest)) return NULL;
    for (long i = 2; i < length; i++)
        if (!continues(text + i, 0x80, 0xbf)) return NULL;
    return text + length;
}

static int hexadecimal(const char *text, const char *end) {
    if (end - text < 4) return -1;
    int value = 0;
    for (int i = 0; i < 4; i++) {
        char digit = text[i];
        int part = digit >= '0' && digit <= '9' ? digit - '0' : (digit | 32) >= 'a' && (digit | 32) <= 'f' ? (digit | 32) - 'a' + 10 : -1;
        if (part < 0) return -1;
        value = value << 4 | part;
    }
    return value;
}

// The place behind an escape, which begins at its backslash. Half a surrogate pair is refused: it is no text.
static const char *skip_escape(const char *text, const char *end) {
    if (end - text < 2) return NULL;
    if (text[1] != 'u') return memchr("\"\\/bfnrt", text[1], 8) ? text + 2 : NULL;
    int unit = hexadecimal(text + 2, end);
    if (unit < 0 || (unit >= 0xdc00 && unit <= 0xdfff)) return NULL;
    if (unit < 0xd800 || unit > 0xdbff) return text + 6;
    if (end - text < 12 || text[6] != '\\' || text[7] != 'u') return NULL;
    unit = hexadecimal(text + 8, end);
    return unit >= 0xdc00 && unit <= 0xdfff ? text + 12 : NULL;
}

// The place behind a string, of which no byte before `text` needs to be looked at.
static const char *skip_rest(const char *text, const char *end) {
    while (text) {
        text = skip_plain(text, end);
        if (text == end) return NULL;
        if (*text == '"') return text + 1;
        if (*text == '\\') text = skip_escape(text, end);
        else if (*text & 0x80) text = skip_character(text, end);
        else return NULL;
    }
    return NULL;
}

// The place behind a string, which begins at its quote. Most are short and plain.
static inline const char *skip_string(const char *text, const char *end) {
    const char *special = skip_plain(text + 1, end);
    return special < end && *special == '"' ? special + 1 : skip_rest(special, end);
}

static bool is_digit(char byte) { return byte >= '0' && byte <= '9'; }

static const char *skip_digits(const char *text, const char *end) {
    if (text == end || !is_digit(*text)) return NULL;
    while (text < end && is_digit(*text)) text++;
    return text;
}

static const char *skip_number(const char *text, const char *end) {
    if (text < end && *text == '-') text++;
    const char *whole = text;
    if (!(text = skip_digits(text, end)) || (*whole == '0' && text - whole > 1)) return NULL;
    if (text < end && *text == '.' && !(text = skip_digits(text + 1, end))) return NULL;
    if (text == end || (*text | 32) != 'e') return text;
    text++;
    if (text < end && (*text == '+' || *text == '-')) text++;
    return skip_digits(text, end);
}

static const char *skip_word(const char *text, const char *end, const char *word, long length) {
    return end - text >= length && !memcmp(text, word, (size_t)length) ? text + length : NULL;
}

static const char *skip_scalar(const char *text, const char *end) {
    switch (*text) {
    case '"': return skip_string(text, end);
    case 't': return skip_word(text, end, "true", 4);
    case 'f': return skip_word(text, end, "false", 5);
    case 'n': return skip_word(text, end, "null", 4);
    default: return skip_number(text, end);
    }
}

static inline const char *skip_space(const char *text, const char *end) {
    // Mostly there is none.
    if (__builtin_expect(text < end && *text > ' ', 1)) return text;
    while (text < end && (*text == ' ' || *text == '\n' || *text == '\t' || *text == '\r')) text++;
    return text;
}

// Which of the wanted names a member's is; `count` for none. Most names have a length that none of these has: it is no bit of `lengths`.
static inline size_t wanted(struct piece name, const struct piece names[], size_t count, uint64_t lengths) {
    if (!(lengths >> (name.count & 63) & 1)) return count;
    for (size_t i = 0; i < count; i++)
        if (names[i].count == name.count && *names[i].bytes == *name.bytes && !memcmp(names[i].bytes, name.bytes, name.count)) return i;
    return count;
}

const char *scan(const char *text, const char *end, const struct piece names[], size_t count, struct piece found[]) {
    // One bit for each value that the text is in: is it an object? `slot` is the wanted member that is being read.
    uint64_t is_object = 0, lengths = 0;
    int depth = 0;
    size_t slot = count;
    for (size_t i = 0; i < count; i++) {
        found[i] = (struct piece){0};
        lengths |= (uint64_t)1 << (names[i].count & 63);
    }
    text = skip_space(text, end);

value:
    if (text == end) return NULL;
    if (*text != '{' && *text != '[') {
        if (!(text = skip_scalar(text, end))) return NULL;
        goto behind_value;
    }
    if (depth == deepest) return NULL;
    is_object = is_object << 1 | (*text == '{');
    depth++;
    text = skip_space(text + 1, end);
    if (text < end && *text == (is_object & 1 ? '}' : ']')) goto close;
    if (!(is_object & 1)) goto value;

name:
    if (text == end || *text != '"') return NULL;
    const char *name = text + 1;
    if (!(text = skip_string(text, end))) return NULL;
    size_t length = (size_t)(text - name) - 1;
    // Mostly nothing stands between a name and its colon, or a value and its comma.
    if (text == end || *text != ':') {
        text = skip_space(text, end);
        if (text == end || *text != ':') return NULL;
    }
    text = skip_space(text + 1, end);
    if (depth == 1 && (slot = wanted((struct piece){name, length}, names, count, lengths)) < count) {
        if (found[slot].bytes) return NULL;
        found[slot].bytes = text;
    }
    goto value;

close:
    is_object >>= 1;
    depth--;
    text++;

behind_value:
    if (depth == 1 && slot < count) {
        found[slot].count = (size_t)(text - found[slot].bytes);
        slot = count;
    }
    if (!depth) return skip_space(text, end);
    if (text == end || *text != ',') text = skip_space(text, end);
    if (text == end) return NULL;
    if (*text == ',') {
        text = skip_space(text + 1, end);
        if (is_object & 1) goto name;
        goto value;
    }
    if (*text == (is_object & 1 ? '}' : ']')) goto close;
    return NULL;
}

bool whole_number(struct piece text, unsigned long long *number) {
    unsigned long long value = 0;
    if (!text.count || text.count > 19) return false;
    for (size_t i = 0; i < text.count; i++) {
        if (!is_digit(text.bytes[i])) return false;
        value = value * 10 + (unsigned)(text.bytes[i] - '0');
    }
    *number = value;
    return true;
}

bool plain_string(struct piece text, struct piece *content) {
    if (text.count < 2 || *text.bytes != '"' || memchr(text.bytes, '\\', text.count)) return false;
    *content = (struct piece){text.bytes + 1, text.count - 2};
    return true;
}
