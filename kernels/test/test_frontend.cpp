// The fused frontend against a discrete Fourier transform in double.
#include <cmath>
#include <complex>
#include <cstdint>
#include <cstring>
#include <limits>
#include <random>

#include "frontend_host.h"
#include "tests.h"

using cochlea::ClipRow;
using Complex = std::complex<double>;

namespace {

std::vector<float> noise(int n, unsigned seed) {
  std::mt19937 random(seed);
  std::uniform_real_distribution<float> uniform(-1, 1);
  std::vector<float> x(n);
  for (float& v : x) v = uniform(random);
  return x;
}

// A batch of clips one after the other, each row with its own length.
struct Batch {
  std::vector<float> samples;
  std::vector<ClipRow> rows;
  int out_frames = 0;

  std::vector<float> clip(size_t row) const {
    const float* from = samples.data() + rows[row].start;
    return {from, from + rows[row].samples};
  }
};

int frame_count(const Job& job, int length) {
  const int padded = length + 2 * job.left;
  return padded < job.frame_length() ? 0 : 1 + (padded - job.frame_length()) / job.hop;
}

Batch batch_of(const Job& job, const std::vector<int>& lengths, unsigned seed) {
  Batch b;
  for (size_t i = 0; i < lengths.size(); i++) {
    const std::vector<float> x = noise(lengths[i], seed + static_cast<unsigned>(i));
    const int length = lengths[i] + job.shift;
    b.rows.push_back({static_cast<int64_t>(b.samples.size()), lengths[i], length,
                      frame_count(job, length), static_cast<int>(i)});
    b.samples.insert(b.samples.end(), x.begin(), x.end());
    b.out_frames = std::max(b.out_frames, b.rows.back().frames);
  }
  return b;
}

// numpy.pad, spelled out: walks from the edge, one sample at a time.
int reference_index(int padding, int64_t position, int n) {
  if (position >= 0 && position < n) return static_cast<int>(position);
  if (n == 0 || padding == cochlea::kZero) return -1;
  if (padding == cochlea::kEdge) return position < 0 ? 0 : n - 1;
  if (padding == cochlea::kWrap) return static_cast<int>(((position % n) + n) % n);
  if (n == 1) return 0;
  int at = position < 0 ? 0 : n - 1;
  int step = position < 0 ? 1 : -1;
  int64_t left = position < 0 ? -position : position - (n - 1);
  bool bounced = padding == cochlea::kSymmetric;  // the edge is repeated: one step stays
  while (left-- > 0) {
    if (bounced) {
      bounced = false;
      continue;
    }
    if (at + step < 0 || at + step >= n) {
      step = -step;
      if (padding == cochlea::kSymmetric) continue;
    }
    at += step;
  }
  return at;
}

double reference_normal(uint64_t seed, uint64_t stream, uint64_t index) {
  uint32_t c[4] = {static_cast<uint32_t>(index >> 1), static_cast<uint32_t>(index >> 33),
                   static_cast<uint32_t>(stream), static_cast<uint32_t>(stream >> 32)};
  uint32_t k0 = static_cast<uint32_t>(seed);
  uint32_t k1 = static_cast<uint32_t>(seed >> 32);
  for (int round = 0; round < 10; round++) {
    const uint64_t a = 0xD2511F53ull * c[0];
    const uint64_t b = 0xCD9E8D57ull * c[2];
    c[0] = static_cast<uint32_t>(b >> 32) ^ c[1] ^ k0;
    c[2] = static_cast<uint32_t>(a >> 32) ^ c[3] ^ k1;
    c[1] = static_cast<uint32_t>(b);
    c[3] = static_cast<uint32_t>(a);
    k0 += 0x9E3779B9u;
    k1 += 0xBB67AE85u;
  }
  const double radius = std::sqrt(-2 * std::log((c[0] + 0.5) * 0x1p-32));
  const double angle = 2 * M_PI * (c[1] + 0.5) * 0x1p-32;
  return radius * (index % 2 == 0 ? std::cos(angle) : std::sin(angle));
}

// Frame t of a row, windowed.
std::vector<double> reference_frame(const Job& job, const ClipRow& row, const float* x, int t) {
  std::vector<double> y(row.samples);
  for (int j = 0; j < row.samples; j++) {
    double before = j > 0 ? x[j - 1] : 0;
    if (j == 0 && job.before == cochlea::kBeforeFirst) before = x[0];
    y[j] = x[j] - job.emphasis * before;
    if (j == 0 && job.emphasis != 0 && job.before == cochlea::kBeforeExtrapolate) {
      y[j] = 3.0 * x[0] - (row.samples > 1 ? x[1] : x[0]);
    }
  }
  const int length = job.frame_length();
  std::vector<double> frame(job.n);
  for (int n = 0; n < length; n++) {
    const int at = reference_index(job.padding, static_cast<int64_t>(t) * job.hop - job.left + n,
                                   row.length);
    const int j = at - job.shift;
    frame[n] = at >= 0 && j >= 0 && j < row.samples ? y[j] : 0;
  }
  if ((job.operations & cochlea::kDither) != 0) {
    for (int n = 0; n < length; n++) {
      frame[n] += job.dither * reference_normal(job.seed, row.channel,
                                                static_cast<uint64_t>(t) * length + n);
    }
  }
  if ((job.operations & cochlea::kRemoveOffset) != 0) {
    double sum = 0;
    for (int n = 0; n < length; n++) sum += frame[n];
    for (int n = 0; n < length; n++) frame[n] -= sum / length;
  }
  if ((job.operations & cochlea::kEmphasis) != 0) {
    for (int n = length - 1; n > 0; n--) frame[n] -= job.frame_emphasis * frame[n - 1];
    if (job.frame_before == cochlea::kBeforeFirst) frame[0] -= job.frame_emphasis * frame[0];
  }
  const std::vector<double> window = job.window.empty() ? hann(length) : job.window;
  for (int n = 0; n < job.n; n++) frame[n] *= n < static_cast<int>(window.size()) ? window[n] : 0;
  return frame;
}

std::vector<Complex> reference_spectrum(const std::vector<double>& frame) {
  const int n = static_cast<int>(frame.size());
  static std::vector<Complex> roots;
  static int roots_of = 0;
  if (roots_of != n) {
    roots.resize(n);
    for (int i = 0; i < n; i++) roots[i] = std::polar(1.0, -2 * M_PI * i / n);
    roots_of = n;
  }
  std::vector<Complex> bins(n / 2 + 1);
  for (int k = 0; k <= n / 2; k++) {
    double re = 0;
    double im = 0;
    int at = 0;
    for (int i = 0; i < n; i++) {
      re += frame[i] * roots[at].real();
      im += frame[i] * roots[at].imag();
      at += k;
      if (at >= n) at -= n;
    }
    bins[k] = {re, im};
  }
  // Of a real signal these are real.
  bins[0].imag(0);
  if (n % 2 == 0) bins[n / 2].imag(0);
  return bins;
}

double reference_step(const cochlea::Pointwise& s, double x) {
  switch (s.kind) {
    case cochlea::kAffine: return s.a * x + s.b;
    case cochlea::kLogClamp: return s.a * std::log2(std::max<double>(x, s.b)) + s.c;
    case cochlea::kLogAdd: return s.a * std::log2(x + s.b) + s.c;
    case cochlea::kLogReplaceZero: return s.a * std::log2(x == 0 ? s.b : x) + s.c;
    case cochlea::kPower: return std::pow(x, s.a);
    case cochlea::kQuantize: return std::floor(s.a * x) / s.a;
    case cochlea::kClamp: return std::max<double>(x, s.a);
    case cochlea::kSquareRoot: return std::sqrt(x);
    default: return x;
  }
}

// What frame t of a row should be: bins values, or pairs.
std::vector<double> reference_values(const Job& job, const ClipRow& row, const float* x, int t) {
  const std::vector<Complex> bins = reference_spectrum(reference_frame(job, row, x, t));
  std::vector<double> values;
  if (job.bank.empty()) {
    for (const Complex& z : bins) {
      if (job.tap == cochlea::kComplex) {
        values.push_back(z.real());
        values.push_back(z.imag());
      } else {
        values.push_back(job.tap == cochlea::kAngle ? std::arg(z)
                                                    : std::pow(std::abs(z), job.power));
      }
    }
  } else {
    for (const std::vector<double>& w : job.bank) {
      double sum = 0;
      for (size_t k = 0; k < bins.size(); k++) sum += w[k] * std::pow(std::abs(bins[k]), job.power);
      values.push_back(sum);
    }
  }
  if (job.tap != cochlea::kComplex || !job.bank.empty()) {
    for (double& v : values) {
      for (const cochlea::Pointwise& s : job.chain) v = reference_step(s, v);
    }
  }
  return values;
}

struct Outcome {
  double error;  // relative L2 over the frames looked at
  bool zeros;    // whether everything after a row's last frame is zero
};

// Compares every `stride`th frame, and all near the ends.
Outcome compare(const Job& job, const Batch& b, const std::vector<float>& out, int stride) {
  const int parts = job.bank.empty() && job.tap == cochlea::kComplex ? 2 : 1;
  const int bins = job.bins();
  double difference = 0;
  double norm = 0;
  Outcome o = {0, true};
  for (size_t r = 0; r < b.rows.size(); r++) {
    const float* x = b.samples.data() + b.rows[r].start;
    for (int t = 0; t < b.out_frames; t++) {
      const bool real = t < b.rows[r].frames;
      if (real && t % stride != 0 && t > 1 && t < b.rows[r].frames - 2) continue;
      const std::vector<double> expected =
          real ? reference_values(job, b.rows[r], x, t) : std::vector<double>(bins * parts);
      for (int k = 0; k < bins; k++) {
        for (int part = 0; part < parts; part++) {
          const double v = out[((r * bins + k) * b.out_frames + t) * parts + part];
          if (!real) {
            o.zeros = o.zeros && v == 0;
            continue;
          }
          difference += std::pow(v - expected[k * parts + part], 2);
          norm += std::pow(expected[k * parts + part], 2);
        }
      }
    }
  }
  o.error = norm == 0 ? std::sqrt(difference) : std::sqrt(difference / norm);
  return o;
}

std::vector<float> run(const Job& job, const Batch& b) {
  Frontend frontend(job);
  Device<float> samples(b.samples);
  return frontend.run<float>(samples.get(), b.rows, b.out_frames);
}

void hold(const Job& job, const Batch& b, int stride, double bound, const std::string& what) {
  const Outcome o = compare(job, b, run(job, b), stride);
  check_error(o.error, bound, what);
  check(o.zeros, what + ": zeros after the last frame");
}

// Overlapping triangles that get wider, one of them empty, one a single bin, one of all bins.
Rows triangles(int outputs, int bins) {
  Rows m(outputs, std::vector<double>(bins));
  for (int r = 0; r < outputs; r++) {
    auto edge = [&](double i) { return (bins - 1) * std::pow(i / (outputs + 1), 1.7); };
    const double a = edge(r);
    const double c = edge(r + 1);
    const double e = edge(r + 2);
    for (int k = 0; k < bins; k++) {
      const double w = std::min((k - a) / (c - a), (e - k) / (e - c));
      if (w > 0) m[r][k] = w;
    }
  }
  if (outputs > 4) {
    m[1].assign(bins, 0);
    m[2].assign(bins, 0);
    m[2][0] = 2;
    m[3].assign(bins, 0);
    m[3][bins - 1] = 3;
    for (int k = 0; k < bins; k++) m[4][k] = 0.5 + 0.25 * std::cos(k);
  }
  return m;
}

std::string label(const Job& job) {
  return "n " + std::to_string(job.n) + " hop " + std::to_string(job.hop) + " F " +
         std::to_string(job.frames_per_block) + " way " + std::to_string(job.way) + " padding " +
         std::to_string(job.padding);
}

// Rounding errors of a float32 transform: a few 2^-24, times the square root of its passes.
constexpr double kTransform = 4e-7;
// Squares double a relative error.
constexpr double kPowers = 2 * kTransform;
// The logarithm of a bin that is almost zero has lost what the other bins of its frame had in
// rounding: single bins are the first and the last of triangles().
constexpr double kLogarithms = 1e-5;
// A convolution is two transforms and three products.
constexpr double kConvolution = 8e-7;

Job job_of(const Instance& i) {
  Job job;
  job.n = i.n;
  job.hop = i.hop > 0 ? i.hop : i.n / 3 + 1;
  job.left = i.n / 2;
  job.frames_per_block = i.f;
  job.known_hop = i.hop > 0;
  return job;
}

}  // namespace

