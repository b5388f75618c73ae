package org.cochlea.train;

import org.bytedeco.pytorch.Device;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.DeviceType;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.cochlea.train.model.Network;

/** Where a network runs. */
final class Devices {
  /** libtorch's: its default stream, as nothing here makes another one current. */
  static final long STREAM = 0;

  private Devices() {}

  static boolean isCuda(TrainConfig config) {
    return config.training().device().equals("cuda");
  }

  /**
   * Checks that the device is there.
   *
   * @throws IllegalArgumentException if it is not
   */
  static void require(TrainConfig config) {
    if (isCuda(config) && !torch.cuda_is_available()) {
      throw new IllegalArgumentException(
          "training.device: cuda is not available: it needs an NVIDIA GPU and libtorch for CUDA"
              + " (org.bytedeco:pytorch with the classifier linux-x86_64-gpu)");
    }
  }

  static void move(TrainConfig config, Network network) {
    if (isCuda(config)) {
      network.module().to(new Device(DeviceType.CUDA), false);
    }
  }

  static Tensor on(TrainConfig config, Tensor tensor) {
    return isCuda(config) ? tensor.to(new Device(DeviceType.CUDA), ScalarType.Float) : tensor;
  }

  /** Puts a tensor where another is. */
  static Tensor like(Tensor other, Tensor tensor) {
    return tensor.to(other.device(), tensor.scalar_type());
  }

  /** Switches to bfloat16 where that is safe; its range is float's, so no scaling is needed. */
  static void autocast(TrainConfig config, boolean on) {
    if (config.training().mixedPrecision()) {
      // Kept casts of weights would be those from before the last step.
      torch.set_autocast_cache_enabled(false);
      torch.set_autocast_dtype(DeviceType.CUDA, ScalarType.BFloat16);
      torch.set_autocast_enabled(DeviceType.CUDA, on);
    }
  }
}
