// Resampling, filters along a signal, Griffin-Lim and copies, against plain sums in double.
#include <cmath>
#include <complex>
#include <functional>
#include <limits>
#include <random>

#include "cuda.h"
#include "frontend_host.h"
#include "tests.h"

// The structs of parameters are in the kernels' sources, whose bodies are not wanted twice.
#undef KERNEL
#define KERNEL(name, P, threads, blocks) [[maybe_unused]] static void body_of_##name(const P& p)
#include "../filter.cu"
#include "../griffin_lim.cu"
#include "../inverse.cu"
#include "../resample.cu"
#include "../rows.cu"

using namespace cochlea;
using Complex = std::complex<double>;

namespace {

// Ragged rows of noise behind each other, with NaNs between them.
struct Signals {
  std::vector<ClipRow> rows;
  std::vector<float> floats;
  std::vector<short> shorts;

  Signals(const std::vector<int>& lengths, unsigned seed) {
    std::mt19937 random(seed);
    std::uniform_int_distribution<int> uniform(-32767, 32767);
    for (size_t r = 0; r < lengths.size(); r++) {
      floats.resize(floats.size() + 7, std::numeric_limits<float>::quiet_NaN());
      shorts.resize(floats.size(), 32767);
      rows.push_back({static_cast<int64_t>(floats.size()), lengths[r], lengths[r], lengths[r],
                      static_cast<int>(r)});
      for (int i = 0; i < lengths[r]; i++) {
        shorts.push_back(static_cast<short>(uniform(random)));
        floats.push_back(static_cast<float>(shorts.back()) / 32768);
      }
    }
    floats.resize(floats.size() + 7, std::numeric_limits<float>::quiet_NaN());
    shorts.resize(floats.size(), 32767);
  }

  double at(size_t r, int64_t i) const {
    return i < 0 || i >= rows[r].samples ? 0 : floats[rows[r].start + i];
  }
};

double value_of_half(unsigned short bits) {
  const int exponent = bits >> 10 & 31;
  const double fraction = (bits & 1023) / 1024.0;
  const double magnitude =
      exponent == 0 ? std::ldexp(fraction, -14) : std::ldexp(1 + fraction, exponent - 15);
  return (bits & 0x8000) != 0 ? -magnitude : magnitude;
}

// Rows of a result [row][room], against what is expected, and zeros behind.
void hold(const std::vector<float>& out, const std::vector<ClipRow>& rows, int room, double bound,
          const std::string& what, const std::function<double(size_t, int)>& expected) {
  double difference = 0;
  double norm = 0;
  bool zeros = true;
  for (size_t r = 0; r < rows.size(); r++) {
    for (int i = 0; i < room; i++) {
      const double v = out[r * room + i];
      if (i >= rows[r].frames) {
        zeros = zeros && v == 0;
        continue;
      }
      const double e = expected(r, i);
      difference += (v - e) * (v - e);
      norm += e * e;
    }
  }
  check_error(norm == 0 ? std::sqrt(difference) : std::sqrt(difference / norm), bound, what);
  check(zeros, what + ": zeros after the last value");
}

// Runs a kernel with float32 and int16 input, float32 and float16 output.
template <class P>
void run_types(const std::string& name, P p, const Signals& x, int room, unsigned grid,
               unsigned block, unsigned shared, double bound, const std::string& what,
               const std::function<double(size_t, int)>& expected) {
  Device<float> floats(x.floats);
  Device<short> shorts(x.shorts);
  Device<ClipRow> rows(x.rows);
  const size_t count = x.rows.size() * room;
  Device<float> out(count);
  p.rows = rows.get();
  p.out_frames = room;
  p.out = {out.get(), room, room};
  std::vector<float> first;
  for (int type : {kFloat32, kInt16}) {
    p.samples = type == kFloat32 ? static_cast<const void*>(floats.get()) : shorts.get();
    p.sample_type = type;
    p.scale = type == kFloat32 ? 1.0f : 1.0f / 32768;
    p.out_type = kOutFloat32;
    launch(name, grid, block, shared, p);
    hold(out.copy(), x.rows, room, bound, what + (type == kInt16 ? ", int16" : ""), expected);
  }
  Device<unsigned short> halves(count);
  p.out = {halves.get(), room, room};
  p.out_type = kOutFloat16;
  launch(name, grid, block, shared, p);
  const std::vector<unsigned short> bits = halves.copy();
  std::vector<float> wide(count);
  for (size_t i = 0; i < count; i++) wide[i] = static_cast<float>(value_of_half(bits[i]));
  hold(wide, x.rows, room, 4e-4, what + ", float16", expected);
}

unsigned up(int64_t items, int64_t per_block) {
  return static_cast<unsigned>((items + per_block - 1) / per_block);
}

// A sinc of 12 zero crossings under a Hann window.
double impulse(double t) {
  constexpr double kWidth = 12;
  if (std::abs(t) >= kWidth) return 0;
  const double sinc = t == 0 ? 1 : std::sin(M_PI * t) / (M_PI * t);
  return sinc * (0.5 + 0.5 * std::cos(M_PI * t / kWidth));
}

struct Ratio {
  int in, out;
};

}  // namespace

