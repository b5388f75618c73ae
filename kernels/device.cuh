// What the kernels take from CUDA. Under g++ the emulator supplies the same names
// (emulator/shim.h), so that every kernel runs, bounds-checked, on a machine without a GPU.
//
// Rules that keep the results the same on every device, in every instance of a template and in any
// batch: compiled with -fmad=false, a multiplication and an addition are fused only where
// multiply_add says so; no atomics on floating-point values; a sum has one fixed order.
#pragma once

#ifdef COCHLEA_EMULATOR
#include "emulator/shim.h"
#else
#include <cuda_fp16.h>

#include <cstdint>
#include <type_traits>
#include <utility>

#define DEVICE __device__ __forceinline__
// A function of its own, for what is rare and large.
#define DEVICE_CALL inline __device__ __noinline__
// In front of a loop: how often its body is repeated in the code. Rare loops stay small.
#define ROLLED _Pragma("unroll 1")
#define UNROLLED_TWICE _Pragma("unroll 2")
#define UNROLLED_4_TIMES _Pragma("unroll 4")

// A function of constants, evaluated by the compiler.
#define CONSTANT __host__ __device__ constexpr

// A kernel with one parameter, a struct P called p. threads: threads per block; blocks: blocks that
// must fit a multiprocessor (what bounds the registers).
#define KERNEL(name, P, threads, blocks) \
  extern "C" __global__ void __launch_bounds__(threads, blocks) name(const __grid_constant__ P p)

// The dynamic shared memory of the block.
#define SHARED_MEMORY(type, name)                                \
  extern __shared__ __align__(16) unsigned char cochlea_shared[]; \
  type* const name = reinterpret_cast<type*>(cochlea_shared)

namespace cochlea {

template <class T>
DEVICE T load(const void* address) {
  return *static_cast<const T*>(address);
}

template <class T>
DEVICE void store(void* address, T value) {
  *static_cast<T*>(address) = value;
}

// A load through the read-only path: tables that no kernel writes while it runs.
template <class T>
DEVICE T load_table(const void* address) {
  return __ldg(static_cast<const T*>(address));
}

// A place in shared memory, in bytes: 32 bits, so that a running address costs one addition.
using SharedAddress = unsigned;

DEVICE SharedAddress shared_address(const void* shared) {
  return static_cast<unsigned>(__cvta_generic_to_shared(shared));
}

DEVICE void store_shared(SharedAddress to, float value) {
  asm volatile("st.shared.f32 [%0], %1;" ::"r"(to), "f"(value) : "memory");
}

// Copies BYTES (4, 8 or 16, both addresses aligned to it) from global to shared memory; the copy
// is seen after await_copies() by this thread and after a further barrier by the others.
template <int BYTES>
DEVICE void copy_async(SharedAddress to, const void* global) {
#if __CUDA_ARCH__ >= 800
  asm volatile("cp.async.ca.shared.global [%0], [%1], %2;" ::"r"(to), "l"(global), "n"(BYTES)
               : "memory");
#else
  static_assert(BYTES == 4);
  store_shared(to, load<float>(global));
#endif
}

DEVICE void await_copies() {
#if __CUDA_ARCH__ >= 800
  asm volatile("cp.async.wait_all;" ::: "memory");
#endif
}

// What depends on these values is computed after this place, not in front of it, where registers
// may be short.
template <class... Values>
DEVICE void compute_no_earlier(Values&... values) {
  ([](auto& value) { asm volatile("" : "+r"(value)); }(values), ...);
}

// a * b + c, rounded once.
DEVICE float multiply_add(float a, float b, float c) { return __fmaf_rn(a, b, c); }

// Base-2 logarithm: absolute error at most 2^-22 in (0.5, 2), relative 2^-22 elsewhere.
DEVICE float log2_fast(float x) { return __log2f(x); }

// The same bits in a quarter of the instructions, where x is not subnormal.
DEVICE float log2_of_normal(float x) {
  float y;
  asm("lg2.approx.ftz.f32 %0, %1;" : "=f"(y) : "f"(x));
  return y;
}

// max(x, least), and NaN for NaN.
DEVICE float at_least(float x, float least) {
#if __CUDA_ARCH__ >= 800
  float y;
  asm("max.NaN.f32 %0, %1, %2;" : "=f"(y) : "f"(x), "f"(least));
  return y;
#else
  return x < least ? least : x;
#endif
}

// The bits of x rounded to float16.
DEVICE unsigned short half_bits(float x) { return __half_as_ushort(__float2half_rn(x)); }

}  // namespace cochlea
#endif

namespace cochlea {

template <int I>
struct Index {
  static constexpr int value = I;
};

template <class Body, int... I>
DEVICE void repeat_in_order(Body&& body, std::integer_sequence<int, I...>) {
  (body(Index<I>{}), ...);
}

// body(Index<0>) … body(Index<N - 1>): a loop whose counter is a constant in every round.
template <int N, class Body>
DEVICE void repeat(Body&& body) {
  repeat_in_order(body, std::make_integer_sequence<int, N>{});
}

DEVICE float2 complex_of(float re, float im) {
  float2 z;
  z.x = re;
  z.y = im;
  return z;
}

DEVICE float2 operator+(float2 a, float2 b) { return complex_of(a.x + b.x, a.y + b.y); }
DEVICE float2 operator-(float2 a, float2 b) { return complex_of(a.x - b.x, a.y - b.y); }

// a * w.
DEVICE float2 times(float2 a, float2 w) {
  return complex_of(multiply_add(a.x, w.x, -(a.y * w.y)), multiply_add(a.x, w.y, a.y * w.x));
}

// a * conj(w).
DEVICE float2 times_conjugate(float2 a, float2 w) {
  return complex_of(multiply_add(a.x, w.x, a.y * w.y), multiply_add(a.y, w.x, -(a.x * w.y)));
}

DEVICE float squared_modulus(float2 z) { return multiply_add(z.x, z.x, z.y * z.y); }

CONSTANT int greatest_common_divisor(int a, int b) {
  return b == 0 ? a : greatest_common_divisor(b, a % b);
}

CONSTANT int divide_up(int a, int b) { return (a + b - 1) / b; }

}  // namespace cochlea
