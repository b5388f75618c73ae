package org.cochlea.opencl;

import org.cochlea.core.Engine;
import org.cochlea.core.engine.EngineParity;

/** The contract of engines, on the first OpenCL device. */
@NeedsDevice
class OpenClEngineTest extends EngineParity {
  private static final OpenClEngine ENGINE = new OpenClEngine(new OpenClOptions("0", 0));

  @Override
  protected Engine engine() {
    return ENGINE;
  }
}
