package org.cochlea.opencl;

import com.aparapi.Kernel;
import com.aparapi.device.OpenCLDevice;

/** Has a kernel built, twice, that the driver does not take, and prints what the engine says. */
final class RefusedBuild {
  private RefusedBuild() {}

  /** Aparapi translates it; a driver does not take the name of an address space for a buffer's. */
  public static final class Refused extends Kernel {
    public float[] global = new float[1];

    @Override
    public void run() {
      global[getGlobalId()] = 1f;
    }
  }

  /** Prints a line per build. */
  public static void main(String... args) {
    OpenCLDevice device = Devices.all().getFirst();
    for (int i = 0; i < 2; i++) {
      try {
        KernelPool.build(new Refused(), device);
      } catch (OpenClException e) {
        System.out.println("message: " + String.valueOf(e.getMessage()).replace('\n', ' '));
      }
    }
  }
}
