// Griffin and Lim's iteration: a phase for a spectrum that has lost it.
//
//   griffin_lim_start    z = m e^(i phi), phi = 0 or uniform noise
//   griffin_lim_update   a = r - momentum r', z = m a / (|a| + epsilon); r' becomes r
//
// m are the wanted moduli, r the spectrum of the signal of the last z (inverse_stft, then
// frontend_spectrum), r' that of the round before: librosa's and torchaudio's fast algorithm
// (Perraudin and others, 2013) with `momentum` = alpha / (1 + alpha). The noise of a bin depends on
// the seed and its place alone: all channels begin alike.
//
// Grid: rows x blocks_per_row, blocks_per_row = ceil(bins out_frames / 1024). Block: 256, four
// values to a thread. Shared bytes: 0. Frames that a row does not have become 0; all may write
// where they read.
#include "matrix.cuh"

namespace cochlea {

struct GriffinLimParams {
  Matrix modulus;           // real
  Matrix rebuilt;           // r, complex
  Matrix previous;          // r', complex
  Matrix out;               // z, complex
  const int32_t* frames;    // real frames of every row
  uint64_t seed;
  int32_t bins;
  int32_t out_frames;
  int32_t blocks_per_row;
  int32_t random;           // start: 1: noise, 0: phase 0
  float momentum;
  float epsilon;
};

template <class Body>
DEVICE void each_bin(const GriffinLimParams& p, Body&& body) {
  const Part part = part_of(p.blocks_per_row, 4);
  const int frames = p.frames[part.row];
  ROLLED for (int e = 0; e < 4; e++) {
    const int i = part.first + e * kMatrixThreads;
    if (i >= p.bins * p.out_frames) break;
    const int bin = i / p.out_frames;
    const int frame = i - bin * p.out_frames;
    body(part.row, bin, frame, frame < frames);
  }
}

}  // namespace cochlea

KERNEL(griffin_lim_start, cochlea::GriffinLimParams, 256, 4) {
  using namespace cochlea;
  each_bin(p, [&](int row, int bin, int frame, bool real) {
    float2 z = complex_of(0.0f, 0.0f);
    if (real) {
      const float modulus = *real_at(p.modulus, row, bin, frame);
      z.x = modulus;
      if (p.random != 0) {
        // A pair of normal numbers points in every direction alike.
        const uint64_t at = 2 * (static_cast<uint64_t>(frame) * static_cast<uint64_t>(p.bins) +
                                 static_cast<uint64_t>(bin));
        const float2 a = complex_of(philox_normal(p.seed, 0, at),
                                    philox_normal(p.seed, 0, at + 1));
        const float length = hypotf(a.x, a.y);
        if (length > 0.0f) z = complex_of(modulus * (a.x / length), modulus * (a.y / length));
      }
    }
    store(complex_at(p.out, row, bin, frame), z);
  });
}

KERNEL(griffin_lim_update, cochlea::GriffinLimParams, 256, 4) {
  using namespace cochlea;
  each_bin(p, [&](int row, int bin, int frame, bool real) {
    float2 z = complex_of(0.0f, 0.0f);
    if (real) {
      const float2 r = load<float2>(complex_at(p.rebuilt, row, bin, frame));
      float2* previous = complex_at(p.previous, row, bin, frame);
      const float2 before = load<float2>(previous);
      const float2 a = complex_of(multiply_add(-p.momentum, before.x, r.x),
                                  multiply_add(-p.momentum, before.y, r.y));
      const float length = hypotf(a.x, a.y) + p.epsilon;
      const float modulus = *real_at(p.modulus, row, bin, frame);
      z = complex_of(modulus * (a.x / length), modulus * (a.y / length));
      store(previous, r);
    }
    store(complex_at(p.out, row, bin, frame), z);
  });
}
