// What needs a whole clip: statistics, normalisation, limits of the range, what runs along time.
//
//   line_statistics    count, mean, sum of squared differences, least and greatest of every line (a
//                      bin of a row). Grid: rows x bins. Block: 128.
//   scope_statistics   the same of every scope that is more than a line, from its lines.
//                      Grid: scopes. Block: 128. Both end with what `normalize` needs.
//   normalize          y = (x - offset) / spread, or y = max(x, greatest - range).
//                      Grid: rows x ceil(bins out_frames / 1024). Block: 256.
//   normalize_frames   the same where every frame is a scope. Grid: rows x ceil(out_frames / 256).
//                      Block: 256.
//   pcen               per-channel energy normalisation; a warp scans a line, 32 frames at a time.
//   delta              weighted sums of `width` neighbours.
//   sliding_normalize  mean (and deviation) of a window around every frame; a thread slides over 32
//                      frames.
//     Grid: rows x bins, of warps: ceil(rows bins / 4) (sliding: ceil(rows bins ceil(out_frames /
//     32) / 128)). Block: 128.
//
// Sums are in double and have one order; no result depends on the batch, but for the scope of the
// whole batch. Shared bytes: 48 for the statistics, else 0. Frames that a row lacks become 0.
#include "matrix.cuh"

namespace cochlea {

constexpr int kClipThreads = 128;

// 32 bytes.
struct Statistics {
  double mean;
  double squares;  // of the differences from the mean
  float least;
  float greatest;
  int32_t count;
  int32_t reserved;
};

// The order is that of stage.Scope.
enum Scope : int32_t { kBin = 0, kFrame = 1, kChannel = 2, kItem = 3, kBatch = 4 };

// The orders are those of Stage.Normalize.
enum Offset : int32_t { kNoOffset = 0, kMeanOffset = 1, kLeastOffset = 2, kGreatestOffset = 3 };
enum Spread : int32_t {
  kNoSpread = 0,
  kDeviation = 1,
  kSampleDeviation = 2,
  kRegularizedDeviation = 3,
  kRange = 4,
  kPeak = 5,
};

// What the values of a scope are put through: (x - offset) factor, or max(x, least). 24 bytes.
struct Normalizer {
  double offset;
  double factor;
  float least;
  int32_t reserved;
};

struct ClipParams {
  Matrix in;
  Matrix out;
  const int32_t* frames;     // real frames of every row
  Statistics* lines;         // [row][bin]
  Normalizer* scopes;        // of every scope
  const float* weights;      // of delta: [width]
  int32_t rows;
  int32_t bins;
  int32_t out_frames;
  int32_t blocks_per_row;
  int32_t lines_per_scope;   // lines that follow each other and belong together; 1: none do
  int32_t limit;             // 1: limit the range instead of normalising
  int32_t offset;            // Offset
  int32_t spread;            // Spread
  float epsilon;
  float range;
  int32_t width;             // of delta, of the sliding window, of pcen's maximum over bins
  int32_t padding;           // of delta: Padding; -1: the first (last) full window goes on
  int32_t least_width;       // sliding: frames at the start when not centred
  int32_t center;            // sliding
  int32_t variance;          // sliding
  float smoothing;           // of pcen
  float gain;
  float bias;
  float power;
  int32_t out_type;          // OutputType
};

DEVICE double warp_sum(double v) {
  ROLLED for (int by = 16; by > 0; by /= 2) v += __shfl_xor_sync(0xFFFFFFFFu, v, by);
  return v;
}

DEVICE float warp_largest(float v) {
  ROLLED for (int by = 16; by > 0; by /= 2) v = larger(v, __shfl_xor_sync(0xFFFFFFFFu, v, by));
  return v;
}

DEVICE float warp_smallest(float v) {
  ROLLED for (int by = 16; by > 0; by /= 2) v = smaller(v, __shfl_xor_sync(0xFFFFFFFFu, v, by));
  return v;
}

// Every thread gets what all threads of the block gave: sums, greatest, least. One order.
struct BlockReduction {
  double* doubles;
  float* floats;

  DEVICE double sum(double v) const {
    v = warp_sum(v);
    __syncthreads();
    if (threadIdx.x % 32 == 0) doubles[threadIdx.x / 32] = v;
    __syncthreads();
    double total = 0;
    for (int w = 0; w < kClipThreads / 32; w++) total += doubles[w];
    return total;
  }

