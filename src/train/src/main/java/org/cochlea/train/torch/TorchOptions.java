package org.cochlea.train.torch;

import org.bytedeco.pytorch.Device;
import org.bytedeco.pytorch.global.torch;

/**
 * How libtorch computes.
 *
 * @param precision of everything in between; results are float32
 * @param device in libtorch's words: {@code cpu}, or {@code cuda} and {@code cuda:1} with a build
 *     of libtorch for CUDA
 */
public record TorchOptions(Precision precision, String device) {
  /** The numbers that are computed with. */
  public enum Precision {
    /** 32-bit float. */
    FLOAT32,
    /** 64-bit float. */
    FLOAT64;

    torch.ScalarType type() {
      return this == FLOAT32 ? torch.ScalarType.Float : torch.ScalarType.Double;
    }
  }

  private static final TorchOptions DEFAULTS = new TorchOptions(Precision.FLOAT32, "cpu");

  /** Returns the defaults: float32 on the CPU. */
  public static TorchOptions defaults() {
    return DEFAULTS;
  }

  /** Returns these options with another precision. */
  public TorchOptions withPrecision(Precision other) {
    return new TorchOptions(other, device);
  }

  /** Returns these options with another device. */
  public TorchOptions withDevice(String other) {
    return new TorchOptions(precision, other);
  }

  Device torchDevice() {
    return new Device(device);
  }
}
