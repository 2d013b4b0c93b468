// Makes module files for tests of the interpreter.
#ifndef HC_TEST_INTERPRET_PACK_H
#define HC_TEST_INTERPRET_PACK_H

#include "tests/spirv/interpret.h"

// A module file of one kernel, to be freed.
void *module_pack(const char *name, const void *code, size_t code_size, uint32_t needs,
                  uint32_t stack, uint32_t shared, const void *data, size_t data_size,
                  const uint32_t *relocs, uint32_t reloc_count, size_t *size);

#endif