TEST(spectrum_of_every_instance) {
  for (const Instance& i : instances()) {
    if (i.hop > 0 || !i.bank.empty()) continue;
    const Job job = job_of(i);
    hold(job, batch_of(job, {5 * i.n, i.n / 2 + 1, 3 * i.n}, 1), 7, kTransform, label(job));
  }
}

TEST(bank_of_every_instance) {
  for (const Instance& i : instances()) {
    if (!i.bank.empty()) continue;
    Job job = job_of(i);
    job.bank = triangles(i.n > 1000 ? 70 : 40, i.n / 2 + 1);
    const Batch b = batch_of(job, {5 * i.n, i.n / 2 + 1, 3 * i.n}, 2);
    hold(job, b, 7, kPowers, label(job));
    job.chain = {{cochlea::kLogClamp, 3.0103f, 1e-10f, 0.5f}};
    hold(job, b, 7, kLogarithms, label(job) + " logarithm");
  }
}

TEST(known_hops_change_nothing) {
  for (const Instance& i : instances()) {
    if (i.hop == 0 || !i.bank.empty()) continue;
    Job job = job_of(i);
    job.bank = triangles(40, i.n / 2 + 1);
    const Batch b = batch_of(job, {6 * i.n + 5}, 3);
    const std::vector<float> known = run(job, b);
    job.known_hop = false;
    check(run(job, b) == known, label(job) + ": bits of the known hop");
  }
}

