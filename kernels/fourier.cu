// Transforms of any length through device memory: for lengths beyond the fused kernels.
//
//   fourier_load      work[n][t] = table[n] x[n][t] (windowed frames, real), or the bins of a
//                     spectrum with their mirror images, conjugated; zeros up to the work's length
//   fourier_pass      one Stockham pass of radix r: from[q + s (p + m i)] -> to[q + s (r p + j)],
//                     times exp(-2 pi i p j / (r m)); s is the product of the radices before, and
//                     r m s the length. The order of the bins comes out right
//   fourier_multiply  work[n][t] *= filter[n], then conjugated
//   fourier_store     out[k][t] = bins, or the real part / N of what a spectrum was turned into
//
// A real or inverse transform of length N: load, passes, store. Where N has large factors, by
// Bluestein: load (times chirp), passes of length M, multiply by the transform of the chirp's
// conjugate, passes, store (conjugated, times chirp).
//
// work is [row][n][frame], complex, frames innermost: a warp's lanes are neighbouring frames.
// Grid: rows x blocks_per_row, blocks_per_row = ceil(items frames / 256), items = N, M, or M / r.
// Block: 256. Shared bytes: 0.
#include "frontend_any.cuh"

namespace cochlea {

enum FourierInput : int32_t { kRealFrames = 0, kSpectrum = 1 };

struct FourierParams {
  Matrix in;              // of load: frames or bins
  Matrix out;             // of store
  float2* from;
  float2* to;
  const int32_t* frames;  // real frames of every row
  const float2* table;    // of load: N factors (window, chirp); of store: factors of bins, or null
  const float2* roots;    // of a pass: exp(-2 pi i j / length)
  const float2* filter;   // of multiply: [length]
  int32_t size;           // N
  int32_t length;         // of the work's transforms: N or M
  int32_t work_frames;    // frames of the work
  int32_t blocks_per_row;
  int32_t input;          // FourierInput
  int32_t in_bins;        // samples or bins that the input has
  int32_t radix;
  int32_t stride;         // s
  int32_t inverse;        // store: 1 takes real parts / N of conjugates; 0 bins 0 .. N/2
  int32_t conjugate;      // store: the work holds conjugates
  int32_t out_frames;
  int32_t reserved;
};

DEVICE int64_t work_at(const FourierParams& p, int row, int n, int frame) {
  return (static_cast<int64_t>(row) * p.length + n) * p.work_frames + frame;
}

struct Item {
  int row;
  int number;
  int frame;
};

// The item and frame of this thread; row -1 when there is none.
DEVICE Item item_of(const FourierParams& p, int items, int frames) {
  const Part part = part_of(p.blocks_per_row, 1);
  const int number = part.first / frames;
  return {number < items ? part.row : -1, number, part.first - number * frames};
}

template <int R>
DEVICE void stockham(const FourierParams& p, const Item& item) {
  const int apart = p.length / R;
  const int q = item.number % p.stride;
  const int block = item.number / p.stride;
  float2 z[R];
  repeat<R>([&](auto i) {
    z[i.value] =
        load<float2>(p.from + work_at(p, item.row, item.number + i.value * apart, item.frame));
  });
  dft<R>(z);
  repeat<R>([&](auto j) {
    if (j.value > 0 && block > 0) {
      z[j.value] = times(z[j.value], load_table<float2>(p.roots + block * j.value * p.stride));
    }
    const int n = q + p.stride * (R * block + j.value);
    store(p.to + work_at(p, item.row, n, item.frame), z[j.value]);
  });
}

}  // namespace cochlea

KERNEL(fourier_load, cochlea::FourierParams, 256, 4) {
  using namespace cochlea;
  const Item item = item_of(p, p.length, p.work_frames);
  if (item.row < 0) return;
  float2 z = complex_of(0.0f, 0.0f);
  const bool real = item.frame < p.frames[item.row];
  if (real && item.number < p.size) {
    if (p.input == kRealFrames) {
      if (item.number < p.in_bins) {
        z.x = *real_at(p.in, item.row, item.number, item.frame);
      }
    } else {
      // conj(X[k]), and X[N - k] for the mirror images.
      const bool mirrored = item.number > p.size / 2;
      const int k = mirrored ? p.size - item.number : item.number;
      z = load<float2>(complex_at(p.in, item.row, k, item.frame));
      if (!mirrored) z.y = -z.y;
      if (k == 0 || 2 * k == p.size) z.y = 0.0f;
    }
    if (p.table != nullptr) z = times(z, load_table<float2>(p.table + item.number));
  }
  store(p.to + work_at(p, item.row, item.number, item.frame), z);
}

KERNEL(fourier_pass, cochlea::FourierParams, 256, 2) {
  using namespace cochlea;
  const Item item = item_of(p, p.length / p.radix, p.work_frames);
  if (item.row < 0) return;
  with_radix(p.radix, [&](auto r) { stockham<r.value>(p, item); });
}

KERNEL(fourier_multiply, cochlea::FourierParams, 256, 4) {
  using namespace cochlea;
  const Item item = item_of(p, p.length, p.work_frames);
  if (item.row < 0) return;
  float2* at = p.to + work_at(p, item.row, item.number, item.frame);
  const float2 z = times(load<float2>(at), load_table<float2>(p.filter + item.number));
  store(at, complex_of(z.x, -z.y));
}

KERNEL(fourier_store, cochlea::FourierParams, 256, 4) {
  using namespace cochlea;
  const int bins = p.inverse != 0 ? p.size : p.size / 2 + 1;
  const Item item = item_of(p, bins, p.out_frames);
  if (item.row < 0) return;
  float2 z = complex_of(0.0f, 0.0f);
  if (item.frame < p.frames[item.row]) {
    z = load<float2>(p.from + work_at(p, item.row, item.number, item.frame));
    if (p.conjugate != 0) z.y = -z.y;
    if (p.table != nullptr) z = times(z, load_table<float2>(p.table + item.number));
  }
  if (p.inverse != 0) {
    *real_at(p.out, item.row, item.number, item.frame) = z.x / static_cast<float>(p.size);
    return;
  }
  if (item.number == 0 || 2 * item.number == p.size) z.y = 0.0f;
  store(complex_at(p.out, item.row, item.number, item.frame), z);
}
