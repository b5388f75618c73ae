package org.cochlea.cuda;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.cochlea.core.augment.Applied;
import org.cochlea.core.feature.InverseStft;
import org.cochlea.core.feature.Stft;
import org.cochlea.core.feature.StftSpec;
import org.cochlea.core.stage.Layout;
import org.cochlea.core.stage.Padding;
import org.cochlea.core.stage.Pipeline;
import org.cochlea.core.stage.Stage;
import org.cochlea.cuda.driver.CudaDriver;

/** The kernels of augmentation on one device; the device's context must be current. */
final class AugmentKernels {
  private static final int THREADS = 256;
  private static final int PASS_SHARED = THREADS * 24 + 8;
  private static final int PERCENTILE_SHARED = 1040;
  private static final int LOUDNESS_SHARED = 128;
  private static final int CONVOLVE_SHARED = 6144;
  private static final int CONVOLVE_TILE = 1024;

  /** Of augment_fourier.cu: its transforms' places, with the gaps between them. */
  private static final int FOURIER_SHARED = 8 * 2304;

  private static final int FOURIER_ROOTS = 4096;

  /** What a block may have without asking. */
  private static final int MOST_SHARED = 48 << 10;

  private final Gpu gpu;
  private final Parameters p = new Parameters(Arena.ofAuto(), 256);
  private final Map<Integer, RowProgram> noises = new HashMap<>();
  private final Map<Integer, RowProgram> transforms = new HashMap<>();
  private final Map<Integer, RowProgram> inverses = new HashMap<>();
  private long interpolator;
  private long roots;

  AugmentKernels(Gpu gpu) {
    this.gpu = gpu;
  }

  /** {@code WaveParams} of kernels/augment.cu. */
  void pass(
      Launch.Queue queue,
      int blocks,
      long rows,
      long steps,
      long references,
      long gains,
      long partials,
      long bounds,
      int tiles,
      int mostReferences,
      int mostSteps) {
    p.address(0, rows);
    p.address(8, steps);
    p.address(16, references);
    p.address(24, gains);
    p.address(32, partials);
    p.address(40, bounds);
    p.int32(48, tiles);
    p.int32(52, mostReferences);
    p.int32(56, mostSteps);
    int shared = 24 * mostReferences + 16 * mostSteps + PASS_SHARED;
    launch(queue, "augment", "augment_wave", blocks, THREADS, shared);
  }

  void percentile(Launch.Queue queue, int rows, long at, long bounds) {
    p.address(0, at);
    p.address(8, bounds);
    launch(queue, "augment", "augment_percentile", rows, THREADS, PERCENTILE_SHARED);
  }

  /** {@code LoudnessParams} of kernels/augment.cu. */
  void loudness(Launch.Queue queue, int clips, long at, long bounds) {
    p.address(0, at);
    p.address(8, bounds);
    launch(queue, "augment", "augment_loudness", clips, THREADS, LOUDNESS_SHARED);
  }

  void convolve(Launch.Queue queue, int rows, long at, int longest) {
    int tiles = Launch.divideUp(longest, CONVOLVE_TILE);
    p.address(0, at);
    p.int32(8, tiles);
    launch(
        queue,
        "augment_filter",
        "augment_convolve",
        Launch.grid(rows, tiles),
        THREADS,
        CONVOLVE_SHARED);
  }

  /** {@code SpectraParams} of kernels/augment_fourier.cu. */
  void spectra(Launch.Queue queue, int rows, long at, int tiles) {
    fourier(queue, "augment_spectra", rows, at, tiles);
  }

  /** {@code PartitionsParams} of kernels/augment_fourier.cu. */
  void partitions(Launch.Queue queue, int rows, long at, int tiles) {
    fourier(queue, "augment_partitions", rows, at, tiles);
  }

  private void fourier(Launch.Queue queue, String name, int rows, long at, int tiles) {
    if (roots == 0) {
      roots = upload(Radix.roots(FOURIER_ROOTS));
    }
    p.address(0, at);
    p.address(8, roots);
    p.int32(16, tiles);
    int blocks = Launch.grid(rows, tiles);
    launch(queue, "augment_fourier", name, blocks, THREADS, FOURIER_SHARED);
  }