TEST(resampling) {
  for (const Ratio& ratio : {Ratio{3, 1}, Ratio{1, 2}, Ratio{441, 160}, Ratio{160, 147},
                             Ratio{24, 1}, Ratio{1, 6}, Ratio{4, 1}, Ratio{257, 256}}) {
    Signals x({5000, 0, 1, 1234}, 1);
    const double scale = 0.95 * std::min(1.0, static_cast<double>(ratio.out) / ratio.in);
    const int reach = static_cast<int>(12 / scale);
    const int count = 2 * reach + 2;
    int room = 0;
    for (ClipRow& row : x.rows) {
      row.frames = static_cast<int>(up(static_cast<int64_t>(row.samples) * ratio.out, ratio.in));
      room = std::max(room, row.frames + 3);
    }
    auto expected = [&](size_t r, int j) {
      const double t = static_cast<double>(static_cast<int64_t>(j) * ratio.in) / ratio.out;
      double sum = 0;
      const int64_t place = static_cast<int64_t>(j) * ratio.in / ratio.out;
      for (int64_t i = place - reach; i < place - reach + count; i++) {
        sum += scale * impulse((static_cast<double>(i) - t) * scale) * x.at(r, i);
      }
      return sum;
    };
    const std::string what = std::to_string(ratio.in) + " to " + std::to_string(ratio.out);
    ResampleParams p = {};
    p.in = ratio.in;
    p.phases = ratio.out;
    p.count = count;
    p.reach = reach;
    std::vector<float> taps(static_cast<size_t>(count) * ratio.out);
    for (int phase = 0; phase < ratio.out; phase++) {
      const double fraction =
          static_cast<double>(static_cast<int64_t>(phase) * ratio.in % ratio.out) / ratio.out;
      for (int k = 0; k < count; k++) {
        taps[k * ratio.out + phase] =
            static_cast<float>(scale * impulse((k - reach - fraction) * scale));
      }
    }
    Device<float> table(taps);
    p.taps = table.get();
    for (int groups : {1, static_cast<int>(up(256, ratio.out))}) {
      p.group = groups * ratio.out;
      p.tiles = static_cast<int>(up(room, 4 * p.group));
      const int words = 3 * groups * ratio.in +
                        static_cast<int>(static_cast<int64_t>(p.group - 1) * ratio.in / ratio.out) +
                        count;
      run_types("resample", p, x, room, 4 * p.tiles, 256, 4 * (words + words / 32 + 1), 1e-6,
                "resample " + what, expected);
    }
    // By interpolation between rows of a table.
    p.resolution = 256;
    std::vector<float> rows(static_cast<size_t>(count) * (p.resolution + 3));
    for (int r = 0; r < p.resolution + 3; r++) {
      for (int k = 0; k < count; k++) {
        rows[static_cast<size_t>(k) * (p.resolution + 3) + r] = static_cast<float>(
            scale * impulse((k - reach - (r - 1.0) / p.resolution) * scale));
      }
    }
    Device<float> any(rows);
    p.taps = any.get();
    p.tiles = static_cast<int>(up(room, 256));
    run_types("resample_any", p, x, room, 4 * p.tiles, 256, 0, 1e-6, "resample_any " + what,
              expected);
  }
}

