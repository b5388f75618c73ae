// Signals and frames outside the fused frontend: what pipelines need that it does not cover.
//
//   gather_signal   out[row][0][i] = chain(x[i - left] + dither noise), with padding, pre-emphasis,
//                   zeros in front (shift) and at the end as FrontendParams has them
//   gather_frames   out[row][n][t] = x[t hop - left + n]
//     Grid: rows x blocks_per_row, blocks_per_row = ceil(out_bins out_frames / 1024). Block: 256.
//
//   operate_frames  noise, offset, emphasis, window of every frame of a matrix, in place
//   reduce_frames   out[row][0][t] = sum, mean, sum of squares, mean square or zero crossings of
//                   in[row][..][t]
//     Grid: rows x blocks_per_row, blocks_per_row = ceil(out_frames / 256). Block: 256, a frame to
//     a thread: neighbours in a warp are neighbours in memory.
//
// Shared bytes: 0. Values of frames that a row does not have become 0.
#include "matrix.cuh"

namespace cochlea {

struct SignalParams {
  const void* samples;
  const ClipRow* rows;   // frames: real values (or frames) of the result
  Matrix out;
  uint64_t dither_seed;
  int32_t out_bins;      // gather_frames: samples of a frame
  int32_t out_frames;
  int32_t blocks_per_row;
  int32_t hop;
  int32_t left;
  int32_t shift;
  int32_t sample_type;   // kFloat32 or kInt16
  int32_t padding;       // Padding
  int32_t before;        // Before
  float emphasis;
  float dither;
  float scale;           // of every sample; 1/32768 for int16
  PointwiseChain chain;
};

enum Reduction : int32_t {
  kSum = 0,
  kMean = 1,
  kSumOfSquares = 2,
  kMeanSquare = 3,
  kZeroCrossingRate = 4,
};

// What a matrix of frames is put through; the steps in order of their numbers.
struct FramesParams {
  Matrix in;
  Matrix out;              // of reduce_frames
  const int32_t* frames;   // real frames of every row
  const int32_t* channels; // number of every row's channel in its clip: for the noise
  const float* window;     // [length], or null
  uint64_t dither_seed;
  int32_t length;          // bins of a frame
  int32_t out_frames;
  int32_t blocks_per_row;
  int32_t operations;      // FrameOperation, or-ed
  int32_t before;          // Before: ZERO and FIRST, and EXTRAPOLATE
  int32_t reduction;       // Reduction
  float emphasis;
  float dither;
};

}  // namespace cochlea

KERNEL(gather_signal, cochlea::SignalParams, 256, 4) {
  using namespace cochlea;
  const Part part = part_of(p.blocks_per_row, 4);
  const ClipRow row = p.rows[part.row];
  ROLLED for (int e = 0; e < 4; e++) {
    const int i = part.first + e * kMatrixThreads;
    if (i >= p.out_frames) break;
    float value[1] = {0.0f};
    if (i < row.frames) {
      value[0] = p.scale * sample_at(p.samples, p.sample_type, p.padding, p.shift, p.emphasis,
                                     p.before, row, static_cast<int64_t>(i) - p.left);
      if (p.dither != 0.0f) {
        const float noise = philox_normal(p.dither_seed, static_cast<uint64_t>(row.channel),
                                          static_cast<uint64_t>(i));
        value[0] = multiply_add(p.dither, noise, value[0]);
      }
      apply(p.chain, value);
    }
    *real_at(p.out, part.row, 0, i) = value[0];
  }
}

KERNEL(gather_frames, cochlea::SignalParams, 256, 4) {
  using namespace cochlea;
  const Part part = part_of(p.blocks_per_row, 4);
  const ClipRow row = p.rows[part.row];
  ROLLED for (int e = 0; e < 4; e++) {
    const int i = part.first + e * kMatrixThreads;
    if (i >= p.out_bins * p.out_frames) break;
    const int n = i / p.out_frames;
    const int t = i - n * p.out_frames;
    float value = 0.0f;
    if (t < row.frames) {
      value = p.scale * sample_at(p.samples, p.sample_type, p.padding, p.shift, p.emphasis,
                                  p.before, row, static_cast<int64_t>(t) * p.hop - p.left + n);
    }
    *real_at(p.out, part.row, n, t) = value;
  }
}

KERNEL(operate_frames, cochlea::FramesParams, 256, 4) {
  using namespace cochlea;
  const Part part = part_of(p.blocks_per_row, 1);
  const int t = part.first;
  if (t >= p.frames[part.row]) return;
  float* frame = real_at(p.in, part.row, 0, t);
  const int64_t apart = p.in.bin;
  if ((p.operations & kDither) != 0) {
    const uint64_t at = static_cast<uint64_t>(t) * static_cast<uint64_t>(p.length);
    const uint64_t channel = static_cast<uint64_t>(p.channels[part.row]);
    ROLLED for (int n = 0; n < p.length; n++) {
      const float noise = philox_normal(p.dither_seed, channel, at + static_cast<uint64_t>(n));
      frame[n * apart] = multiply_add(p.dither, noise, frame[n * apart]);
    }
  }
  if ((p.operations & kRemoveOffset) != 0) {
    double sum = 0;
    ROLLED for (int n = 0; n < p.length; n++) sum += static_cast<double>(frame[n * apart]);
    const float mean = static_cast<float>(sum / p.length);
    ROLLED for (int n = 0; n < p.length; n++) frame[n * apart] -= mean;
  }
  if ((p.operations & kEmphasis) != 0) {
    const float first = frame[0];
    ROLLED for (int n = p.length - 1; n > 0; n--) {
      frame[n * apart] = multiply_add(-p.emphasis, frame[(n - 1) * apart], frame[n * apart]);
    }
    if (p.before == kBeforeFirst) frame[0] = multiply_add(-p.emphasis, first, first);
    if (p.before == kBeforeExtrapolate && p.length > 1) {
      // frame[1] is emphasised already.
      const float second = multiply_add(p.emphasis, first, frame[apart]);
      frame[0] = multiply_add(3.0f, first, -second);
    } else if (p.before == kBeforeExtrapolate) {
      frame[0] = 2.0f * first;
    }
  }
  if (p.window != nullptr) {
    ROLLED for (int n = 0; n < p.length; n++) frame[n * apart] *= p.window[n];
  }
}

KERNEL(reduce_frames, cochlea::FramesParams, 256, 4) {
  using namespace cochlea;
  const Part part = part_of(p.blocks_per_row, 1);
  const int t = part.first;
  if (t >= p.out_frames) return;
  double sum = 0;
  if (t < p.frames[part.row]) {
    const float* frame = real_at(p.in, part.row, 0, t);
    bool negative = false;
    ROLLED for (int n = 0; n < p.length; n++) {
      const double x = static_cast<double>(frame[n * p.in.bin]);
      if (p.reduction == kZeroCrossingRate) {
        // What is almost zero counts as +0.
        const bool now = x < -1e-10;
        if (n > 0 && now != negative) sum += 1;
        negative = now;
      } else if (p.reduction == kSum || p.reduction == kMean) {
        sum += x;
      } else {
        sum += x * x;
      }
    }
    if (p.reduction != kSum && p.reduction != kSumOfSquares) sum /= p.length;
  }
  *real_at(p.out, part.row, 0, t) = static_cast<float>(sum);
}
