package org.cochlea.cuda;

import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntUnaryOperator;
import org.cochlea.core.Shape;
import org.cochlea.core.Tensor;
import org.cochlea.core.Waveform;
import org.cochlea.core.augment.Applied;
import org.cochlea.core.augment.Augmentation;
import org.cochlea.core.augment.AugmentationPlan;
import org.cochlea.core.augment.AugmentingExtractor;
import org.cochlea.core.augment.Draws;
import org.cochlea.core.augment.SpectrogramAugmentation;
import org.cochlea.core.augment.WaveAugmentation;
import org.cochlea.core.stage.Pipeline;
import org.cochlea.cuda.driver.CudaDriver;
import org.jspecify.annotations.Nullable;

/**
 * A pipeline on one or several GPUs, with the transforms of a plan before and after it. What was
 * drawn is told the GPU as tables; waveforms go there once, and augmented features come back.
 *
 * <p>A result does not depend on how a batch was split. It is that of the CPU within relative L2
 * 1e-5.
 *
 * <p>Belongs to one platform thread at a time; virtual threads are refused.
 */
public final class CudaAugmentedExtractor implements AugmentingExtractor {
  /** About how many bytes of samples make a chunk. */
  private static final long CHUNK_BYTES = 32L << 20;

  /** A chunk's samples are this part of the memory: two lanes have them several times. */
  private static final int SHARES = 16;

  /** Lanes per GPU: one copies, one computes. */
  private static final int LANES = 2;

  private final AugmentationPlan plan;
  private final Pipeline pipeline;
  private final CudaExtractor features;
  private final List<Gpu> gpus;
  private final List<Augmentation.Transform> transforms;
  private final int waveTransforms;
  private final int from;
  private final int to;
  private final boolean wholeBatch;
  private final long chunkBytes;
  private final List<Lane> lanes = new ArrayList<>();
  private final List<AugmentLane> residents = new ArrayList<>();
  private boolean closed;

  /** A chunk on its way from the host and back. */
  private final class Lane {
    private final AugmentLane augment;
    private final CudaDriver driver;
    private final Memory input;
    private final Memory output;
    private final Memory pinnedInput;
    private final Memory pinnedOutput;
    private final long stream;
    private @Nullable Tensor target;
    private int item;
    private long bytes;

    Lane(Gpu gpu) {
      driver = gpu.driver();
      input = Memory.ofDevice(driver);
      output = Memory.ofDevice(driver);
      pinnedInput = Memory.pinned(driver);
      pinnedOutput = Memory.pinned(driver);
      augment = new AugmentLane(gpu, CudaAugmentedExtractor.this);
      try {
        stream = driver.streamCreate();
      } catch (CudaException e) {
        augment.close();
        throw e;
      }
    }

    void begin(Waveform in, Draws draws, int first, int end, Tensor out) {
      int count = end - first;
      int stride = 0;
      int[] lengths = new int[count];
      for (int b = 0; b < count; b++) {
        lengths[b] = in.length(first + b);
        stride = Math.max(stride, lengths[b]);
      }
      int size = in.type().bytes();
      long room = (long) count * in.channels() * stride * size;
      Shape whole = out.shape();
      Shape shape =
          new Shape(count, whole.channels(), whole.bins(), whole.frames(), whole.complex());
      bytes = shape.floats() * Float.BYTES;
      input.grow(Math.max(16, room));
      output.grow(Math.max(16, bytes));
      pinnedInput.grow(Math.max(16, room));
      pinnedOutput.grow(Math.max(16, bytes));
      MemorySegment to = pinnedInput.segment();
      for (int b = 0; b < count; b++) {
        for (int c = 0; c < in.channels(); c++) {
          MemorySegment.copy(
              in.segment(first + b),
              in.offset(first + b, c) * size,
              to,
              ((long) b * in.channels() + c) * stride * size,
              (long) lengths[b] * size);
        }
      }
      if (room > 0) {
        driver.memcpyHtoDAsync(input.address(), to, 0, room, stream);
      }
      augment.run(
          new DeviceWaveform(
              input.address(), in.type(), in.channels(), stride, lengths, in.sampleRate()),
          draws,
          first,
          new DeviceTensor(output.address(), shape, DeviceTensor.Type.FLOAT32),
          stream);
      driver.memcpyDtoHAsync(pinnedOutput.segment(), 0, output.address(), bytes, stream);
      target = out;
      item = first;
    }