TEST(known_banks_change_nothing) {
  for (const Instance& i : instances()) {
    if (i.bank.empty()) continue;
    Job job = job_of(i);
    job.bank = i.rows();
    // Two complete tiles and a part of one; a row that has a part alone.
    const Batch b = batch_of(job, {70 * job.hop + 5, 9 * job.hop}, 3);
    for (float least : {1e-10f, 1e-40f}) {
      job.chain = {{i.kind, 3.0103f, least, 0.5f}};
      job.known_bank = i.bank;
      const std::vector<float> known = run(job, b);
      job.known_bank = "";
      check(run(job, b) == known, label(job) + ": bits of " + i.bank);
    }
    job.known_bank = i.bank;
    hold(job, b, 7, kLogarithms, label(job) + " " + i.bank);
    job.chain.clear();
    hold(job, b, 7, kPowers, label(job) + " " + i.bank + " without a logarithm");
  }
}

TEST(smooth_lengths) {
  for (int n : {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 12, 15, 16, 25, 30, 45, 60, 81, 100, 125, 135, 243,
                360, 375, 405, 448, 540, 625, 729, 1001 - 1, 1125, 1536, 2160, 2187, 3000, 3125,
                4096, 5000, 6561, 8192}) {
    Job job;
    job.n = n;
    job.hop = n / 2 + 1;
    job.left = n / 2;
    job.way = Job::kSmooth;
    const Batch b = batch_of(job, {3 * n + 2}, 4);
    hold(job, b, 3, kTransform, label(job));
    if (n < 30 || n > 3000) continue;
    job.bank = triangles(20, n / 2 + 1);
    job.power = n % 2 == 0 ? 1 : 2;
    hold(job, b, 3, kPowers, label(job) + " bank");
  }
}

