import org.cochlea.core.Engine;
import org.cochlea.opencl.OpenClEngine;
import org.jspecify.annotations.NullMarked;

/**
 * The OpenCL engine: the same pipelines on GPUs of any maker, and on CPUs through PoCL, by Aparapi.
 *
 * <p>Native access: {@code --enable-native-access=aparapi,aparapi.jni,org.cochlea.opencl}. Needed
 * at run time: an OpenCL driver.
 */
@NullMarked
module org.cochlea.opencl {
  requires static org.jspecify;
  requires transitive org.cochlea.core;
  requires aparapi;
  requires java.logging;

  exports org.cochlea.opencl;

  // Aparapi reads the kernel's bytes and its fields.
  opens org.cochlea.opencl.kernel to
      aparapi;

  provides Engine with
      OpenClEngine;
}