    void finish() {
      Tensor out = target;
      if (out != null) {
        target = null;
        driver.streamSynchronize(stream);
        long start = out.offset(item, 0, 0) * Float.BYTES;
        MemorySegment.copy(pinnedOutput.segment(), 0, out.segment(), start, bytes);
      }
    }

    void abandon() {
      target = null;
      Cleanup.quietly(() -> driver.streamSynchronize(stream));
    }

    void close() {
      abandon();
      augment.close();
      for (Memory memory : new Memory[] {input, output, pinnedInput, pinnedOutput}) {
        Cleanup.quietly(memory::free);
      }
      Cleanup.quietly(() -> driver.streamDestroy(stream));
    }
  }

  /**
   * Prepares it; what is given belongs to it.
   *
   * @param held GPUs, released when it is closed
   * @param memory bytes of a GPU that may be used, if a clip alone does not need more; 0: any
   */
  CudaAugmentedExtractor(
      AugmentationPlan plan,
      Pipeline pipeline,
      CudaExtractor features,
      List<Gpu> held,
      long memory) {
    long most = memory > 0 ? Math.min(CHUNK_BYTES, memory / SHARES) : CHUNK_BYTES;
    this.chunkBytes = (long) (most / growth(plan));
    this.plan = plan;
    this.pipeline = pipeline;
    this.features = features;
    this.gpus = held;
    this.transforms = transforms(plan);
    this.waveTransforms = AugmentationPlan.transforms(plan.waveform()).size();
    // What follows a stage of the host is there.
    boolean onDevice = features.isOnDevice();
    this.from = onDevice ? 0 : waveTransforms;
    this.to = onDevice ? to(plan, pipeline.output().complex()) : waveTransforms;
    boolean mixes = false;
    for (int i = from; i < to; i++) {
      mixes |= mixes(transforms.get(i));
    }
    this.wholeBatch = mixes;
  }

  private static List<Augmentation.Transform> transforms(AugmentationPlan plan) {
    List<Augmentation.Transform> all =
        new ArrayList<>(AugmentationPlan.transforms(plan.waveform()));
    all.addAll(AugmentationPlan.transforms(plan.spectrogram()));
    return List.copyOf(all);
  }

  /**
   * Returns how many times as much memory as other transforms a phase vocoder needs at most: its
   * spectra have four times the bytes of their samples, before and after the rate changes.
   */
  private static double growth(AugmentationPlan plan) {
    double most = 1;
    for (Augmentation.Transform transform : AugmentationPlan.transforms(plan.waveform())) {
      double rate =
          switch (transform) {
            case WaveAugmentation.TimeStretch a -> a.minRate();
            case WaveAugmentation.PitchShift a -> Math.pow(2, -a.maxSemitones() / 12);
            default -> Double.POSITIVE_INFINITY;
          };
      if (rate < Double.POSITIVE_INFINITY) {
        most = Math.max(most, 2 + 1 / rate);
      }
    }
    return most;
  }

  private static boolean mixes(Augmentation.Transform transform) {
    return transform instanceof WaveAugmentation.Mix
        || transform instanceof SpectrogramAugmentation.Mixup
        || transform instanceof SpectrogramAugmentation.CutMix
        || transform instanceof SpectrogramAugmentation.SpecMix;
  }

  /** Returns the first transform of features that has no kernel, or is not for such features. */
  private static int to(AugmentationPlan plan, boolean complex) {
    List<Augmentation.Transform> all = transforms(plan);
    int end = AugmentationPlan.transforms(plan.waveform()).size();
    while (end < all.size()
        && all.get(end) instanceof SpectrogramAugmentation one
        && PictureSchedule.runs(one, complex)) {
      end++;
    }
    return end;
  }

  /** Returns the frames that come of so many samples. */
  int frames(int length) {
    return Math.toIntExact(pipeline.frames(length));
  }

