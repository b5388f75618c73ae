// Sample rate conversion by a windowed sinc: see signal.Resampler, whose sums these are, in float.
//
//   resample       y[j] = scale sum_k taps[k][j mod phases] x[floor(j in / phases) - reach + k],
//                  k = 0 .. count-1: for rates whose ratio in : phases is of small numbers
//   resample_any   the same for any ratio; the taps of an output are interpolated by a cubic from
//                  four rows of a table that has `resolution` rows for a sample and one before and
//                  two behind: taps[k][r] is tap k at the fraction (r - 1) / resolution
//
// x counts as zero outside its row. Taps lie with the phases (rows) innermost: lanes are
// neighbouring outputs.
//
// resample: a block takes 4 groups of `group` outputs, a multiple of the phases; a thread computes
// the same phase of all four, so that a tap is read once for four sums. Its samples are in shared
// memory, word i at i + i/32: whatever the ratio, lanes that read every second, fourth … word find
// them in different banks.
//
// Grid: rows x tiles; tiles = ceil(out_frames / (4 group)), or ceil(out_frames / 256) of
// resample_any. Block: 256. Shared bytes: 4 (n + n/32 + 1), n = 3 group/phases in +
// floor((group - 1) in / phases) + count; none for resample_any.
#include "matrix.cuh"

namespace cochlea {

constexpr int kGroups = 4;

struct ResampleParams {
  const void* samples;
  const ClipRow* rows;   // frames: outputs of the row
  Matrix out;            // bin 0
  const float* taps;     // [count][phases], or [count][resolution + 3]
  int32_t out_frames;    // outputs to be filled: zeros after the row's own
  int32_t tiles;
  int32_t in;            // samples of a period
  int32_t phases;        // outputs of a period
  int32_t count;         // taps of an output
  int32_t reach;         // of them, before the sample at or before the output
  int32_t group;
  int32_t resolution;
  int32_t sample_type;   // kFloat32 or kInt16
  int32_t out_type;      // OutputType
  float scale;           // of every sample; 1/32768 for int16
  int32_t reserved;
};

// Sample i of a row, 0 outside.
DEVICE float sample_or_zero(const void* samples, int type, const ClipRow& row, int64_t i) {
  if (i < 0 || i >= row.samples) return 0.0f;
  return type == kFloat32 ? static_cast<const float*>(samples)[row.start + i]
                          : static_cast<float>(static_cast<const short*>(samples)[row.start + i]);
}

}  // namespace cochlea

KERNEL(resample, cochlea::ResampleParams, 256, 4) {
  using namespace cochlea;
  SHARED_MEMORY(float, staged);
  const int row_number = static_cast<int>(blockIdx.x) / p.tiles;
  const int tile = static_cast<int>(blockIdx.x) - row_number * p.tiles;
  const ClipRow row = p.rows[row_number];
  const int periods = p.group / p.phases;
  const int step = periods * p.in;
  const int first = tile * kGroups * p.group;
  const int outputs = min(kGroups * p.group, row.frames - first);
  if (outputs > 0) {
    const int64_t origin = static_cast<int64_t>(tile) * kGroups * step - p.reach;
    const int words = (kGroups - 1) * step +
                      static_cast<int>(static_cast<int64_t>(p.group - 1) * p.in / p.phases) +
                      p.count;
    for (int i = static_cast<int>(threadIdx.x); i < words; i += 256) {
      staged[i + (i >> 5)] = sample_or_zero(p.samples, p.sample_type, row, origin + i);
    }
  }
  __syncthreads();
  for (int j = static_cast<int>(threadIdx.x); j < p.group; j += 256) {
    float sum[kGroups] = {};
    if (outputs > 0) {
      int at[kGroups];
      const int base = static_cast<int>(static_cast<int64_t>(j) * p.in / p.phases);
      repeat<kGroups>([&](auto g) { at[g.value] = base + g.value * step; });
      const float* taps = p.taps + j % p.phases;
      UNROLLED_TWICE for (int k = 0; k < p.count; k++) {
        const float tap = load_table<float>(taps);
        repeat<kGroups>([&](auto g) {
          const int i = at[g.value] + k;
          sum[g.value] = multiply_add(tap, staged[i + (i >> 5)], sum[g.value]);
        });
        taps += p.phases;
      }
    }
    repeat<kGroups>([&](auto g) {
      const int offset = g.value * p.group + j;
      const int t = first + offset;
      if (t < p.out_frames) {
        store_real(p.out, p.out_type, row_number, 0, t,
                   offset < outputs ? p.scale * sum[g.value] : 0.0f);
      }
    });
  }
}

KERNEL(resample_any, cochlea::ResampleParams, 256, 4) {
  using namespace cochlea;
  const int row_number = static_cast<int>(blockIdx.x) / p.tiles;
  const int tile = static_cast<int>(blockIdx.x) - row_number * p.tiles;
  const int j = tile * 256 + static_cast<int>(threadIdx.x);
  if (j >= p.out_frames) return;
  const ClipRow row = p.rows[row_number];
  float sum = 0.0f;
  if (j < row.frames) {
    const int64_t position = static_cast<int64_t>(j) * p.in;
    const int64_t place = position / p.phases;
    const double between = static_cast<double>(position - place * p.phases) / p.phases *
                           static_cast<double>(p.resolution);
    const int r = static_cast<int>(between);
    const float f = static_cast<float>(between - r);
    // Lagrange's cubic through the rows at -1, 0, 1 and 2.
    const float w0 = -f * (f - 1) * (f - 2) / 6;
    const float w1 = (f + 1) * (f - 1) * (f - 2) / 2;
    const float w2 = -(f + 1) * f * (f - 2) / 2;
    const float w3 = (f + 1) * f * (f - 1) / 6;
    const float* taps = p.taps + r;
    UNROLLED_TWICE for (int k = 0; k < p.count; k++) {
      float tap = w0 * load_table<float>(taps);
      tap = multiply_add(w1, load_table<float>(taps + 1), tap);
      tap = multiply_add(w2, load_table<float>(taps + 2), tap);
      tap = multiply_add(w3, load_table<float>(taps + 3), tap);
      sum = multiply_add(tap, sample_or_zero(p.samples, p.sample_type, row, place - p.reach + k),
                         sum);
      taps += p.resolution + 3;
    }
  }
  store_real(p.out, p.out_type, row_number, 0, j, p.scale * sum);
}
