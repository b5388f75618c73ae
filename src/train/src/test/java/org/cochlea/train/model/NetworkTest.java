package org.cochlea.train.model;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.stream.Stream;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.cochlea.train.model.ModelSpec.Crnn;
import org.cochlea.train.model.ModelSpec.Rnn;
import org.cochlea.train.model.ModelSpec.Tcn;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class NetworkTest {
  /** Parameters counted by hand from the papers' tables, input normalisation (2 x bins) added. */
  static Stream<Arguments> models() {
    return Stream.of(
        // 4040 values to 12 classes.
        Arguments.of("linear", new Network.Input(1, 40, 101), 12, 80 + 4040 * 12 + 12),
        // 160 + 4640 + 18496 + 73856; after one 2x2 pooling of 9x13 there are 4x6 of 128.
        Arguments.of(
            "cnn-instruments",
            new Network.Input(1, 13, 9),
            10,
            26 + 160 + 4640 + 18_496 + 73_856 + (3072 * 128 + 128) + (128 * 64 + 64) + 650),
        // Convolutions without bias, two parameters of each normalisation.
        Arguments.of(
            "cnn-urban-sound",
            new Network.Input(2, 64, 344),
            10,
            256
                + (2 * 8 * 25 + 16)
                + (8 * 16 * 9 + 32)
                + (16 * 32 * 9 + 64)
                + (32 * 64 * 9 + 128)
                + 650),
        Arguments.of(
            "vgg",
            new Network.Input(1, 96, 101),
            200,
            192
                + (288 + 64)
                + 2 * (9216 + 64)
                + (18_432 + 128)
                + (36_864 + 128)
                + (73_728 + 256)
                + (147_456 + 256)
                + (256 * 256 + 256)
                + (256 * 200 + 200)),
        // ResNet-18 with one input channel and 1000 classes has 11,683,240.
        Arguments.of("resnet", new Network.Input(1, 64, 64), 1000, 128 + 11_683_240),
        // GRU of 128 values: 3 x 64 x (64 + 2) x 2 directions with input 128.
        Arguments.of(
            "rnn",
            new Network.Input(2, 64, 50),
            10,
            256 + 2 * 3 * 64 * (128 + 64 + 2) + 128 * 10 + 10),
        Arguments.of("crnn", new Network.Input(1, 96, 101), 200, -1),
        Arguments.of("bc-resnet", new Network.Input(1, 40, 101), 12, -1),
        Arguments.of("cnn", new Network.Input(1, 40, 50), 10, -1),
        Arguments.of("lstm-instruments", new Network.Input(1, 13, 9), 10, -1),
        Arguments.of("tcn", new Network.Input(1, 40, 50), 10, -1));
  }

  @ParameterizedTest
  @MethodSource("models")
  void buildsAndGivesOneRowPerWindow(
      String name, Network.Input input, int outputs, long parameters) {
    ModelSpec spec = ModelSpec.named().getOrDefault(name, new ModelSpec.Linear());
    try (Network network = Network.build(spec, input, outputs);
        PointerScope _ = new PointerScope();
        NoGradGuard _ = new NoGradGuard()) {
      Tensor out = network.forward(torch.randn(3, input.channels(), input.bins(), input.frames()));
      assertEquals(2, out.dim());
      assertEquals(3, out.size(0));
      assertEquals(outputs, out.size(1));
      if (parameters > 0) {
        assertEquals(parameters, network.parameterCount());
      }
      assertTrue(network.parameterCount() > 0);
      assertFalse(network.receptiveField().isEmpty());
    }
  }

  @Test
  void stridesHalveBinsAndFrames() {
    List<ConvBlock> blocks =
        List.of(new ConvBlock(4, 1, 5, 2, 1, 1), new ConvBlock(6, 1, 3, 2, 1, 1));
    ModelSpec.Cnn flat =
        new ModelSpec.Cnn(blocks, true, Activation.RELU, Pooling.FLATTEN, List.of(), 0);
    try (Network network = Network.build(flat, new Network.Input(1, 32, 41), 10)) {
      // 32 x 41, 16 x 21, 8 x 11
      assertEquals(11, network.frames(41));
      long convolutions = 4 * 25 + 8 + 4 * 6 * 9 + 12;
      assertEquals(64 + convolutions + 6 * 8 * 11 * 10 + 10, network.parameterCount());
    }
  }

  @Test
  void theReceptiveFieldOfATcnIsBaisFormula() {
    Tcn spec = new Tcn(8, 4, 3, true, 0, Output.LAST);
    try (Network network = Network.build(spec, new Network.Input(1, 5, 40), 2)) {
      // 1 + 2 (k - 1) (2^L - 1)
      assertEquals(1 + 2 * 2 * 15 + " frames", network.receptiveField());
    }
  }

  @Test
  void aCausalTcnSeesItsReceptiveFieldAndNothingLater() {
    Tcn spec = new Tcn(8, 3, 3, true, 0, Output.FRAMES);
    int frames = 60;
    int field = 1 + 2 * 2 * 7;
    try (Network network = Network.build(spec, new Network.Input(1, 5, frames), 2);
        PointerScope _ = new PointerScope();
        NoGradGuard _ = new NoGradGuard()) {
      assertTrue(network.framewise());
      assertEquals(frames, network.frames(frames));
      Tensor x = torch.randn(1, 1, 5, frames);
      double[] before = values(network.forward(x));
      Tensor changed = x.clone();
      changed.select(3, 20).add_(new Scalar(1.0));
      double[] after = values(network.forward(changed));
      for (int t = 0; t < frames; t++) {
        boolean seen = t >= 20 && t < 20 + field;
        boolean differs = before[2 * t] != after[2 * t] || before[2 * t + 1] != after[2 * t + 1];
        // A ReLU may hide a change, so only what must not differ is asked of every frame.
        assertTrue(seen || !differs, "frame " + t);
      }
      assertNotEquals(before[40], after[40]);
    }
  }

  @Test
  void framesComeOutOfRecurrentNetworks() {
    List<ConvBlock> blocks = List.of(new ConvBlock(4, 1, 3, 1, 2, 2));
    Crnn spec = new Crnn(blocks, ModelSpec.Cell.LSTM, 6, 1, true, 0, Output.FRAMES);
    try (Network network = Network.build(spec, new Network.Input(1, 8, 21), 5);
        PointerScope _ = new PointerScope();
        NoGradGuard _ = new NoGradGuard()) {
      Tensor out = network.forward(torch.randn(2, 1, 8, 21));
      assertArrayEquals(new long[] {2, 10, 5}, new long[] {out.size(0), out.size(1), out.size(2)});
      assertEquals(10, network.frames(21));
      // Another length than it was built for.
      assertEquals(network.frames(33), network.forward(torch.randn(1, 1, 8, 33)).size(1));
    }
  }

  @Test
  void theLastOfBothDirectionsIsTheirOwnEnd() {
    Rnn last = new Rnn(ModelSpec.Cell.GRU, 4, 1, true, List.of(), 0, Output.LAST);
    try (Network network = Network.build(last, new Network.Input(1, 3, 10), 2);
        PointerScope _ = new PointerScope();
        NoGradGuard _ = new NoGradGuard()) {
      Tensor x = torch.randn(1, 1, 3, 10);
      double[] before = values(network.forward(x));
      // The backward direction ends at frame 0, the forward one begins there: both see it.
      x.select(3, 0).add_(new Scalar(1.0));
      assertNotEquals(before[0], values(network.forward(x))[0]);
    }
  }

  @Test
  void whatDoesNotFitIsSaid() {
    IllegalArgumentException small =
        assertThrows(
            IllegalArgumentException.class,
            () -> Network.build(new Crnn(), new Network.Input(1, 20, 50), 3));
    assertTrue(String.valueOf(small.getMessage()).contains("[1, 20, 50]"));
    IllegalArgumentException bins =
        assertThrows(
            IllegalArgumentException.class,
            () -> Network.build(new ModelSpec.BcResNet(), new Network.Input(1, 64, 50), 3));
    assertEquals(
        "bins must divide by 40 for bc-resnet, were 64", String.valueOf(bins.getMessage()));
    assertThrows(IllegalArgumentException.class, () -> new Tcn(8, 2, 4, false, 0, Output.MEAN));
    assertThrows(IllegalArgumentException.class, () -> new ConvBlock(8, 1, 2, 1, 1, 1));
  }

  private static double[] values(Tensor tensor) {
    float[] floats = new float[(int) tensor.numel()];
    tensor.contiguous().data_ptr_float().get(floats);
    double[] values = new double[floats.length];
    for (int i = 0; i < values.length; i++) {
      values[i] = floats[i];
    }
    return values;
  }
}
