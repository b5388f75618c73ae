// Augmentation of waveforms and features, against plain loops in double.
#include <algorithm>
#include <cmath>
#include <limits>
#include <random>

#include "cuda.h"
#include "tests.h"

// The structs of parameters are in the kernels' sources, whose bodies are not wanted twice.
#include "../device.cuh"
#undef KERNEL
#define KERNEL(name, P, threads, blocks) [[maybe_unused]] static void body_of_##name(const P& p)
#include "../augment.cu"
#include "../augment_filter.cu"
#include "../augment_fourier.cu"
#include "../augment_picture.cu"

using namespace cochlea;

namespace {

std::vector<float> noise(size_t n, unsigned seed) {
  std::mt19937 random(seed);
  std::uniform_real_distribution<float> uniform(-1, 1);
  std::vector<float> x(n);
  for (float& v : x) v = uniform(random);
  return x;
}

int64_t address(const void* pointer) { return reinterpret_cast<int64_t>(pointer); }

}  // namespace

TEST(augment_percentiles) {
  for (int n : {1, 2, 255, 256, 257, 3000}) {
    std::vector<float> x = noise(n, n);
    // Many that are equal, and zeros of both signs.
    for (float& v : x) v = std::round(v * 20) / 20;
    Device<float> samples(x);
    for (int absolute : {0, 1}) {
      std::vector<float> sorted = x;
      for (float& v : sorted) v = absolute != 0 ? std::abs(v) : v;
      std::sort(sorted.begin(), sorted.end());
      std::vector<PercentileRow> list;
      std::vector<double> wanted;
      for (double percent : {0.0, 1.0, 37.5, 50.0, 99.0, 100.0}) {
        const double at = percent / 100 * (n - 1);
        const int low = static_cast<int>(at);
        const double fraction = low + 1 >= n ? 0 : at - low;
        list.push_back({address(samples.get()), fraction, n, low, absolute,
                        static_cast<int>(list.size())});
        const double next = low + 1 >= n ? 0 : sorted[low + 1];
        wanted.push_back(fraction == 0 ? sorted[low]
                                       : sorted[low] + fraction * (next - sorted[low]));
      }
      Device<PercentileRow> rows(list);
      Device<double> bounds(list.size());
      const PercentileParams p = {rows.get(), bounds.get()};
      launch("augment_percentile", static_cast<int>(list.size()), 256, 1040, p);
      check(bounds.copy() == wanted, "percentiles of " + std::to_string(n));
    }
  }
}

TEST(augment_loudness) {
  const double rate = 1000;
  std::vector<LoudnessRow> list;
  std::vector<Device<float>> rows;
  std::vector<double> wanted;
  int bounds = 0;
  for (int n : {400, 401, 3333, 20000}) {
    for (int channels : {1, 5}) {
      for (double level : {1.0, 1e-5}) {
        const int blocks = static_cast<int>(std::rint((n / rate - 0.4) / 0.1)) + 1;
        std::vector<double> powers(blocks);
        LoudnessRow row = {};
        for (int c = 0; c < channels; c++) {
          std::vector<float> y = noise(n, n + c);
          // One second in three is 30 dB below the others, one is silence.
          for (int i = 0; i < n; i++) {
            y[i] *= static_cast<float>(level * (i % 3000 < 1000 ? 1 : i % 3000 < 2000 ? 0.03 : 0));
          }
          for (int j = 0; j < blocks; j++) {
            double sum = 0;
            for (int i = 100 * j; i < std::min(n, 100 * j + 400); i++) sum += double(y[i]) * y[i];
            powers[j] += (c < 3 ? 1 : 1.41) * sum / 400;
          }
          rows.emplace_back(y);
          row.in[c] = address(rows.back().get());
        }
        auto mean = [&](double gate) {
          double sum = 0;
          int count = 0;
          for (double power : powers) {
            if (-0.691 + 10 * std::log10(power) > gate) {
              sum += power;
              count++;
            }
          }
          return -0.691 + 10 * std::log10(count == 0 ? 0 : sum / count);
        };
        const double loudness = mean(std::max(-70.0, mean(-70) - 10));
        wanted.push_back(level == 1 ? std::pow(10, (-20 - loudness) / 20) : 1);
        row.wanted = -20;
        row.rate = rate;
        row.channels = channels;
        row.length = n;
        row.blocks = blocks;
        row.powers = bounds;
        row.out = bounds + blocks;
        bounds += blocks + 1;
        list.push_back(row);
      }
    }
  }
  Device<LoudnessRow> clips(list);
  Device<double> values(bounds);
  launch("augment_loudness", static_cast<int>(list.size()), 256, 128,
         LoudnessParams{clips.get(), values.get()});
  const std::vector<double> made = values.copy();
  for (size_t i = 0; i < list.size(); i++) {
    check_error(std::abs(made[list[i].out] / wanted[i] - 1), 1e-12,
                "the gain to a loudness, " + std::to_string(i));
  }
}

