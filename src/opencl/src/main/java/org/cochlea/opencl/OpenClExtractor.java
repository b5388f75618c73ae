package org.cochlea.opencl;

import com.aparapi.device.OpenCLDevice;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.IntUnaryOperator;
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
 * A pipeline made ready for one or several OpenCL devices.
 *
 * <p>A batch goes through in chunks of clips; several devices take them in turns, a thread each. A
 * chunk that a device has no memory for is halved. How a batch is split changes no bit of what one
 * device computes. From the first stage without a kernel on, the {@code cpu} engine goes on.
 */
public final class OpenClExtractor implements Extractor {
  /** About how many bytes a chunk takes. */
  private static final long CHUNK_BYTES = 256L << 20;

  private final Pipeline pipeline;
  private final @Nullable DeviceProgram program;
  private final @Nullable HostTail tail;
  private final List<Runner> runners = new ArrayList<>();

  /** Frames of a tile: the same on all devices. */
  private final int width;

  private final long memory;
  private final AtomicBoolean busy = new AtomicBoolean();
  private volatile boolean closed;

  OpenClExtractor(
      Pipeline pipeline,
      @Nullable DeviceProgram program,
      KernelPool pool,
      List<OpenCLDevice> devices,
      long memory,
      ExtractorOptions how) {
    this.pipeline = pipeline;
    this.program = program;
    this.memory = memory;
    Layout between = program == null ? pipeline.input() : program.pipeline().output();
    int count = program == null ? 0 : program.pipeline().stages().size();
    List<Stage> rest = pipeline.stages().subList(count, pipeline.stages().size());
    this.tail = rest.isEmpty() ? null : new HostTail(between, rest, how);
    int narrowest = Integer.MAX_VALUE;
    if (program != null) {
      for (OpenCLDevice device : devices) {
        narrowest = Math.min(narrowest, Runner.width(device, program));
      }
    }
    this.width = narrowest;
    if (program != null) {
      try {
        for (OpenCLDevice device : devices) {
          runners.add(new Runner(pool, device, program, width));
        }
      } catch (RuntimeException e) {
        close();
        throw e;
      }
    }
  }

  @Override
  public Shape outputShape(Waveform in) {
    return Shape.of(pipeline, in);
  }

  @Override
  public Shape outputShape(Tensor in) {
    return Shape.of(pipeline, in);
  }

  /** What a batch is read from. */
  private interface Source {
    int length(int item);

    void copy(int item, int channel, float[] to, int at, int length);
  }

  @Override
  public void extract(Waveform in, Tensor out) {
    out.shape().requireRoomFor(outputShape(in));
    begin();
    try {
      if (program == null) {
        require(tail).run(in, out);
        return;
      }
      Tensor result = tail == null ? out : tail.between(Shape.of(program.pipeline(), in));
      compute(program, new Samples(in), in.batch(), in.channels(), null, result);
      if (tail != null) {
        tail.run(result, out);
      }
    } finally {
      busy.set(false);
    }
  }

  @Override
  public void extract(Tensor in, Tensor out) {
    out.shape().requireRoomFor(outputShape(in));
    begin();
    try {
      if (program == null) {
        require(tail).run(in, out);
        return;
      }
      Tensor result = tail == null ? out : tail.between(Shape.of(program.pipeline(), in));
      compute(program, new Frames(in), in.shape().batch(), in.shape().channels(), null, result);
      if (tail != null) {
        tail.run(result, out);
      }
    } finally {
      busy.set(false);
    }
  }

  /** Computes augmented features; every stage must have a kernel. */
  void extract(Waveform in, Augment augment, Tensor out) {
    begin();
    try {
      if (program == null || tail != null) {
        throw new AssertionError("a stage of the host comes before what augments its result");
      }
      compute(program, new Samples(in), in.batch(), in.channels(), augment, out);
    } finally {
      busy.set(false);
    }
  }

  /** Whether every stage has a kernel. */
  boolean isOnDevice() {
    return tail == null;
  }

  private static HostTail require(@Nullable HostTail tail) {
    if (tail == null) {
      throw new AssertionError("stages run on a device or on the host");
    }
    return tail;
  }

  private void begin() {
    if (closed) {
      throw new IllegalStateException("the extractor is closed");
    }
    if (!busy.compareAndSet(false, true)) {
      throw new IllegalStateException("an extractor is for one thread at a time");
    }
  }

  private record Samples(Waveform in) implements Source {
    @Override
    public int length(int item) {
      return in.length(item);
    }

    @Override
    public void copy(int item, int channel, float[] to, int at, int length) {
      MemorySegment segment = in.segment(item);
      long from = in.offset(item, channel);
      if (in.type() == SampleType.FLOAT32) {
        MemorySegment.copy(
            segment, ValueLayout.JAVA_FLOAT_UNALIGNED, from * Float.BYTES, to, at, length);
        return;
      }
      for (int i = 0; i < length; i++) {
        to[at + i] =
            segment.get(ValueLayout.JAVA_SHORT_UNALIGNED, (from + i) * Short.BYTES) * 0x1p-15f;
      }
    }
  }

  private record Frames(Tensor in) implements Source {
    @Override
    public int length(int item) {
      return in.frames(item);
    }

    @Override
    public void copy(int item, int channel, float[] to, int at, int length) {
      int width = length * (in.shape().complex() ? 2 : 1);
      for (int k = 0; k < in.shape().bins(); k++) {
        MemorySegment.copy(
            in.segment(),
            ValueLayout.JAVA_FLOAT_UNALIGNED,
            in.offset(item, channel, k) * Float.BYTES,
            to,
            at + k * width,
            width);
      }
    }
  }

