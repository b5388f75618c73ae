// Spectra back to signals.
//
//   inverse_frames  out[row][n][t] = (1/N) sum_k X[k][t] exp(2 pi i k n / N), real, of the bins
//                   k = 0 .. N/2; the imaginary parts of bins 0 and N/2 are ignored
//   inverse_stft    the same, then windowed overlap-add with its normalisation:
//                   y[i] = sum_t w[m] x[m, t] / sum_t w[m]^2, m = i + trim - t hop
//   overlap_add     that last step alone, from frames in memory
//
// The transform: of an even N, N/2 complex values z[n] = x[2n] + i x[2n+1], whose spectrum is
// (X[k] + conj X[N/2-k])/2 + i exp(2 pi i k/N) (X[k] - conj X[N/2-k])/2; of an odd N, N values. The
// bins are put where decimation in time wants them (positions), and come out in order.
// N is 2^a 3^b 5^c 7^d, up to 8192; fourier.cu has all others.
//
// inverse_stft: a block computes F frames and owns F - Q + 1 hops of the signal, where Q = ceil(N /
// hop) frames meet in a hop: Q - 1 frames are computed twice, and every output is summed by one
// thread, in order of t: no atomics, the same bits whatever the grid.
//
// Lane = frame. Places of the grid are F | 1 pairs apart, so that the sums, whose lanes are
// neighbouring samples of one frame, find their values in different banks.
//
// Grid: rows x tiles; tiles = ceil(frames / F), or ceil(hops / (F - Q + 1)) with hops =
// ceil((samples + trim) / hop). Block: 256. Shared bytes: 8 M (F | 1), M = N/2 or N.
// overlap_add: rows x ceil(samples / 256) blocks of 256, no shared memory.
#include "frontend_any.cuh"

namespace cochlea {

struct InverseParams {
  Matrix in;               // complex bins; of overlap_add real frames
  Matrix out;              // frames, or a signal: bin 0
  const int32_t* frames;   // of every row of `in`
  const int32_t* samples;  // of every row of the signal; fewer than there is room for: zeros follow
  const float* window;     // [N]: of the overlap-add
  const float2* roots;     // exp(-2 pi i j / M), j < M
  const float2* half_roots;  // exp(2 pi i k / N), k <= N/4, of an even N
  const int32_t* positions;  // of bin k < M
  int32_t size;            // N
  int32_t columns;         // M
  int32_t passes;
  int32_t radix[8];
  int32_t frames_per_block;
  int32_t tiles;
  int32_t hop;
  int32_t trim;
  int32_t out_frames;      // frames or samples to be filled
  int32_t reserved;
};

struct InverseGrid {
  float2* values;
  int pitch;  // pairs from place to place
  int frame;
  DEVICE float2* at(int i) const { return values + i * pitch + frame; }
};

// One frame's bins to places; the spectrum of the packed signal of an even N.
DEVICE void place_bins(const InverseParams& p, const float2* in, bool real, InverseGrid grid,
                       int worker, int workers) {
  const int m = p.columns;
  const float scale = 1.0f / static_cast<float>(p.size);
  auto bin = [&](int k) { return real ? load<float2>(in + k * p.in.bin) : complex_of(0, 0); };
  auto put = [&](int k, float2 z) {
    store(grid.at(load_table<int>(p.positions + k)), complex_of(scale * z.x, scale * z.y));
  };
  if (p.size % 2 != 0) {
    for (int k = worker; k <= m / 2; k += workers) {
      float2 z = bin(k);
      if (k == 0) z.y = 0.0f;
      put(k, z);
      if (k > 0) put(m - k, complex_of(z.x, -z.y));
    }
    return;
  }
  for (int k = worker; k <= m / 2; k += workers) {
    float2 a = bin(k);
    float2 b = bin(m - k);
    if (k == 0) a.y = b.y = 0.0f;
    // Twice the spectra of the even and of the odd samples; the factor is in the scale (M = N/2).
    const float2 even = complex_of(a.x + b.x, a.y - b.y);
    const float2 turn = load_table<float2>(p.half_roots + k);
    const float2 odd = times(complex_of(a.x - b.x, a.y + b.y), turn);
    put(k, complex_of(even.x - odd.y, even.y + odd.x));
    if (k > 0 && k < m - k) put(m - k, complex_of(even.x + odd.y, odd.x - even.y));
  }
}

template <int R>
DEVICE void inverse_rows(const InverseParams& p, InverseGrid grid, int length, int worker,
                         int workers) {
  const int apart = length / R;
  const int root_step = p.columns / length;
  for (int task = worker; task < p.columns / R; task += workers) {
    const int j = task % apart;
    const int base = task / apart * length + j;
    float2 z[R];
    repeat<R>([&](auto q) {
      z[q.value] = load<float2>(grid.at(base + q.value * apart));
      if (q.value > 0 && apart > 1) {
        z[q.value] =
            times_conjugate(z[q.value], load_table<float2>(p.roots + q.value * j * root_step));
      }
    });
    inverse_dft<R>(z);
    repeat<R>([&](auto n) { store(grid.at(base + n.value * apart), z[n.value]); });
  }
}

// Frames first … first + F - 1 of a row in the grid, in order of their samples.
DEVICE InverseGrid inverse_transform(const InverseParams& p, int row, int first, float2* shared) {
  const int f = p.frames_per_block;
  const InverseGrid grid = {shared, f | 1, static_cast<int>(threadIdx.x) % f};
  const int worker = static_cast<int>(threadIdx.x) / f;
  const int workers = kAnyThreads / f;
  const int frame = first + grid.frame;
  const bool real = frame >= 0 && frame < p.frames[row];
  place_bins(p, complex_at(p.in, row, 0, real ? frame : 0), real, grid, worker, workers);
  int length = 1;
  for (int i = p.passes - 1; i >= 0; i--) {
    length *= p.radix[i];
    __syncthreads();
    with_radix(p.radix[i], [&](auto r) {
      inverse_rows<r.value>(p, grid, length, worker, workers);
    });
  }
  __syncthreads();
  return grid;
}

// Sample n of frame f of a grid.
DEVICE float grid_sample(const InverseParams& p, const InverseGrid& grid, int n, int f) {
  if (p.size % 2 != 0) return grid.values[n * grid.pitch + f].x;
  const float2 z = grid.values[(n >> 1) * grid.pitch + f];
  return (n & 1) == 0 ? z.x : z.y;
}

// The sum of squared windows at a place where it is at most this counts as 1.
constexpr float kLeastOverlap = 1e-10f;

}  // namespace cochlea

