package org.cochlea.spark;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.Random;
import org.apache.spark.sql.Row;
import org.cochlea.audio.AudioClip;
import org.cochlea.audio.AudioFormat;
import org.cochlea.audio.AudioWriter;
import org.cochlea.core.Engine;
import org.cochlea.core.Engines;
import org.cochlea.core.ExtractorOptions;
import org.cochlea.core.Tensor;
import org.cochlea.core.preset.FrontEnd;

/** Clips, and their features without Spark. */
final class Sounds {
  private Sounds() {}

  static float[][] noise(int channels, int samples, long seed) {
    Random random = new Random(seed);
    float[][] made = new float[channels][samples];
    for (int c = 0; c < channels; c++) {
      for (int i = 0; i < samples; i++) {
        double slow = Math.sin(i * 2e-5 * (c + 1 + seed % 3));
        made[c][i] = (float) (0.3 * slow * random.nextGaussian() + 0.2 * Math.sin(i * 0.05));
      }
    }
    return made;
  }

  static void write(Path file, float[][] channels, int sampleRate) throws IOException {
    AudioWriter.write(file, AudioFormat.WAV_FLOAT_32, channels, sampleRate);
  }

  static Tensor feature(Recipe recipe, float[][] channels, int sampleRate) {
    try (Engine engine = Engines.named("cpu");
        FrontEnd frontEnd = recipe.preset(sampleRate).compile(engine, new ExtractorOptions(2))) {
      return frontEnd.extract(channels, sampleRate);
    }
  }

  static Tensor feature(Recipe recipe, Path file) throws IOException {
    AudioClip clip = AudioClip.load(file);
    return feature(recipe, clip.toChannels(), clip.sampleRate());
  }

  static float[] values(Row row) {
    byte[] bytes = row.getAs("feature");
    float[] values = new float[bytes.length / Float.BYTES];
    ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer().get(values);
    return values;
  }
}
