package org.cochlea.train.torch;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.bytedeco.javacpp.Pointer;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.MemoryFormatOptional;
import org.bytedeco.pytorch.PointerConsumer;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptions;
import org.bytedeco.pytorch.global.torch;
import org.cochlea.core.SampleType;
import org.cochlea.core.Shape;
import org.cochlea.core.Waveform;

/** The same memory as a tensor of libtorch and as one of Cochlea: nothing is copied. */
public final class SharedMemory {
  /** Memory that libtorch reads, by its address: held until libtorch lets go of it. */
  private static final Map<Long, Deque<MemorySegment>> HELD = new ConcurrentHashMap<>();

  private SharedMemory() {}

  /** Its class is loaded, and libtorch with it, when the first memory is lent. */
  private static final class Release extends PointerConsumer {
    static final Release INSTANCE = new Release();

    private Release() {
      // It is called as long as the process lives.
      retainReference();
    }

    @Override
    public void call(Pointer memory) {
      release(memory.address());
    }
  }

  /** A pointer to memory that is not its own. */
  private static final class Address extends Pointer {
    Address(long address) {
      super((Pointer) null);
      this.address = address;
    }
  }

  private static void hold(MemorySegment segment) {
    HELD.compute(
        segment.address(),
        (_, others) -> {
          Deque<MemorySegment> all = others == null ? new ArrayDeque<>() : others;
          all.push(segment);
          return all;
        });
  }

  private static void release(long address) {
    HELD.computeIfPresent(
        address,
        (_, all) -> {
          all.pop();
          return all.isEmpty() ? null : all;
        });
  }

  /** Returns how many tensors of libtorch use memory of Java. */
  static int held() {
    return HELD.values().stream().mapToInt(Deque::size).sum();
  }

  /**
   * Returns a libtorch tensor over a feature: {@code [batch, channels, bins, frames]}, complex ones
   * with a last axis of 2.
   *
   * <p>Memory of an automatic or the global arena is kept for as long as libtorch uses it. An arena
   * that is closed explicitly must stay open for longer than the tensor, and whatever libtorch made
   * from it without a copy, is used.
   *
   * @throws IllegalArgumentException if the feature is on the heap, where libtorch cannot go
   */
  public static Tensor tensor(org.cochlea.core.Tensor feature) {
    return tensor(feature.segment(), torch.ScalarType.Float, sizes(feature.shape()));
  }

  /**
   * Returns a libtorch tensor over a batch of clips: {@code [batch, channels, stride]}, float32 or
   * int16. Its lifetime is as {@link #tensor(org.cochlea.core.Tensor)} says.
   *
   * @throws IllegalArgumentException if the samples are on the heap, or not in one piece with the
   *     clips at equal distances
   */
  public static Tensor tensor(Waveform clips) {
    if (clips.batch() == 0) {
      throw new IllegalArgumentException("clips must have at least 1 element, had 0");
    }
    MemorySegment memory = clips.segment(0);
    long first = clips.offset(0, 0);
    long stride = clips.maxLength();
    if (clips.channels() > 1) {
      stride = clips.offset(0, 1) - first;
    } else if (clips.batch() > 1) {
      stride = clips.offset(1, 0) - first;
    }
    long bytes = clips.type().bytes();
    for (int b = 0; b < clips.batch(); b++) {
      for (int c = 0; c < clips.channels(); c++) {
        long place = first + ((long) b * clips.channels() + c) * stride;
        if (!clips.segment(b).equals(memory)
            || clips.offset(b, c) != place
            || stride < clips.length(b)
            || (place + stride) * bytes > memory.byteSize()) {
          throw new IllegalArgumentException(
              "clips must lie in one piece of memory at equal distances, %s does not"
                  .formatted(clips));
        }
      }
    }
    return tensor(
        memory.asSlice(first * bytes),
        clips.type() == SampleType.INT16 ? torch.ScalarType.Short : torch.ScalarType.Float,
        clips.batch(),
        clips.channels(),
        stride);
  }

  private static Tensor tensor(MemorySegment segment, torch.ScalarType type, long... sizes) {
    if (!segment.isNative()) {
      throw new IllegalArgumentException(
          "memory must be off the heap to be shared with libtorch: allocate it in an Arena");
    }
    hold(segment);
    TensorOptions options = new TensorOptions(type);
    return torch.from_blob(new Address(segment.address()), sizes, Release.INSTANCE, options);
  }

