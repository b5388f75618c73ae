package org.cochlea.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.cochlea.cuda.CudaOptions;
import org.cochlea.opencl.OpenClOptions;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Which devices the cuda and opencl engines use, and how Java calls CUDA's driver. */
final class GpuOptions {
  @Option(
      names = "--device",
      paramLabel = "GPU",
      description =
          "GPUs of the cuda engine: auto (the first that can run; default), all, or indices and"
              + " UUIDs between commas, as nvidia-smi -L lists them.")
  private @Nullable String device;

  @Option(
      names = "--cuda-binding",
      paramLabel = "NAME",
      description = "How Java calls the CUDA driver: ffm (default) or jcuda.")
  private @Nullable String binding;

  @Option(
      names = "--opencl-device",
      paramLabel = "DEVICE",
      description =
          "Devices of the opencl engine: auto (the first GPU, else the first other; default), all,"
              + " or indices and parts of names between commas, as 'cochlea engines' lists them.")
  private @Nullable String openClDevice;

  /**
   * Makes engines that are found from now on use them.
   *
   * @throws IllegalArgumentException if they are not of the forms above
   */
  void apply() {
    CudaOptions options =
        new CudaOptions(binding == null ? "ffm" : binding, device == null ? "auto" : device, 0);
    OptionNames.in(
        Map.of(CudaOptions.BINDING_PROPERTY, "--cuda-binding", "device", "--device"),
        options::requireWellFormed);
    if (device != null) {
      System.setProperty(CudaOptions.DEVICES_PROPERTY, device);
    }
    if (binding != null) {
      System.setProperty(CudaOptions.BINDING_PROPERTY, binding);
    }
    if (openClDevice != null) {
      String choice = openClDevice;
      OptionNames.in(Map.of("devices", "--opencl-device"), () -> new OpenClOptions(choice, 0));
      System.setProperty(OpenClOptions.DEVICES_PROPERTY, choice);
    }
  }

  /** Returns these options as they are typed, for another command. */
  List<String> words() {
    List<String> words = new ArrayList<>();
    if (device != null) {
      words.addAll(List.of("--device", device));
    }
    if (binding != null) {
      words.addAll(List.of("--cuda-binding", binding));
    }
    if (openClDevice != null) {
      words.addAll(List.of("--opencl-device", openClDevice));
    }
    return words;
  }
}
