import org.cochlea.core.Engine;
import org.cochlea.train.torch.TorchEngine;
import org.jspecify.annotations.NullMarked;

/**
 * Training: libtorch on the features of the other modules.
 *
 * <p>libtorch comes with {@code org.bytedeco:pytorch}, whose native libraries JavaCPP unpacks once
 * into {@code ~/.javacpp/cache} (about 400 MB; {@code -Dorg.bytedeco.javacpp.cachedir=PATH} chooses
 * another folder). A launcher that uses the module path names what no module requires, {@code
 * --add-modules ALL-MODULE-PATH}, and allows native access: {@code
 * --enable-native-access=org.bytedeco.javacpp,org.bytedeco.openblas,org.bytedeco.pytorch}.
 */
@NullMarked
module org.cochlea.train {
  requires static org.jspecify;
  requires transitive org.cochlea.core;
  requires transitive org.cochlea.audio;
  requires transitive org.cochlea.cuda;
  requires transitive org.bytedeco.pytorch;
  requires com.fasterxml.jackson.annotation;
  requires tools.jackson.databind;
  requires java.logging;
  requires libsvm;
  requires org.tribuo.classification.core;
  requires org.tribuo.classification.dtree;
  requires org.tribuo.classification.libsvm;
  requires org.tribuo.classification.sgd;
  requires org.tribuo.common.libsvm;
  requires org.tribuo.common.tree;
  requires org.tribuo.core;
  requires org.tribuo.math;

  exports org.cochlea.train;
  exports org.cochlea.train.data;
  exports org.cochlea.train.metric;
  exports org.cochlea.train.model;
  exports org.cochlea.train.optim;
  exports org.cochlea.train.torch;

  provides Engine with
      TorchEngine;

  // Configurations are read and written as JSON.
  opens org.cochlea.train to
      tools.jackson.databind;
  opens org.cochlea.train.data to
      tools.jackson.databind;
  opens org.cochlea.train.model to
      tools.jackson.databind;
  opens org.cochlea.train.optim to
      tools.jackson.databind;
}
