// Damaged SPIR-V and module files in the interpreter.
#include <stdlib.h>
#include <string.h>

#include "hc_test.h"
#include "tests/spirv/interpret_case.h"
#include "tests/spirv/interpret_pack.h"

enum { SPV_FUNCTION = 54 };

// SPIR-V that ends early, anywhere, is refused.
HC_TEST(interpret, cut_short)
{
    static struct wanted w;
    struct spirv_result result;
    uint64_t out[OUT / 8];
    const int number = find_case("composites");
    read_wanted(&w, &asm_texts[number]);
    uint32_t whole = 0;
    for (unsigned long size = 20; size < asm_modules[number].size; size += 4) {
        const struct bytes_part part = {asm_modules[number].bytes, size};
        const enum spirv_status status = run_case(&w, &part, out, &result, NULL);
        // Before functions that nothing calls it is whole.
        uint32_t next;
        memcpy(&next, part.bytes + size, sizeof next);
        HC_EQ(status,
              (next & 0xffff) == SPV_FUNCTION && !*result.message ? SPIRV_DONE : SPIRV_REFUSED);
        whole += status == SPIRV_DONE;
    }
    HC_ASSERT(whole < 5);
}

// SPIR-V with any one word replaced runs or does not, but touches no memory but its own and comes to an end.
HC_TEST(interpret, any_word_may_be_wrong)
{
    static const char *const names[] = {"composites", "loops_nest", "memory_composites", "switches",
                                        "atomics"};
    static const uint32_t wrong[] = {0, 1, 7, 0xffffffff, 0x00010000, 0x00050000};
    static struct wanted w;
    struct spirv_result result;
    uint64_t out[OUT / 8];
    uint32_t refused = 0, runs = 0;
    for (size_t n = 0; n < sizeof names / sizeof *names; n++) {
        const int number = find_case(names[n]);
        const unsigned long words = asm_modules[number].size / 4;
        uint32_t *copy = malloc(words * 4);
        read_wanted(&w, &asm_texts[number]);
        w.launch.steps = 20000;
        for (unsigned long i = 0; i < words; i++)
            for (size_t k = 0; k < sizeof wrong / sizeof *wrong; k++) {
                memcpy(copy, asm_modules[number].bytes, words * 4);
                copy[i] = wrong[k];
                const struct bytes_part part = {(const unsigned char *)copy, words * 4};
                refused += run_case(&w, &part, out, &result, NULL) == SPIRV_REFUSED;
                runs++;
            }
        free(copy);
    }
    HC_ASSERT(runs > 20000 && refused > runs / 2);
}

// Each field of a module file's head and kernels is looked at: no value but its own passes, in files that end there.
HC_TEST(interpret, module_files)
{
    static struct wanted w;
    struct spirv_module m;
    char message[SPIRV_MESSAGE];
    size_t size;
    const int number = find_case("places");
    read_wanted(&w, &asm_texts[number]);
    uint32_t *file =
        module_pack("case", asm_modules[number].bytes, asm_modules[number].size, w.needs, 64, 32,
                    case_data, sizeof case_data, case_relocs, 1, &size);
    HC_ASSERT(spirv_load_bytes(&m, file, size, message));
    HC_EQ(spirv_find(&m, "case"), 0);
    HC_EQ(spirv_find(&m, "cas"), -1);
    spirv_unload(&m);
    HC_ASSERT(!spirv_load_bytes(&m, file, 0, message));
    HC_ASSERT(!spirv_load_bytes(&m, file, size - 8, message));
    // magic version size kernels data_at data_size relocs_at relocs, name_at code_at code_size stack shared needs
    static const uint32_t bad[14] = {1,          2,          8,  0x10000000, 4, 0x7fffffff, 12,
                                     0x40000001, 0xfffffff8, 20, 18,         8, 0,          0x100};
    for (uint32_t i = 0; i < 14; i++) {
        const uint32_t right = file[i];
        if (i == 12) continue;  // any size of workgroup memory will do
        file[i] = bad[i];
        HC_ASSERT_MSG(!spirv_load_bytes(&m, file, size, message), "word %u may be %u", i, bad[i]);
        HC_ASSERT(*message);
        file[i] = right;
    }
    uint32_t *reloc = file + file[6] / 4;
    *reloc = 60;
    HC_ASSERT(!spirv_load_bytes(&m, file, size, message));
    *reloc = 56;
    HC_ASSERT(spirv_load_bytes(&m, file, size, message));
    spirv_unload(&m);
    free(file);
}
