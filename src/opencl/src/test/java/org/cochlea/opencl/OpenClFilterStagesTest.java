package org.cochlea.opencl;

import org.cochlea.core.Engine;
import org.cochlea.core.engine.FilterStagesContract;

/** Resampling, filters and Griffin-Lim. */
@NeedsDevice
class OpenClFilterStagesTest extends FilterStagesContract {
  private static final OpenClEngine ENGINE = new OpenClEngine(new OpenClOptions("0", 0));

  @Override
  protected Engine engine() {
    return ENGINE;
  }
}
