// Augmentation of waveforms: what was drawn for a batch, as steps, on rows of samples.
//
//   augment_wave        some steps of every row in one pass, and what later steps must know of the
//                       result: its squares and its peak, and the squares of what will be added
//   augment_percentile  a percentile of a row, or of its absolute values
//   augment_loudness    the gain to a loudness (ITU-R BS.1770-4) of a clip whose channels have been
//                       K-weighted: powers p_j = sum_c g_c sum_i y_c[i]^2 / (0.4 rate) of blocks of
//                       0.4 s, one every 0.1 s; L = -0.691 + 10 log10 of the mean of those above -70
//                       and above 10 less than the mean of all above -70
//   augment_colour      spectra of coloured noise: (1 + slope k)^-decay times normal numbers
//
// A sample is computed from its end: the steps that move samples are walked backwards from the
// place where it comes out to the place where it was, or to a silence; then those that change
// values are walked forwards. So a chain of any steps reads and writes a sample once. A row is
// gain * sample, the gain in double: it waits, as on the CPU (augment.Signal), until a step rounds
// samples anyway. What a step must know of the whole row (a peak, a root mean square) comes from a
// pass before, as one sum for every tile of 2048 samples, added in their order.
//
// Arithmetic is that of augment.WaveOperations, in double where that is.
//
// Grid: augment_wave rows x tiles; augment_percentile rows; augment_loudness clips; augment_colour
// rows x ceil(bins / 256). Block: 256. Shared bytes: augment_wave 24 references + 16 steps + 24 * 256
// + 8; augment_percentile 1040; augment_loudness 128; augment_colour 0.
#include "matrix.cuh"

