package org.cochlea.cuda;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.cochlea.core.feature.Compression;
import org.cochlea.core.feature.Feature;
import org.cochlea.core.feature.InverseStft;
import org.cochlea.core.feature.KaldiFbank;
import org.cochlea.core.feature.LogMel;
import org.cochlea.core.feature.MelSpectrogram;
import org.cochlea.core.feature.Mfcc;
import org.cochlea.core.feature.Spectrogram;
import org.cochlea.core.feature.Stft;
import org.cochlea.core.feature.StftSpec;
import org.cochlea.core.feature.WhisperLogMel;
import org.cochlea.core.stage.Padding;
import org.cochlea.core.stage.Pipeline;
import org.cochlea.core.stage.Stage;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** How many launches a pipeline takes: what belongs together is one. */
class PlannerTest {
  private static final Limits H200 = new Limits(132, 232_448, 233_472);
  private static final Limits SMALL = new Limits(40, 65_536, 65_536);
  private static final int RATE = 16_000;

  private static Program plan(Pipeline pipeline, Limits limits) {
    return new Planner(KernelImages.instances(), limits).plan(pipeline, false);
  }

  private static int launches(Feature feature) {
    return plan(feature.pipeline(), H200).launches().size();
  }

  @Test
  void theUsualFrontEndsAreOneLaunch() {
    StftSpec spec = StftSpec.centred(400, 160, Padding.REFLECT);
    MelSpectrogram mel = MelSpectrogram.torchaudio(RATE);
    assertEquals(1, launches(Stft.of(spec)));
    assertEquals(1, launches(new Spectrogram(0, spec, 2)));
    assertEquals(1, launches(mel));
    assertEquals(1, launches(new LogMel(mel, Compression.Logarithm.clamped(1e-10))));
    assertEquals(1, launches(KaldiFbank.torchaudio(RATE)));
    assertEquals(1, launches(new InverseStft(spec, 16_000)));
  }

  @Test
  void whatNeedsWholeClipsFollowsIt() {
    assertEquals(2, launches(LogMel.librosa(RATE)));
    assertEquals(3, launches(Mfcc.librosa(RATE)));
    assertEquals(2, launches(new WhisperLogMel(80, WhisperLogMel.Length.THIRTY_SECONDS)));
  }

  @Test
  void sharedMemoryOfSmallGpusIsRespected() {
    for (int size : new int[] {400, 512, 1024, 2048, 4096, 8192, 509, 4099}) {
      Stage.Frame frame =
          new Stage.Frame(size, size / 4, 0, 0, Padding.ZERO, Stage.Frame.Tail.DROP);
      Pipeline pipeline = Pipeline.of(0, frame, new Stage.RealFft(size), new Stage.Modulus(2));
      for (Launch launch : plan(pipeline, SMALL).launches()) {
        if (launch instanceof Frontend frontend) {
          assertTrue(frontend.mostSharedBytes() <= SMALL.sharedPerBlock(), "size " + size);
        }
      }
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 4, 8, 16, 32})
  void aBankCoversItsBands(int framesPerBlock) {
    Pipeline mel = MelSpectrogram.librosa(RATE).pipeline();
    Stage.Project project = (Stage.Project) mel.stages().getLast();
    BankTables tables = new BankTables(project.basis(), framesPerBlock);
    int width = tables.slots().length / 2 / tables.groupCount();
    int lead = framesPerBlock >= 4 ? Math.max(1, 32 / framesPerBlock) - 1 : 0;
    int rows = project.basis().columns();
    double sum = 0;
    for (int g = 0; g < tables.groupCount(); g++) {
      int chunks = tables.groups()[2 * g];
      for (int s = 0; s < width; s++) {
        int output = tables.slots()[2 * (g * width + s)];
        int start = tables.slots()[2 * (g * width + s) + 1];
        assertTrue(start >= 0 && start + 4 * chunks <= lead + rows + BankTables.GUARD);
        for (int i = 0; i < 4 * chunks; i++) {
          int at = 4 * (tables.groups()[2 * g + 1] + i / 4 * width + s) + i % 4;
          float weight = tables.weights()[at];
          int k = start + i - lead;
          double expected = output >= 0 && k >= 0 && k < rows ? project.basis().at(output, k) : 0;
          assertEquals((float) expected, weight);
          sum += weight;
        }
      }
    }
    double all = 0;
    for (int r = 0; r < project.basis().rows(); r++) {
      for (double w : project.basis().row(r)) {
        all += (float) w;
      }
    }
    assertEquals(all, sum, all * 1e-6);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 16, 60, 400, 2048, 3 * 5 * 7 * 8})
  void placesAreAPermutation(int length) {
    int[] passes = Radix.passes(length);
    boolean[] taken = new boolean[length];
    for (int k = 0; k < length; k++) {
      int at = Radix.place(passes, 0, length, k);
      assertFalse(taken[at]);
      taken[at] = true;
    }
  }
}
