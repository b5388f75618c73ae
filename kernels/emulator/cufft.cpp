// A stand-in for cuFFT: one-dimensional plans, on the emulated driver, by plain transforms in
// double. It is built twice: as libcufft.so.10, which JCufft links to, and under the newest name.
//
// Work is put into the plan's stream and done when the stream is waited for. Plans own their work
// area, so that a plan that is never destroyed shows as memory that is never freed; without a work
// area (cufftSetAutoAllocation(0) and no cufftSetWorkArea) nothing can be executed. Data must lie
// in one device allocation. COCHLEA_EMULATOR_FAIL takes the functions here, too.
#include <cmath>
#include <complex>
#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <vector>

#define API extern "C" __attribute__((visibility("default"))) int

// Of the driver.
extern "C" {
int cochleaEmulatorCalled(const char*);
int cochleaEmulatorEnqueue(void*, int (*)(void*), void*, void (*)(void*));
int cuMemAlloc_v2(void**, size_t);
int cuMemFree_v2(void*);
int cuMemGetAddressRange_v2(void**, size_t*, void*);
}

namespace {

using Complex = std::complex<double>;

enum Result : int {
  kSuccess = 0,
  kInvalidPlan = 1,
  kAllocFailed = 2,
  kInvalidType = 3,
  kInvalidValue = 4,
  kInternalError = 5,
  kExecFailed = 6,
  kInvalidSize = 8,
  kNoWorkspace = 13,
  kNotImplemented = 14,
};

enum Type : int {
  kC2C = 0x29,
  kR2C = 0x2A,
  kC2R = 0x2C,
  kZ2Z = 0x69,
  kD2Z = 0x6A,
  kZ2D = 0x6C,
};

struct Layout {
  int64_t stride;
  int64_t distance;
};

struct Plan {
  int64_t n = 0;  // 0: not made yet
  int64_t batch = 0;
  int type = 0;
  bool basic = true;  // values and batches lie packed
  Layout in = {};
  Layout out = {};
  void* stream = nullptr;
  void* work = nullptr;
  void* own_work = nullptr;
  bool allocate = true;

  bool real_in() const { return type == kR2C || type == kD2Z; }
  bool real_out() const { return type == kC2R || type == kZ2D; }
  bool doubles() const { return (type & 0x40) != 0; }
  size_t work_bytes() const { return static_cast<size_t>(n * batch) * (doubles() ? 16 : 8); }

  ~Plan() {
    if (own_work != nullptr) cuMemFree_v2(own_work);
  }
};

std::mutex& mutex() {
  static auto* m = new std::mutex();
  return *m;
}

std::map<int, std::unique_ptr<Plan>>& plans() {
  static auto* p = new std::map<int, std::unique_ptr<Plan>>();
  return *p;
}

// Every function begins with one: the lock, injected failures, a context that works.
class Call {
 public:
  explicit Call(const char* name) : lock_(mutex()) {
    const int code = cochleaEmulatorCalled(name);
    result = code == 3 || code >= 100 ? kInternalError : code;
  }

  // The plan of a handle; result says so when there is none.
  Plan* plan(int handle) {
    const auto found = plans().find(handle);
    if (found != plans().end()) return found->second.get();
    result = kInvalidPlan;
    return nullptr;
  }

  int result;