TEST(awkward_lengths) {
  for (int n : {11, 13, 17, 34, 101, 127, 202, 257, 509, 551, 1009, 1103, 1102, 2053, 4099, 8191}) {
    Job job;
    job.n = n;
    job.hop = n / 2;
    job.left = n / 2;
    job.way = Job::kBluestein;
    const Batch b = batch_of(job, {2 * n + 3}, 5);
    hold(job, b, 2, kConvolution, label(job));
    if (n < 100 || n > 1200) continue;
    job.bank = triangles(20, n / 2 + 1);
    hold(job, b, 3, 2 * kConvolution, label(job) + " bank");
  }
}

TEST(blocks_change_nothing) {
  for (Job::Way way : {Job::kSmooth, Job::kBluestein}) {
    Job job;
    job.n = way == Job::kSmooth ? 450 : 449;
    job.hop = 100;
    job.left = 225;
    job.way = way;
    job.operations = cochlea::kRemoveOffset | cochlea::kEmphasis;
    job.frame_emphasis = 0.97;
    job.bank = triangles(21, job.n / 2 + 1);
    const Batch b = batch_of(job, {5000, 700}, 6);
    std::vector<float> first;
    for (int f : {1, 2, 4, 8, 16, 32}) {
      job.frames_per_block = f;
      const std::vector<float> out = run(job, b);
      if (first.empty()) {
        hold(job, b, 1, kConvolution, label(job));
        first = out;
      }
      check(out == first, label(job) + ": bits");
    }
  }
  for (int n : {256, 400, 512}) {
    Job job;
    job.n = n;
    job.frames_per_block = 32;
    job.bank = triangles(40, n / 2 + 1);
    const Batch b = batch_of(job, {20000}, 7);
    const std::vector<float> wide = run(job, b);
    job.frames_per_block = 16;
    check(run(job, b) == wide, label(job) + ": bits");
  }
}

