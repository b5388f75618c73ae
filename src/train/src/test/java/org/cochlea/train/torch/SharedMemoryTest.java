package org.cochlea.train.torch;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.Arena;
import java.lang.foreign.ValueLayout;
import java.util.Collections;
import java.util.List;
import java.util.SplittableRandom;
import org.bytedeco.javacpp.Pointer;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.cochlea.core.Engines;
import org.cochlea.core.Extractor;
import org.cochlea.core.SampleType;
import org.cochlea.core.Shape;
import org.cochlea.core.Waveform;
import org.cochlea.core.feature.Feature;
import org.cochlea.core.feature.LogMel;
import org.cochlea.core.feature.Stft;
import org.cochlea.core.feature.StftSpec;
import org.cochlea.core.stage.Padding;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class SharedMemoryTest {
  private static final int RATE = 16_000;

  @BeforeAll
  static void load() {
    Libtorch.load();
  }

  private static Waveform clips() {
    SplittableRandom random = new SplittableRandom(3);
    float[] a = new float[5000];
    float[] b = new float[3100];
    for (int i = 0; i < a.length; i++) {
      a[i] = (float) random.nextDouble(-1, 1);
      b[i % b.length] = a[i] / 2;
    }
    return Waveform.batch(List.of(Waveform.of(a, RATE), Waveform.of(b, RATE)));
  }

  private static float[] floats(Tensor tensor) {
    float[] values = new float[Math.toIntExact(tensor.numel())];
    tensor.data_ptr_float().get(values);
    return values;
  }

  @Test
  void anEngineWritesIntoLibtorchsMemory() {
    List<Feature> features =
        List.of(LogMel.librosa(RATE), Stft.of(StftSpec.centred(256, 64, Padding.REFLECT)));
    for (Feature feature : features) {
      Extractor extractor = Engines.named("cpu").compile(feature.pipeline());
      try (FixedFrontend frontend = new FixedFrontend(extractor);
          PointerScope _ = new PointerScope()) {
        org.cochlea.core.Tensor expected = extractor.extract(clips());
        Tensor actual = frontend.forward(clips());
        assertArrayEquals(expected.toArray(), floats(actual));
        assertArrayEquals(SharedMemory.sizes(expected.shape()), actual.shape());
        assertArrayEquals(new int[] {expected.frames(0), expected.frames(1)}, frontend.frames());
      }
    }
  }

  @Test
  void aFeatureIsATensorOfTheSameMemory() {
    try (Arena arena = Arena.ofConfined();
        PointerScope _ = new PointerScope()) {
      Shape shape = new Shape(2, 1, 3, 4, true);
      var feature = org.cochlea.core.Tensor.allocate(shape, arena);
      Tensor tensor = SharedMemory.tensor(feature);
      assertArrayEquals(new long[] {2, 1, 3, 4, 2}, tensor.shape());
      tensor.fill_(new Scalar(2.5));
      assertEquals(2.5f, feature.at(1, 0, 2, 3));
      feature.segment().set(ValueLayout.JAVA_FLOAT, 0, -1);
      assertEquals(-1, tensor.min().item_float());
    }
  }

  @Test
  void memoryIsHeldWhileLibtorchUsesIt() {
    int before = SharedMemory.held();
    try (PointerScope _ = new PointerScope()) {
      Tensor view;
      try (PointerScope _ = new PointerScope()) {
        var feature =
            org.cochlea.core.Tensor.allocate(new Shape(1, 1, 2, 2, false), Arena.ofAuto());
        view = SharedMemory.tensor(feature).narrow(3, 0, 1);
        view.retainReference();
      }
      // The tensor is gone, a view of it is not.
      assertEquals(before + 1, SharedMemory.held());
      assertEquals(0, view.sum().item_float());
      view.releaseReference();
      assertEquals(before, SharedMemory.held());
    }
  }

  @Test
  void memoryOfLibtorchLivesUntilTheArenaIsClosed() {
    org.cochlea.core.Tensor feature;
    Waveform clips;
    try (Arena arena = Arena.ofConfined()) {
      try (PointerScope _ = new PointerScope()) {
        feature = SharedMemory.feature(torch.ones(1, 2, 3, 4).mul(new Scalar(7.0)), arena);
        clips = SharedMemory.waveform(torch.ones(2, 1, 5), new int[] {5, 3}, RATE, arena);
      }
      assertEquals(7, feature.at(0, 1, 2, 3));
      assertArrayEquals(new float[] {1, 1, 1}, clips.toArray(1, 0));
    }
    assertThrows(IllegalStateException.class, () -> feature.at(0, 0, 0, 0));
  }

  @Test
  void clipsInOnePieceAreATensor() {
    try (Arena arena = Arena.ofConfined();
        PointerScope _ = new PointerScope()) {
      var memory = arena.allocate(2L * 2 * 10 * Short.BYTES);
      memory.set(ValueLayout.JAVA_SHORT, 2L * 10 * Short.BYTES, (short) 9);
      Waveform clips = Waveform.wrap(memory, SampleType.INT16, 2, 2, 10, new int[] {10, 4}, RATE);
      Tensor tensor = SharedMemory.tensor(clips);
      assertArrayEquals(new long[] {2, 2, 10}, tensor.shape());
      assertEquals(9, tensor.select(0, 1).sum().item_long());
    }
  }

  @Test
  void misuseIsRefused() {
    try (Arena arena = Arena.ofConfined();
        PointerScope _ = new PointerScope()) {
      var heap = org.cochlea.core.Tensor.allocate(new Shape(1, 1, 2, 2, false));
      assertThrows(IllegalArgumentException.class, () -> SharedMemory.tensor(heap));
      assertThrows(IllegalArgumentException.class, () -> SharedMemory.tensor(clips()));
      Tensor transposed = torch.ones(1, 1, 2, 3).transpose(2, 3);
      assertThrows(IllegalArgumentException.class, () -> SharedMemory.feature(transposed, arena));
      assertThrows(
          IllegalArgumentException.class, () -> SharedMemory.feature(torch.ones(2, 3), arena));
    }
  }

  @Test
  void memoryDoesNotGrow() {
    try (FixedFrontend frontend =
        new FixedFrontend(Engines.named("cpu").compile(LogMel.librosa(RATE).pipeline()))) {
      Waveform in = Waveform.batch(Collections.nCopies(4, clips()));
      run(frontend, in, 1000);
      long pointers = Pointer.totalCount();
      long before = offHeap();
      run(frontend, in, 2000);
      // Fewer, if those of tests before were collected meanwhile.
      assertTrue(Pointer.totalCount() <= pointers);
      // They make 80 MB of features; what the JVM itself takes meanwhile is little.
      assertTrue(offHeap() - before < 40 << 20);
    }
  }

  /** Returns the memory of the process without the heap. */
  private static long offHeap() {
    return Pointer.physicalBytes() - Runtime.getRuntime().totalMemory();
  }

  private static void run(FixedFrontend frontend, Waveform in, int times) {
    for (int i = 0; i < times; i++) {
      try (PointerScope _ = new PointerScope();
          Arena arena = Arena.ofConfined()) {
        Tensor batch = frontend.forward(in);
        SharedMemory.tensor(SharedMemory.feature(batch, arena));
      }
    }
  }
}
