// The CUDA driver API, as far as Cochlea uses it, on the CPU.
//
// What it is strict about, because a real device is, or because a real device hides it:
//   - nothing happens before it must: copies and launches wait in their stream until something
//     synchronises, so that a missing synchronisation shows as stale or poisoned data;
//   - the limits of a device (threads, grid, shared memory and its opt-in) are enforced;
//   - calls need a current context; handles are checked; a kernel that faults leaves the context
//     in error, as on a device, until the primary context is reset;
//   - memory is fenced (memory.h).
//
// The environment:
//   COCHLEA_EMULATOR_DEVICE    compute capability, such as 8.6 (default 9.0)
//   COCHLEA_EMULATOR_DEVICES   number of devices (default 1)
//   COCHLEA_EMULATOR_MEMORY    device memory in MiB (default 4096)
//   COCHLEA_EMULATOR_DRIVER    what cuDriverGetVersion says (default 13000)
//   COCHLEA_EMULATOR_FAIL      function:nth:code[,…]: that call fails once; with -code, the context
//                              stays in error, as after a kernel that faulted
//   COCHLEA_EMULATOR_LEAKS     1: the process says at its end what was never freed
//   COCHLEA_EMULATOR_ORDER, COCHLEA_EMULATOR_THREADS   see scheduler.cpp
//
// Functions of its own: cochleaEmulatorFail, cochleaEmulatorLive, cochleaEmulatorLeaks,
// cochleaEmulatorReport, cochleaEmulatorCalls. What it does not have is in unsupported.cpp.
#include <dlfcn.h>

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <set>
#include <sstream>
#include <vector>

#include "memory.h"
#include "scheduler.h"

namespace emulator {
namespace {

enum Result : int {
  kSuccess = 0,
  kInvalidValue = 1,
  kOutOfMemory = 2,
  kNotInitialized = 3,
  kNoDevice = 100,
  kInvalidDevice = 101,
  kInvalidImage = 200,
  kInvalidContext = 201,
  kNoBinary = 209,
  kUnsupportedPtx = 222,
  kFileNotFound = 301,
  kInvalidHandle = 400,
  kNotFound = 500,
  kNotReady = 600,
  kIllegalAddress = 700,
  kLaunchOutOfResources = 701,
  kMisalignedAddress = 716,
  kLaunchFailed = 719,
  kNotSupported = 801,
  kCaptureUnsupported = 900,
  kCaptureUnmatched = 903,
  kCaptureUnjoined = 904,
};

struct Name {
  int code;
  const char* name;
  const char* text;
};

constexpr Name kNames[] = {
    {0, "CUDA_SUCCESS", "no error"},
    {1, "CUDA_ERROR_INVALID_VALUE", "invalid argument"},
    {2, "CUDA_ERROR_OUT_OF_MEMORY", "out of memory"},
    {3, "CUDA_ERROR_NOT_INITIALIZED", "initialization error"},
    {4, "CUDA_ERROR_DEINITIALIZED", "driver shutting down"},
    {35, "CUDA_ERROR_INSUFFICIENT_DRIVER", "CUDA driver version is insufficient"},
    {100, "CUDA_ERROR_NO_DEVICE", "no CUDA-capable device is detected"},
    {101, "CUDA_ERROR_INVALID_DEVICE", "invalid device ordinal"},
    {200, "CUDA_ERROR_INVALID_IMAGE", "device kernel image is invalid"},
    {201, "CUDA_ERROR_INVALID_CONTEXT", "invalid device context"},
    {205, "CUDA_ERROR_MAP_FAILED", "mapping of buffer object failed"},
    {208, "CUDA_ERROR_ALREADY_MAPPED", "resource already mapped"},
    {209, "CUDA_ERROR_NO_BINARY_FOR_GPU",
     "no kernel image is available for execution on the device"},
    {217, "CUDA_ERROR_PEER_ACCESS_UNSUPPORTED",
     "peer access is not supported between these two devices"},
    {218, "CUDA_ERROR_INVALID_PTX", "a PTX JIT compilation failed"},
    {222, "CUDA_ERROR_UNSUPPORTED_PTX_VERSION",
     "the provided PTX was compiled with an unsupported toolchain."},
    {301, "CUDA_ERROR_FILE_NOT_FOUND", "file not found"},
    {400, "CUDA_ERROR_INVALID_HANDLE", "invalid resource handle"},
    {500, "CUDA_ERROR_NOT_FOUND", "named symbol not found"},
    {600, "CUDA_ERROR_NOT_READY", "device not ready"},
    {700, "CUDA_ERROR_ILLEGAL_ADDRESS", "an illegal memory access was encountered"},
    {701, "CUDA_ERROR_LAUNCH_OUT_OF_RESOURCES", "too many resources requested for launch"},
    {702, "CUDA_ERROR_LAUNCH_TIMEOUT", "the launch timed out and was terminated"},
    {716, "CUDA_ERROR_MISALIGNED_ADDRESS", "misaligned address"},
    {719, "CUDA_ERROR_LAUNCH_FAILED", "unspecified launch failure"},
    {801, "CUDA_ERROR_NOT_SUPPORTED", "operation not supported"},
    {900, "CUDA_ERROR_STREAM_CAPTURE_UNSUPPORTED",
     "operation not permitted when stream is capturing"},
    {903, "CUDA_ERROR_STREAM_CAPTURE_UNMATCHED", "capture was not initiated in this stream"},
    {904, "CUDA_ERROR_STREAM_CAPTURE_UNJOINED", "capture has streams that were not joined"},
    {999, "CUDA_ERROR_UNKNOWN", "unknown error"},
};

long environment(const char* name, long otherwise) {
  const char* value = std::getenv(name);
  return value == nullptr || *value == 0 ? otherwise : std::atol(value);
}

// ---- the device --------------------------------------------------------------------------------

struct Limits {
  int major = 9;
  int minor = 0;
  int multiprocessors = 132;
  int threads_per_multiprocessor = 2048;
  int blocks_per_multiprocessor = 32;
  int shared_per_multiprocessor = 233472;
  int shared_per_block = 49152;
  int shared_per_block_optin = 232448;
};

Limits limits_of_environment() {
  Limits l;
  const char* value = std::getenv("COCHLEA_EMULATOR_DEVICE");
  if (value == nullptr || std::sscanf(value, "%d.%d", &l.major, &l.minor) != 2) return l;
  const int sm = 10 * l.major + l.minor;
  if (sm == 75) {
    l.multiprocessors = 40;
    l.threads_per_multiprocessor = 1024;
    l.blocks_per_multiprocessor = 16;
    l.shared_per_multiprocessor = l.shared_per_block_optin = 65536;
  } else if (sm == 80) {
    l.multiprocessors = 108;
    l.shared_per_multiprocessor = 167936;
    l.shared_per_block_optin = 166912;
  } else if (sm == 86 || sm == 89 || sm == 120) {
    l.multiprocessors = 84;
    l.threads_per_multiprocessor = 1536;
    l.blocks_per_multiprocessor = 24;
    l.shared_per_multiprocessor = 102400;
    l.shared_per_block_optin = 101376;
  }
  return l;
}

using Operation = std::function<Result()>;

struct Graph {
  std::vector<Operation> operations;
};

struct Context;

struct Stream {
  Context* context;
  unsigned flags = 0;
  int priority = 0;
  std::deque<Operation> waiting;
  uint64_t enqueued = 0;
  uint64_t executed = 0;
  Graph* capture = nullptr;
  bool origin = false;  // whether the capture began here
};

struct Event {
  Stream* stream = nullptr;
  uint64_t at = 0;
  double seconds = 0;
  bool recorded = false;
  bool timing = true;
  Graph* capture = nullptr;
};

struct Function {
  const Entry* entry;
  int shared_limit;
};

// The kernels are compiled in; the image says which of them a module has.
struct Module {
  std::string image;  // empty: all of them (fatbins may be compressed)
  bool text = false;  // PTX
  std::map<std::string, std::unique_ptr<Function>> functions;

