package org.cochlea.core;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.cochlea.core.feature.Feature;
import org.cochlea.core.feature.LogMel;
import org.cochlea.core.feature.Mfcc;
import org.cochlea.core.feature.Stft;
import org.cochlea.core.feature.YinPitch;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Memory after many calls: {@code -Dcochlea.soak.calls=100000} for a long run. */
class SoakTest {
  private static final int CALLS = Integer.getInteger("cochlea.soak.calls", 400);
  private static final int RATE = 16_000;

  /** What a heap may grow by that leaks nothing: code, classes and what the JVM counts. */
  private static final long SLACK = 4 << 20;

  @ParameterizedTest
  @ValueSource(strings = {"cpu", "reference"})
  void memoryIsFlat(String name) throws IOException {
    List<Feature> features =
        List.of(
            LogMel.librosa(RATE),
            Mfcc.librosa(RATE),
            Stft.librosa(),
            YinPitch.librosa(RATE, 200, 2000));
    Engine engine = Engines.named(name);
    calls(engine, features, Math.max(100, CALLS / 10));
    long before = heap();
    long resident = resident();
    calls(engine, features, CALLS);
    long after = heap();
    System.out.printf(
        "%s, %d calls: heap %.1f to %.1f MB, resident %.0f to %.0f MB%n",
        name, CALLS, before / 1e6, after / 1e6, resident / 1e6, resident() / 1e6);
    assertTrue(after - before < SLACK, "heap from " + before + " to " + after);
  }

  /** Clips of many lengths, streams and new extractors. */
  private static void calls(Engine engine, List<Feature> features, int calls) {
    SplittableRandom random = new SplittableRandom(3);
    float[] x = new float[4000];
    for (int i = 0; i < x.length; i++) {
      x[i] = (float) random.nextDouble(-1, 1);
    }
    int count = features.size();
    for (int i = 0; i < calls; ) {
      Feature feature = features.get(random.nextInt(count));
      try (Extractor extractor = engine.compile(feature.pipeline());
          StreamingExtractor stream =
              new StreamingExtractor(engine, features.get(count - 1).pipeline(), 1)) {
        for (int j = 0; j < 50; j++, i += 2) {
          int length = 1 + random.nextInt(x.length);
          extractor.extract(Waveform.of(Arrays.copyOf(x, length), RATE));
          stream.push(x.clone());
        }
      }
    }
  }

  private static long heap() {
    long least = Long.MAX_VALUE;
    for (int i = 0; i < 5; i++) {
      System.gc();
      least =
          Math.min(least, Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory());
    }
    return least;
  }

  /** The process's memory in bytes; 0 where the system does not tell. */
  private static long resident() throws IOException {
    Path status = Path.of("/proc/self/statm");
    return Files.exists(status)
        ? 4096 * Long.parseLong(Files.readString(status).split(" ", -1)[1])
        : 0;
  }
}