TEST(finite_filters) {
  for (int taps : {1, 2, 7, 255, 256, 257, 600}) {
    for (int offset : {0, (taps - 1) / 2}) {
      const Signals x({2500, 0, 1, 1024, 1025}, 2);
      std::mt19937 random(taps);
      std::uniform_real_distribution<float> uniform(-1, 1);
      std::vector<float> b(taps);
      for (float& tap : b) tap = uniform(random);
      Device<float> device(b);
      FilterParams p = {};
      p.taps = device.get();
      p.tap_count = taps;
      p.offset = offset;
      p.tiles = 3;
      run_types("fir", p, x, 2600, 5 * 3, 256, 6144, 1e-6, "fir of " + std::to_string(taps),
                [&](size_t r, int i) {
                  double sum = 0;
                  for (int k = 0; k < taps; k++) {
                    sum += static_cast<double>(b[k]) * x.at(r, static_cast<int64_t>(i) + offset - k);
                  }
                  return sum;
                });
    }
  }
}

namespace {

using Sections = std::vector<Section>;

// A section with what the kernel wants to know about it; `gain` is H(1) of those before.
Section section_of(double b0, double b1, double b2, double a1, double a2, double* gain) {
  Section s = {b0, b1, b2, a1, a2, 0, 0, 0, {}};
  const double first = (b1 - a1 * b0 + b2 - a2 * b0) / (1 + a1 + a2);
  s.steady0 = *gain * first;
  s.steady1 = *gain * ((1 + a1) * first - (b1 - a1 * b0));
  *gain *= (b0 + b1 + b2) / (1 + a1 + a2);
  double m[4] = {-a1, 1, -a2, 0};
  for (int squaring = 1; squaring <= 10; squaring++) {
    const double q[4] = {m[0] * m[0] + m[1] * m[2], m[0] * m[1] + m[1] * m[3],
                         m[2] * m[0] + m[3] * m[2], m[2] * m[1] + m[3] * m[3]};
    std::copy_n(q, 4, m);
    if (squaring >= 5) std::copy_n(m, 4, s.powers[squaring - 5]);
  }
  return s;
}

// `count` sections, some with poles close to the circle.
Sections sections_of(int count) {
  Sections list;
  double gain = 1;
  for (int s = 0; s < count; s++) {
    const double radius = s == 0 ? 0.9995 : 0.5 + 0.08 * (s % 5);
    const double angle = 0.3 + 0.4 * s;
    list.push_back(section_of(0.2, 0.1 - 0.02 * s, s == 1 ? 0 : 0.05, -2 * radius * std::cos(angle),
                              s == 1 ? 0 : radius * radius, &gain));
  }
  return list;
}

void filter_plainly(const Sections& sections, std::vector<double>& x, bool steady) {
  const double level = x.empty() ? 0 : x[0];
  for (const Section& s : sections) {
    double z0 = steady ? s.steady0 * level : 0;
    double z1 = steady ? s.steady1 * level : 0;
    for (double& v : x) {
      const double y = s.b0 * v + z0;
      z0 = s.b1 * v - s.a1 * y + z1;
      z1 = s.b2 * v - s.a2 * y;
      v = y;
    }
  }
}

}  // namespace

