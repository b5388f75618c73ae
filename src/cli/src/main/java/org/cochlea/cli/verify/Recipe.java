package org.cochlea.cli.verify;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.UnaryOperator;
import org.cochlea.core.Engine;
import org.cochlea.core.Extractor;
import org.cochlea.core.Shape;
import org.cochlea.core.Tensor;
import org.cochlea.core.Waveform;
import org.cochlea.core.feature.Feature;
import org.cochlea.core.stage.Pipeline;

/** A case in Cochlea's words: from samples to the array that the source library would return. */
@FunctionalInterface
interface Recipe {

  /** Returns one array per channel, or one for all of them. */
  List<NdArray> run(Sound input, Engine engine);

  /** Computes a feature of every channel by itself: {@code [bins, frames]}. */
  static Recipe of(Feature feature) {
    return of(feature, false);
  }

  /**
   * Computes a feature: {@code [bins, frames]} of every channel.
   *
   * @param together whether the channels are one clip, for what looks at whole clips
   */
  static Recipe of(Feature feature, boolean together) {
    Pipeline pipeline = feature.pipeline();
    return (input, engine) -> {
      // The rate is the case's: a library takes it as an argument, whatever the file says.
      int rate = pipeline.sampleRate() == 0 ? input.sampleRate() : pipeline.sampleRate();
      List<Waveform> clips = new ArrayList<>();
      if (together) {
        clips.add(Waveform.ofChannels(input.channels(), rate));
      } else {
        for (float[] channel : input.channels()) {
          clips.add(Waveform.of(channel, rate));
        }
      }
      try (Extractor extractor = engine.compile(pipeline)) {
        Tensor result = extractor.extract(Waveform.batch(clips));
        Shape shape = result.shape();
        List<NdArray> arrays = new ArrayList<>();
        for (int item = 0; item < shape.batch(); item++) {
          int[] size =
              shape.complex()
                  ? new int[] {shape.bins(), result.frames(item), 2}
                  : new int[] {shape.bins(), result.frames(item)};
          float[] values = result.toArray(item);
          int length = values.length / shape.channels();
          for (int c = 0; c < shape.channels(); c++) {
            arrays.add(new NdArray(size, Arrays.copyOfRange(values, c * length, (c + 1) * length)));
          }
        }
        return arrays;
      }
    };
  }

  /** Applies a signal tool to every channel by itself. */
  static Recipe ofSignal(UnaryOperator<float[]> tool) {
    return (input, _) ->
        Arrays.stream(input.channels()).map(channel -> NdArray.of(tool.apply(channel))).toList();
  }

  /** Multiplies the samples first. */
  default Recipe scaled(double factor) {
    return factor == 1
        ? this
        : after(
            samples -> {
              float[] scaled = new float[samples.length];
              for (int i = 0; i < scaled.length; i++) {
                scaled[i] = (float) (samples[i] * factor);
              }
              return scaled;
            });
  }

  /** Changes the samples of every channel first. */
  default Recipe after(UnaryOperator<float[]> change) {
    return (input, engine) ->
        run(
            new Sound(
                Arrays.stream(input.channels()).map(change).toArray(float[][]::new),
                input.sampleRate()),
            engine);
  }

  /** Runs every channel by itself. */
  default Recipe oneByOne() {
    return (input, engine) ->
        Arrays.stream(input.channels())
            .flatMap(
                channel ->
                    run(new Sound(new float[][] {channel}, input.sampleRate()), engine).stream())
            .toList();
  }

  /** Changes the arrays afterwards, such as their layout. */
  default Recipe then(UnaryOperator<NdArray> change) {
    return (input, engine) -> run(input, engine).stream().map(change).toList();
  }
}
