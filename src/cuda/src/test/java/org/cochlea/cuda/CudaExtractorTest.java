package org.cochlea.cuda;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicReference;
import org.cochlea.core.Availability.Available;
import org.cochlea.core.Availability.Unavailable;
import org.cochlea.core.EngineUnavailableException;
import org.cochlea.core.Extractor;
import org.cochlea.core.SampleType;
import org.cochlea.core.Shape;
import org.cochlea.core.Tensor;
import org.cochlea.core.Waveform;
import org.cochlea.core.feature.Compression;
import org.cochlea.core.feature.Feature;
import org.cochlea.core.feature.InverseStft;
import org.cochlea.core.feature.LogMel;
import org.cochlea.core.feature.MelSpectrogram;
import org.cochlea.core.feature.Mfcc;
import org.cochlea.core.feature.Rms;
import org.cochlea.core.feature.Stft;
import org.cochlea.core.feature.StftSpec;
import org.cochlea.core.stage.Padding;
import org.cochlea.core.stage.Pipeline;
import org.cochlea.core.stage.Scope;
import org.cochlea.core.stage.Stage;
import org.cochlea.cuda.driver.CudaBinding;
import org.cochlea.cuda.driver.CudaContext;
import org.cochlea.cuda.driver.CudaDevice;
import org.cochlea.cuda.driver.CudaDriver;
import org.cochlea.cuda.driver.Emulator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** How batches go through the engine: split, repeated, over GPUs and threads, in device memory. */
@Emulator.Needs
class CudaExtractorTest {
  private static final int RATE = 16_000;
  private static final CudaOptions FFM = new CudaOptions("ffm", "auto", 0);

  @AfterEach
  void nothingIsLeft() {
    assertEquals("", Emulator.leaks());
    assertEquals(0, Emulator.live("contexts"));
  }

  /** One launch; several with statistics; one with a branch; one that gives complex values. */
  static List<Feature> features() {
    StftSpec spec = StftSpec.centred(400, 160, Padding.REFLECT);
    return List.of(
        new LogMel(
            MelSpectrogram.torchaudio(RATE).withStft(spec), Compression.Logarithm.clamped(1e-10)),
        Mfcc.librosa(RATE),
        Rms.librosa(),
        Stft.of(spec));
  }

  private static Waveform ragged(int clips) {
    List<Waveform> all = new ArrayList<>();
    for (int i = 0; i < clips; i++) {
      int n = 800 + 397 * (i % 7);
      all.add(
          Waveform.ofChannels(
              new float[][] {Noise.floats(2L * i, n), Noise.floats(2L * i + 1, n)}, RATE));
    }
    return Waveform.batch(all);
  }

  private static float[] extract(CudaOptions options, Pipeline pipeline, Waveform in) {
    try (CudaEngine engine = new CudaEngine(options);
        Extractor extractor = engine.compile(pipeline)) {
      return extractor.extract(in).toArray();
    }
  }

  @ParameterizedTest
  @MethodSource("features")
  void splittingABatchChangesNoBit(Feature feature) {
    Waveform in = ragged(12);
    float[] whole = extract(FFM, feature.pipeline(), in);
    long before = Emulator.calls("cuMemcpyDtoHAsync_v2");
    float[] split = extract(FFM.withMemory(200_000), feature.pipeline(), in);
    assertArrayEquals(whole, split);
    assertTrue(Emulator.calls("cuMemcpyDtoHAsync_v2") - before > 2, "it was split");
  }

  @Test
  void clipsThatDependOnEachOtherAreNotSplit() {
    Pipeline pipeline =
        Pipeline.of(
            0,
            new Stage.Frame(64, 32, 0, 0, Padding.ZERO, Stage.Frame.Tail.DROP),
            new Stage.DynamicRange(0.5, Scope.BATCH));
    Waveform in = ragged(6);
    assertArrayEquals(extract(FFM, pipeline, in), extract(FFM.withMemory(1000), pipeline, in));
  }

  @ParameterizedTest
  @MethodSource("features")
  void severalGpusGiveWhatOneGives(Feature feature) {
    Waveform in = ragged(9);
    float[] one = extract(FFM, feature.pipeline(), in);
    assertArrayEquals(one, extract(FFM.withDevices("all"), feature.pipeline(), in));
    assertArrayEquals(one, extract(FFM.withDevices("1"), feature.pipeline(), in));
  }

