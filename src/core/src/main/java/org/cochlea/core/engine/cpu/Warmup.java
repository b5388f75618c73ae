package org.cochlea.core.engine.cpu;

import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.LinkedBlockingQueue;
import org.cochlea.core.Shape;
import org.cochlea.core.Tensor;
import org.cochlea.core.Waveform;
import org.cochlea.core.stage.Pipeline;

/**
 * Brings the kernels on the Vector API up to speed in the background, where there are no native
 * ones.
 *
 * <p>Until the JVM's last compiler has seen them, vectors are objects and the kernels a hundred
 * times slower than plain loops. So a new extractor runs on plain kernels. Bringing vectors up
 * takes a core some seconds, which a short job would spend for nothing. So that begins once plain
 * kernels have been at work for about as long: then, whenever the job ends, it has lost at most as
 * much as it had to do anyway (the ski rental rule). From then on a thread beside the extractor
 * runs the same pipeline on noise until vectors are the faster; then the extractor changes over.
 * Both compute the same bits, so nobody sees when.
 */
final class Warmup {
  /** Frames of noise per run, about. */
  private static final int FRAMES = 64;

  private static final int MOST_SAMPLES = 1 << 18;

  /** About what bringing up a pipeline's vector kernels takes. */
  private static final long PRICE_NANOS = 3_000_000_000L;

  /** After so long without success the plain kernels stay: something keeps vectors slow here. */
  private static final long PATIENCE_NANOS = 60_000_000_000L;

  /** Hash codes of pipelines that are warm. */
  private static final Set<Integer> WARM = ConcurrentHashMap.newKeySet();

  private static final BlockingQueue<CpuExtractor> QUEUE = new LinkedBlockingQueue<>();

  private static final class ThreadHolder {
    static final Thread THREAD =
        Thread.ofPlatform().daemon().name("cochlea-warmup").unstarted(Warmup::serve);

    static {
      THREAD.start();
    }

    private ThreadHolder() {}
  }

  private Warmup() {}

  /** Chooses the kernels for an extractor, see {@link Lanes#choice()}. */
  static void choose(CpuExtractor extractor) {
    String choice = Lanes.choice();
    switch (choice) {
      case "plain" -> {}
      case "vector" -> extractor.use(Lanes.vectorKernels());
      case "native" -> {
        if (!Lanes.NATIVE) {
          throw new IllegalArgumentException(
              "cochlea.cpu.kernels is native, but " + NativeLanes.problem(Lanes.COUNT));
        }
        extractor.use(Lanes.kernels());
      }
      case "auto" -> {
        if (Lanes.NATIVE || WARM.contains(extractor.pipeline().hashCode())) {
          extractor.use(Lanes.kernels());
        } else if (Lanes.VECTORS) {
          extractor.warmUpAfter(PRICE_NANOS);
        }
      }
      default ->
          throw new IllegalArgumentException(
              "cochlea.cpu.kernels must be auto, native, vector or plain, was " + choice);
    }
  }

  /** Brings up an extractor's vector kernels and has it use them. */
  static void begin(CpuExtractor extractor) {
    QUEUE.add(extractor);
    ThreadHolder.THREAD.isAlive();
  }

  private static void serve() {
    while (true) {
      try {
        CpuExtractor extractor = QUEUE.take();
        if (!extractor.isClosed()) {
          warm(extractor);
        }
      } catch (InterruptedException e) {
        return;
      } catch (RuntimeException | OutOfMemoryError e) {
        // The pipeline does not take noise: it stays on plain kernels, where its caller sees why.
      }
    }
  }

  private static void warm(CpuExtractor extractor) {
    Pipeline pipeline = extractor.pipeline();
    int key = pipeline.hashCode();
    TileKernels vector = Lanes.vectorKernels();
    if (!WARM.contains(key)) {
      try (CpuExtractor rehearsal = new CpuExtractor(pipeline, 1)) {
        Runnable run = rehearsal(rehearsal);
        long deadline = System.nanoTime() + PATIENCE_NANOS;
        long plainBest = Long.MAX_VALUE;
        for (int faster = 0; faster < 3; ) {
          rehearsal.use(new PlainKernels());
          plainBest = Math.min(plainBest, time(run));
          rehearsal.use(vector);
          long best = Long.MAX_VALUE;
          for (int i = 0; i < 4; i++) {
            best = Math.min(best, time(run));
          }
          faster = best < plainBest ? faster + 1 : 0;
          if (extractor.isClosed() || System.nanoTime() > deadline) {
            return;
          }
        }
      }
      WARM.add(key);
    }
    extractor.use(vector);
  }

  private static long time(Runnable run) {
    long start = System.nanoTime();
    run.run();
    return System.nanoTime() - start;
  }

  private static Runnable rehearsal(CpuExtractor extractor) {
    Pipeline pipeline = extractor.pipeline();
    if (!pipeline.input().isSignal()) {
      Tensor in =
          Tensor.allocate(
              new Shape(1, 1, pipeline.input().bins(), FRAMES, pipeline.input().complex()));
      Tensor out = Tensor.allocate(extractor.outputShape(in));
      return () -> extractor.extract(in, out);
    }
    int samples = 1 << 12;
    while (samples < MOST_SAMPLES && pipeline.frames(samples) < FRAMES) {
      samples *= 2;
    }
    float[] noise = new float[samples];
    int state = 1;
    for (int i = 0; i < samples; i++) {
      state = state * 1_664_525 + 1_013_904_223;
      noise[i] = state * 0x1p-33f;
    }
    int rate = pipeline.sampleRate() == 0 ? 16_000 : pipeline.sampleRate();
    Waveform in = Waveform.of(noise, rate);
    Tensor out = Tensor.allocate(extractor.outputShape(in));
    return () -> extractor.extract(in, out);
  }
}
