package org.cochlea.train.torch;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.bytedeco.javacpp.Pointer;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.SGD;
import org.bytedeco.pytorch.SGDOptions;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;
import org.cochlea.core.Engines;
import org.cochlea.core.Extractor;
import org.cochlea.core.Waveform;
import org.cochlea.core.basis.Window;
import org.cochlea.core.engine.EngineContract;
import org.cochlea.core.feature.Compression;
import org.cochlea.core.feature.DctSpec;
import org.cochlea.core.feature.LogMel;
import org.cochlea.core.feature.MelSpec;
import org.cochlea.core.feature.MelSpectrogram;
import org.cochlea.core.feature.Mfcc;
import org.cochlea.core.feature.Stft;
import org.cochlea.core.feature.StftSpec;
import org.cochlea.core.stage.Basis;
import org.cochlea.core.stage.Layout;
import org.cochlea.core.stage.Padding;
import org.cochlea.core.stage.Pipeline;
import org.cochlea.core.stage.Scope;
import org.cochlea.core.stage.Stage;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class TrainableFrontendTest {
  private static final int RATE = 8000;
  private static final StftSpec STFT =
      StftSpec.centred(60, 24, Padding.REFLECT).withWindow(Window.HAMMING);
  private static final MelSpectrogram MEL =
      new MelSpectrogram(RATE, STFT, MelSpec.slaney(8, 0, RATE / 2.0), 2);

  @BeforeAll
  static void oneThread() {
    Libtorch.load();
    torch.set_num_threads(1);
  }

  private static Pipeline logMel() {
    return new LogMel(MEL, Compression.Logarithm.offset(1e-4)).pipeline();
  }

  private static Pipeline mfcc() {
    double[][] rows = {{1, 1, 1, 1, 1, 1, 1, 1}, {4, 3, 2, 1, -1, -2, -3, -4}};
    return logMel().then(new Stage.Project(Basis.of(rows)));
  }

  private static Pipeline pcen() {
    return new LogMel(MEL, Compression.Pcen.librosa(RATE, 24)).pipeline();
  }

  private static Map<Trainable, Double> all(Trainable... trainables) {
    Map<Trainable, Double> rates = new EnumMap<>(Trainable.class);
    for (Trainable trainable : trainables) {
      rates.put(trainable, 1.0);
    }
    return rates;
  }

  private static float[] noise(long seed, int n) {
    SplittableRandom random = new SplittableRandom(seed);
    float[] x = new float[n];
    for (int i = 0; i < n; i++) {
      x[i] = (float) random.nextDouble(-1, 1);
    }
    return x;
  }

  private static float[] floats(Tensor tensor) {
    float[] values = new float[Math.toIntExact(tensor.numel())];
    tensor.detach().to(torch.ScalarType.Float).contiguous().data_ptr_float().get(values);
    return values;
  }

  private static double[] doubles(Tensor tensor) {
    double[] values = new double[Math.toIntExact(tensor.numel())];
    tensor.detach().to(torch.ScalarType.Double).contiguous().data_ptr_double().get(values);
    return values;
  }

  /** A pipeline and what of it is trained. */
  record Case(Pipeline pipeline, Map<Trainable, Double> rates) {
    Case(Pipeline pipeline, Trainable... trainables) {
      this(pipeline, all(trainables));
    }
  }

  static List<Case> cases() {
    List<Case> cases = new ArrayList<>();
    cases.add(
        new Case(
            mfcc(), Trainable.WINDOW, Trainable.FOURIER, Trainable.FILTER_BANK, Trainable.DCT));
    cases.add(new Case(pcen(), Trainable.FILTER_BANK, Trainable.PCEN));
    cases.add(
        new Case(
            new Mfcc(MEL, Compression.Decibels.ofPower(), DctSpec.ortho(5)).pipeline(),
            Trainable.DCT));
    cases.add(
        new Case(
            MEL.pipeline()
                .then(
                    new Stage.Power(0.3),
                    new Stage.Delta(3, 1, Stage.Delta.Edge.NEAREST),
                    new Stage.Normalize(
                        Scope.BIN,
                        Stage.Normalize.Offset.MEAN,
                        Stage.Normalize.Spread.STANDARD_DEVIATION,
                        1e-6)),
            Trainable.WINDOW,
            Trainable.FILTER_BANK));
    cases.add(
        new Case(
            Stft.of(STFT).withOutput(Stft.Output.MAGNITUDE).pipeline(),
            Trainable.WINDOW,
            Trainable.FOURIER));
    cases.add(new Case(Stft.of(STFT).pipeline(), Trainable.FOURIER));
    return cases;
  }

  private static final int[] LENGTHS = {400, 171, 230};

  /** Three clips of noise, zeros after their ends. */
  private static Tensor batch(torch.ScalarType type) {
    float[] samples = new float[LENGTHS.length * 400];
    for (int b = 0; b < LENGTHS.length; b++) {
      System.arraycopy(noise(b, LENGTHS[b]), 0, samples, b * 400, LENGTHS[b]);
    }
    return Tensor.create(samples, LENGTHS.length, 400).to(type);
  }

  private static Waveform clips() {
    List<Waveform> clips = new ArrayList<>();
    for (int b = 0; b < LENGTHS.length; b++) {
      clips.add(Waveform.of(noise(b, LENGTHS[b]), RATE));
    }
    return Waveform.batch(clips);
  }

  private static float[] extracted(String engine, Pipeline pipeline) {
    try (Extractor extractor = Engines.named(engine).compile(pipeline)) {
      return extractor.extract(clips()).toArray();
    }
  }

  @ParameterizedTest
  @MethodSource("cases")
  void beforeItsFirstStepItComputesThePipeline(Case c) {
    try (PointerScope _ = new PointerScope()) {
      TrainableFrontend frontend = new TrainableFrontend(c.pipeline(), c.rates());
      Tensor y = frontend.forward(batch(torch.ScalarType.Float), LENGTHS);
      assertTrue(
          EngineContract.relativeError(extracted("reference", c.pipeline()), floats(y)) < 1e-5);
    }
  }

  @ParameterizedTest
  @MethodSource("cases")
  void gradientsAreThoseOfFiniteDifferences(Case c) {
    try (PointerScope _ = new PointerScope()) {
      TrainableFrontend frontend = new TrainableFrontend(c.pipeline(), c.rates());
      frontend.to(torch.ScalarType.Double, false);
      Tensor x = batch(torch.ScalarType.Double);
      x.set_requires_grad(true);
      Tensor weights = torch.randn_like(frontend.forward(x, LENGTHS).detach());
      frontend.forward(x, LENGTHS).mul(weights).sum().backward();
      List<Tensor> variables = new ArrayList<>(List.of(x));
      frontend.groups().forEach(group -> variables.addAll(group.parameters()));
      SplittableRandom random = new SplittableRandom(5);
      for (Tensor variable : variables) {
        double[] gradient = doubles(variable.grad());
        double norm = Math.sqrt(Arrays.stream(gradient).map(g -> g * g).average().orElseThrow());
        assertTrue(norm > 0);
        for (int i = 0; i < 5; i++) {
          int at = random.nextInt(gradient.length);
          while (variable.data_ptr_double().get(at) == 0) {
            // A filter bank cannot go below 0.
            at = (at + 1) % gradient.length;
          }
          double slope = slope(frontend, x, weights, variable, at);
          // Half of the digits of a double are lost in a difference.
          assertEquals(slope, gradient[at], 1e-5 * (norm + Math.abs(slope)));
        }
      }
    }
  }

  private static double slope(
      TrainableFrontend frontend, Tensor x, Tensor weights, Tensor variable, int at) {
    try (PointerScope _ = new PointerScope();
        NoGradGuard _ = new NoGradGuard()) {
      var memory = variable.data_ptr_double();
      double value = memory.get(at);
      double step = 1e-6 * Math.max(1e-2, Math.abs(value));
      memory.put(at, value + step);
      double above = frontend.forward(x, LENGTHS).mul(weights).sum().item_double();
      memory.put(at, value - step);
      double below = frontend.forward(x, LENGTHS).mul(weights).sum().item_double();
      memory.put(at, value);
      return (above - below) / (2 * step);
    }
  }

  @ParameterizedTest
  @MethodSource("cases")
  void whatWasTrainedRunsOnOtherEngines(Case c) {
    try (PointerScope _ = new PointerScope()) {
      TrainableFrontend frontend = new TrainableFrontend(c.pipeline(), c.rates());
      Tensor x = batch(torch.ScalarType.Float);
      List<float[]> before = new ArrayList<>();
      frontend.groups().forEach(group -> group.parameters().forEach(p -> before.add(floats(p))));
      Tensor weights = torch.randn_like(frontend.forward(x, LENGTHS).detach());
      frontend.forward(x, LENGTHS).mul(weights).sum().backward();
      for (ParameterGroup group : frontend.groups()) {
        for (Tensor parameter : group.parameters()) {
          double largest = parameter.grad().abs().max().item_double();
          new SGD(new TensorVector(parameter), new SGDOptions(0.01 / largest)).step();
        }
      }
      List<float[]> after = new ArrayList<>();
      frontend.groups().forEach(group -> group.parameters().forEach(p -> after.add(floats(p))));
      for (int i = 0; i < before.size(); i++) {
        assertFalse(Arrays.equals(before.get(i), after.get(i)), "parameter " + i);
      }
      float[] expected = floats(frontend.forward(x, LENGTHS));
      Pipeline trained = frontend.trained();
      assertTrue(EngineContract.relativeError(expected, extracted("cpu", trained)) < 1e-5);
      TrainableFrontend again = new TrainableFrontend(trained, c.rates());
      assertTrue(EngineContract.relativeError(expected, floats(again.forward(x, LENGTHS))) < 1e-6);
      assertEquals(frontend.groups().size(), again.groups().size());
    }
  }

  @Test
  void whatIsNotTrainedStaysAsItWas() {
    try (PointerScope _ = new PointerScope()) {
      TrainableFrontend frontend = new TrainableFrontend(mfcc(), all(Trainable.FILTER_BANK));
      assertEquals(1, frontend.parameters().size());
      frontend.groups().getFirst().parameters().getFirst().data().mul_(new Scalar(0.5));
      List<Stage> before = mfcc().stages();
      List<Stage> after = frontend.trained().stages();
      for (int i = 0; i < before.size(); i++) {
        boolean bank = before.get(i) instanceof Stage.Project && i < before.size() - 1;
        assertEquals(!bank, before.get(i).equals(after.get(i)), before.get(i).toString());
      }
    }
  }

  @Test
  void aFilterBankIsNeverNegative() {
    try (PointerScope _ = new PointerScope()) {
      TrainableFrontend frontend = new TrainableFrontend(logMel(), all(Trainable.FILTER_BANK));
      Tensor bank = frontend.groups().getFirst().parameters().getFirst();
      bank.data().sub_(new Scalar(1.0));
      Tensor y = frontend.forward(batch(torch.ScalarType.Float), LENGTHS);
      assertEquals(0, bank.min().item_double());
      y.sum().backward();
      // At the bound it is still learned.
      assertTrue(bank.grad().abs().max().item_double() > 0);
    }
  }

  @Test
  void pcenIsTrainedBinByBin() {
    try (PointerScope _ = new PointerScope()) {
      Pipeline wide =
          new LogMel(MEL, new Compression.Pcen(1, 0.1, 0.98, 2, 0.5, 1e-6, 3)).pipeline();
      TrainableFrontend frontend = new TrainableFrontend(wide, all(Trainable.PCEN));
      assertEquals(wide, round(frontend.trained()), "equal bins are one stage");
      for (Tensor parameter : frontend.groups().getFirst().parameters()) {
        parameter.data().add_(torch.randn_like(parameter.detach()).mul(new Scalar(0.1)));
      }
      Pipeline trained = frontend.trained();
      assertTrue(trained.stages().getLast() instanceof Stage.Branch);
      float[] expected = floats(frontend.forward(batch(torch.ScalarType.Float), LENGTHS));
      for (String engine : List.of("cpu", "reference", "torch")) {
        assertTrue(
            EngineContract.relativeError(expected, extracted(engine, trained)) < 1e-5, engine);
      }
    }
  }

  /** Undoes what float32 did to PCEN's parameters. */
  private static Pipeline round(Pipeline pipeline) {
    List<Stage> stages = new ArrayList<>(pipeline.stages());
    Stage.Pcen s = (Stage.Pcen) stages.removeLast();
    stages.add(
        new Stage.Pcen(
            round(s.smoothing()),
            round(s.gain()),
            round(s.bias()),
            round(s.power()),
            s.epsilon(),
            s.maxBins()));
    return new Pipeline(pipeline.sampleRate(), pipeline.input(), stages);
  }

  private static double round(double value) {
    return Math.round(value * 1e5) / 1e5;
  }

  static List<Pipeline> steep() {
    Stage.Frame frame = new Stage.Frame(60, 24, 0, 0, Padding.ZERO, Stage.Frame.Tail.DROP);
    Stage fft = new Stage.RealFft(60);
    Stage magnitude = new Stage.Modulus(1);
    List<Pipeline> list = new ArrayList<>();
    cases().forEach(c -> list.add(c.pipeline()));
    list.add(Pipeline.of(0, frame, fft, new Stage.Modulus(0.5)));
    list.add(Pipeline.of(0, frame, fft, new Stage.Angle()));
    list.add(Pipeline.of(0, frame, fft, magnitude, new Stage.Log(1, Stage.Log.Floor.CLAMP, 0)));
    list.add(Pipeline.of(0, frame, fft, magnitude, new Stage.Log(1, Stage.Log.Floor.ADD, 1e-300)));
    list.add(
        Pipeline.of(
            0, frame, fft, magnitude, new Stage.Log(1, Stage.Log.Floor.REPLACE_ZERO, 1e-8)));
    list.add(Pipeline.of(0, frame, fft, magnitude, new Stage.Power(0.1)));
    list.add(Pipeline.of(0, frame, fft, magnitude, new Stage.Pcen(0.1, 1, 0, 0.5, 1e-6, 1)));
    list.add(Pipeline.of(0, frame, fft, magnitude, new Stage.Pcen(0.1, 1, 2, 0, 1e-6, 1)));
    list.add(Pipeline.of(0, frame, new Stage.SlidingNormalize(5, 2, true, true)));
    list.add(
        Pipeline.of(
            0,
            frame,
            fft,
            magnitude,
            new Stage.Branch(
                List.of(
                    List.of(new Stage.Affine(1, 0)),
                    List.of(new Stage.DynamicRange(1, Scope.CHANNEL))),
                Stage.Branch.Join.DIVIDE)));
    for (Scope scope : Scope.values()) {
      for (Stage.Normalize.Spread spread : Stage.Normalize.Spread.values()) {
        list.add(
            Pipeline.of(
                0, frame, new Stage.Normalize(scope, Stage.Normalize.Offset.MEAN, spread, 0)));
      }
      list.add(
          Pipeline.of(
              0,
              new Stage.Normalize(
                  scope, Stage.Normalize.Offset.NONE, Stage.Normalize.Spread.PEAK, 0),
              frame));
    }
    return list;
  }

  @ParameterizedTest
  @MethodSource("steep")
  void gradientsOfSilenceAreFinite(Pipeline pipeline) {
    try (PointerScope _ = new PointerScope()) {
      Map<Trainable, Double> rates = new EnumMap<>(Trainable.class);
      if (pipeline.stages().stream().anyMatch(Stage.RealFft.class::isInstance)) {
        rates.put(Trainable.FOURIER, 1.0);
      }
      TrainableFrontend frontend = new TrainableFrontend(pipeline, rates);
      // Silence, an empty clip, one of noise, and one that is half silent.
      float[] samples = new float[4 * 400];
      System.arraycopy(noise(1, 400), 0, samples, 800, 400);
      System.arraycopy(noise(2, 200), 0, samples, 1200, 200);
      Tensor x = Tensor.create(samples, 4, 400);
      x.set_requires_grad(true);
      int[] lengths = {400, 0, 400, 350};
      Tensor y = frontend.forward(x, lengths);
      // Where a value is infinite (a logarithm without a floor) it has no part in the sum.
      Tensor loss = torch.where(y.isfinite(), y, torch.zeros_like(y)).sum();
      loss.backward();
      assertTrue(x.grad().isfinite().all().item_bool(), "waveform");
      for (ParameterGroup group : frontend.groups()) {
        for (Tensor parameter : group.parameters()) {
          assertTrue(parameter.grad().isfinite().all().item_bool(), group.trainable().toString());
        }
      }
    }
  }

  @Test
  void channelsAndAxesAreKept() {
    try (PointerScope _ = new PointerScope()) {
      TrainableFrontend frontend = new TrainableFrontend(logMel(), Map.of());
      assertEquals(0, frontend.parameters().size());
      Tensor mono = frontend.forward(torch.randn(2, 400));
      int frames = frontend.frames(400)[0];
      assertArrayEquals(new long[] {2, 8, frames}, mono.shape());
      assertArrayEquals(
          new long[] {2, 3, 8, frames}, frontend.forward(torch.randn(2, 3, 400)).shape());
      TrainableFrontend stft = new TrainableFrontend(Stft.of(STFT).pipeline(), Map.of());
      assertArrayEquals(new long[] {2, 31, frames, 2}, stft.forward(torch.randn(2, 400)).shape());
    }
  }

  @Test
  void misuseIsRefused() {
    try (PointerScope _ = new PointerScope()) {
      assertMessage(() -> new TrainableFrontend(logMel(), all(Trainable.PCEN)), "PCEN");
      assertMessage(() -> new TrainableFrontend(logMel(), Map.of(Trainable.WINDOW, -1.0)), "-1.0");
      Pipeline logarithm = MEL.pipeline().then(new Stage.Pcen(0.1, 0.98, 2, 0, 1e-6, 1));
      assertMessage(() -> new TrainableFrontend(logarithm, all(Trainable.PCEN)), "power");
      TrainableFrontend frontend = new TrainableFrontend(logMel(), all(Trainable.WINDOW));
      assertMessage(() -> frontend.forward(torch.randn(400)), "1 axes");
      assertMessage(() -> frontend.forward(torch.randn(2, 400), 400), "lengths has 1");
      assertMessage(() -> frontend.forward(torch.randn(1, 400), 401), "401");
      assertMessage(
          () -> frontend.forward(torch.randn(1, 400).to(torch.ScalarType.Double)), "Double");
      assertMessage(() -> frontend.forward(torch.randn(1, 400).to(torch.ScalarType.Long)), "Long");
      Pipeline inverse = new Pipeline(0, Layout.complex(31), List.of(new Stage.InverseRealFft(60)));
      assertMessage(
          () -> new TrainableFrontend(inverse, Map.of()).forward(torch.randn(1, 4)),
          "not waveforms");
    }
  }

  @Test
  void whatNoGradientReachesIsNotTrained() {
    Stage filter = new Stage.FirFilter(Basis.row(0.5, 0.5), 0);
    List<Stage> stages =
        Stream.concat(Stream.of(filter), MEL.pipeline().stages().stream()).toList();
    Pipeline filtered = new Pipeline(RATE, Layout.signal(), stages);
    try (PointerScope _ = new PointerScope()) {
      Tensor x = batch(torch.ScalarType.Float);
      TrainableFrontend after = new TrainableFrontend(filtered, all(Trainable.FILTER_BANK));
      after.forward(x, LENGTHS).sum().backward();
      Tensor bank = after.groups().getFirst().parameters().getFirst();
      assertTrue(bank.grad().abs().max().item_double() > 0);
      Pipeline inverse =
          MEL.pipeline()
              .then(new Stage.OverlapAdd(24, Basis.row(1, 1, 1, 1, 1, 1, 1, 1), 0, -1), filter);
      assertMessage(() -> new TrainableFrontend(inverse, all(Trainable.WINDOW)), "FirFilter");
    }
  }

  private static void assertMessage(Executable call, String part) {
    var e = assertThrows(IllegalArgumentException.class, call);
    assertTrue(String.valueOf(e.getMessage()).contains(part), e.getMessage());
  }

  @Test
  void memoryDoesNotGrow() {
    try (PointerScope _ = new PointerScope()) {
      TrainableFrontend frontend =
          new TrainableFrontend(pcen(), all(Trainable.WINDOW, Trainable.PCEN));
      Tensor x = batch(torch.ScalarType.Float);
      for (int i = 0; i < 300; i++) {
        step(frontend, x);
      }
      long pointers = Pointer.totalCount();
      long before = offHeap();
      for (int i = 0; i < 1000; i++) {
        step(frontend, x);
      }
      // Fewer there may be: the collector frees what other tests left behind.
      assertTrue(Pointer.totalCount() <= pointers);
      // A step makes about 1 MB of tensors; what the JVM itself takes meanwhile is little.
      assertTrue(offHeap() - before < 100 << 20);
    }
  }

  /** Returns the memory of the process without the heap. */
  private static long offHeap() {
    return Pointer.physicalBytes() - Runtime.getRuntime().totalMemory();
  }

  private static void step(TrainableFrontend frontend, Tensor x) {
    try (PointerScope _ = new PointerScope()) {
      frontend.forward(x, LENGTHS).sum().backward();
    }
  }
}
