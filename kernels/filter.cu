// Filters along a signal.
//
//   fir   y[i] = scale sum_k taps[k] x[i + offset - k]; x counts as zero outside its row. Offset 0
//         is causal, (tap_count - 1) / 2 has no delay when the taps are symmetric
//   sos   second-order sections one after the other, transposed direct form II:
//           y = b0 x + z0;  z0 = b1 x - a1 y + z1;  z1 = b2 x - a2 y
//         or, with zero_phase, forwards and then backwards over the signal continued at both ends
//         by point reflection, each time from the steady state of the first sample
//         (signal.SecondOrderSections.filtfilt, scipy.signal.sosfiltfilt)
//   sos_rows  the same forwards, every row with sections of its own: equalizers drawn
//
// fir: a block computes 1024 samples, four to a thread, 256 apart, from samples and taps that are
// staged 256 taps at a time: neighbouring lanes read neighbouring words and the same tap.
//
// sos: a recurrence, and yet parallel: a section is linear, so that the state after 32 samples is
// A^32 times the state before plus what the samples alone leave. A block takes 4096 samples of a
// row at a time, a run of 32 to a thread: from rest, for what the run leaves; a scan over the runs
// with the powers of A; and again from the right state. The order is the same whatever the batch.
// States and samples between sections are in double, a run 33 doubles from the next, which puts
// the runs of a half-warp into different banks. The filter must be stable: powers up to A^1024 are
// used.
//
// Grid: fir rows x tiles, tiles = ceil(out_frames / 1024); sos and sos_rows rows. Block: fir 256, else 128.
// Shared bytes: fir 4 (1024 + 512) = 6144; sos, sos_rows 33,792 + 64 + 16 section_count.
#include "matrix.cuh"

namespace cochlea {

constexpr int kFirThreads = 256;
constexpr int kFirEach = 4;
constexpr int kFirChunk = 256;
constexpr int kSosThreads = 128;
constexpr int kRun = 32;
constexpr int kRunPitch = kRun + 1;
constexpr int kSosBlock = kSosThreads * kRun;

// One section. 256 bytes.
struct Section {
  double b0, b1, b2, a1, a2;
  double steady0, steady1;  // the state after a long input of ones
  double reserved;
  double powers[6][4];      // A^32, A^64 … A^1024 by rows, A = (-a1 1; -a2 0)
};

struct FilterParams {
  const void* samples;
  const ClipRow* rows;      // frames: outputs of the row, at most its samples
  Matrix out;               // bin 0
  const float* taps;        // of fir
  const Section* sections;  // of sos
  double* work;             // of zero_phase: samples + 2 padding values per row
  int64_t work_row;         // values from one row of work to the next
  int32_t out_frames;       // outputs to be filled: zeros after the row's own
  int32_t tiles;
  int32_t tap_count;
  int32_t offset;
  int32_t section_count;
  int32_t zero_phase;
  int32_t padding;          // samples that either end is continued by, fewer than the row has
  int32_t clamp;            // 1: outputs are limited to [-1, 1], as in torchaudio
  int32_t sample_type;      // kFloat32 or kInt16
  int32_t out_type;         // OutputType
  float scale;              // of every sample; 1/32768 for int16
  int32_t reserved;
};

DEVICE float sample_of(const FilterParams& p, const ClipRow& row, int64_t i) {
  return p.sample_type == kFloat32
             ? static_cast<const float*>(p.samples)[row.start + i]
             : static_cast<float>(static_cast<const short*>(p.samples)[row.start + i]);
}

DEVICE float limited(const FilterParams& p, float y) {
  if (p.clamp == 0) return y;
  return y > 1.0f ? 1.0f : y < -1.0f ? -1.0f : y;
}

struct State {
  double z0, z1;
};

DEVICE State advanced(const double* m, State s) {
  return {load_table<double>(m) * s.z0 + load_table<double>(m + 1) * s.z1,
          load_table<double>(m + 2) * s.z0 + load_table<double>(m + 3) * s.z1};
}

DEVICE State operator+(State a, State b) { return {a.z0 + b.z0, a.z1 + b.z1}; }

struct Coefficients {
  double b0, b1, b2, a1, a2;

