// Matrices of frames in device memory: [row][bin][frame], frames innermost, real or complex. A row
// is a channel of a clip; rows may have fewer frames than there is room for.
#pragma once

#include "signal.cuh"

namespace cochlea {

// Values of a feature between two kernels. 24 bytes.
struct Matrix {
  void* data;   // float32 (complex: pairs); float16 where a kernel says so
  int64_t row;  // values from one row to the next (complex: pairs)
  int64_t bin;  // values from one bin to the next
};

constexpr int kMatrixThreads = 256;

// The part of a row that a block works on: `count` values per row, kMatrixThreads x `each` of them
// to a block, rows innermost in none. Grid: rows x blocks.
struct Part {
  int row;
  int first;
};

DEVICE Part part_of(int blocks_per_row, int each) {
  const int row = static_cast<int>(blockIdx.x) / blocks_per_row;
  const int block = static_cast<int>(blockIdx.x) - row * blocks_per_row;
  return {row, block * kMatrixThreads * each + static_cast<int>(threadIdx.x)};
}

DEVICE float* real_at(const Matrix& m, int row, int bin, int frame) {
  return static_cast<float*>(m.data) + row * m.row + bin * m.bin + frame;
}

DEVICE float2* complex_at(const Matrix& m, int row, int bin, int frame) {
  return static_cast<float2*>(m.data) + row * m.row + bin * m.bin + frame;
}

enum OutputType : int32_t { kOutFloat32 = 0, kOutFloat16 = 1 };

DEVICE void store_real(const Matrix& m, int type, int row, int bin, int frame, float value) {
  const int64_t at = row * m.row + bin * m.bin + frame;
  if (type == kOutFloat32) {
    static_cast<float*>(m.data)[at] = value;
  } else {
    static_cast<unsigned short*>(m.data)[at] = half_bits(value);
  }
}

// The larger, and NaN when either is.
DEVICE float larger(float a, float b) { return a > b || a != a ? a : b; }

DEVICE float smaller(float a, float b) { return a < b || a != a ? a : b; }

}  // namespace cochlea
