// From a waveform to a feature in one launch: pad, frame, window, real FFT, power, filter bank,
// logarithm, store. Nothing of the size of a frame or a spectrum touches global memory.
//
//   out[row][bin][t] = chain(sum_k bank[bin][k] |X[k][t]|^power)             "bank" kernels
//   out[row][k][t]   = X[k][t], or chain(|X|^power), or chain(angle(X))      "spectrum" kernels
//   X[k][t] = sum_{n<N} window[n] x[t hop - left + n] exp(-2 pi i k n / N),  k = 0 .. N/2
//
// A block computes F neighbouring frames of one row (a channel of a clip). Lane = frame: all lanes
// of a warp do the same to different frames, so that addresses, windows and twiddles are the same
// for all of them. N = R1 x R2, n = R2 n1 + n2, k = k1 + R1 k2:
//
//   stage    the samples that the frames cover are copied to shared memory, each once
//   pass 1   a task takes column n2: window, real DFT of length R1 in registers, twiddle, store
//   pass 2   a task takes row k1 (0 < k1 < R1/2): complex DFT of length R2 in registers. Rows 0 and
//            R1/2 are real and stored as one: a task of their own takes both
//   bank     power of every bin goes to shared memory; a thread computes 4 frames of one output
//            (or 1, where a block has fewer), reading 4 bins and 4 weights at a time
//
// A frame's values depend on its samples alone: not on its neighbours, its place in the block, the
// batch or F. NaN in gives NaN out.
//
// Shared memory (words of 4 bytes): grid 2 x ROWS x GRID_PITCH, then the larger of the staged
// audio and the power spectrum; host code finds the sizes in frontend.instances' formula, Plan.
//
// No bank conflicts, by construction (L = 32/F tasks share a warp, numbered one after the other):
//   audio   lane f reads word f pitch + n2 + const: pitch = L modulo 2L (an odd multiple of L), so
//           the F x L words fall into 32 banks. "pitch" is what is added to hop for that.
//   grid    pass 1 writes rows of 2F words, task after task: contiguous. Pass 2 reads 2F words of
//           rows k1, k1+1 …, whose distance is made an odd multiple of 2F words when F < 16; a
//           64-bit access is served in two halves of 16 lanes, so F >= 16 needs nothing.
//   power   written as grid: contiguous. The bank reads 16 bytes: quarter warps of 8 lanes, F/4 of
//           which share a row of F words; the rows of the 32/F outputs of a quarter differ modulo
//           32/F, because the host starts the band of slot s at a row = s modulo 32/F (with zero
//           weights in front; 32/F - 1 rows of zeros lie before bin 0 for that).
#pragma once

#include "dft.cuh"
#include "matrix.cuh"