TEST(recursive_filters) {
  const std::vector<int> lengths = {10000, 0, 1, 31, 4096, 4097, 8192};
  for (int count : {1, 2, 6}) {
    const Signals x(lengths, 3);
    const Sections sections = sections_of(count);
    Device<Section> device(sections);
    FilterParams p = {};
    p.sections = device.get();
    p.section_count = count;
    const unsigned shared = 33792 + 64 + 16 * count;
    std::vector<std::vector<double>> plain(lengths.size());
    for (size_t r = 0; r < lengths.size(); r++) {
      for (int i = 0; i < lengths[r]; i++) plain[r].push_back(x.at(r, i));
      filter_plainly(sections, plain[r], false);
    }
    run_types("sos", p, x, 10007, 7, 128, shared, 2e-7, "sos of " + std::to_string(count),
              [&](size_t r, int i) { return plain[r][i]; });
    p.clamp = 1;
    run_types("sos", p, x, 10007, 7, 128, shared, 2e-7, "sos, clamped",
              [&](size_t r, int i) { return std::min(1.0, std::max(-1.0, plain[r][i])); });
    p.clamp = 0;

    // Every row with its own.
    Device<float> in(x.floats);
    Device<float> each(10007);
    Device<SosRow> own(std::vector<SosRow>{
        {reinterpret_cast<int64_t>(in.get() + x.rows[0].start),
         reinterpret_cast<int64_t>(each.get()), reinterpret_cast<int64_t>(p.sections),
         x.rows[0].samples, count}});
    launch("sos_rows", 1, 128, shared, SosRowsParams{own.get()});
    const std::vector<float> filtered = each.copy();
    double apart = 0;
    for (int i = 0; i < x.rows[0].samples; i++) {
      apart = std::max(apart, std::abs(plain[0][i] - filtered[i]));
    }
    check_error(apart, 1e-5, "sos_rows of " + std::to_string(count));

    // Forwards and backwards.
    const Signals longer({10000, 50, 4000, 8192}, 4);
    const int padding = 15;
    Device<double> work(4 * 10030);
    p.work = work.get();
    p.work_row = 10030;
    p.zero_phase = 1;
    p.padding = padding;
    std::vector<std::vector<double>> twice(4);
    for (size_t r = 0; r < 4; r++) {
      const int n = longer.rows[r].samples;
      std::vector<double>& e = twice[r];
      for (int i = -padding; i < n + padding; i++) {
        e.push_back(i < 0    ? 2 * longer.at(r, 0) - longer.at(r, -i)
                    : i >= n ? 2 * longer.at(r, n - 1) - longer.at(r, 2 * (n - 1) - i)
                             : longer.at(r, i));
      }
      for (int pass = 0; pass < 2; pass++) {
        filter_plainly(sections, e, true);
        std::reverse(e.begin(), e.end());
      }
    }
    run_types("sos", p, longer, 10001, 4, 128, shared, 2e-7, "zero phase",
              [&](size_t r, int i) { return twice[r][i + padding]; });
  }
  // A NaN stays in its row and behind its place.
  Signals x({6000, 6000}, 5);
  x.floats[x.rows[0].start + 5000] = std::numeric_limits<float>::quiet_NaN();
  const Sections sections = sections_of(2);
  Device<float> samples(x.floats);
  Device<ClipRow> rows(x.rows);
  Device<Section> device(sections);
  Device<float> out(12000);
  FilterParams p = {};
  p.samples = samples.get();
  p.rows = rows.get();
  p.sections = device.get();
  p.section_count = 2;
  p.scale = 1;
  p.out = {out.get(), 6000, 6000};
  p.out_frames = 6000;
  launch("sos", 2, 128, 33792 + 64 + 32, p);
  const std::vector<float> y = out.copy();
  bool right = true;
  for (int i = 0; i < 12000; i++) right = right && std::isnan(y[i]) == (i >= 5000 && i < 6000);
  check(right, "a NaN goes forwards only");
}

