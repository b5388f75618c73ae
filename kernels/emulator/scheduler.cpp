// Fibers, barriers and warp operations.
//
// Every thread of a block is a fiber with a stack of its own. A worker runs the fibers of one block
// one after the other, each until it ends or has to wait; the order can be reversed or shuffled
// (COCHLEA_EMULATOR_ORDER=forward|reverse|shuffle), which brings data races to light: between two
// barriers a fiber sees everything of the fibers before it and nothing of those after it. Blocks
// are shared out among workers (COCHLEA_EMULATOR_THREADS), in no fixed order.
#include "scheduler.h"

#include <pthread.h>
#include <setjmp.h>
#include <signal.h>
#include <sys/mman.h>
#include <unistd.h>

#include <atomic>
#include <condition_variable>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <mutex>
#include <random>
#include <thread>
#include <vector>

#ifndef __x86_64__
#include <ucontext.h>
#endif

namespace emulator {

thread_local Lane* lane = nullptr;

namespace {

constexpr int kWarp = 32;
constexpr int kMaxThreads = 1024;
constexpr size_t kStackBytes = 128 << 10;
constexpr size_t kSharedArena = 256 << 10;
constexpr int kCanaryBytes = 64;
constexpr unsigned char kPoison = 0xFF;  // floats and halves of these bytes are NaNs

const Entry*& entries() {
  static const Entry* first = nullptr;
  return first;
}

// ---- switching stacks --------------------------------------------------------------------------

#ifdef __x86_64__
// Saves what the calling convention asks for on the old stack, then goes on with the new one.
// swapcontext would do, with two system calls for each switch.
extern "C" void cochlea_switch_stack(void** save, void* to);
asm(R"(
.text
.globl cochlea_switch_stack
.hidden cochlea_switch_stack
.type cochlea_switch_stack,@function
cochlea_switch_stack:
  pushq %rbp
  pushq %rbx
  pushq %r12
  pushq %r13
  pushq %r14
  pushq %r15
  movq %rsp, (%rdi)
  movq %rsi, %rsp
  popq %r15
  popq %r14
  popq %r13
  popq %r12
  popq %rbx
  popq %rbp
  ret
.size cochlea_switch_stack,.-cochlea_switch_stack
)");

struct Stack {
  void* pointer = nullptr;
};

void prepare(Stack& stack, unsigned char* top, void (*start)()) {
  // On entry to a function the stack pointer is 8 modulo 16.
  auto** at = reinterpret_cast<void**>(top) - 2;
  *--at = nullptr;
  *--at = reinterpret_cast<void*>(start);
  for (int i = 0; i < 6; i++) *--at = nullptr;
  stack.pointer = at;
}

void switch_stack(Stack& from, Stack& to) { cochlea_switch_stack(&from.pointer, to.pointer); }
#else
struct Stack {
  ucontext_t context;
};

void prepare(Stack& stack, unsigned char* top, void (*start)()) {
  getcontext(&stack.context);
  stack.context.uc_stack.ss_sp = top - kStackBytes;
  stack.context.uc_stack.ss_size = kStackBytes;
  stack.context.uc_link = nullptr;
  makecontext(&stack.context, start, 0);
}

void switch_stack(Stack& from, Stack& to) { swapcontext(&from.context, &to.context); }
#endif

// ---- a block -----------------------------------------------------------------------------------

enum class State { kReady, kBarrier, kWarp, kDone };

struct Copy {
  void* to;
  const void* from;
  int bytes;
};

struct Fiber {
  Lane lane;
  Stack stack;
  State state;
  // Where it waits, and for what.
  const char* file;
  int line;
  WarpOperation operation;
  unsigned mask;
  uint64_t value;
  int source;
  std::vector<Copy> copies;
};

enum class Order { kForward, kReverse, kShuffle };

Order order_of_environment() {
  const char* value = std::getenv("COCHLEA_EMULATOR_ORDER");
  const std::string order = value == nullptr ? "forward" : value;
  if (order == "reverse") return Order::kReverse;
  if (order == "shuffle") return Order::kShuffle;
  return Order::kForward;
}

std::string place(const Fiber& f) {
  const char* slash = std::strrchr(f.file, '/');
  return std::string(slash == nullptr ? f.file : slash + 1) + ":" + std::to_string(f.line);
}

std::string name(const Dim3& d) {
  return "(" + std::to_string(d.x) + ", " + std::to_string(d.y) + ", " + std::to_string(d.z) + ")";
}

class Worker {
 public:
  Worker() {
    const size_t page = sysconf(_SC_PAGESIZE);
    stacks_bytes_ = kMaxThreads * (kStackBytes + page);
    stacks_ = map(stacks_bytes_);
    for (int i = 0; i < kMaxThreads; i++) {
      mprotect(stacks_ + i * (kStackBytes + page), page, PROT_NONE);
    }
    arena_ = map(kSharedArena + page);
    mprotect(arena_ + kSharedArena, page, PROT_NONE);
    fibers_.resize(kMaxThreads);
  }