namespace cochlea {

enum Tap : int32_t { kComplex = 0, kModulus = 1, kAngle = 2 };

// What a frontend kernel is given. Filled by the launcher; offsets are fixed: 8-byte fields first.
struct FrontendParams {
  // ---- addresses
  const void* samples;      // float32 or int16 samples of all rows, or float32 matrices
  const ClipRow* rows;      // [rows]
  void* out;                // [row][bin][frame], float32 or float16; complex: pairs of float32
  const float4* window;     // Plan::kWindowChunks x R2 chunks of 4: the factors of a column in
                            // order n1, chunk c of column n2 at (n2/L kWindowChunks + c) L + n2%L
  const float4* twiddles;   // as window: exp(-2 pi i k1 n2 / N), k1 = 1 …, two to a chunk
  const int4* offsets;      // as window: where in the staged audio of a frame sample n lies
  const int2* bank_groups;  // {chunks of 4 bins, first weight chunk} per group of 128/F slots
  const int2* bank_slots;   // {output or -1, first row of power} per slot
  const float4* bank_weights;  // chunk c of slot s of a group: first + c 128/F + s
  int64_t out_row;          // values from one row of out to the next (complex: pairs)
  int64_t out_bin;          // values from one bin of out to the next
  int64_t matrix_bin;       // values from one sample to the next of a matrix
  uint64_t dither_seed;
  // ---- sizes
  int32_t tiles;            // blocks per row; the grid is rows x tiles
  int32_t out_bins;         // bins of out
  int32_t out_frames;       // frames of out to be filled: zeros after the row's own
  int32_t hop;              // samples from one frame to the next
  int32_t left;             // frame t begins at sample t hop - left
  int32_t pitch;            // words from a staged row to the next
  int32_t stage_columns;    // samples per staged row: hop, or the frame's length (stage_frames)
  int32_t stage_frames;     // 1: every frame has a staged row of its own
  int32_t shift;            // zeros before the first sample of the signal
  int32_t sample_type;      // SampleType
  int32_t padding;          // Padding
  int32_t before;           // Before: of the emphasis
  int32_t frame_operations; // FrameOperation, or-ed; in the order of their values
  int32_t frame_before;     // Before: of a frame's emphasis
  float emphasis;           // y[n] = x[n] - emphasis x[n - 1] along the signal
  float frame_emphasis;     // the same along a frame
  float dither;             // standard deviation of the noise added to every sample of a frame
  int32_t tap;              // Tap of a spectrum kernel; kModulus of a bank kernel
  float power;              // exponent of the modulus; 2 and 1 are quick
  int32_t out_type;         // OutputType of real values
  int32_t out_vector;       // 1: groups of 4 frames are aligned in out
  int32_t bank_group_count;
  int32_t frames_per_block; // F, where it is not fixed by the kernel
  uint32_t tiles_factor;    // n / tiles = n tiles_factor >> tiles_shift, for n below 2^31:
  int32_t tiles_shift;      // s = 31 + ceil(log2 tiles), the factor floor(2^s / tiles) + 1
  // ---- of the kernels for any length (frontend_any.cu); 0 elsewhere
  int32_t size;             // N
  int32_t columns;          // N / radix[0]; Bluestein: the length of the convolution
  int32_t passes;           // radices in use
  int32_t radix[8];         // the first one is real
  PointwiseChain chain;     // what is done to real values before they are stored
  const float2* roots;      // exp(-2 pi i j / N), j < N; Bluestein: of the convolution
  const int32_t* positions; // where bin k lies after the passes; complemented: its conjugate
  const float2* chirp;      // Bluestein: exp(-pi i n^2 / N) window[n], n < N, then without window
                            // for k = 0 .. N/2
  const float2* filter;     // Bluestein: transform of the conjugate chirp, in the passes' order
};

// Rows of zeros behind the last bin of the power spectrum, which a padded band may read.
constexpr int kGuard = 12;

// What is fixed about a kernel, and what the host needs to know to fill its parameters.
template <int N_, int R1_, int R2_, int F_, int THREADS_>
struct Plan {
  static constexpr int N = N_;
  static constexpr int R1 = R1_;
  static constexpr int R2 = R2_;
  static constexpr int F = F_;
  static constexpr int THREADS = THREADS_;
  static constexpr int kBins = N / 2 + 1;
  static constexpr int kTasksPerWarp = 32 / F;
  static constexpr int kWorkers = THREADS / F;
  static constexpr int kMiddle = (R1 - 1) / 2;          // complex rows
  static constexpr int kRows = kMiddle + 1;             // and the real one or two
  static constexpr int kGridPitch = F < 16 ? (R2 | 1) * F : R2 * F;  // float2 from row to row
  static constexpr int kGridWords = 2 * kRows * kGridPitch;
  static constexpr int kPowerWords = (kTasksPerWarp - 1 + kBins + kGuard) * F;
  static constexpr int kWindowChunks = divide_up(R1, 4);
  static constexpr int kTwiddleChunks = divide_up(kMiddle, 2);
  static_assert(R1 * R2 == N && THREADS % 32 == 0 && 32 % F == 0 && F >= 4);
};

struct Tile {
  ClipRow row;
  int row_number;
  int frame;   // the first
  int frames;  // how many are real, at most F
};

// The tile of this block, of f frames; false when the row has no frame here.
DEVICE bool locate(const FrontendParams& p, int f, Tile& tile) {
  tile.row_number = static_cast<int>(static_cast<uint64_t>(blockIdx.x) * p.tiles_factor >>
                                     p.tiles_shift);
  const int number = static_cast<int>(blockIdx.x) - tile.row_number * p.tiles;
  tile.row = p.rows[tile.row_number];
  tile.frame = number * f;
  tile.frames = min(f, tile.row.frames - tile.frame);
  return tile.frames > 0;
}

DEVICE void store_value(const FrontendParams& p, int64_t at, float value) {
  if (p.out_type == kOutFloat32) {
    static_cast<float*>(p.out)[at] = value;
  } else {
    static_cast<unsigned short*>(p.out)[at] = half_bits(value);
  }
}

// Frames t … t + V - 1 of a bin; the values of frames that the row does not have are zeros.
template <int V>
DEVICE void store_frames(const FrontendParams& p, const Tile& tile, int bin, int f, float (&v)[V]) {
  const int t = tile.frame + f;
  const int64_t at = tile.row_number * p.out_row + bin * p.out_bin + t;
  const int room = p.out_frames - t;
  repeat<V>([&](auto i) {
    if (f + i.value >= tile.frames) v[i.value] = 0.0f;
  });
  if (V == 4 && p.out_vector != 0 && room >= 4) {
    if (p.out_type == kOutFloat32) {
      float4 four;
      four.x = v[0];
      four.y = v[1 % V];
      four.z = v[2 % V];
      four.w = v[3 % V];
      store(static_cast<float*>(p.out) + at, four);
    } else {
      ushort4 four;
      four.x = half_bits(v[0]);
      four.y = half_bits(v[1 % V]);
      four.z = half_bits(v[2 % V]);
      four.w = half_bits(v[3 % V]);
      store(static_cast<unsigned short*>(p.out) + at, four);
    }
    return;
  }
  repeat<V>([&](auto i) {
    if (i.value < room) store_value(p, at + i.value, v[i.value]);
  });
}

// Zeros for a tile that lies beyond the row's last frame.
template <int THREADS>
DEVICE void store_zeros(const FrontendParams& p, const Tile& tile, int f) {
  const bool pairs = p.tap == kComplex;
  ROLLED for (int i = static_cast<int>(threadIdx.x); i < p.out_bins * f; i += THREADS) {
    const int t = tile.frame + i % f;
    if (t >= p.out_frames) continue;
    const int64_t at = tile.row_number * p.out_row + i / f * p.out_bin + t;
    if (pairs) {
      store(static_cast<float2*>(p.out) + at, complex_of(0.0f, 0.0f));
    } else {
      store_value(p, at, 0.0f);
    }
  }
}

// ---- stage -------------------------------------------------------------------------------------

// Staged rows are shared out among the warps, and a lane takes every 32nd sample of a row: neighbours
// read neighbours, and only the start of a row has to be computed. HOP > 0: as long as that.
template <int THREADS, int HOP>
DEVICE void stage_samples(const FrontendParams& p, const Tile& tile, int size, float* audio) {
  constexpr int kWarps = THREADS / 32;
  const int columns = HOP > 0 ? HOP : p.stage_columns;
  const int hop = HOP > 0 ? HOP : p.hop;
  const int needed = p.stage_frames != 0 ? tile.frames * columns : (tile.frames - 1) * hop + size;
  const int whole = needed / columns;
  const int rest = needed - whole * columns;
  const int rows = rest > 0 ? whole + 1 : whole;
  const int64_t origin = static_cast<int64_t>(tile.frame) * hop - p.left;
  const int64_t first = origin - p.shift;
  const int64_t extent =
      static_cast<int64_t>(rows - 1) * hop + (rest > 0 ? rest : columns) - 1;
  const bool inside = first >= 0 && first + extent < tile.row.samples &&
                      origin + extent < tile.row.length;
  const int warp = static_cast<int>(threadIdx.x) / 32;
  const int lane = static_cast<int>(threadIdx.x) % 32;
  // row_body(shared, global, samples): the row from this lane on; x is sample `first`.
  auto each_row = [&](auto* x, auto&& row_body) {
    SharedAddress to = shared_address(audio + warp * p.pitch + lane);
    auto* from = x + (static_cast<int64_t>(warp) * hop + lane);
    ROLLED for (int row = warp; row < rows; row += kWarps) {
      row_body(to, from, (row < whole ? columns : rest) - lane);
      to += 4 * kWarps * p.pitch;
      from += kWarps * hop;
    }
  };
  // copy(shared, global) for the samples of a row that are this lane's; of a known hop at once.
  auto each = [&](auto* x, auto&& copy) {
    each_row(x, [&](SharedAddress to, auto* from, int count) {
      if (HOP > 0 && count == HOP - lane) {
        repeat<divide_up(HOP, 32)>([&](auto i) {
          if (32 * i.value + 32 <= HOP || 32 * i.value < count) {
            copy(to + 128 * i.value, from + 32 * i.value);
          }
        });
      } else {
        UNROLLED_4_TIMES for (int c = 0; c < count; c += 32) {
          copy(to, from);
          to += 128;
          from += 32;
        }
      }
    });
  };
  const int64_t at = tile.row.start + first;
  if (!inside || (p.emphasis != 0.0f && first == 0)) {
    const char* const nothing = nullptr;
    each_row(nothing, [&](SharedAddress to, const char* from, int count) {
      ROLLED for (int c = 0; c < count; c += 32) {
        store_shared(to + 4 * c,
                     sample_at(p.samples, p.sample_type, p.padding, p.shift, p.emphasis, p.before,
                               tile.row, origin + (from - nothing) + c));
      }
    });
  } else if (p.sample_type == kFloat32) {
    const float* x = static_cast<const float*>(p.samples) + at;
    if (p.emphasis == 0.0f) {
      each(x, [&](SharedAddress to, const float* from) { copy_async<4>(to, from); });
    } else {
      each(x, [&](SharedAddress to, const float* from) {
        store_shared(to, multiply_add(-p.emphasis, from[-1], from[0]));
      });
    }
  } else {
    const short* x = static_cast<const short*>(p.samples) + at;
    if (p.emphasis == 0.0f) {
      each(x, [&](SharedAddress to, const short* from) {
        store_shared(to, static_cast<float>(*from));
      });
    } else {
      each(x, [&](SharedAddress to, const short* from) {
        store_shared(to, multiply_add(-p.emphasis, static_cast<float>(from[-1]),
                                      static_cast<float>(from[0])));
      });
    }
  }
}

// Frames that lie ready as [samples][frames]: the lanes read neighbours.
template <int THREADS>
DEVICE void stage_matrix(const FrontendParams& p, const Tile& tile, int f, float* audio) {
  const float* x = static_cast<const float*>(p.samples) + tile.row.start + tile.frame;
  ROLLED for (int i = static_cast<int>(threadIdx.x); i < p.stage_columns * f; i += THREADS) {
    const int frame = i % f;
    const int n = i / f;
    if (frame >= tile.frames) continue;
    copy_async<4>(shared_address(audio + frame * p.pitch + n), x + n * p.matrix_bin + frame);
  }
}

struct FrameWork {
  int operations;  // FrameOperation
  int before;      // Before
  int length;      // samples of a frame
  int pitch;       // words from frame to frame
  int frames;      // that are real
  int frame;       // number of the first
  int channel;
  float emphasis;
  float dither;
  uint64_t seed;
};

// Noise, offset and emphasis of frames that have staged rows of their own. The sums have an order
// that does not depend on F: 16 interleaved partial sums, then those in order.
DEVICE_CALL void operate_on_frames(FrameWork work, int f, int threads, float* audio,
                                   float* scratch) {
  constexpr int kPartial = 16;
  const int lane = static_cast<int>(threadIdx.x) % f;
  const int worker = static_cast<int>(threadIdx.x) / f;
  const int workers = threads / f;
  float* frame = audio + lane * work.pitch;
  const bool real = lane < work.frames;
  if ((work.operations & kDither) != 0) {
    const uint64_t at =
        static_cast<uint64_t>(work.frame + lane) * static_cast<uint64_t>(work.length);
    ROLLED for (int n = worker; n < work.length; n += workers) {
      if (!real) break;
      const float noise = philox_normal(work.seed, static_cast<uint64_t>(work.channel),
                                        at + static_cast<uint64_t>(n));
      frame[n] = multiply_add(work.dither, noise, frame[n]);
    }
    __syncthreads();
  }
  if ((work.operations & kRemoveOffset) != 0) {
    ROLLED for (int i = worker; i < kPartial; i += workers) {
      float sum = 0.0f;
      if (real) {
        ROLLED for (int n = i; n < work.length; n += kPartial) sum += frame[n];
      }
      scratch[i * f + lane] = sum;
    }
    __syncthreads();
    float sum = 0.0f;
    ROLLED for (int i = 0; i < kPartial; i++) sum += scratch[i * f + lane];
    const float mean = sum / static_cast<float>(work.length);
    ROLLED for (int n = worker; n < work.length; n += workers) {
      if (real) frame[n] -= mean;
    }
    __syncthreads();
  }
  if ((work.operations & kEmphasis) != 0) {
    // A worker takes a run of samples from its end to its start; the sample before the run belongs
    // to another worker and is read before anything is written.
    const int run = divide_up(work.length, workers);
    const int from = min(worker * run, work.length);
    const int to = min(from + run, work.length);
    float before = 0.0f;
    if (real && from < to) {
      before = from > 0 ? frame[from - 1] : 0.0f;
      if (from == 0 && work.before == kBeforeFirst) before = frame[0];
    }
    __syncthreads();
    if (real) {
      ROLLED for (int n = to - 1; n > from; n--) {
        frame[n] = multiply_add(-work.emphasis, frame[n - 1], frame[n]);
      }
      if (from < to) frame[from] = multiply_add(-work.emphasis, before, frame[from]);
    }
    __syncthreads();
  }
}

// Brings the samples of the tile into shared memory; all threads may read them afterwards.
// scratch: 16 words per frame that are free.
template <int THREADS, int HOP = 0>
DEVICE void stage(const FrontendParams& p, const Tile& tile, int f, int size, float* audio,
                  float* scratch) {
  if (p.sample_type == kMatrix) {
    stage_matrix<THREADS>(p, tile, f, audio);
  } else {
    stage_samples<THREADS, HOP>(p, tile, size, audio);
  }
  if (p.stage_frames != 0 && p.stage_columns < size) {
    // The transform is longer than the frame: zeros behind it.
    const int zeros = size - p.stage_columns;
    ROLLED for (int i = static_cast<int>(threadIdx.x); i < f * zeros; i += THREADS) {
      audio[i / zeros * p.pitch + p.stage_columns + i % zeros] = 0.0f;
    }
  }
  await_copies();
  __syncthreads();
  if (p.frame_operations != 0) {
    const FrameWork work = {p.frame_operations, p.frame_before, p.stage_columns,
                            p.pitch,            tile.frames,    tile.frame,
                            tile.row.channel,   p.frame_emphasis, p.dither,
                            p.dither_seed};
    operate_on_frames(work, f, THREADS, audio, scratch);
  }
}

// ---- transform ---------------------------------------------------------------------------------

// Column n2 of the frames: window, real DFT, twiddle. HOP > 0: the offsets are known to the
// compiler, which needs HOP a multiple of R2 and PITCH = the launcher's.
template <class P, int HOP, int PITCH>
DEVICE void transform_column(const FrontendParams& p, const float* audio, float2* grid, int n2,
                             int frame) {
  constexpr int L = P::kTasksPerWarp;
  float x[P::R1];
  float2 y[P::R1 / 2 + 1];
  const float4* window = p.window + (n2 / L * P::kWindowChunks * L + n2 % L);
  const int4* offsets = p.offsets + (n2 / L * P::kWindowChunks * L + n2 % L);
  const float* samples = audio + frame * (HOP > 0 ? PITCH : p.pitch) + (HOP > 0 ? n2 : 0);
  repeat<P::kWindowChunks>([&](auto c) {
    const float4 w = load_table<float4>(window + c.value * L);
    const float factors[4] = {w.x, w.y, w.z, w.w};
    int at[4] = {};
    if constexpr (HOP == 0) {
      const int4 four = load_table<int4>(offsets + c.value * L);
      at[0] = four.x;
      at[1] = four.y;
      at[2] = four.z;
      at[3] = four.w;
    }
    repeat<4>([&](auto i) {
      constexpr int n1 = 4 * c.value + i.value;
      if constexpr (n1 < P::R1 && HOP > 0) {
        constexpr int offset = n1 * P::R2 + n1 * P::R2 / (HOP > 0 ? HOP : 1) * (PITCH - HOP);
        x[n1] = samples[offset] * factors[i.value];
      } else if constexpr (n1 < P::R1) {
        x[n1] = samples[at[i.value]] * factors[i.value];
      }
    });
  });
  real_dft<P::R1>(x, y);
  float2* column = grid + n2 * P::F + frame;
  store(column, complex_of(y[0].x, P::R1 % 2 == 0 ? y[P::R1 / 2].x : 0.0f));
  const float4* twiddles = p.twiddles + (n2 / L * P::kTwiddleChunks * L + n2 % L);
  repeat<P::kTwiddleChunks>([&](auto c) {
    const float4 w = load_table<float4>(twiddles + c.value * L);
    constexpr int k1 = 1 + 2 * c.value;
    store(column + k1 * P::kGridPitch, times(y[k1], complex_of(w.x, w.y)));
    if constexpr (k1 + 1 <= P::kMiddle) {
      store(column + (k1 + 1) * P::kGridPitch, times(y[k1 + 1], complex_of(w.z, w.w)));
    }
  });
}

// Rows 0 and R1/2: sink(Index<k>, bin) for the bins k = 0, R1, 2 R1 … and R1/2, R1 + R1/2 ….
template <class P, class Sink>
DEVICE void transform_real_rows(const float2* row, Sink&& sink) {
  {
    float x[P::R2];
    float2 y[P::R2 / 2 + 1];
    repeat<P::R2>([&](auto n) { x[n.value] = row[n.value * P::F].x; });
    real_dft<P::R2>(x, y);
    repeat<P::R2 / 2 + 1>([&](auto k2) { sink(Index<P::R1 * k2.value>{}, y[k2.value]); });
  }
  if constexpr (P::R1 % 2 == 0) {
    float x[P::R2];
    float2 y[(P::R2 + 1) / 2];
    repeat<P::R2>([&](auto n) { x[n.value] = row[n.value * P::F].y; });
    shifted_dft<P::R2>(x, y);
    repeat<(P::R2 + 1) / 2>(
        [&](auto k2) { sink(Index<P::R1 / 2 + P::R1 * k2.value>{}, y[k2.value]); });
  }
}

// ---- bank --------------------------------------------------------------------------------------

// Outputs of the filter bank from power[row][F], guards included; V frames to a thread:
// finish(output, frame, sums).
template <int V, int THREADS, class Finish>
DEVICE void each_output(const FrontendParams& p, int f, const float* power, Finish&& finish) {
  const int per_slot = f / V;                        // threads that share an output
  const int slots = 32 * V / f;                      // outputs of a warp
  const int warp = static_cast<int>(threadIdx.x) / 32;
  const int slot = static_cast<int>(threadIdx.x) % 32 / per_slot;
  const int frame = static_cast<int>(threadIdx.x) % per_slot * V;
  ROLLED for (int g = warp; g < p.bank_group_count; g += THREADS / 32) {
    const int2 group = load_table<int2>(p.bank_groups + g);
    const int2 band = load_table<int2>(p.bank_slots + g * slots + slot);
    const float4* weights = p.bank_weights + group.y + slot;
    const float* bins = power + band.y * f + frame;
    float sum[V];
    repeat<V>([&](auto v) { sum[v.value] = 0.0f; });
    UNROLLED_TWICE for (int c = 0; c < group.x; c++) {
      const float4 w = load_table<float4>(weights);
      const float factors[4] = {w.x, w.y, w.z, w.w};
      repeat<4>([&](auto i) {
        if constexpr (V == 4) {
          const float4 b = load<float4>(bins);
          sum[0] = multiply_add(factors[i.value], b.x, sum[0]);
          sum[1] = multiply_add(factors[i.value], b.y, sum[1]);
          sum[2] = multiply_add(factors[i.value], b.z, sum[2]);
          sum[3] = multiply_add(factors[i.value], b.w, sum[3]);
        } else {
          sum[0] = multiply_add(factors[i.value], *bins, sum[0]);
        }
        bins += f;
      });
      weights += slots;
    }
    if (band.x >= 0) finish(band.x, frame, sum);
  }
}

constexpr float kLeastNormal = 1.17549435e-38f;

// Whether float32 of a complete tile is stored.
DEVICE bool is_plain(const FrontendParams& p, const Tile& tile, int f) {
  return p.out_type == kOutFloat32 && tile.frames == f && tile.frame + f <= p.out_frames &&
         p.out_bin <= 0x1FFFFFFF;
}

// USUAL: whether there is code for the usual logarithm in a complete tile.
template <int V, int THREADS, bool USUAL = true>
DEVICE void project_bank(const FrontendParams& p, const Tile& tile, int f, const float* power) {
  const Pointwise& step = p.chain.steps[0];
  if (USUAL && V == 4 && p.chain.count == 1 && step.kind == kLogClamp && step.b >= kLeastNormal &&
      is_plain(p, tile, f)) {
    // The usual one, in a full tile: most of the other way would be questions.
    float* const out = static_cast<float*>(p.out) + (tile.row_number * p.out_row + tile.frame);
    const float a = step.a;
    const float least = step.b;
    const float c = step.c;
    const int bin = static_cast<int>(p.out_bin);
    const bool vector = p.out_vector != 0;
    each_output<V, THREADS>(p, f, power, [&](int output, int frame, float (&v)[V]) {
      float* const at = out + (static_cast<int64_t>(output) * bin + frame);
      repeat<V>([&](auto i) {
        v[i.value] =
            multiply_add(a, log2_of_normal(at_least(v[i.value], least)), c);
      });
      if (vector) {
        float4 four;
        four.x = v[0];
        four.y = v[1 % V];
        four.z = v[2 % V];
        four.w = v[3 % V];
        store(at, four);
      } else {
        repeat<V>([&](auto i) { at[i.value] = v[i.value]; });
      }
    });
    return;
  }
  each_output<V, THREADS>(p, f, power, [&](int output, int frame, float (&v)[V]) {
    apply(p.chain, v);
    store_frames(p, tile, output, frame, v);
  });
}

// The rows of zeros around the power spectrum: `lead` before it, kGuard behind it.
template <int THREADS>
DEVICE void clear_guards(float* power, int lead, int bins, int f) {
  ROLLED for (int i = static_cast<int>(threadIdx.x); i < (lead + kGuard) * f; i += THREADS) {
    power[i < lead * f ? i : bins * f + i] = 0.0f;
  }
}

// |z|^2 to |z|^power, in place.
template <int THREADS>
DEVICE void raise_power(const FrontendParams& p, float* power, int count) {
  ROLLED for (int i = static_cast<int>(threadIdx.x); i < count; i += THREADS) {
    power[i] = raised(power[i], p.power);
  }
}

// ---- kernels -----------------------------------------------------------------------------------

// A bank that is in tables only; see banks.cuh for others.
struct TableBank {
  template <class P>
  DEVICE static bool fits(const FrontendParams&, const Tile&) {
    return false;
  }
  template <class P>
  DEVICE static void run(const FrontendParams&, const Tile&, const float*) {}
};

template <class P, int HOP, int PITCH, class BANK = TableBank>
DEVICE void run_bank(const FrontendParams& p) {
  SHARED_MEMORY(float, shared);
  float2* const grid = reinterpret_cast<float2*>(shared);
  float* const audio = shared + P::kGridWords;
  constexpr int kLead = P::kTasksPerWarp - 1;
  float* const power = audio + kLead * P::F;  // once pass 1 has read the audio
  Tile tile;
  if (!locate(p, P::F, tile)) {
    store_zeros<P::THREADS>(p, tile, P::F);
    return;
  }
  stage<P::THREADS, HOP>(p, tile, P::F, P::N, audio, shared);
  const int frame = static_cast<int>(threadIdx.x) % P::F;
  const int worker = static_cast<int>(threadIdx.x) / P::F;
  ROLLED for (int n2 = worker; n2 < P::R2; n2 += P::kWorkers) {
    transform_column<P, HOP, PITCH>(p, audio, grid, n2, frame);
  }
  __syncthreads();
  ROLLED for (int k1 = worker; k1 < P::kRows; k1 += P::kWorkers) {
    const float2* row = grid + k1 * P::kGridPitch + frame;
    if (k1 == 0) {
      transform_real_rows<P>(row, [&](auto k, float2 z) {
        power[k.value * P::F + frame] = squared_modulus(z);
      });
    } else {
      float2 z[P::R2];
      repeat<P::R2>([&](auto n) { z[n.value] = load<float2>(row + n.value * P::F); });
      dft<P::R2>(z);
      float* lower = power + k1 * P::F + frame;
      float* upper = power + (P::N - k1) * P::F + frame;
      repeat<P::R2>([&](auto k2) {
        if constexpr (k2.value < (P::R2 + 1) / 2) {
          lower[P::R1 * k2.value * P::F] = squared_modulus(z[k2.value]);
        } else {
          upper[-P::R1 * k2.value * P::F] = squared_modulus(z[k2.value]);
        }
      });
    }
  }
  clear_guards<P::THREADS>(audio, kLead, P::kBins, P::F);
  __syncthreads();
  if (p.power != 2.0f) {
    raise_power<P::THREADS>(p, power, P::kBins * P::F);
    __syncthreads();
  }
  compute_no_earlier(tile.frame, tile.row_number, tile.frames);
  if (BANK::template fits<P>(p, tile)) {
    BANK::template run<P>(p, tile, power);
    return;
  }
  constexpr bool kTables = std::is_same_v<BANK, TableBank>;
  project_bank<4, P::THREADS, kTables>(p, tile, P::F, audio);
}

// One bin of one frame to out, as the tap says.
DEVICE void store_bin(const FrontendParams& p, const Tile& tile, int k, int frame, float2 z) {
  const int t = tile.frame + frame;
  if (t >= p.out_frames) return;
  const int64_t at = tile.row_number * p.out_row + k * p.out_bin + t;
  const bool real = frame < tile.frames;
  if (p.tap == kComplex) {
    store(static_cast<float2*>(p.out) + at, real ? z : complex_of(0.0f, 0.0f));
    return;
  }
  float value[1];
  if (p.tap == kModulus) {
    value[0] = raised(squared_modulus(z), p.power);
  } else {
    value[0] = angle_of(z);
  }
  apply(p.chain, value);
  store_value(p, at, real ? value[0] : 0.0f);
}

// Where a lane of a spectrum kernel stores its frame's bins, when they go out as they are: complex,
// or as power.
struct SpectrumOut {
  char* first;     // bin 0
  int64_t apart;   // bytes from bin to bin
  bool room;
  bool real;       // otherwise zeros are stored