namespace cochlea {

constexpr int kWaveThreads = 256;
constexpr int kWaveTile = 2048;

// The order is that of WaveSchedule.Op in Java.
enum WaveKind : int32_t {
  kScale = 0,            // gain *= value
  kNormalizePeak = 1,    // gain /= peak of all channels; first: only where it is above 1
  kNormalizeRms = 2,     // gain *= value / root mean square of all channels
  kRestoreRms = 3,       // gain *= root mean square of reference 0 / that of reference 1
  kSettle = 4,           // rounds gain * sample
  kRollOver = 5,         // by `first` to the right, what leaves comes in again
  kMove = 6,             // the same, silence comes in
  kReverse = 7,
  kSilence = 8,          // from `first` on, before `second`
  kCrop = 9,             // sample `first` becomes the first
  kExtend = 10,          // `first` samples before; second: Padding
  kNormalNoise = 11,     // + value N(0, 1), seed `address`, stream `first`
  kAdd = 12,             // + what lies at `address`, from `first` on, period `second`
  kMix = 13,             // + the row at `address` of `first` samples; second: SampleType
  kClip = 14,            // between bounds `first` and `second`
  kTanh = 15,            // tanh(0.5 / (bound `first` + 1e-6) x)
  kCrush = 16,           // round(value x) / value
  kCodec = 17,           // G.711; first: 0 mu-law, 1 A-law
  kSplice = 18,          // `second` samples from `first` on fade into those behind them. At the
                         // start of a pass only, at most 16
  kScaleByBound = 19,    // gain *= bound `first`
};

// 48 bytes.
struct WaveStep {
  double value;
  int64_t address;
  int32_t kind;       // WaveKind
  int32_t length;     // samples before the step
  int32_t first;
  int32_t second;
  int32_t reference;  // the first of what it must know, counted in references
  int32_t references;
  int32_t reserved0;
  int32_t reserved1;
};

// Where the sums of a row are. 16 bytes.
struct WaveReference {
  int32_t partial;  // the first
  int32_t partials;
  int32_t gain;     // the gain that waits there; -1: 1; -2: the row's own at this step
  int32_t length;
};

// Of a tile. 24 bytes.
struct WavePartial {
  double squares;
  double added;
  float peak;
  int32_t reserved;
};

// 72 bytes.
struct WaveRow {
  int64_t in;          // address of the samples; 0: none, only what will be added is looked at
  int64_t out;         // 0: they are not stored
  int64_t added;       // what a later step will add: its squares are wanted; or 0
  int32_t sample_type; // of in
  int32_t first_step;
  int32_t steps;
  int32_t splices;     // how many of them are kSplice, all at the start
  int32_t in_gain;     // the gain that waits; -1: 1
  int32_t out_gain;    // where that which waits at the end goes; -1: nowhere
  int32_t length;      // samples that come out
  int32_t room;        // zeros up to here
  int32_t partial;     // where the first tile's sums go; -1: nowhere
  int32_t added_start;
  int32_t added_period;
  int32_t first_reference;
};

struct WaveParams {
  const WaveRow* rows;
  const WaveStep* steps;
  const WaveReference* references;
  double* gains;
  WavePartial* partials;
  const double* bounds;
  int32_t tiles;
  int32_t most_references;
  int32_t most_steps;
  int32_t reserved;
};

struct Words {
  uint32_t low, high;
};

// Words 0 and 1 of Philox4x32-10; see stage.Philox.
DEVICE_CALL Words philox_words(uint64_t seed, uint64_t stream, uint64_t block) {
  uint32_t c0 = static_cast<uint32_t>(block);
  uint32_t c1 = static_cast<uint32_t>(block >> 32);
  uint32_t c2 = static_cast<uint32_t>(stream);
  uint32_t c3 = static_cast<uint32_t>(stream >> 32);
  uint32_t k0 = static_cast<uint32_t>(seed);
  uint32_t k1 = static_cast<uint32_t>(seed >> 32);
  ROLLED for (int round = 0; round < 10; round++) {
    const uint32_t low0 = 0xD2511F53u * c0;
    const uint32_t low2 = 0xCD9E8D57u * c2;
    const uint32_t n0 = __umulhi(0xCD9E8D57u, c2) ^ c1 ^ k0;
    const uint32_t n2 = __umulhi(0xD2511F53u, c0) ^ c3 ^ k1;
    c1 = low2;
    c3 = low0;
    c0 = n0;
    c2 = n2;
    k0 += 0x9E3779B9u;
    k1 += 0xBB67AE85u;
  }
  return {c0, c1};
}

struct Normals {
  double even, odd;
};

// Numbers 2 block and 2 block + 1 of a stream of normal numbers. In double, so that the rounding
// that follows gives the samples that the CPU gives.
DEVICE_CALL Normals normal_pair(uint64_t seed, uint64_t stream, uint64_t block) {
  const Words w = philox_words(seed, stream, block);
  const double radius = sqrt(-2.0 * log((static_cast<double>(w.low) + 0.5) * 0x1p-32));
  double sin;
  double cos;
  sincospi(2.0 * ((static_cast<double>(w.high) + 0.5) * 0x1p-32), &sin, &cos);
  return {radius * cos, radius * sin};
}

DEVICE float wave_sample(int64_t address, int type, int64_t i) {
  return type == kFloat32 ? reinterpret_cast<const float*>(address)[i]
                          : static_cast<float>(reinterpret_cast<const short*>(address)[i]) /
                                32768.0f;
}

// Where a sample was.
struct Place {
  int at;
  int silent;  // the step that made it silence; below the last one walked: none did
};

// padded_index for clips that are repeated a thousand times: without a step for each.
DEVICE int extended_index(int padding, int at, int length) {
  const bool repeats = padding == kReflect || padding == kSymmetric || padding == kWrap;
  if (repeats && length > 0) {
    const int period = padding == kWrap      ? length
                       : padding == kReflect ? max(1, 2 * (length - 1))
                                             : 2 * length;
    at %= period;
  }
  return padded_index(padding, at, length);
}

// Walks back over the steps [to, from).
DEVICE_CALL Place walk_back(const WaveStep* steps, int from, int to, int at) {
  ROLLED for (int s = from - 1; s >= to; s--) {
    const WaveStep& step = steps[s];
    switch (step.kind) {
      case kRollOver:
        at -= step.first;
        if (at < 0) at += step.length;
        break;
      case kMove:
        at -= step.first;
        if (at < 0 || at >= step.length) return {0, s};
        break;
      case kReverse:
        at = step.length - 1 - at;
        break;
      case kSilence:
        if (at >= step.first && at < step.second) return {0, s};
        break;
      case kCrop:
        at += step.first;
        break;
      case kExtend:
        at = extended_index(step.second, at - step.first, step.length);
        if (at < 0) return {0, s};
        break;
      default:
        break;
    }
  }
  return {at, to - 1};
}

// A sample of a row that pieces were cut out of: a piece's first half fades into its second, so
// that a sample is one or two of those before. Every choice between the two that a sample went
// through is followed, one after the other.
DEVICE_CALL float spliced(const WaveStep* steps, int count, int64_t in, int type, int at) {
  double sum = 0;
  unsigned second = 0;  // at which steps the second of the two is taken
  while (true) {
    double weight = 1;
    int i = at;
    unsigned faded = 0;
    ROLLED for (int s = count - 1; s >= 0; s--) {
      const int start = steps[s].first;
      const int half = steps[s].second;
      if (i < start) continue;
      if (i < start + half) {
        const double in_part = steps[s].value * (i - start + 0.5);
        double sin;
        double cos;
        sincospi(in_part, &sin, &cos);
        const double rising = 0.5 - 0.5 * cos;
        faded |= 1u << s;
        if ((second >> s & 1u) != 0) {
          weight *= rising;
          i += half;
        } else {
          weight *= 1 - rising;
        }
      } else {
        i += half;
      }
    }
    sum += weight * static_cast<double>(wave_sample(in, type, i));
    // The next choice: the fade walked last whose first was taken; those after it begin again.
    const unsigned open = faded & ~second;
    if (open == 0) return static_cast<float>(sum);
    const unsigned lowest = open & (~open + 1u);
    second = (second & ~(lowest - 1u)) | lowest;
  }
}

DEVICE_CALL float coded(int law, double x) {
  const double rounded = rint(x);
  const int sample = static_cast<int>(rounded < -32768.0  ? -32768.0
                                      : rounded > 32767.0 ? 32767.0
                                                          : rounded);
  int decoded;
  if (law == 0) {
    const int value = sample >> 2;
    const int magnitude = min(value < 0 ? -value : value, 8158) + 33;
    int exponent = 0;
    ROLLED while (magnitude >> (exponent + 6) != 0) exponent++;
    const int mantissa = magnitude >> (exponent + 1) & 15;
    const int back = (((mantissa << 3) + 0x84) << exponent) - 0x84;
    decoded = value < 0 ? -back : back;
  } else {
    const int value = sample >> 3;
    const int magnitude = value < 0 ? -value - 1 : value;
    int exponent = 0;
    ROLLED while (magnitude >> (exponent + 5) != 0) exponent++;
    const int mantissa = magnitude >> (exponent > 1 ? exponent : 1) & 15;
    const int level = mantissa << 4;
    const int back = exponent == 0 ? level + 8 : (level + 0x108) << (exponent - 1);
    decoded = value < 0 ? -back : back;
  }
  return static_cast<float>(decoded) / 32768.0f;
}

// One step that changes a value. before: the gain that waits; amount: what thread 0 worked out.
DEVICE_CALL float changed(const double* bounds, const WaveStep* steps, int s, int count, int t,
                          double before, double amount, float v) {
  const WaveStep& step = steps[s];
  switch (step.kind) {
    case kSettle:
      return before == 1.0 ? v : static_cast<float>(before * v);
    case kNormalNoise: {
      const int i = walk_back(steps, count, s + 1, t).at;
      const Normals pair = normal_pair(step.address, step.first, i >> 1);
      const float settled = before == 1.0 ? v : static_cast<float>(before * v);
      return settled + static_cast<float>(step.value * ((i & 1) == 0 ? pair.even : pair.odd));
    }
    case kAdd: {
      if (amount < 0.0) return v;
      const int i = walk_back(steps, count, s + 1, t).at;
      const int64_t at = (static_cast<int64_t>(step.first) + i) % step.second;
      const float z = reinterpret_cast<const float*>(step.address)[at];
      return static_cast<float>(before * v + amount * z);
    }
    case kMix: {
      double z = 0;
      if (amount != 0.0) {
        const int i = walk_back(steps, count, s + 1, t).at;
        z = amount * wave_sample(step.address, step.second, i % step.first);
      }
      return static_cast<float>(before * v + z);
    }
    case kClip: {
      const float x = before == 1.0 ? v : static_cast<float>(before * v);
      const float low = static_cast<float>(bounds[step.first]);
      const float high = static_cast<float>(bounds[step.second]);
      const float above = x < low ? low : x;
      return above > high ? high : above;
    }
    case kTanh: {
      const float x = before == 1.0 ? v : static_cast<float>(before * v);
      return static_cast<float>(tanh(amount * x));
    }
    case kCrush:
      return static_cast<float>(rint(before * v * step.value) / step.value);
    case kCodec:
      return coded(step.first, 32768.0 * before * v);
    default:
      return v;
  }
}

// The sums of a row. 24 bytes.
struct WaveTotal {
  double squares;
  double added;
  float peak;
  int32_t reserved;
};

DEVICE double root_mean_square(double squares, int length) {
  return length == 0 ? 0.0 : sqrt(squares / length);
}

// Works out, in order, the gain that waits at every step and what depends on it.
DEVICE_CALL double work_out(const WaveRow* row, const WaveStep* steps,
                            const WaveReference* all_references, const double* gains,
                            const double* bounds, const WaveTotal* totals, double* before,
                            double* amount) {
  double gain = row->in_gain < 0 ? 1.0 : gains[row->in_gain];
  ROLLED for (int s = 0; s < row->steps; s++) {
    const WaveStep& step = steps[s];
    const WaveReference* references = all_references + step.reference;
    const WaveTotal* known = totals + (step.reference - row->first_reference);
    before[s] = gain;
    amount[s] = 0.0;
    auto gain_of = [&](int r) {
      const int of = references[r].gain;
      return fabs(of == -2 ? gain : of == -1 ? 1.0 : gains[of]);
    };
    switch (step.kind) {
      case kScale:
        gain *= step.value;
        break;
      case kScaleByBound:
        gain *= bounds[step.first];
        break;
      case kNormalizePeak: {
        double peak = 0;
        ROLLED for (int r = 0; r < step.references; r++) {
          const double one = static_cast<double>(known[r].peak) * gain_of(r);
          peak = one > peak ? one : peak;
        }
        if ((step.first == 0 || peak > 1.0) && peak > 0.0) gain *= 1.0 / peak;
        break;
      }
      case kNormalizeRms: {
        double level;
        if (step.references == 1) {
          level = gain_of(0) * root_mean_square(known[0].squares, references[0].length);
        } else {
          double squares = 0;
          ROLLED for (int r = 0; r < step.references; r++) {
            const double one =
                gain_of(r) * root_mean_square(known[r].squares, references[r].length);
            squares += one * one / step.references;
          }
          level = sqrt(squares);
        }
        if (level > 0.0) gain *= step.value / level;
        break;
      }
      case kRestoreRms: {
        const double wanted = root_mean_square(known[0].squares, references[0].length);
        if (wanted > 1e-9) {
          gain *= wanted / root_mean_square(known[1].squares, references[1].length);
        }
        break;
      }
      case kAdd: {
        const double loud = gain_of(0) * root_mean_square(known[0].squares, references[0].length);
        const double noise = root_mean_square(known[1].added, references[1].length);
        amount[s] = loud > 0.0 && noise > 0.0 ? loud / step.value / noise : -1.0;
        if (amount[s] >= 0.0) gain = 1.0;
        break;
      }
      case kMix: {
        const int of = references[1].gain;
        const double other = of == -1 ? 1.0 : gains[of];
        const double loud =
            fabs(other) * root_mean_square(known[1].squares, references[1].length);
        amount[s] = loud > 0.0
                        ? gain_of(0) * root_mean_square(known[0].squares, references[0].length) /
                              step.value / loud * other
                        : 0.0;
        gain = 1.0;
        break;
      }
      case kTanh:
        amount[s] = 0.5 / (bounds[step.first] + 1e-6);
        gain = 1.0;
        break;
      case kSettle:
      case kNormalNoise:
      case kClip:
      case kCrush:
      case kCodec:
        gain = 1.0;
        break;
      default:
        break;
    }
  }
  return gain;
}

struct PercentileRow {
  int64_t in;
  double fraction;   // of the way to the next value in order
  int32_t length;
  int32_t rank;
  int32_t absolute;
  int32_t out;       // which of the bounds
};

struct PercentileParams {
  const PercentileRow* rows;
  double* bounds;
};

// In the order of the values.
DEVICE unsigned order_of(float x) {
  const int bits = __float_as_int(x);
  return bits < 0 ? ~static_cast<unsigned>(bits) : static_cast<unsigned>(bits) | 0x80000000u;
}

DEVICE float value_of(unsigned order) {
  return __int_as_float(static_cast<int>((order & 0x80000000u) != 0 ? order & 0x7FFFFFFFu
                                                                    : ~order));
}

constexpr int kMostChannels = 5;

// A clip. 80 bytes.
struct LoudnessRow {
  int64_t in[kMostChannels];  // addresses of K-weighted float32 samples
  double wanted;              // LUFS
  double rate;                // samples per second
  int32_t channels;
  int32_t length;
  int32_t blocks;
  int32_t powers;             // the first of the bounds that keep the powers of the blocks
  int32_t out;                // which of the bounds gets the gain
  int32_t reserved;
};

struct LoudnessParams {
  const LoudnessRow* rows;
  double* bounds;
};

// Left, right, centre, surround.
DEVICE double channel_weight(int c) { return c < 3 ? 1.0 : 1.41; }

DEVICE double lufs_of(double power) { return -0.691 + 10.0 * log10(power); }

// The sum over a warp, the same in every lane.
template <class T>
DEVICE T warp_sum(T value) {
  ROLLED for (int d = 16; d > 0; d /= 2) value += __shfl_xor_sync(0xFFFFFFFFu, value, d);
  return value;
}

// The mean of the powers whose loudness is above a gate, or at it; 0 where none is.
DEVICE_CALL double gated_mean(const double* powers, int count, double gate, bool at, double* shared) {
  const int me = static_cast<int>(threadIdx.x);
  double sum = 0;
  double passed = 0;
  ROLLED for (int j = me; j < count; j += kWaveThreads) {
    const double loudness = lufs_of(powers[j]);
    if (loudness > gate || (at && loudness == gate)) {
      sum += powers[j];
      passed += 1.0;
    }
  }
  sum = warp_sum(sum);
  passed = warp_sum(passed);
  __syncthreads();
  if (me % 32 == 0) {
    shared[me / 32] = sum;
    shared[kWaveThreads / 32 + me / 32] = passed;
  }
  __syncthreads();
  sum = 0;
  passed = 0;
  ROLLED for (int w = 0; w < kWaveThreads / 32; w++) {
    sum += shared[w];
    passed += shared[kWaveThreads / 32 + w];
  }
  return passed > 0.0 ? sum / passed : 0.0;
}

struct ColourRow {
  int64_t seed;
  double decay;
  int32_t channel;
  int32_t reserved;
};

struct ColourParams {
  const ColourRow* rows;
  float2* out;  // [row][size / 2 + 1]
  double slope;
  int32_t size;
  int32_t blocks_per_row;
};

}  // namespace cochlea

