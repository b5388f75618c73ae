package org.cochlea.train;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;
import org.cochlea.audio.dataset.Item;
import org.cochlea.train.data.Targets;
import org.cochlea.train.model.ModelSpec;
import org.cochlea.train.model.Network;
import org.cochlea.train.optim.Loss;
import org.cochlea.train.optim.Target;
import org.cochlea.train.torch.Libtorch;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class ObjectiveTest {
  private static final Targets TARGETS = new Targets(Target.CLASS, List.of("cat", "dog", "owl"));
  private static final float[] LOGITS = {0.5f, -1, 2, 1.5f, 0.25f, -0.5f};
  private static final List<Item> ITEMS =
      List.of(Item.of(Path.of("a.wav"), "dog"), Item.of(Path.of("b.wav"), "cat"));

  @BeforeAll
  static void libtorch() {
    Libtorch.load();
  }

  private static Objective objective(Loss loss, Network network) {
    return new Objective(loss, TARGETS, network, ITEMS);
  }

  private static double loss(Loss loss) {
    try (PointerScope _ = new PointerScope()) {
      Network network = Network.build(new ModelSpec.Linear(), new Network.Input(1, 2, 2), 3);
      Tensor value =
          objective(loss, network).of(Tensor.create(LOGITS).reshape(2, 3), ITEMS, new int[] {2, 2});
      assertNotNull(value);
      return value.item_float();
    }
  }

  private static double minusLog(int row, int k) {
    double sum = 0;
    for (int i = 0; i < 3; i++) {
      sum += Math.exp(LOGITS[3 * row + i]);
    }
    return Math.log(sum) - LOGITS[3 * row + k];
  }

  @Test
  void classesCountByTheirWeights() {
    double dog = minusLog(0, 1);
    double cat = minusLog(1, 0);
    assertEquals((dog + cat) / 2, loss(new Loss.CrossEntropy()), 1e-6);
    assertEquals(
        (3 * dog + cat) / 4, loss(new Loss.CrossEntropy(0, false, Map.of("dog", 3.0))), 1e-6);
    // Both have one clip, so that balancing multiplies all weights by the same.
    assertEquals(
        (3 * dog + cat) / 4, loss(new Loss.CrossEntropy(0, true, Map.of("dog", 3.0))), 1e-6);
  }

  @Test
  void wrongWeightsAreSaid() {
    IllegalArgumentException unknown =
        assertThrows(
            IllegalArgumentException.class,
            () -> loss(new Loss.CrossEntropy(0, false, Map.of("cow", 2.0))));
    assertTrue(
        String.valueOf(unknown.getMessage()).contains("no class \"cow\"; there are cat, dog, owl"));
    assertThrows(
        IllegalArgumentException.class, () -> new Loss.CrossEntropy(0, false, Map.of("cat", 0.0)));
  }
}
