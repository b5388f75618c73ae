// CUDA's device-side names for g++: the kernels are compiled against this instead of nvcc's
// built-ins, and run on the fibers of scheduler.cpp.
//
// Barriers and warp operations carry their place in the source, so that threads which meet at
// different ones are reported instead of being let through. Vector loads and stores check their
// alignment. A copy_async is carried out when it is awaited, never earlier. Dynamic shared memory
// ends at a page that cannot be touched, and begins as NaNs.
#pragma once

#include <math.h>

#include <cstdint>
#include <cstring>
#include <type_traits>
#include <utility>

struct alignas(8) float2 {
  float x, y;
};
struct alignas(16) float4 {
  float x, y, z, w;
};
struct alignas(8) int2 {
  int x, y;
};
struct alignas(16) int4 {
  int x, y, z, w;
};
struct alignas(8) short4 {
  short x, y, z, w;
};
struct alignas(8) ushort4 {
  unsigned short x, y, z, w;
};

namespace emulator {

struct Dim3 {
  unsigned x, y, z;
};

// What a kernel can ask about itself; one for each thread of the block that runs.
struct Lane {
  Dim3 thread;
  Dim3 block;
  Dim3 block_size;
  Dim3 grid_size;
  unsigned char* shared;
};

// The library is loaded once by the process; a fixed place makes this as cheap as a register.
extern thread_local Lane* lane __attribute__((tls_model("initial-exec")));

// A kernel of the library; constructed before main by KERNEL.
struct Entry {
  const char* name;
  void (*run)(const void* parameter);
  unsigned parameter_size;
  unsigned parameter_alignment;
  unsigned max_threads;
  const Entry* next;

  Entry(const char* name, void (*run)(const void*), unsigned size, unsigned alignment,
        unsigned threads);
};

enum class WarpOperation { kSync, kShuffle, kBallot };

// Waits until every thread of the block is at this place of the source.
void block_barrier(const char* file, int line);

// Waits until every thread of mask is at this place; returns what the operation gives this one.
uint64_t warp_operation(WarpOperation operation, unsigned mask, uint64_t value, int source,
                        const char* file, int line);

// Remembers a copy to be carried out by await_copies.
void defer_copy(void* to, const void* from, int bytes);
void carry_out_copies();

// Ends the launch: the message says what the kernel did wrong. Does not return.
[[noreturn]] void kernel_fault(const char* message, const void* address);

inline int lane_number() {
  const Lane& l = *lane;
  return static_cast<int>(
      (l.thread.x + l.block_size.x * (l.thread.y + l.block_size.y * l.thread.z)) % 32);
}

template <class T>
T shuffle_from(const char* file, int line, unsigned mask, T value, int source) {
  static_assert(sizeof(T) <= 8);
  uint64_t bits = 0;
  std::memcpy(&bits, &value, sizeof(T));
  bits = warp_operation(WarpOperation::kShuffle, mask, bits, source, file, line);
  std::memcpy(&value, &bits, sizeof(T));
  return value;
}

template <class T>
T shuffle(const char* file, int line, unsigned mask, T value, int source, int width = 32) {
  const int base = lane_number() / width * width;
  return shuffle_from(file, line, mask, value, base + (source & (width - 1)));
}

template <class T>
T shuffle_xor(const char* file, int line, unsigned mask, T value, int with, int width = 32) {
  const int me = lane_number();
  const int source = me ^ with;
  return shuffle_from(file, line, mask, value, source / width == me / width ? source : me);
}

template <class T>
T shuffle_down(const char* file, int line, unsigned mask, T value, int by, int width = 32) {
  const int me = lane_number();
  return shuffle_from(file, line, mask, value, me % width + by < width ? me + by : me);
}

template <class T>
T shuffle_up(const char* file, int line, unsigned mask, T value, int by, int width = 32) {
  const int me = lane_number();
  return shuffle_from(file, line, mask, value, me % width - by >= 0 ? me - by : me);
}

inline unsigned ballot(const char* file, int line, unsigned mask, int predicate) {
  return static_cast<unsigned>(
      warp_operation(WarpOperation::kBallot, mask, predicate != 0, 0, file, line));
}

inline void sync_warp(const char* file, int line, unsigned mask = 0xFFFFFFFFu) {
  warp_operation(WarpOperation::kSync, mask, 0, 0, file, line);
}

template <class T>
void require_aligned(const void* address) {
  if (reinterpret_cast<uintptr_t>(address) % alignof(T) != 0) {
    kernel_fault("a vector load or store that is not aligned", address);
  }
}

}  // namespace emulator

#define DEVICE inline __attribute__((always_inline))
#define DEVICE_CALL [[maybe_unused]] static __attribute__((noinline))
#define CONSTANT constexpr
#define ROLLED
#define UNROLLED_TWICE
#define UNROLLED_4_TIMES
#define __restrict__ __restrict

#define KERNEL(name, P, threads, blocks)                                                 \
  extern "C" void name(const P& p);                                                      \
  static const emulator::Entry entry_of_##name(                                          \
      #name, [](const void* p) { name(*static_cast<const P*>(p)); }, sizeof(P), alignof(P), \
      threads);                                                                          \
  extern "C" void name(const P& p)