  /** Returns the transforms of a plan that have to run on the host. */
  static List<Augmentation.Transform> onCpu(
      AugmentationPlan plan, Pipeline pipeline, boolean onDevice) {
    List<Augmentation.Transform> all = transforms(plan);
    if (!onDevice) {
      return all;
    }
    return List.copyOf(all.subList(to(plan, pipeline.output().complex()), all.size()));
  }

  Augmentation.Transform transform(int number) {
    return transforms.get(number);
  }

  int waveTransforms() {
    return waveTransforms;
  }

  @Override
  public int from() {
    return from;
  }

  @Override
  public int to() {
    return to;
  }

  @Override
  public CudaExtractor features() {
    return features;
  }

  /** Returns the samples of a clip after the transforms of waveforms. */
  private int length(int n, int sampleRate, Draws draws, int item) {
    int length = n;
    for (int i = from; i < waveTransforms; i++) {
      if (draws.applied(item, 0, i)) {
        if (transforms.get(i) instanceof WaveAugmentation.AdjustDuration a) {
          length = Applied.duration(a, sampleRate);
        } else if (transforms.get(i) instanceof WaveAugmentation.SpeedPerturbation) {
          length = Applied.played(length, draws.number(item, 0, i, 0));
        } else if (transforms.get(i) instanceof WaveAugmentation.TimeStretch a) {
          length = Applied.stretched(a, length, draws.number(item, 0, i, 0));
        }
      }
    }
    return length;
  }

  /** Returns the frames of a clip of so many samples after the transforms of features. */
  private int frames(int n, int sampleRate, Draws draws, int item) {
    int frames = frames(length(n, sampleRate, draws, item));
    for (int i = waveTransforms; i < to; i++) {
      if (transforms.get(i) instanceof SpectrogramAugmentation.TimeStretch
          && draws.applied(item, 0, i)) {
        frames = Applied.stretched(frames, draws.number(item, 0, i, 0));
      }
    }
    return frames;
  }

  private Shape outputShape(
      int sampleRate, int batch, int channels, IntUnaryOperator lengths, Draws draws) {
    Shape shape =
        Shape.of(
            pipeline,
            sampleRate,
            batch,
            channels,
            b -> length(lengths.applyAsInt(b), sampleRate, draws, b));
    int longest = 0;
    for (int b = 0; b < batch; b++) {
      longest = Math.max(longest, frames(lengths.applyAsInt(b), sampleRate, draws, b));
    }
    return new Shape(batch, channels, shape.bins(), longest, shape.complex());
  }

  @Override
  public Shape outputShape(Waveform in, Draws draws) {
    return outputShape(in.sampleRate(), in.batch(), in.channels(), in::length, draws);
  }

  /**
   * Returns the shape that {@link #extract(DeviceWaveform, Draws, DeviceTensor, long)} gives.
   *
   * @throws IllegalArgumentException if the pipeline does not read waveforms of this rate
   */
  public Shape outputShape(DeviceWaveform in, Draws draws) {
    return outputShape(in.sampleRate(), in.batch(), in.channels(), in::length, draws);
  }

  /**
   * Returns how many frames the augmented features of a clip have: {@link
   * org.cochlea.core.augment.Augmenter#mixTargets} asks for that.
   */
  public int frames(DeviceWaveform in, Draws draws, int item) {
    return frames(in.length(item), in.sampleRate(), draws, item);
  }

  /** Whether no stage, and no transform of features, runs on the host. */
  public boolean endsOnDevice() {
    return features.isOnDevice() && to == transforms.size();
  }

  private void require(int batch, Draws draws) {
    if (!draws.plan().equals(plan)) {
      throw new IllegalArgumentException("these draws are for another plan");
    }
    if (batch != draws.batch()) {
      throw new IllegalArgumentException(
          "the batch has %d examples, the draws are for %d".formatted(batch, draws.batch()));
    }
  }