  @ParameterizedTest
  @EnumSource
  void repeatedShapesReplayAGraph(CudaBinding binding) {
    try (CudaEngine engine = new CudaEngine(FFM.withBinding(binding.label()));
        Extractor extractor = engine.compile(Mfcc.librosa(RATE).pipeline())) {
      Tensor first = extractor.extract(ragged(3));
      // Lanes take turns within a call; every call begins with the first.
      long launches = Emulator.calls("cuLaunchKernel");
      Waveform other = Waveform.batch(List.of(ragged(3)));
      extractor.extract(other);
      assertTrue(Emulator.calls("cuLaunchKernel") > launches, "launches are recorded");
      launches = Emulator.calls("cuLaunchKernel");
      long graphs = Emulator.calls("cuGraphLaunch");
      for (int i = 0; i < 3; i++) {
        assertArrayEquals(first.toArray(), extractor.extract(other).toArray());
      }
      assertEquals(launches, Emulator.calls("cuLaunchKernel"));
      assertEquals(graphs + 3, Emulator.calls("cuGraphLaunch"));
      // The same shape with other samples, then another shape.
      Waveform noise = Waveform.of(Noise.floats(77, 3000), RATE);
      float[] alone = extractor.extract(noise).toArray();
      extractor.extract(ragged(3));
      assertArrayEquals(alone, extractor.extract(noise).toArray());
    }
  }

  @Test
  void memoryStaysAfterTheLargestBatch() {
    try (CudaEngine engine = new CudaEngine(FFM);
        Extractor extractor = engine.compile(LogMel.librosa(RATE).pipeline())) {
      extractor.extract(ragged(7));
      long bytes = Emulator.live("bytes");
      long things = Emulator.live("memory") + Emulator.live("pinned") + Emulator.live("streams");
      for (int i = 0; i < 21; i++) {
        extractor.extract(ragged(1 + i % 7));
      }
      assertEquals(bytes, Emulator.live("bytes"));
      assertEquals(
          things, Emulator.live("memory") + Emulator.live("pinned") + Emulator.live("streams"));
    }
  }

  @Test
  void threadsMayWorkAtTheSameTime() throws Exception {
    Pipeline pipeline = Mfcc.librosa(RATE).pipeline();
    float[] expected = extract(FFM, pipeline, ragged(4));
    try (CudaEngine engine = new CudaEngine(FFM);
        ExecutorService threads = Executors.newFixedThreadPool(4)) {
      List<Future<float[]>> results = new ArrayList<>();
      for (int i = 0; i < 8; i++) {
        results.add(
            threads.submit(
                () -> {
                  try (Extractor extractor = engine.compile(pipeline)) {
                    extractor.extract(ragged(2));
                    return extractor.extract(ragged(4)).toArray();
                  }
                }));
      }
      for (Future<float[]> result : results) {
        assertArrayEquals(expected, result.get());
      }
    }
  }

  @Test
  void misuseIsRefused() throws Exception {
    CudaEngine engine = new CudaEngine(FFM);
    Extractor extractor = engine.compile(Rms.librosa().pipeline());
    engine.close();
    engine.close();
    // What was compiled stays usable until it is closed itself.
    assertEquals(1, extractor.extract(Waveform.of(new float[100], RATE)).frames(0));
    AtomicReference<Throwable> refused = new AtomicReference<>();
    Thread virtual =
        Thread.ofVirtual()
            .start(
                () ->
                    refused.set(
                        assertThrows(
                            IllegalStateException.class,
                            () -> extractor.extract(Waveform.of(new float[100], RATE)))));
    virtual.join();
    assertTrue(String.valueOf(refused.get()).contains("virtual"), String.valueOf(refused.get()));
    extractor.close();
    extractor.close();
    assertThrows(
        IllegalStateException.class, () -> extractor.extract(Waveform.of(new float[100], RATE)));
  }

  @Test
  void emptyBatchesAndClipsGiveNothing() {
    try (CudaEngine engine = new CudaEngine(FFM);
        Extractor extractor = engine.compile(LogMel.librosa(RATE).pipeline())) {
      Waveform none =
          Waveform.wrap(
              MemorySegment.ofArray(new float[0]), SampleType.FLOAT32, 0, 1, 0, new int[0], RATE);
      assertEquals(new Shape(0, 1, 128, 0, false), extractor.extract(none).shape());
      Waveform mixed =
          Waveform.batch(
              List.of(Waveform.of(new float[0], RATE), Waveform.of(Noise.floats(1, 2000), RATE)));
      Tensor both = extractor.extract(mixed);
      assertArrayEquals(
          extractor.extract(Waveform.of(Noise.floats(1, 2000), RATE)).toArray(0), both.toArray(1));
    }
  }

