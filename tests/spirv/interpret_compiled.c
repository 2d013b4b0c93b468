// What compiler/spirv makes of interpret_programs.h, in the interpreter, against the same programs on the host.
#include <stdio.h>
#include <string.h>

#include "hc_test.h"
#include "tests/spirv/interpret.h"
#include "tests/spirv/interpret_programs.h"

struct bytes_part {
    const unsigned char *bytes;
    unsigned long size;
};
extern const struct bytes_part compiled_module[];

enum { GROUPS = 3, GROUP_SIZE = 4, LANES = GROUPS * GROUP_SIZE };

// Values that SPIR-V leaves undefined may be computed in advance, but no result may come from them: what they are
// makes no difference.
static void check(const char *name, void (*program)(uint32_t seed, uint64_t out[8]), uint32_t seed,
                  uint8_t fill, bool own_data)
{
    struct spirv_module m;
    struct spirv_result result;
    static uint64_t out[LANES * 8], want[8];
    const struct program_args args = {(uintptr_t)out, seed};
    const struct spirv_range range = {(uintptr_t)out, sizeof want, sizeof want};
    const struct spirv_launch launch = {.groups = {GROUPS},
                                        .group_size = {GROUP_SIZE},
                                        .args = &args,
                                        .args_size = sizeof args,
                                        .ranges = &range,
                                        .range_count = 1,
                                        .own_data = own_data,
                                        .undefined_is_fill = true,
                                        .fill = fill};
    memset(out, 0, sizeof out);
    HC_ASSERT_MSG(
        spirv_load_bytes(&m, compiled_module[0].bytes, compiled_module[0].size, result.message),
        "%s", result.message);
    const int kernel = spirv_find(&m, name);
    HC_ASSERT(kernel >= 0);
    const enum spirv_status status = spirv_run(&m, (uint32_t)kernel, &launch, &result, NULL);
    HC_ASSERT_MSG(status == SPIRV_DONE, "lane %u: %s", result.lane, result.message);
    spirv_unload(&m);
    for (uint32_t lane = 0; lane < LANES; lane++) {
        memset(want, 0, sizeof want);
        program(seed + lane, want);
        for (uint32_t i = 0; i < 8; i++)
            HC_ASSERT_MSG(out[lane * 8 + i] == want[i],
                          "seed %u, number %u: %" PRIx64 ", not %" PRIx64, seed + lane, i,
                          out[lane * 8 + i], want[i]);
    }
}

#define CHECK(name)                                      \
    HC_TEST(compiled, name)                              \
    {                                                    \
        check(#name "_kernel", name, 0, 0, false);       \
        check(#name "_kernel", name, 1000, 0xff, false); \
        check(#name "_kernel", name, 77, 0xa5, true);    \
    }
PROGRAMS(CHECK)

// The host's digest is the standard's, or the comparison above would prove less.
HC_TEST(compiled, digest_is_known)
{
    uint64_t out[8];
    digest(1, out);
    HC_EQ(out[0], 0xba7816bf);
    HC_EQ(out[7], 0xf20015ad);
}
