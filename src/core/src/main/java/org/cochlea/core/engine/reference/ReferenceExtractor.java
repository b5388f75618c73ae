package org.cochlea.core.engine.reference;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import org.cochlea.core.Extractor;
import org.cochlea.core.SampleType;
import org.cochlea.core.Shape;
import org.cochlea.core.Tensor;
import org.cochlea.core.Waveform;
import org.cochlea.core.stage.Layout;
import org.cochlea.core.stage.Pipeline;

/**
 * Copies samples into double arrays, runs the stages one after the other, copies the result out.
 */
final class ReferenceExtractor implements Extractor {
  private final Pipeline pipeline;
  private final Layout output;

  ReferenceExtractor(Pipeline pipeline) {
    this.pipeline = pipeline;
    this.output = pipeline.output();
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
    Clip[][] clips = new Clip[in.batch()][in.channels()];
    for (int b = 0; b < in.batch(); b++) {
      for (int c = 0; c < in.channels(); c++) {
        clips[b][c] = Clip.signal(samples(in, b, c));
      }
    }
    store(StageInterpreter.run(pipeline.stages(), clips), out);
  }

  @Override
  public void extract(Tensor in, Tensor out) {
    out.shape().requireRoomFor(outputShape(in));
    Clip[][] clips = new Clip[in.shape().batch()][in.shape().channels()];
    for (int b = 0; b < clips.length; b++) {
      for (int c = 0; c < in.shape().channels(); c++) {
        clips[b][c] = frames(in, b, c);
      }
    }
    store(StageInterpreter.run(pipeline.stages(), clips), out);
  }

  private static double[] samples(Waveform in, int item, int channel) {
    double[] samples = new double[in.length(item)];
    MemorySegment segment = in.segment(item);
    long at = in.offset(item, channel);
    for (int i = 0; i < samples.length; i++) {
      samples[i] =
          in.type() == SampleType.FLOAT32
              ? segment.get(ValueLayout.JAVA_FLOAT_UNALIGNED, (at + i) * Float.BYTES)
              : segment.get(ValueLayout.JAVA_SHORT_UNALIGNED, (at + i) * Short.BYTES) / 32768.0;
    }
    return samples;
  }

  private static Clip frames(Tensor in, int item, int channel) {
    Shape shape = in.shape();
    double[][] values = new double[in.frames(item)][shape.bins() * (shape.complex() ? 2 : 1)];
    for (int k = 0; k < shape.bins(); k++) {
      for (int t = 0; t < values.length; t++) {
        if (shape.complex()) {
          values[t][2 * k] = in.at(item, channel, k, t);
          values[t][2 * k + 1] = in.imaginaryAt(item, channel, k, t);
        } else {
          values[t][k] = in.at(item, channel, k, t);
        }
      }
    }
    return new Clip(
        shape.complex() ? Layout.complex(shape.bins()) : Layout.real(shape.bins()), values);
  }

  private void store(Clip[][] clips, Tensor out) {
    MemorySegment segment = out.segment();
    int parts = output.complex() ? 2 : 1;
    for (int b = 0; b < clips.length; b++) {
      for (int c = 0; c < clips[b].length; c++) {
        Clip clip = clips[b][c];
        int frames = clip.length();
        out.setFrames(b, frames);
        for (int k = 0; k < output.bins(); k++) {
          long at = out.offset(b, c, k);
          for (int t = 0; t < out.shape().frames(); t++) {
            for (int part = 0; part < parts; part++) {
              double value;
              if (t >= frames) {
                value = 0;
              } else if (output.isSignal()) {
                value = clip.samples()[t];
              } else {
                value = clip.values()[t][parts * k + part];
              }
              segment.set(
                  ValueLayout.JAVA_FLOAT_UNALIGNED,
                  (at + (long) t * parts + part) * Float.BYTES,
                  (float) value);
            }
          }
        }
      }
    }
  }

  @Override
  public void close() {}
}