  @ParameterizedTest
  @MethodSource("features")
  void pinnedMemoryIsReadAndWrittenAsItIs(Feature feature) {
    short[] pcm = Noise.shorts(8, 6 * 2 * STRIDE);
    int[] lengths = {3000, 1000, 3000, 2900, 3000, 2999};
    Waveform heap =
        Waveform.wrap(MemorySegment.ofArray(pcm), SampleType.INT16, 6, 2, STRIDE, lengths, RATE);
    for (long memory : new long[] {0, 150_000}) {
      try (CudaEngine engine = new CudaEngine(FFM.withMemory(memory));
          Extractor extractor = engine.compile(feature.pipeline())) {
        Tensor expected = extractor.extract(heap);
        Shape shape = expected.shape();
        try (PinnedMemory samples = engine.pinned(2L * pcm.length);
            PinnedMemory values = engine.pinned(4 * shape.floats())) {
          MemorySegment.copy(pcm, 0, samples.segment(), ValueLayout.JAVA_SHORT, 0, pcm.length);
          Waveform in =
              Waveform.wrap(samples.segment(), SampleType.INT16, 6, 2, STRIDE, lengths, RATE);
          Tensor out = Tensor.wrap(shape, values.segment());
          for (int i = 0; i < 2; i++) {
            values.segment().fill((byte) 1);
            extractor.extract(in, out);
            assertArrayEquals(expected.toArray(), out.toArray());
          }
        }
      }
    }
  }

  @Test
  void anInverseReadsFramesInPieces() {
    StftSpec spec = StftSpec.centred(256, 64, Padding.REFLECT);
    Waveform in = ragged(8);
    try (CudaEngine engine = new CudaEngine(FFM);
        CudaEngine tight = new CudaEngine(FFM.withMemory(100_000));
        Extractor forward = engine.compile(Stft.of(spec).pipeline());
        Extractor inverse = engine.compile(new InverseStft(spec, 3000).pipeline());
        Extractor split = tight.compile(new InverseStft(spec, 3000).pipeline())) {
      Tensor spectra = forward.extract(in);
      assertArrayEquals(inverse.extract(spectra).toArray(), split.extract(spectra).toArray());
    }
  }

  @Test
  void whatCannotRunSaysWhy() {
    try (CudaEngine engine = new CudaEngine(FFM)) {
      String device = assertInstanceOf(Available.class, engine.probe()).device();
      assertTrue(device.contains("132 SMs") && device.contains("13.0"), device);
    }
    for (CudaOptions options :
        List.of(FFM.withDevices("9"), FFM.withDevices("first"), FFM.withBinding("jni"))) {
      try (CudaEngine engine = new CudaEngine(options)) {
        List<String> reasons = assertInstanceOf(Unavailable.class, engine.probe()).reasons();
        assertEquals(1, reasons.size());
        assertThrows(
            EngineUnavailableException.class, () -> engine.compile(Rms.librosa().pipeline()));
      }
    }
  }

  // ---- device memory ---------------------------------------------------------------------------

  /** Device memory as another library would have it. */
  private static final class Device implements AutoCloseable {
    final CudaDriver driver;
    final CudaContext context;
    final long stream;
    private final List<Long> memory = new ArrayList<>();

    Device(CudaBinding binding) {
      driver = binding.driver();
      context = CudaContext.retain(driver, CudaDevice.of(driver, 0));
      context.push();
      stream = driver.streamCreate();
    }

    long allocate(long bytes) {
      long address = driver.memAlloc(bytes);
      memory.add(address);
      return address;
    }

    long upload(Arena arena, float[] values) {
      MemorySegment host = arena.allocateFrom(ValueLayout.JAVA_FLOAT, values);
      long address = allocate(host.byteSize());
      driver.memcpyHtoD(address, host, 0, host.byteSize());
      return address;
    }

    long upload(Arena arena, short[] values) {
      MemorySegment host = arena.allocateFrom(ValueLayout.JAVA_SHORT, values);
      long address = allocate(host.byteSize());
      driver.memcpyHtoD(address, host, 0, host.byteSize());
      return address;
    }

    float[] floats(Arena arena, long address, int count) {
      driver.streamSynchronize(stream);
      MemorySegment host = arena.allocate(ValueLayout.JAVA_FLOAT, count);
      driver.memcpyDtoH(host, 0, address, host.byteSize());
      return host.toArray(ValueLayout.JAVA_FLOAT);
    }