TEST(griffin_lim_steps) {
  const std::vector<int> frames_of = {40, 0, 1, 37};
  const int bins = 5;
  const int room = 41;
  const size_t count = frames_of.size() * bins * room;
  std::mt19937 random(6);
  std::uniform_real_distribution<float> uniform(-1, 1);
  auto values = [&](size_t n) {
    std::vector<float> v(n);
    for (float& x : v) x = uniform(random);
    return v;
  };
  std::vector<float> m = values(count);
  for (float& v : m) v = std::abs(v);
  const std::vector<float> r = values(2 * count);
  const std::vector<float> before = values(2 * count);
  Device<float> modulus(m);
  Device<float> rebuilt(r);
  Device<float> previous(before);
  Device<float> out(2 * count);
  Device<int> frames(frames_of);
  GriffinLimParams p = {};
  p.modulus = {modulus.get(), bins * room, room};
  p.rebuilt = {rebuilt.get(), bins * room, room};
  p.previous = {previous.get(), bins * room, room};
  p.out = {out.get(), bins * room, room};
  p.frames = frames.get();
  p.seed = 11;
  p.bins = bins;
  p.out_frames = room;
  p.blocks_per_row = 1;
  p.momentum = 0.99f / 1.99f;
  p.epsilon = 1e-16f;
  auto each = [&](auto&& body) {
    for (size_t row = 0; row < frames_of.size(); row++) {
      for (int k = 0; k < bins; k++) {
        for (int t = 0; t < room; t++) body((row * bins + k) * room + t, t < frames_of[row], row, t);
      }
    }
  };
  launch("griffin_lim_update", 4, 256, 0, p);
  std::vector<float> z = out.copy();
  std::vector<float> kept = previous.copy();
  double error = 0;
  bool right = true;
  each([&](size_t i, bool real, size_t, int) {
    const Complex got(z[2 * i], z[2 * i + 1]);
    if (!real) {
      right = right && got == 0.0 && kept[2 * i] == before[2 * i];
      return;
    }
    const Complex a = Complex(r[2 * i], r[2 * i + 1]) -
                      0.99 / 1.99 * Complex(before[2 * i], before[2 * i + 1]);
    error = std::max(error, std::abs(got - static_cast<double>(m[i]) * a / std::abs(a)));
    right = right && kept[2 * i] == r[2 * i] && kept[2 * i + 1] == r[2 * i + 1];
  });
  check_error(error, 1e-6, "griffin_lim_update");
  check(right, "the spectrum is kept for the next round");
  for (int noise : {0, 1}) {
    p.random = noise;
    launch("griffin_lim_start", 4, 256, 0, p);
    z = out.copy();
    error = 0;
    right = true;
    Complex mean = 0;
    each([&](size_t i, bool real, size_t row, int t) {
      const Complex got(z[2 * i], z[2 * i + 1]);
      right = right && (real || got == 0.0);
      if (!real) return;
      error = std::max(error, std::abs(std::abs(got) - m[i]));
      if (noise == 0) right = right && z[2 * i] == m[i] && z[2 * i + 1] == 0;
      mean += got / std::max(1e-9, std::abs(got)) / (5.0 * 78);
      // All rows have the same noise.
      if (row == 2 && t == 0) {
        const size_t other = i - 2 * bins * room;
        const Complex twin(z[2 * other], z[2 * other + 1]);
        right = right && std::abs(got * static_cast<double>(m[other]) -
                                  twin * static_cast<double>(m[i])) < 1e-6;
      }
    });
    check_error(error, 1e-6, "griffin_lim_start");
    check(right, "phases of the start");
    if (noise == 1) check_error(std::abs(mean), 0.15, "phases point everywhere");
  }
  // Nothing to hold on to: no phase, no NaN.
  MUST(cuMemsetD32Async(rebuilt.get(), 0, 2 * count, nullptr));
  MUST(cuMemsetD32Async(previous.get(), 0, 2 * count, nullptr));
  launch("griffin_lim_update", 4, 256, 0, p);
  z = out.copy();
  right = true;
  for (float v : z) right = right && v == 0;
  check(right, "silence has no phase");
}

