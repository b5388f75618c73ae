// Device and pinned memory between pages that cannot be touched.
#pragma once

#include <cstddef>
#include <map>
#include <string>

namespace emulator {

// Every allocation ends (to 16 bytes) where a forbidden page begins, and starts as NaNs. Freed
// memory becomes forbidden and its addresses are not given out again for a while, so that a use
// after free is found as surely as one out of bounds.
class FencedMemory {
 public:
  explicit FencedMemory(const char* what) : what_(what) {}

  // Returns nullptr when the machine has no memory left.
  void* allocate(size_t bytes);

  // Returns false when nothing that is alive begins here.
  bool release(void* at);

  // Whether [at, at + bytes) lies in one allocation that is alive.
  bool contains(const void* at, size_t bytes) const;

  // Returns "" or the allocation whose surroundings were written to.
  std::string check() const;

  // "" when the address has never been ours.
  std::string describe(const void* at) const;

  // The start and the size of the allocation that holds an address; false when none does.
  bool find(const void* at, void** base, size_t* bytes) const;

  size_t live_bytes() const { return live_bytes_; }
  size_t live_count() const { return live_count_; }
  void release_all();

 private:
  struct Block {
    unsigned char* mapping;
    size_t mapped;
    unsigned char* data;
    size_t bytes;
    bool alive;
  };

  const Block* holding(const void* at) const;
  bool intact(const Block& b) const;

  const char* what_;
  std::map<const unsigned char*, Block> blocks_;  // by start of the mapping
  size_t live_bytes_ = 0;
  size_t live_count_ = 0;
  size_t dead_bytes_ = 0;
};

}  // namespace emulator
