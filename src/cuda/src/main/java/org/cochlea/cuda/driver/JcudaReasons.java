package org.cochlea.cuda.driver;

/** Why JCuda cannot be used, in words; apart, because it must do without JCuda's classes. */
final class JcudaReasons {
  private JcudaReasons() {}

  /** Returns why JCuda cannot be used and what to do. */
  static String of(LinkageError e) {
    if (e instanceof NoClassDefFoundError && String.valueOf(e.getMessage()).startsWith("jcuda/")) {
      return "JCuda is not there: add org.jcuda:jcuda and org.jcuda:jcufft to the class path, or"
          + " --add-modules jcuda,jcufft on the module path";
    }
    String text = String.valueOf(e);
    if (e.getCause() != null) {
      // A second attempt only says that the first one failed.
      text += e.getCause();
    }
    String driver = NativeLibrary.WINDOWS ? "nvcuda.dll" : "libcuda.so.1";
    if (text.contains(driver + ":") || text.contains("dependent libraries")) {
      return "JCuda found no %s: install NVIDIA's driver (nvidia-smi must work), and in a container"
              .formatted(driver)
          + " pass the GPUs on (docker run --gpus all)";
    }
    return "JCuda's native library cannot be loaded: it exists for x86-64 Linux and Windows; put"
        + " jcuda-natives on the class path (it is unpacked into java.io.tmpdir, %s) or its"
            .formatted(System.getProperty("java.io.tmpdir"))
        + " libraries on java.library.path";
  }
}
