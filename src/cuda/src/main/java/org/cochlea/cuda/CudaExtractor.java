package org.cochlea.cuda;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import org.cochlea.core.Extractor;
import org.cochlea.core.ExtractorOptions;
import org.cochlea.core.HostTail;
import org.cochlea.core.SampleType;
import org.cochlea.core.Shape;
import org.cochlea.core.Tensor;
import org.cochlea.core.Waveform;
import org.cochlea.core.stage.Layout;
import org.cochlea.core.stage.Pipeline;
import org.cochlea.core.stage.Stage;
import org.jspecify.annotations.Nullable;

/**
 * A pipeline made ready for one or several GPUs.
 *
 * <p>A batch goes through in chunks of some MiB: while one is computed, the next is copied. Several
 * GPUs take turns. Memory grows to what was needed at most and stays until {@link #close()}; a
 * batch that does not fit is split further. How a batch is split changes no bit of the result.
 *
 * <p>From the first stage on that has no kernel ({@link CudaEngine#stagesOnCpu}), what the GPUs
 * computed is copied to the host and the {@code cpu} engine goes on.
 *
 * <p>Belongs to one platform thread at a time; virtual threads are refused.
 */
public final class CudaExtractor implements Extractor {
  /** About how many bytes of samples and results make a chunk. */
  private static final long CHUNK_BYTES = 32L << 20;

  /** Lanes per device: one copies, one computes. */
  private static final int LANES = 2;

  private final Pipeline pipeline;

  /** The stages that run on the GPUs; null if there are none. */
  private final @Nullable Pipeline onDevice;

  /** The stages that follow on the host; null if there are none. */
  private final @Nullable HostTail tail;

  private final List<Gpu> gpus;
  private final long memory;
  private final List<DeviceProgram> devices = new ArrayList<>();

  /** Programs that end in float16. */
  private final List<DeviceProgram> more = new ArrayList<>();

  /** Lanes in the order in which chunks are dealt: devices take turns. */
  private final List<Lane> lanes = new ArrayList<>();

  /** For data on a device, as float32 and as float16; made when they are needed. */
  private final List<ResidentLane> residents = new ArrayList<>();

  private final AtomicBoolean busy = new AtomicBoolean();
  private volatile boolean closed;

  /**
   * Prepares a pipeline; the extractor releases the GPUs when it is closed.
   *
   * @param kernels how many stages run on the GPUs; the others follow on the host
   */
  CudaExtractor(Pipeline pipeline, int kernels, List<Gpu> gpus, long memory, ExtractorOptions how) {
    this.pipeline = pipeline;
    this.gpus = gpus;
    this.memory = memory;
    List<Stage> stages = pipeline.stages();
    List<Stage> rest = stages.subList(kernels, stages.size());
    Pipeline start =
        kernels == 0
            ? null
            : new Pipeline(pipeline.sampleRate(), pipeline.input(), stages.subList(0, kernels));
    Layout between = start == null ? pipeline.input() : start.output();
    this.onDevice = start;
    this.tail = rest.isEmpty() ? null : new HostTail(between, rest, how);
    if (start == null) {
      return;
    }
    try {
      for (Gpu gpu : gpus) {
        gpu.context().push();
        try {
          devices.add(new DeviceProgram(gpu, start, false));
        } finally {
          gpu.context().pop();
        }
      }
      for (int i = 0; i < LANES; i++) {
        for (DeviceProgram device : devices) {
          device.gpu().context().push();
          try {
            lanes.add(new Lane(device));
          } finally {
            device.gpu().context().pop();
          }
        }
      }
    } catch (RuntimeException e) {
      free();
      throw e;
    }
  }

  /** Whether every stage has a kernel. */
  boolean isOnDevice() {
    return tail == null;
  }

  @Override
  public Shape outputShape(Waveform in) {
    return Shape.of(pipeline, in);
  }

  @Override
  public Shape outputShape(Tensor in) {
    return Shape.of(pipeline, in);
  }

  @Override
  public void extract(Waveform in, Tensor out) {
    out.shape().requireRoomFor(outputShape(in));
    begin();
    try {
      if (tail == null) {
        compute(pipeline, in, out);
      } else if (onDevice == null) {
        tail.run(in, out);
      } else {
        Tensor between = tail.between(Shape.of(onDevice, in));
        compute(onDevice, in, between);
        tail.run(between, out);
      }
    } finally {
      busy.set(false);
    }
  }

