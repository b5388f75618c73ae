// The stand-in for cuFFT, against sums in double.
#include <algorithm>
#include <cmath>
#include <complex>
#include <random>

#include "cuda.h"
#include "tests.h"

namespace {

using Complex = std::complex<double>;

std::vector<float> noise(size_t count, unsigned seed) {
  std::mt19937 random(seed);
  std::uniform_real_distribution<float> uniform(-1, 1);
  std::vector<float> values(count);
  for (float& v : values) v = uniform(random);
  return values;
}

Complex bin(const std::vector<Complex>& x, int k, int sign) {
  Complex sum = 0;
  const int n = static_cast<int>(x.size());
  for (int i = 0; i < n; i++) {
    sum += x[i] * std::polar(1.0, sign * 2 * M_PI * (static_cast<long>(k) * i % n) / n);
  }
  return sum;
}

constexpr int kC2C = 0x29;
constexpr int kR2C = 0x2A;
constexpr int kC2R = 0x2C;
constexpr double kBound = 5e-6;

}  // namespace

TEST(cufft_transforms) {
  for (int n : {1, 2, 3, 8, 30, 97, 105, 256, 400}) {
    const int batch = 3;
    const int bins = n / 2 + 1;
    const std::vector<float> x = noise(n * batch, n);
    Device<float> in(x);
    Device<float> spectrum(2 * bins * batch);
    Device<float> back(n * batch);
    int plan;
    MUST(cufftPlan1d(&plan, n, kR2C, batch));
    MUST(cufftExecR2C(plan, in.get(), spectrum.get()));
    MUST(cufftDestroy(plan));
    MUST(cufftPlan1d(&plan, n, kC2R, batch));
    MUST(cufftExecC2R(plan, spectrum.get(), back.get()));
    MUST(cufftDestroy(plan));
    const std::vector<float> y = spectrum.copy();
    const std::vector<float> z = back.copy();
    double error = 0;
    for (int b = 0; b < batch; b++) {
      const std::vector<Complex> row(x.begin() + b * n, x.begin() + (b + 1) * n);
      for (int k = 0; k < bins; k++) {
        const size_t at = 2 * (b * bins + k);
        error = std::max(error, std::abs(bin(row, k, -1) - Complex(y[at], y[at + 1])));
      }
      for (int i = 0; i < n; i++) {
        error = std::max(error, std::abs(z[b * n + i] / n - x[b * n + i]) * 1.0);
      }
    }
    check_error(error, kBound * std::sqrt(n), "R2C and C2R of " + std::to_string(n));
  }
  // Frames innermost: every transform runs down a column.
  const int n = 20;
  const int frames = 7;
  const std::vector<float> x = noise(2 * n * frames, 1);
  Device<float> data(x);
  int plan;
  int size[] = {n};
  MUST(cufftPlanMany(&plan, 1, size, size, frames, 1, size, frames, 1, kC2C, frames));
  for (int sign : {-1, 1}) {
    MUST(cuMemcpyHtoD_v2(data.get(), x.data(), x.size() * 4));
    MUST(cufftExecC2C(plan, data.get(), data.get(), sign));
    const std::vector<float> y = data.copy();
    double error = 0;
    for (int t = 0; t < frames; t++) {
      std::vector<Complex> column(n);
      for (int i = 0; i < n; i++) {
        column[i] = Complex(x[2 * (i * frames + t)], x[2 * (i * frames + t) + 1]);
      }
      for (int k = 0; k < n; k++) {
        const size_t at = 2 * (k * frames + t);
        error = std::max(error, std::abs(bin(column, k, sign) - Complex(y[at], y[at + 1])));
      }
    }
    check_error(error, kBound * std::sqrt(n), "C2C of columns");
  }
  MUST(cufftDestroy(plan));
  // In place, a real signal leaves room for its bins.
  std::vector<float> padded(2 * 22);
  for (int b = 0; b < 2; b++) std::copy_n(x.begin() + b * n, n, padded.begin() + b * 22);
  Device<float> in_place(padded);
  MUST(cufftPlan1d(&plan, n, kR2C, 2));
  MUST(cufftExecR2C(plan, in_place.get(), in_place.get()));
  MUST(cufftDestroy(plan));
  const std::vector<float> y = in_place.copy();
  double error = 0;
  for (int b = 0; b < 2; b++) {
    const std::vector<Complex> row(x.begin() + b * n, x.begin() + (b + 1) * n);
    for (int k = 0; k <= n / 2; k++) {
      const size_t at = b * 22 + 2 * k;
      error = std::max(error, std::abs(bin(row, k, -1) - Complex(y[at], y[at + 1])));
    }
  }
  check_error(error, kBound * std::sqrt(n), "R2C in place");
}

TEST(cufft_plans) {
  int plan;
  int version;
  size_t bytes;
  Device<float> in(100);
  Device<float> out(102);
  check(cufftGetVersion(&version) == 0 && version >= 10000, "the version");
  check(cufftPlan1d(&plan, 0, kR2C, 1) == 8, "no length");
  check(cufftPlan1d(&plan, 100, 7, 1) == 3, "no type");
  check(cufftDestroy(12345) == 1, "no plan");
  MUST(cufftPlan1d(&plan, 100, kR2C, 1));
  check(cochleaEmulatorLive("memory") == 3, "a plan owns its work area");
  check(cufftExecC2R(plan, out.get(), in.get()) == 3, "another type than the plan's");
  check(cufftExecR2C(plan, in.get() + 1, out.get()) == 6, "beyond the end");
  cochleaEmulatorFail("cufftExecR2C", 1, 6);
  check(cufftExecR2C(plan, in.get(), out.get()) == 6, "a call fails when told");
  // In a stream: nothing happens before it must.
  void* stream;
  MUST(cuStreamCreate(&stream, 1));
  MUST(cuMemsetD32Async(in.get(), 0x3F800000, 100, stream));
  MUST(cufftSetStream(plan, stream));
  MUST(cufftExecR2C(plan, in.get(), out.get()));
  check(std::isnan(out.get()[0]), "a transform waits");
  MUST(cuStreamSynchronize(stream));
  check(out.copy()[0] == 100, "a transform in a stream");
  MUST(cufftDestroy(plan));
  // A work area of the caller's.
  MUST(cufftCreate(&plan));
  check(cufftExecR2C(plan, in.get(), out.get()) == 1, "a plan that is not made");
  MUST(cufftSetAutoAllocation(plan, 0));
  MUST(cufftMakePlan1d(plan, 100, kR2C, 1, &bytes));
  size_t again;
  MUST(cufftGetSize(plan, &again));
  check(bytes > 0 && again == bytes, "the size of the work area");
  check(cufftExecR2C(plan, in.get(), out.get()) == 13, "no work area");
  Device<char> work(bytes);
  MUST(cufftSetWorkArea(plan, work.get()));
  check(cufftExecR2C(plan, in.get(), out.get()) == 0, "a work area");
  MUST(cuCtxSynchronize());
  MUST(cufftDestroy(plan));
  MUST(cuStreamDestroy_v2(stream));
  cochleaEmulatorFail("cuMemAlloc", 1, 2);
  check(cufftPlan1d(&plan, 100, kR2C, 1) == 2, "no memory for the work area");
}
