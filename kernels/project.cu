// Matrix products over bins: filter banks on ready frames, DCT, CQT kernels in either domain.
//
//   project          out[r][t] = chain(sum_k w[r][k] in[k][t]), all real
//   complex_project  out[r][t] = sum_k (u[r][k] + i v[r][k]) in[k][t], in real or complex
//   correlate        out[r][t] = sum_n (u[r][n] + i v[r][n]) x[t hop - left + n]: frames that are
//                    never stored (the STFT of nnAudio's frequency scales, the CQT of 1992)
//
// Outputs come in tiles of 8 that share the bins from … to - 1, so that a sparse basis costs what
// its bands cost. A thread computes a tile for one frame (correlate: two): a value is read once for
// 8 outputs, and weights are the same for the whole warp. A sum runs over k upwards, whatever the
// batch.
//
// Grid: rows x tiles x frame_blocks, frame blocks innermost, of 128 frames (correlate: 256).
// Block: 128. Shared bytes: 0; correlate 4 x 256 x 33 = 33,792: 32 samples of 256 frames, the rows
// 33 words apart so that lanes (frames) fall into different banks.
#include "matrix.cuh"

namespace cochlea {

constexpr int kTile = 8;
constexpr int kProjectThreads = 128;
constexpr int kChunk = 32;

struct ProjectParams {
  Matrix in;
  Matrix out;
  const int32_t* frames;   // real frames of every row of the result
  const int4* tiles;       // {first output, from, to, first float4 of its weights}
  const float4* weights;   // per bin of a tile: 8 floats, or 8 pairs
  int32_t tile_count;
  int32_t outputs;
  int32_t out_frames;
  int32_t frame_blocks;
  int32_t out_type;        // OutputType of project
  int32_t complex_input;   // of complex_project
  // ---- of correlate
  const void* samples;
  const ClipRow* rows;
  int32_t sample_type;
  int32_t hop;
  int32_t left;
  int32_t shift;
  int32_t padding;
  int32_t before;
  float emphasis;
  int32_t reserved;
  PointwiseChain chain;    // of project
};

struct ProjectBlock {
  int row;
  int4 tile;
  int frame;  // of this thread
};

DEVICE ProjectBlock project_block(const ProjectParams& p, int frames_per_block) {
  const int block = static_cast<int>(blockIdx.x);
  const int frames = block % p.frame_blocks;
  const int tile = block / p.frame_blocks;
  ProjectBlock b;
  b.row = tile / p.tile_count;
  b.tile = load_table<int4>(p.tiles + (tile - b.row * p.tile_count));
  b.frame = frames * frames_per_block + static_cast<int>(threadIdx.x);
  return b;
}

}  // namespace cochlea

KERNEL(project, cochlea::ProjectParams, cochlea::kProjectThreads, 6) {
  using namespace cochlea;
  const ProjectBlock b = project_block(p, kProjectThreads);
  if (b.frame >= p.out_frames) return;
  const bool real = b.frame < p.frames[b.row];
  float sum[kTile] = {};
  if (real) {
    const float* x = real_at(p.in, b.row, b.tile.y, b.frame);
    const float4* weights = p.weights + b.tile.w;
    UNROLLED_4_TIMES for (int k = b.tile.y; k < b.tile.z; k++) {
      const float value = *x;
      const float4 u = load_table<float4>(weights);
      const float4 v = load_table<float4>(weights + 1);
      sum[0] = multiply_add(u.x, value, sum[0]);
      sum[1] = multiply_add(u.y, value, sum[1]);
      sum[2] = multiply_add(u.z, value, sum[2]);
      sum[3] = multiply_add(u.w, value, sum[3]);
      sum[4] = multiply_add(v.x, value, sum[4]);
      sum[5] = multiply_add(v.y, value, sum[5]);
      sum[6] = multiply_add(v.z, value, sum[6]);
      sum[7] = multiply_add(v.w, value, sum[7]);
      x += p.in.bin;
      weights += 2;
    }
    apply(p.chain, sum);
  }
  repeat<kTile>([&](auto r) {
    const int output = b.tile.x + r.value;
    if (output < p.outputs) {
      store_real(p.out, p.out_type, b.row, output, b.frame, sum[r.value]);
    }
  });
}