  private void compute(Pipeline stages, Waveform in, Tensor out) {
    for (int b = 0; b < in.batch(); b++) {
      out.setFrames(b, Math.toIntExact(stages.frames(in.length(b))));
    }
    run(in, null, out);
  }

  @Override
  public void extract(Tensor in, Tensor out) {
    out.shape().requireRoomFor(outputShape(in));
    begin();
    try {
      if (tail == null) {
        compute(pipeline, in, out);
      } else if (onDevice == null) {
        tail.run(in, out);
      } else {
        Tensor between = tail.between(Shape.of(onDevice, in));
        compute(onDevice, in, between);
        tail.run(between, out);
      }
    } finally {
      busy.set(false);
    }
  }

  private void compute(Pipeline stages, Tensor in, Tensor out) {
    for (int b = 0; b < in.shape().batch(); b++) {
      out.setFrames(b, Math.toIntExact(stages.frames(in.frames(b))));
    }
    run(null, in, out);
  }

  /**
   * Returns the shape that {@link #extract(DeviceWaveform, DeviceTensor, long)} gives for an input.
   *
   * @throws IllegalArgumentException if the pipeline does not read waveforms of this rate
   */
  public Shape outputShape(DeviceWaveform in) {
    return Shape.of(pipeline, in.sampleRate(), in.batch(), in.channels(), in::length);
  }

  /**
   * Computes the feature of clips in device memory into device memory: nothing is copied to the
   * host. Returns when everything is in the stream, before it has run.
   *
   * @param in on one of this extractor's GPUs
   * @param out of the shape {@link #outputShape(DeviceWaveform)} gives, on the same GPU; it may
   *     have more frames, which become zero, as do those a shorter clip lacks
   * @param stream a {@code CUstream} of the GPU's primary context, such as libtorch's current one;
   *     0 for the default stream
   * @throws IllegalArgumentException if the sample rate or the shape does not fit, or the memory is
   *     not on a GPU of this extractor
   * @throws UnsupportedOperationException if a stage of the pipeline runs on the host
   */
  public void extract(DeviceWaveform in, DeviceTensor out, long stream) {
    if (tail != null) {
      throw new UnsupportedOperationException(
          "%s has no kernel and runs on the host: the result of this pipeline cannot stay in device memory"
              .formatted(tail.first().getClass().getSimpleName()));
    }
    out.shape().requireRoomFor(outputShape(in));
    begin();
    try {
      if (in.batch() > 0 && out.shape().floats() > 0) {
        DeviceProgram device = deviceOf(in.address());
        if (deviceOf(out.address()) != device) {
          throw new IllegalArgumentException("in and out must be on one GPU");
        }
        device.gpu().context().push();
        try {
          ResidentLane lane = resident(device, out.type() == DeviceTensor.Type.FLOAT16);
          lane.run(in, out, stream, memory);
        } finally {
          device.gpu().context().pop();
        }
      }
    } finally {
      busy.set(false);
    }
  }

  private DeviceProgram deviceOf(long address) {
    for (DeviceProgram device : devices) {
      int ordinal = device.gpu().driver().pointerGetDevice(address);
      if (ordinal == device.gpu().context().device().ordinal()) {
        return device;
      }
    }
    throw new IllegalArgumentException(
        "address 0x%x is not memory of a GPU that this extractor uses".formatted(address));
  }

  private ResidentLane resident(DeviceProgram device, boolean half) {
    for (ResidentLane lane : residents) {
      if (lane.device().gpu() == device.gpu() && (!half || lane.device().program().storesHalf())) {
        return lane;
      }
    }
    DeviceProgram program = device;
    if (half && !device.program().storesHalf()) {
      program = new DeviceProgram(device.gpu(), pipeline, true);
      more.add(program);
    }
    ResidentLane lane = new ResidentLane(program);
    residents.add(lane);
    return lane;
  }

  private void begin() {
    if (closed) {
      throw new IllegalStateException("the extractor is closed");
    }
    if (!busy.compareAndSet(false, true)) {
      throw new IllegalStateException(
          "an extractor runs one call at a time; give every thread its own");
    }
  }