 private:
  std::lock_guard<std::mutex> lock_;
};

#define ENTER(name) \
  Call call(name);  \
  if (call.result != 0) return call.result
#define REQUIRE_PLAN(handle)       \
  Plan* plan = call.plan(handle);  \
  if (plan == nullptr) return call.result

// ---- transforms --------------------------------------------------------------------------------

// Decimation in time by the smallest factor; a prime length costs its square.
void transform(const Complex* x, int64_t stride, int64_t n, Complex* y, const Complex* roots,
               int64_t root_stride, int64_t roots_count) {
  if (n == 1) {
    y[0] = x[0];
    return;
  }
  int64_t p = 2;
  while (n % p != 0 && p * p <= n) p++;
  if (n % p != 0) p = n;
  const int64_t m = n / p;
  for (int64_t q = 0; q < p; q++) {
    transform(x + q * stride, stride * p, m, y + q * m, roots, root_stride * p, roots_count);
  }
  std::vector<Complex> part(p);
  for (int64_t k = 0; k < m; k++) {
    for (int64_t q = 0; q < p; q++) part[q] = y[q * m + k];
    for (int64_t r = 0; r < p; r++) {
      Complex sum = 0;
      for (int64_t q = 0; q < p; q++) {
        sum += part[q] * roots[q * (k + r * m) % n * root_stride % roots_count];
      }
      y[k + r * m] = sum;
    }
  }
}

struct Work {
  Plan plan;
  void* in;
  void* out;
  int sign;
};

template <class T>
void execute(const Work& w) {
  const Plan& p = w.plan;
  const int64_t n = p.n;
  const T* in = static_cast<const T*>(w.in);
  T* out = static_cast<T*>(w.out);
  std::vector<Complex> roots(n);
  for (int64_t k = 0; k < n; k++) {
    const double a = w.sign * 2 * M_PI * static_cast<double>(k) / static_cast<double>(n);
    roots[k] = Complex(std::cos(a), std::sin(a));
  }
  std::vector<Complex> x(n);
  std::vector<Complex> y(n);
  for (int64_t b = 0; b < p.batch; b++) {
    for (int64_t i = 0; i < n; i++) {
      const int64_t mirror = p.real_out() && i > n / 2 ? n - i : i;
      const int64_t at = b * p.in.distance + mirror * p.in.stride;
      if (p.real_in()) {
        x[i] = in[at];
      } else {
        x[i] = Complex(in[2 * at], mirror == i ? in[2 * at + 1] : -in[2 * at + 1]);
        if (p.real_out() && (i == 0 || 2 * i == n)) x[i] = x[i].real();
      }
    }
    transform(x.data(), 1, n, y.data(), roots.data(), 1, n);
    const int64_t count = p.real_in() ? n / 2 + 1 : n;
    for (int64_t i = 0; i < count; i++) {
      const int64_t at = b * p.out.distance + i * p.out.stride;
      if (p.real_out()) {
        out[at] = static_cast<T>(y[i].real());
      } else {
        out[2 * at] = static_cast<T>(y[i].real());
        out[2 * at + 1] = static_cast<T>(y[i].imag());
      }
    }
  }
}

// Whether the values that a plan touches lie in one allocation.
bool fits(void* address, const Layout& l, int64_t values, int64_t batch, size_t bytes_of_value) {
  void* base;
  size_t bytes;
  if (cuMemGetAddressRange_v2(&base, &bytes, address) != 0) return false;
  const int64_t last = (batch - 1) * l.distance + (values - 1) * l.stride;
  const size_t offset = static_cast<char*>(address) - static_cast<char*>(base);
  return last >= 0 && offset + (last + 1) * bytes_of_value <= bytes;
}

int run(Call& call, int handle, void* in, void* out, int type, int sign) {
  REQUIRE_PLAN(handle);
  if (plan->n == 0) return kInvalidPlan;
  if (plan->type != type) return kInvalidType;
  if (sign != 1 && sign != -1) return kInvalidValue;
  if (plan->work == nullptr) return kNoWorkspace;
  auto w = std::make_unique<Work>();
  w->plan.n = plan->n;
  w->plan.batch = plan->batch;
  w->plan.type = type;
  w->plan.in = plan->in;
  w->plan.out = plan->out;
  w->in = in;
  w->out = out;
  w->sign = sign;
  const int64_t n = plan->n;
  if (plan->basic && in == out) {
    // In place, real values leave room for the bins.
    if (plan->real_in()) w->plan.in.distance = 2 * (n / 2 + 1);
    if (plan->real_out()) w->plan.out.distance = 2 * (n / 2 + 1);
  }
  const size_t part = plan->doubles() ? 8 : 4;
  const int64_t ins = plan->real_out() ? n / 2 + 1 : n;
  const int64_t outs = plan->real_in() ? n / 2 + 1 : n;
  if (!fits(in, w->plan.in, ins, plan->batch, plan->real_in() ? part : 2 * part) ||
      !fits(out, w->plan.out, outs, plan->batch, plan->real_out() ? part : 2 * part)) {
    return kExecFailed;
  }
  const auto body = [](void* data) {
    const Work& work = *static_cast<Work*>(data);
    if (work.plan.doubles()) {
      execute<double>(work);
    } else {
      execute<float>(work);
    }
    return 0;
  };
  const auto drop = [](void* data) { delete static_cast<Work*>(data); };
  return cochleaEmulatorEnqueue(plan->stream, body, w.release(), drop) == 0 ? kSuccess
                                                                            : kExecFailed;
}

// ---- plans -------------------------------------------------------------------------------------

int fill(Plan& p, int64_t n, int type, int64_t batch) {
  if (n < 1) return kInvalidSize;
  if (batch < 1) return kInvalidValue;
  switch (type) {
    case kC2C: case kR2C: case kC2R: case kZ2Z: case kD2Z: case kZ2D: break;
    default: return kInvalidType;
  }
  p.n = n;
  p.batch = batch;
  p.type = type;
  p.basic = true;
  p.in = {1, p.real_out() ? n / 2 + 1 : n};
  p.out = {1, p.real_in() ? n / 2 + 1 : n};
  return kSuccess;
}

template <class Int>
int fill_many(Plan& p, int rank, const Int* n, const Int* in_shape, Int in_stride, Int in_distance,
              const Int* out_shape, Int out_stride, Int out_distance, int type, Int batch) {
  if (rank != 1) return kNotImplemented;
  const int result = fill(p, n[0], type, batch);
  // cuFFT looks at the layout only when both shapes are given.
  if (result == kSuccess && in_shape != nullptr && out_shape != nullptr) {
    if (in_stride < 1 || out_stride < 1) return kInvalidValue;
    p.basic = false;
    p.in = {in_stride, in_distance};
    p.out = {out_stride, out_distance};
  }
  return result;
}

// A plan of the handle takes over what was filled in, with a work area when it allocates one.
int make(Plan& to, const Plan& from, int filled, size_t* bytes) {
  if (filled != kSuccess) return filled;
  if (to.n != 0) return kInvalidPlan;
  to.n = from.n;
  to.batch = from.batch;
  to.type = from.type;
  to.basic = from.basic;
  to.in = from.in;
  to.out = from.out;
  if (bytes != nullptr) *bytes = to.work_bytes();
  if (!to.allocate || to.work != nullptr) return kSuccess;
  if (cuMemAlloc_v2(&to.own_work, to.work_bytes()) != 0) {
    to.n = 0;
    return kAllocFailed;
  }
  to.work = to.own_work;
  return kSuccess;
}

int create(int* handle) {
  static int next = 1;
  *handle = next++;
  plans()[*handle] = std::make_unique<Plan>();
  return kSuccess;
}

int create_and_make(int* handle, const Plan& from, int filled) {
  if (filled != kSuccess) return filled;
  create(handle);
  const int result = make(*plans()[*handle], from, filled, nullptr);
  if (result != kSuccess) plans().erase(*handle);
  return result;
}

}  // namespace

