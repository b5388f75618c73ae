package org.cochlea.core.preset;

import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.cochlea.core.Engine;
import org.cochlea.core.ExtractorOptions;
import org.cochlea.core.SampleType;
import org.cochlea.core.Shape;
import org.cochlea.core.Tensor;
import org.cochlea.core.Waveform;
import org.cochlea.core.feature.Feature;
import org.cochlea.core.signal.Patches;
import org.cochlea.core.signal.Resampler;
import org.cochlea.core.signal.SincKernel;
import org.cochlea.core.stage.Layout;
import org.cochlea.core.stage.Pipeline;
import org.cochlea.core.stage.Stage;
import org.jspecify.annotations.Nullable;

/**
 * The front-end of a named system, from the samples of a file to what its model reads: a value to
 * inspect, print and change.
 *
 * <p>Channels are mixed, the signal is resampled and prepared, cut into chunks, every chunk
 * transformed by the feature, the result cut into patches, and every patch brought to scale. Most
 * systems leave some of that out.
 *
 * @param name in small letters, for {@link Presets#named}
 * @param description one line
 * @param sources where the facts come from: repositories, papers
 * @param sampleRate in Hz, or 0 for that of the file
 * @param resampling the filter where the file has another rate
 * @param channels what becomes of the channels
 * @param preparation steps before the signal is cut, in order
 * @param chunks how the prepared signal is cut or extended, in samples; null for not at all
 * @param feature what every chunk becomes
 * @param patches how a feature is cut or extended, in frames; null for not at all
 * @param patchStages what is done to every patch by itself
 * @param notes what the sources contradict each other in or leave open, and what was chosen
 */
