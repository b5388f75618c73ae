package org.cochlea.core.feature;

import java.util.ArrayList;
import java.util.List;
import org.cochlea.core.basis.FilterBanks;
import org.cochlea.core.basis.MelScale;
import org.cochlea.core.basis.Window;
import org.cochlea.core.stage.Basis;
import org.cochlea.core.stage.Layout;
import org.cochlea.core.stage.Padding;
import org.cochlea.core.stage.Pipeline;
import org.cochlea.core.stage.Stage;

/**
 * Log mel spectrogram as tf.signal frames it: frames start at the first sample, and zeros are added
 * at the end of a frame up to the size of the transform: {@code [batch, channels, samples] →
 * [batch, channels, mel.bins, frames]}.
 *
 * <p>VGGish, YAMNet and kapre compute this, and return time first. It has no look-ahead beyond the
 * frame, which suits streams. {@link StftSpec} differs where the window is shorter than the
 * transform: there a frame is as long as the transform and the window lies in its middle.
 *
 * @param sampleRate in Hz, at least 1
 * @param windowLength samples per frame, in [1, fftSize]
 * @param hopLength samples from one frame to the next, at least 1
 * @param fftSize size of the transform
 * @param window its shape
 * @param padEnd whether every frame that starts inside the signal counts, {@code ceil(samples /
 *     hop)} of them, with zeros beyond its end; else only full ones
 * @param mel the filter bank; its upper edge is at most half the sample rate
 * @param power above 0: 1 magnitude, 2 power
 * @param compression usually {@code ln(x + offset)}
 * @param waveformScale what samples within ±1 are multiplied by, above 0; 32768 where the model was
 *     fed 16-bit integers
 */
public record TensorFlowLogMel(
    int sampleRate,
    int windowLength,
    int hopLength,
    int fftSize,
    Window window,
    boolean padEnd,
    MelSpec mel,
    double power,
    Compression compression,
    double waveformScale)
    implements Feature {

  /**
   * Checks the ranges above.
   *
   * @throws IllegalArgumentException if they are not kept
   */
  public TensorFlowLogMel {
    Check.atLeast("sampleRate", sampleRate, 1);
    Check.atLeast("fftSize", fftSize, 1);
    Check.range("windowLength", windowLength, 1, fftSize);
    Check.atLeast("hopLength", hopLength, 1);
    Check.nyquist(mel.maxHz(), sampleRate);
    Check.positive("power", power);
    Check.positive("waveformScale", waveformScale);
  }

  /**
   * YAMNet's: 16 kHz, 25 ms every 10 ms, 512, magnitude, 64 bins of 125 to 7500 Hz with sides
   * straight in mel, {@code ln(x + 0.001)}. Its TFLite form centres the window in the transform,
   * which leaves magnitudes as they are.
   */
  public static TensorFlowLogMel yamnet() {
    return audioSet(0.001);
  }

  /** VGGish's: as YAMNet's with {@code ln(x + 0.01)}. */
  public static TensorFlowLogMel vggish() {
    return audioSet(0.01);
  }

  private static TensorFlowLogMel audioSet(double offset) {
    MelSpec mel =
        new MelSpec(64, 125, 7500, MelScale.HTK, FilterBanks.Norm.NONE, FilterBanks.Axis.MEL);
    return new TensorFlowLogMel(
        16_000, 400, 160, 512, Window.HANN, false, mel, 1, Compression.Logarithm.offset(offset), 1);
  }

  /** Returns this with other frames, in samples. */
  public TensorFlowLogMel withFrames(int window, int hop, int size) {
    return new TensorFlowLogMel(
        sampleRate, window, hop, size, this.window, padEnd, mel, power, compression, waveformScale);
  }

  /** Returns this with another filter bank. */
  public TensorFlowLogMel withMel(MelSpec spec) {
    return new TensorFlowLogMel(
        sampleRate,
        windowLength,
        hopLength,
        fftSize,
        window,
        padEnd,
        spec,
        power,
        compression,
        waveformScale);
  }

  /** Returns this of another power of the magnitude. */
  public TensorFlowLogMel withPower(double exponent) {
    return new TensorFlowLogMel(
        sampleRate,
        windowLength,
        hopLength,
        fftSize,
        window,
        padEnd,
        mel,
        exponent,
        compression,
        waveformScale);
  }

  /** Returns this on another scale. */
  public TensorFlowLogMel withCompression(Compression other) {
    return new TensorFlowLogMel(
        sampleRate,
        windowLength,
        hopLength,
        fftSize,
        window,
        padEnd,
        mel,
        power,
        other,
        waveformScale);
  }

  /** Returns this with the signal multiplied by another factor. */
  public TensorFlowLogMel withWaveformScale(double factor) {
    return new TensorFlowLogMel(
        sampleRate,
        windowLength,
        hopLength,
        fftSize,
        window,
        padEnd,
        mel,
        power,
        compression,
        factor);
  }

  @Override
  public Pipeline pipeline() {
    double[] weights = window.coefficients(windowLength);
    for (int n = 0; n < weights.length; n++) {
      weights[n] *= waveformScale;
    }
    List<Stage> stages = new ArrayList<>();
    stages.add(
        new Stage.Frame(
            windowLength,
            hopLength,
            0,
            padEnd ? windowLength - 1 : 0,
            Padding.ZERO,
            Stage.Frame.Tail.DROP));
    stages.add(new Stage.Window(Basis.row(weights)));
    stages.add(new Stage.RealFft(fftSize));
    stages.add(new Stage.Modulus(power));
    stages.add(new Stage.Project(mel.basis(sampleRate, fftSize)));
    stages.addAll(compression.stages());
    return new Pipeline(sampleRate, Layout.signal(), stages);
  }
}