  template <class Combine>
  DEVICE float extreme(float v, Combine&& combine) const {
    __syncthreads();
    if (threadIdx.x % 32 == 0) floats[threadIdx.x / 32] = v;
    __syncthreads();
    float total = floats[0];
    for (int w = 1; w < kClipThreads / 32; w++) total = combine(total, floats[w]);
    return total;
  }

  DEVICE float largest(float v) const {
    return extreme(warp_largest(v), [](float a, float b) { return larger(a, b); });
  }

  DEVICE float smallest(float v) const {
    return extreme(warp_smallest(v), [](float a, float b) { return smaller(a, b); });
  }
};

constexpr float kInfinity = __builtin_huge_valf();

DEVICE Normalizer normalizer_of(const ClipParams& p, const Statistics& s) {
  const double least = static_cast<double>(s.least);
  const double greatest = static_cast<double>(s.greatest);
  const double epsilon = static_cast<double>(p.epsilon);
  double offset = 0;
  switch (p.offset) {
    case kMeanOffset: offset = s.mean; break;
    case kLeastOffset: offset = least; break;
    case kGreatestOffset: offset = greatest; break;
    default: break;
  }
  double divisor = 1;
  switch (p.spread) {
    case kDeviation: divisor = sqrt(s.squares / s.count) + epsilon; break;
    case kSampleDeviation:
      divisor = (s.count > 1 ? sqrt(s.squares / (s.count - 1)) : 0.0) + epsilon;
      break;
    case kRegularizedDeviation: divisor = sqrt(s.squares / s.count + epsilon); break;
    case kRange: divisor = greatest - least + epsilon; break;
    case kPeak: {
      const double above = fabs(greatest - offset);
      const double below = fabs(least - offset);
      divisor = (above > below || above != above ? above : below) + epsilon;
      break;
    }
    default: break;
  }
  return {offset, divisor == 0 ? 0 : 1 / divisor, s.greatest - p.range, 0};
}

DEVICE float normalized(const ClipParams& p, const Normalizer& n, float x) {
  if (p.limit != 0) return larger(x, n.least);
  return static_cast<float>((static_cast<double>(x) - n.offset) * n.factor);
}

}  // namespace cochlea

KERNEL(line_statistics, cochlea::ClipParams, cochlea::kClipThreads, 8) {
  using namespace cochlea;
  SHARED_MEMORY(double, shared);
  const BlockReduction reduction = {shared, reinterpret_cast<float*>(shared + 4)};
  const int row = static_cast<int>(blockIdx.x) / p.bins;
  const int bin = static_cast<int>(blockIdx.x) - row * p.bins;
  const int frames = p.frames[row];
  const float* line = real_at(p.in, row, bin, 0);
  double sum = 0;
  float least = kInfinity;
  float greatest = -kInfinity;
  for (int t = static_cast<int>(threadIdx.x); t < frames; t += kClipThreads) {
    const float x = line[t];
    sum += static_cast<double>(x);
    least = smaller(least, x);
    greatest = larger(greatest, x);
  }
  const double mean = frames == 0 ? 0 : reduction.sum(sum) / frames;
  double squares = 0;
  for (int t = static_cast<int>(threadIdx.x); t < frames; t += kClipThreads) {
    const double d = static_cast<double>(line[t]) - mean;
    squares += d * d;
  }
  squares = reduction.sum(squares);
  least = reduction.smallest(least);
  greatest = reduction.largest(greatest);
  if (threadIdx.x == 0) {
    const Statistics line = {mean, squares, least, greatest, frames, 0};
    p.lines[blockIdx.x] = line;
    if (p.lines_per_scope == 1) p.scopes[blockIdx.x] = normalizer_of(p, line);
  }
}

KERNEL(scope_statistics, cochlea::ClipParams, cochlea::kClipThreads, 8) {
  using namespace cochlea;
  SHARED_MEMORY(double, shared);
  const BlockReduction reduction = {shared, reinterpret_cast<float*>(shared + 4)};
  const Statistics* lines =
      p.lines + static_cast<int64_t>(blockIdx.x) * p.lines_per_scope;
  double count = 0;
  double sum = 0;
  float least = kInfinity;
  float greatest = -kInfinity;
  for (int i = static_cast<int>(threadIdx.x); i < p.lines_per_scope; i += kClipThreads) {
    const Statistics& s = lines[i];
    count += s.count;
    sum += s.mean * s.count;
    least = smaller(least, s.least);
    greatest = larger(greatest, s.greatest);
  }
  count = reduction.sum(count);
  const double mean = count == 0 ? 0 : reduction.sum(sum) / count;
  double squares = 0;
  for (int i = static_cast<int>(threadIdx.x); i < p.lines_per_scope; i += kClipThreads) {
    const Statistics& s = lines[i];
    if (s.count > 0) squares += s.squares + s.count * (s.mean - mean) * (s.mean - mean);
  }
  squares = reduction.sum(squares);
  least = reduction.smallest(least);
  greatest = reduction.largest(greatest);
  if (threadIdx.x == 0) {
    const Statistics scope = {mean, squares, least, greatest, static_cast<int>(count), 0};
    p.scopes[blockIdx.x] = normalizer_of(p, scope);
  }
}

