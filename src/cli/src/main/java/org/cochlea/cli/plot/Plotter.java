package org.cochlea.cli.plot;

import java.util.Arrays;
import java.util.List;
import java.util.function.DoubleUnaryOperator;
import org.cochlea.cli.extract.EmptyFilters;
import org.cochlea.cli.plot.Picture.Curve;
import org.cochlea.cli.plot.Picture.Heatmap;
import org.cochlea.cli.plot.Picture.Waves;
import org.cochlea.core.Engine;
import org.cochlea.core.Extractor;
import org.cochlea.core.Tensor;
import org.cochlea.core.Waveform;
import org.cochlea.core.basis.MelScale;
import org.cochlea.core.feature.Compression;
import org.cochlea.core.feature.DctSpec;
import org.cochlea.core.feature.MelSpec;
import org.cochlea.core.feature.MelSpectrogram;
import org.cochlea.core.feature.Mfcc;
import org.cochlea.core.feature.Spectrogram;
import org.cochlea.core.feature.StftSpec;
import org.cochlea.core.stage.Padding;
import org.cochlea.core.stage.Pipeline;
import org.jspecify.annotations.Nullable;

/**
 * Makes pictures of sounds, computing what they show on an engine. However long a sound is, only a
 * piece of its spectrogram is in memory at a time; what is kept are a few thousand columns, each
 * the maximum of its frames.
 */
public final class Plotter {
  private static final int MAX_COLUMNS = 8192;
  private static final int PIECE_VALUES = 1 << 22;
  private static final double RANGE = 80;
  private static final double FLOOR = 1e-10;

  /** The share of the coefficients but the first, many times all others, beyond the colours. */
  private static final double OUTLIERS = 0.005;

  private final Engine engine;
  private final PlotSpec spec;
  private final int pieceValues;

  /**
   * Makes a plotter.
   *
   * @param engine computes the features
   * @param spec what to draw
   */
  public Plotter(Engine engine, PlotSpec spec) {
    this(engine, spec, PIECE_VALUES);
  }

  /** As above, with another number of values of the spectrogram in memory at a time. */
  Plotter(Engine engine, PlotSpec spec, int pieceValues) {
    this.engine = engine;
    this.spec = spec;
    this.pieceValues = pieceValues;
  }

  /** Returns what is to be said of the picture of sounds of a rate, or null. */
  public @Nullable String warning(int sampleRate) {
    return spec.kind() == PlotKind.MEL || spec.kind() == PlotKind.MFCC
        ? EmptyFilters.warning(sampleRate, melSpectrogram(sampleRate, stft()).pipeline())
        : null;
  }

  /**
   * Makes the picture of a sound.
   *
   * @param title what is written above it
   * @param channels at least 1, all of one length, at least 1 sample; all but the waveform show
   *     their mean
   * @param sampleRate Hz, at least 1
   * @param offset seconds before the first sample; the time axis begins there
   * @throws IllegalArgumentException if there are no samples
   */
  public Picture picture(String title, List<float[]> channels, int sampleRate, double offset) {
    if (channels.isEmpty() || channels.getFirst().length == 0) {
      throw new IllegalArgumentException("there are no samples to draw");
    }
    double duration = (double) channels.getFirst().length / sampleRate;
    Axis time = time(offset, duration);
    return switch (spec.kind()) {
      case WAVEFORM -> waves(title, channels, time);
      case SPECTROGRAM, LOG_SPECTROGRAM -> spectrogram(title, mean(channels), sampleRate, time);
      case MEL -> mel(title, mean(channels), sampleRate, time);
      case MFCC -> mfcc(title, mean(channels), sampleRate, time);
      case SPECTRUM -> spectrum(title, mean(channels), sampleRate);
    };
  }

  private static Axis time(double offset, double duration) {
    String unit = offset + duration >= 3600 ? "h:mm:ss" : offset + duration >= 60 ? "m:ss" : "s";
    return new Axis(
        "Time (%s)".formatted(unit), new Limits(offset, offset + duration), new Scale.Seconds());
  }

  private static Axis frequency(int sampleRate, Scale scale) {
    return new Axis("Frequency (Hz)", new Limits(0, sampleRate / 2.0), scale);
  }

  private static float[] mean(List<float[]> channels) {
    if (channels.size() == 1) {
      return channels.getFirst();
    }
    float[] mean = new float[channels.getFirst().length];
    for (float[] channel : channels) {
      for (int i = 0; i < mean.length; i++) {
        mean[i] += channel[i] / channels.size();
      }
    }
    return mean;
  }

