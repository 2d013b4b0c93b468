#version 460
#extension GL_GOOGLE_include_directive : require
// compute_sha256_c of bench/compute_kernels.c, as a shader.
#include "compute.glsl"

const uint constants[64] = uint[](
    0x428a2f98u, 0x71374491u, 0xb5c0fbcfu, 0xe9b5dba5u, 0x3956c25bu, 0x59f111f1u, 0x923f82a4u, 0xab1c5ed5u,
    0xd807aa98u, 0x12835b01u, 0x243185beu, 0x550c7dc3u, 0x72be5d74u, 0x80deb1feu, 0x9bdc06a7u, 0xc19bf174u,
    0xe49b69c1u, 0xefbe4786u, 0x0fc19dc6u, 0x240ca1ccu, 0x2de92c6fu, 0x4a7484aau, 0x5cb0a9dcu, 0x76f988dau,
    0x983e5152u, 0xa831c66du, 0xb00327c8u, 0xbf597fc7u, 0xc6e00bf3u, 0xd5a79147u, 0x06ca6351u, 0x14292967u,
    0x27b70a85u, 0x2e1b2138u, 0x4d2c6dfcu, 0x53380d13u, 0x650a7354u, 0x766a0abbu, 0x81c2c92eu, 0x92722c85u,
    0xa2bfe8a1u, 0xa81a664bu, 0xc24b8b70u, 0xc76c51a3u, 0xd192e819u, 0xd6990624u, 0xf40e3585u, 0x106aa070u,
    0x19a4c116u, 0x1e376c08u, 0x2748774cu, 0x34b0bcb5u, 0x391c0cb3u, 0x4ed8aa4au, 0x5b9cca4fu, 0x682e6ff3u,
    0x748f82eeu, 0x78a5636fu, 0x84c87814u, 0x8cc70208u, 0x90befffau, 0xa4506cebu, 0xbef9a3f7u, 0xc67178f2u);

uint h[8], w[16];

uint rotate(uint x, uint n) { return x >> n | x << 32u - n; }
uint big_endian(uint x) { return x >> 24 | x >> 8 & 0xff00u | x << 8 & 0xff0000u | x << 24; }

void sha256_block()
{
    uint a = h[0], b = h[1], c = h[2], d = h[3], e = h[4], f = h[5], g = h[6], k = h[7];
    for (uint t = 0u; t < 64u; t += 16u) {
        [[unroll]] for (uint i = 0u; i < 16u; i++) {
            const uint s1 = rotate(e, 6u) ^ rotate(e, 11u) ^ rotate(e, 25u);
            const uint s0 = rotate(a, 2u) ^ rotate(a, 13u) ^ rotate(a, 22u);
            const uint x = k + s1 + (e & f ^ ~e & g) + constants[t + i] + w[i];
            const uint y = s0 + (a & b ^ a & c ^ b & c);
            k = g;
            g = f;
            f = e;
            e = d + x;
            d = c;
            c = b;
            b = a;
            a = x + y;
        }
        if (t == 48u) break;
        [[unroll]] for (uint i = 0u; i < 16u; i++) {
            const uint u = w[(i + 1u) % 16u], v = w[(i + 14u) % 16u];
            w[i] += (rotate(u, 7u) ^ rotate(u, 18u) ^ u >> 3) + w[(i + 9u) % 16u] +
                    (rotate(v, 17u) ^ rotate(v, 19u) ^ v >> 10);
        }
    }
    h[0] += a;
    h[1] += b;
    h[2] += c;
    h[3] += d;
    h[4] += e;
    h[5] += f;
    h[6] += g;
    h[7] += k;
}

void main()
{
    const uint lane = gl_GlobalInvocationID.x;
    if (lane >= lanes) return;
    text_blocks message = text_blocks(text + uint64_t(lane) * bytes);
    h = uint[](0x6a09e667u, 0xbb67ae85u, 0x3c6ef372u, 0xa54ff53au, 0x510e527fu, 0x9b05688cu, 0x1f83d9abu, 0x5be0cd19u);
    for (uint r = 0u; r < repeats; r++) {
        for (uint n = 0u; n < bytes / 64u; n++) {
            [[unroll]] for (uint i = 0u; i < 16u; i++) w[i] = big_endian(message.at[n].words[i]);
            sha256_block();
        }
    }
    const uint64_t bits = uint64_t(bytes) * repeats * 8ul;
    w = uint[](0x80000000u, 0u, 0u, 0u, 0u, 0u, 0u, 0u, 0u, 0u, 0u, 0u, 0u, 0u, uint(bits >> 32), uint(bits));
    sha256_block();
    out_words digest = out_words(to + uint64_t(lane) * OUT);
    [[unroll]] for (uint i = 0u; i < 8u; i++) digest.at[i] = h[i];
}