TEST(batches_change_nothing) {
  Job job;
  job.bank = triangles(40, 201);
  job.chain = {{cochlea::kLogAdd, 1, 1e-6f, 0}};
  const Batch b = batch_of(job, {9000, 700, 9001, 5003, 0, 8192}, 8);
  const std::vector<float> all = run(job, b);
  for (size_t r = 0; r < b.rows.size(); r++) {
    Batch alone;
    alone.samples = b.clip(r);
    alone.rows = {b.rows[r]};
    alone.rows[0].start = 0;
    alone.out_frames = b.rows[r].frames;
    if (alone.out_frames == 0) continue;
    const std::vector<float> out = run(job, alone);
    bool same = true;
    for (int k = 0; k < job.bins(); k++) {
      for (int t = 0; t < alone.out_frames; t++) {
        same = same && out[k * alone.out_frames + t] ==
                           all[(r * job.bins() + k) * b.out_frames + t];
      }
    }
    check(same, "clip " + std::to_string(r) + " alone and in a batch");
  }
}

TEST(paddings_and_short_clips) {
  for (int padding = 0; padding <= 4; padding++) {
    for (int way = 0; way <= 2; way++) {
      Job job;
      job.n = way == 2 ? 101 : 400;
      job.hop = 37 + 123 * (way == 0);
      job.left = job.n / 2;
      job.padding = padding;
      job.way = static_cast<Job::Way>(way);
      hold(job, batch_of(job, {0, 1, 2, 3, 99, 199, 200, 201, 399, 400, 401, 1009}, 9), 5,
           kConvolution, label(job));
    }
  }
}

TEST(hops_and_frames) {
  // Single samples, the whole frame, more than it; frames shorter than the transform.
  for (int way = 0; way <= 2; way++) {
    const int n = way == 2 ? 509 : 512;
    for (int hop : {1, 2, 31, 127, n - 1, n, n + 1, 3 * n}) {
      Job job;
      job.n = n;
      job.hop = hop;
      job.left = hop > n ? 100 : 0;
      job.way = static_cast<Job::Way>(way);
      const Batch b = batch_of(job, {hop < 3 ? n + 70 : 5 * n + 1}, 10);
      hold(job, b, 11, kConvolution, label(job));
    }
    Job job;
    job.n = n;
    job.length = 400;
    job.left = -7;
    job.way = static_cast<Job::Way>(way);
    Batch b = batch_of(job, {4000}, 11);
    b.rows[0].frames = 20;
    b.out_frames = 21;
    hold(job, b, 1, kConvolution, label(job) + " of shorter frames");
  }
}