  bool has(const std::string& name) const {
    if (image.empty()) return true;
    if (text) return image.find(".entry " + name + "(") != std::string::npos;
    return image.find(std::string(1, 0) + name + std::string(1, 0)) != std::string::npos;
  }
};

struct Context {
  int device = 0;
  int retained = 0;
  bool primary = true;
  Result sticky = kSuccess;
  FencedMemory memory{"device"};
  FencedMemory pinned{"pinned"};
  std::set<Stream*> streams;
  std::set<Event*> events;
  std::set<Module*> modules;
  std::set<Graph*> graphs;  // definitions and executables
  Stream null_stream;
};

struct Injection {
  std::string function;
  int remaining;
  int code;
};

struct Driver {
  std::recursive_mutex mutex;
  bool initialized = false;
  Limits limits = limits_of_environment();
  int devices = static_cast<int>(environment("COCHLEA_EMULATOR_DEVICES", 1));
  std::vector<std::unique_ptr<Context>> contexts;  // the primary ones, then what was created
  std::vector<Injection> injections;
  std::map<std::string, long> calls;
  std::string report;

  Driver() {
    const char* value = std::getenv("COCHLEA_EMULATOR_FAIL");
    std::stringstream list(value == nullptr ? "" : value);
    std::string item;
    while (std::getline(list, item, ',')) {
      char function[64];
      int nth;
      int code;
      if (std::sscanf(item.c_str(), "%63[^:]:%d:%d", function, &nth, &code) == 3) {
        injections.push_back({function, nth, code});
      }
    }
    for (int i = 0; i < devices; i++) add_context(i);
  }

  Context& add_context(int device) {
    contexts.push_back(std::make_unique<Context>());
    Context& c = *contexts.back();
    c.device = device;
    c.null_stream.context = &c;
    return c;
  }

  // Of all contexts of a device, as they share its memory.
  size_t used_memory(int device) const {
    size_t sum = 0;
    for (const auto& c : contexts) {
      if (c->device == device) sum += c->memory.live_bytes();
    }
    return sum;
  }
};

Driver& driver() {
  static Driver* d = new Driver();
  return *d;
}

thread_local std::vector<Context*> current_contexts;

Context* current() { return current_contexts.empty() ? nullptr : current_contexts.back(); }

bool is_context(const void* handle) {
  for (const auto& c : driver().contexts) {
    if (c.get() == handle) return true;
  }
  return false;
}

// Versions of a function are one: "cuMemAlloc" means cuMemAlloc_v2, too.
bool same_function(const std::string& asked, const std::string& name) {
  return asked == name ||
         (name.size() == asked.size() + 3 && name.compare(0, asked.size(), asked) == 0 &&
          name.compare(asked.size(), 2, "_v") == 0);
}

// Every call goes through one of these: the lock, injected failures, the checks all calls share.
class Call {
 public:
  explicit Call(const char* name, bool needs_context = true) : lock_(driver().mutex) {
    Driver& d = driver();
    d.calls[name]++;
    context = current();
    if (context != nullptr && !is_context(context)) context = nullptr;
    for (Injection& i : d.injections) {
      if (i.remaining > 0 && same_function(i.function, name) && --i.remaining == 0) {
        code = static_cast<Result>(std::abs(i.code));
        if (i.code < 0 && context != nullptr) context->sticky = code;
        return;
      }
    }
    if (!d.initialized) {
      code = kNotInitialized;
    } else if (needs_context) {
      code = context == nullptr || context->retained == 0 ? kInvalidContext : context->sticky;
    }
  }

  Result code = kSuccess;
  Context* context = nullptr;

