package org.cochlea.train.torch;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.cochlea.core.stage.Layout;
import org.cochlea.core.stage.Stage;

/**
 * {@link Stage.Analysis}: what every engine computes alike, on the host. No gradient goes through
 * it.
 */
final class HostOperation implements Operation {
  private final Stage.Analysis stage;

  HostOperation(Stage.Analysis stage) {
    this.stage = stage;
  }

  @Override
  public Clips apply(Clips in) {
    Layout before = in.layout();
    Layout after = stage.apply(before);
    Tensor x = before.complex() ? torch.view_as_real(in.values()) : in.values();
    Tensor host = x.detach().to(torch.ScalarType.Double).cpu().contiguous();
    MemorySegment memory = SharedMemory.segment(host);
    int channels = Math.toIntExact(in.channels());
    int width = width(before);
    int[] lengths = in.lengths(stage::frames);
    int longest = Clips.longest(lengths);
    int row = Math.multiplyExact(longest, width(after));
    double[] values = new double[Math.multiplyExact(in.batch() * channels, row)];
    for (int b = 0; b < in.batch(); b++) {
      for (int c = 0; c < channels; c++) {
        long from = ((long) b * channels + c) * in.longest() * width;
        double[][] clip =
            before.isSignal()
                ? new double[1][in.length(b)]
                : new double[in.length(b)][before.bins() * (before.complex() ? 2 : 1)];
        int at = (b * channels + c) * row;
        for (double[] frame : clip) {
          MemorySegment.copy(
              memory, ValueLayout.JAVA_DOUBLE, from * Double.BYTES, frame, 0, frame.length);
          from += frame.length;
        }
        for (double[] computed : stage.compute(clip, before)) {
          System.arraycopy(computed, 0, values, at, computed.length);
          at += computed.length;
        }
      }
    }
    long[] sizes =
        after.isSignal()
            ? new long[] {in.batch(), channels, longest}
            : after.complex()
                ? new long[] {in.batch(), channels, longest, after.bins(), 2}
                : new long[] {in.batch(), channels, longest, after.bins()};
    Tensor y =
        values.length == 0
            ? torch.zeros(sizes, x.options())
            : SharedMemory.copy(values, sizes).to(x.device(), x.scalar_type());
    return new Clips(after.complex() ? torch.view_as_complex(y) : y, after, lengths);
  }

  /** Returns the values of a sample or frame. */
  private static int width(Layout layout) {
    return layout.isSignal() ? 1 : layout.bins() * (layout.complex() ? 2 : 1);
  }
}
