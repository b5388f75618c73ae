package org.cochlea.core.engine;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;

/** The same on kernels that check every index: native ones get the same arguments and do not. */
class CpuEnginePlainTest extends CpuEngineTest {
  private static final String KERNELS = "cochlea.cpu.kernels";

  @BeforeAll
  static void choose() {
    System.setProperty(KERNELS, "plain");
  }

  @AfterAll
  static void leave() {
    System.clearProperty(KERNELS);
  }
}
