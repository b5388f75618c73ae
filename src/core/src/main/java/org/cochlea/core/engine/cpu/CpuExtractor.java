package org.cochlea.core.engine.cpu;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.concurrent.atomic.AtomicBoolean;
import org.cochlea.core.Extractor;
import org.cochlea.core.Shape;
import org.cochlea.core.Strip;
import org.cochlea.core.Tensor;
import org.cochlea.core.Waveform;
import org.cochlea.core.stage.Layout;
import org.cochlea.core.stage.Pipeline;
import org.jspecify.annotations.Nullable;

/** A pipeline made ready for the CPU. */
final class CpuExtractor implements Extractor {
  private final Pipeline pipeline;
  private final Workers workers;
  private final Program program;
  private final Layout output;
  private final int parts;
  private final int memory;
  private final int doubles;
  private volatile TileKernels kernels = new PlainKernels();
  private final Phase.Call call = new Phase.Call();
  private final Block input = new Block();
  private final Block onHeap = new Block();
  private final AtomicBoolean busy = new AtomicBoolean();
  private final SignalReader.Samples samples = new SignalReader.Samples();
  private volatile boolean closed;

  /** What is left of the time on plain kernels before better ones are asked for; 0 for never. */
  private long patience;

  private long begun;

  CpuExtractor(Pipeline pipeline, int threads) {
    this.pipeline = pipeline;
    this.output = pipeline.output();
    this.parts = output.complex() ? 2 : 1;
    this.program = new Program(pipeline.stages(), pipeline.input(), threads);
    this.memory = program.memory();
    this.doubles = program.doubles();
    this.workers = new Workers(threads);
  }

  /** Changes the kernels, from the next call on; the results stay the same. */
  void use(TileKernels other) {
    kernels = other;
  }

  /** Has {@link Warmup} called as soon as calls have taken so long together. */
  void warmUpAfter(long nanos) {
    patience = nanos;
  }

  Pipeline pipeline() {
    return pipeline;
  }

  boolean isClosed() {
    return closed;
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
    if (!fits(in, out)) {
      out.shape().requireRoomFor(outputShape(in));
    }
    begin();
    try {
      for (int b = 0; b < in.batch(); b++) {
        out.setFrames(b, Math.toIntExact(pipeline.frames(in.length(b))));
      }
      if (workers.canRead(in)) {
        call.waveform = in;
        run(null, out);
      } else {
        // Memory of a confined arena: this thread alone may read it.
        input.load(in, samples);
        run(input, out);
      }
    } finally {
      call.waveform = null;
      end();
    }
  }

  @Override
  public void extract(Tensor in, Tensor out) {
    if (!fits(in, out)) {
      out.shape().requireRoomFor(outputShape(in));
    }
    begin();
    try {
      for (int b = 0; b < in.shape().batch(); b++) {
        out.setFrames(b, Math.toIntExact(pipeline.frames(in.frames(b))));
      }
      input.load(in);
      run(input, out);
    } finally {
      end();
    }
  }

  /** Runs on a piece of a clip, as {@link org.cochlea.core.PieceRunner}. */
  void run(Strip in, Strip out) {
    begin();
    try {
      call.items = 1;
      call.channels = in.channels();
      call.kernels = kernels;
      call.continues = true;
      call.firstSample = in.first();
      call.firstFrame = out.first();
      layOver(in, input);
      layOver(out, onHeap);
      float[] slab = Slab.lend(workers, memory);
      double[] wide = Slab.lendDoubles(workers, doubles);
      try {
        program.run(call, input, onHeap, workers);
      } finally {
        Slab.giveBack(slab);
        Slab.giveBack(wide);
      }
    } finally {
      end();
    }
  }

  private static void layOver(Strip strip, Block block) {
    int bins = strip.layout().bins();
    int width = strip.layout().complex() ? 2 : 1;
    block.resize(1, strip.channels());
    for (int c = 0; c < strip.channels(); c++) {
      block
          .panel(0, c)
          .over(strip.floats(), strip.offset(c, 0), strip.stride(), bins, strip.count(), width);
    }
  }

