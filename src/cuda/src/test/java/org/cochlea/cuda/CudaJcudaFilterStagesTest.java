package org.cochlea.cuda;

import org.cochlea.core.Engine;
import org.cochlea.core.engine.FilterStagesContract;
import org.cochlea.cuda.driver.Emulator;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;

/** Resampling, filters and Griffin-Lim on the emulated driver, through JCuda. */
@Emulator.Needs
class CudaJcudaFilterStagesTest extends FilterStagesContract {
  private static final CudaEngine ENGINE = new CudaEngine(new CudaOptions("jcuda", "auto", 0));

  @BeforeAll
  static void natives() {
    Emulator.requireJcuda();
  }

  @AfterAll
  static void close() {
    ENGINE.close();
  }

  @Override
  protected Engine engine() {
    return ENGINE;
  }
}
