#version 460
#extension GL_GOOGLE_include_directive : require
// Sends size bytes to a registered call that sends them back, from and to any address, through
// slots or extents: mode 0 by memory, mode 1 by the lane's own.
#define HC_LOCAL_BYTES 256
#include "test.glsl"

HC_KERNEL(test_echo, test_args, a)
{
    const uint lane = hc_global_id(), size = uint(a.size);
    const uint64_t data = a.data + uint64_t(lane) * a.n, back = a.back + uint64_t(lane) * a.n;
    hc_call_io io = hc_call_io_init();
    io.args = uint64_t[5](1ul, 2ul, 3ul, 4ul, ~0ul);
    io.send = a.mode == 1u ? hc_local(1u) : data;
    io.send_size = size;
    io.receive = a.mode == 1u ? hc_local(2u) : back;
    io.receive_size = size;
    if (a.mode == 1u)
        for (uint i = 0u; i < size; i++) hc_local_set(1u + i, hc_byte_load(data + i));
    test_result(a, 2u * lane, hc_call_with("echo", io));
    test_result(a, 2u * lane + 1u, io.received);
    if (a.mode == 1u)
        for (uint i = 0u; i < size; i++) hc_byte_store(back + i, hc_local_get(2u + i));
}