TEST(taps) {
  for (int n : {400, 441, 882, 512, 1000}) {
    for (int way = 0; way <= 1; way++) {
      if (way == 1 && n != 512 && n != 441) continue;
      Job job;
      job.n = n;
      job.left = n / 2;
      job.way = static_cast<Job::Way>(way);
      // A mirrored first frame is symmetric, and its angles are only the sign of a rounding error.
      job.padding = cochlea::kZero;
      const Batch b = batch_of(job, {3000}, 12);
      job.tap = cochlea::kModulus;
      for (double power : {1.0, 2.0, 0.5, 3.0}) {
        job.power = power;
        // Raising to a power multiplies the relative error.
        hold(job, b, 4, 4 * kTransform, label(job) + " power " + std::to_string(power));
      }
      job.tap = cochlea::kAngle;
      job.chain = {{cochlea::kAffine, 0.25f, 1, 0}};
      // Angles of small bins are uncertain: the window's sidelobes reach 1e-5 of the peak.
      hold(job, b, 4, 1e-5, label(job) + " angle");
    }
  }
}

TEST(steps_of_the_chain) {
  Job job;
  job.bank = triangles(30, 201);
  const Batch b = batch_of(job, {3000}, 13);
  const std::vector<std::vector<cochlea::Pointwise>> chains = {
      {{cochlea::kLogClamp, 1, 1e-10f, 0},
       {cochlea::kClamp, 3, 0, 0},
       {cochlea::kAffine, 0.25f, 1, 0}},
      {{cochlea::kLogAdd, 0.3f, 1e-6f, -2}},
      {{cochlea::kLogReplaceZero, 1, 1e-8f, 0}},
      {{cochlea::kPower, 0.33f, 0, 0}, {cochlea::kSquareRoot, 0, 0, 0}},
  };
  for (size_t i = 0; i < chains.size(); i++) {
    job.chain = chains[i];
    hold(job, b, 4, kTransform, "chain " + std::to_string(i));
  }
  // A rounding error next to a step moves a value by the whole step.
  job.chain = {{cochlea::kAffine, 1e-3f, 0, 0}, {cochlea::kQuantize, 256, 0, 0}};
  hold(job, b, 4, 1e-3, "quantised");
}

TEST(shorts_and_halves) {
  for (int way = 0; way <= 2; way++) {
    Job job;
    job.n = way == 2 ? 397 : 400;
    job.way = static_cast<Job::Way>(way);
    job.emphasis = 0.97;
    job.bank = triangles(40, job.n / 2 + 1);
    std::mt19937 random(14);
    std::vector<short> pcm(5001);
    std::vector<float> floats(pcm.size());
    for (size_t i = 0; i < pcm.size(); i++) {
      pcm[i] = static_cast<short>(static_cast<int>(random() % 65536) - 32768);
      floats[i] = pcm[i] / 32768.0f;
    }
    Batch b;
    b.samples = floats;
    b.rows = {{0, 5001, 5001, frame_count(job, 5001), 0}};
    b.out_frames = b.rows[0].frames;
    const std::vector<float> expected = run(job, b);
    hold(job, b, 4, kConvolution, label(job));
    job.sample_type = cochlea::kInt16;
    Device<short> samples(pcm);
    Frontend of_shorts(job);
    check(of_shorts.run<float>(samples.get(), b.rows, b.out_frames) == expected,
          label(job) + ": int16 gives the bits of float32");
    job.out_type = cochlea::kOutFloat16;
    Frontend to_halves(job);
    for (int frames : {b.out_frames, (b.out_frames + 3) / 4 * 4}) {
      const std::vector<unsigned short> halves =
          to_halves.run<unsigned short>(samples.get(), b.rows, frames);
      bool same = true;
      for (int k = 0; k < job.bins(); k++) {
        for (int t = 0; t < frames; t++) {
          const float v = t < b.out_frames ? expected[k * b.out_frames + t] : 0;
          same = same && halves[k * frames + t] == cochlea::half_bits(v);
        }
      }
      check(same, label(job) + ": float16 is float32 rounded");
    }
  }
}

TEST(signals_and_their_ends) {
  for (int way = 0; way <= 1; way++) {
    for (int before = 0; before <= 2; before++) {
      for (int shift : {0, 37}) {
        Job job;
        job.way = static_cast<Job::Way>(way);
        job.emphasis = 0.95;
        job.before = before;
        job.shift = shift;
        job.padding = cochlea::kReflect;
        hold(job, batch_of(job, {1, 2, 1500}, 15), 2, kTransform, label(job) + " emphasis");
        // Zeros added at the end, or samples cut off.
        Batch b = batch_of(job, {3000, 3000}, 16);
        b.rows[0].length = 4000;
        b.rows[1].length = 2000;
        for (ClipRow& row : b.rows) row.frames = frame_count(job, row.length);
        b.out_frames = b.rows[0].frames;
        hold(job, b, 3, kTransform, label(job) + " fitted");
      }
    }
  }
}

