// Kernels that do what a kernel must not, for the tests of the emulator.
#include "../device.cuh"

struct FaultParams {
  float* data;
  int count;
  int what;
};

// Thread i writes its number to data[i], or does what is asked for at thread 3.
KERNEL(faulty, FaultParams, 256, 1) {
  SHARED_MEMORY(float, shared);
  const int i = static_cast<int>(threadIdx.x);
  const bool one = i == 3 && blockIdx.x == 1;
  switch (p.what) {
    case 0: break;
    case 1: if (one) p.data[p.count] = 1; break;
    case 2: if (one) p.data[-1] = 1; break;
    case 3: if (one) return; break;
    case 4:
      if (one) {
        __syncthreads();
      } else {
        __syncthreads();
      }
      break;
    case 5: if (i % 32 < 16) __shfl_sync(0xFFFFFFFFu, i, 0); break;
    case 6: __shfl_sync(0xFFFFu, i, 20); break;
    case 7: if (one) shared[64] = 1; break;
    case 8: if (one) shared[-1] = 1; break;
    case 9: if (one) cochlea::store(p.data + 1, float4{1, 2, 3, 4}); break;
    case 10: cochlea::copy_async<4>(cochlea::shared_address(shared + i % 64), p.data); break;
    case 11: if (i % 32 >= 16) __shfl_sync(0xFFFFu, i, 0); break;
    case 12: if (i % 32 < 16) __syncwarp(); else __shfl_sync(0xFFFFFFFFu, i, 0); break;
    default: break;
  }
  __syncthreads();
  if (i < 64) shared[i] = static_cast<float>(i);
  __syncthreads();
  const int index = static_cast<int>(blockIdx.x) * 256 + i;
  if (index < p.count) p.data[index] = shared[i % 64] + static_cast<float>(i / 64 * 64);
}

// Warps do unequal numbers of shuffles before a barrier; data[i] = the sum over the warp of i.
KERNEL(uneven_warps, FaultParams, 256, 1) {
  const int i = static_cast<int>(threadIdx.x);
  float sum = static_cast<float>(i);
  for (int round = 0; round <= i / 32; round++) {
    float value = static_cast<float>(i);
    for (int by = 16; by > 0; by /= 2) value += __shfl_xor_sync(0xFFFFFFFFu, value, by);
    sum = value;
  }
  const unsigned votes = __ballot_sync(0xFFFFFFFFu, i % 2);
  __syncthreads();
  p.data[i] = votes == 0xAAAAAAAAu ? sum : -1;
}
