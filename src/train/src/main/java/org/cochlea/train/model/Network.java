package org.cochlea.train.model;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Module;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.StringTensorDict;
import org.bytedeco.pytorch.StringTensorDictItem;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;
import org.cochlea.train.model.Layers.Conv;
import org.cochlea.train.model.ModelSpec.BcResNet;
import org.cochlea.train.model.ModelSpec.Cnn;
import org.cochlea.train.model.ModelSpec.Crnn;
import org.cochlea.train.model.ModelSpec.Linear;
import org.cochlea.train.model.ModelSpec.ResNet;
import org.cochlea.train.model.ModelSpec.Rnn;
import org.cochlea.train.model.ModelSpec.Tcn;

/**
 * A libtorch network that a {@link ModelSpec} describes: features {@code [batch, channels, bins,
 * frames]} to outputs {@code [batch, outputs]}, or {@code [batch, frames, outputs]} where it gives
 * frames. Outputs are logits; no softmax and no sigmoid is in the network.
 *
 * <p>Initial weights are libtorch's and depend on its seed. Not safe for use from several threads.
 */
public final class Network implements AutoCloseable {
  private static final int BANDS = 5;
  private static final int BC_BINS = 40;

  private final ModelSpec spec;
  private final Input input;
  private final int outputs;
  private final Module root;
  private final Layers layers;
  private final Layer all;
  private final boolean framewise;
  private final boolean limited;

  /**
   * What comes in.
   *
   * @param channels at least 1
   * @param bins at least 1
   * @param frames of a window, at least 1; networks that do not flatten take other lengths too
   */
  public record Input(int channels, int bins, int frames) {
    /**
     * Checks the ranges.
     *
     * @throws IllegalArgumentException if they are not kept
     */
    public Input {
      Check.atLeast("channels", channels, 1);
      Check.atLeast("bins", bins, 1);
      Check.atLeast("frames", frames, 1);
    }

    @Override
    public String toString() {
      return "[%d, %d, %d]".formatted(channels, bins, frames);
    }
  }

  private Network(ModelSpec spec, Input input, int outputs) {
    this.spec = spec;
    this.input = input;
    this.outputs = outputs;
    this.root = new Module("network");
    this.layers = new Layers(root);
    this.all =
        spec instanceof ModelSpec.Baseline
            ? body()
            : layers.normBins("input", input.channels, input.bins).then(body());
    this.framewise =
        switch (spec) {
          case Rnn rnn -> rnn.output() == Output.FRAMES;
          case Crnn crnn -> crnn.output() == Output.FRAMES;
          case Tcn tcn -> tcn.output() == Output.FRAMES;
          case Linear _, Cnn _, ResNet _, BcResNet _, ModelSpec.Baseline _ -> false;
        };
    this.limited = spec instanceof Tcn tcn && tcn.output() != Output.MEAN;
  }

  /**
   * Builds a network.
   *
   * @param spec which
   * @param input what comes in
   * @param outputs classes, or dimensions of an embedding, at least 1
   * @throws IllegalArgumentException if the input is too small for the model
   */
  public static Network build(ModelSpec spec, Input input, int outputs) {
    Check.atLeast("outputs", outputs, 1);
    try {
      Network network = new Network(spec, input, outputs);
      network.train(false);
      try (PointerScope _ = new PointerScope();
          NoGradGuard _ = new NoGradGuard()) {
        network.forward(torch.zeros(1, input.channels, input.bins, input.frames));
      }
      return network;
    } catch (RuntimeException e) {
      if (e instanceof IllegalArgumentException) {
        throw e;
      }
      String why = e.getMessage() == null ? e.toString() : e.getMessage();
      throw new IllegalArgumentException(
          "the model does not fit an input of %s [channels, bins, frames]: %s"
              .formatted(input, why.lines().findFirst().orElse("")),
          e);
    }
  }

  /** Returns the result for features; the tensors on the way belong to the caller's scope. */
  public Tensor forward(Tensor features) {
    return all.apply(features, root.is_training());
  }

  /** Returns what was built. */
  public ModelSpec spec() {
    return spec;
  }

  /** Returns what comes in. */
  public Input input() {
    return input;
  }

  /** Returns the number of classes or dimensions. */
  public int outputs() {
    return outputs;
  }

  /** Returns whether it gives every frame. */
  public boolean framewise() {
    return framewise;
  }

  /** Returns how many frames come out of so many. */
  public int frames(int of) {
    return layers.frames(of);
  }

  /** Switches dropping of units and the statistics of the batch on or off. */
  public void train(boolean on) {
    root.train(on);
  }

  /** Returns the libtorch module with all parameters. */
  public Module module() {
    return root;
  }

  /** Returns the parameters, for an optimiser. */
  public TensorVector parameters() {
    return root.parameters();
  }

