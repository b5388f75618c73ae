package org.cochlea.train;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import org.cochlea.audio.AudioFormat;
import org.cochlea.audio.AudioWriter;
import org.cochlea.audio.dataset.Dataset;
import org.cochlea.core.feature.Compression;
import org.cochlea.core.feature.LogMel;
import org.cochlea.core.feature.MelSpec;
import org.cochlea.core.feature.MelSpectrogram;
import org.cochlea.core.feature.StftSpec;
import org.cochlea.core.preset.Preset;
import org.cochlea.core.stage.Padding;

/** A small dataset that is easy to learn: noisy tones of some pitches. */
public final class Tones {
  public static final int RATE = 4_000;

  private Tones() {}

  /** Writes clips of some tenths of a second, each class in its folder. */
  public static Dataset write(Path folder, int classes, int perClass) throws IOException {
    for (int k = 0; k < classes; k++) {
      Path inner = Files.createDirectories(folder.resolve("tone" + k));
      for (int i = 0; i < perClass; i++) {
        Random random = new Random(100L * k + i);
        float[] samples = new float[RATE / 2 + random.nextInt(RATE / 2)];
        double frequency = 250 * (k + 1) * (1 + 0.03 * random.nextGaussian());
        for (int t = 0; t < samples.length; t++) {
          samples[t] =
              (float)
                  (0.3 * Math.sin(2 * Math.PI * frequency * t / RATE)
                      + 0.05 * random.nextGaussian());
        }
        AudioWriter.write(
            inner.resolve("clip%02d.wav".formatted(i)),
            AudioFormat.WAV_16,
            new float[][] {samples},
            RATE);
      }
    }
    return Dataset.open(folder);
  }

  /** 16 mel bins, 25 frames in 0.4 s. */
  public static Preset frontEnd() {
    MelSpectrogram mel =
        MelSpectrogram.librosa(RATE)
            .withStft(StftSpec.centred(128, 64, Padding.ZERO))
            .withMel(MelSpec.slaney(16, 0, RATE / 2.0));
    return Preset.of("tones", "small", RATE, new LogMel(mel, Compression.Decibels.ofPower()));
  }
}
