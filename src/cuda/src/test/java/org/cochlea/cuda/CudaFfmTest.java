package org.cochlea.cuda;

import org.cochlea.core.Engine;
import org.cochlea.core.engine.EngineParity;
import org.cochlea.cuda.driver.Emulator;
import org.junit.jupiter.api.AfterAll;

/** The contract of engines, on the emulated driver, through the foreign function interface. */
@Emulator.Needs
class CudaFfmTest extends EngineParity {
  private static final CudaEngine ENGINE = new CudaEngine(new CudaOptions("ffm", "auto", 0));

  @AfterAll
  static void close() {
    ENGINE.close();
  }

  @Override
  protected Engine engine() {
    return ENGINE;
  }
}
