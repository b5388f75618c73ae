package org.cochlea.bench;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.commons.math3.complex.Complex;
import org.apache.commons.math3.transform.DftNormalization;
import org.apache.commons.math3.transform.FastFourierTransformer;
import org.apache.commons.math3.transform.TransformType;
import org.cochlea.core.basis.FilterBanks;
import org.cochlea.core.basis.FilterBanks.Axis;
import org.cochlea.core.basis.FilterBanks.Norm;
import org.cochlea.core.basis.MelScale;
import org.cochlea.core.basis.Window;
import org.cochlea.core.stage.Basis;
import org.jtransforms.fft.FloatFFT_1D;

/**
 * What a Java programmer writes without Cochlea: a library's transform frame by frame, a filter
 * bank that skips its zeros, {@code Math.log10}. Buffers are reused; clips are shared out to
 * threads.
 */
final class ScalarLogMel implements Contender {
  /** A library's transform of one frame; used by one thread. */
  private interface Transform {
    /** Puts the squared magnitudes of bins 0 to N / 2; the frame may be destroyed. */
    void power(float[] frame, float[] power);
  }

  /** Whose transform. */
  enum Library {
    /** In place, single precision. */
    JTRANSFORMS,
    /** An array of complex numbers for every frame, double precision, powers of two only. */
    COMMONS_MATH
  }

  private final Library library;
  private final Workload workload;
  private final float[] audio;
  private final float[] out;
  private final float[] window;
  private final int[] start;
  private final float[][] weights;
  private final List<Callable<Void>> parts = new ArrayList<>();
  private final AtomicInteger next = new AtomicInteger();
  private final ExecutorService executor;

  /**
   * Plans the job.
   *
   * @throws Contenders.Unavailable if the library has no transform of that size
   */
  ScalarLogMel(Library library, Workload workload, float[] audio, int threads)
      throws Contenders.Unavailable {
    if (library == Library.COMMONS_MATH && Integer.bitCount(workload.fftSize()) != 1) {
      throw new Contenders.Unavailable(
          "Commons Math transforms powers of two only, not %d points"
              .formatted(workload.fftSize()));
    }
    this.library = library;
    this.workload = workload;
    this.audio = audio;
    this.out = new float[workload.frames() * workload.mels()];
    this.window = new float[workload.fftSize()];
    double[] hann = Window.HANN.coefficients(workload.windowLength());
    int margin = (workload.fftSize() - workload.windowLength()) / 2;
    for (int i = 0; i < hann.length; i++) {
      window[margin + i] = (float) hann[i];
    }
    Basis mel = mel(workload);
    this.start = new int[mel.rows()];
    this.weights = new float[mel.rows()][];
    for (int r = 0; r < mel.rows(); r++) {
      start[r] = mel.bandStart(r);
      weights[r] = new float[mel.bandLength(r)];
      for (int i = 0; i < weights[r].length; i++) {
        weights[r][i] = (float) mel.at(r, start[r] + i);
      }
    }
    for (int i = 0; i < threads; i++) {
      Worker worker = new Worker();
      parts.add(
          () -> {
            for (int clip = next.getAndIncrement();
                clip < workload.clips();
                clip = next.getAndIncrement()) {
              worker.clip(clip);
            }
            return null;
          });
    }
    this.executor = Executors.newFixedThreadPool(threads, Thread.ofPlatform().daemon().factory());
  }

  /** Returns the workload's filter bank. */
  static Basis mel(Workload workload) {
    return FilterBanks.mel(
        workload.sampleRate(),
        workload.fftSize(),
        workload.mels(),
        0,
        workload.sampleRate() / 2.0,
        MelScale.SLANEY,
        Norm.SLANEY,
        Axis.HZ);
  }

  private Transform transform() {
    int n = workload.fftSize();
    return switch (library) {
      case JTRANSFORMS -> {
        FloatFFT_1D fft = new FloatFFT_1D(n);
        yield (frame, power) -> {
          fft.realForward(frame);
          power[0] = frame[0] * frame[0];
          power[n / 2] = frame[1] * frame[1];
          for (int k = 1; k < n / 2; k++) {
            power[k] = frame[2 * k] * frame[2 * k] + frame[2 * k + 1] * frame[2 * k + 1];
          }
        };
      }
      case COMMONS_MATH -> {
        FastFourierTransformer fft = new FastFourierTransformer(DftNormalization.STANDARD);
        double[] wide = new double[n];
        yield (frame, power) -> {
          for (int i = 0; i < n; i++) {
            wide[i] = frame[i];
          }
          Complex[] spectrum = fft.transform(wide, TransformType.FORWARD);
          for (int k = 0; k <= n / 2; k++) {
            double re = spectrum[k].getReal();
            double im = spectrum[k].getImaginary();
            power[k] = (float) (re * re + im * im);
          }
        };
      }
    };
  }

  private final class Worker {
    private final int n = workload.fftSize();
    private final Transform transform = transform();
    private final float[] padded = new float[workload.samples() + n];
    private final float[] frame = new float[n];
    private final float[] power = new float[n / 2 + 1];

    void clip(int clip) {
      int length = workload.samples();
      int margin = n / 2;
      System.arraycopy(audio, clip * length, padded, margin, length);
      for (int i = 1; i <= margin; i++) {
        padded[margin - i] = padded[margin + i];
        padded[margin + length - 1 + i] = padded[margin + length - 1 - i];
      }
      int frames = workload.framesPerClip();
      for (int t = 0; t < frames; t++) {
        int at = t * workload.hopLength();
        for (int i = 0; i < n; i++) {
          frame[i] = padded[at + i] * window[i];
        }
        transform.power(frame, power);
        for (int m = 0; m < weights.length; m++) {
          float[] row = weights[m];
          int from = start[m];
          float sum = 0;
          for (int i = 0; i < row.length; i++) {
            sum += row[i] * power[from + i];
          }
          out[(clip * weights.length + m) * frames + t] =
              (float) Math.log10(Math.max(sum, Workload.FLOOR));
        }
      }
    }
  }

  @Override
  public String version() {
    return switch (library) {
      case JTRANSFORMS ->
          "JTransforms " + version(FloatFFT_1D.class, "com.github.wendykierp/JTransforms");
      case COMMONS_MATH ->
          "Commons Math "
              + version(FastFourierTransformer.class, "org.apache.commons/commons-math3");
    };
  }

  private static String version(Class<?> type, String artifact) {
    Properties properties = new Properties();
    try (InputStream in =
        type.getResourceAsStream("/META-INF/maven/%s/pom.properties".formatted(artifact))) {
      if (in != null) {
        properties.load(in);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return properties.getProperty("version", "of unknown version");
  }

  @Override
  public void run() {
    next.set(0);
    try {
      if (parts.size() == 1) {
        parts.getFirst().call();
        return;
      }
      for (Future<Void> part : executor.invokeAll(parts)) {
        part.get();
      }
    } catch (ExecutionException e) {
      throw new IllegalStateException(e.getCause());
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }

  @Override
  public float[] output() {
    return out.clone();
  }

  @Override
  public void close() {
    executor.shutdown();
  }
}