TEST(augment_sums_of_many_samples) {
  struct Case {
    int n, m, from, edge;
  };
  for (Case c : {Case{3000, 700, 0, 0}, {5, 33, 16, 1}, {1025, 1, 0, 0}, {1024, 257, 128, 1},
                 {1, 300, 299, 0}}) {
    const std::vector<float> x = noise(c.n, 1);
    const std::vector<float> h = noise(c.m, 2);
    Device<float> in(x);
    Device<float> taps(h);
    Device<float> out(c.n);
    const std::vector<ConvolveRow> list = {{address(in.get()), address(out.get()),
                                            address(taps.get()), c.n, c.n, c.m, c.from, c.edge, 0}};
    Device<ConvolveRow> rows(list);
    const int tiles = (c.n + 1023) / 1024;
    launch("augment_convolve", tiles, 256, 6144, ConvolveParams{rows.get(), tiles, 0});
    const std::vector<float> y = out.copy();
    double error = 0;
    double greatest = 0;
    for (int t = 0; t < c.n; t++) {
      double sum = 0;
      for (int k = 0; k < c.m; k++) {
        const int i = c.from + t - k;
        if (c.edge != 0) {
          sum += h[k] * x[std::min(std::max(i, 0), c.n - 1)];
        } else if (i >= 0 && i < c.n) {
          sum += h[k] * x[i];
        }
      }
      error = std::max(error, std::abs(sum - y[t]));
      greatest = std::max(greatest, std::abs(sum));
    }
    check_error(error / greatest, 2e-6, "a convolution with " + std::to_string(c.m));
  }
}

