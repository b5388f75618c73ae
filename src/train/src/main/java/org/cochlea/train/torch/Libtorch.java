package org.cochlea.train.torch;

import java.util.List;
import org.bytedeco.javacpp.Loader;
import org.bytedeco.pytorch.global.torch;
import org.cochlea.core.EngineUnavailableException;

/** Whether libtorch is there, and its loading. */
public final class Libtorch {
  private Libtorch() {}

  /**
   * Returns every reason why libtorch cannot run here; none if it can. Loads nothing: what is asked
   * is whether its native libraries are on the class or module path.
   */
  public static List<String> reasons() {
    String platform = Loader.getPlatform();
    for (String extension : new String[] {"", "-gpu"}) {
      String name =
          "org/bytedeco/pytorch/%s%s/%s"
              .formatted(platform, extension, System.mapLibraryName("jnitorch"));
      if (ClassLoader.getSystemResource(name) != null) {
        return List.of();
      }
    }
    return List.of(
        "libtorch is not installed: org.bytedeco:pytorch, classifier %s, is not on the class or module path"
            .formatted(platform));
  }

  /**
   * Loads libtorch, which takes about a second; the first time ever its libraries are unpacked.
   *
   * @throws EngineUnavailableException if it cannot run here, with every reason
   */
  public static void load() {
    List<String> reasons = reasons();
    if (!reasons.isEmpty()) {
      throw new EngineUnavailableException("torch", reasons);
    }
    try {
      Loader.load(torch.class);
    } catch (LinkageError e) {
      throw new EngineUnavailableException("torch", List.of("libtorch cannot be loaded: " + e));
    }
  }
}