API cufftCreate(int* handle) {
  ENTER("cufftCreate");
  return create(handle);
}

API cufftDestroy(int handle) {
  ENTER("cufftDestroy");
  REQUIRE_PLAN(handle);
  plans().erase(handle);
  return kSuccess;
}

API cufftPlan1d(int* handle, int n, int type, int batch) {
  ENTER("cufftPlan1d");
  Plan p;
  const int filled = fill(p, n, type, batch);
  return create_and_make(handle, p, filled);
}

API cufftPlanMany(int* handle, int rank, int* n, int* in_shape, int in_stride, int in_distance,
                  int* out_shape, int out_stride, int out_distance, int type, int batch) {
  ENTER("cufftPlanMany");
  Plan p;
  const int filled = fill_many(p, rank, n, in_shape, in_stride, in_distance, out_shape, out_stride,
                               out_distance, type, batch);
  return create_and_make(handle, p, filled);
}

API cufftMakePlan1d(int handle, int n, int type, int batch, size_t* bytes) {
  ENTER("cufftMakePlan1d");
  REQUIRE_PLAN(handle);
  Plan p;
  return make(*plan, p, fill(p, n, type, batch), bytes);
}

API cufftMakePlanMany(int handle, int rank, int* n, int* in_shape, int in_stride, int in_distance,
                      int* out_shape, int out_stride, int out_distance, int type, int batch,
                      size_t* bytes) {
  ENTER("cufftMakePlanMany");
  REQUIRE_PLAN(handle);
  Plan p;
  const int filled = fill_many(p, rank, n, in_shape, in_stride, in_distance, out_shape, out_stride,
                               out_distance, type, batch);
  return make(*plan, p, filled, bytes);
}

API cufftMakePlanMany64(int handle, int rank, long long* n, long long* in_shape,
                        long long in_stride, long long in_distance, long long* out_shape,
                        long long out_stride, long long out_distance, int type, long long batch,
                        size_t* bytes) {
  ENTER("cufftMakePlanMany64");
  REQUIRE_PLAN(handle);
  Plan p;
  const int filled = fill_many(p, rank, n, in_shape, in_stride, in_distance, out_shape, out_stride,
                               out_distance, type, batch);
  return make(*plan, p, filled, bytes);
}

