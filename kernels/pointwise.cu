// Values to values, frame by frame: what is left when a stage could not join another kernel.
//
// Grid: rows x blocks_per_row, blocks_per_row = ceil(out_bins out_frames / 1024). Block: 256, four
// values to a thread. Shared bytes: 0.
//
//   pointwise         out = chain(in), real
//   pointwise_complex out = in, or chain(|in|^power), or chain(angle(in)) of complex values
//   combine           out = in x other, or in / other, real
//
// Frames that a row does not have become `fill`. All may write where they read.
#include "matrix.cuh"

namespace cochlea {

enum ComplexTap : int32_t { kCopy = 0, kModulusOf = 1, kAngleOf = 2 };

enum Combination : int32_t { kMultiply = 0, kDivide = 1 };

struct PointwiseParams {
  Matrix in;
  Matrix other;           // of combine
  Matrix out;
  const int32_t* frames;  // real frames of every row of the result
  int32_t out_bins;
  int32_t out_frames;     // frames to be filled
  int32_t blocks_per_row;
  int32_t what;           // ComplexTap or Combination
  int32_t out_type;       // OutputType
  float power;
  float fill;
  int32_t reserved;
  PointwiseChain chain;
};

constexpr int kEach = 4;

// body(bin, frame, whether the row has it) for the values of this thread.
template <class Body>
DEVICE void each_value(const PointwiseParams& p, Body&& body) {
  const Part part = part_of(p.blocks_per_row, kEach);
  const int real = p.frames[part.row];
  ROLLED for (int e = 0; e < kEach; e++) {
    const int i = part.first + e * kMatrixThreads;
    if (i >= p.out_bins * p.out_frames) break;
    const int bin = i / p.out_frames;
    const int frame = i - bin * p.out_frames;
    body(part.row, bin, frame, frame < real);
  }
}

}  // namespace cochlea

KERNEL(pointwise, cochlea::PointwiseParams, 256, 4) {
  using namespace cochlea;
  each_value(p, [&](int row, int bin, int frame, bool real) {
    float value[1] = {p.fill};
    if (real) {
      value[0] = *real_at(p.in, row, bin, frame);
      apply(p.chain, value);
    }
    store_real(p.out, p.out_type, row, bin, frame, value[0]);
  });
}

KERNEL(pointwise_complex, cochlea::PointwiseParams, 256, 4) {
  using namespace cochlea;
  each_value(p, [&](int row, int bin, int frame, bool real) {
    const float2 z = real ? load<float2>(complex_at(p.in, row, bin, frame)) : complex_of(0, 0);
    if (p.what == kCopy) {
      store(complex_at(p.out, row, bin, frame), z);
      return;
    }
    float value[1] = {p.fill};
    if (real) {
      value[0] = p.what == kModulusOf ? raised(squared_modulus(z), p.power) : angle_of(z);
      apply(p.chain, value);
    }
    store_real(p.out, p.out_type, row, bin, frame, value[0]);
  });
}

KERNEL(combine, cochlea::PointwiseParams, 256, 4) {
  using namespace cochlea;
  each_value(p, [&](int row, int bin, int frame, bool real) {
    float value = p.fill;
    if (real) {
      const float a = *real_at(p.in, row, bin, frame);
      const float b = *real_at(p.other, row, bin, frame);
      value = p.what == kMultiply ? a * b : a / b;
    }
    store_real(p.out, p.out_type, row, bin, frame, value);
  });
}