  template <bool COMPLEX>
  DEVICE void put(char* at, float2 z) const {
    if (!real) z = complex_of(0.0f, 0.0f);
    if (!room) return;
    if constexpr (COMPLEX) {
      store(at, z);
    } else {
      store(at, squared_modulus(z));
    }
  }

  // Row k1 of the grid: bins k1 + R1 k2, and the conjugates of those beyond N/2.
  template <class P, bool COMPLEX>
  DEVICE void put_row(int k1, const float2 (&z)[P::R2]) const {
    constexpr int H = (P::R2 + 1) / 2;
    const int64_t step = P::R1 * apart;
    char* at = first + k1 * apart;
    repeat<H>([&](auto k2) {
      put<COMPLEX>(at, z[k2.value]);
      at += step;
    });
    at = first + (P::N - P::R1 * H - k1) * apart;
    repeat<P::R2 - H>([&](auto i) {
      const float2 bin = z[H + i.value];
      put<COMPLEX>(at, complex_of(bin.x, -bin.y));
      at -= step;
    });
  }
};

template <class P>
DEVICE void run_spectrum(const FrontendParams& p) {
  SHARED_MEMORY(float, shared);
  float2* const grid = reinterpret_cast<float2*>(shared);
  float* const audio = shared + P::kGridWords;
  Tile tile;
  if (!locate(p, P::F, tile)) {
    store_zeros<P::THREADS>(p, tile, P::F);
    return;
  }
  stage<P::THREADS>(p, tile, P::F, P::N, audio, shared);
  const int frame = static_cast<int>(threadIdx.x) % P::F;
  const int worker = static_cast<int>(threadIdx.x) / P::F;
  ROLLED for (int n2 = worker; n2 < P::R2; n2 += P::kWorkers) {
    transform_column<P, 0, 0>(p, audio, grid, n2, frame);
  }
  __syncthreads();
  // Complex bins and powers are stored at once. What takes more is left to a loop over the bins:
  // every row is transformed in place. Of the real rows, bin R1 k2 takes place k2, bin
  // R1/2 + R1 k2 place H + k2; bins 0 and N/2 are both real and share place 0.
  constexpr int H = (P::R2 + 1) / 2;
  constexpr bool kShared = P::N % 2 == 0;
  const bool as_complex = p.tap == kComplex;
  const bool as_power = p.tap == kModulus && p.power == 2.0f && p.chain.count == 0 &&
                        p.out_type == kOutFloat32;
  auto out = [&] {
    int first = tile.frame;
    int row_number = tile.row_number;
    int frames = tile.frames;
    compute_no_earlier(first, row_number, frames);
    const int bytes = as_complex ? 8 : 4;
    return SpectrumOut{
        static_cast<char*>(p.out) + (row_number * p.out_row + first + frame) * bytes,
        p.out_bin * bytes, first + frame < p.out_frames, frame < frames};
  };
  ROLLED for (int k1 = worker; k1 < P::kRows; k1 += P::kWorkers) {
    float2* row = grid + k1 * P::kGridPitch + frame;
    if (k1 == 0 && (as_complex || as_power)) {
      const SpectrumOut to = out();
      transform_real_rows<P>(row, [&](auto k, float2 z) {
        if constexpr (k.value == 0 || 2 * k.value == P::N) z.y = 0.0f;
        char* at = to.first + k.value * to.apart;
        if (as_complex) {
          to.template put<true>(at, z);
        } else {
          to.template put<false>(at, z);
        }
      });
    } else if (k1 == 0) {
      float2 bins[P::R2 + 1];
      transform_real_rows<P>(row, [&](auto k, float2 z) {
        if constexpr (kShared && 2 * k.value == P::N) {
          bins[P::R2] = z;
        } else {
          bins[k.value % P::R1 == 0 ? k.value / P::R1 : H + k.value / P::R1] = z;
        }
      });
      if constexpr (kShared) bins[0].y = bins[P::R2].x;
      constexpr int kUsed = P::R1 % 2 == 0 ? P::R2 : H + (P::R2 % 2 == 0 && !kShared ? 1 : 0);
      repeat<kUsed>([&](auto i) { store(row + i.value * P::F, bins[i.value]); });
    } else {
      float2 z[P::R2];
      repeat<P::R2>([&](auto n) { z[n.value] = load<float2>(row + n.value * P::F); });
      dft<P::R2>(z);
      if (as_complex) {
        out().template put_row<P, true>(k1, z);
      } else if (as_power) {
        out().template put_row<P, false>(k1, z);
      } else {
        repeat<P::R2>([&](auto k2) { store(row + k2.value * P::F, z[k2.value]); });
      }
    }
  }
  if (as_complex || as_power) return;
  __syncthreads();
  UNROLLED_TWICE for (int k = worker; k < P::kBins; k += P::kWorkers) {
    int k1 = k % P::R1;
    int k2 = k / P::R1;
    const bool mirrored = 2 * k1 > P::R1;
    if (mirrored) {
      k1 = P::R1 - k1;
      k2 = P::R2 - 1 - k2;
    }
    if (2 * k1 == P::R1) {
      k1 = 0;
      k2 += H;
    }
    if (kShared && 2 * k == P::N) k1 = k2 = 0;
    float2 z = load<float2>(grid + k1 * P::kGridPitch + k2 * P::F + frame);
    if (kShared && k == 0) z.y = 0.0f;
    if (kShared && 2 * k == P::N) z = complex_of(z.y, 0.0f);
    if (mirrored) z.y = -z.y;
    store_bin(p, tile, k, frame, z);
  }
}

}  // namespace cochlea
