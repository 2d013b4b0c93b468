// The data segment: where a module's globals lie, what they begin with, and which 8 bytes are addresses in it.
// Pointers to functions are numbers from FUNCTION_FIRST on: programs give the small ones a meaning, as SIG_IGN has.
#ifndef DATA_H
#define DATA_H

#include "compiler/spirv/spv.h"

enum { FUNCTION_FIRST = 0x10000 };

struct data {
    unsigned char *bytes;
    uint32_t size, room;
    uint32_t *reloc, relocs;
    struct data_symbol *symbol;  // globals by name, and functions whose address is taken
    uint32_t symbols;
};

// Numbers every function of the module whose address is taken.
void data_functions(struct data *d, struct ir *ir);
uint32_t data_function(const struct data *d, LLVMValueRef function);

// Finds room for the module's globals in memory.  Globals of the same name are the same, but for those that only the
// optimiser made (`base` does not have them): these are the kernel's own.
void data_layout(struct data *d, struct ir *ir, LLVMModuleRef base, const char *kernel);
// Where a global lies.
uint32_t data_offset(const struct data *d, LLVMValueRef global, const char *kernel);

// A constant as address: base (a global variable, a function or NULL) and bytes from there.  False: it is none.
bool data_address(struct ir *ir, LLVMValueRef constant, LLVMValueRef *base, int64_t *offset);

#endif
