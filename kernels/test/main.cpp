// Runs the kernels on the emulator and holds them to transforms in double.
//
//   emulator-test [part of a test's name]
#include <algorithm>
#include <chrono>
#include <cstring>
#include <map>

#include "../emulator/scheduler.h"
#include "cuda.h"
#include "tests.h"

namespace {
int failures = 0;
int checks = 0;
void* module_handle = nullptr;
std::map<std::string, void*> functions;
}  // namespace

void* function(const std::string& name) {
  void*& f = functions[name];
  if (f == nullptr) must(cuModuleGetFunction(&f, module_handle, name.c_str()), name.c_str());
  return f;
}

void check(bool good, const std::string& what) {
  checks++;
  if (good) return;
  failures++;
  std::printf("FAILED: %s\n", what.c_str());
}

void check_error(double error, double bound, const std::string& what) {
  char text[64];
  std::snprintf(text, sizeof(text), ": %.3g > %.3g", error, bound);
  check(error <= bound, what + text);
}

// PTX, as far as the emulator reads it, with every kernel that is linked in.
std::string image_of_all() {
  std::string image = ".version 7.0\n.target sm_75\n";
  for (const emulator::Entry* e = emulator::first_entry(); e != nullptr; e = e->next) {
    image += std::string(".visible .entry ") + e->name + "()\n";
  }
  return image;
}

void reset_device() {
  functions.clear();
  module_handle = nullptr;
  void* context;
  MUST(cuDevicePrimaryCtxReset_v2(0));
  MUST(cuDevicePrimaryCtxRetain(&context, 0));
  MUST(cuCtxSetCurrent(context));
  MUST(cuModuleLoadData(&module_handle, image_of_all().c_str()));
}

int main(int argc, char** argv) {
  MUST(cuInit(0));
  reset_device();
  for (const Test& test : tests()) {
    if (argc > 1 && std::strstr(test.name, argv[1]) == nullptr) continue;
    const auto start = std::chrono::steady_clock::now();
    const int before = checks;
    test.run();
    const double seconds =
        std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
    std::printf("%-28s %5d checks %6.2f s\n", test.name, checks - before, seconds);
    std::fflush(stdout);
  }
  check(cochleaEmulatorLive("memory") == 0, "device memory is left");
  std::printf("%d checks, %d failed\n", checks, failures);
  return failures == 0 ? 0 : 1;
}