  private static Waves waves(String title, List<float[]> channels, Axis time) {
    List<Envelope> envelopes = channels.stream().map(Envelope::of).toList();
    double peak = envelopes.stream().mapToDouble(Envelope::peak).max().orElse(0);
    double size = peak == 0 ? 1 : 1.08 * peak;
    Axis y = new Axis("Amplitude", new Limits(-size, size), new Scale.Linear());
    return new Waves(title, time, y, envelopes);
  }

  private Heatmap spectrogram(String title, float[] samples, int sampleRate, Axis time) {
    Columns columns = new Columns(frames(samples.length), spec.fftSize() / 2 + 1);
    analyse(samples, new Spectrogram(sampleRate, stft(), 2).pipeline(), columns);
    double binHz = (double) sampleRate / spec.fftSize();
    Scale scale =
        spec.kind() == PlotKind.SPECTROGRAM
            ? new Scale.Linear()
            : new Scale.Octaves(Scale.Octaves.C2);
    return decibels(
        title, columns, sampleRate, time, frequency(sampleRate, scale), hz -> hz / binHz);
  }

  private Heatmap mel(String title, float[] samples, int sampleRate, Axis time) {
    Columns columns = new Columns(frames(samples.length), spec.melBins());
    analyse(samples, melSpectrogram(sampleRate, stft()).pipeline(), columns);
    MelScale mel = MelScale.SLANEY;
    // Band i is centred one step above band i - 1, and the first one step above 0 Hz.
    double step = mel.fromHz(sampleRate / 2.0) / (spec.melBins() + 1);
    return decibels(
        title,
        columns,
        sampleRate,
        time,
        frequency(sampleRate, new Scale.Mel(mel)),
        hz -> mel.fromHz(hz) / step - 1);
  }

  private Heatmap decibels(
      String title,
      Columns columns,
      int sampleRate,
      Axis time,
      Axis frequency,
      DoubleUnaryOperator row) {
    return new Heatmap(
        title,
        time,
        frequency,
        columns.decibels(),
        columns.at(time.limits().low(), (double) sampleRate / spec.hopLength()),
        row,
        spec.colors() == null ? ColorMap.MAGMA : spec.colors(),
        new Limits(-RANGE, 0),
        new Scale.Decibels());
  }

  private Heatmap mfcc(String title, float[] samples, int sampleRate, Axis time) {
    StftSpec centred = StftSpec.centred(spec.fftSize(), spec.hopLength(), Padding.ZERO);
    Pipeline pipeline =
        new Mfcc(
                melSpectrogram(sampleRate, centred),
                Compression.Decibels.ofPower(),
                DctSpec.ortho(spec.coefficients()))
            .pipeline();
    Grid grid;
    try (Extractor extractor = engine.compile(pipeline)) {
      Tensor values = extractor.extract(Waveform.of(samples, sampleRate));
      grid = new Grid(spec.coefficients(), values.shape().frames(), values.toArray(0));
    }
    double offset = time.limits().low();
    double rate = (double) sampleRate / spec.hopLength();
    ColorMap colors = spec.colors() == null ? ColorMap.COOLWARM : spec.colors();
    return new Heatmap(
        title,
        time,
        new Axis("Coefficient", new Limits(-0.5, spec.coefficients() - 0.5), new Scale.Count()),
        grid,
        seconds -> (seconds - offset) * rate,
        coefficient -> coefficient,
        colors,
        colors == ColorMap.COOLWARM
            ? grid.symmetricRange(spec.coefficients() > 1 ? 1 : 0, OUTLIERS)
            : grid.range(),
        new Scale.Linear());
  }

  private Curve spectrum(String title, float[] samples, int sampleRate) {
    Mean mean = new Mean(spec.fftSize() / 2 + 1);
    analyse(samples, new Spectrogram(sampleRate, stft(), 2).pipeline(), mean);
    double binHz = (double) sampleRate / spec.fftSize();
    Grid grid = mean.decibels();
    return new Curve(
        title,
        frequency(sampleRate, new Scale.Octaves(Scale.Octaves.C2)),
        new Axis("", new Limits(Math.max(-100, grid.range().low() - 3), 3), new Scale.Decibels()),
        grid,
        bin -> bin * binHz);
  }

  // The analysis, piece by piece.

  /** Frames are centred by hand, so that pieces of a long sound join without a seam. */
  private StftSpec stft() {
    return StftSpec.centred(spec.fftSize(), spec.hopLength(), Padding.ZERO).withCenter(false);
  }

  private MelSpectrogram melSpectrogram(int sampleRate, StftSpec stft) {
    return new MelSpectrogram(
        sampleRate, stft, MelSpec.slaney(spec.melBins(), 0, sampleRate / 2.0), 2);
  }