  Worker(const Worker&) = delete;
  Worker& operator=(const Worker&) = delete;

  ~Worker() {
    const size_t page = sysconf(_SC_PAGESIZE);
    munmap(stacks_, stacks_bytes_);
    munmap(arena_, kSharedArena + page);
  }

  // Runs one block; returns "" or what went wrong.
  std::string run(const Launch& launch, uint64_t index);

  void wait(State state, const char* file, int line) {
    Fiber& f = *running_;
    f.state = state;
    f.file = file;
    f.line = line;
    switch_stack(f.stack, scheduler_);
  }

  Fiber& running() { return *running_; }

  [[noreturn]] void fail(const std::string& message) {
    fault_ = message;
    siglongjmp(escape_, 1);
  }

  static Worker*& current() {
    static thread_local Worker* worker = nullptr;
    return worker;
  }

 private:
  static unsigned char* map(size_t bytes) {
    void* at = mmap(nullptr, bytes, PROT_READ | PROT_WRITE,
                    MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    if (at == MAP_FAILED) {
      std::perror("cochlea emulator: mmap");
      std::abort();
    }
    return static_cast<unsigned char*>(at);
  }

  static void start();
  void sweep();
  bool release_barrier();
  bool release_warps();
  void complete(unsigned warp, unsigned mask);
  std::string who(const Fiber& f) const { return "thread " + name(f.lane.thread); }

  unsigned char* stacks_;
  size_t stacks_bytes_;
  unsigned char* arena_;
  std::vector<Fiber> fibers_;
  std::vector<unsigned> order_;
  unsigned count_ = 0;
  const Launch* launch_ = nullptr;
  Fiber* running_ = nullptr;
  Stack scheduler_;
  sigjmp_buf escape_;
  std::string fault_;
};

void Worker::start() {
  Worker& w = *current();
  Fiber& f = w.running();
  w.launch_->entry->run(w.launch_->parameter);
  if (!f.copies.empty()) w.fail("a copy_async was never awaited");
  f.state = State::kDone;
  switch_stack(f.stack, w.scheduler_);
  std::abort();  // A thread that has ended is never run again.
}

void Worker::sweep() {
  for (const unsigned i : order_) {
    Fiber& f = fibers_[i];
    if (f.state != State::kReady) continue;
    running_ = &f;
    lane = &f.lane;
    switch_stack(scheduler_, f.stack);
    lane = nullptr;
  }
}

bool Worker::release_barrier() {
  const Fiber* first = nullptr;
  for (unsigned i = 0; i < count_; i++) {
    const Fiber& f = fibers_[i];
    if (f.state == State::kBarrier) {
      if (first == nullptr) first = &f;
    } else if (f.state != State::kDone) {
      return false;
    }
  }
  if (first == nullptr) return false;
  for (unsigned i = 0; i < count_; i++) {
    const Fiber& f = fibers_[i];
    if (f.state == State::kDone) {
      fault_ = who(*first) + " waits at the barrier " + place(*first) + ", " + who(f) +
               " has ended without reaching it";
      return false;
    }
    if (f.line != first->line || std::strcmp(f.file, first->file) != 0) {
      fault_ = "divergent barriers: " + who(*first) + " is at " + place(*first) + ", " + who(f) +
               " at " + place(f);
      return false;
    }
  }
  for (unsigned i = 0; i < count_; i++) fibers_[i].state = State::kReady;
  return true;
}

bool Worker::release_warps() {
  bool released = false;
  for (unsigned base = 0; base < count_; base += kWarp) {
    for (unsigned l = 0; l < kWarp && base + l < count_; l++) {
      const Fiber& f = fibers_[base + l];
      if (f.state != State::kWarp) continue;
      bool complete_mask = true;
      for (unsigned other = 0; other < kWarp; other++) {
        if ((f.mask >> other & 1) == 0) continue;
        if (base + other >= count_ || fibers_[base + other].state == State::kDone) {
          fault_ = who(f) + " names lane " + std::to_string(other) + " at " + place(f) +
                   ", which has ended or never was";
          return false;
        }
        const Fiber& o = fibers_[base + other];
        if (o.state != State::kWarp) {
          complete_mask = false;
          break;
        }
        if (o.mask != f.mask || o.operation != f.operation || o.line != f.line ||
            std::strcmp(o.file, f.file) != 0) {
          fault_ = "mismatched warp operations: " + who(f) + " is at " + place(f) + ", " + who(o) +
                   " at " + place(o);
          return false;
        }
      }
      if ((f.mask >> l & 1) == 0) {
        fault_ = who(f) + " is not in the mask it gives at " + place(f);
        return false;
      }
      if (complete_mask) {
        complete(base, f.mask);
        if (!fault_.empty()) return false;
        released = true;
      }
    }
  }
  return released;
}

void Worker::complete(unsigned base, unsigned mask) {
  uint64_t values[kWarp] = {};
  uint64_t votes = 0;
  for (unsigned l = 0; l < kWarp; l++) {
    if ((mask >> l & 1) == 0) continue;
    values[l] = fibers_[base + l].value;
    votes |= values[l] != 0 ? uint64_t{1} << l : 0;
  }
  for (unsigned l = 0; l < kWarp; l++) {
    if ((mask >> l & 1) == 0) continue;
    Fiber& f = fibers_[base + l];
    switch (f.operation) {
      case WarpOperation::kSync:
        break;
      case WarpOperation::kBallot:
        f.value = votes;
        break;
      case WarpOperation::kShuffle:
        if (f.source < 0 || f.source >= kWarp || (mask >> f.source & 1) == 0) {
          fault_ = who(f) + " reads lane " + std::to_string(f.source) + " at " + place(f) +
                   ", which does not take part";
          return;
        }
        f.value = values[f.source];
        break;
    }
    f.state = State::kReady;
  }
}

std::string Worker::run(const Launch& launch, uint64_t index) {
  const size_t page = sysconf(_SC_PAGESIZE);
  current() = this;
  launch_ = &launch;
  fault_.clear();
  count_ = launch.block.x * launch.block.y * launch.block.z;
  const Dim3 block = {static_cast<unsigned>(index % launch.grid.x),
                      static_cast<unsigned>(index / launch.grid.x % launch.grid.y),
                      static_cast<unsigned>(index / launch.grid.x / launch.grid.y)};
  const size_t shared = (launch.shared_bytes + 15) / 16 * 16;
  unsigned char* base = arena_ + kSharedArena - shared;
  std::memset(base - kCanaryBytes, kPoison, shared + kCanaryBytes);
  static const Order order = order_of_environment();
  order_.resize(count_);
  for (unsigned i = 0; i < count_; i++) {
    order_[i] = order == Order::kReverse ? count_ - 1 - i : i;
  }
  if (order == Order::kShuffle) {
    std::minstd_rand random(static_cast<unsigned>(index) + 1);
    for (unsigned i = count_ - 1; i > 0; i--) std::swap(order_[i], order_[random() % (i + 1)]);
  }
  for (unsigned i = 0; i < count_; i++) {
    Fiber& f = fibers_[i];
    f.lane = {{i % launch.block.x, i / launch.block.x % launch.block.y,
               i / launch.block.x / launch.block.y},
              block,
              launch.block,
              launch.grid,
              base};
    f.state = State::kReady;
    f.copies.clear();
    prepare(f.stack, stacks_ + (i + 1) * (kStackBytes + page), start);
  }
  if (sigsetjmp(escape_, 1) == 0) {
    while (true) {
      sweep();
      bool done = true;
      for (unsigned i = 0; i < count_ && done; i++) done = fibers_[i].state == State::kDone;
      if (done) break;
      if (!release_warps() && fault_.empty() && !release_barrier() && fault_.empty()) {
        fault_ = "deadlock";
        for (unsigned i = 0; i < count_; i++) {
          if (fibers_[i].state == State::kWarp || fibers_[i].state == State::kBarrier) {
            fault_ += ": " + who(fibers_[i]) + " waits at " + place(fibers_[i]);
            break;
          }
        }
      }
      if (!fault_.empty()) break;
    }
  }
  lane = nullptr;
  if (fault_.empty()) {
    for (int i = 1; i <= kCanaryBytes; i++) {
      if (base[-i] != kPoison) {
        fault_ = "a write before the start of shared memory";
        break;
      }
    }
  }
  if (fault_.empty()) return "";
  return std::string(launch.entry->name) + ", block " + name(block) + " of " + name(launch.grid) +
         ": " + fault_;
}

// ---- faults ------------------------------------------------------------------------------------

struct sigaction previous_segv;
struct sigaction previous_bus;

// A page that a kernel must not touch ends the launch; any other fault is somebody else's.
void on_fault(int signal, siginfo_t* info, void* context) {
  if (lane != nullptr) {
    Worker::current()->fail("touches " + describe_address(info->si_addr));
  }
  const struct sigaction& previous = signal == SIGSEGV ? previous_segv : previous_bus;
  if ((previous.sa_flags & SA_SIGINFO) != 0) {
    previous.sa_sigaction(signal, info, context);
  } else if (previous.sa_handler == SIG_DFL || previous.sa_handler == SIG_IGN) {
    ::signal(signal, SIG_DFL);
    raise(signal);
  } else {
    previous.sa_handler(signal);
  }
}

void install_handlers() {
  struct sigaction action = {};
  action.sa_sigaction = on_fault;
  action.sa_flags = SA_SIGINFO | SA_ONSTACK | SA_NODEFER;
  sigaction(SIGSEGV, &action, &previous_segv);
  sigaction(SIGBUS, &action, &previous_bus);
}

// ---- workers -----------------------------------------------------------------------------------

int worker_count() {
  const char* value = std::getenv("COCHLEA_EMULATOR_THREADS");
  if (value != nullptr && std::atoi(value) > 0) return std::atoi(value);
  return static_cast<int>(std::min(4u, std::max(1u, std::thread::hardware_concurrency())));
}

// Threads that live as long as the process and share out the blocks of one launch at a time.
class Pool {
 public:
  Pool() {
    install_handlers();
    for (int i = 0; i < worker_count(); i++) {
      std::thread([this] { work(); }).detach();
    }
  }

