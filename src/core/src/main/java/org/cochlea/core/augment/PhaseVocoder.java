package org.cochlea.core.augment;

import org.cochlea.core.Shape;
import org.cochlea.core.Tensor;

/**
 * Stretches complex spectrograms in time without changing pitch:
 * torchaudio.functional.phase_vocoder and librosa.phase_vocoder.
 *
 * <p>Frame {@code j} of the result lies at {@code t = j rate} of the input. Its magnitude is
 * interpolated between the frames {@code i = floor(t)} and {@code i + 1}; its angle is that of the
 * result's frame before plus the angle that the bin turns by from {@code i} to {@code i + 1}:
 * {@code φ + d - 2π round(d / 2π)} with {@code φ = 2π k hop / size} and {@code d} the difference
 * measured minus φ. The first frame has the angles of the input's first.
 */
public final class PhaseVocoder {
  private PhaseVocoder() {}

  /**
   * Returns a spectrogram of {@code ceil(frames / rate)} frames for each clip.
   *
   * @param in complex, {@code [batch, channels, bins, frames, 2]}, bins from 0 to half the size
   * @param rate in [0.05, 20]; above 1 is faster
   * @param hopLength samples from one frame to the next, at least 1; it has no influence but by
   *     rounding, as whole turns are none
   * @throws IllegalArgumentException if the input is not complex or a value out of range
   */
  public static Tensor stretch(Tensor in, double rate, int hopLength) {
    Check.range("rate", rate, 0.05, 20);
    Check.atLeast("hopLength", hopLength, 1);
    Shape shape = in.shape();
    requireComplex(shape);
    int longest = frames(shape.frames(), rate);
    Tensor out =
        Tensor.allocate(new Shape(shape.batch(), shape.channels(), shape.bins(), longest, true));
    Picture picture = new Picture();
    Vocoder vocoder = new Vocoder();
    for (int b = 0; b < shape.batch(); b++) {
      picture.load(in, b);
      stretch(picture, rate, vocoder);
      picture.store(out, b);
      out.setFrames(b, picture.frames());
    }
    return out;
  }

  static void requireComplex(Shape shape) {
    if (!shape.complex()) {
      throw new IllegalArgumentException(
          "a phase vocoder needs a complex spectrogram, this one is of shape " + shape);
    }
  }

  /** Returns how many frames a stretched spectrogram has. */
  static int frames(int frames, double rate) {
    return (int) Math.ceil(frames / rate);
  }

  static void stretch(Picture p, double rate, Vocoder vocoder) {
    int frames = p.frames();
    int bins = p.bins();
    int made = frames(frames, rate);
    for (int c = 0; c < p.channels() && p.size() > 0; c++) {
      float[] x = p.values(c);
      float[] y = p.spare(c, bins * made * 2);
      vocoder.begin(bins);
      vocoder.take(x, 0, 2 * frames);
      take(vocoder, x, 1, frames);
      vocoder.startPhase();
      int taken = 1;
      for (int j = 0; j < made; j++) {
        double t = j * rate;
        int i = (int) t;
        while (taken < i + 1) {
          taken++;
          take(vocoder, x, taken, frames);
        }
        vocoder.frame(t - i, y, 2 * j, 2 * made);
      }
      p.swap(c);
    }
    p.setFrames(made);
  }

  private static void take(Vocoder vocoder, float[] x, int frame, int frames) {
    if (frame < frames) {
      vocoder.take(x, 2 * frame, 2 * frames);
    } else {
      vocoder.takeSilence();
    }
  }
}
