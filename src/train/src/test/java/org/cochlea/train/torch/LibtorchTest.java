package org.cochlea.train.torch;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.junit.jupiter.api.Test;

class LibtorchTest {
  @Test
  void libtorchIsThereAndComputes() {
    assertEquals(List.of(), Libtorch.reasons());
    Libtorch.load();
    try (PointerScope _ = new PointerScope()) {
      Tensor ones = torch.ones(3, 4);
      assertEquals(12, torch.sum(ones).item_double());
    }
  }
}