  std::string run(const Launch& launch) {
    std::unique_lock lock(mutex_);
    launch_ = &launch;
    blocks_ = static_cast<uint64_t>(launch.grid.x) * launch.grid.y * launch.grid.z;
    next_ = 0;
    fault_.clear();
    busy_ = 0;
    wake_.notify_all();
    done_.wait(lock, [this] { return busy_ == 0 && next_ >= blocks_; });
    launch_ = nullptr;
    return fault_;
  }

 private:
  void work() {
    // Faults are handled on a stack of their own: a fiber's may be what ran out.
    std::vector<unsigned char> alternate(64 << 10);
    const stack_t stack = {alternate.data(), 0, alternate.size()};
    sigaltstack(&stack, nullptr);
    Worker worker;
    std::unique_lock lock(mutex_);
    while (true) {
      wake_.wait(lock, [this] { return launch_ != nullptr && next_ < blocks_; });
      busy_++;
      while (next_ < blocks_) {
        const uint64_t from = next_;
        const uint64_t to = std::min(blocks_, from + 4);
        next_ = to;
        const Launch launch = *launch_;
        lock.unlock();
        std::string fault;
        for (uint64_t i = from; i < to && fault.empty(); i++) fault = worker.run(launch, i);
        lock.lock();
        if (!fault.empty()) {
          if (fault_.empty()) fault_ = fault;
          next_ = blocks_;
        }
      }
      if (--busy_ == 0) done_.notify_all();
    }
  }