KERNEL(normalize, cochlea::ClipParams, 256, 4) {
  using namespace cochlea;
  const Part part = part_of(p.blocks_per_row, 4);
  const int frames = p.frames[part.row];
  ROLLED for (int e = 0; e < 4; e++) {
    const int i = part.first + e * kMatrixThreads;
    if (i >= p.bins * p.out_frames) break;
    const int bin = i / p.out_frames;
    const int t = i - bin * p.out_frames;
    float value = 0.0f;
    if (t < frames) {
      const int64_t line = static_cast<int64_t>(part.row) * p.bins + bin;
      value = normalized(p, p.scopes[line / p.lines_per_scope],
                         *real_at(p.in, part.row, bin, t));
    }
    store_real(p.out, p.out_type, part.row, bin, t, value);
  }
}

KERNEL(normalize_frames, cochlea::ClipParams, 256, 4) {
  using namespace cochlea;
  const Part part = part_of(p.blocks_per_row, 1);
  const int t = part.first;
  if (t >= p.out_frames) return;
  const bool real = t < p.frames[part.row];
  Statistics s = {0, 0, kInfinity, -kInfinity, p.bins, 0};
  if (real) {
    const float* x = real_at(p.in, part.row, 0, t);
    for (int k = 0; k < p.bins; k++) {
      s.mean += static_cast<double>(x[k * p.in.bin]);
      s.least = smaller(s.least, x[k * p.in.bin]);
      s.greatest = larger(s.greatest, x[k * p.in.bin]);
    }
    s.mean /= p.bins;
    for (int k = 0; k < p.bins; k++) {
      const double d = static_cast<double>(x[k * p.in.bin]) - s.mean;
      s.squares += d * d;
    }
  }
  const Normalizer n = normalizer_of(p, s);
  for (int k = 0; k < p.bins; k++) {
    float value = 0.0f;
    if (real) value = normalized(p, n, *real_at(p.in, part.row, k, t));
    store_real(p.out, p.out_type, part.row, k, t, value);
  }
}

KERNEL(pcen, cochlea::ClipParams, cochlea::kClipThreads, 8) {
  using namespace cochlea;
  const int line = static_cast<int>(blockIdx.x) * (kClipThreads / 32) +
                   static_cast<int>(threadIdx.x) / 32;
  if (line >= p.rows * p.bins) return;
  const int lane = static_cast<int>(threadIdx.x) % 32;
  const int row = line / p.bins;
  const int bin = line - row * p.bins;
  const int frames = p.frames[row];
  const int below = max(0, bin - p.width / 2);
  const int above = min(p.bins, bin - p.width / 2 + p.width);
  const float keep = 1.0f - p.smoothing;
  // keep^(lane + 1): what is left here of the state before these 32 frames.
  float left = keep;
  ROLLED for (int i = 0; i < lane; i++) left *= keep;
  const float biased = powf(p.bias, p.power);
  float state = 1.0f;
  ROLLED for (int t0 = 0; t0 < p.out_frames; t0 += 32) {
    const int t = t0 + lane;
    float x = 0.0f;
    float peak = 0.0f;
    if (t < frames) {
      x = *real_at(p.in, row, bin, t);
      peak = x;
      ROLLED for (int k = below; k < above && p.width > 1; k++) {
        peak = larger(peak, *real_at(p.in, row, k, t));
      }
    }
    // Inclusive scan of m[t] = keep m[t-1] + smoothing x[t], from 0.
    float m = p.smoothing * peak;
    float factor = keep;
    ROLLED for (int by = 1; by < 32; by *= 2) {
      const float before = __shfl_up_sync(0xFFFFFFFFu, m, by);
      if (lane >= by) m = multiply_add(factor, before, m);
      factor *= factor;
    }
    m = multiply_add(left, state, m);
    state = __shfl_sync(0xFFFFFFFFu, m, 31);
    if (t >= p.out_frames) continue;
    float y = 0.0f;
    if (t < frames) {
      const float v = x * powf(p.epsilon + m, -p.gain);
      if (p.power == 0.0f) {
        y = log1pf(v);
      } else if (p.bias == 0.0f) {
        y = powf(v, p.power);
      } else {
        y = biased * expm1f(p.power * log1pf(v / p.bias));
      }
    }
    store_real(p.out, p.out_type, row, bin, t, y);
  }
}