  void interpolate(Launch.Queue queue, int rows, long at, int longest) {
    int tiles = Launch.divideUp(longest, THREADS);
    p.address(0, at);
    if (interpolator == 0) {
      interpolator = upload(Applied.interpolator());
    }
    p.address(8, interpolator);
    p.int32(16, Applied.interpolatorCrossings());
    p.int32(20, Applied.interpolatorSteps());
    p.int32(24, tiles);
    launch(queue, "augment_filter", "augment_interpolate", Launch.grid(rows, tiles), THREADS, 0);
  }

  void sections(Launch.Queue queue, int rows, long at, int most) {
    p.address(0, at);
    int shared = Filter.SOS_SHARED + Filter.STATE * most;
    launch(queue, "filter", "sos_rows", rows, Filter.SOS_THREADS, shared);
  }

  void picture(
      Launch.Queue queue,
      int blocks,
      long rows,
      long steps,
      long partials,
      int tiles,
      int mostSteps) {
    p.address(0, rows);
    p.address(8, steps);
    p.address(16, partials);
    p.int32(24, tiles);
    p.int32(28, mostSteps);
    int shared = 16 * mostSteps + THREADS * 24;
    launch(queue, "augment_picture", "augment_picture", blocks, THREADS, shared);
  }

  /** {@code StretchParams} of kernels/augment_stretch.cu. */
  void stretch(Launch.Queue queue, int rows, long at, int bins) {
    int tiles = Launch.divideUp(bins, THREADS);
    p.address(0, at);
    p.int32(8, bins);
    p.int32(12, tiles);
    launch(queue, "augment_stretch", "augment_stretch", Launch.grid(rows, tiles), THREADS, 0);
  }

  /** Writes spectra of noise, {@code ColourParams} of kernels/augment.cu. */
  void colour(Launch.Queue queue, int rows, long at, long out, double slope, int size) {
    int blocks = Launch.divideUp(size / 2 + 1, THREADS);
    p.address(0, at);
    p.address(8, out);
    p.float64(16, slope);
    p.int32(24, size);
    p.int32(28, blocks);
    launch(queue, "augment", "augment_colour", Launch.grid(rows, blocks), THREADS, 0);
  }

  /** Returns what makes signals of spectra of noise. */
  RowProgram noise(int size) {
    return noises.computeIfAbsent(
        size,
        n ->
            program(
                new Pipeline(0, Layout.complex(n / 2 + 1), List.of(new Stage.InverseRealFft(n)))));
  }

  /** Returns the transform of a phase vocoder: Hann, hop of a quarter, zeros beyond the ends. */
  RowProgram transform(int size) {
    return transforms.computeIfAbsent(size, n -> program(Stft.of(vocoder(n)).pipeline()));
  }

  /** Returns its inverse, the half frames at both ends included. */
  RowProgram inverse(int size) {
    return inverses.computeIfAbsent(
        size, n -> program(InverseStft.of(vocoder(n).withCenter(false)).pipeline()));
  }

  private static StftSpec vocoder(int size) {
    return StftSpec.centred(size, size / 4, Padding.ZERO);
  }

  private RowProgram program(Pipeline pipeline) {
    return new RowProgram(gpu, pipeline);
  }

  private void launch(
      Launch.Queue queue, String module, String name, int blocks, int threads, int shared) {
    if (shared > MOST_SHARED) {
      throw new AssertionError("%s wants %d bytes of shared memory".formatted(name, shared));
    }
    if (blocks > 0) {
      queue.launch(gpu.kernel(module, name, shared), blocks, threads, shared, p.kernel());
    }
  }

  private long upload(float[] floats) {
    CudaDriver driver = gpu.driver();
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment values = arena.allocateFrom(ValueLayout.JAVA_FLOAT, floats);
      long made = driver.memAlloc(values.byteSize());
      try {
        driver.memcpyHtoD(made, values, 0, values.byteSize());
        // The streams of the engine do not wait for the default stream.
        driver.streamSynchronize(0);
      } catch (CudaException e) {
        Cleanup.quietly(() -> driver.memFree(made));
        throw e;
      }
      return made;
    }
  }

  /** Frees its tables. */
  void close() {
    for (Map<Integer, RowProgram> programs : List.of(noises, transforms, inverses)) {
      programs.values().forEach(RowProgram::close);
      programs.clear();
    }
    for (long table : new long[] {interpolator, roots}) {
      if (table != 0) {
        Cleanup.quietly(() -> gpu.driver().memFree(table));
      }
    }
    interpolator = 0;
    roots = 0;
  }
}