 private:
  std::lock_guard<std::recursive_mutex> lock_;
};

#define API extern "C" __attribute__((visibility("default"))) int
#define ENTER(name)     \
  Call call(name);      \
  if (call.code != 0) return call.code
#define ENTER_WITHOUT_CONTEXT(name) \
  Call call(name, false);           \
  if (call.code != 0) return call.code

double now() {
  return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count();
}

// ---- streams -----------------------------------------------------------------------------------

Result execute_one(Stream& s) {
  const Operation operation = std::move(s.waiting.front());
  s.waiting.pop_front();
  s.executed++;
  if (s.context->sticky != kSuccess) return s.context->sticky;
  const Result result = operation();
  if (result == kIllegalAddress || result == kLaunchFailed || result == kMisalignedAddress) {
    s.context->sticky = result;
  }
  return result;
}

Result drain(Stream& s, uint64_t until) {
  Result first = kSuccess;
  while (s.executed < until && !s.waiting.empty()) {
    const Result result = execute_one(s);
    if (first == kSuccess) first = result;
  }
  return first;
}

Result drain(Stream& s) { return drain(s, s.enqueued); }

Result check_fences(Context& c) {
  std::string found = c.memory.check();
  if (found.empty()) found = c.pinned.check();
  if (found.empty()) return kSuccess;
  driver().report = found;
  std::fprintf(stderr, "cochlea emulator: %s\n", found.c_str());
  c.sticky = kIllegalAddress;
  return kIllegalAddress;
}

Result drain_all(Context& c) {
  Result first = drain(c.null_stream);
  for (Stream* s : c.streams) {
    const Result result = drain(*s);
    if (first == kSuccess) first = result;
  }
  return first == kSuccess ? check_fences(c) : first;
}

bool any_capture(Context& c) {
  for (Stream* s : c.streams) {
    if (s->capture != nullptr) return true;
  }
  return false;
}

// The stream of a handle, or nullptr when it is none.
Stream* stream_of(Context& c, void* handle) {
  if (handle == nullptr || handle == reinterpret_cast<void*>(1)) return &c.null_stream;
  auto* s = static_cast<Stream*>(handle);
  return c.streams.count(s) != 0 ? s : nullptr;
}

Result enqueue(Context& c, void* handle, Operation operation) {
  Stream* s = stream_of(c, handle);
  if (s == nullptr) return kInvalidHandle;
  if (s->capture != nullptr) {
    s->capture->operations.push_back(std::move(operation));
    return kSuccess;
  }
  if (s == &c.null_stream) {
    const Result result = drain_all(c);
    if (result != kSuccess) return result;
  }
  s->waiting.push_back(std::move(operation));
  s->enqueued++;
  return s == &c.null_stream ? drain(*s) : kSuccess;
}

bool is_device(Context& c, const void* at, size_t bytes) { return c.memory.contains(at, bytes); }

// Copies between pinned and device memory wait; a copy that touches pageable memory does not.
Result copy(Context& c, void* to, const void* from, size_t bytes, void* stream, bool to_device,
            bool from_device) {
  if (bytes == 0) return kSuccess;
  if ((to_device && !is_device(c, to, bytes)) || (from_device && !is_device(c, from, bytes))) {
    return kInvalidValue;
  }
  Stream* s = stream_of(c, stream);
  if (s == nullptr) return kInvalidHandle;
  Operation operation = [&c, to, from, bytes, to_device, from_device]() -> Result {
    const void* device = to_device ? to : from;
    if ((to_device || from_device) && !is_device(c, device, bytes)) return kIllegalAddress;
    std::memmove(to, from, bytes);
    return kSuccess;
  };
  const void* host = to_device ? (from_device ? nullptr : from) : to;
  const bool pageable = host != nullptr && !c.pinned.contains(host, bytes);
  const Result result = enqueue(c, stream, operation);
  if (result != kSuccess || !pageable || s->capture != nullptr) return result;
  return drain(*s);
}

Result copy_now(Context& c, void* to, const void* from, size_t bytes, bool to_device,
                bool from_device) {
  if (any_capture(c)) return kCaptureUnsupported;
  const Result result = copy(c, to, from, bytes, nullptr, to_device, from_device);
  return result;
}

}  // namespace

std::string describe_address(const void* address) {
  std::string text;
  for (const auto& c : driver().contexts) {
    text = c->memory.describe(address);
    if (text.empty()) text = c->pinned.describe(address);
    if (!text.empty()) return text;
  }
  char unknown[64];
  std::snprintf(unknown, sizeof(unknown), "address %p, beyond shared memory or unknown", address);
  return unknown;
}

// ---- initialisation, devices -------------------------------------------------------------------

API cuInit(unsigned flags) {
  Call call("cuInit", false);
  if (call.code != 0 && call.code != kNotInitialized) return call.code;
  if (flags != 0) return kInvalidValue;
  if (driver().devices == 0) return kNoDevice;
  driver().initialized = true;
  return kSuccess;
}

API cuDriverGetVersion(int* version) {
  Call call("cuDriverGetVersion", false);
  if (call.code != 0 && call.code != kNotInitialized) return call.code;
  *version = static_cast<int>(environment("COCHLEA_EMULATOR_DRIVER", 13000));
  return kSuccess;
}

API cuDeviceGetCount(int* count) {
  ENTER_WITHOUT_CONTEXT("cuDeviceGetCount");
  *count = driver().devices;
  return kSuccess;
}

#define REQUIRE_DEVICE(device) \
  if ((device) < 0 || (device) >= driver().devices) return kInvalidDevice

API cuDeviceGet(int* device, int ordinal) {
  ENTER_WITHOUT_CONTEXT("cuDeviceGet");
  REQUIRE_DEVICE(ordinal);
  *device = ordinal;
  return kSuccess;
}

API cuDeviceGetName(char* name, int length, int device) {
  ENTER_WITHOUT_CONTEXT("cuDeviceGetName");
  REQUIRE_DEVICE(device);
  const Limits& l = driver().limits;
  std::snprintf(name, length, "Cochlea emulator (compute capability %d.%d)", l.major, l.minor);
  return kSuccess;
}

API cuDeviceGetUuid_v2(unsigned char* uuid, int device) {
  ENTER_WITHOUT_CONTEXT("cuDeviceGetUuid_v2");
  REQUIRE_DEVICE(device);
  for (int i = 0; i < 16; i++) uuid[i] = static_cast<unsigned char>(0xC0 + i);
  uuid[15] = static_cast<unsigned char>(device);
  return kSuccess;
}

API cuDeviceGetUuid(unsigned char* uuid, int device) { return cuDeviceGetUuid_v2(uuid, device); }

API cuDeviceComputeCapability(int* major, int* minor, int device) {
  ENTER_WITHOUT_CONTEXT("cuDeviceComputeCapability");
  REQUIRE_DEVICE(device);
  *major = driver().limits.major;
  *minor = driver().limits.minor;
  return kSuccess;
}

API cuDeviceGetPCIBusId(char* id, int length, int device) {
  ENTER_WITHOUT_CONTEXT("cuDeviceGetPCIBusId");
  REQUIRE_DEVICE(device);
  if (length < 13) return kInvalidValue;
  std::snprintf(id, length, "0000:%02X:00.0", device + 1);
  return kSuccess;
}

API cuDeviceGetByPCIBusId(int* device, const char* id) {
  ENTER_WITHOUT_CONTEXT("cuDeviceGetByPCIBusId");
  unsigned domain;
  unsigned bus;
  if (std::sscanf(id, "%x:%x:", &domain, &bus) != 2) return kInvalidValue;
  REQUIRE_DEVICE(static_cast<int>(bus) - 1);
  *device = static_cast<int>(bus) - 1;
  return kSuccess;
}

API cuDeviceCanAccessPeer(int* can, int device, int peer) {
  ENTER_WITHOUT_CONTEXT("cuDeviceCanAccessPeer");
  REQUIRE_DEVICE(device);
  REQUIRE_DEVICE(peer);
  *can = 0;
  return kSuccess;
}

API cuDeviceTotalMem_v2(size_t* bytes, int device) {
  ENTER_WITHOUT_CONTEXT("cuDeviceTotalMem_v2");
  REQUIRE_DEVICE(device);
  *bytes = static_cast<size_t>(environment("COCHLEA_EMULATOR_MEMORY", 4096)) << 20;
  return kSuccess;
}

API cuDeviceGetAttribute(int* value, int attribute, int device) {
  ENTER_WITHOUT_CONTEXT("cuDeviceGetAttribute");
  REQUIRE_DEVICE(device);
  const Limits& l = driver().limits;
  switch (attribute) {
    case 1: *value = 1024; break;                      // threads per block
    case 2: case 3: *value = 1024; break;              // block x, y
    case 4: *value = 64; break;                        // block z
    case 5: *value = 2147483647; break;                // grid x
    case 6: case 7: *value = 65535; break;             // grid y, z
    case 8: *value = l.shared_per_block; break;
    case 10: *value = 32; break;                       // warp
    case 12: *value = 65536; break;                    // registers per block
    case 13: *value = 1980000; break;                  // clock in kHz
    case 16: *value = l.multiprocessors; break;
    case 18: *value = 0; break;                        // integrated
    case 19: *value = 1; break;                        // can map host memory
    case 20: *value = 0; break;                        // compute mode: default
    case 31: *value = 1; break;                        // concurrent kernels
    case 33: *value = device + 1; break;               // PCI bus
    case 34: *value = 0; break;                        // PCI device
    case 40: *value = 2; break;                        // copy engines
    case 36: *value = 2619000; break;                  // memory clock in kHz
    case 37: *value = 5120; break;                     // memory bus in bits
    case 38: *value = 50 << 20; break;                 // L2
    case 39: *value = l.threads_per_multiprocessor; break;
    case 41: *value = 1; break;                        // unified addressing
    case 75: *value = l.major; break;
    case 76: *value = l.minor; break;
    case 81: *value = l.shared_per_multiprocessor; break;
    case 82: *value = 65536; break;                    // registers per multiprocessor
    case 97: *value = l.shared_per_block_optin; break;
    case 106: *value = l.blocks_per_multiprocessor; break;
    default: *value = 0; break;
  }
  return kSuccess;
}

// ---- contexts ----------------------------------------------------------------------------------

API cuDevicePrimaryCtxRetain(void** context, int device) {
  ENTER_WITHOUT_CONTEXT("cuDevicePrimaryCtxRetain");
  REQUIRE_DEVICE(device);
  Context* c = driver().contexts[device].get();
  c->retained++;
  *context = c;
  return kSuccess;
}

namespace {
void destroy_contents(Context& c) {
  for (Stream* s : c.streams) delete s;
  for (Event* e : c.events) delete e;
  for (Module* m : c.modules) delete m;
  for (Graph* g : c.graphs) delete g;
  c.streams.clear();
  c.events.clear();
  c.modules.clear();
  c.graphs.clear();
  c.null_stream.waiting.clear();
  c.memory.release_all();
  c.pinned.release_all();
  c.sticky = kSuccess;
}
}  // namespace

API cuDevicePrimaryCtxRelease_v2(int device) {
  ENTER_WITHOUT_CONTEXT("cuDevicePrimaryCtxRelease_v2");
  REQUIRE_DEVICE(device);
  Context& c = *driver().contexts[device];
  if (c.retained == 0) return kInvalidContext;
  if (--c.retained == 0) destroy_contents(c);
  return kSuccess;
}

API cuDevicePrimaryCtxReset_v2(int device) {
  ENTER_WITHOUT_CONTEXT("cuDevicePrimaryCtxReset_v2");
  REQUIRE_DEVICE(device);
  destroy_contents(*driver().contexts[device]);
  return kSuccess;
}

API cuDevicePrimaryCtxSetFlags_v2(int device, unsigned) {
  ENTER_WITHOUT_CONTEXT("cuDevicePrimaryCtxSetFlags_v2");
  REQUIRE_DEVICE(device);
  return kSuccess;
}

API cuDevicePrimaryCtxGetState(int device, unsigned* flags, int* active) {
  ENTER_WITHOUT_CONTEXT("cuDevicePrimaryCtxGetState");
  REQUIRE_DEVICE(device);
  *flags = 0;
  *active = driver().contexts[device]->retained > 0;
  return kSuccess;
}

API cuCtxCreate_v2(void** context, unsigned, int device) {
  ENTER_WITHOUT_CONTEXT("cuCtxCreate_v2");
  REQUIRE_DEVICE(device);
  Context& c = driver().add_context(device);
  c.primary = false;
  c.retained = 1;
  current_contexts.push_back(&c);
  *context = &c;
  return kSuccess;
}

API cuCtxDestroy_v2(void* context) {
  ENTER_WITHOUT_CONTEXT("cuCtxDestroy_v2");
  auto& all = driver().contexts;
  for (auto i = all.begin(); i != all.end(); ++i) {
    if (i->get() != context || (*i)->primary) continue;
    destroy_contents(**i);
    if (current() == context) current_contexts.pop_back();
    all.erase(i);
    return kSuccess;
  }
  return kInvalidContext;
}

API cuCtxSetCurrent(void* context) {
  ENTER_WITHOUT_CONTEXT("cuCtxSetCurrent");
  if (context != nullptr && !is_context(context)) return kInvalidContext;
  if (!current_contexts.empty()) current_contexts.pop_back();
  if (context != nullptr) current_contexts.push_back(static_cast<Context*>(context));
  return kSuccess;
}

API cuCtxGetCurrent(void** context) {
  ENTER_WITHOUT_CONTEXT("cuCtxGetCurrent");
  *context = current();
  return kSuccess;
}

API cuCtxPushCurrent_v2(void* context) {
  ENTER_WITHOUT_CONTEXT("cuCtxPushCurrent_v2");
  if (!is_context(context)) return kInvalidContext;
  current_contexts.push_back(static_cast<Context*>(context));
  return kSuccess;
}

API cuCtxPopCurrent_v2(void** context) {
  ENTER_WITHOUT_CONTEXT("cuCtxPopCurrent_v2");
  if (current_contexts.empty()) return kInvalidContext;
  if (context != nullptr) *context = current_contexts.back();
  current_contexts.pop_back();
  return kSuccess;
}

API cuCtxGetDevice(int* device) {
  ENTER("cuCtxGetDevice");
  *device = call.context->device;
  return kSuccess;
}

API cuCtxGetApiVersion(void*, unsigned* version) {
  ENTER_WITHOUT_CONTEXT("cuCtxGetApiVersion");
  *version = 3020;
  return kSuccess;
}

API cuCtxGetFlags(unsigned* flags) {
  ENTER("cuCtxGetFlags");
  *flags = 0;
  return kSuccess;
}

API cuCtxGetStreamPriorityRange(int* least, int* greatest) {
  ENTER("cuCtxGetStreamPriorityRange");
  *least = 0;
  *greatest = -5;
  return kSuccess;
}

API cuCtxSynchronize() {
  ENTER("cuCtxSynchronize");
  if (any_capture(*call.context)) return kCaptureUnsupported;
  return drain_all(*call.context);
}

// ---- modules -----------------------------------------------------------------------------------

namespace {

// Length of a cubin or fatbin from its header; 0 when it is neither.
size_t length_of_image(const unsigned char* image) {
  static constexpr unsigned char kElf[] = {0x7F, 'E', 'L', 'F'};
  static constexpr unsigned char kFatbin[] = {0x50, 0xED, 0x55, 0xBA};
  auto number = [&](size_t at, size_t bytes) {
    uint64_t value = 0;
    std::memcpy(&value, image + at, bytes);
    return value;
  };
  if (std::memcmp(image, kFatbin, 4) == 0) return number(6, 2) + number(8, 8);
  if (std::memcmp(image, kElf, 4) != 0) return 0;
  // The tables of sections and segments; whichever is last ends the file.
  return std::max(number(0x28, 8) + number(0x3C, 2) * number(0x3A, 2),
                  number(0x20, 8) + number(0x38, 2) * number(0x36, 2));
}

// What loading an image comes to on this device and driver.
Result examine(const unsigned char* image, Module& m) {
  const Limits& l = driver().limits;
  const long version = environment("COCHLEA_EMULATOR_DRIVER", 13000);
  const size_t length = length_of_image(image);
  auto native = [&](int sm) { return sm / 10 == l.major && sm % 10 <= l.minor; };
  if (length > 0 && image[0] != 0x7F) {
    // A fatbin: images one after the other, each behind a header with its kind (1: PTX, 2: native),
    // the sizes of both, and its compute capability.
    if (version < 13000) return kNoBinary;
    uint32_t header;
    uint64_t bytes;
    for (size_t at = 16; at < length; at += header + bytes) {
      std::memcpy(&header, image + at + 4, 4);
      std::memcpy(&bytes, image + at + 8, 8);
      const int sm = image[at + 28];
      if (image[at] == 1 ? sm <= 10 * l.major + l.minor : native(sm)) return kSuccess;
    }
    return kNoBinary;
  }
  if (length > 0) {
    constexpr int kMachine = 190;
    if (image[0x12] != kMachine) return kInvalidImage;
    // Native code runs on its own compute capability and on later minor ones; as its ELF says, it
    // is of CUDA 13 or older.
    const bool thirteen = image[8] >= 8;
    const int sm = image[thirteen ? 0x31 : 0x30];
    if (thirteen && version < 13000) return kNoBinary;
    if (!native(sm)) return kNoBinary;
    m.image.assign(reinterpret_cast<const char*>(image), length);
    return kSuccess;
  }
  // PTX: an instruction set that the driver knows, for a device not above this one.
  const char* text = reinterpret_cast<const char*>(image);
  int major;
  int minor;
  int sm;
  const char* at = std::strstr(text, ".version ");
  if (at == nullptr || std::sscanf(at, ".version %d.%d", &major, &minor) != 2) return kInvalidImage;
  if (10 * major + minor > 70 + (version / 1000 - 11) * 10 + version % 1000 / 10) {
    return kUnsupportedPtx;
  }
  at = std::strstr(text, ".target sm_");
  if (at == nullptr || std::sscanf(at, ".target sm_%d", &sm) != 1) return kInvalidImage;
  if (sm > 10 * l.major + l.minor) return kNoBinary;
  m.image = text;
  m.text = true;
  return kSuccess;
}

int load_module(const char* name, void** module, const void* image) {
  ENTER(name);
  if (any_capture(*call.context)) return kCaptureUnsupported;
  if (image == nullptr) return kInvalidValue;
  auto m = std::make_unique<Module>();
  const Result result = examine(static_cast<const unsigned char*>(image), *m);
  if (result != kSuccess) return result;
  call.context->modules.insert(m.get());
  *module = m.release();
  return kSuccess;
}
}  // namespace

API cuModuleLoadData(void** module, const void* image) {
  return load_module("cuModuleLoadData", module, image);
}

API cuModuleLoadDataEx(void** module, const void* image, unsigned, int*, void**) {
  return load_module("cuModuleLoadDataEx", module, image);
}

API cuModuleLoadFatBinary(void** module, const void* image) {
  return load_module("cuModuleLoadFatBinary", module, image);
}

API cuModuleLoad(void** module, const char* path) {
  std::FILE* file = path == nullptr ? nullptr : std::fopen(path, "rb");
  if (file == nullptr) return kFileNotFound;
  std::string image;
  char buffer[4096];
  for (size_t n; (n = std::fread(buffer, 1, sizeof(buffer), file)) > 0;) image.append(buffer, n);
  std::fclose(file);
  return load_module("cuModuleLoad", module, image.c_str());
}

API cuModuleGetLoadingMode(int* mode) {
  ENTER_WITHOUT_CONTEXT("cuModuleGetLoadingMode");
  *mode = 1;  // eager
  return kSuccess;
}

API cuModuleUnload(void* module) {
  ENTER("cuModuleUnload");
  auto* m = static_cast<Module*>(module);
  if (call.context->modules.erase(m) == 0) return kInvalidHandle;
  delete m;
  return kSuccess;
}

API cuModuleGetFunction(void** function, void* module, const char* name) {
  ENTER("cuModuleGetFunction");
  auto* m = static_cast<Module*>(module);
  if (call.context->modules.count(m) == 0) return kInvalidHandle;
  const Entry* entry = find_entry(name);
  if (entry == nullptr || !m->has(name)) return kNotFound;
  std::unique_ptr<Function>& f = m->functions[name];
  if (f == nullptr) f = std::make_unique<Function>(Function{entry, 0});
  *function = f.get();
  return kSuccess;
}

namespace {
Function* function_of(Context& c, void* handle) {
  for (Module* m : c.modules) {
    for (const auto& [name, f] : m->functions) {
      if (f.get() == handle) return f.get();
    }
  }
  return nullptr;
}
}  // namespace

API cuFuncGetModule(void** module, void* function) {
  ENTER("cuFuncGetModule");
  for (Module* m : call.context->modules) {
    for (const auto& [name, f] : m->functions) {
      if (f.get() == function) {
        *module = m;
        return kSuccess;
      }
    }
  }
  return kInvalidHandle;
}

API cuFuncSetCacheConfig(void* function, int) {
  ENTER("cuFuncSetCacheConfig");
  return function_of(*call.context, function) == nullptr ? kInvalidHandle : kSuccess;
}

API cuFuncSetAttribute(void* function, int attribute, int value) {
  ENTER("cuFuncSetAttribute");
  Function* f = function_of(*call.context, function);
  if (f == nullptr) return kInvalidHandle;
  switch (attribute) {
    case 8:
      if (value < 0 || value > driver().limits.shared_per_block_optin) return kInvalidValue;
      f->shared_limit = value;
      return kSuccess;
    case 9:
      return value >= -1 && value <= 100 ? kSuccess : kInvalidValue;
    default:
      return kInvalidValue;
  }
}

API cuFuncGetAttribute(int* value, int attribute, void* function) {
  ENTER("cuFuncGetAttribute");
  Function* f = function_of(*call.context, function);
  if (f == nullptr) return kInvalidHandle;
  switch (attribute) {
    case 0: *value = static_cast<int>(f->entry->max_threads); break;
    case 8: *value = std::max(f->shared_limit, driver().limits.shared_per_block); break;
    default: *value = 0; break;
  }
  return kSuccess;
}

API cuFuncGetParamInfo(void* function, size_t index, size_t* offset, size_t* size) {
  ENTER("cuFuncGetParamInfo");
  Function* f = function_of(*call.context, function);
  if (f == nullptr) return kInvalidHandle;
  if (index != 0) return kInvalidValue;
  *offset = 0;
  if (size != nullptr) *size = f->entry->parameter_size;
  return kSuccess;
}

API cuOccupancyMaxActiveBlocksPerMultiprocessor(int* blocks, void* function, int threads,
                                                size_t shared) {
  ENTER("cuOccupancyMaxActiveBlocksPerMultiprocessor");
  if (function_of(*call.context, function) == nullptr) return kInvalidHandle;
  if (threads <= 0) return kInvalidValue;
  const Limits& l = driver().limits;
  int most = std::min(l.blocks_per_multiprocessor, l.threads_per_multiprocessor / threads);
  most = std::min(most, static_cast<int>(l.shared_per_multiprocessor / (shared + 1024)));
  *blocks = most;
  return kSuccess;
}

API cuOccupancyMaxActiveBlocksPerMultiprocessorWithFlags(int* blocks, void* function, int threads,
                                                         size_t shared, unsigned) {
  return cuOccupancyMaxActiveBlocksPerMultiprocessor(blocks, function, threads, shared);
}

API cuOccupancyMaxPotentialBlockSize(int* blocks, int* threads, void* function,
                                     size_t (*shared_of)(int), size_t shared, int limit) {
  ENTER("cuOccupancyMaxPotentialBlockSize");
  Function* f = function_of(*call.context, function);
  if (f == nullptr) return kInvalidHandle;
  *threads = static_cast<int>(f->entry->max_threads);
  if (limit > 0) *threads = std::min(*threads, limit);
  const int result = cuOccupancyMaxActiveBlocksPerMultiprocessor(
      blocks, function, *threads, shared_of == nullptr ? shared : shared_of(*threads));
  *blocks *= driver().limits.multiprocessors;
  return result;
}

// ---- memory ------------------------------------------------------------------------------------

API cuMemGetInfo_v2(size_t* free, size_t* total) {
  ENTER("cuMemGetInfo_v2");
  *total = static_cast<size_t>(environment("COCHLEA_EMULATOR_MEMORY", 4096)) << 20;
  *free = *total - std::min(*total, driver().used_memory(call.context->device));
  return kSuccess;
}

API cuMemAlloc_v2(void** address, size_t bytes) {
  ENTER("cuMemAlloc_v2");
  if (bytes == 0) return kInvalidValue;
  if (any_capture(*call.context)) return kCaptureUnsupported;
  const size_t total = static_cast<size_t>(environment("COCHLEA_EMULATOR_MEMORY", 4096)) << 20;
  if (bytes > total - std::min(total, driver().used_memory(call.context->device))) {
    return kOutOfMemory;
  }
  *address = call.context->memory.allocate(bytes);
  return *address == nullptr ? kOutOfMemory : kSuccess;
}

API cuMemFree_v2(void* address) {
  ENTER("cuMemFree_v2");
  if (address == nullptr) return kSuccess;
  if (any_capture(*call.context)) return kCaptureUnsupported;
  const Result result = drain_all(*call.context);
  if (result != kSuccess) return result;
  return call.context->memory.release(address) ? kSuccess : kInvalidValue;
}

namespace {
int allocate_pinned(const char* name, void** address, size_t bytes) {
  ENTER(name);
  if (bytes == 0) return kInvalidValue;
  *address = call.context->pinned.allocate(bytes);
  return *address == nullptr ? kOutOfMemory : kSuccess;
}
}  // namespace

API cuMemHostAlloc(void** address, size_t bytes, unsigned) {
  return allocate_pinned("cuMemHostAlloc", address, bytes);
}

API cuMemAllocHost_v2(void** address, size_t bytes) {
  return allocate_pinned("cuMemAllocHost_v2", address, bytes);
}

API cuMemFreeHost(void* address) {
  ENTER("cuMemFreeHost");
  const Result result = drain_all(*call.context);
  if (result != kSuccess) return result;
  return call.context->pinned.release(address) ? kSuccess : kInvalidValue;
}

// Addresses are the same on both sides.
API cuMemHostGetDevicePointer_v2(void** device, void* host, unsigned) {
  ENTER("cuMemHostGetDevicePointer_v2");
  if (!call.context->pinned.contains(host, 1)) return kInvalidValue;
  *device = host;
  return kSuccess;
}

API cuMemHostGetFlags(unsigned* flags, void* host) {
  ENTER("cuMemHostGetFlags");
  if (!call.context->pinned.contains(host, 1)) return kInvalidValue;
  *flags = 0;
  return kSuccess;
}

API cuMemGetAddressRange_v2(void** base, size_t* bytes, void* address) {
  ENTER("cuMemGetAddressRange_v2");
  return call.context->memory.find(address, base, bytes) ? kSuccess : kNotFound;
}

// The attributes that say where memory is: 1 context, 2 memory type (1 host, 2 device), 3 and 4 its
// address on either side, 8 whether it is managed, 9 device ordinal.
API cuPointerGetAttribute(void* data, int attribute, void* address) {
  ENTER_WITHOUT_CONTEXT("cuPointerGetAttribute");
  for (const auto& c : driver().contexts) {
    const bool device = c->memory.contains(address, 1);
    if (!device && !c->pinned.contains(address, 1)) continue;
    switch (attribute) {
      case 1: *static_cast<void**>(data) = c.get(); return kSuccess;
      case 2: *static_cast<unsigned*>(data) = device ? 2 : 1; return kSuccess;
      case 3: case 4: *static_cast<const void**>(data) = address; return kSuccess;
      case 8: *static_cast<unsigned*>(data) = 0; return kSuccess;  // managed
      case 9: *static_cast<int*>(data) = c->device; return kSuccess;
      default: return kInvalidValue;
    }
  }
  return kInvalidValue;
}

API cuMemcpyHtoD_v2(void* to, const void* from, size_t bytes) {
  ENTER("cuMemcpyHtoD_v2");
  return copy_now(*call.context, to, from, bytes, true, false);
}

API cuMemcpyDtoH_v2(void* to, const void* from, size_t bytes) {
  ENTER("cuMemcpyDtoH_v2");
  return copy_now(*call.context, to, from, bytes, false, true);
}

API cuMemcpyDtoD_v2(void* to, const void* from, size_t bytes) {
  ENTER("cuMemcpyDtoD_v2");
  return copy_now(*call.context, to, from, bytes, true, true);
}

API cuMemcpyHtoDAsync_v2(void* to, const void* from, size_t bytes, void* stream) {
  ENTER("cuMemcpyHtoDAsync_v2");
  return copy(*call.context, to, from, bytes, stream, true, false);
}

API cuMemcpyDtoHAsync_v2(void* to, const void* from, size_t bytes, void* stream) {
  ENTER("cuMemcpyDtoHAsync_v2");
  return copy(*call.context, to, from, bytes, stream, false, true);
}

API cuMemcpyDtoDAsync_v2(void* to, const void* from, size_t bytes, void* stream) {
  ENTER("cuMemcpyDtoDAsync_v2");
  return copy(*call.context, to, from, bytes, stream, true, true);
}

namespace {
template <class T>
Result fill(Context& c, void* to, T value, size_t count, void* stream) {
  if (count == 0) return kSuccess;
  if (!is_device(c, to, count * sizeof(T))) return kInvalidValue;
  return enqueue(c, stream, [&c, to, value, count]() -> Result {
    if (!is_device(c, to, count * sizeof(T))) return kIllegalAddress;
    for (size_t i = 0; i < count; i++) std::memcpy(static_cast<T*>(to) + i, &value, sizeof(T));
    return kSuccess;
  });
}
}  // namespace

namespace {
// Where the addresses lie says which way a copy goes.
Result copy_anywhere(Context& c, void* to, const void* from, size_t bytes, void* stream) {
  return copy(c, to, from, bytes, stream, is_device(c, to, 1), is_device(c, from, 1));
}
}  // namespace

API cuMemcpy(void* to, const void* from, size_t bytes) {
  ENTER("cuMemcpy");
  if (any_capture(*call.context)) return kCaptureUnsupported;
  return copy_anywhere(*call.context, to, from, bytes, nullptr);
}

API cuMemcpyAsync(void* to, const void* from, size_t bytes, void* stream) {
  ENTER("cuMemcpyAsync");
  return copy_anywhere(*call.context, to, from, bytes, stream);
}

API cuMemsetD8_v2(void* to, unsigned char value, size_t count) {
  ENTER("cuMemsetD8_v2");
  return fill(*call.context, to, value, count, nullptr);
}

API cuMemsetD32_v2(void* to, unsigned value, size_t count) {
  ENTER("cuMemsetD32_v2");
  if (reinterpret_cast<uintptr_t>(to) % 4 != 0) return kInvalidValue;
  return fill(*call.context, to, value, count, nullptr);
}

API cuMemsetD8Async(void* to, unsigned char value, size_t count, void* stream) {
  ENTER("cuMemsetD8Async");
  return fill(*call.context, to, value, count, stream);
}

API cuMemsetD32Async(void* to, unsigned value, size_t count, void* stream) {
  ENTER("cuMemsetD32Async");
  if (reinterpret_cast<uintptr_t>(to) % 4 != 0) return kInvalidValue;
  return fill(*call.context, to, value, count, stream);
}

// ---- streams and events ------------------------------------------------------------------------

namespace {
int create_stream(const char* name, void** stream, unsigned flags, int priority) {
  ENTER(name);
  auto* s = new Stream();
  s->context = call.context;
  s->flags = flags;
  s->priority = priority;
  call.context->streams.insert(s);
  *stream = s;
  return kSuccess;
}
}  // namespace

API cuStreamCreate(void** stream, unsigned flags) {
  return create_stream("cuStreamCreate", stream, flags, 0);
}

API cuStreamCreateWithPriority(void** stream, unsigned flags, int priority) {
  return create_stream("cuStreamCreateWithPriority", stream, flags, priority);
}

API cuStreamGetFlags(void* stream, unsigned* flags) {
  ENTER("cuStreamGetFlags");
  Stream* s = stream_of(*call.context, stream);
  if (s == nullptr) return kInvalidHandle;
  *flags = s->flags;
  return kSuccess;
}

API cuStreamGetPriority(void* stream, int* priority) {
  ENTER("cuStreamGetPriority");
  Stream* s = stream_of(*call.context, stream);
  if (s == nullptr) return kInvalidHandle;
  *priority = s->priority;
  return kSuccess;
}

API cuStreamGetCtx(void* stream, void** context) {
  ENTER("cuStreamGetCtx");
  if (stream_of(*call.context, stream) == nullptr) return kInvalidHandle;
  *context = call.context;
  return kSuccess;
}

API cuStreamDestroy_v2(void* stream) {
  ENTER("cuStreamDestroy_v2");
  Stream* s = stream_of(*call.context, stream);
  if (s == nullptr || s == &call.context->null_stream) return kInvalidHandle;
  const Result result = drain(*s);
  for (Event* e : call.context->events) {
    if (e->stream == s) e->stream = nullptr;
  }
  call.context->streams.erase(s);
  delete s;
  return result;
}

API cuStreamSynchronize(void* stream) {
  ENTER("cuStreamSynchronize");
  Stream* s = stream_of(*call.context, stream);
  if (s == nullptr) return kInvalidHandle;
  if (s->capture != nullptr) return kCaptureUnsupported;
  const Result result = s == &call.context->null_stream ? drain_all(*call.context) : drain(*s);
  return result == kSuccess ? check_fences(*call.context) : result;
}

// Every question brings the stream one step on, so that polling ends.
API cuStreamQuery(void* stream) {
  ENTER("cuStreamQuery");
  Stream* s = stream_of(*call.context, stream);
  if (s == nullptr) return kInvalidHandle;
  if (s->waiting.empty()) return kSuccess;
  const Result result = execute_one(*s);
  return result == kSuccess ? kNotReady : result;
}

API cuEventCreate(void** event, unsigned flags) {
  ENTER("cuEventCreate");
  auto* e = new Event();
  e->timing = (flags & 2) == 0;
  call.context->events.insert(e);
  *event = e;
  return kSuccess;
}

namespace {
Event* event_of(Context& c, void* handle) {
  auto* e = static_cast<Event*>(handle);
  return c.events.count(e) != 0 ? e : nullptr;
}
}  // namespace

API cuEventDestroy_v2(void* event) {
  ENTER("cuEventDestroy_v2");
  Event* e = event_of(*call.context, event);
  if (e == nullptr) return kInvalidHandle;
  // A record may still wait in a stream; it must not write to an event that is gone.
  if (e->stream != nullptr) drain(*e->stream, e->at);
  call.context->events.erase(e);
  delete e;
  return kSuccess;
}

namespace {
int record_event(const char* name, void* event, void* stream) {
  ENTER(name);
  Event* e = event_of(*call.context, event);
  Stream* s = stream_of(*call.context, stream);
  if (e == nullptr || s == nullptr) return kInvalidHandle;
  if (s->capture != nullptr) {
    e->capture = s->capture;
    return kSuccess;
  }
  if (e->stream != nullptr) drain(*e->stream, e->at);
  e->capture = nullptr;
  e->recorded = true;
  e->stream = s;
  const Result result = enqueue(*call.context, stream, [e]() -> Result {
    e->seconds = now();
    return kSuccess;
  });
  e->at = s->enqueued;
  return result;
}
}  // namespace

API cuEventRecord(void* event, void* stream) {
  return record_event("cuEventRecord", event, stream);
}

API cuEventRecordWithFlags(void* event, void* stream, unsigned) {
  return record_event("cuEventRecordWithFlags", event, stream);
}

API cuStreamWaitEvent(void* stream, void* event, unsigned) {
  ENTER("cuStreamWaitEvent");
  Event* e = event_of(*call.context, event);
  Stream* s = stream_of(*call.context, stream);
  if (e == nullptr || s == nullptr) return kInvalidHandle;
  if (e->capture != nullptr) {
    // The stream joins the capture, or comes back to it.
    if (s->capture == nullptr) s->capture = e->capture;
    return s->capture == e->capture ? kSuccess : kInvalidValue;
  }
  if (!e->recorded || e->stream == nullptr) return kSuccess;
  Context* c = call.context;
  Stream* other = e->stream;
  const uint64_t at = e->at;
  return enqueue(*c, stream, [c, other, at]() -> Result {
    return c->streams.count(other) != 0 ? drain(*other, at) : kSuccess;
  });
}

API cuEventSynchronize(void* event) {
  ENTER("cuEventSynchronize");
  Event* e = event_of(*call.context, event);
  if (e == nullptr) return kInvalidHandle;
  if (e->stream == nullptr) return kSuccess;
  const Result result = drain(*e->stream, e->at);
  return result == kSuccess ? check_fences(*call.context) : result;
}

API cuEventQuery(void* event) {
  ENTER("cuEventQuery");
  Event* e = event_of(*call.context, event);
  if (e == nullptr) return kInvalidHandle;
  if (e->stream == nullptr || e->stream->executed >= e->at) return kSuccess;
  const Result result = execute_one(*e->stream);
  return result == kSuccess ? kNotReady : result;
}

namespace {
int elapsed(const char* name, float* milliseconds, void* start, void* end) {
  ENTER(name);
  Event* a = event_of(*call.context, start);
  Event* b = event_of(*call.context, end);
  if (a == nullptr || b == nullptr || !a->recorded || !b->recorded || !a->timing || !b->timing) {
    return kInvalidHandle;
  }
  for (Event* e : {a, b}) {
    if (e->stream != nullptr && e->stream->executed < e->at) return kNotReady;
  }
  *milliseconds = static_cast<float>((b->seconds - a->seconds) * 1e3);
  return kSuccess;
}
}  // namespace

API cuEventElapsedTime(float* milliseconds, void* start, void* end) {
  return elapsed("cuEventElapsedTime", milliseconds, start, end);
}

// Of CUDA 12.8 and later.
API cuEventElapsedTime_v2(float* milliseconds, void* start, void* end) {
  return elapsed("cuEventElapsedTime_v2", milliseconds, start, end);
}

// ---- launches ----------------------------------------------------------------------------------

API cuLaunchKernel(void* function, unsigned grid_x, unsigned grid_y, unsigned grid_z,
                   unsigned block_x, unsigned block_y, unsigned block_z, unsigned shared_bytes,
                   void* stream, void** parameters, void** extra) {
  ENTER("cuLaunchKernel");
  Function* f = function_of(*call.context, function);
  if (f == nullptr) return kInvalidHandle;
  const Limits& l = driver().limits;
  const uint64_t threads = static_cast<uint64_t>(block_x) * block_y * block_z;
  if (grid_x == 0 || grid_y == 0 || grid_z == 0 || threads == 0) return kInvalidValue;
  if (grid_x > 2147483647u || grid_y > 65535 || grid_z > 65535) return kInvalidValue;
  if (block_x > 1024 || block_y > 1024 || block_z > 64 || threads > 1024) return kInvalidValue;
  if (threads > f->entry->max_threads) return kInvalidValue;
  const int shared_limit = std::max(f->shared_limit, l.shared_per_block);
  if (shared_bytes > static_cast<unsigned>(shared_limit)) return kInvalidValue;
  if (extra != nullptr || parameters == nullptr || parameters[0] == nullptr) return kInvalidValue;
  const size_t room = (f->entry->parameter_size + 63) / 64 * 64;
  auto parameter = std::shared_ptr<void>(std::aligned_alloc(64, room), std::free);
  std::memcpy(parameter.get(), parameters[0], f->entry->parameter_size);
  const Launch launch = {f->entry, nullptr, {grid_x, grid_y, grid_z}, {block_x, block_y, block_z},
                         shared_bytes};
  return enqueue(*call.context, stream, [launch, parameter]() -> Result {
    Launch now = launch;
    now.parameter = parameter.get();
    const std::string fault = run(now);
    if (fault.empty()) return kSuccess;
    driver().report = fault;
    std::fprintf(stderr, "cochlea emulator: %s\n", fault.c_str());
    if (fault.find("aligned") != std::string::npos) return kMisalignedAddress;
    return fault.find("touches") != std::string::npos ? kIllegalAddress : kLaunchFailed;
  });
}

// Calls back when all that was enqueued before is done.
API cuLaunchHostFunc(void* stream, void (*function)(void*), void* data) {
  ENTER("cuLaunchHostFunc");
  if (function == nullptr) return kInvalidValue;
  return enqueue(*call.context, stream, [function, data]() -> Result {
    function(data);
    return kSuccess;
  });
}

// ---- graphs ------------------------------------------------------------------------------------

API cuStreamBeginCapture_v2(void* stream, int) {
  ENTER("cuStreamBeginCapture_v2");
  Stream* s = stream_of(*call.context, stream);
  if (s == nullptr) return kInvalidHandle;
  if (s == &call.context->null_stream) return kCaptureUnsupported;
  if (s->capture != nullptr) return kInvalidValue;
  s->capture = new Graph();
  s->origin = true;
  call.context->graphs.insert(s->capture);
  return kSuccess;
}

API cuStreamEndCapture(void* stream, void** graph) {
  ENTER("cuStreamEndCapture");
  Stream* s = stream_of(*call.context, stream);
  if (s == nullptr) return kInvalidHandle;
  if (s->capture == nullptr || !s->origin) return kCaptureUnmatched;
  Graph* g = s->capture;
  for (Stream* other : call.context->streams) {
    if (other->capture == g) other->capture = nullptr;
  }
  for (Event* e : call.context->events) {
    if (e->capture == g) e->capture = nullptr;
  }
  s->origin = false;
  *graph = g;
  return kSuccess;
}

API cuStreamGetCaptureInfo(void* stream, int* status, uint64_t* id) {
  ENTER("cuStreamGetCaptureInfo");
  Stream* s = stream_of(*call.context, stream);
  if (s == nullptr) return kInvalidHandle;
  *status = s->capture != nullptr ? 1 : 0;
  if (id != nullptr) *id = reinterpret_cast<uintptr_t>(s->capture);
  return kSuccess;
}

API cuStreamIsCapturing(void* stream, int* status) {
  ENTER("cuStreamIsCapturing");
  Stream* s = stream_of(*call.context, stream);
  if (s == nullptr) return kInvalidHandle;
  *status = s->capture != nullptr ? 1 : 0;
  return kSuccess;
}

API cuThreadExchangeStreamCaptureMode(int* mode) {
  ENTER_WITHOUT_CONTEXT("cuThreadExchangeStreamCaptureMode");
  *mode = 0;
  return kSuccess;
}

namespace {
int instantiate(const char* name, void** executable, void* graph) {
  ENTER(name);
  auto* g = static_cast<Graph*>(graph);
  if (call.context->graphs.count(g) == 0) return kInvalidValue;
  auto* copy = new Graph(*g);
  call.context->graphs.insert(copy);
  *executable = copy;
  return kSuccess;
}
}  // namespace

API cuGraphInstantiateWithFlags(void** executable, void* graph, unsigned long long) {
  return instantiate("cuGraphInstantiateWithFlags", executable, graph);
}

API cuGraphInstantiate_v2(void** executable, void* graph, void** node, char*, size_t) {
  if (node != nullptr) *node = nullptr;
  return instantiate("cuGraphInstantiate_v2", executable, graph);
}

API cuGraphUpload(void* executable, void*) {
  ENTER("cuGraphUpload");
  return call.context->graphs.count(static_cast<Graph*>(executable)) == 0 ? kInvalidValue
                                                                          : kSuccess;
}

API cuGraphLaunch(void* executable, void* stream) {
  ENTER("cuGraphLaunch");
  auto* g = static_cast<Graph*>(executable);
  if (call.context->graphs.count(g) == 0) return kInvalidValue;
  for (const Operation& operation : g->operations) {
    const Result result = enqueue(*call.context, stream, operation);
    if (result != kSuccess) return result;
  }
  return kSuccess;
}

namespace {
int destroy_graph(const char* name, void* graph) {
  ENTER(name);
  auto* g = static_cast<Graph*>(graph);
  if (call.context->graphs.erase(g) == 0) return kInvalidValue;
  delete g;
  return kSuccess;
}
}  // namespace

API cuGraphExecDestroy(void* executable) { return destroy_graph("cuGraphExecDestroy", executable); }

API cuGraphDestroy(void* graph) { return destroy_graph("cuGraphDestroy", graph); }

// ---- errors, symbols ---------------------------------------------------------------------------

API cuGetErrorName(int code, const char** text) {
  for (const Name& n : kNames) {
    if (n.code == code) {
      *text = n.name;
      return kSuccess;
    }
  }
  *text = nullptr;
  return kInvalidValue;
}

API cuGetErrorString(int code, const char** text) {
  for (const Name& n : kNames) {
    if (n.code == code) {
      *text = n.text;
      return kSuccess;
    }
  }
  *text = nullptr;
  return kInvalidValue;
}

API cuGetProcAddress_v2(const char* symbol, void** address, int, unsigned long long, int* status) {
  Dl_info self;
  *address = nullptr;
  if (dladdr(reinterpret_cast<void*>(&cuGetProcAddress_v2), &self) != 0) {
    void* library = dlopen(self.dli_fname, RTLD_LAZY | RTLD_NOLOAD);
    for (const char* suffix : {"_v2", ""}) {
      if (library != nullptr && *address == nullptr) {
        *address = dlsym(library, (std::string(symbol) + suffix).c_str());
      }
    }
  }
  if (status != nullptr) *status = *address == nullptr ? 1 : 0;
  return *address == nullptr ? kNotFound : kSuccess;
}

API cuGetProcAddress(const char* symbol, void** address, int version, unsigned long long flags) {
  return cuGetProcAddress_v2(symbol, address, version, flags, nullptr);
}

// ---- what a device does not have ---------------------------------------------------------------

// The nth call of a function from now on (1: the next) returns a code and does nothing; the ones
// after it work again. A negative code leaves the context in error. nth 0 forgets all of them.
API cochleaEmulatorFail(const char* function, int nth, int code) {
  std::lock_guard lock(driver().mutex);
  if (nth <= 0) {
    driver().injections.clear();
  } else {
    driver().injections.push_back({function, nth, code});
  }
  return 0;
}

// How many things of a kind are alive on all devices: "memory", "bytes", "pinned", "streams",
// "events", "modules", "graphs", "contexts".
extern "C" __attribute__((visibility("default"))) long cochleaEmulatorLive(const char* kind) {
  std::lock_guard lock(driver().mutex);
  const std::string k = kind;
  long sum = 0;
  for (const auto& c : driver().contexts) {
    if (k == "memory") sum += static_cast<long>(c->memory.live_count());
    if (k == "bytes") sum += static_cast<long>(c->memory.live_bytes());
    if (k == "pinned") sum += static_cast<long>(c->pinned.live_count());
    if (k == "streams") sum += static_cast<long>(c->streams.size());
    if (k == "events") sum += static_cast<long>(c->events.size());
    if (k == "modules") sum += static_cast<long>(c->modules.size());
    if (k == "graphs") sum += static_cast<long>(c->graphs.size());
    if (k == "contexts") sum += c->retained;
  }
  return sum;
}

namespace {
std::string leaks() {
  std::string text;
  for (const char* kind : {"memory", "pinned", "streams", "events", "modules", "graphs"}) {
    const long count = cochleaEmulatorLive(kind);
    if (count == 0) continue;
    text += (text.empty() ? "" : ", ") + std::to_string(count) + " " + kind;
  }
  return text;
}

struct AtExit {
  ~AtExit() {
    const char* asked = std::getenv("COCHLEA_EMULATOR_LEAKS");
    if (asked == nullptr || std::atoi(asked) == 0) return;
    const std::string left = leaks();
    if (!left.empty()) std::fprintf(stderr, "cochlea emulator: never freed: %s\n", left.c_str());
  }
} at_exit;
}  // namespace

// What is alive, as "2 memory, 1 streams"; "" when nothing is.
extern "C" __attribute__((visibility("default"))) const char* cochleaEmulatorLeaks() {
  std::lock_guard lock(driver().mutex);
  static thread_local std::string copy;
  copy = leaks();
  return copy.c_str();
}

// What the last kernel that faulted did wrong; "" when none has.
extern "C" __attribute__((visibility("default"))) const char*
cochleaEmulatorReport() {
  std::lock_guard lock(driver().mutex);
  static thread_local std::string copy;
  copy = driver().report;
  return copy.c_str();
}

// For the libraries on top of the driver: a call that can be made to fail; 0 when it may go on.
API cochleaEmulatorCalled(const char* function) {
  ENTER(function);
  return kSuccess;
}

// run(data) when the stream has come so far, as often as a graph repeats it; drop(data) at the end.
API cochleaEmulatorEnqueue(void* stream, int (*run)(void*), void* data, void (*drop)(void*)) {
  const std::shared_ptr<void> owned(data, drop);
  ENTER("cochleaEmulatorEnqueue");
  return enqueue(*call.context, stream, [run, owned]() -> Result {
    return static_cast<Result>(run(owned.get()));
  });
}

// How often a function has been called.
extern "C" __attribute__((visibility("default"))) long cochleaEmulatorCalls(const char* function) {
  std::lock_guard lock(driver().mutex);
  return driver().calls[function];
}

}  // namespace emulator
