// Two kernels that only compute, in C: SHA-256, which lives in registers, and a scan of text byte by byte,
// which lives on memory.  shaders/compute_sha256.comp and compute_scan.comp do the same in GLSL.
#include "hostcall/device.h"
#include "bench/compute.h"

#if defined(__clang__) || defined(__CUDACC__)
#define UNROLL _Pragma("unroll")
#else
#define UNROLL _Pragma("GCC unroll 16")
#endif

HC_FN uint32_t rotate(uint32_t x, uint32_t n) { return x >> n | x << (32 - n); }
HC_FN uint32_t big_endian(uint32_t x)
{
    return x >> 24 | (x >> 8 & 0xff00) | (x << 8 & 0xff0000) | x << 24;
}

// Uses w up: it becomes the last 16 words of the message schedule.
HC_FN void sha256_block(uint32_t h[8], uint32_t w[16])
{
    static const uint32_t constants[64] = {
        0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1, 0x923f82a4,
        0xab1c5ed5, 0xd807aa98, 0x12835b01, 0x243185be, 0x550c7dc3, 0x72be5d74, 0x80deb1fe,
        0x9bdc06a7, 0xc19bf174, 0xe49b69c1, 0xefbe4786, 0x0fc19dc6, 0x240ca1cc, 0x2de92c6f,
        0x4a7484aa, 0x5cb0a9dc, 0x76f988da, 0x983e5152, 0xa831c66d, 0xb00327c8, 0xbf597fc7,
        0xc6e00bf3, 0xd5a79147, 0x06ca6351, 0x14292967, 0x27b70a85, 0x2e1b2138, 0x4d2c6dfc,
        0x53380d13, 0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85, 0xa2bfe8a1, 0xa81a664b,
        0xc24b8b70, 0xc76c51a3, 0xd192e819, 0xd6990624, 0xf40e3585, 0x106aa070, 0x19a4c116,
        0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a, 0x5b9cca4f, 0x682e6ff3,
        0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208, 0x90befffa, 0xa4506ceb, 0xbef9a3f7,
        0xc67178f2,
    };
    uint32_t a = h[0], b = h[1], c = h[2], d = h[3], e = h[4], f = h[5], g = h[6], k = h[7];
    for (uint32_t t = 0; t < 64; t += 16) {
        UNROLL for (uint32_t i = 0; i < 16; i++)
        {
            const uint32_t s1 = rotate(e, 6) ^ rotate(e, 11) ^ rotate(e, 25);
            const uint32_t s0 = rotate(a, 2) ^ rotate(a, 13) ^ rotate(a, 22);
            const uint32_t x = k + s1 + ((e & f) ^ (~e & g)) + constants[t + i] + w[i];
            const uint32_t y = s0 + ((a & b) ^ (a & c) ^ (b & c));
            k = g, g = f, f = e, e = d + x;
            d = c, c = b, b = a, a = x + y;
        }
        if (t == 48) break;
        UNROLL for (uint32_t i = 0; i < 16; i++)
        {
            const uint32_t u = w[(i + 1) % 16], v = w[(i + 14) % 16];
            w[i] += (rotate(u, 7) ^ rotate(u, 18) ^ u >> 3) + w[(i + 9) % 16] +
                    (rotate(v, 17) ^ rotate(v, 19) ^ v >> 10);
        }
    }
    h[0] += a, h[1] += b, h[2] += c, h[3] += d, h[4] += e, h[5] += f, h[6] += g, h[7] += k;
}

HC_KERNEL(compute_sha256_c, struct compute_args, args)
{
    const uint32_t lane = hc_global_id();
    if (lane >= args.lanes) return;
    const uint32_t *text = (const uint32_t *)(args.text + (uint64_t)lane * args.bytes);
    uint32_t h[8] = {0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a,
                     0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19};
    uint32_t w[16];
    for (uint32_t r = 0; r < args.repeats; r++) {
        for (uint32_t at = 0; at < args.bytes / 4; at += 16) {
            UNROLL for (uint32_t i = 0; i < 16; i++) w[i] = big_endian(text[at + i]);
            sha256_block(h, w);
        }
    }
    const uint64_t bits = (uint64_t)args.bytes * args.repeats * 8;
    UNROLL for (uint32_t i = 0; i < 16; i++) w[i] = 0;
    w[0] = 0x80000000;
    w[14] = (uint32_t)(bits >> 32);
    w[15] = (uint32_t)bits;
    sha256_block(h, w);
    uint32_t *out = (uint32_t *)(args.out + (uint64_t)lane * COMPUTE_OUT);
    UNROLL for (uint32_t i = 0; i < 8; i++) out[i] = h[i];
}

HC_KERNEL(compute_scan_c, struct compute_args, args)
{
    const uint32_t lane = hc_global_id();
    if (lane >= args.lanes) return;
    const uint8_t *text = (const uint8_t *)(args.text + (uint64_t)lane * args.bytes);
    uint32_t lines = 0, length = 0, longest = 0;
    for (uint32_t r = 0; r < args.repeats; r++) {
        for (uint32_t i = 0; i < args.bytes; i++) {
            if (text[i] == '\n') {
                lines++;
                if (length > longest) longest = length;
                length = 0;
            } else {
                length++;
            }
        }
    }
    uint32_t *out = (uint32_t *)(args.out + (uint64_t)lane * COMPUTE_OUT);
    out[0] = lines;
    out[1] = length > longest ? length : longest;
}