KERNEL(complex_project, cochlea::ProjectParams, cochlea::kProjectThreads, 4) {
  using namespace cochlea;
  const ProjectBlock b = project_block(p, kProjectThreads);
  if (b.frame >= p.out_frames) return;
  const bool real = b.frame < p.frames[b.row];
  float2 sum[kTile];
  repeat<kTile>([&](auto r) { sum[r.value] = complex_of(0.0f, 0.0f); });
  if (real) {
    const float4* weights = p.weights + b.tile.w;
    UNROLLED_TWICE for (int k = b.tile.y; k < b.tile.z; k++) {
      const float2 x = p.complex_input != 0
                           ? load<float2>(complex_at(p.in, b.row, k, b.frame))
                           : complex_of(*real_at(p.in, b.row, k, b.frame), 0.0f);
      repeat<kTile / 2>([&](auto i) {
        constexpr int r = 2 * i.value;
        const float4 w = load_table<float4>(weights + i.value);
        sum[r].x = multiply_add(w.x, x.x, sum[r].x);
        sum[r].y = multiply_add(w.y, x.x, sum[r].y);
        sum[r + 1].x = multiply_add(w.z, x.x, sum[r + 1].x);
        sum[r + 1].y = multiply_add(w.w, x.x, sum[r + 1].y);
        if (p.complex_input != 0) {
          sum[r].x = multiply_add(-w.y, x.y, sum[r].x);
          sum[r].y = multiply_add(w.x, x.y, sum[r].y);
          sum[r + 1].x = multiply_add(-w.w, x.y, sum[r + 1].x);
          sum[r + 1].y = multiply_add(w.z, x.y, sum[r + 1].y);
        }
      });
      weights += kTile / 2;
    }
  }
  repeat<kTile>([&](auto r) {
    const int output = b.tile.x + r.value;
    if (output < p.outputs) store(complex_at(p.out, b.row, output, b.frame), sum[r.value]);
  });
}

KERNEL(correlate, cochlea::ProjectParams, cochlea::kProjectThreads, 4) {
  using namespace cochlea;
  constexpr int kFrames = 2 * kProjectThreads;
  constexpr int kPitch = kChunk + 1;
  SHARED_MEMORY(float, staged);
  ProjectBlock b = project_block(p, kFrames);
  const int first = b.frame - static_cast<int>(threadIdx.x);
  const ClipRow row = p.rows[b.row];
  float2 sum[2][kTile];
  repeat<kTile>([&](auto r) {
    sum[0][r.value] = complex_of(0.0f, 0.0f);
    sum[1][r.value] = complex_of(0.0f, 0.0f);
  });
  const int frames = min(kFrames, row.frames - first);
  const float4* weights = p.weights + b.tile.w;
  ROLLED for (int n0 = b.tile.y; n0 < b.tile.z && frames > 0; n0 += kChunk) {
    const int count = min(kChunk, b.tile.z - n0);
    __syncthreads();
    // A warp reads the 32 neighbours that a frame has here.
    const int lane = static_cast<int>(threadIdx.x) % 32;
    ROLLED for (int f = static_cast<int>(threadIdx.x) / 32; f < frames; f += kProjectThreads / 32) {
      if (lane >= count) continue;
      const int64_t position = static_cast<int64_t>(first + f) * p.hop - p.left + n0 + lane;
      const int64_t j = position - p.shift;
      float value;
      if (position >= 0 && position < row.length && j >= 0 && j < row.samples &&
          p.emphasis == 0.0f) {
        value = p.sample_type == kFloat32
                    ? static_cast<const float*>(p.samples)[row.start + j]
                    : static_cast<float>(static_cast<const short*>(p.samples)[row.start + j]);
      } else {
        value = sample_at(p.samples, p.sample_type, p.padding, p.shift, p.emphasis, p.before, row,
                          position);
      }
      staged[f * kPitch + lane] = value;
    }
    __syncthreads();
    const float* x = staged + static_cast<int>(threadIdx.x) * kPitch;
    const float* y = x + kProjectThreads * kPitch;
    UNROLLED_TWICE for (int n = 0; n < count; n++) {
      const float a = x[n];
      const float c = y[n];
      repeat<kTile / 2>([&](auto i) {
        constexpr int r = 2 * i.value;
        const float4 w = load_table<float4>(weights + i.value);
        sum[0][r].x = multiply_add(w.x, a, sum[0][r].x);
        sum[0][r].y = multiply_add(w.y, a, sum[0][r].y);
        sum[0][r + 1].x = multiply_add(w.z, a, sum[0][r + 1].x);
        sum[0][r + 1].y = multiply_add(w.w, a, sum[0][r + 1].y);
        sum[1][r].x = multiply_add(w.x, c, sum[1][r].x);
        sum[1][r].y = multiply_add(w.y, c, sum[1][r].y);
        sum[1][r + 1].x = multiply_add(w.z, c, sum[1][r + 1].x);
        sum[1][r + 1].y = multiply_add(w.w, c, sum[1][r + 1].y);
      });
      weights += kTile / 2;
    }
  }
  repeat<2>([&](auto half) {
    const int frame = b.frame + half.value * kProjectThreads;
    if (frame < p.out_frames) {
      repeat<kTile>([&](auto r) {
        const int output = b.tile.x + r.value;
        const float2 z =
            frame < row.frames ? sum[half.value][r.value] : complex_of(0.0f, 0.0f);
        if (output < p.outputs) store(complex_at(p.out, b.row, output, frame), z);
      });
    }
  });
}
