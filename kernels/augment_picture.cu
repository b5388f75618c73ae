// Augmentation of features: what was drawn for a batch, as steps, on rows [bin][frame].
//
//   augment_picture  some steps of every row in one pass, and what later steps must know of the
//                    result: its sum, its least and its greatest value
//
// As augment.cu does with samples, a value is computed from its end: the steps that move values are
// walked backwards to where it was, or to what it was filled with; then those that change values
// are walked forwards. A step that takes several values (a warp, a zoom) or another clip's is the
// first of a pass. Arithmetic is that of augment.SpectrogramOperations, in double where that is.
//
// Grid: rows x tiles, tiles = ceil(greatest bins room / 2048). Block: 256. Shared bytes:
// 16 steps + 24 * 256.
#include "matrix.cuh"

namespace cochlea {

constexpr int kPictureThreads = 256;
constexpr int kPictureTile = 2048;

// The order is that of PictureSchedule.Op in Java.
enum PictureKind : int32_t {
  kFillFrames = 0,   // frames [first, second) become a value; third: Fill
  kFillBins = 1,     // bins [first, second)
  kFillBox = 2,      // bins [first, second), frames [third, fourth) become `value`
  kRoll = 3,         // by `first` frames to the right
  kFlip = 4,
  kAffineStep = 5,   // value x + other
  kPowerStep = 6,    // ((x - least) / (greatest - least))^value
  kNoiseStep = 7,    // bins [first, second): + (U + 9) value mean 0.05 (other + 0.3)
  kAttenuate = 8,    // bin k by 1 - value min(k / first, 1)
  kOverGreatest = 9, // by the greatest value, where that is above 0
  kWarp = 10,        // frame `value` of before is at `other`
  kResize = 11,      // a box: value, other, and two more in `more`
  kMixup = 12,       // value x + other x' of the row at `address`; first: its pitch
  kPaste = 13,       // bins [second, value), frames [third, fourth) of the row at `address`
  kWarpBins = 14,    // frequencies of mel bands up to `other` Hz by `value`
};

enum Fill : int32_t { kFillZero = 0, kFillMean = 1, kFillLeast = 2 };

// 80 bytes.
struct PictureStep {
  double value;
  double other;
  double more[2];
  int64_t address;   // of another row; the seed of noise
  int32_t kind;      // PictureKind
  int32_t first;
  int32_t second;
  int32_t third;
  int32_t fourth;
  int32_t frames;    // of the other row; the stream of noise
  int32_t partial;   // where what it must know begins, -1: nothing
  int32_t partials;
  int64_t reserved;
};

// Of a tile. 24 bytes.
struct PicturePartial {
  double sum;
  float least;
  float greatest;
  int32_t reserved[2];
};

// 64 bytes.
struct PictureRow {
  int64_t in;          // address of the values
  int64_t out;         // 0: they are not stored
  int32_t in_pitch;    // values from one bin to the next
  int32_t out_pitch;
  int32_t first_step;
  int32_t steps;
  int32_t bins;
  int32_t frames;
  int32_t parts;       // 2: complex
  int32_t room;        // frames of the result: zeros after the row's own
  int32_t partial;     // where the first tile's sums go; -1: nowhere
  int32_t out_type;    // OutputType
  int32_t reserved[2];
};

struct PictureParams {
  const PictureRow* rows;
  const PictureStep* steps;
  PicturePartial* partials;
  int32_t tiles;
  int32_t most_steps;
};

struct Spot {
  int bin;
  int frame;
  int filled;  // the step that filled it; below the last one walked: none did
};

DEVICE bool within(int i, int from, int to) { return i >= from && i < to; }

// Walks back over the steps [to, from); t counts frames.
DEVICE_CALL Spot picture_back(const PictureStep* steps, int from, int to, int frames, int k,
                              int t) {
  ROLLED for (int s = from - 1; s >= to; s--) {
    const PictureStep& step = steps[s];
    switch (step.kind) {
      case kFillFrames:
        if (within(t, step.first, step.second)) return {k, t, s};
        break;
      case kFillBins:
        if (within(k, step.first, step.second)) return {k, t, s};
        break;
      case kFillBox:
        if (within(k, step.first, step.second) && within(t, step.third, step.fourth)) {
          return {k, t, s};
        }
        break;
      case kRoll:
        t -= step.first;
        if (t < 0) t += frames;
        break;
      case kFlip:
        t = frames - 1 - t;
        break;
      default:
        break;
    }
  }
  return {k, t, to - 1};
}

DEVICE uint32_t philox_word(uint64_t seed, uint64_t stream, uint64_t block) {
  uint32_t c0 = static_cast<uint32_t>(block);
  uint32_t c1 = static_cast<uint32_t>(block >> 32);
  uint32_t c2 = static_cast<uint32_t>(stream);
  uint32_t c3 = static_cast<uint32_t>(stream >> 32);
  uint32_t k0 = static_cast<uint32_t>(seed);
  uint32_t k1 = static_cast<uint32_t>(seed >> 32);
  ROLLED for (int round = 0; round < 10; round++) {
    const uint32_t low0 = 0xD2511F53u * c0;
    const uint32_t low2 = 0xCD9E8D57u * c2;
    const uint32_t n0 = __umulhi(0xCD9E8D57u, c2) ^ c1 ^ k0;
    const uint32_t n2 = __umulhi(0xD2511F53u, c0) ^ c3 ^ k1;
    c1 = low2;
    c3 = low0;
    c0 = n0;
    c2 = n2;
    k0 += 0x9E3779B9u;
    k1 += 0xBB67AE85u;
  }
  return c0;
}

DEVICE double clamped(double x, double most) { return x < 0.0 ? 0.0 : x > most ? most : x; }

// The value of a step that takes several, or another clip's: the first of the pass.
DEVICE_CALL float gathered(const PictureStep* step, const float* in, int pitch, int bins, int frames,
                           int k, int t) {
  switch (step->kind) {
    case kWarp: {
      const double from = step->value;
      const double to = step->other;
      const double last = frames - 1;
      const double source =
          t <= to && to > 0.0
              ? t * from / to
              : to >= last ? last : last - (last - t) * (last - from) / (last - to);
      const int whole = static_cast<int>(source);
      const int low = min(max(whole, 0), frames - 1);
      const int high = min(low + 1, frames - 1);
      const float fraction = static_cast<float>(source - low);
      const float* x = in + static_cast<int64_t>(k) * pitch;
      return x[low] + fraction * (x[high] - x[low]);
    }
    case kWarpBins: {
      const double mel = log1p(step->other / 700.0) / (bins + 1);
      const double source =
          clamped(log1p(expm1(mel * (k + 1)) / step->value) / mel - 1.0, bins - 1);
      const int low = static_cast<int>(source);
      const int high = min(low + 1, bins - 1);
      const float fraction = static_cast<float>(source - low);
      const float below = in[static_cast<int64_t>(low) * pitch + t];
      return below + fraction * (in[static_cast<int64_t>(high) * pitch + t] - below);
    }
    case kResize: {
      const double v = clamped(step->value + (k + 0.5) * step->other / bins - 0.5, bins - 1);
      const int low = static_cast<int>(v);
      const int high = min(low + 1, bins - 1);
      const float up = static_cast<float>(v - low);
      const double u =
          clamped(step->more[0] + (t + 0.5) * step->more[1] / frames - 0.5, frames - 1);
      const int from = static_cast<int>(u);
      const int to = min(from + 1, frames - 1);
      const float along = static_cast<float>(u - from);
      const float* x = in + static_cast<int64_t>(low) * pitch;
      const float* y = in + static_cast<int64_t>(high) * pitch;
      const float below = x[from] + along * (x[to] - x[from]);
      const float above = y[from] + along * (y[to] - y[from]);
      return below + up * (above - below);
    }
    default:
      return in[static_cast<int64_t>(k) * pitch + t];
  }
}

// One step that changes a value at a bin and a frame as they are at the step.
DEVICE_CALL float stepped(const PictureStep* step, double known, double range, int frames, int k,
                          int t, float x) {
  switch (step->kind) {
    case kAffineStep:
      return static_cast<float>(step->value * x + step->other);
    case kPowerStep:
      return range > 0.0
                 ? static_cast<float>(pow(static_cast<double>(x - static_cast<float>(known)) / range,
                                          step->value))
                 : 0.0f;
    case kNoiseStep: {
      if (!within(k, step->first, step->second)) return x;
      const int64_t i = static_cast<int64_t>(k) * frames + t;
      const double uniform =
          (static_cast<double>(philox_word(step->address, step->frames, i)) + 0.5) * 0x1p-32;
      const double scale = step->value * known * 0.05 * (step->other + 0.3);
      return x + static_cast<float>((uniform + 9.0) * scale);
    }
    case kAttenuate: {
      const double part = static_cast<double>(k) / step->first;
      return x * static_cast<float>(1.0 - step->value * (part < 1.0 ? part : 1.0));
    }
    case kOverGreatest: {
      const float most = static_cast<float>(known);
      return most > 0.0f ? x / most : x;
    }
    case kMixup: {
      const float z = reinterpret_cast<const float*>(
          step->address)[static_cast<int64_t>(k) * step->first + t % step->frames];
      return static_cast<float>(step->value) * x + static_cast<float>(step->other) * z;
    }
    case kPaste:
      if (within(k, step->second, static_cast<int>(step->value)) &&
          within(t, step->third, step->fourth)) {
        return reinterpret_cast<const float*>(
            step->address)[static_cast<int64_t>(k) * step->first + t % step->frames];
      }
      return x;
    default:
      return x;
  }
}

// What a step must know: a mean, a least or a greatest value. And the range of values.
struct Known {
  double value;
  double range;
};

}  // namespace cochlea

