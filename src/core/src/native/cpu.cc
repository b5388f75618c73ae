// How many floats a vector of this processor has, for the kernels that are compiled here; 0 where
// it has too few. The operating system must save such vectors, which the compiler's test includes.
extern "C" {
__attribute__((visibility("default"))) int cochlea_lanes;
}

__attribute__((constructor)) static void detect() {
  __builtin_cpu_init();
  if (__builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512vl")
      && __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512bw")) {
    cochlea_lanes = 16;
  } else if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma")) {
    cochlea_lanes = 8;
  }
}
