package org.cochlea.core.engine;

import org.cochlea.core.Engine;
import org.cochlea.core.Engines;

class ReferenceEngineTest extends EngineContract {
  @Override
  protected Engine engine() {
    return Engines.named("reference");
  }
}
