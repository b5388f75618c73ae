package org.cochlea.core.engine.cpu;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import org.cochlea.core.Tensor;
import org.cochlea.core.Waveform;

/** The panels of a batch, {@code panel(item, channel)}; grows and never shrinks. */
final class Block {
  private Panel[] panels = {};
  private int items;
  private int channels = 1;

  void resize(int itemCount, int channelCount) {
    items = itemCount;
    channels = channelCount;
    int needed = Math.multiplyExact(itemCount, channelCount);
    if (panels.length < needed) {
      Panel[] more = new Panel[needed];
      System.arraycopy(panels, 0, more, 0, panels.length);
      for (int i = panels.length; i < needed; i++) {
        more[i] = new Panel();
      }
      panels = more;
    }
  }

  int items() {
    return items;
  }

  int channels() {
    return channels;
  }

  int count() {
    return items * channels;
  }

  Panel panel(int index) {
    return panels[index];
  }

  Panel panel(int item, int channel) {
    return panels[item * channels + channel];
  }

  /** Reads the samples of a waveform. */
  void load(Waveform in, SignalReader.Samples samples) {
    resize(in.batch(), in.channels());
    for (int b = 0; b < items; b++) {
      for (int c = 0; c < channels; c++) {
        Panel p = panel(b, c);
        p.reshape(1, in.length(b), 1);
        samples.bind(in, b, c);
        samples.read(0, p.frames, p.data, p.offset);
      }
    }
  }

  /** Reads the frames of a tensor. */
  void load(Tensor in) {
    int parts = in.shape().complex() ? 2 : 1;
    resize(in.shape().batch(), in.shape().channels());
    for (int b = 0; b < items; b++) {
      for (int c = 0; c < channels; c++) {
        Panel p = panel(b, c);
        p.reshape(in.shape().bins(), in.frames(b), parts);
        for (int k = 0; k < p.rows; k++) {
          MemorySegment.copy(
              in.segment(),
              ValueLayout.JAVA_FLOAT_UNALIGNED,
              in.offset(b, c, k) * Float.BYTES,
              p.data,
              p.row(k),
              p.frames * parts);
        }
      }
    }
  }

  /** Writes the panels to a tensor, which may be roomier. */
  void store(Tensor out) {
    for (int b = 0; b < items; b++) {
      for (int c = 0; c < channels; c++) {
        Panel p = panel(b, c);
        for (int k = 0; k < p.rows; k++) {
          MemorySegment.copy(
              p.data,
              p.row(k),
              out.segment(),
              ValueLayout.JAVA_FLOAT_UNALIGNED,
              out.offset(b, c, k) * Float.BYTES,
              p.frames * p.parts);
        }
      }
    }
  }
}
