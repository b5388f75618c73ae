package org.cochlea.train.torch;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.SplittableRandom;
import org.bytedeco.javacpp.Pointer;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptions;
import org.bytedeco.pytorch.global.torch;
import org.cochlea.core.ExtractorOptions;
import org.cochlea.core.SampleType;
import org.cochlea.core.Shape;
import org.cochlea.core.Waveform;
import org.cochlea.core.augment.AugmentationPlan;
import org.cochlea.core.augment.Augmenter;
import org.cochlea.core.augment.Draws;
import org.cochlea.core.augment.SpectrogramAugmentation;
import org.cochlea.core.augment.WaveAugmentation;
import org.cochlea.core.feature.LogMel;
import org.cochlea.core.stage.Pipeline;
import org.cochlea.cuda.CudaAugmentedExtractor;
import org.cochlea.cuda.CudaEngine;
import org.cochlea.cuda.CudaExtractor;
import org.cochlea.cuda.CudaOptions;
import org.cochlea.cuda.DeviceWaveform;
import org.cochlea.cuda.driver.CudaBinding;
import org.cochlea.cuda.driver.CudaContext;
import org.cochlea.cuda.driver.CudaDevice;
import org.cochlea.cuda.driver.CudaDriver;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** On the emulated GPU; its memory is made a tensor as if it were libtorch's. */
class CudaFrontendTest {
  private static final int RATE = 16_000;
  private static final int[] LENGTHS = {3000, 1900};

  @BeforeEach
  void requireTheEmulator() {
    Path library = Path.of(System.getProperty("cochlea.emulator", ""), "libcuda.so.1");
    assumeTrue(
        Files.exists(library),
        () -> "the emulated CUDA driver is not built: make emulator, which needs g++");
  }

  private static final class Address extends Pointer {
    Address(long address) {
      super((Pointer) null);
      this.address = address;
    }
  }

  private static Tensor tensor(long address, long... sizes) {
    return torch.from_blob(new Address(address), sizes, new TensorOptions(torch.ScalarType.Float));
  }

  @Test
  void kernelsReadAndWriteWhereTensorsAre() {
    float[] samples = new float[2 * 3000];
    SplittableRandom random = new SplittableRandom(1);
    for (int i = 0; i < 3000 + 1900; i++) {
      samples[i] = (float) random.nextDouble(-1, 1);
    }
    Pipeline pipeline = LogMel.torchaudio(RATE).pipeline();
    CudaDriver driver = CudaBinding.named("ffm").driver();
    CudaContext context = CudaContext.retain(driver, CudaDevice.of(driver, 0));
    context.push();
    long stream = driver.streamCreate();
    long in = driver.memAlloc(4L * samples.length);
    try (Arena arena = Arena.ofConfined();
        PointerScope _ = new PointerScope();
        CudaEngine engine = new CudaEngine(CudaOptions.ofProperties());
        CudaExtractor extractor = engine.compile(pipeline);
        CudaFrontend frontend = new CudaFrontend(extractor)) {
      MemorySegment host = arena.allocateFrom(ValueLayout.JAVA_FLOAT, samples);
      driver.memcpyHtoD(in, host, 0, host.byteSize());
      DeviceWaveform waveform = CudaFrontend.waveform(tensor(in, 2, 1, 3000), LENGTHS, RATE);
      Shape shape = extractor.outputShape(waveform);
      long out = driver.memAlloc(4 * shape.floats());
      try {
        frontend.run(waveform, null, tensor(out, SharedMemory.sizes(shape)), shape, stream);
        driver.streamSynchronize(stream);
        MemorySegment result = arena.allocate(ValueLayout.JAVA_FLOAT, shape.floats());
        driver.memcpyDtoH(result, 0, out, result.byteSize());
        Waveform clips = Waveform.wrap(host, SampleType.FLOAT32, 2, 1, 3000, LENGTHS, RATE);
        assertArrayEquals(
            extractor.extract(clips).toArray(), result.toArray(ValueLayout.JAVA_FLOAT));
        AugmentationPlan plan =
            new AugmentationPlan(
                List.of(WaveAugmentation.Gain.of(1), WaveAugmentation.AddGaussianNoise.of(1)),
                List.of(SpectrogramAugmentation.TimeMasking.of(9)));
        try (Augmenter augmenter = new Augmenter(plan, 3);
            CudaAugmentedExtractor augmented =
                engine.compile(plan, pipeline, ExtractorOptions.defaults());
            CudaFrontend augmenting = new CudaFrontend(augmented)) {
          Draws draws = augmenter.draw(new long[] {1, 2}, 0, 1);
          org.cochlea.core.Tensor expected = org.cochlea.core.Tensor.allocate(shape);
          augmented.extract(clips, draws, expected);
          augmenting.run(waveform, draws, tensor(out, SharedMemory.sizes(shape)), shape, stream);
          driver.streamSynchronize(stream);
          driver.memcpyDtoH(result, 0, out, result.byteSize());
          assertArrayEquals(expected.toArray(), result.toArray(ValueLayout.JAVA_FLOAT));
        }
      } finally {
        driver.memFree(out);
      }
    } finally {
      driver.memFree(in);
      driver.streamDestroy(stream);
      context.pop();
      context.close();
    }
  }

  @Test
  void misuseIsRefused() {
    try (CudaEngine engine = new CudaEngine(CudaOptions.ofProperties());
        CudaFrontend frontend =
            new CudaFrontend(engine.compile(LogMel.torchaudio(RATE).pipeline()));
        PointerScope _ = new PointerScope()) {
      Tensor host = torch.zeros(2, 1, 3000);
      assertThrows(IllegalArgumentException.class, () -> frontend.forward(host, LENGTHS, RATE, 0));
      for (Tensor wrong :
          new Tensor[] {
            torch.zeros(2, 3000), torch.zeros(3, 1, 3000), host.to(torch.ScalarType.Double)
          }) {
        assertThrows(
            IllegalArgumentException.class, () -> CudaFrontend.waveform(wrong, LENGTHS, RATE));
      }
    }
  }
}