    short[] shorts(Arena arena, long address, int count) {
      driver.streamSynchronize(stream);
      MemorySegment host = arena.allocate(ValueLayout.JAVA_SHORT, count);
      driver.memcpyDtoH(host, 0, address, host.byteSize());
      return host.toArray(ValueLayout.JAVA_SHORT);
    }

    @Override
    public void close() {
      memory.forEach(driver::memFree);
      driver.streamDestroy(stream);
      context.pop();
      context.close();
    }
  }

  private static final int STRIDE = 3000;
  private static final int[] LENGTHS = {3000, 1200, 2999};

  private static Waveform padded(float[] samples) {
    return Waveform.wrap(
        MemorySegment.ofArray(samples), SampleType.FLOAT32, 3, 2, STRIDE, LENGTHS, RATE);
  }

  @ParameterizedTest
  @EnumSource
  void dataStaysOnTheDevice(CudaBinding binding) {
    float[] samples = Noise.floats(5, 3 * 2 * STRIDE);
    for (Feature feature : features()) {
      float[] expected = extract(FFM, feature.pipeline(), padded(samples));
      try (Arena arena = Arena.ofConfined();
          Device device = new Device(binding);
          CudaEngine engine = new CudaEngine(FFM.withBinding(binding.label()));
          CudaExtractor extractor = engine.compile(feature.pipeline())) {
        long in = device.upload(arena, samples);
        DeviceWaveform waveform =
            new DeviceWaveform(in, SampleType.FLOAT32, 2, STRIDE, LENGTHS, RATE);
        Shape shape = extractor.outputShape(waveform);
        assertEquals(expected.length, shape.floats());
        long out = device.allocate(4 * shape.floats());
        DeviceTensor tensor = new DeviceTensor(out, shape, DeviceTensor.Type.FLOAT32);
        for (long stream : new long[] {device.stream, device.stream, 0}) {
          device.driver.memsetD8Async(out, (byte) 1, 4 * shape.floats(), stream);
          extractor.extract(waveform, tensor, stream);
          device.driver.streamSynchronize(stream);
          assertArrayEquals(expected, device.floats(arena, out, expected.length));
        }
      }
    }
  }

  /** Runs a feature of several launches on the device, in a stream and in the default stream. */
  private static final class Repeated implements AutoCloseable {
    static final Pipeline PIPELINE =
        Pipeline.of(
            RATE,
            new Stage.Frame(64, 32, 0, 0, Padding.ZERO, Stage.Frame.Tail.DROP),
            new Stage.RealFft(64),
            new Stage.Modulus(2),
            new Stage.DynamicRange(0.5, Scope.ITEM));

    final float[] samples = Noise.floats(5, 200);
    final float[] expected = extract(FFM, PIPELINE, Waveform.of(samples, RATE));
    final Arena arena = Arena.ofConfined();
    final Device device;
    final CudaEngine engine;
    final CudaExtractor extractor;
    final DeviceWaveform in;
    final DeviceTensor out;

    Repeated(CudaBinding binding) {
      device = new Device(binding);
      engine = new CudaEngine(FFM.withBinding(binding.label()));
      extractor = engine.compile(PIPELINE);
      long address = device.upload(arena, samples);
      in = clip(address, samples.length);
      Shape shape = extractor.outputShape(in);
      out = new DeviceTensor(device.allocate(4 * shape.floats()), shape, DeviceTensor.Type.FLOAT32);
    }

    private static DeviceWaveform clip(long address, int length) {
      return new DeviceWaveform(address, SampleType.FLOAT32, 1, 200, new int[] {length}, RATE);
    }

    /** Another shape at the same place. */
    void runShorter(long stream) {
      extractor.extract(clip(in.address(), 90), out, stream);
    }

    void run(long stream) {
      device.driver.memsetD8Async(out.address(), (byte) 1, 4L * expected.length, stream);
      extractor.extract(in, out, stream);
      device.driver.streamSynchronize(stream);
      assertArrayEquals(expected, device.floats(arena, out.address(), expected.length));
    }

    @Override
    public void close() {
      extractor.close();
      engine.close();
      device.close();
      arena.close();
    }
  }

