// Runs the blocks of a launch on fibers.
#pragma once

#include <string>

#include "shim.h"

namespace emulator {

struct Launch {
  const Entry* entry;
  const void* parameter;
  Dim3 grid;
  Dim3 block;
  unsigned shared_bytes;
};

// Runs a whole launch; returns "" or what the kernel did wrong.
std::string run(const Launch& launch);

// Says what lies at an address that a kernel must not touch; supplied by the driver's memory.
std::string describe_address(const void* address);

const Entry* find_entry(const std::string& name);

// All kernels; the others follow in Entry::next.
const Entry* first_entry();

}  // namespace emulator
