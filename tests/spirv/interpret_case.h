// The files of asm as cases: their first comments say how they run and what they expect.
//   ; name
//   ; what it is about
//   ; run: groups=XxYxZ size=XxYxZ own_data undefined fill=HEX steps=N stack=N shared=N needs=N constant=ID:N
//   ; expect: done | fault TEXT | steps TEXT | refused TEXT, part of the message
//   ; out: 64-bit words in hexadecimal, zeros behind them
#ifndef HC_TEST_INTERPRET_CASE_H
#define HC_TEST_INTERPRET_CASE_H

#include "tests/spirv/interpret.h"

// Every file of asm, in the order of the build file.
struct bytes_part {
    const unsigned char *bytes;
    unsigned long size;
};
extern const struct bytes_part asm_texts[], asm_modules[];

enum { OUT = 256, EVERYTHING = 0x7f };  // bytes of results; all needs but recursion

struct wanted {
    char text[8192];  // the file
    struct spirv_launch launch;
    struct spirv_constant constant;
    uint32_t needs, shared, stack;
    enum spirv_status status;
    char message[SPIRV_MESSAGE];  // part of it
    uint64_t out[OUT / 8];
};

// The data segment: its own address plus 24, then a number, a counter, another number.
extern const uint64_t case_data[8];
extern const uint32_t case_relocs[1];

int find_case(const char *name);
void read_wanted(struct wanted *w, const struct bytes_part *text);
enum spirv_status run_case(struct wanted *w, const struct bytes_part *code, uint64_t out[OUT / 8],
                           struct spirv_result *result, struct spirv_lane *lanes);

#endif