  private int frames(int samples) {
    int margin = spec.fftSize() / 2;
    return 1 + (int) ((samples + 2L * margin - spec.fftSize()) / spec.hopLength());
  }

  /** Takes the frames of a spectrogram as they are computed. */
  private interface Sink {
    void accept(Tensor piece, int firstFrame);
  }

  private void analyse(float[] samples, Pipeline pipeline, Sink sink) {
    int size = spec.fftSize();
    int hop = spec.hopLength();
    int frames = frames(samples.length);
    int perPiece = Math.clamp(pieceValues / Math.max(size / 2 + 1, hop), 1, frames);
    try (Extractor extractor = engine.compile(pipeline)) {
      for (int first = 0; first < frames; first += perPiece) {
        int count = Math.min(perPiece, frames - first);
        float[] piece = new float[(count - 1) * hop + size];
        long start = (long) first * hop - size / 2;
        int from = (int) Math.max(0, start);
        int to = (int) Math.min(samples.length, start + piece.length);
        if (to > from) {
          System.arraycopy(samples, from, piece, (int) (from - start), to - from);
        }
        sink.accept(extractor.extract(Waveform.of(piece, pipeline.sampleRate())), first);
      }
    }
  }

  /** A spectrogram of at most {@link #MAX_COLUMNS} columns. */
  private static final class Columns implements Sink {
    private final int rows;
    private final int count;
    private final int framesPerColumn;
    private final float[] values;

    Columns(int frames, int rows) {
      this.rows = rows;
      framesPerColumn = Math.ceilDiv(frames, MAX_COLUMNS);
      count = Math.ceilDiv(frames, framesPerColumn);
      values = new float[rows * count];
      Arrays.fill(values, Float.NaN);
    }

    @Override
    public void accept(Tensor piece, int firstFrame) {
      float[] powers = piece.toArray(0);
      int frames = piece.frames(0);
      for (int r = 0; r < rows; r++) {
        for (int t = 0; t < frames; t++) {
          int at = r * count + (firstFrame + t) / framesPerColumn;
          float power = powers[r * frames + t];
          if (Float.isNaN(values[at]) || power > values[at]) {
            values[at] = power;
          }
        }
      }
    }

    /** Returns the column at a time, from the first frame's time and the frames per second. */
    DoubleUnaryOperator at(double offset, double frameRate) {
      double middle = (framesPerColumn - 1) / 2.0;
      return seconds -> ((seconds - offset) * frameRate - middle) / framesPerColumn;
    }

    Grid decibels() {
      return belowMaximum(rows, count, values);
    }
  }

  /** The average over time. */
  private static final class Mean implements Sink {
    private final double[] sums;
    private final long[] counts;

    Mean(int bins) {
      sums = new double[bins];
      counts = new long[bins];
    }

    @Override
    public void accept(Tensor piece, int firstFrame) {
      float[] powers = piece.toArray(0);
      int frames = piece.frames(0);
      for (int r = 0; r < sums.length; r++) {
        for (int t = 0; t < frames; t++) {
          float power = powers[r * frames + t];
          if (Float.isFinite(power)) {
            sums[r] += power;
            counts[r]++;
          }
        }
      }
    }

    Grid decibels() {
      float[] means = new float[sums.length];
      for (int r = 0; r < means.length; r++) {
        means[r] = counts[r] == 0 ? Float.NaN : (float) (sums[r] / counts[r]);
      }
      return belowMaximum(1, means.length, means, Double.POSITIVE_INFINITY);
    }
  }

  private static Grid belowMaximum(int rows, int columns, float[] powers) {
    return belowMaximum(rows, columns, powers, RANGE);
  }

  /**
   * librosa.power_to_db with {@code ref=np.max}; where there is no number, there stays none, and
   * silence lies at the lower end of the range.
   */
  private static Grid belowMaximum(int rows, int columns, float[] powers, double range) {
    double top = 0;
    for (float power : powers) {
      if (Float.isFinite(power)) {
        top = Math.max(top, power);
      }
    }
    top = top <= FLOOR ? FLOOR * Math.pow(10, RANGE / 10) : top;
    double zero = 10 * Math.log10(top);
    float[] values = new float[powers.length];
    for (int i = 0; i < values.length; i++) {
      values[i] =
          Float.isNaN(powers[i])
              ? Float.NaN
              : (float) Math.max(-range, 10 * Math.log10(Math.max(FLOOR, powers[i])) - zero);
    }
    return new Grid(rows, columns, values);
  }
}