KERNEL(augment_picture, cochlea::PictureParams, cochlea::kPictureThreads, 2) {
  using namespace cochlea;
  SHARED_MEMORY(double, shared);
  Known* known = reinterpret_cast<Known*>(shared);
  PicturePartial* sums = reinterpret_cast<PicturePartial*>(shared + 2 * p.most_steps);
  const int number = static_cast<int>(blockIdx.x) / p.tiles;
  const int tile = static_cast<int>(blockIdx.x) - number * p.tiles;
  const PictureRow& row = p.rows[number];
  const int me = static_cast<int>(threadIdx.x);
  const int count = row.steps;
  const int bins = row.bins;
  const int frames = row.frames;
  const int parts = row.parts;
  const int width = (row.out != 0 ? row.room : frames) * parts;
  if (tile > 0 && tile * kPictureTile >= bins * width) return;
  const PictureStep* steps = p.steps + row.first_step;
  // What the passes before have found: a warp for a step.
  ROLLED for (int s = me / 32; s < count; s += kPictureThreads / 32) {
    const PictureStep& step = steps[s];
    if (step.partial < 0) continue;
    double sum = 0;
    float least = INFINITY;
    float greatest = -INFINITY;
    ROLLED for (int i = me % 32; i < step.partials; i += 32) {
      const PicturePartial& one = p.partials[step.partial + i];
      sum += one.sum;
      least = smaller(least, one.least);
      greatest = larger(greatest, one.greatest);
    }
    ROLLED for (int d = 16; d > 0; d /= 2) {
      sum += __shfl_xor_sync(0xFFFFFFFFu, sum, d);
      least = smaller(least, __shfl_xor_sync(0xFFFFFFFFu, least, d));
      greatest = larger(greatest, __shfl_xor_sync(0xFFFFFFFFu, greatest, d));
    }
    if (me % 32 == 0) {
      const double mean = sum / (static_cast<double>(bins) * frames * parts);
      Known of = {mean, static_cast<double>(greatest) - static_cast<double>(least)};
      const bool fills = step.kind == kFillFrames || step.kind == kFillBins;
      if (step.kind == kPowerStep || (fills && step.third == kFillLeast)) of.value = least;
      if (step.kind == kOverGreatest) of.value = greatest;
      known[s] = of;
    }
  }
  __syncthreads();
  PicturePartial sum = {0, INFINITY, -INFINITY, {0, 0}};
  ROLLED for (int e = 0; e < kPictureTile / kPictureThreads; e++) {
    const int i = tile * kPictureTile + e * kPictureThreads + me;
    if (i >= bins * width) break;
    const int k = i / width;
    const int column = i - k * width;
    const int t = column / parts;
    const int part = column - t * parts;
    float x = 0.0f;
    if (t < frames) {
      // The first step may take several values.
      const bool gathers = count > 0 && (steps[0].kind == kWarp || steps[0].kind == kWarpBins ||
                                         steps[0].kind == kResize);
      const int begin = gathers ? 1 : 0;
      const Spot spot = picture_back(steps, count, begin, frames, k, t);
      int s = spot.filled;
      if (s < begin) {
        const float* in = reinterpret_cast<const float*>(row.in);
        x = gathers ? gathered(steps, in, row.in_pitch, bins, frames, spot.bin, spot.frame)
                    : in[static_cast<int64_t>(spot.bin) * row.in_pitch + spot.frame * parts + part];
        s = begin - 1;
      } else if (steps[s].kind == kFillBox) {
        x = static_cast<float>(steps[s].value);
      } else if (steps[s].partial >= 0) {
        x = static_cast<float>(known[s].value);
      }
      ROLLED for (s = s + 1; s < count; s++) {
        if (steps[s].kind >= kAffineStep) {
          const Spot at = picture_back(steps, count, s + 1, frames, k, t);
          x = stepped(steps + s, known[s].value, known[s].range, frames, at.bin, at.frame, x);
        }
      }
      sum.sum += static_cast<double>(x);
      sum.least = smaller(sum.least, x);
      sum.greatest = larger(sum.greatest, x);
    }
    if (row.out != 0) {
      const int64_t at = static_cast<int64_t>(k) * row.out_pitch + column;
      if (row.out_type == kOutFloat32) {
        reinterpret_cast<float*>(row.out)[at] = x;
      } else {
        reinterpret_cast<unsigned short*>(row.out)[at] = half_bits(x);
      }
    }
  }
  if (row.partial < 0) return;
  sums[me] = sum;
  ROLLED for (int d = kPictureThreads; d > 1; d /= 16) {
    __syncthreads();
    if (me < d / 16) {
      sum = sums[me * 16];
      ROLLED for (int i = 1; i < 16; i++) {
        const PicturePartial& one = sums[me * 16 + i];
        sum.sum += one.sum;
        sum.least = smaller(sum.least, one.least);
        sum.greatest = larger(sum.greatest, one.greatest);
      }
    }
    __syncthreads();
    if (me < d / 16) sums[me] = sum;
  }
  if (me == 0) p.partials[row.partial + tile] = sum;
}