  DEVICE double step(State& s, double x) const {
    const double y = b0 * x + s.z0;
    s.z0 = b1 * x - a1 * y + s.z1;
    s.z1 = b2 * x - a2 * y;
    return y;
  }
};

// One section over the block's runs, in place; `state` is what the samples before have left.
DEVICE_CALL void run_section(const Section* section, double* run, State* totals, State* state) {
  const int lane = static_cast<int>(threadIdx.x) % 32;
  const int warp = static_cast<int>(threadIdx.x) / 32;
  const Coefficients c = {load_table<double>(&section->b0), load_table<double>(&section->b1),
                          load_table<double>(&section->b2), load_table<double>(&section->a1),
                          load_table<double>(&section->a2)};
  State s = {0, 0};
  UNROLLED_4_TIMES for (int i = 0; i < kRun; i++) c.step(s, run[i]);
  // What this run and those before it in the warp leave.
  ROLLED for (int i = 0; i < 5; i++) {
    const State before = {__shfl_up_sync(0xFFFFFFFFu, s.z0, 1 << i),
                          __shfl_up_sync(0xFFFFFFFFu, s.z1, 1 << i)};
    if (lane >= 1 << i) s = s + advanced(section->powers[i], before);
  }
  if (lane == 31) totals[warp] = s;
  __syncthreads();
  State start = *state;
  ROLLED for (int w = 0; w < warp; w++) start = advanced(section->powers[5], start) + totals[w];
  ROLLED for (int i = 0; i < 5; i++) {
    if ((lane >> i & 1) != 0) start = advanced(section->powers[i], start);
  }
  const State before = {__shfl_up_sync(0xFFFFFFFFu, s.z0, 1), __shfl_up_sync(0xFFFFFFFFu, s.z1, 1)};
  if (lane > 0) start = start + before;
  UNROLLED_4_TIMES for (int i = 0; i < kRun; i++) run[i] = c.step(start, run[i]);
  __syncthreads();
  if (threadIdx.x == kSosThreads - 1) *state = start;
  __syncthreads();
}

// Filters count values: load(i) gives them, store(i, y) takes them. From rest, or with `steady`
// from the steady state of a first value `level`.
template <class Load, class Store>
DEVICE void filter_values(const Section* sections, int section_count, double* shared, int count, bool steady,
                          double level, Load&& load, Store&& store) {
  State* totals = reinterpret_cast<State*>(shared + kSosThreads * kRunPitch);
  State* states = totals + kSosThreads / 32;
  for (int s = static_cast<int>(threadIdx.x); s < section_count; s += kSosThreads) {
    const Section& section = sections[s];
    states[s] = {steady ? section.steady0 * level : 0.0, steady ? section.steady1 * level : 0.0};
  }
  ROLLED for (int first = 0; first < count; first += kSosBlock) {
    __syncthreads();
    ROLLED for (int i = static_cast<int>(threadIdx.x); i < kSosBlock; i += kSosThreads) {
      shared[i / kRun * kRunPitch + i % kRun] = first + i < count ? load(first + i) : 0.0;
    }
    __syncthreads();
    ROLLED for (int s = 0; s < section_count; s++) {
      run_section(sections + s, shared + threadIdx.x * kRunPitch, totals, states + s);
    }
    ROLLED for (int i = static_cast<int>(threadIdx.x); i < kSosBlock; i += kSosThreads) {
      if (first + i < count) store(first + i, shared[i / kRun * kRunPitch + i % kRun]);
    }
  }
  __syncthreads();
}

// A row with sections of its own. 32 bytes.
struct SosRow {
  int64_t in;        // addresses of float32 samples
  int64_t out;
  int64_t sections;  // of Sections
  int32_t length;
  int32_t section_count;
};

struct SosRowsParams {
  const SosRow* rows;
};

}  // namespace cochlea

