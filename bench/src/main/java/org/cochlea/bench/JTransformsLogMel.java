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
import org.cochlea.core.basis.FilterBanks;
import org.cochlea.core.basis.FilterBanks.Axis;
import org.cochlea.core.basis.FilterBanks.Norm;
import org.cochlea.core.basis.MelScale;
import org.cochlea.core.basis.Window;
import org.cochlea.core.stage.Basis;
import org.jtransforms.fft.FloatFFT_1D;

/**
 * What a Java programmer writes without Cochlea: JTransforms frame by frame, a filter bank that
 * skips its zeros, {@code Math.log10}. Buffers are reused; clips are shared out to threads.
 */
final class JTransformsLogMel implements Contender {
  private final Workload workload;
  private final float[] audio;
  private final float[] out;
  private final float[] window;
  private final int[] start;
  private final float[][] weights;
  private final List<Callable<Void>> parts = new ArrayList<>();
  private final AtomicInteger next = new AtomicInteger();
  private final ExecutorService executor;

  JTransformsLogMel(Workload workload, float[] audio, int threads) {
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

  private final class Worker {
    private final int n = workload.fftSize();
    private final FloatFFT_1D fft = new FloatFFT_1D(n);
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
        fft.realForward(frame);
        power[0] = frame[0] * frame[0];
        power[n / 2] = frame[1] * frame[1];
        for (int k = 1; k < n / 2; k++) {
          power[k] = frame[2 * k] * frame[2 * k] + frame[2 * k + 1] * frame[2 * k + 1];
        }
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
    Properties properties = new Properties();
    try (InputStream in =
        FloatFFT_1D.class.getResourceAsStream(
            "/META-INF/maven/com.github.wendykierp/JTransforms/pom.properties")) {
      if (in != null) {
        properties.load(in);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return "JTransforms " + properties.getProperty("version", "of unknown version");
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
