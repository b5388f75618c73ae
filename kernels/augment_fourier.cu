// Convolution of rows with long responses, every row with its own: uniformly partitioned
// overlap-save.
//
//   y[t] = sum_k h[k] x[from + t - k]; x is 0 outside, or its edge sample
//
// h is cut into partitions of B = 2048 taps, y into blocks of as many samples. Block s of y is the
// second half of the inverse transform of
//
//   Y_s[k] = sum_p H_p[k] X_(s - p)[k],
//
// H_p being the transform of length 2 B of partition p and zeros, X_j that of the 2 B samples of x
// that begin at from + (j - 1) B. Whatever the length of the response, there are two launches, and
// a block's arithmetic depends on its own row alone.
//
//   augment_spectra     spectra of blocks of samples, or of partitions of taps
//   augment_partitions  sums of products of spectra, and their inverse transforms
//
// A real transform of 2 B is a complex one of B = 8 * 8 * 8 * 4 points, eight to a thread, with
// three exchanges through shared memory, where a gap after every eight values keeps powers of two
// apart in the banks. A spectrum has B values: the bins below B, with bin B, which is as real as bin
// 0, in the imaginary part of that one.
//
// Grid: rows x tiles, tiles = the most blocks of a row. Block: 256. Shared bytes: 8 * 2304 = 18432.
#include "dft.cuh"
#include "matrix.cuh"

namespace cochlea {

constexpr int kPartition = 2048;
constexpr int kPoints = kPartition / kMatrixThreads;

// 40 bytes.
struct SpectraRow {
  int64_t in;      // address of float32 samples
  int64_t out;     // of pairs, [block][kPartition]
  int32_t length;
  int32_t from;    // the first sample of block 0; a block begins kPartition after the one before
  int32_t used;    // samples of a block; zeros follow up to 2 kPartition
  int32_t edge;    // 1: the edge sample is repeated
  int32_t blocks;
  int32_t reserved;
};

struct SpectraParams {
  const SpectraRow* rows;
  const float2* roots;  // exp(-2 pi i j / (2 kPartition)), j < 2 kPartition
  int32_t tiles;
  int32_t reserved;
};

// 40 bytes.
struct PartitionsRow {
  int64_t in;    // spectra of samples
  int64_t taps;  // spectra of taps
  int64_t out;   // address of float32 samples
  int32_t count;
  int32_t partitions;
  int32_t first;   // the number j of the first spectrum of samples
  int32_t blocks;  // how many of those there are; all others are zero
};

struct PartitionsParams {
  const PartitionsRow* rows;
  const float2* roots;
  int32_t tiles;
  int32_t reserved;
};

// exp(-2 pi i k / (2 kPartition)).
DEVICE float2 root_of(const float2* roots, int k) { return load_table<float2>(roots + k); }

DEVICE float2& shared_at(float2* shared, int n) { return shared[n + (n >> 3)]; }

// A pass of radix 8 with stride S, on values n = me + 256 i; their places are free.
template <int S>
DEVICE void radix8(const float2* roots, float2* shared, float2 (&z)[kPoints]) {
  const int me = static_cast<int>(threadIdx.x);
  const int q = me % S;
  const int block = me / S;
  dft<8>(z);
  repeat<8>([&](auto j) {
    if (j.value > 0) {
      z[j.value] = times(z[j.value], root_of(roots, 2 * block * j.value * S));
    }
    shared_at(shared, q + S * (8 * block + j.value)) = z[j.value];
  });
  __syncthreads();
}

DEVICE void take(float2* shared, float2 (&z)[kPoints]) {
  repeat<kPoints>([&](auto i) {
    z[i.value] =
        shared_at(shared, static_cast<int>(threadIdx.x) + i.value * kMatrixThreads);
  });
  __syncthreads();
}

// The transform of kPartition values, n = me + 256 i of each thread, and as many of the result.
DEVICE void transform(const float2* roots, float2* shared, float2 (&z)[kPoints]) {
  radix8<1>(roots, shared, z);
  take(shared, z);
  radix8<8>(roots, shared, z);
  take(shared, z);
  radix8<64>(roots, shared, z);
  take(shared, z);
  // Radix 4 on me and me + 256: stride 512, so no factors are left, and places stay.
  repeat<2>([&](auto h) {
    float2 part[4];
    repeat<4>([&](auto j) { part[j.value] = z[h.value + 2 * j.value]; });
    dft<4>(part);
    repeat<4>([&](auto j) { z[h.value + 2 * j.value] = part[j.value]; });
  });
}

DEVICE float2 conjugate(float2 z) { return complex_of(z.x, -z.y); }

DEVICE float2 half_of(float2 z) { return complex_of(0.5f * z.x, 0.5f * z.y); }

// i z.
DEVICE float2 quarter_turn(float2 z) { return complex_of(-z.y, z.x); }

DEVICE float2 exchanged(float2 z) { return complex_of(z.y, z.x); }

}  // namespace cochlea

