package org.cochlea.core.signal;

import java.util.List;
import org.cochlea.core.stage.Basis;
import org.cochlea.core.stage.Stage;

/**
 * A cascade of second-order sections: the numerically sound form of an IIR filter of any order
 * (scipy's {@code sos}).
 *
 * <p>Filtering runs in double precision in transposed direct form II, section after section, with
 * {@code float} samples at both ends; the {@code double} methods do the same on doubles.
 *
 * @param sections the sections in order, at least 1
 */
public record SecondOrderSections(List<Biquad> sections) {

  /** Copies the list; refuses an empty one. */
  public SecondOrderSections {
    sections = List.copyOf(sections);
    Checks.atLeast("sections", sections.size(), 1);
  }

  /** Returns the cascade of the given sections. */
  public static SecondOrderSections of(Biquad... sections) {
    return new SecondOrderSections(List.of(sections));
  }

  /**
   * Filters from rest, as {@code scipy.signal.sosfilt(sos, x)}.
   *
   * @param samples any number, also none
   * @return a new array of the same length
   */
  public float[] filter(float[] samples) {
    float[] out = new float[samples.length];
    stream().process(samples, 0, out, 0, samples.length);
    return out;
  }

  /** Filters doubles from rest; see {@link #filter(float[])}. */
  public double[] filter(double[] samples) {
    double[] out = samples.clone();
    stream().process(out, 0, out.length);
    return out;
  }

  /**
   * Filters from rest and clamps the output to [-1, 1], as torchaudio's biquads and {@code lfilter}
   * do. The clamp is outside the feedback. NaN stays NaN.
   */
  public float[] filterClamped(float[] samples) {
    float[] out = filter(samples);
    for (int i = 0; i < out.length; i++) {
      out[i] = Math.clamp(out[i], -1f, 1f);
    }
    return out;
  }

  /**
   * Filters forwards and backwards, so that no frequency is delayed, as {@code
   * scipy.signal.sosfiltfilt(sos, x)}: both ends are continued by {@link #padLength} samples
   * mirrored at the end point, and each pass starts in the steady state of its first sample.
   *
   * @param samples more than {@link #padLength} of them
   * @throws IllegalArgumentException if there are too few samples
   */
  public float[] filtfilt(float[] samples) {
    return ForwardBackward.narrow(filtfilt(ForwardBackward.widen(samples)));
  }

  /** Filters doubles forwards and backwards; see {@link #filtfilt(float[])}. */
  public double[] filtfilt(double[] samples) {
    return filtfilt(samples, padLength());
  }

  /**
   * Filters forwards and backwards with a given length of odd padding.
   *
   * @param samples more than {@code padLength} of them
   * @param padLength samples to continue either end by, at least 0
   */
  public double[] filtfilt(double[] samples, int padLength) {
    return filtfilt(samples, padLength, EndPadding.ODD);
  }

  /**
   * Filters forwards and backwards with a given padding.
   *
   * @param samples more than {@code padLength} of them
   * @param padLength samples to continue either end by, at least 0
   * @param padding how; scipy's {@code padtype}
   */
  public double[] filtfilt(double[] samples, int padLength, EndPadding padding) {
    double[][] steady = steadyState();
    return ForwardBackward.filtfilt(
        samples,
        padLength,
        padding,
        extended -> {
          SosFilter filter = stream();
          filter.start(steady, extended[0]);
          filter.process(extended, 0, extended.length);
        });
  }

  /**
   * Returns the samples by which {@link #filtfilt} continues either end: three times the number of
   * taps, {@code 2 sections + 1} less the sections that are of first order only.
   */
  public int padLength() {
    int zeros = 0;
    int poles = 0;
    for (Biquad section : sections) {
      zeros += section.b2() == 0 ? 1 : 0;
      poles += section.a2() == 0 ? 1 : 0;
    }
    return 3 * (2 * sections.size() + 1 - Math.min(zeros, poles));
  }

  /**
   * Returns the state of every section after a long input of ones, {@code [sections][2]}, as {@code
   * scipy.signal.sosfilt_zi}.
   *
   * @throws IllegalArgumentException if the filter has a pole at frequency 0 and so no steady state
   */
  public double[][] steadyState() {
    double[][] state = new double[sections.size()][];
    double scale = 1;
    for (int s = 0; s < state.length; s++) {
      Biquad q = sections.get(s);
      double feedback = 1 + q.a1() + q.a2();
      if (feedback == 0) {
        throw new IllegalArgumentException(
            "filter must have no pole at 0 Hz, section %d has: %s".formatted(s, q));
      }
      double first = (q.b1() - q.a1() * q.b0() + q.b2() - q.a2() * q.b0()) / feedback;
      double second = (1 + q.a1()) * first - (q.b1() - q.a1() * q.b0());
      state[s] = new double[] {scale * first, scale * second};
      scale *= q.gainAtZero();
    }
    return state;
  }

  /** Returns {@link #filter} as a stage of a pipeline. */
  public Stage.SosFilter stage() {
    return new Stage.SosFilter(rows(), Stage.SosFilter.Direction.FORWARDS, 0, false);
  }

  /**
   * Returns {@link #filtfilt} as a stage of a pipeline.
   *
   * @throws IllegalArgumentException if the filter has a pole at frequency 0
   */
  public Stage.SosFilter zeroPhaseStage() {
    return new Stage.SosFilter(rows(), Stage.SosFilter.Direction.BOTH, padLength(), false);
  }

  private Basis rows() {
    double[][] rows = new double[sections.size()][];
    for (int s = 0; s < rows.length; s++) {
      Biquad q = sections.get(s);
      rows[s] = new double[] {q.b0(), q.b1(), q.b2(), 1, q.a1(), q.a2()};
    }
    return Basis.of(rows);
  }

  /**
   * Returns the magnitude of the frequency response.
   *
   * @param frequency Hz
   * @param sampleRate Hz, above 0
   */
  public double gain(double frequency, double sampleRate) {
    Checks.positive("sampleRate", sampleRate);
    double w = 2 * Math.PI * frequency / sampleRate;
    double gain = 1;
    for (Biquad q : sections) {
      gain *= magnitude(q.b0(), q.b1(), q.b2(), w) / magnitude(1, q.a1(), q.a2(), w);
    }
    return gain;
  }

  /** Returns a filter at rest, to be fed a stream in chunks. */
  public SosFilter stream() {
    return new SosFilter(this);
  }

  private static double magnitude(double c0, double c1, double c2, double w) {
    return Math.hypot(
        c0 + c1 * Math.cos(w) + c2 * Math.cos(2 * w), c1 * Math.sin(w) + c2 * Math.sin(2 * w));
  }
}