API cufftGetSize(int handle, size_t* bytes) {
  ENTER("cufftGetSize");
  REQUIRE_PLAN(handle);
  *bytes = plan->work_bytes();
  return kSuccess;
}

API cufftEstimate1d(int n, int type, int batch, size_t* bytes) {
  ENTER("cufftEstimate1d");
  Plan p;
  const int filled = fill(p, n, type, batch);
  if (filled == kSuccess) *bytes = p.work_bytes();
  return filled;
}

API cufftEstimateMany(int rank, int* n, int*, int, int, int*, int, int, int type, int batch,
                      size_t* bytes) {
  return rank == 1 ? cufftEstimate1d(n[0], type, batch, bytes) : kNotImplemented;
}

API cufftGetSize1d(int, int n, int type, int batch, size_t* bytes) {
  return cufftEstimate1d(n, type, batch, bytes);
}

API cufftGetSizeMany(int, int rank, int* n, int*, int, int, int*, int, int, int type, int batch,
                     size_t* bytes) {
  return rank == 1 ? cufftEstimate1d(n[0], type, batch, bytes) : kNotImplemented;
}

API cufftGetSizeMany64(int, int rank, long long* n, long long*, long long, long long, long long*,
                       long long, long long, int type, long long batch, size_t* bytes) {
  return rank == 1 ? cufftEstimate1d(static_cast<int>(n[0]), type, static_cast<int>(batch), bytes)
                   : kNotImplemented;
}

API cufftSetAutoAllocation(int handle, int allocate) {
  ENTER("cufftSetAutoAllocation");
  REQUIRE_PLAN(handle);
  plan->allocate = allocate != 0;
  return kSuccess;
}

API cufftSetWorkArea(int handle, void* work) {
  ENTER("cufftSetWorkArea");
  REQUIRE_PLAN(handle);
  if (plan->own_work != nullptr) cuMemFree_v2(plan->own_work);
  plan->own_work = nullptr;
  plan->work = work;
  return kSuccess;
}

API cufftSetStream(int handle, void* stream) {
  ENTER("cufftSetStream");
  REQUIRE_PLAN(handle);
  plan->stream = stream;
  return kSuccess;
}

API cufftExecC2C(int handle, void* in, void* out, int direction) {
  ENTER("cufftExecC2C");
  return run(call, handle, in, out, kC2C, direction);
}

API cufftExecR2C(int handle, void* in, void* out) {
  ENTER("cufftExecR2C");
  return run(call, handle, in, out, kR2C, -1);
}

API cufftExecC2R(int handle, void* in, void* out) {
  ENTER("cufftExecC2R");
  return run(call, handle, in, out, kC2R, 1);
}

API cufftExecZ2Z(int handle, void* in, void* out, int direction) {
  ENTER("cufftExecZ2Z");
  return run(call, handle, in, out, kZ2Z, direction);
}

API cufftExecD2Z(int handle, void* in, void* out) {
  ENTER("cufftExecD2Z");
  return run(call, handle, in, out, kD2Z, -1);
}

API cufftExecZ2D(int handle, void* in, void* out) {
  ENTER("cufftExecZ2D");
  return run(call, handle, in, out, kZ2D, 1);
}

API cufftGetVersion(int* version) {
  *version = CUFFT_VERSION;
  return kSuccess;
}

// 0: major, 1: minor, 2: patch.
API cufftGetProperty(int which, int* value) {
  if (which < 0 || which > 2) return kInvalidValue;
  *value = which == 0 ? CUFFT_VERSION / 1000 : which == 1 ? CUFFT_VERSION / 100 % 10 : 0;
  return kSuccess;
}

// Two and three dimensions: JCufft's library links to them.
#define NOT_IMPLEMENTED(name) \
  API name() { return kNotImplemented; }
NOT_IMPLEMENTED(cufftPlan2d)
NOT_IMPLEMENTED(cufftPlan3d)
NOT_IMPLEMENTED(cufftMakePlan2d)
NOT_IMPLEMENTED(cufftMakePlan3d)
NOT_IMPLEMENTED(cufftEstimate2d)
NOT_IMPLEMENTED(cufftEstimate3d)
NOT_IMPLEMENTED(cufftGetSize2d)
NOT_IMPLEMENTED(cufftGetSize3d)