  @ParameterizedTest
  @EnumSource
  void repeatedShapesOnTheDeviceReplayAGraph(CudaBinding binding) {
    try (Repeated r = new Repeated(binding)) {
      r.run(r.device.stream);
      r.run(r.device.stream);
      long launches = Emulator.calls("cuLaunchKernel");
      long graphs = Emulator.calls("cuGraphLaunch");
      r.run(r.device.stream);
      r.run(0);
      assertEquals(launches, Emulator.calls("cuLaunchKernel"));
      assertEquals(graphs + 2, Emulator.calls("cuGraphLaunch"));
      // Another shape at the same place, and the first one again.
      r.runShorter(0);
      r.run(r.device.stream);
      assertTrue(Emulator.calls("cuLaunchKernel") > launches);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "cuStreamCreate",
        "cuStreamWaitEvent",
        "cuEventRecord",
        "cuEventSynchronize",
        "cuStreamBeginCapture_v2",
        "cuStreamEndCapture",
        "cuGraphInstantiate",
        "cuGraphDestroy",
        "cuGraphLaunch",
        "cuGraphExecDestroy",
        "cuLaunchKernel",
      })
  void onTheDeviceFailuresAreClearAndThenItWorks(String function) {
    for (CudaBinding binding : CudaBinding.values()) {
      for (int nth : new int[] {1, 5}) {
        try (Repeated r = new Repeated(binding)) {
          r.run(r.device.stream);
          Emulator.fail(function, nth, 2);
          int failed = 0;
          for (int i = 0; i < 3; i++) {
            try {
              r.run(r.device.stream);
              r.runShorter(r.device.stream);
              r.run(r.device.stream);
              r.run(r.device.stream);
            } catch (CudaException e) {
              assertTrue(
                  e.function().startsWith(function.replaceFirst("(Ex|_v2)$", "")), e.getMessage());
              failed++;
            }
          }
          assertTrue(failed <= 1, function + " failed " + failed + " times");
          Emulator.failNothing();
          r.run(0);
          r.run(0);
        }
        assertEquals("", Emulator.leaks());
      }
    }
  }

  @ParameterizedTest
  @ValueSource(longs = {0, 150_000})
  void resultsMayBeHalfAndSamplesShort(long memory) {
    short[] pcm = Noise.shorts(6, 3 * 2 * STRIDE);
    float[] floats = new float[pcm.length];
    for (int i = 0; i < pcm.length; i++) {
      floats[i] = pcm[i] / 32768f;
    }
    for (Feature feature : features()) {
      Pipeline pipeline = feature.pipeline();
      float[] expected = extract(FFM, pipeline, padded(floats));
      try (Arena arena = Arena.ofConfined();
          Device device = new Device(CudaBinding.FFM);
          CudaEngine engine = new CudaEngine(FFM.withMemory(memory));
          CudaExtractor extractor = engine.compile(pipeline)) {
        long in = device.upload(arena, pcm);
        DeviceWaveform waveform =
            new DeviceWaveform(in, SampleType.INT16, 2, STRIDE, LENGTHS, RATE);
        Shape shape = extractor.outputShape(waveform);
        long out = device.allocate(4 * shape.floats());
        if (shape.complex()) {
          assertThrows(
              IllegalArgumentException.class,
              () -> new DeviceTensor(out, shape, DeviceTensor.Type.FLOAT16));
          continue;
        }
        extractor.extract(
            waveform, new DeviceTensor(out, shape, DeviceTensor.Type.FLOAT16), device.stream);
        short[] halves = device.shorts(arena, out, expected.length);
        for (int i = 0; i < expected.length; i++) {
          assertEquals(Float.floatToFloat16(expected[i]), halves[i], "value " + i);
        }
      }
    }
  }

  @Test
  void memoryThatIsNotOnTheDeviceIsRefused() {
    try (Device device = new Device(CudaBinding.FFM);
        CudaEngine engine = new CudaEngine(FFM);
        CudaExtractor extractor = engine.compile(Rms.librosa().pipeline())) {
      DeviceWaveform nowhere =
          new DeviceWaveform(4096, SampleType.FLOAT32, 1, 100, new int[] {100}, RATE);
      DeviceTensor out =
          new DeviceTensor(
              device.allocate(64), extractor.outputShape(nowhere), DeviceTensor.Type.FLOAT32);
      var refused =
          assertThrows(
              IllegalArgumentException.class, () -> extractor.extract(nowhere, out, device.stream));
      assertTrue(String.valueOf(refused.getMessage()).contains("0x1000"), refused.getMessage());
      assertThrows(
          IllegalArgumentException.class,
          () -> new DeviceWaveform(2, SampleType.FLOAT32, 1, 100, new int[] {100}, RATE));
      assertThrows(
          IllegalArgumentException.class,
          () -> new DeviceWaveform(0, SampleType.FLOAT32, 1, 100, new int[] {101}, RATE));
    }
  }
}
