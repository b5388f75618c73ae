// Rows of values from one place in device memory to another: interleaved channels to rows, ragged
// clips to rows of one length and back, int16 to float32, float32 to float16.
//
//   copy_rows   to[row.to + i] = scale from[row.from + i row.stride], 0 <= i < row.count;
//               0 for row.count <= i < row.room
//
// Grid: rows x blocks_per_row, blocks_per_row = ceil(greatest room / 1024). Block: 256, four values
// to a thread. Shared bytes: 0.
#include "matrix.cuh"

namespace cochlea {

// 32 bytes.
struct CopyRow {
  int64_t from;    // its first value, counted in values
  int64_t to;
  int32_t count;
  int32_t room;
  int32_t stride;  // values of `from` from one to the next: the number of interleaved channels
  int32_t reserved;
};

struct CopyParams {
  const void* from;
  void* to;
  const CopyRow* rows;
  int32_t blocks_per_row;
  int32_t sample_type;  // of from: kFloat32 or kInt16
  int32_t out_type;     // OutputType
  float scale;
};

}  // namespace cochlea

KERNEL(copy_rows, cochlea::CopyParams, 256, 4) {
  using namespace cochlea;
  const Part part = part_of(p.blocks_per_row, 4);
  const CopyRow row = p.rows[part.row];
  repeat<4>([&](auto e) {
    const int i = part.first + e.value * kMatrixThreads;
    if (i >= row.room) return;
    float value = 0.0f;
    if (i < row.count) {
      const int64_t at = row.from + static_cast<int64_t>(i) * row.stride;
      value = p.scale * (p.sample_type == kFloat32
                             ? static_cast<const float*>(p.from)[at]
                             : static_cast<float>(static_cast<const short*>(p.from)[at]));
    }
    if (p.out_type == kOutFloat32) {
      static_cast<float*>(p.to)[row.to + i] = value;
    } else {
      static_cast<unsigned short*>(p.to)[row.to + i] = half_bits(value);
    }
  });
}