#define SHARED_MEMORY(type, name) type* const name = reinterpret_cast<type*>(emulator::lane->shared)
#define __shared__ static thread_local

#define threadIdx (emulator::lane->thread)
#define blockIdx (emulator::lane->block)
#define blockDim (emulator::lane->block_size)
#define gridDim (emulator::lane->grid_size)

#define __syncthreads() emulator::block_barrier(__FILE__, __LINE__)
#define __syncwarp(...) emulator::sync_warp(__FILE__, __LINE__ __VA_OPT__(, ) __VA_ARGS__)
#define __shfl_sync(...) emulator::shuffle(__FILE__, __LINE__, __VA_ARGS__)
#define __shfl_xor_sync(...) emulator::shuffle_xor(__FILE__, __LINE__, __VA_ARGS__)
#define __shfl_down_sync(...) emulator::shuffle_down(__FILE__, __LINE__, __VA_ARGS__)
#define __shfl_up_sync(...) emulator::shuffle_up(__FILE__, __LINE__, __VA_ARGS__)
#define __ballot_sync(...) emulator::ballot(__FILE__, __LINE__, __VA_ARGS__)

inline int min(int a, int b) { return a < b ? a : b; }
inline int max(int a, int b) { return a > b ? a : b; }

inline unsigned __umulhi(unsigned a, unsigned b) {
  return static_cast<unsigned>(static_cast<uint64_t>(a) * b >> 32);
}

inline int atomicMax(int* address, int value) {
  int old = __atomic_load_n(address, __ATOMIC_RELAXED);
  while (old < value &&
         !__atomic_compare_exchange_n(address, &old, value, true, __ATOMIC_RELAXED,
                                      __ATOMIC_RELAXED)) {
  }
  return old;
}

inline int atomicAdd(int* address, int value) {
  return __atomic_fetch_add(address, value, __ATOMIC_RELAXED);
}

inline void sincospif(float x, float* sin, float* cos) {
  *sin = static_cast<float>(::sin(M_PI * static_cast<double>(x)));
  *cos = static_cast<float>(::cos(M_PI * static_cast<double>(x)));
}

inline void sincospi(double x, double* sin, double* cos) {
  *sin = ::sin(M_PI * x);
  *cos = ::cos(M_PI * x);
}

inline int __float_as_int(float x) {
  int bits;
  std::memcpy(&bits, &x, sizeof(bits));
  return bits;
}

inline float __int_as_float(int bits) {
  float x;
  std::memcpy(&x, &bits, sizeof(x));
  return x;
}

namespace cochlea {

template <class T>
DEVICE T load(const void* address) {
  emulator::require_aligned<T>(address);
  T value;
  std::memcpy(&value, address, sizeof(T));
  return value;
}

template <class T>
DEVICE void store(void* address, T value) {
  emulator::require_aligned<T>(address);
  std::memcpy(address, &value, sizeof(T));
}

template <class T>
DEVICE T load_table(const void* address) {
  return load<T>(address);
}

using SharedAddress = char*;

DEVICE SharedAddress shared_address(const void* shared) {
  return const_cast<char*>(static_cast<const char*>(shared));
}

DEVICE void store_shared(SharedAddress to, float value) { store(to, value); }

template <int BYTES>
DEVICE void copy_async(SharedAddress shared, const void* global) {
  static_assert(BYTES == 4 || BYTES == 8 || BYTES == 16);
  if ((reinterpret_cast<uintptr_t>(shared) | reinterpret_cast<uintptr_t>(global)) % BYTES != 0) {
    emulator::kernel_fault("a copy_async that is not aligned", global);
  }
  emulator::defer_copy(shared, global, BYTES);
}

DEVICE void await_copies() { emulator::carry_out_copies(); }

template <class... Values>
DEVICE void compute_no_earlier(Values&...) {}

DEVICE float multiply_add(float a, float b, float c) { return __builtin_fmaf(a, b, c); }

DEVICE float log2_fast(float x) { return ::log2f(x); }

DEVICE float log2_of_normal(float x) { return ::log2f(x); }
DEVICE float at_least(float x, float least) { return x < least ? least : x; }

inline unsigned short half_bits(float x) {
  uint32_t bits;
  std::memcpy(&bits, &x, sizeof(bits));
  const uint32_t sign = bits >> 16 & 0x8000u;
  const uint32_t magnitude = bits & 0x7FFFFFFFu;
  if (magnitude > 0x7F800000u) return static_cast<unsigned short>(0x7FFFu);
  if (magnitude >= 0x477FF000u) return static_cast<unsigned short>(sign | 0x7C00u);
  if (magnitude < 0x38800000u) {
    // Below the normal numbers: multiples of 2^-24, ties to even.
    float positive;
    std::memcpy(&positive, &magnitude, sizeof(positive));
    return static_cast<unsigned short>(sign |
                                       static_cast<uint32_t>(::nearbyintf(positive * 0x1p24f)));
  }
  const uint32_t rounded = magnitude + 0xFFFu + (magnitude >> 13 & 1u);
  return static_cast<unsigned short>(sign | ((rounded - 0x38000000u) >> 13));
}

}  // namespace cochlea