  static long[] sizes(Shape shape) {
    return shape.complex()
        ? new long[] {shape.batch(), shape.channels(), shape.bins(), shape.frames(), 2}
        : new long[] {shape.batch(), shape.channels(), shape.bins(), shape.frames()};
  }

  /**
   * Returns a libtorch tensor as a feature. The memory stays until the arena is closed, whatever
   * becomes of the tensor; after that the feature cannot be used, but the tensor can.
   *
   * @param tensor float32, contiguous, on the host: {@code [batch, channels, bins, frames]}, with a
   *     last axis of 2 for complex values
   * @throws IllegalArgumentException if it is not
   */
  public static org.cochlea.core.Tensor feature(Tensor tensor, Arena arena) {
    long axes = tensor.dim();
    if (axes != 4 && (axes != 5 || tensor.size(4) != 2)) {
      throw new IllegalArgumentException(
          "tensor must be [batch, channels, bins, frames] or [batch, channels, bins, frames, 2], had sizes %s"
              .formatted(Arrays.toString(tensor.shape())));
    }
    Shape shape =
        new Shape(
            Math.toIntExact(tensor.size(0)),
            Math.toIntExact(tensor.size(1)),
            Math.toIntExact(tensor.size(2)),
            Math.toIntExact(tensor.size(3)),
            axes == 5);
    return org.cochlea.core.Tensor.wrap(shape, segment(tensor, arena));
  }

  /**
   * Returns a libtorch tensor as a batch of clips. The memory stays until the arena is closed.
   *
   * @param tensor float32, contiguous, on the host: {@code [batch, channels, samples]}
   * @param lengths the true length of every clip, in samples
   * @param sampleRate in Hz, at least 1
   * @throws IllegalArgumentException if it is not, or a size is out of range
   */
  public static Waveform waveform(Tensor tensor, int[] lengths, int sampleRate, Arena arena) {
    if (tensor.dim() != 3) {
      throw new IllegalArgumentException(
          "tensor must be [batch, channels, samples], had sizes %s"
              .formatted(Arrays.toString(tensor.shape())));
    }
    return Waveform.wrap(
        segment(tensor, arena),
        SampleType.FLOAT32,
        Math.toIntExact(tensor.size(0)),
        Math.toIntExact(tensor.size(1)),
        Math.toIntExact(tensor.size(2)),
        lengths,
        sampleRate);
  }

  /** Returns the memory of a tensor, which lives until the arena is closed. */
  @SuppressWarnings("restricted")
  private static MemorySegment segment(Tensor tensor, Arena arena) {
    if (tensor.scalar_type().intern() != torch.ScalarType.Float
        || !tensor.is_cpu()
        || !tensor.is_contiguous()) {
      throw new IllegalArgumentException(
          "tensor must be float32, contiguous and on the host, was %s%s on %s"
              .formatted(
                  tensor.scalar_type().intern().name(),
                  tensor.is_contiguous() ? "" : ", not contiguous",
                  tensor.device().str().getString()));
    }
    Tensor own;
    try (PointerScope _ = new PointerScope()) {
      own = new Tensor(tensor);
      own.retainReference();
    }
    return segment(tensor).reinterpret(arena, _ -> own.releaseReference());
  }

  /** Returns a tensor with a copy of these numbers, in double. */
  static Tensor copy(double[] numbers, long... sizes) {
    return copy(MemorySegment.ofArray(numbers), torch.ScalarType.Double, sizes);
  }

  /** Returns a tensor with a copy of these numbers. */
  static Tensor copy(long[] numbers, long... sizes) {
    return copy(MemorySegment.ofArray(numbers), torch.ScalarType.Long, sizes);
  }

  private static Tensor copy(MemorySegment numbers, torch.ScalarType type, long... sizes) {
    Tensor tensor = torch.empty(sizes, new TensorOptions(type), new MemoryFormatOptional());
    segment(tensor).copyFrom(numbers);
    return tensor;
  }

  /** Returns the memory of a contiguous tensor on the host, which must outlive it. */
  @SuppressWarnings("restricted")
  static MemorySegment segment(Tensor tensor) {
    long bytes = tensor.numel() * tensor.element_size();
    return bytes == 0
        ? MemorySegment.NULL
        : MemorySegment.ofAddress(tensor.data_ptr().address()).reinterpret(bytes);
  }
}
