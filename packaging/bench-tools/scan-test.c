// Is scan.c right? A baseline that takes what is no JSON would be none. Says what is wrong, with status 1: scan-test
#include "scan.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const struct {
    bool is_valid;
    const char *text;
} texts[] = {
    {true, "{}"}, {true, "[]"}, {true, " { \"a\" : [ 1 , -2.5e+3 , 0.1E-2 , true , false , null , \"\" ] } \r\n\t"}, {true, "\"text\""},
    {true, "0"}, {true, "-0"}, {true, "[[[[]]],{}]"}, {true, "{\"a\":{\"b\":{}},\"c\":[{}]}"},
    {true, "\"\\\"\\\\\\/\\b\\f\\n\\r\\t\\u00fC\\ud83d\\uDE00\""},
    {true, "\"M\xc3\xbcller \xe2\x82\xac \xf0\x9f\x98\x80 and more text than sixteen bytes\""}, {true, "\"0123456789abcdef\""},
    {true, "\"\xed\x9f\xbf\xee\x80\x80\xf4\x8f\xbf\xbf\xe0\xa0\x80\xf0\x90\x80\x80\""}, {false, ""}, {false, " "}, {false, "{"},
    {false, "["}, {false, "}"}, {false, "[}"}, {false, "{]"}, {false, "[1,]"}, {false, "{\"a\":1,}"}, {false, "{a:1}"}, {false, "{\"a\"}"},
    {false, "{\"a\":}"}, {false, "{\"a\" 1}"}, {false, "{,}"}, {false, "[1 2]"}, {false, "{} {}"}, {false, "[]]"}, {false, "01"},
    {false, "1."}, {false, ".5"}, {false, "+1"}, {false, "-"}, {false, "1e"}, {false, "1e+"}, {false, "0x1"}, {false, "tru"},
    {false, "truee"}, {false, "nul"}, {false, "NaN"}, {false, "\"open"}, {false, "\"\\"}, {false, "\"\\x\""}, {false, "\"\\u12g4\""},
    {false, "\"\\u123"}, {false, "\"\\ud800\""}, {false, "\"\\ud800\\u0041\""}, {false, "\"\\udc00\""}, {false, "\"a\nb\""},
    {false, "\"sixteen bytes and \x01 then more of them\""}, {false, "\"\x80\""}, {false, "\"\xc0\xaf\""}, {false, "\"\xc3\""},
    {false, "\"\xc3(\""}, {false, "\"\xe0\x9f\xbf\""}, {false, "\"\xed\xa0\x80\""}, {false, "\"\xf0\x8f\xbf\xbf\""},
    {false, "\"\xf4\x90\x80\x80\""}, {false, "\"\xf5\x80\x80\x80\""}, {false, "\"\xff\""}, {false, "\xc3\xbc"},
    {false, "{\"id\":1,\"id\":2}"},
};

static int faults;

static void expect(bool holds, const char *what, const char *text) {
    if (holds) return;
    fprintf(stderr, "scan-test: %s: %s\n", what, text);
    faults++;
}

// As the scanner is called: on a piece of exactly that length, with nothing behind it that could be read.
static const char *scan_alone(const char *text, size_t count, struct piece found[2]) {
    static const struct piece names[] = {{"id", 2}, {"version", 7}};
    static char *copy;
    free(copy);
    copy = memcpy(malloc(count ? count : 1), text, count);
    const char *end = scan(copy, copy + count, names, 2, found);
    return end == copy + count ? end : NULL;
}

static void nested(int depth, bool is_valid) {
    char text[2 * deepest + 4];
    memset(text, '[', (size_t)depth);
    memset(text + depth, ']', (size_t)depth);
    struct piece found[2];
    expect((scan_alone(text, 2 * (size_t)depth, found) != NULL) == is_valid, is_valid ? "refused" : "taken", "nested arrays");
}

int main(void) {
    struct piece found[2], content;
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        const char *text = texts[i].text;
        expect((scan_alone(text, strlen(text), found) != NULL) == texts[i].is_valid, texts[i].is_valid ? "refused" : "taken", text);
        // No beginning of an object or array is whole.
        for (size_t count = 0; texts[i].is_valid && (*text == '{' || *text == '[') && count + 1 < strlen(text); count++)
            if (text[count] != ' ') expect(!scan_alone(text, count, found), "taken, though cut short", text);
    }
    nested(deepest, true);
    nested(deepest + 1, false);

    const char *text = "{\"other\":{\"id\":1},\"id\": \"DE-HRB-1\" ,\"list\":[{\"version\":2}],\"version\":17}";
    unsigned long long number = 0;
    expect(scan_alone(text, strlen(text), found) != NULL, "refused", text);
    expect(plain_string(found[0], &content) && content.count == 8 && !memcmp(content.bytes, "DE-HRB-1", 8), "the id is another", text);
    expect(whole_number(found[1], &number) && number == 17, "the version is another", text);
    text = "{\"id\":\"\\u0041\",\"version\":-1}";
    expect(scan_alone(text, strlen(text), found) && !plain_string(found[0], &content) && !whole_number(found[1], &number), "taken for plain", text);
    return faults ? 1 : 0;
}