  /** Returns parameters and statistics by name, in their order; they are the network's own. */
  public Map<String, Tensor> state() {
    Map<String, Tensor> state = new LinkedHashMap<>();
    put(root.named_parameters(), state);
    put(root.named_buffers(), state);
    return state;
  }

  private static void put(StringTensorDict from, Map<String, Tensor> into) {
    for (long i = 0; i < from.size(); i++) {
      StringTensorDictItem item = from.get(i);
      into.put(item.key().getString(), item.value());
    }
  }

  /** Returns the number of trainable values. */
  public long parameterCount() {
    long count = 0;
    try (PointerScope _ = new PointerScope()) {
      for (Tensor tensor : root.parameters().get()) {
        count += tensor.numel();
      }
    }
    return count;
  }

  /** Returns what one output sees, in words: frames, and where it is the whole window. */
  public String receptiveField() {
    long frames = layers.receptiveFrames();
    String convolutions = frames == 1 ? "1 frame" : frames + " frames";
    boolean recurrent = spec instanceof Rnn || spec instanceof Crnn;
    if (spec instanceof Linear
        || spec instanceof ModelSpec.Baseline
        || (spec instanceof Cnn cnn && cnn.pooling() == Pooling.FLATTEN)) {
      return "the whole window";
    }
    if (limited) {
      return convolutions;
    }
    return "%s%s"
        .formatted(convolutions, recurrent ? ", then recurrent" : ", then pooled over time");
  }

  @Override
  public void close() {
    root.close();
  }

  // ---- the models ----------------------------------------------------------------------------

  private Layer body() {
    return switch (spec) {
      case Linear _ ->
          flat()
              .then(
                  layers.linear(
                      "output", (long) input.channels * input.bins * input.frames, outputs));
      case Cnn cnn -> cnn(cnn);
      case ResNet resNet -> resNet(resNet);
      case BcResNet bc -> bcResNet(bc);
      case Rnn rnn -> {
        Layer recurrent =
            layers.recurrent(
                "recurrent",
                rnn.cell(),
                (long) input.channels * input.bins,
                rnn.hidden(),
                rnn.layers(),
                rnn.bidirectional(),
                rnn.dropout());
        long width = rnn.hidden() * (rnn.bidirectional() ? 2L : 1L);
        yield sequence()
            .then(recurrent)
            .then(summary(rnn.output(), rnn.bidirectional() ? rnn.hidden() : 0))
            .then(dense(width, rnn.dense(), Activation.RELU, rnn.dropout()));
      }
      case Crnn crnn -> crnn(crnn);
      case Tcn tcn -> tcn(tcn);
      // What it reads is pooled, and goes to another library.
      case ModelSpec.Baseline _ -> (x, _) -> x;
    };
  }

  private static Layer flat() {
    return (x, _) -> x.flatten(1, -1);
  }

  /** Mean and maximum over the frames. */
  private static Layer bins() {
    return (x, _) ->
        torch.cat(new TensorVector(x.mean(3), x.amax(new long[] {3}, false)), 1).flatten(1, -1);
  }

  /** {@code [batch, channels, bins, frames]} to {@code [batch, frames, channels * bins]}. */
  private static Layer sequence() {
    return (x, _) -> x.flatten(1, 2).transpose(1, 2);
  }

  /**
   * Of {@code [batch, frames, width]}: the last, the mean or all frames.
   *
   * @param hidden width of one direction if there are two; the backward one has its end at frame 0
   */
  private static Layer summary(Output output, int hidden) {
    return switch (output) {
      case FRAMES -> (x, _) -> x;
      case MEAN -> (x, _) -> x.mean(1);
      case LAST ->
          hidden == 0
              ? (x, _) -> x.select(1, -1)
              : (x, _) ->
                  torch.cat(
                      new TensorVector(
                          x.select(1, -1).narrow(1, 0, hidden),
                          x.select(1, 0).narrow(1, hidden, hidden)),
                      1);
    };
  }

  private Layer dense(long in, List<Integer> widths, Activation activation, double dropout) {
    Layer layer = Layers.dropout(dropout);
    long width = in;
    for (int i = 0; i < widths.size(); i++) {
      layer =
          layer
              .then(layers.linear("dense" + (i + 1), width, widths.get(i)))
              .then(Layers.activation(activation))
              .then(Layers.dropout(dropout));
      width = widths.get(i);
    }
    return layer.then(layers.linear("output", width, outputs));
  }

