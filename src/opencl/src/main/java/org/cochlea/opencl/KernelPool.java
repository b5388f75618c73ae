package org.cochlea.opencl;

import com.aparapi.Kernel;
import com.aparapi.Range;
import com.aparapi.device.OpenCLDevice;
import com.aparapi.exception.CompileFailedException;
import com.aparapi.internal.exception.AparapiException;
import com.aparapi.internal.model.ClassModel;
import com.aparapi.internal.writer.KernelWriter;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;
import org.cochlea.opencl.kernel.NotOnDeviceException;
import org.cochlea.opencl.kernel.PipelineKernel;

/**
 * Kernel objects that are made for a device and not in use: every one has a context of its own, and
 * making one takes longer than many a batch.
 */
final class KernelPool implements AutoCloseable {
  /** A program of one pass without operations, and a batch without rows. */
  private static final int[] NOTHING = {1, 1, DeviceProgram.BLOCK, 4, 0};

  private static final int[] NO_ROWS = new int[5];

  private final Map<OpenCLDevice, Deque<PipelineKernel>> idle = new HashMap<>();

  /**
   * Returns a kernel that is built.
   *
   * @throws OpenClException if the device's driver does not build it
   */
  PipelineKernel take(OpenCLDevice device) {
    synchronized (this) {
      Deque<PipelineKernel> kernels = idle.get(device);
      if (kernels != null && !kernels.isEmpty()) {
        return kernels.pop();
      }
    }
    PipelineKernel kernel = new PipelineKernel();
    build(kernel, device);
    kernel.setExecutionModeWithoutFallback(PipelineKernel.mode(device));
    kernel.setExplicit(true);
    return kernel;
  }

  /**
   * Builds a kernel.
   *
   * @throws OpenClException if Aparapi does not translate it, or the device's driver does not build
   *     it: with the name of the device, and the driver's log
   */
  static void build(Kernel kernel, OpenCLDevice device) {
    try {
      kernel.compile(device);
    } catch (CompileFailedException e) {
      String source;
      try {
        source =
            KernelWriter.writeToString(
                ClassModel.createClassModel(kernel.getClass()).getEntrypoint("run", kernel));
      } catch (AparapiException untranslated) {
        throw new OpenClException(
            "Aparapi does not translate %s: %s"
                .formatted(kernel.getClass().getSimpleName(), untranslated.getMessage()),
            untranslated);
      }
      throw new OpenClException(
          "%s (%s) does not build %s, %d characters of OpenCL:%n%s"
              .formatted(
                  Devices.name(device),
                  device.getOpenCLPlatform().getVersion().strip(),
                  kernel.getClass().getSimpleName(),
                  source.length(),
                  BuildLog.of(device, source)),
          e);
    }
  }

  /** Takes a kernel back. */
  void give(OpenCLDevice device, PipelineKernel kernel) {
    kernel.input = new float[1];
    kernel.memory = new float[1];
    kernel.output = new float[1];
    kernel.tables = new float[1];
    kernel.drawn = new float[1];
    kernel.area = new float[1];
    kernel.code = NOTHING;
    kernel.rows = NO_ROWS;
    try {
      // Buffers are freed when a launch finds other arrays.
      kernel.execute(Range.create(device, 1, 1), 1);
    } catch (NotOnDeviceException | StackOverflowError e) {
      kernel.dispose();
      return;
    }
    synchronized (this) {
      idle.computeIfAbsent(device, _ -> new ArrayDeque<>()).push(kernel);
    }
  }

  /** Frees the kernels that are not in use. All of them have run: Aparapi cannot free others. */
  @Override
  public synchronized void close() {
    for (Deque<PipelineKernel> kernels : idle.values()) {
      kernels.forEach(PipelineKernel::dispose);
    }
    idle.clear();
  }
}