  private void compute(
      DeviceProgram plan,
      Source source,
      int batch,
      int channels,
      @Nullable Augment augment,
      Tensor out) {
    for (int b = 0; b < batch; b++) {
      int length = source.length(b);
      int made = augment == null ? length : augment.length(b, length);
      out.setFrames(b, Math.toIntExact(plan.pipeline().frames(made)));
    }
    List<Chunk> chunks = chunks(plan, source::length, batch, channels, augment);
    if (runners.size() == 1 || chunks.size() == 1) {
      for (Chunk chunk : chunks) {
        compute(plan, runners.getFirst(), source, chunk, augment, out);
      }
      return;
    }
    AtomicInteger next = new AtomicInteger();
    AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();
    List<Thread> threads = new ArrayList<>();
    for (Runner runner : runners) {
      threads.add(
          Thread.ofPlatform()
              .name("cochlea-opencl")
              .daemon()
              .start(
                  () -> {
                    try {
                      for (int c = next.getAndIncrement();
                          c < chunks.size() && failure.get() == null;
                          c = next.getAndIncrement()) {
                        compute(plan, runner, source, chunks.get(c), augment, out);
                      }
                    } catch (RuntimeException | Error e) {
                      failure.compareAndSet(null, e);
                    }
                  }));
    }
    boolean interrupted = false;
    for (Thread thread : threads) {
      while (thread.isAlive()) {
        try {
          thread.join();
        } catch (InterruptedException e) {
          // What was begun writes to the caller's memory: it is waited for.
          interrupted = true;
        }
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
    switch (failure.get()) {
      case null -> {}
      case RuntimeException e -> throw e;
      case Error e -> throw e;
      default -> throw new AssertionError("only these are caught");
    }
  }

  /** Cuts a batch into chunks that fit every device. */
  private List<Chunk> chunks(
      DeviceProgram plan,
      IntUnaryOperator lengths,
      int batch,
      int channels,
      @Nullable Augment augment) {
    long most = memory > 0 ? memory : CHUNK_BYTES;
    // Aparapi counts the bytes of an array in 31 bits.
    long largest = Integer.MAX_VALUE - 8L;
    for (Runner runner : runners) {
      most = Math.min(most, runner.device().getGlobalMemSize() / 2);
      largest = Math.min(largest, runner.device().getMaxMemAllocSize());
    }
    List<Chunk> chunks = new ArrayList<>();
    int from = 0;
    while (from < batch) {
      int to = plan.wholeBatch() ? batch : from + 1;
      long bytes = bytes(plan, lengths, from, to, channels, augment);
      int share = (batch + runners.size() - 1) / runners.size();
      while (to < batch && to - from < share) {
        long more = bytes(plan, lengths, to, to + 1, channels, augment);
        if (bytes + more > most || bytes + more > largest) {
          break;
        }
        bytes += more;
        to++;
      }
      chunks.add(new Chunk(plan, width, from, to, channels, lengths, augment));
      from = to;
    }
    return chunks;
  }

  private static long bytes(
      DeviceProgram plan,
      IntUnaryOperator lengths,
      int from,
      int to,
      int channels,
      @Nullable Augment augment) {
    long floats = 0;
    for (int item = from; item < to; item++) {
      int sent = lengths.applyAsInt(item);
      int length = augment == null ? sent : augment.length(item, sent);
      for (Value value : plan.values()) {
        floats += value.floats(length) * channels;
      }
      if (augment != null) {
        // What is sent, two areas of samples and of features, and what is fetched.
        floats += (sent + 2L * augment.most(item, sent)) * channels;
        floats += 3 * plan.output().floats(length) * channels;
      }
    }
    return floats * Float.BYTES;
  }

  private void compute(
      DeviceProgram plan,
      Runner runner,
      Source source,
      Chunk chunk,
      @Nullable Augment augment,
      Tensor out) {
    try {
      float[] input = runner.input(chunk);
      for (int r = 0; r < chunk.rows(); r++) {
        int item = chunk.from() + r / chunk.channels();
        source.copy(item, r % chunk.channels(), input, chunk.source(r), source.length(item));
      }
      float[] output = runner.run(chunk);
      for (int r = 0; r < chunk.rows(); r++) {
        store(plan.output(), chunk, r, output, out);
      }
    } catch (OpenClException e) {
      int half = (chunk.from() + chunk.to()) / 2;
      if (half == chunk.from() || plan.wholeBatch()) {
        throw e;
      }
      // Perhaps it was too much for the device's memory.
      for (int[] part : new int[][] {{chunk.from(), half}, {half, chunk.to()}}) {
        Chunk less =
            new Chunk(plan, width, part[0], part[1], chunk.channels(), source::length, augment);
        compute(plan, runner, source, less, augment, out);
      }
    }
  }

  private static void store(Value value, Chunk chunk, int row, float[] from, Tensor out) {
    int item = chunk.from() + row / chunk.channels();
    int parts = value.layout().complex() ? 2 : 1;
    int width = chunk.frames(value, row) * parts;
    int room = out.shape().frames() * parts;
    for (int k = 0; k < value.layout().bins(); k++) {
      long to = out.offset(item, row % chunk.channels(), k) * Float.BYTES;
      MemorySegment.copy(
          from,
          chunk.result(row) + k * width,
          out.segment(),
          ValueLayout.JAVA_FLOAT_UNALIGNED,
          to,
          width);
      out.segment()
          .asSlice(to + (long) width * Float.BYTES, (long) (room - width) * Float.BYTES)
          .fill((byte) 0);
    }
  }

  @Override
  public void close() {
    if (!closed) {
      closed = true;
      for (Runner runner : runners) {
        runner.close();
      }
      if (tail != null) {
        tail.close();
      }
    }
  }
}