KERNEL(delta, cochlea::ClipParams, cochlea::kClipThreads, 8) {
  using namespace cochlea;
  const int line = static_cast<int>(blockIdx.x) * (kClipThreads / 32) +
                   static_cast<int>(threadIdx.x) / 32;
  if (line >= p.rows * p.bins) return;
  const int row = line / p.bins;
  const int bin = line - row * p.bins;
  const int frames = p.frames[row];
  const float* x = real_at(p.in, row, bin, 0);
  ROLLED for (int t = static_cast<int>(threadIdx.x) % 32; t < p.out_frames; t += 32) {
    float sum = 0.0f;
    if (t < frames) {
      int first = t - p.width / 2;
      if (p.padding < 0) first = max(0, min(first, frames - p.width));
      ROLLED for (int i = 0; i < p.width; i++) {
        const int at = padded_index(p.padding < 0 ? kZero : p.padding, first + i, frames);
        if (at >= 0) sum = multiply_add(p.weights[i], x[at], sum);
      }
    }
    store_real(p.out, p.out_type, row, bin, t, sum);
  }
}

namespace cochlea {

struct Window {
  int from;
  int to;
};

// Stage.SlidingNormalize.window.
DEVICE Window sliding_window(const ClipParams& p, int t, int frames) {
  int from = p.center != 0 ? t - p.width / 2 : t - p.width;
  int to = p.center != 0 ? from + p.width : t + 1;
  if (from < 0) {
    to -= from;
    from = 0;
  }
  if (p.center == 0 && to > t) to = max(t + 1, p.least_width);
  if (to > frames) {
    from = max(0, from - (to - frames));
    to = frames;
  }
  return {from, to};
}

}  // namespace cochlea

KERNEL(sliding_normalize, cochlea::ClipParams, cochlea::kClipThreads, 8) {
  using namespace cochlea;
  constexpr int kRun = 32;
  const int runs = (p.out_frames + kRun - 1) / kRun;
  const int64_t number = static_cast<int64_t>(blockIdx.x) * kClipThreads + threadIdx.x;
  const int64_t line = number / runs;
  if (line >= static_cast<int64_t>(p.rows) * p.bins) return;
  const int row = static_cast<int>(line / p.bins);
  const int bin = static_cast<int>(line - static_cast<int64_t>(row) * p.bins);
  const int t0 = static_cast<int>(number - line * runs) * kRun;
  const int frames = p.frames[row];
  const float* x = real_at(p.in, row, bin, 0);
  double sum = 0;
  double squares = 0;
  Window held = {0, 0};
  ROLLED for (int t = t0; t < min(t0 + kRun, p.out_frames); t++) {
    float y = 0.0f;
    if (t < frames) {
      const Window want = sliding_window(p, t, frames);
      if (held.to == 0) held = {want.from, want.from};
      ROLLED while (held.to < want.to) {
        const double v = static_cast<double>(x[held.to++]);
        sum += v;
        squares += v * v;
      }
      bool stale = false;
      ROLLED while (held.from < want.from) {
        const double v = static_cast<double>(x[held.from++]);
        sum -= v;
        squares -= v * v;
        stale = stale || !(fabs(v) < 1e30);  // NaN does not go away by subtraction
      }
      if (stale) {
        sum = squares = 0;
        ROLLED for (int i = held.from; i < held.to; i++) {
          const double v = static_cast<double>(x[i]);
          sum += v;
          squares += v * v;
        }
      }
      const int count = held.to - held.from;
      const double mean = sum / count;
      double value = static_cast<double>(x[t]) - mean;
      if (p.variance != 0) {
        value = count == 1 ? 0 : value / sqrt(squares / count - mean * mean);
      }
      y = static_cast<float>(value);
    }
    store_real(p.out, p.out_type, row, bin, t, y);
  }
}
