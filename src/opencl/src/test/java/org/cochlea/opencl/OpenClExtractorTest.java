package org.cochlea.opencl;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.cochlea.core.Availability.Available;
import org.cochlea.core.Availability.Unavailable;
import org.cochlea.core.EngineUnavailableException;
import org.cochlea.core.Engines;
import org.cochlea.core.Extractor;
import org.cochlea.core.Tensor;
import org.cochlea.core.Waveform;
import org.cochlea.core.engine.EngineContract;
import org.cochlea.core.feature.Feature;
import org.cochlea.core.feature.LogMel;
import org.cochlea.core.feature.Mfcc;
import org.cochlea.core.stage.Basis;
import org.cochlea.core.stage.Padding;
import org.cochlea.core.stage.Pipeline;
import org.cochlea.core.stage.Stage;
import org.junit.jupiter.api.Test;

/** Chunks, devices, what has no kernel, and errors. */
@NeedsDevice
class OpenClExtractorTest {
  private static final int RATE = 16_000;

  private static Waveform clips(int count) {
    Random random = new Random(1);
    List<Waveform> all = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      float[][] channels = new float[2][2000 + 397 * (i % 5)];
      for (float[] channel : channels) {
        for (int n = 0; n < channel.length; n++) {
          channel[n] = 2 * random.nextFloat() - 1;
        }
      }
      all.add(Waveform.ofChannels(channels, RATE));
    }
    return Waveform.batch(all);
  }

  private static Tensor extract(OpenClOptions options, Feature feature, Waveform in) {
    try (OpenClEngine engine = new OpenClEngine(options);
        Extractor extractor = engine.compile(feature.pipeline())) {
      extractor.extract(in);
      return extractor.extract(in);
    }
  }

  @Test
  void howABatchIsSplitChangesNoBit() {
    Waveform in = clips(7);
    for (Feature feature : List.of(LogMel.librosa(RATE), Mfcc.librosa(RATE))) {
      float[] whole = extract(new OpenClOptions("0", 0), feature, in).toArray();
      assertArrayEquals(whole, extract(new OpenClOptions("0", 100_000), feature, in).toArray());
      assertArrayEquals(whole, extract(new OpenClOptions("all", 100_000), feature, in).toArray());
      assertArrayEquals(whole, extract(new OpenClOptions("all", 0), feature, in).toArray());
    }
  }

  @Test
  void stagesWithoutAKernelFollowOnTheCpu() {
    Stage frame = new Stage.Frame(400, 160, 0, 0, Padding.ZERO, Stage.Frame.Tail.DROP);
    Stage sections =
        new Stage.SosFilter(
            Basis.row(1, 0.5, 0, 1, 0.1, 0), Stage.SosFilter.Direction.BOTH, 9, false);
    Stage spectrum = new Stage.RealFft(400);
    Waveform in = clips(2);
    try (OpenClEngine engine = new OpenClEngine(new OpenClOptions("0", 0))) {
      Pipeline start = Pipeline.of(RATE, sections, frame, spectrum);
      assertEquals(3, engine.stagesOnCpu(start).size());
      Pipeline middle = Pipeline.of(RATE, new Stage.Affine(2, 0.1), sections, frame);
      assertEquals(2, engine.stagesOnCpu(middle).size());
      Pipeline none = Pipeline.of(RATE, new Stage.Affine(2, 0.1), frame, spectrum);
      assertEquals(0, engine.stagesOnCpu(none).size());
      // More than any device's local memory holds.
      Pipeline large =
          Pipeline.of(
              RATE,
              new Stage.Frame(1 << 20, 1 << 19, 0, 1 << 20, Padding.ZERO, Stage.Frame.Tail.DROP),
              new Stage.RealFft(1 << 20),
              new Stage.Modulus(1));
      assertEquals(3, engine.stagesOnCpu(large).size());
      for (Pipeline pipeline : List.of(start, middle, none, large)) {
        try (Extractor extractor = engine.compile(pipeline);
            Extractor reference = Engines.named("reference").compile(pipeline)) {
          double error =
              EngineContract.relativeError(
                  reference.extract(in).toArray(), extractor.extract(in).toArray());
          assertTrue(error < 1e-5, pipeline + ": " + error);
        }
      }
    }
  }

  @Test
  void devicesAreChosenByIndexOrName() {
    String first = OpenClEngine.devices().getFirst();
    String name = first.substring(0, Math.min(6, first.indexOf(',')));
    for (String choice : List.of("auto", "0", "0,0", name.strip())) {
      var probed = new OpenClEngine(new OpenClOptions(choice, 0)).probe();
      assertTrue(
          assertInstanceOf(Available.class, probed).device().contains("work groups of up to"),
          choice);
    }
    for (String choice : List.of("99", "no such device", "0,")) {
      OpenClEngine engine = new OpenClEngine(new OpenClOptions(choice, 0));
      assertInstanceOf(Unavailable.class, engine.probe(), choice);
      Pipeline pipeline = LogMel.librosa(RATE).pipeline();
      assertThrows(EngineUnavailableException.class, () -> engine.compile(pipeline));
    }
    assertThrows(IllegalArgumentException.class, () -> new OpenClOptions(" ", 0));
    assertThrows(IllegalArgumentException.class, () -> new OpenClOptions("auto", -1));
  }

  /**
   * In a JVM of its own: after a build that failed, PoCL's compiler may end its process with status
   * 1, whatever the program says.
   */
  @Test
  void aKernelThatIsNotBuiltIsAnErrorWithTheDriversLog() throws Exception {
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--enable-native-access=ALL-UNNAMED",
                "-cp",
                System.getProperty("java.class.path"),
                RefusedBuild.class.getName())
            .redirectError(ProcessBuilder.Redirect.DISCARD)
            .start();
    String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    process.waitFor();
    List<String> messages = out.lines().filter(line -> line.startsWith("message: ")).toList();
    assertEquals(2, messages.size(), out);
    for (String message : messages) {
      assertTrue(message.startsWith("message: " + Devices.name(Devices.all().getFirst())), message);
      assertTrue(message.contains("does not build Refused"), message);
      // Of the source, and so of no text of ours.
      assertTrue(message.contains("error:"), message);
    }
  }

  @Test
  void itIsTakenOnlyByName() {
    assertTrue(Engines.all().stream().anyMatch(engine -> engine.name().equals("opencl")));
    assertEquals("cpu", Engines.choose().engine().name());
    assertEquals("opencl", Engines.named("opencl").name());
  }

  @Test
  void aClosedExtractorSaysSo() {
    try (OpenClEngine engine = new OpenClEngine(new OpenClOptions("0", 0))) {
      Extractor extractor = engine.compile(LogMel.librosa(RATE).pipeline());
      extractor.close();
      extractor.close();
      Waveform in = clips(1);
      assertThrows(IllegalStateException.class, () -> extractor.extract(in));
    }
  }
}
