import org.cochlea.core.Engine;
import org.cochlea.core.engine.cpu.CpuEngine;
import org.cochlea.core.engine.reference.ReferenceEngine;
import org.jspecify.annotations.NullMarked;

/** Audio features as values, and the CPU engines that compute them. */
@NullMarked
module org.cochlea.core {
  requires static transitive org.jspecify;
  requires JTransforms;
  // Only with --add-modules jdk.incubator.vector; the CPU engine does without, more slowly.
  requires static jdk.incubator.vector;

  exports org.cochlea.core;
  exports org.cochlea.core.augment;
  exports org.cochlea.core.basis;
  exports org.cochlea.core.signal;
  exports org.cochlea.core.feature;
  exports org.cochlea.core.preset;
  exports org.cochlea.core.stage;

  uses Engine;

  provides Engine with
      CpuEngine,
      ReferenceEngine;
}
