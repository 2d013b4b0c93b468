#version 460
#extension GL_GOOGLE_include_directive : require
// One lane, calls that take a name; the file is there.
#include "test.glsl"

HC_KERNEL(test_paths, test_args, a)
{
    if (hc_global_id() != 0u) return;
    const int fd = hc_open("calls.txt", HC_O_RDWR, 0u);
    test_result(a, 8u, hc_pwrite(fd, a.data + 1ul, 4ul, 20l));
    test_result(a, 9u, hc_pread(fd, a.back + 16ul, 100ul, 18l));
    test_result(a, 10u, hc_fsync(fd));
    for (uint i = 11u; i < 13u; i++) test_result(a, i, hc_unlink("calls.txt"));
    for (uint i = 0u; i < 2u; i++)
        test_result(a, 13u + i,
            hc_getenv(i == 0u ? "HC_TEST_VALUE" : "HC_TEST_NO_VALUE", a.back + 128ul + 8ul * i, 8ul));
    test_result(a, 15u, hc_open(a.text, HC_O_RDONLY, 0u));
    test_result(a, 16u, hc_call("no such call"));
}