KERNEL(augment_wave, cochlea::WaveParams, cochlea::kWaveThreads, 2) {
  using namespace cochlea;
  SHARED_MEMORY(double, shared);
  WaveTotal* totals = reinterpret_cast<WaveTotal*>(shared);
  double* before = shared + 3 * p.most_references;
  double* amount = before + p.most_steps;
  WavePartial* sums = reinterpret_cast<WavePartial*>(amount + p.most_steps);
  double* last = reinterpret_cast<double*>(sums + kWaveThreads);
  const int number = static_cast<int>(blockIdx.x) / p.tiles;
  const int tile = static_cast<int>(blockIdx.x) - number * p.tiles;
  const WaveRow& row = p.rows[number];
  const int me = static_cast<int>(threadIdx.x);
  const int count = row.steps;
  const int splices = row.splices;
  const int length = row.length;
  const int64_t in = row.in;
  const int type = row.sample_type;
  if (tile > 0 && tile * kWaveTile >= max(row.length, row.room)) return;
  const WaveStep* steps = p.steps + row.first_step;
  // What the passes before have found: a warp adds the tiles of a row.
  int reference = 0;
  ROLLED for (int s = 0; s < count; s++) {
    ROLLED for (int r = 0; r < steps[s].references; r++, reference++) {
      if (reference % (kWaveThreads / 32) != me / 32) continue;
      const WaveReference of = p.references[row.first_reference + reference];
      WaveTotal total = {0, 0, 0, 0};
      ROLLED for (int i = me % 32; i < of.partials; i += 32) {
        const WavePartial& one = p.partials[of.partial + i];
        total.squares += one.squares;
        total.added += one.added;
        total.peak = larger(total.peak, one.peak);
      }
      ROLLED for (int d = 16; d > 0; d /= 2) {
        total.squares += __shfl_xor_sync(0xFFFFFFFFu, total.squares, d);
        total.added += __shfl_xor_sync(0xFFFFFFFFu, total.added, d);
        total.peak = larger(total.peak, __shfl_xor_sync(0xFFFFFFFFu, total.peak, d));
      }
      if (me % 32 == 0) totals[reference] = total;
    }
  }
  __syncthreads();
  if (me == 0) {
    *last = work_out(&row, steps, p.references, p.gains, p.bounds, totals, before, amount);
    if (tile == 0 && row.out_gain >= 0) p.gains[row.out_gain] = *last;
  }
  __syncthreads();
  WavePartial sum = {0, 0, 0, 0};
  ROLLED for (int i = 0; i < kWaveTile / kWaveThreads; i++) {
    const int t = tile * kWaveTile + i * kWaveThreads + me;
    float v = 0.0f;
    if (t < length) {
      const Place place = walk_back(steps, count, splices, t);
      int s = place.silent + 1;
      if (s == splices && in != 0) {
        v = splices == 0 ? wave_sample(in, type, place.at)
                         : spliced(steps, splices, in, type, place.at);
      }
      ROLLED for (; s < count; s++) {
        v = changed(p.bounds, steps, s, count, t, before[s], amount[s], v);
      }
      sum.squares += static_cast<double>(v) * static_cast<double>(v);
      sum.peak = larger(sum.peak, fabsf(v));
      if (row.added != 0) {
        const int64_t at = (static_cast<int64_t>(row.added_start) + t) % row.added_period;
        const double z = reinterpret_cast<const float*>(row.added)[at];
        sum.added += z * z;
      }
    }
    if (row.out != 0 && t < row.room) reinterpret_cast<float*>(row.out)[t] = v;
  }
  if (row.partial < 0 || tile * kWaveTile >= row.length) return;
  sums[me] = sum;
  ROLLED for (int d = kWaveThreads; d > 1; d /= 16) {
    __syncthreads();
    const int each = d / (d / 16);
    if (me < d / 16) {
      WavePartial total = sums[me * each];
      ROLLED for (int i = 1; i < each; i++) {
        const WavePartial& one = sums[me * each + i];
        total.squares += one.squares;
        total.added += one.added;
        total.peak = larger(total.peak, one.peak);
      }
      sum = total;
    }
    __syncthreads();
    if (me < d / 16) sums[me] = sum;
  }
  if (me == 0) p.partials[row.partial + tile] = sum;
}

