package org.cochlea.core.engine;

import org.cochlea.core.Engine;
import org.cochlea.core.Engines;

/** Resampling, filters and Griffin-Lim on the cpu engine. */
class CpuFilterStagesTest extends FilterStagesContract {
  @Override
  protected Engine engine() {
    return Engines.named("cpu");
  }
}