  private Layer blocks(List<ConvBlock> blocks, boolean batchNorm, Activation activation) {
    Layer layer = (x, _) -> x;
    int in = input.channels;
    for (int b = 0; b < blocks.size(); b++) {
      ConvBlock block = blocks.get(b);
      for (int c = 0; c < block.convolutions(); c++) {
        String name = "conv%d_%d".formatted(b + 1, c + 1);
        int stride = c == 0 ? block.stride() : 1;
        int k = block.kernel();
        layer =
            layer.then(
                layers.conv(
                    name,
                    new Conv(in, block.channels())
                        .kernel(k, k)
                        .stride(stride, stride)
                        .padding(k / 2, k / 2)
                        .bias(!batchNorm)));
        if (batchNorm) {
          layer = layer.then(layers.norm2d("norm%d_%d".formatted(b + 1, c + 1), block.channels()));
        }
        layer = layer.then(Layers.activation(activation));
        in = block.channels();
      }
      if (block.poolBins() > 1 || block.poolFrames() > 1) {
        layer =
            layer.then(
                layers.maxPool(
                    block.poolBins(), block.poolFrames(), block.poolBins(), block.poolFrames(), 0));
      }
    }
    return layer;
  }

  private Layer cnn(Cnn cnn) {
    Layer blocks = blocks(cnn.blocks(), cnn.batchNorm(), cnn.activation());
    long maps = cnn.blocks().getLast().channels();
    long width =
        switch (cnn.pooling()) {
          case FLATTEN -> flatSize(blocks);
          case BINS -> flatSize(blocks.then(bins()));
          case AVERAGE, MAX -> maps;
          case AVERAGE_MAX -> 2 * maps;
        };
    Layer pool =
        switch (cnn.pooling()) {
          case FLATTEN -> flat();
          case BINS -> bins();
          case AVERAGE -> (x, _) -> x.mean(2, 3);
          case MAX -> (x, _) -> x.amax(new long[] {2, 3}, false);
          case AVERAGE_MAX ->
              (x, _) ->
                  torch.cat(new TensorVector(x.mean(2, 3), x.amax(new long[] {2, 3}, false)), 1);
        };
    return blocks.then(pool).then(dense(width, cnn.dense(), cnn.activation(), cnn.dropout()));
  }

  /** What a window has become, counted by trying. */
  private long flatSize(Layer layer) {
    try (PointerScope _ = new PointerScope();
        NoGradGuard _ = new NoGradGuard()) {
      return layer.apply(torch.zeros(1, input.channels, input.bins, input.frames), false).numel();
    }
  }

  private Layer resNet(ResNet spec) {
    Layer layer =
        layers
            .conv(
                "stem",
                new Conv(input.channels, spec.width()).kernel(7, 7).stride(2, 2).padding(3, 3))
            .then(layers.norm2d("stem_norm", spec.width()))
            .then(Layers.activation(Activation.RELU))
            .then(layers.maxPool(3, 3, 2, 2, 1));
    int in = spec.width();
    for (int stage = 0; stage < spec.depths().size(); stage++) {
      int out = spec.width() << stage;
      for (int b = 0; b < spec.depths().get(stage); b++) {
        String name = "stage%d_%d_".formatted(stage + 1, b + 1);
        layer = layer.then(basicBlock(name, in, out, stage > 0 && b == 0 ? 2 : 1));
        in = out;
      }
    }
    return layer.then((x, _) -> x.mean(2, 3)).then(layers.linear("output", in, outputs));
  }

  private Layer basicBlock(String name, int in, int out, int stride) {
    Layer main =
        layers
            .conv(
                name + "conv1", new Conv(in, out).kernel(3, 3).stride(stride, stride).padding(1, 1))
            .then(layers.norm2d(name + "norm1", out))
            .then(Layers.activation(Activation.RELU))
            .then(layers.conv(name + "conv2", new Conv(out, out).kernel(3, 3).padding(1, 1)))
            .then(layers.norm2d(name + "norm2", out));
    Layer side =
        in == out && stride == 1
            ? (x, _) -> x
            : layers
                .conv(name + "side", new Conv(in, out).stride(stride, stride).aside())
                .then(layers.norm2d(name + "side_norm", out));
    return (x, training) -> torch.relu(main.apply(x, training).add(side.apply(x, training)));
  }

  private record BcStage(int width, int depth, int stride, int dilation) {}

