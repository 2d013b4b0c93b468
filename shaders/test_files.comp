#version 460
#extension GL_GOOGLE_include_directive : require
// One lane and a file it makes.  Some shaders: compilers copy all of a call to each place, and a
// long shader takes them long.
#include "test.glsl"

HC_KERNEL(test_files, test_args, a)
{
    if (hc_global_id() != 0u) return;
    test_result(a, 0u, hc_nop());
    const int fd = hc_open("calls.txt", HC_O_RDWR | HC_O_CREAT | HC_O_EXCL, 0600u);
    test_result(a, 1u, fd);
    test_result(a, 2u, hc_open("calls.txt", HC_O_RDWR | HC_O_CREAT | HC_O_EXCL, 0600u));
    test_result(a, 3u, hc_write(fd, a.data, 10ul));
    test_result(a, 4u, hc_lseek(fd, -3l, HC_SEEK_END));
    test_result(a, 5u, hc_read(fd, a.back, 100ul));
    for (uint i = 6u; i < 8u; i++) test_result(a, i, hc_close(fd));
}