KERNEL(fir, cochlea::FilterParams, cochlea::kFirThreads, 4) {
  using namespace cochlea;
  constexpr int kOutputs = kFirThreads * kFirEach;
  SHARED_MEMORY(float, staged);
  float* taps = staged + kOutputs + kFirChunk;
  const int row_number = static_cast<int>(blockIdx.x) / p.tiles;
  const int first = (static_cast<int>(blockIdx.x) - row_number * p.tiles) * kOutputs;
  const ClipRow row = p.rows[row_number];
  const int me = static_cast<int>(threadIdx.x);
  float sum[kFirEach] = {};
  ROLLED for (int k0 = 0; k0 < p.tap_count && first < row.frames; k0 += kFirChunk) {
    const int count = min(kFirChunk, p.tap_count - k0);
    // Word w of the stage is sample origin + w; output o reads word o + kFirChunk - 1 - k for tap
    // k0 + k.
    const int64_t origin = static_cast<int64_t>(first) + p.offset - k0 - (kFirChunk - 1);
    __syncthreads();
    for (int w = me; w < kOutputs + kFirChunk - 1; w += kFirThreads) {
      const int64_t i = origin + w;
      staged[w] = i >= 0 && i < row.samples ? sample_of(p, row, i) : 0.0f;
    }
    if (me < count) taps[me] = p.taps[k0 + me];
    __syncthreads();
    const float* x = staged + me + kFirChunk - 1;
    UNROLLED_4_TIMES for (int k = 0; k < count; k++) {
      const float tap = taps[k];
      repeat<kFirEach>([&](auto e) {
        sum[e.value] = multiply_add(tap, x[e.value * kFirThreads - k], sum[e.value]);
      });
    }
  }
  repeat<kFirEach>([&](auto e) {
    const int t = first + me + e.value * kFirThreads;
    if (t < p.out_frames) {
      store_real(p.out, p.out_type, row_number, 0, t,
                 t < row.frames ? limited(p, p.scale * sum[e.value]) : 0.0f);
    }
  });
}

KERNEL(sos, cochlea::FilterParams, cochlea::kSosThreads, 4) {
  using namespace cochlea;
  SHARED_MEMORY(double, shared);
  const int row_number = static_cast<int>(blockIdx.x);
  const ClipRow row = p.rows[row_number];
  const int samples = row.samples;
  const double scale = static_cast<double>(p.scale);
  auto put = [&](int i, double y) {
    if (i < row.frames) {
      store_real(p.out, p.out_type, row_number, 0, i, limited(p, static_cast<float>(y)));
    }
  };
  auto sample = [&](int i) { return scale * static_cast<double>(sample_of(p, row, i)); };
  if (p.zero_phase == 0) {
    filter_values(p.sections, p.section_count, shared, samples, false, 0.0, sample, put);
  } else if (samples > 0) {
    double* work = p.work + row_number * p.work_row;
    const int padding = min(p.padding, samples - 1);
    const int extended = samples + 2 * padding;
    auto continued = [&](int i) {
      const int at = i - padding;
      if (at < 0) return 2.0 * sample(0) - sample(-at);
      if (at >= samples) return 2.0 * sample(samples - 1) - sample(2 * (samples - 1) - at);
      return sample(at);
    };
    filter_values(p.sections, p.section_count, shared, extended, true, continued(0), continued,
                  [&](int i, double y) { work[i] = y; });
    filter_values(p.sections, p.section_count, shared, extended, true, work[extended - 1],
                  [&](int i) { return work[extended - 1 - i]; },
                  [&](int i, double y) {
                    const int at = extended - 1 - i - padding;
                    if (at >= 0 && at < samples) put(at, y);
                  });
  }
  ROLLED for (int i = row.frames + static_cast<int>(threadIdx.x); i < p.out_frames;
              i += kSosThreads) {
    store_real(p.out, p.out_type, row_number, 0, i, 0.0f);
  }
}

KERNEL(sos_rows, cochlea::SosRowsParams, cochlea::kSosThreads, 4) {
  using namespace cochlea;
  SHARED_MEMORY(double, shared);
  const SosRow row = p.rows[blockIdx.x];
  const float* in = reinterpret_cast<const float*>(row.in);
  float* out = reinterpret_cast<float*>(row.out);
  filter_values(reinterpret_cast<const Section*>(row.sections), row.section_count, shared,
                row.length, false, 0.0, [&](int i) { return static_cast<double>(in[i]); },
                [&](int i, double y) { out[i] = static_cast<float>(y); });
}
