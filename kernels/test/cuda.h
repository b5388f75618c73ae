// The driver functions the tests call, and device memory that frees itself.
#pragma once

#include <cstddef>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <vector>

extern "C" {
int cuInit(unsigned);
int cuDevicePrimaryCtxRetain(void**, int);
int cuDevicePrimaryCtxReset_v2(int);
int cuCtxSetCurrent(void*);
int cuCtxGetCurrent(void**);
int cuCtxCreate_v2(void**, unsigned, int);
int cuCtxDestroy_v2(void*);
int cuCtxSynchronize();
int cuModuleLoadData(void**, const void*);
int cuModuleGetFunction(void**, void*, const char*);
int cuModuleUnload(void*);
int cuFuncSetAttribute(void*, int, int);
int cuFuncGetAttribute(int*, int, void*);
int cuMemGetInfo_v2(size_t*, size_t*);
int cuMemAlloc_v2(void**, size_t);
int cuMemFree_v2(void*);
int cuMemHostAlloc(void**, size_t, unsigned);
int cuMemFreeHost(void*);
int cuMemcpyHtoD_v2(void*, const void*, size_t);
int cuMemcpyDtoH_v2(void*, const void*, size_t);
int cuMemcpy(void*, const void*, size_t);
int cuMemcpyHtoDAsync_v2(void*, const void*, size_t, void*);
int cuMemcpyDtoHAsync_v2(void*, const void*, size_t, void*);
int cuMemsetD32Async(void*, unsigned, size_t, void*);
int cuStreamCreate(void**, unsigned);
int cuStreamDestroy_v2(void*);
int cuStreamSynchronize(void*);
int cuStreamQuery(void*);
int cuStreamWaitEvent(void*, void*, unsigned);
int cuStreamBeginCapture_v2(void*, int);
int cuStreamEndCapture(void*, void**);
int cuEventCreate(void**, unsigned);
int cuEventDestroy_v2(void*);
int cuEventRecord(void*, void*);
int cuEventSynchronize(void*);
int cuEventElapsedTime(float*, void*, void*);
int cuGraphInstantiateWithFlags(void**, void*, unsigned long long);
int cuGraphLaunch(void*, void*);
int cuGraphExecDestroy(void*);
int cuGraphDestroy(void*);
int cuLaunchKernel(void*, unsigned, unsigned, unsigned, unsigned, unsigned, unsigned, unsigned,
                   void*, void**, void**);
int cuGetErrorName(int, const char**);
int cuGetProcAddress_v2(const char*, void**, int, unsigned long long, int*);
int cufftCreate(int*);
int cufftDestroy(int);
int cufftPlan1d(int*, int, int, int);
int cufftPlanMany(int*, int, int*, int*, int, int, int*, int, int, int, int);
int cufftMakePlan1d(int, int, int, int, size_t*);
int cufftSetAutoAllocation(int, int);
int cufftSetWorkArea(int, void*);
int cufftSetStream(int, void*);
int cufftGetSize(int, size_t*);
int cufftGetVersion(int*);
int cufftExecR2C(int, void*, void*);
int cufftExecC2R(int, void*, void*);
int cufftExecC2C(int, void*, void*, int);
int cufftExecD2Z(int, void*, void*);
int cochleaEmulatorFail(const char*, int, int);
long cochleaEmulatorLive(const char*);
const char* cochleaEmulatorLeaks();
const char* cochleaEmulatorReport();
int cuTexObjectDestroy();
}

inline void must(int code, const char* what) {
  if (code == 0) return;
  const char* name = nullptr;
  cuGetErrorName(code, &name);
  std::fprintf(stderr, "%s: %d %s %s\n", what, code, name == nullptr ? "" : name,
               cochleaEmulatorReport());
  std::exit(1);
}
#define MUST(call) must(call, #call)

template <class T>
class Device {
 public:
  explicit Device(size_t count) : count_(count) {
    MUST(cuMemAlloc_v2(&address_, std::max<size_t>(1, count) * sizeof(T)));
  }
  explicit Device(const std::vector<T>& values) : Device(values.size()) {
    MUST(cuMemcpyHtoD_v2(address_, values.data(), values.size() * sizeof(T)));
  }
  Device(const Device&) = delete;
  Device(Device&& other) noexcept : address_(other.address_), count_(other.count_) {
    other.address_ = nullptr;
  }
  ~Device() {
    if (address_ != nullptr) cuMemFree_v2(address_);
  }
  T* get() const { return static_cast<T*>(address_); }
  size_t size() const { return count_; }
  std::vector<T> copy() const {
    std::vector<T> values(count_);
    MUST(cuMemcpyDtoH_v2(values.data(), address_, count_ * sizeof(T)));
    return values;
  }

 private:
  void* address_ = nullptr;
  size_t count_;
};

// A function of the (only) module.
void* function(const std::string& name);

// Launches and waits; returns the code.
template <class P>
int launch_code(const std::string& name, unsigned grid, unsigned block, unsigned shared,
                const P& p) {
  void* f = function(name);
  if (shared > 48 << 10) MUST(cuFuncSetAttribute(f, 8, static_cast<int>(shared)));
  void* parameters[] = {const_cast<P*>(&p)};
  const int code = cuLaunchKernel(f, grid, 1, 1, block, 1, 1, shared, nullptr, parameters, nullptr);
  return code != 0 ? code : cuCtxSynchronize();
}

template <class P>
void launch(const std::string& name, unsigned grid, unsigned block, unsigned shared, const P& p) {
  must(launch_code(name, grid, block, shared, p), name.c_str());
}

// ---- reporting ---------------------------------------------------------------------------------

void check(bool good, const std::string& what);
void check_error(double error, double bound, const std::string& what);