  private Layer bcResNet(BcResNet spec) {
    if (input.bins % BC_BINS != 0) {
      throw new IllegalArgumentException(
          "bins must divide by %d for bc-resnet, were %d".formatted(BC_BINS, input.bins));
    }
    int stem = scaled(16, spec);
    Layer layer =
        layers
            .conv("stem", new Conv(input.channels, stem).kernel(5, 5).stride(2, 1).padding(2, 2))
            .then(layers.norm2d("stem_norm", stem))
            .then(Layers.activation(Activation.RELU));
    List<BcStage> stages =
        List.of(
            new BcStage(8, 2, 1, 1),
            new BcStage(12, 2, 2, 2),
            new BcStage(16, 4, 2, 4),
            new BcStage(20, 4, 1, 8));
    int in = stem;
    for (int s = 0; s < stages.size(); s++) {
      BcStage stage = stages.get(s);
      int out = scaled(stage.width, spec);
      for (int b = 0; b < stage.depth; b++) {
        layer =
            layer.then(
                bcBlock(
                    "stage%d_%d_".formatted(s + 1, b + 1),
                    in,
                    out,
                    b == 0 ? stage.stride : 1,
                    stage.dilation,
                    b == 0,
                    spec.dropout()));
        in = out;
      }
    }
    int last = scaled(32, spec);
    return layer
        .then(layers.conv("head", new Conv(in, in).kernel(5, 5).padding(0, 2).groups(in)))
        .then(layers.conv("head_mix", new Conv(in, last)))
        .then(layers.norm2d("head_norm", last))
        .then(Layers.activation(Activation.RELU))
        .then((x, _) -> x.mean(2, 3))
        .then(layers.linear("output", last, outputs));
  }

  private static int scaled(int width, BcResNet spec) {
    return Math.max(1, (int) Math.round(width * spec.scale()));
  }

  private Layer bcBlock(
      String name, int in, int out, int stride, int dilation, boolean transition, double dropout) {
    Layer bins = (x, _) -> x;
    if (transition) {
      bins =
          layers
              .conv(name + "mix", new Conv(in, out).aside())
              .then(layers.norm2d(name + "mix_norm", out))
              .then(Layers.activation(Activation.RELU));
    }
    Layer along =
        bins.then(
                layers.conv(
                    name + "bins",
                    new Conv(out, out)
                        .kernel(3, 1)
                        .stride(stride, 1)
                        .padding(1, 0)
                        .groups(out)
                        .aside()))
            .then(layers.normBands(name + "bins_norm", out, BANDS));
    Layer across =
        layers
            .conv(
                name + "frames",
                new Conv(out, out)
                    .kernel(1, 3)
                    .padding(0, dilation)
                    .dilation(1, dilation)
                    .groups(out))
            .then(layers.norm2d(name + "frames_norm", out))
            .then(Layers.activation(Activation.SILU))
            .then(layers.conv(name + "out", new Conv(out, out).aside()))
            .then(Layers.dropoutMaps(dropout));
    return (x, training) -> {
      Tensor high = along.apply(x, training);
      Tensor sum = high.add(across.apply(mean(high), training));
      return torch.relu(transition ? sum : sum.add(x));
    };
  }

  private static Tensor mean(Tensor x) {
    return x.mean(2).unsqueeze(2);
  }

  private Layer crnn(Crnn spec) {
    Layer blocks = blocks(spec.blocks(), true, Activation.RELU);
    long frames;
    long size;
    try (PointerScope _ = new PointerScope();
        NoGradGuard _ = new NoGradGuard()) {
      Tensor out = blocks.apply(torch.zeros(1, input.channels, input.bins, input.frames), false);
      frames = out.size(3);
      size = out.numel() / frames;
    }
    Layer recurrent =
        layers.recurrent(
            "recurrent",
            spec.cell(),
            size,
            spec.hidden(),
            spec.layers(),
            spec.bidirectional(),
            spec.dropout());
    long width = spec.hidden() * (spec.bidirectional() ? 2L : 1L);
    return blocks
        .then(sequence())
        .then(Layers.dropout(spec.dropout()))
        .then(recurrent)
        .then(summary(spec.output(), spec.bidirectional() ? spec.hidden() : 0))
        .then(dense(width, List.of(), Activation.RELU, spec.dropout()));
  }

  private Layer tcn(Tcn spec) {
    Layer layer = (x, _) -> x.flatten(1, 2).unsqueeze(2);
    int in = input.channels * input.bins;
    for (int level = 0; level < spec.levels(); level++) {
      String name = "level%d_".formatted(level + 1);
      int out = spec.width();
      int dilation = 1 << level;
      Layer main = (x, _) -> x;
      for (int c = 1; c <= 2; c++) {
        main =
            main.then(
                    layers.dilated(
                        name + "conv" + c,
                        c == 1 ? in : out,
                        out,
                        spec.kernel(),
                        dilation,
                        spec.causal()))
                .then(Layers.activation(Activation.RELU))
                .then(Layers.dropout(spec.dropout()));
      }
      Layer side =
          in == out
              ? (x, _) -> x
              : layers.conv(name + "side", new Conv(in, out).bias(true).aside());
      Layer block = main;
      layer =
          layer.then(
              (x, training) -> torch.relu(block.apply(x, training).add(side.apply(x, training))));
      in = out;
    }
    return layer
        .then((x, _) -> x.squeeze(2).transpose(1, 2))
        .then(summary(spec.output(), 0))
        .then(layers.linear("output", in, outputs));
  }
}
