// The emulator itself: what it must run, and what it must refuse.
#include <cmath>
#include <cstring>
#include <limits>

#include "cuda.h"
#include "tests.h"

namespace {

struct FaultParams {
  float* data;
  int count;
  int what;
};

// Launches the faulty kernel; returns the code, and leaves a context that works.
int fault(int what, std::string* report) {
  int code;
  {
    Device<float> data(1000);
    code = launch_code("faulty", 4, 256, 256, FaultParams{data.get(), 1000, what});
    *report = cochleaEmulatorReport();
  }
  if (code != 0) reset_device();
  return code;
}

}  // namespace

TEST(kernels_that_behave) {
  Device<float> data(1000);
  launch("faulty", 4, 256, 256, FaultParams{data.get(), 1000, 0});
  bool right = true;
  const std::vector<float> out = data.copy();
  for (int i = 0; i < 1000; i++) right = right && out[i] == static_cast<float>(i % 256);
  check(right, "barriers and shared memory");
  launch("uneven_warps", 1, 256, 0, FaultParams{data.get(), 256, 0});
  const std::vector<float> sums = data.copy();
  right = true;
  for (int i = 0; i < 256; i++) right = right && sums[i] == 32.0f * (i / 32 * 32) + 496.0f;
  check(right, "warps that shuffle unequally before a barrier");
}

TEST(kernels_that_fault) {
  const struct {
    int what;
    int code;
    const char* says;
  } cases[] = {
      {1, 700, "byte 4000 of a device allocation of 4000 bytes"},
      {2, 700, "a write outside the device allocation of 4000 bytes"},
      {3, 719, "has ended without reaching it"},
      {4, 719, "divergent barriers"},
      {5, 719, "deadlock"},
      {6, 719, "reads lane 20"},
      {7, 700, "beyond shared memory"},
      {8, 719, "before the start of shared memory"},
      {9, 716, "not aligned"},
      {10, 719, "never awaited"},
      {11, 719, "is not in the mask"},
      {12, 719, "mismatched warp operations"},
  };
  for (const auto& c : cases) {
    std::string report;
    const int code = fault(c.what, &report);
    check(code == c.code && report.find(c.says) != std::string::npos,
          "fault " + std::to_string(c.what) + ": " + std::to_string(code) + ", " + report);
  }
  Device<float> data(1000);
  launch("faulty", 4, 256, 256, FaultParams{data.get(), 1000, 0});
}

TEST(freed_memory_is_forbidden) {
  void* address;
  MUST(cuMemAlloc_v2(&address, 4000));
  MUST(cuMemFree_v2(address));
  const int code =
      launch_code("faulty", 4, 256, 256, FaultParams{static_cast<float*>(address), 1000, 0});
  check(code == 700, "use after free");
  check(std::strstr(cochleaEmulatorReport(), "of a freed device allocation") != nullptr,
        cochleaEmulatorReport());
  reset_device();
}

TEST(limits_of_a_launch) {
  Device<float> data(1000);
  FaultParams p = {data.get(), 1000, 0};
  void* parameters[] = {&p};
  void* f = function("faulty");
  auto code = [&](unsigned grid, unsigned block, unsigned shared) {
    return cuLaunchKernel(f, grid, 1, 1, block, 1, 1, shared, nullptr, parameters, nullptr);
  };
  check(code(0, 256, 256) == 1, "no blocks");
  check(code(1, 257, 256) == 1, "more threads than the kernel allows");
  check(code(1, 256, (48 << 10) + 1) == 1, "shared memory without opting in");
  check(cuFuncSetAttribute(f, 8, 300 << 10) == 1, "more shared memory than there is");
  MUST(cuFuncSetAttribute(f, 8, 200 << 10));
  check(code(1, 256, 200 << 10) == 0, "shared memory after opting in");
  MUST(cuCtxSynchronize());
  check(cuLaunchKernel(f, 1, 65536, 1, 256, 1, 1, 256, nullptr, parameters, nullptr) == 1,
        "a grid that is too high");
}