TEST(augment_sums_by_transforms) {
  struct Case {
    int n, m, from, edge;
  };
  std::vector<float2> turns(2 * kPartition);
  for (int j = 0; j < 2 * kPartition; j++) {
    const double angle = -M_PI * j / kPartition;
    turns[j] = {static_cast<float>(std::cos(angle)), static_cast<float>(std::sin(angle))};
  }
  Device<float2> roots(turns);
  std::vector<SpectraRow> spectra;
  std::vector<PartitionsRow> sums;
  std::vector<Device<float>> floats;
  std::vector<Device<float2>> pairs;
  std::vector<std::vector<double>> wanted;
  int most = 1;
  for (Case c : {Case{5000, 4500, 0, 0}, {5000, 4500, 3000, 0}, {2048, 2048, 2047, 0},
                 {4097, 2049, 1024, 1}, {700, 5000, 2500, 1}, {1, 600, 599, 0}, {900, 4096, 4095, 0},
                 {2049, 300, 0, 0}}) {
    const std::vector<float> x = noise(c.n, c.n);
    const std::vector<float> h = noise(c.m, c.m + 1);
    const int parts = divide_up(c.m, kPartition);
    const int blocks = divide_up(c.n, kPartition);
    // From the first block that has a sample, or counts as one, to the last.
    int first = 1 - parts;
    while (c.edge == 0 && c.from + first * kPartition + kPartition <= 0) first++;
    int end = blocks;
    while (c.edge == 0 && end > first && c.from + (end - 2) * kPartition >= c.n) end--;
    floats.emplace_back(x);
    const int64_t in = address(floats.back().get());
    floats.emplace_back(h);
    const int64_t taps = address(floats.back().get());
    pairs.emplace_back(static_cast<size_t>(end - first) * kPartition);
    const int64_t of_in = address(pairs.back().get());
    pairs.emplace_back(static_cast<size_t>(parts) * kPartition);
    const int64_t of_taps = address(pairs.back().get());
    floats.emplace_back(static_cast<size_t>(c.n));
    spectra.push_back({in, of_in, c.n, c.from + (first - 1) * kPartition, 2 * kPartition, c.edge,
                       end - first, 0});
    spectra.push_back({taps, of_taps, c.m, 0, kPartition, 0, parts, 0});
    sums.push_back({of_in, of_taps, address(floats.back().get()), c.n, parts, first, end - first});
    most = std::max({most, end - first, parts});
    std::vector<double> y(c.n);
    for (int t = 0; t < c.n; t++) {
      for (int k = 0; k < c.m; k++) {
        const int i = c.from + t - k;
        if (c.edge != 0) {
          y[t] += h[k] * x[std::min(std::max(i, 0), c.n - 1)];
        } else if (i >= 0 && i < c.n) {
          y[t] += h[k] * x[i];
        }
      }
    }
    wanted.push_back(y);
  }
  Device<SpectraRow> spectra_rows(spectra);
  Device<PartitionsRow> sum_rows(sums);
  const int shared = 8 * (kPartition + kPartition / 8);
  launch("augment_spectra", static_cast<int>(spectra.size()) * most, 256, shared,
         SpectraParams{spectra_rows.get(), roots.get(), most, 0});
  launch("augment_partitions", static_cast<int>(sums.size()) * most, 256, shared,
         PartitionsParams{sum_rows.get(), roots.get(), most, 0});
  for (size_t i = 0; i < sums.size(); i++) {
    const std::vector<float> y = floats[3 * i + 2].copy();
    double error = 0;
    double greatest = 0;
    for (size_t t = 0; t < y.size(); t++) {
      error = std::max(error, std::abs(wanted[i][t] - y[t]));
      greatest = std::max(greatest, std::abs(wanted[i][t]));
    }
    check_error(error / greatest, 2e-6, "a convolution by transforms, " + std::to_string(i));
  }
}

TEST(augment_speeds) {
  // A table of a triangle: lines between samples.
  const std::vector<float> triangle = {1, 0.75f, 0.5f, 0.25f, 0, 0};
  const int n = 900;
  const std::vector<float> x = noise(n, 3);
  Device<float> in(x);
  Device<float> table(triangle);
  for (double speed : {0.5, 0.9, 1.3}) {
    const int count = static_cast<int>(std::ceil(n / speed));
    Device<float> out(count);
    Device<InterpolateRow> rows(std::vector<InterpolateRow>{
        {address(in.get()), address(out.get()), speed, 1, n, count}});
    const int tiles = (count + 255) / 256;
    launch("augment_interpolate", tiles, 256, 0,
           InterpolateParams{rows.get(), table.get(), 1, 4, tiles, 0});
    const std::vector<float> y = out.copy();
    double error = 0;
    for (int t = 0; t < count; t++) {
      const double at = speed * t;
      const int i = static_cast<int>(at);
      const double next = i + 1 < n ? x[i + 1] : 0;
      error = std::max(error, std::abs(x[i] + (at - i) * (next - x[i]) - y[t]));
    }
    check_error(error, 2e-7, "a speed");
  }
}