// The iteration of all kernels together: from noise, the modulus of the rebuilt spectrum comes
// closer to what is wanted (to 0.11 of it after 30 rounds here; how far depends on the signal).
TEST(griffin_lim_converges) {
  Job job;
  job.n = 256;
  job.hop = 64;
  job.left = 128;
  const int samples = 4000;
  const int frames_count = 1 + samples / job.hop;
  const int bins = 129;
  std::vector<float> x(samples);
  for (int i = 0; i < samples; i++) {
    x[i] = static_cast<float>(std::sin(0.05 * i + 1e-5 * i * i) + 0.5 * std::sin(0.31 * i));
  }
  Device<float> signal(x);
  const std::vector<ClipRow> rows = {{0, samples, samples, frames_count, 0}};
  const size_t count = static_cast<size_t>(bins) * frames_count;
  Frontend forward(job);
  Device<float> z(2 * count);
  Device<float> rebuilt(2 * count);
  Device<float> previous(2 * count);
  job.tap = kModulus;
  job.power = 1;
  Frontend moduli(job);
  const std::vector<float> wanted = moduli.run<float>(signal.get(), rows, frames_count);
  Device<float> modulus(wanted);
  Device<int> frames(std::vector<int>{frames_count});
  Device<int> lengths(std::vector<int>{samples});
  GriffinLimParams g = {};
  g.modulus = {modulus.get(), static_cast<int64_t>(count), frames_count};
  g.rebuilt = {rebuilt.get(), static_cast<int64_t>(count), frames_count};
  g.previous = {previous.get(), static_cast<int64_t>(count), frames_count};
  g.out = {z.get(), static_cast<int64_t>(count), frames_count};
  g.frames = frames.get();
  g.bins = bins;
  g.out_frames = frames_count;
  g.blocks_per_row = static_cast<int>(up(count, 1024));
  g.random = 1;
  g.momentum = 0.99f / 1.99f;
  g.epsilon = 1e-16f;
  MUST(cuMemsetD32Async(previous.get(), 0, 2 * count, nullptr));
  launch("griffin_lim_start", g.blocks_per_row, 256, 0, g);
  const int m = job.n / 2;
  const std::vector<int> list = radices(m);
  std::vector<float2> roots(m);
  std::vector<float2> half_roots(m / 2 + 1);
  std::vector<int> positions(m);
  for (int j = 0; j < m; j++) roots[j] = root(j, m);
  for (int k = 0; k <= m / 2; k++) half_roots[k] = root(job.n - k, job.n);
  for (int k = 0; k < m; k++) positions[k] = Frontend::digits(list, 0, m, k);
  std::vector<float> w(job.n);
  for (int i = 0; i < job.n; i++) w[i] = static_cast<float>(hann(job.n)[i]);
  Device<float2> device_roots(roots);
  Device<float2> device_half_roots(half_roots);
  Device<int> device_positions(positions);
  Device<float> window(w);
  InverseParams inverse = {};
  inverse.roots = device_roots.get();
  inverse.half_roots = device_half_roots.get();
  inverse.positions = device_positions.get();
  inverse.window = window.get();
  inverse.size = job.n;
  inverse.columns = m;
  inverse.passes = static_cast<int>(list.size());
  std::copy(list.begin(), list.end(), inverse.radix);
  inverse.frames_per_block = 16;
  inverse.tiles = static_cast<int>(up(samples + 128, (16 - 4 + 1) * job.hop));
  inverse.in = g.out;
  inverse.out = {signal.get(), samples, samples};
  inverse.frames = frames.get();
  inverse.samples = lengths.get();
  inverse.hop = job.hop;
  inverse.trim = 128;
  inverse.out_frames = samples;
  double first = 0;
  double last = 0;
  for (int round = 0; round < 30; round++) {
    launch("inverse_stft", inverse.tiles, 256, 8 * m * 17, inverse);
    const std::vector<float> now = forward.run<float>(signal.get(), rows, frames_count);
    MUST(cuMemcpyHtoD_v2(rebuilt.get(), now.data(), now.size() * 4));
    double difference = 0;
    double norm = 0;
    for (size_t i = 0; i < count; i++) {
      const double d = std::hypot(now[2 * i], now[2 * i + 1]) - wanted[i];
      difference += d * d;
      norm += static_cast<double>(wanted[i]) * wanted[i];
    }
    last = std::sqrt(difference / norm);
    if (round == 0) first = last;
    launch("griffin_lim_update", g.blocks_per_row, 256, 0, g);
  }
  check(first > 0.3 && last < 0.25 * first, "Griffin-Lim: " + std::to_string(first) + " to " +
                                       std::to_string(last));
}

TEST(copies_of_rows) {
  // Three interleaved channels to rows, and ragged rows.
  const Signals x({3000}, 7);
  Device<short> shorts(x.shorts);
  Device<float> floats(x.floats);
  const int64_t start = x.rows[0].start;
  const std::vector<CopyRow> list = {
      {start, 0, 1000, 1100, 3, 0},     {start + 1, 1100, 1000, 1100, 3, 0},
      {start + 2, 2200, 999, 1100, 3, 0}, {start + 5, 3300, 0, 10, 1, 0},
      {start + 7, 3310, 1, 1, 1, 0},
  };
  Device<CopyRow> rows(list);
  const size_t count = 3311;
  Device<float> out(count);
  Device<unsigned short> halves(count);
  CopyParams p = {};
  p.rows = rows.get();
  p.blocks_per_row = 2;
  for (int type : {kFloat32, kInt16}) {
    p.from = type == kFloat32 ? static_cast<const void*>(floats.get()) : shorts.get();
    p.sample_type = type;
    p.scale = type == kFloat32 ? 1.0f : 1.0f / 32768;
    p.to = out.get();
    p.out_type = kOutFloat32;
    launch("copy_rows", 5 * 2, 256, 0, p);
    p.to = halves.get();
    p.out_type = kOutFloat16;
    launch("copy_rows", 5 * 2, 256, 0, p);
    const std::vector<float> y = out.copy();
    const std::vector<unsigned short> h = halves.copy();
    bool right = true;
    for (const CopyRow& row : list) {
      for (int i = 0; i < row.room; i++) {
        const float e = i < row.count ? x.floats[row.from + i * row.stride] : 0.0f;
        right = right && y[row.to + i] == e &&
                std::abs(value_of_half(h[row.to + i]) - e) <= 2.5e-4;
      }
    }
    check(right, "rows of one type to another");
  }
}
