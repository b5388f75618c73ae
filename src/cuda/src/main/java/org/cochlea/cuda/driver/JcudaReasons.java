package org.cochlea.cuda.driver;

/** Why JCuda cannot be used, in words; apart, because it must do without JCuda's classes. */
final class JcudaReasons {
  private JcudaReasons() {}

  private static final String ABSENT =
      "JCuda is not there: add org.jcuda:jcuda and org.jcuda:jcufft to the class path, or"
          + " --add-modules jcuda,jcufft on the module path";

  private static final String DENIED =
      "native access is denied: run java with --enable-native-access=jcuda,jcufft, or ALL-UNNAMED"
          + " where they are on the class path";

  /** Returns why JCuda cannot be used and what to do. */
  static String of(LinkageError e) {
    if (absent(e)) {
      return ABSENT;
    }
    if (denied(e)) {
      return DENIED;
    }
    String driver = NativeLibrary.WINDOWS ? "nvcuda.dll" : "libcuda.so.1";
    if (lacks(e, driver)) {
      return "JCuda found no %s: install NVIDIA's driver (nvidia-smi must work), and in a container"
              .formatted(driver)
          + " pass the GPUs on (docker run --gpus all)";
    }
    return natives("jcuda-natives");
  }

  /** Returns why JCufft cannot be used and what to do. */
  static String ofCufft(LinkageError e, String library) {
    if (absent(e)) {
      return ABSENT;
    }
    if (denied(e)) {
      return DENIED;
    }
    if (lacks(e, library)) {
      return "JCufft found no %s, the cuFFT of CUDA 11: install the CUDA toolkit 11, or pip install"
              .formatted(library)
          + " nvidia-cufft-cu11, and name its folder in LD_LIBRARY_PATH; or use the binding ffm,"
          + " which takes any cuFFT";
    }
    return natives("jcufft-natives");
  }

  private static boolean absent(LinkageError e) {
    return e instanceof NoClassDefFoundError && String.valueOf(e.getMessage()).startsWith("jcuda/");
  }

  private static boolean denied(LinkageError e) {
    return String.valueOf(e).contains("Illegal native access");
  }

  /** The loader's words for a library that another needs: of Linux, of Windows. */
  private static boolean lacks(LinkageError e, String library) {
    String text = String.valueOf(e);
    return text.contains(library + ": cannot open") || text.contains("dependent libraries");
  }

  private static String natives(String artifact) {
    return "JCuda's native library cannot be loaded: it exists for x86-64 Linux and Windows; put"
        + " %s on the class path (it is unpacked into java.io.tmpdir, %s), or its libraries on"
            .formatted(artifact, System.getProperty("java.io.tmpdir"))
        + " java.library.path";
  }
}