KERNEL(augment_percentile, cochlea::PercentileParams, cochlea::kWaveThreads, 4) {
  using namespace cochlea;
  SHARED_MEMORY(int, shared);
  int* found = shared + kWaveThreads;
  const PercentileRow row = p.rows[blockIdx.x];
  const float* x = reinterpret_cast<const float*>(row.in);
  const int me = static_cast<int>(threadIdx.x);
  auto order = [&](int i) { return order_of(row.absolute != 0 ? fabsf(x[i]) : x[i]); };
  // The value of a rank, eight bits at a time from the highest.
  unsigned value = 0;
  int rank = row.rank;
  int equal = 0;
  ROLLED for (int shift = 24; shift >= 0; shift -= 8) {
    shared[me] = 0;
    __syncthreads();
    ROLLED for (int i = me; i < row.length; i += kWaveThreads) {
      const unsigned o = order(i);
      if (shift == 24 || o >> (shift + 8) == value >> (shift + 8)) {
        atomicAdd(shared + (o >> shift & 255u), 1);
      }
    }
    __syncthreads();
    if (me == 0) {
      int digit = 0;
      ROLLED while (digit < 255 && rank >= shared[digit]) rank -= shared[digit++];
      found[0] = digit;
      found[1] = rank;
      found[2] = shared[digit];
    }
    __syncthreads();
    value |= static_cast<unsigned>(found[0]) << shift;
    rank = found[1];
    equal = found[2];
    __syncthreads();
  }
  double result = value_of(value);
  if (row.fraction != 0.0) {
    unsigned next = value;
    if (rank + 1 >= equal) {
      // The next in order is the least of those that are greater.
      unsigned least = 0xFFFFFFFFu;
      ROLLED for (int i = me; i < row.length; i += kWaveThreads) {
        const unsigned o = order(i);
        least = o > value && o < least ? o : least;
      }
      shared[me] = static_cast<int>(least);
      __syncthreads();
      if (me == 0) {
        ROLLED for (int i = 1; i < kWaveThreads; i++) {
          const unsigned o = static_cast<unsigned>(shared[i]);
          least = o < least ? o : least;
        }
      }
      next = least;
    }
    result += row.fraction * (static_cast<double>(value_of(next)) - result);
  }
  if (me == 0) p.bounds[row.out] = result;
}