KERNEL(augment_spectra, cochlea::SpectraParams, cochlea::kMatrixThreads, 4) {
  using namespace cochlea;
  SHARED_MEMORY(float2, shared);
  const int number = static_cast<int>(blockIdx.x) / p.tiles;
  const int block = static_cast<int>(blockIdx.x) - number * p.tiles;
  const SpectraRow row = p.rows[number];
  if (block >= row.blocks) return;
  const int me = static_cast<int>(threadIdx.x);
  const float* in = reinterpret_cast<const float*>(row.in);
  const int64_t first = row.from + static_cast<int64_t>(block) * kPartition;
  const int64_t last = static_cast<int64_t>(row.length) - 1;
  auto sample = [&](int n) {
    const int64_t i = first + n;
    const int64_t at = row.edge == 0 ? i : i < 0 ? 0 : i > last ? last : i;
    return n < row.used && at >= 0 && at <= last ? in[at] : 0.0f;
  };
  float2 z[kPoints];
  repeat<kPoints>([&](auto i) {
    const int n = 2 * (me + i.value * kMatrixThreads);
    z[i.value] = complex_of(sample(n), sample(n + 1));
  });
  transform(p.roots, shared, z);
  repeat<kPoints>([&](auto i) { shared_at(shared, me + i.value * kMatrixThreads) = z[i.value]; });
  __syncthreads();
  // Of the even and the odd samples: X[k] = E[k] + w^k O[k], X[B - k] = conj(E[k] - w^k O[k]).
  float2* out = reinterpret_cast<float2*>(row.out) + static_cast<int64_t>(block) * kPartition;
  repeat<kPoints / 2>([&](auto i) {
    const int k = me + i.value * kMatrixThreads;
    const float2 a = z[i.value];
    if (k == 0) {
      out[0] = complex_of(a.x + a.y, a.x - a.y);
      out[kPartition / 2] = conjugate(shared_at(shared, kPartition / 2));
    } else {
      const float2 b = conjugate(shared_at(shared, kPartition - k));
      const float2 even = half_of(a + b);
      const float2 odd = times(half_of(quarter_turn(b - a)), root_of(p.roots, k));
      out[k] = even + odd;
      out[kPartition - k] = conjugate(even - odd);
    }
  });
}

KERNEL(augment_partitions, cochlea::PartitionsParams, cochlea::kMatrixThreads, 4) {
  using namespace cochlea;
  SHARED_MEMORY(float2, shared);
  const int number = static_cast<int>(blockIdx.x) / p.tiles;
  const int block = static_cast<int>(blockIdx.x) - number * p.tiles;
  const PartitionsRow row = p.rows[number];
  const int start = block * kPartition;
  if (start >= row.count) return;
  const int me = static_cast<int>(threadIdx.x);
  const float2* spectra = reinterpret_cast<const float2*>(row.in);
  const float2* taps = reinterpret_cast<const float2*>(row.taps);
  // Bins k and B - k of this thread, k = me + 256 i; of k = 0 bins 0 (with B) and B / 2.
  float2 low[kPoints / 2];
  float2 high[kPoints / 2];
  repeat<kPoints / 2>([&](auto i) {
    low[i.value] = complex_of(0.0f, 0.0f);
    high[i.value] = complex_of(0.0f, 0.0f);
  });
  const int newest = block - row.first;
  const int from = max(0, newest - row.blocks + 1);
  const int to = min(row.partitions, newest + 1);
  ROLLED for (int q = from; q < to; q++) {
    const float2* x = spectra + static_cast<int64_t>(newest - q) * kPartition;
    const float2* h = taps + static_cast<int64_t>(q) * kPartition;
    repeat<kPoints / 2>([&](auto i) {
      const int k = me + i.value * kMatrixThreads;
      const int mirror = k == 0 ? kPartition / 2 : kPartition - k;
      const float2 a = x[k];
      const float2 b = h[k];
      low[i.value] = low[i.value] + (k == 0 ? complex_of(a.x * b.x, a.y * b.y) : times(a, b));
      high[i.value] = high[i.value] + times(x[mirror], h[mirror]);
    });
  }
  // Back to the even and the odd samples, as the transform of E + i O, parts exchanged: a transform
  // of those is the inverse one with its parts exchanged.
  repeat<kPoints / 2>([&](auto i) {
    const int k = me + i.value * kMatrixThreads;
    const float2 a = low[i.value];
    if (k == 0) {
      shared_at(shared, 0) = exchanged(complex_of(a.x + a.y, a.x - a.y));
      const float2 middle = conjugate(high[i.value]);
      shared_at(shared, kPartition / 2) = exchanged(middle + middle);
    } else {
      const float2 b = conjugate(high[i.value]);
      const float2 even = a + b;
      const float2 odd = quarter_turn(times_conjugate(a - b, root_of(p.roots, k)));
      shared_at(shared, k) = exchanged(even + odd);
      shared_at(shared, kPartition - k) = exchanged(conjugate(even - odd));
    }
  });
  __syncthreads();
  float2 z[kPoints];
  take(shared, z);
  transform(p.roots, shared, z);
  // Of the 2 B samples the first half is what the transform brings round.
  constexpr float scale = 1.0f / (2 * kPartition);
  float* out = reinterpret_cast<float*>(row.out) + start;
  const int count = min(kPartition, row.count - start);
  repeat<kPoints / 2>([&](auto i) {
    const int n = 2 * (me + i.value * kMatrixThreads);
    const float2 y = exchanged(z[i.value + kPoints / 2]);
    if (n < count) out[n] = scale * y.x;
    if (n + 1 < count) out[n + 1] = scale * y.y;
  });
}
