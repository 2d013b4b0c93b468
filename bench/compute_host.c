// The compute kernels' work done once more, on the host, and a count of their instructions.
#include "bench/compute_host.h"
#include "backends/vulkan/module.h"

#include <math.h>
#include <string.h>

// ------------------------------------------------------------------------------------------- results

struct sha256 {
    uint32_t state[8], constants[64];
};

// The first 32 bits behind the point of a root of the i-th prime: as the standard defines its constants.
static void sha256_begin(struct sha256 *s)
{
    uint32_t n = 0;
    for (uint32_t p = 2; n < 64; p++) {
        bool prime = true;
        for (uint32_t d = 2; d * d <= p; d++) prime = prime && p % d;
        if (!prime) continue;
        const double square = sqrt(p), cube = cbrt(p);
        if (n < 8) s->state[n] = (uint32_t)((square - floor(square)) * 0x1p32);
        s->constants[n++] = (uint32_t)((cube - floor(cube)) * 0x1p32);
    }
}

static uint32_t rotate(uint32_t x, int n) { return x >> n | x << (32 - n); }

static void sha256_block(struct sha256 *s, const uint8_t *block)
{
    uint32_t w[64];
    for (int i = 0; i < 16; i++, block += 4)
        w[i] = (uint32_t)block[0] << 24 | (uint32_t)block[1] << 16 | (uint32_t)block[2] << 8 |
               block[3];
    for (int i = 16; i < 64; i++)
        w[i] = w[i - 16] + w[i - 7] +
               (rotate(w[i - 15], 7) ^ rotate(w[i - 15], 18) ^ w[i - 15] >> 3) +
               (rotate(w[i - 2], 17) ^ rotate(w[i - 2], 19) ^ w[i - 2] >> 10);
    uint32_t a = s->state[0], b = s->state[1], c = s->state[2], d = s->state[3];
    uint32_t e = s->state[4], f = s->state[5], g = s->state[6], h = s->state[7];
    for (int i = 0; i < 64; i++) {
        const uint32_t choice = g ^ (e & (f ^ g)), majority = (a & b) | (c & (a | b));
        const uint32_t x =
            h + (rotate(e, 6) ^ rotate(e, 11) ^ rotate(e, 25)) + choice + s->constants[i] + w[i];
        const uint32_t y = (rotate(a, 2) ^ rotate(a, 13) ^ rotate(a, 22)) + majority;
        h = g, g = f, f = e, e = d + x;
        d = c, c = b, b = a, a = x + y;
    }
    const uint32_t sum[8] = {a, b, c, d, e, f, g, h};
    for (int i = 0; i < 8; i++) s->state[i] += sum[i];
}

// `tail`: a last piece of less than 56 bytes behind the text.
static void sha256_of(const uint8_t *text, uint32_t bytes, uint32_t repeats, const char *tail,
                      uint32_t out[8])
{
    static struct sha256 begin;
    if (!begin.state[0]) sha256_begin(&begin);
    struct sha256 s = begin;
    for (uint32_t r = 0; r < repeats; r++)
        for (uint32_t at = 0; at < bytes; at += 64) sha256_block(&s, text + at);
    uint8_t last[64] = {0};
    const size_t size = strlen(tail);
    memcpy(last, tail, size);
    last[size] = 0x80;
    const uint64_t bits = ((uint64_t)bytes * repeats + size) * 8;
    for (int i = 0; i < 8; i++) last[56 + i] = (uint8_t)(bits >> (56 - 8 * i));
    sha256_block(&s, last);
    memcpy(out, s.state, sizeof s.state);
}

uint32_t compute_sha256(const uint8_t *text, uint32_t bytes, uint32_t repeats, uint32_t out[8])
{
    sha256_of(text, bytes, repeats, "", out);
    return 8;
}

bool compute_sha256_works(void)
{
    static const uint32_t abc[8] = {0xba7816bf, 0x8f01cfea, 0x414140de, 0x5dae2223,
                                    0xb00361a3, 0x96177a9c, 0xb410ff61, 0xf20015ad};
    uint32_t got[8];
    sha256_of(NULL, 0, 0, "abc", got);
    return !memcmp(got, abc, sizeof abc);
}

uint32_t compute_scan(const uint8_t *text, uint32_t bytes, uint32_t repeats, uint32_t out[8])
{
    uint32_t lines = 0, length = 0, longest = 0;
    for (uint32_t r = 0; r < repeats; r++) {
        for (uint32_t i = 0; i < bytes; i++) {
            length++;
            if (text[i] != '\n') continue;
            lines++;
            if (length - 1 > longest) longest = length - 1;
            length = 0;
        }
    }
    out[0] = lines;
    out[1] = length > longest ? length : longest;
    return 2;
}

// ---------------------------------------------------------------------------------------------- code

enum { HEAD = 5, OP_LINE = 8, OP_FUNCTION = 54, OP_FUNCTION_END = 56, OP_NO_LINE = 317 };

static uint32_t count(const uint32_t *words, size_t size)
{
    uint32_t n = 0;
    bool inside = false;
    for (size_t i = HEAD; i < size / 4 && words[i] >> 16; i += words[i] >> 16) {
        const uint32_t op = words[i] & 0xffff;
        inside = inside || op == OP_FUNCTION;
        if (inside && op != OP_LINE && op != OP_NO_LINE) n++;
        if (op == OP_FUNCTION_END) inside = false;
    }
    return n;
}

uint32_t compute_instructions(const struct hc_image *image, const char *kernel)
{
    for (size_t i = 0; i < image->part_count; i++) {
        const struct hc_image_part *part = &image->parts[i];
        if (strcmp(part->backend, "vulkan")) continue;
        const char *base = part->data;
        if (part->kernel) {
            if (!strcmp(part->kernel, kernel)) return count(part->data, part->size);
            continue;
        }
        const struct hc_spirv_module *file = part->data;
        if (file->magic != HC_SPIRV_MAGIC) continue;
        const struct hc_spirv_kernel *k = (const struct hc_spirv_kernel *)(file + 1);
        for (uint32_t n = 0; n < file->kernels; n++)
            if (!strcmp(base + k[n].name_at, kernel))
                return count((const uint32_t *)(base + k[n].code_at), k[n].code_size);
    }
    return 0;
}
