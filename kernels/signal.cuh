// Reading signals: where a sample lies, what lies beyond the ends, and the values that follow.
#pragma once

#include "device.cuh"

namespace cochlea {

// One channel of one clip. 24 bytes, 8-byte aligned.
struct ClipRow {
  int64_t start;    // its first sample, counted in samples (or, of a matrix, in values)
  int32_t samples;  // how many there are
  int32_t length;   // of the signal as the frames see it: zeros added at its ends, or cut
  int32_t frames;   // how many frames (of a signal: samples) come out
  int32_t channel;  // its number in the clip: the noise of dither depends on it
};

// What lies beyond the ends of a signal a b c d; the order is that of stage.Padding.
enum Padding : int32_t {
  kZero = 0,       // 0 0 | a b c d | 0 0
  kReflect = 1,    // c b | a b c d | c b
  kSymmetric = 2,  // b a | a b c d | d c
  kEdge = 3,       // a a | a b c d | d d
  kWrap = 4,       // c d | a b c d | a b
};

// What stands for the sample before the first; the order is that of Stage.PreEmphasis.Before.
enum Before : int32_t { kBeforeZero = 0, kBeforeFirst = 1, kBeforeExtrapolate = 2 };

enum SampleType : int32_t {
  kFloat32 = 0,
  kInt16 = 1,
  kMatrix = 2,  // float32 frames that lie as [samples][frames], frames innermost
};

// What is done to each frame before the window, in the order of the numbers.
enum FrameOperation : int32_t { kDither = 1, kRemoveOffset = 2, kEmphasis = 4 };

// The index that stands for a position, or -1 for a zero. It walks as often as it must: positions
// beyond a clip's length from its ends are rare.
DEVICE int padded_index(int padding, int64_t position, int length) {
  if (length == 0 || padding == kZero) {
    return position >= 0 && position < length ? static_cast<int>(position) : -1;
  }
  ROLLED while (position < 0 || position >= length) {
    const bool before = position < 0;
    const int64_t last = static_cast<int64_t>(length) - 1;
    switch (padding) {
      case kReflect:
        position = length == 1 ? 0 : before ? -position : 2 * last - position;
        break;
      case kSymmetric:
        position = before ? -1 - position : 2 * last + 1 - position;
        break;
      case kEdge:
        position = before ? 0 : last;
        break;
      default:
        position = before ? position + length : position - length;
        break;
    }
  }
  return static_cast<int>(position);
}

// Sample j of a clip, 0 <= j < samples, after pre-emphasis y[j] = x[j] - emphasis x[j - 1].
template <class Sample>
DEVICE float emphasized(const Sample* x, int samples, int j, float emphasis, int before) {
  const float at = static_cast<float>(x[j]);
  if (emphasis == 0.0f) return at;
  if (j > 0) return multiply_add(-emphasis, static_cast<float>(x[j - 1]), at);
  if (before == kBeforeZero) return at;
  if (before == kBeforeFirst) return multiply_add(-emphasis, at, at);
  return multiply_add(2.0f, at, -(samples > 1 ? static_cast<float>(x[1]) : at)) + at;
}

// What the frames see at a position of the signal. Out of line, as everything that only blocks at
// the ends of a clip, or few front ends, need. (Values are passed, not the kernel's parameters:
// their address is beyond what PTX for old drivers can say.)
DEVICE_CALL float sample_at(const void* samples, int sample_type, int padding, int shift,
                            float emphasis, int before, ClipRow row, int64_t position) {
  const int index = padded_index(padding, position, row.length);
  const int j = index - shift;
  if (index < 0 || j < 0 || j >= row.samples) return 0.0f;
  if (sample_type == kFloat32) {
    return emphasized(static_cast<const float*>(samples) + row.start, row.samples, j, emphasis,
                      before);
  }
  return emphasized(static_cast<const short*>(samples) + row.start, row.samples, j, emphasis,
                    before);
}

// Philox4x32-10 and Box-Muller: number `index` of a stream of normal numbers; see stage.Philox.
DEVICE_CALL float philox_normal(uint64_t seed, uint64_t stream, uint64_t index) {
  const uint64_t block = index >> 1;
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
  // A word w stands for (w + 1/2) / 2^32. Near 1 the logarithm needs what a float would lose.
  const float away = static_cast<float>(0xFFFFFFFFu - c0) * 0x1p-32f + 0x1p-33f;
  const float near = static_cast<float>(c0) * 0x1p-32f + 0x1p-33f;
  const float logarithm = c0 < 0x80000000u ? logf(near) : log1pf(-away);
  const float radius = sqrtf(-2.0f * logarithm);
  // The same for the angle: a word that is almost a full turn is a small negative one.
  const float turn = static_cast<float>(static_cast<int32_t>(c1)) * 0x1p-32f + 0x1p-33f;
  float sin;
  float cos;
  sincospif(2.0f * turn, &sin, &cos);
  return radius * ((index & 1) == 0 ? cos : sin);
}

// ---- values ------------------------------------------------------------------------------------

enum PointwiseKind : int32_t {
  kAffine = 0,          // a x + b
  kLogClamp = 1,        // a log2(max(x, b)) + c, and NaN for NaN
  kLogAdd = 2,          // a log2(x + b) + c
  kLogReplaceZero = 3,  // a log2(x == 0 ? b : x) + c
  kPower = 4,           // x^a
  kQuantize = 5,        // floor(a x) / a
  kClamp = 6,           // max(x, a), and NaN for NaN
  kSquareRoot = 7,
};

// One step from value to value. 16 bytes.
struct Pointwise {
  int32_t kind;  // PointwiseKind
  float a, b, c;
};

constexpr int kMaxPointwise = 4;

// A few steps in order. 72 bytes.
struct PointwiseChain {
  Pointwise steps[kMaxPointwise];
  int32_t count;
  int32_t reserved;
};

// Out of line: rare steps would otherwise be most of every kernel.
DEVICE_CALL float apply_step(int kind, float a, float b, float c, float x) {
  switch (kind) {
    case kAffine:
      return multiply_add(a, x, b);
    case kLogClamp:
      return multiply_add(a, log2_fast(x < b ? b : x), c);
    case kLogAdd:
      return multiply_add(a, log2_fast(x + b), c);
    case kLogReplaceZero:
      return multiply_add(a, log2_fast(x == 0.0f ? b : x), c);
    case kPower:
      return powf(x, a);
    case kQuantize:
      return floorf(a * x) / a;
    case kClamp:
      return x < a ? a : x;
    case kSquareRoot:
      return sqrtf(x);
    default:
      return x;
  }
}

template <int V>
DEVICE void apply(const PointwiseChain& chain, float (&x)[V]) {
  ROLLED for (int i = 0; i < chain.count; i++) {
    const Pointwise& s = chain.steps[i];
    if (s.kind == kLogClamp) {
      // The usual one.
      repeat<V>([&](auto v) {
        x[v.value] = multiply_add(s.a, log2_fast(x[v.value] < s.b ? s.b : x[v.value]), s.c);
      });
    } else {
      repeat<V>([&](auto v) { x[v.value] = apply_step(s.kind, s.a, s.b, s.c, x[v.value]); });
    }
  }
}

// |z|^2 to |z|^power.
DEVICE float raised(float squared, float power) {
  if (power == 2.0f) return squared;
  if (power == 1.0f) return sqrtf(squared);
  return apply_step(kPower, 0.5f * power, 0.0f, 0.0f, squared);
}

// Adding 0 turns -0 into 0: silence has angle 0, not pi.
DEVICE_CALL float angle_of(float2 z) { return atan2f(z.y + 0.0f, z.x + 0.0f); }

}  // namespace cochlea
