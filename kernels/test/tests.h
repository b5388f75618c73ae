// The list of tests; each file adds its own.
#pragma once

#include <vector>

struct Test {
  const char* name;
  void (*run)();
};

inline std::vector<Test>& tests() {
  static std::vector<Test> list;
  return list;
}

struct AddTest {
  AddTest(const char* name, void (*run)()) { tests().push_back({name, run}); }
};

#define TEST(name)                              \
  static void name();                           \
  static const AddTest add_##name(#name, name); \
  static void name()

// After a kernel that faulted: a context that works again.
void reset_device();
