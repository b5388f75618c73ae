package org.cochlea.train;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;
import org.cochlea.audio.file.ArrayFormat;
import org.cochlea.audio.file.ArrayWriter;
import org.cochlea.audio.file.NdArray;
import org.cochlea.audio.file.Safetensors;
import org.cochlea.train.model.Network;
import org.jspecify.annotations.Nullable;

/** A network's parameters and statistics in a safetensors file, by their names. */
final class Weights {
  private Weights() {}

  private static final String PROTOTYPES = "prototypes";

  static void save(Network network, double @Nullable [][] prototypes, Path file)
      throws IOException {
    try (PointerScope _ = new PointerScope();
        ArrayWriter writer = ArrayWriter.create(file, ArrayFormat.SAFETENSORS)) {
      for (Map.Entry<String, Tensor> entry : network.state().entrySet()) {
        writer.write(entry.getKey(), Tensors.array(entry.getValue()));
      }
      if (prototypes != null) {
        double[] values = Arrays.stream(prototypes).flatMapToDouble(Arrays::stream).toArray();
        writer.write(
            PROTOTYPES, NdArray.of(values, prototypes.length, values.length / prototypes.length));
      }
      writer.finish();
    }
  }

  /**
   * Loads them.
   *
   * @return the points of the classes, or null if the file has none
   * @throws IOException if the file's names and shapes are not those of the network
   */
  static double @Nullable [][] load(Network network, Path file) throws IOException {
    try (PointerScope _ = new PointerScope();
        Safetensors reader = Safetensors.open(file)) {
      List<String> unknown = new ArrayList<>(reader.names());
      for (Map.Entry<String, Tensor> entry : network.state().entrySet()) {
        String name = entry.getKey();
        if (!unknown.remove(name)) {
          throw new IOException("%s: has no \"%s\": it is of another model".formatted(file, name));
        }
        if (!Tensors.copy(reader.read(name), entry.getValue())) {
          throw new IOException(
              "%s: \"%s\" has another shape than in the model".formatted(file, name));
        }
      }
      double[][] prototypes = null;
      if (unknown.remove(PROTOTYPES)) {
        NdArray points = reader.read(PROTOTYPES);
        int width = points.shape()[1];
        double[] values = points.toDoubles();
        prototypes = new double[points.shape()[0]][];
        for (int k = 0; k < prototypes.length; k++) {
          prototypes[k] = Arrays.copyOfRange(values, k * width, (k + 1) * width);
        }
      }
      if (!unknown.isEmpty()) {
        throw new IOException(
            "%s: has \"%s\": it is of another model".formatted(file, unknown.getFirst()));
      }
      return prototypes;
    }
  }
}