TEST(nothing_happens_before_it_must) {
  void* stream;
  void* other;
  void* event;
  void* pinned;
  MUST(cuStreamCreate(&stream, 1));
  MUST(cuStreamCreate(&other, 1));
  MUST(cuEventCreate(&event, 0));
  MUST(cuMemHostAlloc(&pinned, 4000, 0));
  float* host = static_cast<float*>(pinned);
  Device<float> data(1000);
  Device<float> copy(1000);
  FaultParams p = {data.get(), 1000, 0};
  void* parameters[] = {&p};
  void* f = function("faulty");
  MUST(cuLaunchKernel(f, 4, 1, 1, 256, 1, 1, 256, stream, parameters, nullptr));
  MUST(cuMemcpyDtoHAsync_v2(host, data.get(), 4000, stream));
  MUST(cuEventRecord(event, stream));
  check(std::isnan(host[5]), "a copy waits");
  MUST(cuStreamWaitEvent(other, event, 0));
  MUST(cuMemcpyHtoDAsync_v2(copy.get(), host, 4000, other));
  MUST(cuStreamSynchronize(other));
  check(host[5] == 5 && copy.copy()[999] == 999 % 256, "an event orders two streams");
  MUST(cuLaunchKernel(f, 4, 1, 1, 256, 1, 1, 256, stream, parameters, nullptr));
  int rounds = 0;
  while (cuStreamQuery(stream) == 600) rounds++;
  check(rounds == 1, "polling ends");

  // A graph replays what was recorded, with the memory's contents of the time.
  void* graph;
  void* executable;
  MUST(cuStreamBeginCapture_v2(stream, 0));
  check(cuStreamSynchronize(stream) == 900, "a capture cannot be waited for");
  MUST(cuMemcpyHtoDAsync_v2(data.get(), host, 4000, stream));
  MUST(cuMemcpyDtoHAsync_v2(host + 500, data.get(), 2000, stream));
  MUST(cuStreamEndCapture(stream, &graph));
  MUST(cuGraphInstantiateWithFlags(&executable, graph, 0));
  for (float value : {7.0f, 8.0f}) {
    host[0] = value;
    MUST(cuGraphLaunch(executable, stream));
    check(host[500] != value, "a graph waits");
    MUST(cuStreamSynchronize(stream));
    check(host[500] == value, "a graph runs again");
  }
  MUST(cuGraphExecDestroy(executable));
  MUST(cuGraphDestroy(graph));
  MUST(cuEventDestroy_v2(event));
  MUST(cuStreamDestroy_v2(stream));
  MUST(cuStreamDestroy_v2(other));
  MUST(cuMemFreeHost(pinned));
  check(cochleaEmulatorLive("streams") == 0 && cochleaEmulatorLive("events") == 0 &&
            cochleaEmulatorLive("graphs") == 0 && cochleaEmulatorLive("pinned") == 0,
        "nothing is left");
}

TEST(calls_fail_when_told) {
  cochleaEmulatorFail("cuMemAlloc_v2", 2, 2);
  void* a;
  void* b;
  check(cuMemAlloc_v2(&a, 16) == 0, "the first call works");
  check(cuMemAlloc_v2(&b, 16) == 2, "the second fails");
  check(cuMemAlloc_v2(&b, 16) == 0, "the third works");
  cochleaEmulatorFail("cuMemFree", 1, 1);
  check(cuMemFree_v2(a) == 1 && cuMemFree_v2(a) == 0, "a name without its version");
  cochleaEmulatorFail("cuMemFree", 1, 1);
  cochleaEmulatorFail("", 0, 0);
  check(cuMemFree_v2(b) == 0, "failures are forgotten");

  void* stream;
  MUST(cuStreamCreate(&stream, 1));
  cochleaEmulatorFail("cuStreamSynchronize", 1, -719);
  check(cuStreamSynchronize(stream) == 719, "a call fails");
  check(cuMemAlloc_v2(&a, 16) == 719 && cuCtxSynchronize() == 719, "the context stays in error");
  reset_device();
  check(cuCtxSynchronize() == 0, "until it is reset");
}