KERNEL(augment_loudness, cochlea::LoudnessParams, cochlea::kWaveThreads, 4) {
  using namespace cochlea;
  SHARED_MEMORY(double, shared);
  const LoudnessRow& row = p.rows[blockIdx.x];
  const int me = static_cast<int>(threadIdx.x);
  double* powers = p.bounds + row.powers;
  // A warp sums a block. Its bounds are what signal.Loudness makes of the same numbers.
  ROLLED for (int j = me / 32; j < row.blocks; j += kWaveThreads / 32) {
    const int start = static_cast<int>(0.4 * (j * 0.25) * row.rate);
    const int end = min(row.length, static_cast<int>(0.4 * (j * 0.25 + 1.0) * row.rate));
    double power = 0;
    ROLLED for (int c = 0; c < row.channels; c++) {
      const float* y = reinterpret_cast<const float*>(row.in[c]);
      double sum = 0;
      UNROLLED_4_TIMES for (int i = start + me % 32; i < end; i += 32) {
        sum += static_cast<double>(y[i]) * static_cast<double>(y[i]);
      }
      power += channel_weight(c) * warp_sum(sum) / (0.4 * row.rate);
    }
    if (me % 32 == 0) powers[j] = power;
  }
  __syncthreads();
  const double ungated = lufs_of(gated_mean(powers, row.blocks, -70.0, true, shared));
  const double gate = ungated - 10.0 > -70.0 ? ungated - 10.0 : -70.0;
  const double measured = lufs_of(gated_mean(powers, row.blocks, gate, false, shared));
  // A clip below the gates stays as it is; so does one with infinite samples.
  const bool finite = measured - measured == 0.0;
  if (me == 0) p.bounds[row.out] = finite ? pow(10.0, (row.wanted - measured) / 20.0) : 1.0;
}

KERNEL(augment_colour, cochlea::ColourParams, cochlea::kWaveThreads, 4) {
  using namespace cochlea;
  const Part part = part_of(p.blocks_per_row, 1);
  const ColourRow row = p.rows[part.row];
  const int bins = p.size / 2 + 1;
  const int k = part.first;
  if (k >= bins) return;
  const double weight = row.decay == 0.0 ? 1.0 : pow(1.0 + p.slope * k, -row.decay);
  const Normals pair = normal_pair(row.seed, row.channel, k);
  float2 z;
  if (k == 0 || 2 * k == p.size) {
    // Real; as much power as a pair of normal numbers has.
    z = complex_of(static_cast<float>(sqrt(2.0) * weight * pair.even), 0.0f);
  } else {
    z = complex_of(static_cast<float>(weight * pair.even), static_cast<float>(weight * pair.odd));
  }
  p.out[static_cast<int64_t>(part.row) * bins + k] = z;
}
