// The frontend for transform lengths without a kernel of their own.
//
// frontend_smooth: N = r0 r1 r2 … with factors of at most 16 (N = 2^a 3^b 5^c 7^d, up to 8192). The
//   first pass takes real columns of length r0 as frontend.cuh does, M = N / r0:
//     grid[k1][n2] = exp(-2 pi i k1 n2 / N) sum_n1 w[n] x[n] exp(-2 pi i k1 n1 / r0),
//     n = M n1 + n2, k1 = 0 .. r0/2
//   Every further pass is a radix-r decimation in frequency of all rows, in place: blocks of length
//   L become r blocks of L/r. Bin k then lies at positions[k]; the upper half of the bins is the
//   conjugate of what lies there.
//
// frontend_bluestein: any N, as a convolution of length M >= N + N/2 with small factors:
//     X[k] = c[k] sum_n (w[n] c[n] x[n]) conj(c[k - n]),   c[n] = exp(-pi i n^2 / N)
//   Transform by decimation in frequency, product with the transform of conj(c) in that order,
//   inverse transform by decimation in time: no permutation is needed.
//
// F (frames_per_block) is chosen by the launcher: a power of two from 1 to 32. Place i of the grid
// lies at (i + i/16) F: with few frames per block, lanes of a warp are places of a row, and the gap
// keeps powers of two apart in the banks (a 64-bit access is served 16 lanes at a time; distances
// of 16, 8, 4 … places become odd multiples, or halves, of F).
#pragma once

#include "frontend.cuh"