TEST(augment_passes_of_waveforms) {
  const int n = 2100;
  const std::vector<float> x = noise(n, 4);
  Device<float> in(x);
  Device<float> out(n + 5);
  Device<double> gains(1);
  Device<WavePartial> partials(2);
  std::vector<WaveStep> list(5);
  list[0] = {0.5, 0, kScale, n, 0, 0, 0, 0, 0, 0};
  list[1] = {0, 0, kRollOver, n, 300, 0, 0, 0, 0, 0};
  list[2] = {0, 0, kReverse, n, 0, 0, 0, 0, 0, 0};
  list[3] = {17, 0, kCrush, n, 0, 0, 0, 0, 0, 0};
  list[4] = {0, 0, kSilence, n, 10, 20, 0, 0, 0, 0};
  Device<WaveStep> steps(list);
  WaveRow row = {};
  row.in = address(in.get());
  row.out = address(out.get());
  row.steps = 5;
  row.in_gain = -1;
  row.length = n;
  row.room = n + 5;
  Device<WaveRow> rows(std::vector<WaveRow>{row});
  WaveParams p = {};
  p.rows = rows.get();
  p.steps = steps.get();
  p.gains = gains.get();
  p.partials = partials.get();
  p.tiles = 2;
  p.most_steps = 5;
  launch("augment_wave", 2, 256, 16 * 5 + 24 * 256 + 8, p);
  const std::vector<float> y = out.copy();
  double squares = 0;
  float peak = 0;
  bool right = true;
  for (int t = 0; t < n + 5; t++) {
    const int from = (n - 1 - t - 300 + n) % n;
    const float wanted =
        t >= n || (t >= 10 && t < 20)
            ? 0.0f
            : static_cast<float>(std::rint(0.5 * static_cast<double>(x[from]) * 17) / 17);
    right = right && y[t] == wanted;
    squares += static_cast<double>(wanted) * wanted;
    peak = std::max(peak, std::abs(wanted));
  }
  check(right, "a chain of steps");
  check(gains.copy()[0] == 1, "no gain waits");
  const std::vector<WavePartial> sums = partials.copy();
  check_error(std::abs(sums[0].squares + sums[1].squares - squares), 1e-10, "squares");
  check(std::max(sums[0].peak, sums[1].peak) == peak, "a peak");
}

TEST(augment_passes_of_features) {
  const int bins = 7;
  const int frames = 331;
  const int pitch = 340;
  std::vector<float> x = noise(bins * pitch, 5);
  for (int k = 0; k < bins; k++) {
    for (int t = frames; t < pitch; t++) {
      x[k * pitch + t] = std::numeric_limits<float>::quiet_NaN();
    }
  }
  Device<float> in(x);
  const int room = 335;
  Device<float> out(bins * room);
  Device<PicturePartial> partials(2);
  std::vector<PictureStep> list(4);
  for (PictureStep& step : list) step.partial = -1;
  list[0].kind = kRoll;
  list[0].first = 31;
  list[1].kind = kFillFrames;
  list[1].first = 40;
  list[1].second = 50;
  list[2].kind = kAffineStep;
  list[2].value = 1.5;
  list[2].other = 0.25;
  list[3].kind = kFlip;
  Device<PictureStep> steps(list);
  PictureRow row = {};
  row.in = address(in.get());
  row.out = address(out.get());
  row.in_pitch = pitch;
  row.out_pitch = room;
  row.steps = 4;
  row.bins = bins;
  row.frames = frames;
  row.parts = 1;
  row.room = room;
  Device<PictureRow> rows(std::vector<PictureRow>{row});
  launch("augment_picture", 2, 256, 16 * 4 + 24 * 256,
         PictureParams{rows.get(), steps.get(), partials.get(), 2, 4});
  const std::vector<float> y = out.copy();
  bool right = true;
  double sum = 0;
  for (int k = 0; k < bins; k++) {
    for (int t = 0; t < room; t++) {
      const int before = frames - 1 - t;
      const float v = before >= 40 && before < 50 ? 0 : x[k * pitch + (before - 31 + frames) % frames];
      const float wanted = t < frames ? static_cast<float>(1.5 * v + 0.25) : 0;
      right = right && y[k * room + t] == wanted;
      sum += wanted;
    }
  }
  check(right, "a chain of steps");
  const std::vector<PicturePartial> sums = partials.copy();
  check_error(std::abs(sums[0].sum + sums[1].sum - sum), 1e-9, "a sum");
}