TEST(operations_on_frames) {
  for (int way = 0; way <= 2; way++) {
    for (int operations = 1; operations < 8; operations++) {
      for (int before = 0; before <= 1; before++) {
        Job job;
        job.n = way == 2 ? 509 : 512;
        job.length = 400;
        job.left = 0;
        job.way = static_cast<Job::Way>(way);
        job.frames_per_block = way == 0 ? 16 : 0;
        job.operations = operations;
        job.frame_emphasis = 0.97;
        job.frame_before = before;
        job.dither = 0.1;
        job.seed = 0x123456789ABCDEFull;
        hold(job, batch_of(job, {3000, 2500}, 17), 3, kConvolution,
             label(job) + " operations " + std::to_string(operations));
      }
    }
  }
}

TEST(frames_from_a_matrix) {
  for (int way = 0; way <= 2; way++) {
    Job job;
    job.n = way == 2 ? 127 : 256;
    job.length = way == 1 ? 200 : 0;
    job.hop = job.frame_length();
    job.left = 0;
    job.padding = cochlea::kZero;
    job.way = static_cast<Job::Way>(way);
    const int frames = 45;
    const int length = job.frame_length();
    const Batch b = batch_of(job, {frames * length}, 18);
    const std::vector<float> expected = run(job, b);
    const int apart = 50;
    std::vector<float> matrix(length * apart, std::numeric_limits<float>::quiet_NaN());
    for (int t = 0; t < frames; t++) {
      for (int n = 0; n < length; n++) matrix[n * apart + t] = b.samples[t * length + n];
    }
    job.sample_type = cochlea::kMatrix;
    Frontend frontend(job);
    Device<float> samples(matrix);
    check(frontend.run<float>(samples.get(), b.rows, frames, apart) == expected,
          label(job) + ": a matrix gives the bits of the signal");
  }
}

TEST(not_a_number) {
  for (int way = 0; way <= 2; way++) {
    Job job;
    job.n = way == 2 ? 401 : 400;
    job.way = static_cast<Job::Way>(way);
    job.window.assign(job.n, 1);
    job.bank = triangles(40, job.n / 2 + 1);
    job.bank[1][5] = 1;  // no output without a bin
    job.chain = {{cochlea::kLogClamp, 1, 1e-10f, 0}};
    Batch b = batch_of(job, {9000, 9000}, 19);
    const std::vector<float> clean = run(job, b);
    b.samples[4000] = std::numeric_limits<float>::quiet_NaN();
    const std::vector<float> out = run(job, b);
    bool right = true;
    for (size_t r = 0; r < 2; r++) {
      for (int k = 0; k < 40; k++) {
        for (int t = 0; t < b.out_frames; t++) {
          const int start = t * job.hop - job.left;
          const bool touched = r == 0 && start <= 4000 && 4000 < start + job.n;
          const size_t at = (r * 40 + k) * b.out_frames + t;
          right = right && (touched ? std::isnan(out[at]) : out[at] == clean[at]);
        }
      }
    }
    check(right, label(job) + ": NaN stays in its frames");
  }
}

TEST(silence_and_extremes) {
  for (int way = 0; way <= 2; way++) {
    for (float level : {0.0f, std::numeric_limits<float>::denorm_min(), 1e-30f, 1e9f}) {
      Job job;
      job.n = way == 2 ? 401 : 400;
      job.way = static_cast<Job::Way>(way);
      job.bank = triangles(40, job.n / 2 + 1);
      job.chain = {{cochlea::kLogClamp, 1, 1e-10f, 0}};
      Batch b = batch_of(job, {4000}, 20);
      for (float& v : b.samples) v *= level;
      bool finite = true;
      for (float v : run(job, b)) finite = finite && std::isfinite(v);
      check(finite, label(job) + ": finite at level " + std::to_string(level));
    }
  }
}