  /** Deals the clips of a waveform, or of frames, to the lanes. */
  private void run(@Nullable Waveform waveform, @Nullable Tensor frames, Tensor out) {
    int batch = out.shape().batch();
    if (batch == 0 || out.shape().floats() == 0) {
      return;
    }
    try {
      int from = 0;
      int turn = 0;
      while (from < batch) {
        Lane lane = lanes.get(turn++ % lanes.size());
        lane.device().gpu().context().push();
        try {
          lane.finish();
          int to = layOut(lane, waveform, frames, from, out);
          if (waveform != null) {
            lane.begin(waveform, from, out);
          } else if (frames != null) {
            lane.begin(frames, from, out);
          }
          from = to;
        } finally {
          lane.device().gpu().context().pop();
        }
      }
      // In the order in which they began.
      for (int i = 0; i < lanes.size(); i++) {
        Lane lane = lanes.get(turn++ % lanes.size());
        lane.device().gpu().context().push();
        try {
          lane.finish();
        } finally {
          lane.device().gpu().context().pop();
        }
      }
    } catch (RuntimeException | Error e) {
      abandon();
      throw e;
    }
  }

  /** Lays the next chunk out; returns the clip after its last. */
  private int layOut(
      Lane lane, @Nullable Waveform waveform, @Nullable Tensor frames, int from, Tensor out) {
    int batch = out.shape().batch();
    Program program = lane.device().program();
    int to = batch;
    if (!program.needsWholeBatch()) {
      int most = Math.ceilDiv(batch, gpus.size());
      long perClip =
          out.shape().floats() / batch * Float.BYTES
              + (frames == null ? 0 : frames.shape().floats() / batch * Float.BYTES);
      long bytes = 0;
      to = from;
      while (to < batch && to - from < most && (to == from || bytes < CHUNK_BYTES)) {
        bytes += perClip;
        if (waveform != null) {
          bytes += (long) waveform.length(to) * waveform.channels() * waveform.type().bytes();
        }
        to++;
      }
    }
    Chunk chunk = lane.next();
    layOut(chunk, waveform, frames, from, to, out);
    long limit = -1;
    while (to - from > 1 && !program.needsWholeBatch() && Lane.bytes(chunk) > lane.capacity()) {
      if (limit < 0) {
        limit = limit(lane);
      }
      if (Lane.bytes(chunk) <= limit) {
        break;
      }
      to = from + (to - from) / 2;
      layOut(chunk, waveform, frames, from, to, out);
    }
    return to;
  }

  private static void layOut(
      Chunk chunk,
      @Nullable Waveform waveform,
      @Nullable Tensor frames,
      int from,
      int to,
      Tensor out) {
    Shape shape = out.shape();
    if (waveform != null) {
      long first = Lane.direct(waveform, from, to);
      chunk.layOut(
          waveform::length,
          from,
          to,
          waveform.channels(),
          waveform.type(),
          first < 0 ? null : (item, channel) -> waveform.offset(item, channel) - first,
          0,
          shape.frames(),
          false);
    } else if (frames != null) {
      chunk.layOut(
          frames::frames,
          from,
          to,
          shape.channels(),
          SampleType.FLOAT32,
          null,
          frames.shape().frames(),
          shape.frames(),
          false);
    }
  }

  /** Returns the bytes a lane may have: its share of the limit, or of what is free. */
  private long limit(Lane lane) {
    if (memory > 0) {
      return memory / LANES;
    }
    long held = 0;
    for (Lane other : lanes) {
      if (other.device() == lane.device()) {
        held += other.capacity();
      }
    }
    // What is left serves other libraries, and memory that is in pieces.
    return (held + lane.device().gpu().driver().memGetInfo().free()) / 10 * 9 / LANES;
  }

  private void abandon() {
    for (Lane lane : lanes) {
      within(lane.device().gpu(), lane::abandon);
    }
  }

  /** Does something in a GPU's context, which may be in error. */
  private static void within(Gpu gpu, Runnable work) {
    Cleanup.quietly(
        () -> {
          gpu.context().push();
          try {
            work.run();
          } finally {
            gpu.context().pop();
          }
        });
  }

  @Override
  public void close() {
    if (!closed) {
      closed = true;
      free();
      gpus.forEach(Gpu::release);
    }
  }

  private void free() {
    for (Lane lane : lanes) {
      within(lane.device().gpu(), lane::close);
    }
    for (ResidentLane lane : residents) {
      within(lane.device().gpu(), lane::close);
    }
    for (List<DeviceProgram> programs : List.of(more, devices)) {
      for (DeviceProgram device : programs) {
        within(device.gpu(), device::close);
      }
      programs.clear();
    }
    residents.clear();
    lanes.clear();
    if (tail != null) {
      tail.close();
    }
  }
}
