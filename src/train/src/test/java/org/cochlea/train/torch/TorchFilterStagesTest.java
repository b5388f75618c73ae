package org.cochlea.train.torch;

import org.bytedeco.pytorch.global.torch;
import org.cochlea.core.Engine;
import org.cochlea.core.Engines;
import org.cochlea.core.engine.FilterStagesContract;
import org.junit.jupiter.api.BeforeAll;

/** Resampling, filters and Griffin-Lim on the torch engine. */
class TorchFilterStagesTest extends FilterStagesContract {
  @BeforeAll
  static void oneThread() {
    Libtorch.load();
    torch.set_num_threads(1);
  }

  @Override
  protected Engine engine() {
    return Engines.named("torch");
  }
}