KERNEL(inverse_frames, cochlea::InverseParams, cochlea::kAnyThreads, 2) {
  using namespace cochlea;
  SHARED_MEMORY(float2, shared);
  const int row = static_cast<int>(blockIdx.x) / p.tiles;
  const int first = (static_cast<int>(blockIdx.x) - row * p.tiles) * p.frames_per_block;
  const InverseGrid grid = inverse_transform(p, row, first, shared);
  const int f = p.frames_per_block;
  const int frame = first + grid.frame;
  if (frame >= p.out_frames) return;
  for (int n = static_cast<int>(threadIdx.x) / f; n < p.size; n += kAnyThreads / f) {
    *real_at(p.out, row, n, frame) = grid_sample(p, grid, n, grid.frame);
  }
}

KERNEL(inverse_stft, cochlea::InverseParams, cochlea::kAnyThreads, 2) {
  using namespace cochlea;
  SHARED_MEMORY(float2, shared);
  const int row = static_cast<int>(blockIdx.x) / p.tiles;
  const int tile = static_cast<int>(blockIdx.x) - row * p.tiles;
  const int meet = (p.size + p.hop - 1) / p.hop;
  const int owned = p.frames_per_block - meet + 1;
  const int first = tile * owned - (meet - 1);
  const InverseGrid grid = inverse_transform(p, row, first, shared);
  const int frames = p.frames[row];
  const int samples = p.samples[row];
  const int64_t full =
      frames == 0 ? 0 : p.size + static_cast<int64_t>(p.hop) * (frames - 1);
  float* out = real_at(p.out, row, 0, 0);
  for (int j = static_cast<int>(threadIdx.x); j < owned * p.hop; j += kAnyThreads) {
    const int64_t at = static_cast<int64_t>(tile) * owned * p.hop + j;
    const int64_t i = at - p.trim;
    if (i < 0 || i >= p.out_frames) continue;
    float value = 0.0f;
    if (i < samples && at < full) {
      const int hop_number = j / p.hop;
      float sum = 0.0f;
      float weight = 0.0f;
      for (int q = 0; q < meet; q++) {
        // Frame f of the grid covers this sample from its sample n on; f upwards is t upwards.
        const int f = hop_number + q;
        const int n = j - (hop_number + q - (meet - 1)) * p.hop;
        const int t = first + f;
        if (n >= p.size || t < 0 || t >= frames) continue;
        const float w = load_table<float>(p.window + n);
        sum = multiply_add(w, grid_sample(p, grid, n, f), sum);
        weight = multiply_add(w, w, weight);
      }
      value = sum / (weight > kLeastOverlap ? weight : 1.0f);
    }
    out[i] = value;
  }
}

KERNEL(overlap_add, cochlea::InverseParams, 256, 4) {
  using namespace cochlea;
  const int row = static_cast<int>(blockIdx.x) / p.tiles;
  const int tile = static_cast<int>(blockIdx.x) - row * p.tiles;
  const int i = tile * 256 + static_cast<int>(threadIdx.x);
  if (i >= p.out_frames) return;
  const int frames = p.frames[row];
  const int64_t at = static_cast<int64_t>(i) + p.trim;
  float value = 0.0f;
  if (i < p.samples[row] && frames > 0) {
    float sum = 0.0f;
    float weight = 0.0f;
    const int64_t last = min(static_cast<int>(at / p.hop), frames - 1);
    int64_t t = at < p.size ? 0 : (at - p.size) / p.hop + 1;
    for (; t <= last; t++) {
      const int n = static_cast<int>(at - t * p.hop);
      const float w = load_table<float>(p.window + n);
      sum = multiply_add(w, *real_at(p.in, row, n, static_cast<int>(t)), sum);
      weight = multiply_add(w, w, weight);
    }
    value = sum / (weight > kLeastOverlap ? weight : 1.0f);
  }
  *real_at(p.out, row, 0, i) = value;
}