TEST(images) {
  void* module;
  void* f;
  auto ptx = [](const char* version, const char* target) {
    return std::string(".version ") + version + "\n.target sm_" + target +
           "\n.visible .entry faulty(\n";
  };
  MUST(cuModuleLoadData(&module, ptx("7.0", "75").c_str()));
  check(cuModuleGetFunction(&f, module, "faulty") == 0, "a kernel of the image");
  check(cuModuleGetFunction(&f, module, "uneven_warps") == 500, "a kernel of another image");
  check(cuModuleGetFunction(&f, module, "fault") == 500, "half a name");
  MUST(cuModuleUnload(module));
  check(cuModuleLoadData(&module, ptx("9.9", "75").c_str()) == 222, "PTX of a later CUDA");
  check(cuModuleLoadData(&module, ptx("7.0", "121").c_str()) == 209, "PTX for a later device");
  check(cuModuleLoadData(&module, "no image at all") == 200, "no image");
  // The header of a cubin: sections at byte 64, one of 64 bytes, and a kernel's name.
  auto cubin = [](int sm) {
    std::string image(128, 0);
    std::memcpy(image.data(), "\177ELF\2\1\1\x41\x08", 9);
    image[0x12] = static_cast<char>(190);
    image[0x28] = 64;
    image[0x31] = static_cast<char>(sm);
    image[0x3A] = 64;
    image[0x3C] = 1;
    std::memcpy(image.data() + 80, "faulty", 6);
    return image;
  };
  MUST(cuModuleLoadData(&module, cubin(90).data()));
  check(cuModuleGetFunction(&f, module, "faulty") == 0, "a kernel of a cubin");
  check(cuModuleGetFunction(&f, module, "fault") == 500, "half a name in a cubin");
  MUST(cuModuleUnload(module));
  check(cuModuleLoadData(&module, cubin(80).data()) == 209, "a cubin for another device");
  check(cuModuleLoadData(&module, cubin(100).data()) == 209, "a cubin for a later device");
  // A fatbin of empty images.
  auto fatbin = [](const std::vector<int>& capabilities) {
    std::string image(16 + 64 * capabilities.size(), 0);
    std::memcpy(image.data(), "\x50\xED\x55\xBA\1\0\x10", 7);
    image[8] = static_cast<char>(64 * capabilities.size());
    for (size_t i = 0; i < capabilities.size(); i++) {
      image[16 + 64 * i] = 2;
      image[16 + 64 * i + 4] = 64;
      image[16 + 64 * i + 28] = static_cast<char>(capabilities[i]);
    }
    return image;
  };
  MUST(cuModuleLoadData(&module, fatbin({80, 90}).data()));
  check(cuModuleGetFunction(&f, module, "faulty") == 0, "a kernel of a fatbin");
  MUST(cuModuleUnload(module));
  check(cuModuleLoadData(&module, fatbin({80, 86}).data()) == 209, "a fatbin for other devices");
}

TEST(contexts) {
  void* primary;
  void* created;
  void* now;
  void* address;
  size_t before;
  size_t after;
  size_t total;
  MUST(cuCtxGetCurrent(&primary));
  MUST(cuMemGetInfo_v2(&before, &total));
  MUST(cuCtxCreate_v2(&created, 0, 0));
  MUST(cuCtxGetCurrent(&now));
  check(now == created && created != primary, "a created context is current");
  MUST(cuMemAlloc_v2(&address, 1 << 20));
  check(cochleaEmulatorLeaks() == std::string("1 memory, 1 modules"), cochleaEmulatorLeaks());
  MUST(cuCtxSetCurrent(primary));
  MUST(cuMemGetInfo_v2(&after, &total));
  check(before - after == 1 << 20, "contexts share the memory of their device");
  check(cuMemFree_v2(address) == 1, "memory of another context");
  MUST(cuCtxDestroy_v2(created));
  check(cuCtxSetCurrent(created) == 201, "a context that is gone");
  check(cuCtxDestroy_v2(primary) == 201, "the primary context is not destroyed");
  MUST(cuMemGetInfo_v2(&after, &total));
  check(before == after, "a context frees its memory");
}

TEST(copies_either_way) {
  Device<float> data(4);
  const float in[] = {1, 2, 3, 4};
  float out[4];
  MUST(cuMemcpy(data.get(), in, sizeof(in)));
  MUST(cuMemcpy(out, data.get(), sizeof(out)));
  check(std::memcmp(in, out, sizeof(in)) == 0, "there and back");
  check(cuMemcpy(data.get(), in, sizeof(in) + 4) == 1, "beyond the end");
  check(cuTexObjectDestroy() == 801, "what is not supported says so");
}