  @Override
  public void extract(Waveform in, Draws draws, Tensor out) {
    require(in.batch(), draws);
    out.shape().requireRoomFor(outputShape(in, draws));
    for (int b = 0; b < in.batch(); b++) {
      out.setFrames(b, frames(in.length(b), in.sampleRate(), draws, b));
    }
    if (from == to) {
      features.extract(in, out);
      return;
    }
    if (in.batch() == 0 || out.shape().floats() == 0) {
      return;
    }
    if (lanes.isEmpty()) {
      for (int i = 0; i < LANES; i++) {
        for (Gpu gpu : gpus) {
          within(gpu, () -> lanes.add(new Lane(gpu)));
        }
      }
    }
    try {
      int turn = 0;
      for (int first = 0; first < in.batch(); ) {
        int end = chunk(in, first);
        int begin = first;
        Lane lane = lanes.get(turn++ % lanes.size());
        within(
            lane.augment.gpu(),
            () -> {
              lane.finish();
              lane.begin(in, draws, begin, end, out);
            });
        first = end;
      }
      for (Lane lane : lanes) {
        within(lane.augment.gpu(), lane::finish);
      }
    } catch (RuntimeException | Error e) {
      for (Lane lane : lanes) {
        Cleanup.quietly(() -> within(lane.augment.gpu(), lane::abandon));
      }
      throw e;
    }
  }

  /** Returns the clip after the last of a chunk. */
  private int chunk(Waveform in, int first) {
    if (wholeBatch) {
      return in.batch();
    }
    int most = Math.ceilDiv(in.batch(), gpus.size());
    long bytes = 0;
    int end = first;
    while (end < in.batch() && end - first < most && bytes < chunkBytes) {
      bytes += (long) in.length(end) * in.channels() * Float.BYTES;
      end++;
    }
    return end;
  }

  /**
   * Computes augmented features of clips in device memory into device memory; nothing is copied to
   * the host. Returns when everything is in the stream, before it has run. Targets are the
   * caller's: {@link org.cochlea.core.augment.Augmenter#mixTargets}.
   *
   * @param in on one of this extractor's GPUs: what the transforms before {@link #from} give
   * @param draws of an {@link org.cochlea.core.augment.Augmenter} of the same plan
   * @param out of the shape {@link #outputShape(DeviceWaveform, Draws)} gives, on the same GPU; it
   *     may have more frames, which become zero
   * @param stream a {@code CUstream} of the GPU's primary context; 0 for the default stream
   * @throws IllegalArgumentException if the batch, the rate or the shape does not fit
   * @throws UnsupportedOperationException if a stage, or a transform of features, runs on the host
   */
  public void extract(DeviceWaveform in, Draws draws, DeviceTensor out, long stream) {
    if (to < transforms.size()) {
      throw new UnsupportedOperationException(
          "%s runs on the host: features in device memory cannot be augmented by this plan"
              .formatted(transforms.get(to).getClass().getSimpleName()));
    }
    require(in.batch(), draws);
    out.shape().requireRoomFor(outputShape(in, draws));
    if (in.batch() == 0 || out.shape().floats() == 0) {
      return;
    }
    AugmentLane lane = resident(in.address());
    within(lane.gpu(), () -> lane.run(in, draws, 0, out, stream));
  }

  private AugmentLane resident(long address) {
    for (Gpu gpu : gpus) {
      if (gpu.driver().pointerGetDevice(address) == gpu.context().device().ordinal()) {
        for (AugmentLane lane : residents) {
          if (lane.gpu() == gpu) {
            return lane;
          }
        }
        within(gpu, () -> residents.add(new AugmentLane(gpu, this)));
        return residents.getLast();
      }
    }
    throw new IllegalArgumentException(
        "address 0x%x is not memory of a GPU that this extractor uses".formatted(address));
  }

  private static void within(Gpu gpu, Runnable work) {
    gpu.context().push();
    try {
      work.run();
    } finally {
      gpu.context().pop();
    }
  }

  @Override
  public void close() {
    if (!closed) {
      closed = true;
      for (Lane lane : lanes) {
        Cleanup.quietly(() -> within(lane.augment.gpu(), lane::close));
      }
      for (AugmentLane lane : residents) {
        Cleanup.quietly(() -> within(lane.gpu(), lane::close));
      }
      features.close();
      gpus.forEach(Gpu::release);
    }
  }
}
