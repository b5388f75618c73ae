package org.cochlea.cuda;

import org.cochlea.core.Engine;
import org.cochlea.core.engine.EngineContract;
import org.cochlea.cuda.driver.Emulator;
import org.junit.jupiter.api.AfterAll;

/** The contract of engines, on the emulated driver, through JCuda; the parity is the kernels'. */
@Emulator.Needs
class CudaJcudaTest extends EngineContract {
  private static final CudaEngine ENGINE = new CudaEngine(new CudaOptions("jcuda", "auto", 0));

  @AfterAll
  static void close() {
    ENGINE.close();
  }

  @Override
  protected Engine engine() {
    return ENGINE;
  }
}
