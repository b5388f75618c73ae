package org.cochlea.opencl;

import com.aparapi.device.OpenCLDevice;
import com.aparapi.internal.model.ClassModel;
import com.aparapi.internal.writer.KernelWriter;
import org.cochlea.opencl.kernel.PipelineKernel;

/** Why a kernel is not built. */
final class BuildLog {
  private BuildLog() {}

  /**
   * Returns the reason in words: that Aparapi does not translate the kernel, or that the driver
   * does not compile what it made; the driver's own log is printed by Aparapi's native code.
   */
  static String of(OpenCLDevice device, PipelineKernel kernel, Throwable failure) {
    try {
      int length =
          KernelWriter.writeToString(
                  ClassModel.createClassModel(kernel.getClass()).getEntrypoint("run", kernel))
              .length();
      return "%s refuses its OpenCL (%d characters), the log is on standard error: %s"
          .formatted(device.getOpenCLPlatform().getVersion().strip(), length, failure.getMessage());
    } catch (Exception e) {
      return "Aparapi does not translate it: " + e;
    }
  }
}
