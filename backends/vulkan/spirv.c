// The SPIR-V of one kernel: is it whole, what does it need, and what is added for some devices.
#include "backends/vulkan/vk.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define MAGIC 0x07230203
#define VERSION_MAX 0x00010600
#define MAIN 0x6e69616d  // "main", with its end in the word behind

enum { HEAD = 5 };  // words before the first instruction
enum {
    OP_EXTENSION = 10,
    OP_ENTRY_POINT = 15,
    OP_EXECUTION_MODE = 16,
    OP_CAPABILITY = 17,
    OP_FUNCTION_END = 56,
};
enum { MODEL_COMPUTE = 5, MODE_MAXIMALLY_RECONVERGES = 6023 };

// Device code may declare what a device lacks; drivers need not say so, some crash.
static const struct {
    uint32_t need, capability;
    const char *name;
    const char *cure;  // where it came as a module file
    const char *cure_raw;
} features[] = {
    {HC_SPIRV_NEEDS_INT8, 39, "shaderInt8", "compile with hc-spirv --without int8", NULL},
    {HC_SPIRV_NEEDS_INT16, 22, "shaderInt16", "compile with hc-spirv --without int16", NULL},
    {HC_SPIRV_NEEDS_FLOAT16, 9, "shaderFloat16", "use no _Float16", NULL},
    {HC_SPIRV_NEEDS_FLOAT64, 10, "shaderFloat64", "use no double", "no hc_d() there"},
    {HC_SPIRV_NEEDS_STORAGE8, 4448, "storageBuffer8BitAccess",
     "compile with hc-spirv --without storage8", NULL},
    {HC_SPIRV_NEEDS_STORAGE16, 4433, "storageBuffer16BitAccess",
     "compile with hc-spirv --without storage16", NULL},
    {HC_SPIRV_NEEDS_CLOCK, 5055, "VK_KHR_shader_clock", "compile with -DHC_NO_CLOCK",
     "compile the shader with -DHC_NO_CLOCK"},
    {VK_NEEDS_VOTE, 62, "subgroup votes", NULL, NULL},
    {VK_NEEDS_BALLOT, 64, "subgroup ballots", NULL, NULL},
    {VK_NEEDS_SHUFFLE, 65, "subgroup shuffles", NULL, NULL},
    {VK_NEEDS_ARITHMETIC, 63, "subgroup arithmetic", NULL, NULL},
};
enum { FEATURES = sizeof features / sizeof *features };

static uint32_t capability_needs(uint32_t capability)
{
    for (int i = 0; i < FEATURES; i++)
        if (features[i].capability == capability) return features[i].need;
    return 0;
}

const char *vk_spirv_scan(const uint32_t *words, size_t size, struct vk_spirv *out)
{
    const size_t n = size / 4;
    memset(out, 0, sizeof *out);
    if (size % 4 || n < HEAD || words[0] != MAGIC) return "is not SPIR-V";
    if (words[1] > VERSION_MAX) return "is SPIR-V newer than 1.6";
    out->extensions_at = HEAD;
    uint32_t op = 0;
    for (size_t i = HEAD, length; i < n; i += length) {
        length = words[i] >> 16;
        if (!length || length > n - i) return "is cut off";
        op = words[i] & 0xffff;
        if (op == OP_CAPABILITY && length == 2) {
            if (out->modes_at) return "has a capability behind its entry point";
            out->needs |= capability_needs(words[i + 1]);
            out->extensions_at = i + length;
        } else if (op == OP_ENTRY_POINT && length >= 5) {
            if (words[i + 1] == MODEL_COMPUTE && words[i + 3] == MAIN && !words[i + 4])
                out->main = words[i + 2];
            out->modes_at = i + length;
        }
    }
    if (op != OP_FUNCTION_END) return "is cut off";
    return out->main ? NULL : "has no entry point 'main' for compute";
}

uint32_t *vk_spirv_reconverge(const uint32_t *words, const struct vk_spirv *spirv, size_t *size)
{
    static const char name[32] = "SPV_KHR_maximal_reconvergence";
    const uint32_t mode[] = {3 << 16 | OP_EXECUTION_MODE, spirv->main, MODE_MAXIMALLY_RECONVERGES};
    uint32_t extension[1 + sizeof name / 4] = {(1 + sizeof name / 4) << 16 | OP_EXTENSION};
    memcpy(extension + 1, name, sizeof name);

    const size_t grown = *size + sizeof extension + sizeof mode;
    uint32_t *copy = malloc(grown);
    if (!copy) return NULL;
    const size_t front = spirv->extensions_at, back = spirv->modes_at;
    char *to = (char *)copy;
    to = mempcpy(to, words, front * 4);
    to = mempcpy(to, extension, sizeof extension);
    to = mempcpy(to, words + front, (back - front) * 4);
    to = mempcpy(to, mode, sizeof mode);
    memcpy(to, words + back, *size - back * 4);
    *size = grown;
    return copy;
}

void vk_spirv_lacks(char *text, size_t size, uint32_t needs, bool from_file)
{
    size_t at = 0;
    *text = 0;
    for (int i = 0; i < FEATURES && at < size; i++) {
        if (!(needs & features[i].need)) continue;
        needs &= ~features[i].need;
        const char *cure = from_file ? features[i].cure : features[i].cure_raw;
        at += (size_t)snprintf(text + at, size - at, "%s%s%s%s%s", at ? ", " : "", features[i].name,
                               cure ? " (" : "", cure ? cure : "", cure ? ")" : "");
    }
    if (needs && at < size)
        snprintf(text + at, size - at, "%swhat 0x%x stands for (the compiler is newer than this)",
                 at ? ", " : "", needs);
}
