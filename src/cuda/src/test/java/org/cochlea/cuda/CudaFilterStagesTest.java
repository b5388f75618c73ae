package org.cochlea.cuda;

import org.cochlea.core.Engine;
import org.cochlea.core.engine.FilterStagesContract;
import org.cochlea.cuda.driver.Emulator;
import org.junit.jupiter.api.AfterAll;

/** Resampling, filters and Griffin-Lim on the emulated driver. */
@Emulator.Needs
class CudaFilterStagesTest extends FilterStagesContract {
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
