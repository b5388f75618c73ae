// Augmentation of waveforms by sums over many samples, every row with weights of its own.
//
//   augment_convolve     y[t] = sum_k h[k] x[from + t - k]; x is 0 outside, or its edge sample
//   augment_interpolate  y[t] = x(speed t), by a tabulated sinc with a window; x is 0 outside
//
// augment_convolve: a block computes 1024 samples, four to a thread, 256 apart, from samples and
// taps that are staged 256 taps at a time, as `fir` does. The sums of 256 taps are added in double:
// an impulse response may have a hundred thousand.
//
// Grid: rows x tiles, tiles = ceil(greatest count / 1024), augment_interpolate / 256. Block: 256.
// Shared bytes: augment_convolve 4 (1024 + 512) = 6144; augment_interpolate 0.
#include "matrix.cuh"

namespace cochlea {

constexpr int kConvolveEach = 4;
constexpr int kConvolveChunk = 256;

// 48 bytes.
struct ConvolveRow {
  int64_t in;    // addresses of float32 samples
  int64_t out;
  int64_t taps;
  int32_t length;
  int32_t count;  // samples that come out
  int32_t tap_count;
  int32_t from;
  int32_t edge;  // 1: the edge sample is repeated
  int32_t reserved;
};

struct ConvolveParams {
  const ConvolveRow* rows;
  int32_t tiles;
  int32_t reserved;
};

// 40 bytes.
struct InterpolateRow {
  int64_t in;
  int64_t out;
  double speed;
  double cutoff;
  int32_t length;
  int32_t count;
};

struct InterpolateParams {
  const InterpolateRow* rows;
  const float* table;  // `steps` values per zero crossing, `crossings` of them, and one more
  int32_t crossings;
  int32_t steps;
  int32_t tiles;
  int32_t reserved;
};

}  // namespace cochlea

KERNEL(augment_convolve, cochlea::ConvolveParams, cochlea::kMatrixThreads, 4) {
  using namespace cochlea;
  constexpr int kOutputs = kMatrixThreads * kConvolveEach;
  SHARED_MEMORY(float, staged);
  float* taps = staged + kOutputs + kConvolveChunk;
  const int number = static_cast<int>(blockIdx.x) / p.tiles;
  const int first = (static_cast<int>(blockIdx.x) - number * p.tiles) * kOutputs;
  const ConvolveRow row = p.rows[number];
  const float* in = reinterpret_cast<const float*>(row.in);
  const float* h = reinterpret_cast<const float*>(row.taps);
  const int me = static_cast<int>(threadIdx.x);
  double sum[kConvolveEach] = {};
  ROLLED for (int k0 = 0; k0 < row.tap_count && first < row.count; k0 += kConvolveChunk) {
    const int count = min(kConvolveChunk, row.tap_count - k0);
    // Word w of the stage is sample origin + w; output o reads word o + kConvolveChunk - 1 - k for
    // tap k0 + k.
    const int64_t origin = static_cast<int64_t>(first) + row.from - k0 - (kConvolveChunk - 1);
    __syncthreads();
    ROLLED for (int w = me; w < kOutputs + kConvolveChunk - 1; w += kMatrixThreads) {
      const int64_t i = origin + w;
      const int64_t last = static_cast<int64_t>(row.length) - 1;
      const int64_t at = row.edge == 0 ? i : i < 0 ? 0 : i > last ? last : i;
      staged[w] = at >= 0 && at <= last ? in[at] : 0.0f;
    }
    if (me < count) taps[me] = h[k0 + me];
    __syncthreads();
    const float* x = staged + me + kConvolveChunk - 1;
    float part[kConvolveEach] = {};
    UNROLLED_4_TIMES for (int k = 0; k < count; k++) {
      const float tap = taps[k];
      repeat<kConvolveEach>([&](auto e) {
        part[e.value] = multiply_add(tap, x[e.value * kMatrixThreads - k], part[e.value]);
      });
    }
    repeat<kConvolveEach>([&](auto e) { sum[e.value] += static_cast<double>(part[e.value]); });
  }
  repeat<kConvolveEach>([&](auto e) {
    const int t = first + me + e.value * kMatrixThreads;
    if (t < row.count) reinterpret_cast<float*>(row.out)[t] = static_cast<float>(sum[e.value]);
  });
}

KERNEL(augment_interpolate, cochlea::InterpolateParams, cochlea::kMatrixThreads, 4) {
  using namespace cochlea;
  const Part part = part_of(p.tiles, 1);
  const InterpolateRow row = p.rows[part.row];
  const int t = part.first;
  if (t >= row.count) return;
  const float* x = reinterpret_cast<const float*>(row.in);
  const double at = row.speed * t;
  const double reach = p.crossings / row.cutoff;
  const double low = ceil(at - reach);
  const double high = floor(at + reach);
  const int first = low < 0.0 ? 0 : static_cast<int>(low);
  const int last = high > row.length - 1 ? row.length - 1 : static_cast<int>(high);
  double sum = 0;
  ROLLED for (int i = first; i <= last; i++) {
    const double u = fabs(i - at) * row.cutoff * p.steps;
    const int k = static_cast<int>(u);
    const float below = load_table<float>(p.table + k);
    const float above = load_table<float>(p.table + k + 1);
    sum += x[i] * (below + (u - k) * (above - below));
  }
  reinterpret_cast<float*>(row.out)[t] = static_cast<float>(row.cutoff * sum);
}
