// CUDA's words in plain C, for clang --target=nvptx64-nvidia-cuda -fconvergent-functions: what device.h is
// written in where nvcc does not compile it.
#ifndef HC_CUDA_CLANG_H
#define HC_CUDA_CLANG_H

#include <stdint.h>

#define __device__
#define __constant__ __attribute__((address_space(4)))
#define __forceinline__ inline __attribute__((always_inline))
#define __noinline__ __attribute__((noinline))

#define threadIdx ((struct hc_cuda_x){(uint32_t)__nvvm_read_ptx_sreg_tid_x()})
#define blockIdx ((struct hc_cuda_x){(uint32_t)__nvvm_read_ptx_sreg_ctaid_x()})
#define blockDim ((struct hc_cuda_x){(uint32_t)__nvvm_read_ptx_sreg_ntid_x()})
#define gridDim ((struct hc_cuda_x){(uint32_t)__nvvm_read_ptx_sreg_nctaid_x()})
struct hc_cuda_x {
    uint32_t x;
};

#define __activemask() __nvvm_activemask()
#define __ballot_sync(mask, vote) __nvvm_vote_ballot_sync(mask, vote)
#define __syncwarp(mask) __nvvm_bar_warp_sync(mask)
#define __shfl_sync(mask, value, lane) \
    ((uint32_t)__nvvm_shfl_sync_idx_i32(mask, (int)(value), lane, 0x1f))
#define __ffs(x) __builtin_ffs(x)
#define __popc(x) __builtin_popcount(x)
#define __nanosleep(ns) __nvvm_nanosleep(ns)

#endif
