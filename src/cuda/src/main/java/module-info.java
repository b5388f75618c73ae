import org.cochlea.core.Engine;
import org.cochlea.cuda.CudaEngine;
import org.jspecify.annotations.NullMarked;

/**
 * The CUDA engine: the same pipelines on NVIDIA GPUs.
 *
 * <p>It needs nothing but NVIDIA's driver, and native access: {@code
 * --enable-native-access=org.cochlea.cuda}. The binding called {@code jcuda} needs JCuda, which is
 * optional; a launcher that uses it from the module path names it, {@code --add-modules
 * jcuda,jcufft}, and puts the folder of its native libraries on {@code java.library.path}.
 */
@NullMarked
module org.cochlea.cuda {
  requires static org.jspecify;
  requires transitive org.cochlea.core;
  requires static jcuda;
  requires static jcufft;

  exports org.cochlea.cuda;

  provides Engine with
      CudaEngine;
}