  /** Forgets earlier pieces. */
  void reset() {
    program.reset();
  }

  /** Whether all is well, found out without making a shape; if not, that says what is wrong. */
  private boolean fits(Waveform in, Tensor out) {
    int rate = pipeline.sampleRate();
    long longest = 0;
    for (int b = 0; b < in.batch(); b++) {
      longest = Math.max(longest, pipeline.frames(in.length(b)));
    }
    return pipeline.input().isSignal()
        && (rate == 0 || rate == in.sampleRate())
        && hasRoom(out.shape(), in.batch(), in.channels(), longest);
  }

  private boolean fits(Tensor in, Tensor out) {
    Layout input = pipeline.input();
    Shape shape = in.shape();
    long longest = 0;
    for (int b = 0; b < shape.batch(); b++) {
      longest = Math.max(longest, pipeline.frames(in.frames(b)));
    }
    return !input.isSignal()
        && shape.bins() == input.bins()
        && shape.complex() == input.complex()
        && hasRoom(out.shape(), shape.batch(), shape.channels(), longest);
  }

  private boolean hasRoom(Shape room, int batch, int channels, long frames) {
    return room.batch() == batch
        && room.channels() == channels
        && room.bins() == output.bins()
        && room.complex() == output.complex()
        && room.frames() >= frames;
  }

  private void begin() {
    if (closed) {
      throw new IllegalStateException("the extractor is closed");
    }
    if (!busy.compareAndSet(false, true)) {
      throw new IllegalStateException(
          "an extractor runs one call at a time; give every thread its own");
    }
    begun = patience > 0 ? System.nanoTime() : 0;
  }

  private void end() {
    if (patience > 0) {
      patience -= System.nanoTime() - begun;
      if (patience <= 0) {
        patience = 0;
        Warmup.begin(this);
      }
    }
    busy.set(false);
  }

  private void run(@Nullable Block in, Tensor out) {
    call.items = out.shape().batch();
    call.channels = out.shape().channels();
    call.kernels = kernels;
    float[] slab = Slab.lend(workers, memory);
    double[] wide = Slab.lendDoubles(workers, doubles);
    try {
      runInto(in, out);
    } finally {
      Slab.giveBack(slab);
      Slab.giveBack(wide);
    }
    clearPadding(out);
  }

  private void runInto(@Nullable Block in, Tensor out) {
    float[] array = out.array();
    if (array != null && out.segment().address() % Float.BYTES == 0) {
      layOver(array, (int) (out.segment().address() / Float.BYTES), out);
      program.run(call, in, onHeap, workers);
    } else {
      program.run(call, in, null, workers).store(out);
    }
  }

  private void layOver(float[] array, int base, Tensor out) {
    Shape shape = out.shape();
    onHeap.resize(shape.batch(), shape.channels());
    for (int b = 0; b < shape.batch(); b++) {
      for (int c = 0; c < shape.channels(); c++) {
        onHeap
            .panel(b, c)
            .over(
                array,
                base + Math.toIntExact(out.offset(b, c, 0)),
                shape.frames() * parts,
                shape.bins(),
                out.frames(b),
                parts);
      }
    }
  }

  private void clearPadding(Tensor out) {
    Shape shape = out.shape();
    MemorySegment segment = out.segment();
    for (int b = 0; b < shape.batch(); b++) {
      long from = (long) out.frames(b) * parts;
      long count = (long) shape.frames() * parts - from;
      if (count == 0) {
        continue;
      }
      for (int c = 0; c < shape.channels(); c++) {
        for (int k = 0; k < shape.bins(); k++) {
          long at = out.offset(b, c, k) + from;
          for (long i = 0; i < count; i++) {
            segment.set(ValueLayout.JAVA_FLOAT_UNALIGNED, (at + i) * Float.BYTES, 0);
          }
        }
      }
    }
  }

  @Override
  public void close() {
    if (!closed) {
      closed = true;
      workers.close();
    }
  }
}
