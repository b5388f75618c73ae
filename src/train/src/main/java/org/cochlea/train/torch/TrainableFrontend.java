package org.cochlea.train.torch;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Module;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.cochlea.core.EngineUnavailableException;
import org.cochlea.core.stage.Pipeline;

/**
 * A pipeline as a libtorch module: features with gradients, whose windows, transforms and filters
 * may be learned.
 *
 * <p>It computes what the pipeline says, on whole batches, on the device and in the precision
 * (float32 or float64) of the waveforms; {@code to(…)} moves and converts the parameters, as of any
 * module. What is not trained is no parameter, is not stored with the module, and costs what it
 * costs without training: the Fourier transform is a product with a matrix only if it is trained
 * itself. Gradients are finite wherever values are: where a function's slope is infinite, at the
 * magnitude or the logarithm of silence, and where a divisor is 0, they are 0.
 *
 * <p>{@link #trained()} is the pipeline with what was learned, which every engine runs.
 *
 * <p>Cheuk et al., "nnAudio: an on-the-fly GPU audio to spectrogram conversion toolbox using 1D
 * convolutional neural networks", 2020. There the magnitude has an epsilon if kernels are trained,
 * so that training changes the feature before its first step; here it does not.
 */
public final class TrainableFrontend extends Module {
  private final Pipeline pipeline;
  private final TrainableStages stages;
  private final List<TrainableStages.Node> nodes;
  private final Operation operation;
  private final List<ParameterGroup> groups = new ArrayList<>();

  /**
   * Makes a module from a pipeline; its parameters are float32.
   *
   * @param pipeline what to compute; one that {@link #trained()} gave goes on where that ended
   * @param rates what is trained, and what the learning rate is multiplied by for each; empty for a
   *     module without parameters
   * @throws IllegalArgumentException if the pipeline has nothing of a kind that is to be trained,
   *     or an analysis after it (a filter, Griffin-Lim), which no gradient passes; if a rate is not
   *     above 0, or PCEN to be trained has a gain, bias or power of 0 or a smoothing of 1
   * @throws EngineUnavailableException if libtorch cannot be loaded
   */
  public TrainableFrontend(Pipeline pipeline, Map<Trainable, Double> rates) {
    Libtorch.load();
    super("TrainableFrontend");
    this.pipeline = pipeline;
    EnumSet<Trainable> trainables = EnumSet.noneOf(Trainable.class);
    trainables.addAll(rates.keySet());
    this.stages = new TrainableStages(trainables);
    this.nodes = stages.compile(pipeline.stages(), pipeline.input());
    this.operation = TrainableStages.operation(nodes);
    Map<Trainable, List<Tensor>> parameters = new EnumMap<>(stages.parameters());
    for (Trainable trainable : trainables) {
      List<Tensor> own = parameters.get(trainable);
      if (own == null) {
        throw new IllegalArgumentException(
            "%s cannot be trained: the pipeline has no such stage".formatted(trainable));
      }
      groups.add(new ParameterGroup(trainable, rates.getOrDefault(trainable, 1.0), own));
    }
    try (PointerScope _ = new PointerScope()) {
      stages.named().forEach((name, tensor) -> register_parameter(name, tensor, true));
    }
  }

  /** Returns the parameters of each kind with its rate, in the order of {@link Trainable}. */
  public List<ParameterGroup> groups() {
    return List.copyOf(groups);
  }

  /** Returns how many frames (or samples) clips of such lengths have. */
  public int[] frames(int... lengths) {
    int[] frames = new int[lengths.length];
    for (int b = 0; b < frames.length; b++) {
      frames[b] = Math.toIntExact(pipeline.frames(lengths[b]));
    }
    return frames;
  }

  /**
   * Computes the feature of a batch.
   *
   * @param waveforms {@code [batch, samples]} or {@code [batch, channels, samples]}, full scale at
   *     ±1, at the pipeline's sample rate
   * @param lengths the true length of every clip in samples; none if all are as long as the tensor
   * @return {@code [batch, bins, frames]} or {@code [batch, channels, bins, frames]}, complex
   *     values with a last axis of 2, signals without an axis of bins; zeros after a clip's last
   *     frame. It belongs to the {@link PointerScope} around the call, or else to the caller
   * @throws IllegalArgumentException if a shape, type or length does not fit
   */
  public Tensor forward(Tensor waveforms, int... lengths) {
    PointerScope outer = PointerScope.getInnerScope();
    Tensor result;
    try (PointerScope _ = new PointerScope()) {
      result = compute(waveforms, checked(waveforms, lengths));
      result.retainReference();
    }
    if (outer != null) {
      outer.attach(result);
      result.releaseReference();
    }
    return result;
  }

  private int[] checked(Tensor waveforms, int... lengths) {
    if (!pipeline.input().isSignal()) {
      throw new IllegalArgumentException(
          "this pipeline reads %s, not waveforms".formatted(pipeline.input()));
    }
    long axes = waveforms.dim();
    if (axes != 2 && axes != 3) {
      throw new IllegalArgumentException(
          "waveforms must be [batch, samples] or [batch, channels, samples], had %d axes"
              .formatted(axes));
    }
    if (!waveforms.is_floating_point()) {
      throw new IllegalArgumentException(
          "waveforms must be of a floating point type, were %s"
              .formatted(waveforms.scalar_type().intern().name()));
    }
    int batch = Math.toIntExact(waveforms.size(0));
    int samples = Math.toIntExact(waveforms.size(axes - 1));
    int[] all = lengths.clone();
    if (all.length == 0) {
      all = new int[batch];
      Arrays.fill(all, samples);
    }
    if (all.length != batch) {
      throw new IllegalArgumentException(
          "lengths must have one entry per clip: batch is %d, lengths has %d"
              .formatted(batch, all.length));
    }
    for (int b = 0; b < batch; b++) {
      if (all[b] < 0 || all[b] > samples) {
        throw new IllegalArgumentException(
            "lengths[%d] must be in [0, %d], was %d".formatted(b, samples, all[b]));
      }
    }
    return all;
  }

  private Tensor compute(Tensor waveforms, int... lengths) {
    stages.project();
    boolean mono = waveforms.dim() == 2;
    Tensor x = mono ? waveforms.unsqueeze(1) : waveforms;
    x = x.narrow(Clips.TIME, 0, Clips.longest(lengths));
    Clips clips = operation.apply(Clips.masked(x, pipeline.input(), lengths));
    Tensor y = clips.values();
    if (!clips.layout().isSignal()) {
      y = y.transpose(Clips.TIME, Clips.BINS);
    }
    if (clips.layout().complex()) {
      y = torch.view_as_real(y);
    }
    return mono ? y.squeeze(1) : y;
  }

  /**
   * Returns the pipeline with the parameters as they are now. A trained Fourier transform is a
   * {@code ComplexProject} there, PCEN that differs from bin to bin a {@code Branch} with a path
   * for every bin.
   *
   * @throws IllegalArgumentException if a parameter is not finite
   */
  public Pipeline trained() {
    try (PointerScope _ = new PointerScope();
        NoGradGuard _ = new NoGradGuard()) {
      stages.project();
      return new Pipeline(pipeline.sampleRate(), pipeline.input(), TrainableStages.stages(nodes));
    }
  }
}
