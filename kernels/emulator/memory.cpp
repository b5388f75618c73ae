#include "memory.h"

#include <sys/mman.h>
#include <unistd.h>

#include <cstdint>
#include <cstdio>
#include <cstring>

namespace emulator {

namespace {
constexpr unsigned char kPoison = 0xFF;
constexpr size_t kQuarantine = size_t{16} << 30;  // of addresses, not of memory
}  // namespace

void* FencedMemory::allocate(size_t bytes) {
  const size_t page = sysconf(_SC_PAGESIZE);
  const size_t room = (bytes + 15) / 16 * 16;
  const size_t inner = (room + page - 1) / page * page;
  const size_t mapped = inner + 2 * page;
  void* at = mmap(nullptr, mapped, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  if (at == MAP_FAILED) return nullptr;
  auto* mapping = static_cast<unsigned char*>(at);
  if (inner > 0 && mprotect(mapping + page, inner, PROT_READ | PROT_WRITE) != 0) {
    munmap(at, mapped);
    return nullptr;
  }
  if (inner > 0) std::memset(mapping + page, kPoison, inner);
  Block block = {mapping, mapped, mapping + page + inner - room, bytes, true};
  blocks_[mapping] = block;
  live_bytes_ += bytes;
  live_count_++;
  return block.data;
}

bool FencedMemory::intact(const Block& b) const {
  const size_t page = sysconf(_SC_PAGESIZE);
  const unsigned char* end = b.mapping + b.mapped - page;
  for (const unsigned char* p = b.mapping + page; p < b.data; p++) {
    if (*p != kPoison) return false;
  }
  for (const unsigned char* p = b.data + b.bytes; p < end; p++) {
    if (*p != kPoison) return false;
  }
  return true;
}

bool FencedMemory::release(void* at) {
  const Block* found = holding(at);
  if (found == nullptr || found->data != at || !found->alive) return false;
  Block& b = blocks_[found->mapping];
  b.alive = false;
  live_bytes_ -= b.bytes;
  live_count_--;
  dead_bytes_ += b.mapped;
  // A fresh mapping gives the memory back and keeps the addresses.
  mmap(b.mapping, b.mapped, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE | MAP_FIXED, -1,
       0);
  if (dead_bytes_ > kQuarantine) {
    for (auto i = blocks_.begin(); i != blocks_.end();) {
      if (i->second.alive) {
        ++i;
      } else {
        munmap(i->second.mapping, i->second.mapped);
        i = blocks_.erase(i);
      }
    }
    dead_bytes_ = 0;
  }
  return true;
}

void FencedMemory::release_all() {
  for (auto& [start, block] : blocks_) {
    if (block.alive) munmap(block.mapping, block.mapped);
  }
  for (auto i = blocks_.begin(); i != blocks_.end();) {
    i = i->second.alive ? blocks_.erase(i) : std::next(i);
  }
  live_bytes_ = 0;
  live_count_ = 0;
}

const FencedMemory::Block* FencedMemory::holding(const void* at) const {
  auto i = blocks_.upper_bound(static_cast<const unsigned char*>(at));
  if (i == blocks_.begin()) return nullptr;
  --i;
  const Block& b = i->second;
  return at < b.mapping + b.mapped ? &b : nullptr;
}

bool FencedMemory::contains(const void* at, size_t bytes) const {
  const Block* b = holding(at);
  return b != nullptr && b->alive && at >= b->data &&
         static_cast<const unsigned char*>(at) + bytes <= b->data + b->bytes;
}

bool FencedMemory::find(const void* at, void** base, size_t* bytes) const {
  if (!contains(at, 0)) return false;
  const Block* b = holding(at);
  *base = b->data;
  *bytes = b->bytes;
  return true;
}

std::string FencedMemory::check() const {
  for (const auto& [start, block] : blocks_) {
    if (block.alive && !intact(block)) {
      return std::string("a write outside the ") + what_ + " allocation of " +
             std::to_string(block.bytes) + " bytes";
    }
  }
  return "";
}

std::string FencedMemory::describe(const void* at) const {
  const Block* b = holding(at);
  if (b == nullptr) return "";
  const auto offset = static_cast<const unsigned char*>(at) - b->data;
  return std::string("byte ") + std::to_string(offset) + " of a " + (b->alive ? "" : "freed ") +
         what_ + " allocation of " + std::to_string(b->bytes) + " bytes";
}

}  // namespace emulator
