#version 460
#extension GL_GOOGLE_include_directive : require
// Writes size bytes from an address to a file of the host's, reads them back to another one.
#include "test.glsl"

HC_KERNEL(test_transfer, test_args, a)
{
    if (hc_global_id() != 0u) return;
    test_result(a, 0u, hc_write(a.fd, a.data, a.size));
    test_result(a, 1u, hc_pread(a.fd, a.back, a.size + 100ul, 0l));
}
