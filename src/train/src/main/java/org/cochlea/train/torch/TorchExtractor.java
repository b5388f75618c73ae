package org.cochlea.train.torch;

import java.lang.foreign.MemorySegment;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.cochlea.core.Extractor;
import org.cochlea.core.SampleType;
import org.cochlea.core.Shape;
import org.cochlea.core.Waveform;
import org.cochlea.core.stage.Pipeline;
import org.cochlea.core.stage.Scope;
import org.cochlea.core.stage.Stage;

/**
 * Copies samples into a libtorch tensor, runs the operations, copies the result out; clip by clip,
 * so that no bit of the result depends on what else is in the batch.
 */
final class TorchExtractor implements Extractor {
  private final Pipeline pipeline;
  private final TorchOptions options;
  private final Operation operation;
  private final boolean wholeBatch;
  private boolean closed;

  TorchExtractor(Pipeline pipeline, TorchOptions options) {
    this.pipeline = pipeline;
    this.options = options;
    this.operation = Operations.compile(pipeline.stages(), pipeline.input());
    this.wholeBatch = pipeline.stages().stream().anyMatch(TorchExtractor::needsBatch);
  }

  private static boolean needsBatch(Stage stage) {
    return switch (stage) {
      case Stage.Normalize s -> s.scope() == Scope.BATCH;
      case Stage.DynamicRange s -> s.scope() == Scope.BATCH;
      case Stage.Branch s ->
          s.paths().stream().anyMatch(p -> p.stream().anyMatch(TorchExtractor::needsBatch));
      default -> false;
    };
  }

  @Override
  public Shape outputShape(Waveform in) {
    return Shape.of(pipeline, in);
  }

  @Override
  public Shape outputShape(org.cochlea.core.Tensor in) {
    return Shape.of(pipeline, in);
  }

  @Override
  public void extract(Waveform in, org.cochlea.core.Tensor out) {
    out.shape().requireRoomFor(outputShape(in));
    requireOpen();
    int step = wholeBatch ? Math.max(1, in.batch()) : 1;
    for (int from = 0; from < in.batch(); from += step) {
      try (PointerScope _ = new PointerScope();
          NoGradGuard _ = new NoGradGuard()) {
        store(operation.apply(load(in, from, from + step)), from, out);
      }
    }
  }

  @Override
  public void extract(org.cochlea.core.Tensor in, org.cochlea.core.Tensor out) {
    out.shape().requireRoomFor(outputShape(in));
    requireOpen();
    if (in.shape().batch() == 0) {
      return;
    }
    try (PointerScope _ = new PointerScope();
        NoGradGuard _ = new NoGradGuard()) {
      store(operation.apply(load(in)), 0, out);
    }
  }

  private void requireOpen() {
    if (closed) {
      throw new IllegalStateException("the extractor is closed");
    }
  }

  private Clips load(Waveform in, int from, int to) {
    int[] lengths = new int[to - from];
    for (int b = from; b < to; b++) {
      lengths[b - from] = in.length(b);
    }
    int longest = Clips.longest(lengths);
    boolean floats = in.type() == SampleType.FLOAT32;
    Tensor host =
        torch.zeros(
            new long[] {to - from, in.channels(), longest},
            new org.bytedeco.pytorch.TensorOptions(
                floats ? torch.ScalarType.Float : torch.ScalarType.Short));
    MemorySegment memory = SharedMemory.segment(host);
    int bytes = in.type().bytes();
    for (int b = from; b < to; b++) {
      for (int c = 0; c < in.channels(); c++) {
        MemorySegment.copy(
            in.segment(b),
            in.offset(b, c) * bytes,
            memory,
            ((long) (b - from) * in.channels() + c) * longest * bytes,
            (long) in.length(b) * bytes);
      }
    }
    Tensor samples = host.to(options.torchDevice(), options.precision().type());
    if (!floats) {
      samples = samples.mul(new Scalar(1 / 32768.0));
    }
    return new Clips(samples, pipeline.input(), lengths);
  }

  private Clips load(org.cochlea.core.Tensor in) {
    Shape shape = in.shape();
    int[] lengths = new int[shape.batch()];
    for (int b = 0; b < lengths.length; b++) {
      lengths[b] = in.frames(b);
    }
    int longest = Clips.longest(lengths);
    Tensor host =
        torch.empty(
            new long[] {
              shape.batch(), shape.channels(), shape.bins(), shape.frames(), shape.complex() ? 2 : 1
            },
            new org.bytedeco.pytorch.TensorOptions(torch.ScalarType.Float),
            new org.bytedeco.pytorch.MemoryFormatOptional());
    SharedMemory.segment(host).copyFrom(in.segment().asSlice(0, shape.floats() * Float.BYTES));
    Tensor values =
        host.narrow(3, 0, longest).to(options.torchDevice(), options.precision().type());
    values = shape.complex() ? torch.view_as_complex(values.contiguous()) : values.squeeze(4);
    return Clips.masked(values.transpose(2, 3).contiguous(), pipeline.input(), lengths);
  }

  private static void store(Clips clips, int from, org.cochlea.core.Tensor out) {
    Shape shape = out.shape();
    Tensor y = clips.values();
    y = clips.layout().isSignal() ? y.unsqueeze(2) : y.transpose(2, 3);
    int parts = 1;
    if (shape.complex()) {
      y = torch.view_as_real(y);
      parts = 2;
    }
    Tensor host = y.to(torch.ScalarType.Float).cpu().contiguous();
    MemorySegment memory = SharedMemory.segment(host);
    long width = clips.longest() * parts;
    long room = (long) shape.frames() * parts;
    MemorySegment target = out.segment();
    long rows = (long) clips.batch() * shape.channels() * shape.bins();
    long first = out.offset(from, 0, 0);
    if (width == room) {
      MemorySegment.copy(memory, 0, target, first * Float.BYTES, rows * width * Float.BYTES);
    } else {
      for (long r = 0; r < rows; r++) {
        long at = (first + r * room) * Float.BYTES;
        MemorySegment.copy(memory, r * width * Float.BYTES, target, at, width * Float.BYTES);
        target.asSlice(at + width * Float.BYTES, (room - width) * Float.BYTES).fill((byte) 0);
      }
    }
    for (int b = 0; b < clips.batch(); b++) {
      out.setFrames(from + b, clips.length(b));
    }
  }

  @Override
  public void close() {
    closed = true;
  }
}
