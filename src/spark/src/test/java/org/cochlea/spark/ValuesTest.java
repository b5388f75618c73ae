package org.cochlea.spark;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.cochlea.core.augment.AugmentationPlan;
import org.cochlea.core.augment.ClipSource;
import org.cochlea.core.augment.WaveAugmentation;
import org.cochlea.core.basis.Window;
import org.cochlea.core.feature.Custom;
import org.cochlea.core.feature.LogMel;
import org.cochlea.core.preset.Preset;
import org.cochlea.core.preset.Presets;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.Test;

/** Presets and plans survive the way to an executor. */
@NullUnmarked // what is missing fails the test
class ValuesTest {
  @Test
  void allPresetsArriveAsTheyWere() {
    for (Preset preset : Presets.all()) {
      assertEquals(preset, Values.read(Values.write(preset), Preset.class), preset.name());
    }
  }

  @Test
  void aPipelineOfOnesOwnArrivesWithItsMatrices() {
    Custom custom = new Custom("mine", LogMel.librosa(16_000).pipeline());
    assertEquals(custom, Values.read(Values.write(custom), Custom.class));
  }

  @Test
  void windowsArrive() {
    for (Window window :
        List.of(Window.of(0.25, 1, 0.5), Window.kaiser(14.7), Window.parse("hann_symmetric"))) {
      assertEquals(window, Values.read(Values.write(window), Window.class));
    }
  }

  @Test
  void whatCannotTravelIsNamed() {
    AugmentationPlan plan =
        AugmentationPlan.ofWaveform(
            WaveAugmentation.AddBackgroundNoise.of(
                ClipSource.of(List.of(new float[10]), 8000), 0.5));
    IllegalArgumentException e =
        assertThrows(IllegalArgumentException.class, () -> Augment.of(plan, 1, 0, null));
    assertTrue(e.getMessage().contains("AugmentationPlan cannot be sent"), e.getMessage());
  }
}
