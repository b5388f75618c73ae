package org.cochlea.core.feature;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.SplittableRandom;
import org.cochlea.core.basis.Window;
import org.cochlea.core.stage.Padding;
import org.cochlea.core.testing.Reference;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SpectralRmsTest {

  @ParameterizedTest
  @ValueSource(ints = {256, 255})
  void withoutAWindowItIsTheRmsOfTheSamples(int size) {
    SplittableRandom random = new SplittableRandom(1);
    float[] x = new float[2000];
    for (int i = 0; i < x.length; i++) {
      x[i] = (float) (random.nextDouble() - 0.3);
    }
    StftSpec stft = StftSpec.centred(size, 100, Padding.ZERO).withWindow(Window.BOXCAR);
    assertArrayEquals(
        Reference.extract(new Rms(size, 100, true, Padding.ZERO), x, 8000)[0],
        Reference.extract(new SpectralRms(stft, size), x, 8000)[0],
        1e-6f);
    assertThrows(IllegalArgumentException.class, () -> new SpectralRms(stft, size + 2));
  }
}