  std::mutex mutex_;
  std::condition_variable wake_;
  std::condition_variable done_;
  const Launch* launch_ = nullptr;
  uint64_t blocks_ = 0;
  uint64_t next_ = 0;
  int busy_ = 0;
  std::string fault_;
};

}  // namespace

// ---- what kernels call -------------------------------------------------------------------------

Entry::Entry(const char* name, void (*run)(const void*), unsigned size, unsigned alignment,
             unsigned threads)
    : name(name),
      run(run),
      parameter_size(size),
      parameter_alignment(alignment),
      max_threads(threads),
      next(entries()) {
  entries() = this;
}

const Entry* first_entry() { return entries(); }

const Entry* find_entry(const std::string& name) {
  for (const Entry* e = entries(); e != nullptr; e = e->next) {
    if (name == e->name) return e;
  }
  return nullptr;
}

void block_barrier(const char* file, int line) {
  Worker::current()->wait(State::kBarrier, file, line);
}

uint64_t warp_operation(WarpOperation operation, unsigned mask, uint64_t value, int source,
                        const char* file, int line) {
  Worker& w = *Worker::current();
  Fiber& f = w.running();
  f.operation = operation;
  f.mask = mask;
  f.value = value;
  f.source = source;
  w.wait(State::kWarp, file, line);
  return f.value;
}

void defer_copy(void* to, const void* from, int bytes) {
  Worker::current()->running().copies.push_back({to, from, bytes});
}

void carry_out_copies() {
  std::vector<Copy>& copies = Worker::current()->running().copies;
  for (const Copy& c : copies) std::memcpy(c.to, c.from, c.bytes);
  copies.clear();
}

void kernel_fault(const char* message, const void* address) {
  char text[200];
  std::snprintf(text, sizeof(text), "%s, at %p", message, address);
  Worker::current()->fail(text);
}

std::string run(const Launch& launch) {
  static Pool* pool = new Pool();
  return pool->run(launch);
}

}  // namespace emulator