public record Preset(
    String name,
    String description,
    List<String> sources,
    int sampleRate,
    SincKernel resampling,
    Channels channels,
    List<Preparation> preparation,
    @Nullable Patches chunks,
    Feature feature,
    @Nullable Patches patches,
    List<Stage> patchStages,
    List<String> notes) {

  /**
   * Copies the lists and checks that the parts fit.
   *
   * @throws IllegalArgumentException if the name is empty, the feature does not read waveforms of
   *     the rate, or patches are asked of a complex feature or of a signal
   */
  public Preset {
    if (name.isBlank()) {
      throw new IllegalArgumentException("name must not be empty");
    }
    sources = List.copyOf(sources);
    preparation = List.copyOf(preparation);
    patchStages = List.copyOf(patchStages);
    notes = List.copyOf(notes);
    if (sampleRate < 0) {
      throw new IllegalArgumentException("sampleRate must be at least 0, was " + sampleRate);
    }
    Pipeline pipeline = feature.pipeline();
    if (!pipeline.input().isSignal()) {
      throw new IllegalArgumentException("feature must read waveforms, was " + feature);
    }
    if (pipeline.sampleRate() != 0 && pipeline.sampleRate() != sampleRate) {
      throw new IllegalArgumentException(
          "sampleRate must be the feature's, %d Hz, was %d"
              .formatted(pipeline.sampleRate(), sampleRate));
    }
    Layout output = pipeline.output();
    if (patches != null && (output.isSignal() || output.complex())) {
      throw new IllegalArgumentException("patches must be null for a feature that gives " + output);
    }
    if (!patchStages.isEmpty()) {
      if (patches == null) {
        throw new IllegalArgumentException("patchStages must be empty without patches");
      }
      var _ = new Pipeline(0, output, patchStages);
    }
  }

  /** Returns a preset of mono signals that are only resampled and transformed. */
  public static Preset of(String name, String description, int sampleRate, Feature feature) {
    return new Preset(
        name,
        description,
        List.of(),
        sampleRate,
        Resampler.Quality.HIGH.kernel(),
        Channels.MONO,
        List.of(),
        null,
        feature,
        null,
        List.of(),
        List.of());
  }

  /** Returns this under another name. */
  public Preset withName(String other, String what) {
    return new Preset(
        other,
        what,
        sources,
        sampleRate,
        resampling,
        channels,
        preparation,
        chunks,
        feature,
        patches,
        patchStages,
        notes);
  }

  /** Returns this from other sources. */
  public Preset withSources(String... others) {
    return new Preset(
        name,
        description,
        List.of(others),
        sampleRate,
        resampling,
        channels,
        preparation,
        chunks,
        feature,
        patches,
        patchStages,
        notes);
  }

  /** Returns this with another resampling filter. */
  public Preset withResampling(SincKernel kernel) {
    return new Preset(
        name,
        description,
        sources,
        sampleRate,
        kernel,
        channels,
        preparation,
        chunks,
        feature,
        patches,
        patchStages,
        notes);
  }

  /** Returns this with other channels. */
  public Preset withChannels(Channels other) {
    return new Preset(
        name,
        description,
        sources,
        sampleRate,
        resampling,
        other,
        preparation,
        chunks,
        feature,
        patches,
        patchStages,
        notes);
  }

  /** Returns this with other steps of preparation. */
  public Preset withPreparation(Preparation... steps) {
    return new Preset(
        name,
        description,
        sources,
        sampleRate,
        resampling,
        channels,
        List.of(steps),
        chunks,
        feature,
        patches,
        patchStages,
        notes);
  }

  /** Returns this with the signal cut otherwise; null for not at all. */
  public Preset withChunks(@Nullable Patches policy) {
    return new Preset(
        name,
        description,
        sources,
        sampleRate,
        resampling,
        channels,
        preparation,
        policy,
        feature,
        patches,
        patchStages,
        notes);
  }

  /** Returns this with another feature of the same sample rate. */
  public Preset withFeature(Feature other) {
    return withFeature(sampleRate, other);
  }

  /** Returns this with another sample rate and a feature of it. */
  public Preset withFeature(int rate, Feature other) {
    return new Preset(
        name,
        description,
        sources,
        rate,
        resampling,
        channels,
        preparation,
        chunks,
        other,
        patches,
        patchStages,
        notes);
  }

  /** Returns this with the feature cut otherwise; null, without stages, for not at all. */
  public Preset withPatches(@Nullable Patches policy, Stage... stages) {
    return new Preset(
        name,
        description,
        sources,
        sampleRate,
        resampling,
        channels,
        preparation,
        chunks,
        feature,
        policy,
        List.of(stages),
        notes);
  }

  /** Returns this with other notes. */
  public Preset withNotes(String... others) {
    return new Preset(
        name,
        description,
        sources,
        sampleRate,
        resampling,
        channels,
        preparation,
        chunks,
        feature,
        patches,
        patchStages,
        List.of(others));
  }

  /**
   * Returns the chunks of a clip, ready for the feature: mixed, resampled, prepared and cut.
   *
   * @param samples by channel, at least one, all of one length, full scale at ±1; what comes back
   *     may lie in them
   * @param rate of the samples in Hz, at least 1
   * @return one clip per chunk; none if the clip is too short for one
   * @throws IllegalArgumentException if there is no channel or their lengths differ
   */
  public Waveform prepare(float[][] samples, int rate) {
    if (samples.length == 0) {
      throw new IllegalArgumentException("samples must have at least 1 channel, had 0");
    }
    for (float[] channel : samples) {
      if (channel.length != samples[0].length) {
        throw new IllegalArgumentException(
            "samples must be of one length, were %d and %d"
                .formatted(samples[0].length, channel.length));
      }
    }
    float[][] signal = channels.apply(samples);
    int target = sampleRate == 0 ? rate : sampleRate;
    if (rate != target) {
      signal = Resampler.of(rate, target, resampling).resample(signal);
    }
    for (Preparation step : preparation) {
      signal = step.apply(signal, target);
    }
    if (chunks == null) {
      return signal.length == 1
          ? Waveform.of(signal[0], target)
          : Waveform.ofChannels(signal, target);
    }
    List<Waveform> cut = new ArrayList<>();
    for (int[] columns : chunks.plan(signal[0].length)) {
      float[][] chunk = new float[signal.length][columns.length];
      for (int c = 0; c < chunk.length; c++) {
        for (int i = 0; i < columns.length; i++) {
          chunk[c][i] = columns[i] == Patches.PADDING ? 0 : signal[c][columns[i]];
        }
      }
      cut.add(Waveform.ofChannels(chunk, target));
    }
    return cut.isEmpty()
        ? Waveform.wrap(
            MemorySegment.ofArray(new float[0]),
            SampleType.FLOAT32,
            0,
            signal.length,
            0,
            new int[0],
            target)
        : Waveform.batch(cut);
  }

  /**
   * Returns whether {@link #prepare} leaves a clip of one channel as it is: then the feature can
   * read its samples as they are stored, 16-bit integers too.
   *
   * @param rate of the samples in Hz
   */
  public boolean takesAsIs(int rate) {
    return channels != Channels.STEREO
        && (sampleRate == 0 || sampleRate == rate)
        && preparation.isEmpty()
        && chunks == null;
  }

  /**
   * Returns the patches of a feature, one clip each, before {@link #patchStages}; the feature
   * itself if there is no cutting.
   *
   * @param features what the feature gives
   */
  public Tensor cut(Tensor features) {
    if (patches == null) {
      return features;
    }
    Shape shape = features.shape();
    int rows = shape.channels() * shape.bins();
    List<float[]> cut = new ArrayList<>();
    int longest = 0;
    for (int item = 0; item < shape.batch(); item++) {
      for (float[] patch : patches.cut(features.toArray(item), rows, features.frames(item))) {
        cut.add(patch);
        longest = Math.max(longest, patch.length / rows);
      }
    }
    float[] values = new float[Math.multiplyExact(cut.size() * rows, longest)];
    Tensor out =
        Tensor.wrap(new Shape(cut.size(), shape.channels(), shape.bins(), longest, false), values);
    for (int item = 0; item < cut.size(); item++) {
      float[] patch = cut.get(item);
      int frames = patch.length / rows;
      out.setFrames(item, frames);
      for (int row = 0; row < rows; row++) {
        System.arraycopy(patch, row * frames, values, (item * rows + row) * longest, frames);
      }
    }
    return out;
  }

  /** Makes the front-end ready on an engine; the caller closes it. */
  public FrontEnd compile(Engine engine) {
    return compile(engine, ExtractorOptions.defaults());
  }

  /** Makes the front-end ready on an engine; the caller closes it. */
  public FrontEnd compile(Engine engine, ExtractorOptions options) {
    return new FrontEnd(this, engine, options);
  }

  /** Returns all of it in several lines, for people. */
  public String describe() {
    List<String> lines = new ArrayList<>();
    lines.add(name + ": " + description);
    for (String source : sources) {
      lines.add("  source       " + source);
    }
    lines.add(
        "  sample rate  "
            + (sampleRate == 0
                ? "of the file"
                : "%d Hz, others resampled by %s".formatted(sampleRate, resampling)));
    lines.add("  channels     " + channels.name().toLowerCase(Locale.ROOT));
    for (Preparation step : preparation) {
      lines.add("  preparation  " + step);
    }
    if (chunks != null) {
      lines.add("  chunks       " + chunks);
    }
    lines.add("  feature      " + RecordText.indented(feature.toString(), 15));
    Layout output = feature.pipeline().output();
    lines.add("  gives        " + (output.isSignal() ? "a signal" : output.bins() + " bins"));
    if (patches != null) {
      lines.add("  patches      " + patches);
    }
    for (Stage stage : patchStages) {
      lines.add("  each patch   " + stage);
    }
    for (String note : notes) {
      lines.add("  note         " + note);
    }
    return String.join("\n", lines);
  }

  /** Returns {@link #describe}. */
  @Override
  public String toString() {
    return describe();
  }
}