namespace cochlea {

constexpr int kAnyThreads = 256;

DEVICE int place(int i) { return i + (i >> 4); }

struct AnyGrid {
  float2* values;
  int f;      // frames per block
  int frame;  // of this lane
  DEVICE float2* at(int i) const { return values + place(i) * f + frame; }
};

// body(Index<r>) for the radix at hand.
template <class Body>
DEVICE void with_radix(int radix, Body&& body) {
  switch (radix) {
    case 2: body(Index<2>{}); break;
    case 3: body(Index<3>{}); break;
    case 4: body(Index<4>{}); break;
    case 5: body(Index<5>{}); break;
    case 6: body(Index<6>{}); break;
    case 7: body(Index<7>{}); break;
    case 8: body(Index<8>{}); break;
    case 9: body(Index<9>{}); break;
    case 10: body(Index<10>{}); break;
    case 12: body(Index<12>{}); break;
    case 14: body(Index<14>{}); break;
    case 15: body(Index<15>{}); break;
    case 16: body(Index<16>{}); break;
    default: break;
  }
}

template <int R>
DEVICE void real_pass(const FrontendParams& p, const float* audio, AnyGrid grid, int worker,
                      int workers) {
  const int m = p.columns;
  const float* samples = audio + grid.frame * p.pitch;
  const float* window = reinterpret_cast<const float*>(p.window);
  const int* offsets = reinterpret_cast<const int*>(p.offsets);
  ROLLED for (int n2 = worker; n2 < m; n2 += workers) {
    float x[R];
    float2 y[R / 2 + 1];
    repeat<R>([&](auto n1) {
      const int n = m * n1.value + n2;
      x[n1.value] = samples[load_table<int>(offsets + n)] * load_table<float>(window + n);
    });
    real_dft<R>(x, y);
    repeat<R / 2 + 1>([&](auto k1) {
      float2 z = y[k1.value];
      if constexpr (k1.value > 0) z = times(z, load_table<float2>(p.roots + n2 * k1.value));
      store(grid.at(k1.value * m + n2), z);
    });
  }
}

// Blocks of length `length` in `count` places become R times as many; roots[j root_step] are the
// length-th roots of 1.
template <int R>
DEVICE void forward_pass(const float2* roots, AnyGrid grid, int count, int length, int root_step,
                         int worker, int workers) {
  const int apart = length / R;
  ROLLED for (int task = worker; task < count / R; task += workers) {
    const int j = task % apart;
    const int base = task / apart * length + j;
    float2 z[R];
    repeat<R>([&](auto m) { z[m.value] = load<float2>(grid.at(base + m.value * apart)); });
    dft<R>(z);
    repeat<R>([&](auto q) {
      if (q.value > 0 && apart > 1) {
        z[q.value] = times(z[q.value], load_table<float2>(roots + q.value * j * root_step));
      }
      store(grid.at(base + q.value * apart), z[q.value]);
    });
  }
}

template <int R>
DEVICE void inverse_pass(const float2* roots, AnyGrid grid, int count, int length, int root_step,
                         int worker, int workers) {
  const int apart = length / R;
  ROLLED for (int task = worker; task < count / R; task += workers) {
    const int j = task % apart;
    const int base = task / apart * length + j;
    float2 z[R];
    repeat<R>([&](auto q) {
      z[q.value] = load<float2>(grid.at(base + q.value * apart));
      if (q.value > 0 && apart > 1) {
        z[q.value] =
            times_conjugate(z[q.value], load_table<float2>(roots + q.value * j * root_step));
      }
    });
    inverse_dft<R>(z);
    repeat<R>([&](auto m) { store(grid.at(base + m.value * apart), z[m.value]); });
  }
}

// From bins in the grid to what is asked for; bin(k) reads one of this lane's frame.
template <class Bin>
DEVICE void finish_any(const FrontendParams& p, const Tile& tile, AnyGrid grid, float* rows,
                       int worker, int workers, Bin&& bin) {
  const int bins = p.size / 2 + 1;
  const int f = grid.f;
  if (p.bank_group_count == 0) {
    ROLLED for (int k = worker; k < bins; k += workers) store_bin(p, tile, k, grid.frame, bin(k));
    return;
  }
  const int lead = f >= 4 ? 32 / f - 1 : 0;
  float* power = rows + lead * f;
  ROLLED for (int k = worker; k < bins; k += workers) {
    power[k * f + grid.frame] = squared_modulus(bin(k));
  }
  clear_guards<kAnyThreads>(rows, lead, bins, f);
  __syncthreads();
  if (p.power != 2.0f) {
    raise_power<kAnyThreads>(p, power, bins * f);
    __syncthreads();
  }
  if (f >= 4) {
    project_bank<4, kAnyThreads>(p, tile, f, rows);
  } else {
    project_bank<1, kAnyThreads>(p, tile, f, rows);
  }
}

DEVICE void run_smooth(const FrontendParams& p) {
  SHARED_MEMORY(float, shared);
  const int f = p.frames_per_block;
  Tile tile;
  if (!locate(p, f, tile)) {
    store_zeros<kAnyThreads>(p, tile, f);
    return;
  }
  const int rows = p.radix[0] / 2 + 1;
  const int count = rows * p.columns;
  const AnyGrid grid = {reinterpret_cast<float2*>(shared), f, static_cast<int>(threadIdx.x) % f};
  float* audio = shared + 2 * place(count + 15) * f;
  const int worker = static_cast<int>(threadIdx.x) / f;
  const int workers = kAnyThreads / f;
  stage<kAnyThreads>(p, tile, f, p.size, audio, shared);
  if (p.radix[0] == 1) {
    real_pass<1>(p, audio, grid, worker, workers);
  } else {
    with_radix(p.radix[0],
               [&](auto r) { real_pass<r.value>(p, audio, grid, worker, workers); });
  }
  int length = p.columns;
  int root_step = p.radix[0];
  ROLLED for (int i = 1; i < p.passes; i++) {
    __syncthreads();
    with_radix(p.radix[i], [&](auto r) {
      forward_pass<r.value>(p.roots, grid, count, length, root_step, worker, workers);
    });
    length /= p.radix[i];
    root_step *= p.radix[i];
  }
  __syncthreads();
  finish_any(p, tile, grid, audio, worker, workers, [&](int k) {
    const int at = load_table<int>(p.positions + k);
    float2 z = load<float2>(grid.at(at < 0 ? ~at : at));
    if (at < 0) z.y = -z.y;
    if (k == 0 || 2 * k == p.size) z.y = 0.0f;  // of a real signal these are real
    return z;
  });
}

DEVICE void run_bluestein(const FrontendParams& p) {
  SHARED_MEMORY(float, shared);
  const int f = p.frames_per_block;
  Tile tile;
  if (!locate(p, f, tile)) {
    store_zeros<kAnyThreads>(p, tile, f);
    return;
  }
  const int m = p.columns;
  const AnyGrid grid = {reinterpret_cast<float2*>(shared), f, static_cast<int>(threadIdx.x) % f};
  float* audio = shared + 2 * place(m + 15) * f;
  const int worker = static_cast<int>(threadIdx.x) / f;
  const int workers = kAnyThreads / f;
  stage<kAnyThreads>(p, tile, f, p.size, audio, shared);
  ROLLED for (int n = worker; n < m; n += workers) {
    float2 z = complex_of(0.0f, 0.0f);
    if (n < p.size) {
      const float x = audio[grid.frame * p.pitch + load_table<int>(
                                reinterpret_cast<const int*>(p.offsets) + n)];
      const float2 c = load_table<float2>(p.chirp + n);
      z = complex_of(x * c.x, x * c.y);
    }
    store(grid.at(n), z);
  }
  int length = m;
  ROLLED for (int i = 0; i < p.passes; i++) {
    __syncthreads();
    with_radix(p.radix[i], [&](auto r) {
      forward_pass<r.value>(p.roots, grid, m, length, m / length, worker, workers);
    });
    length /= p.radix[i];
  }
  __syncthreads();
  ROLLED for (int i = worker; i < m; i += workers) {
    store(grid.at(i), times(load<float2>(grid.at(i)), load_table<float2>(p.filter + i)));
  }
  ROLLED for (int i = p.passes - 1; i >= 0; i--) {
    length *= p.radix[i];
    __syncthreads();
    with_radix(p.radix[i], [&](auto r) {
      inverse_pass<r.value>(p.roots, grid, m, length, m / length, worker, workers);
    });
  }
  __syncthreads();
  finish_any(p, tile, grid, audio, worker, workers, [&](int k) {
    float2 z = times(load<float2>(grid.at(k)), load_table<float2>(p.chirp + p.size + k));
    if (k == 0 || 2 * k == p.size) z.y = 0.0f;  // of a real signal these are real
    return z;
  });
}

}  // namespace cochlea
