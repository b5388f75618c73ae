package org.cochlea.train.torch;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.DoubleUnaryOperator;
import java.util.function.Supplier;
import java.util.function.ToDoubleFunction;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.cochlea.core.stage.Basis;
import org.cochlea.core.stage.Layout;
import org.cochlea.core.stage.Stage;

/** Makes stages into operations of which some have parameters, and parameters into stages. */
final class TrainableStages {
  private final Set<Trainable> trainables;
  private final Map<Trainable, List<Tensor>> parameters = new EnumMap<>(Trainable.class);
  private final Map<String, Tensor> named = new LinkedHashMap<>();
  private final List<Tensor> notNegative = new ArrayList<>();

  /** Whether a logarithm, root or PCEN has been passed. */
  private boolean compressed;

  /**
   * An operation, and the stage that it is at present.
   *
   * @param operation what runs
   * @param stage what it would be in a pipeline
   */
  record Node(Operation operation, Supplier<Stage> stage) {}

  TrainableStages(Set<Trainable> trainables) {
    this.trainables = trainables;
  }

  /** Returns the parameters made so far. */
  Map<Trainable, List<Tensor>> parameters() {
    return parameters;
  }

  /** Returns them by their names. */
  Map<String, Tensor> named() {
    return named;
  }

  /** Puts back to 0 what an optimiser made negative and must not be. */
  void project() {
    for (Tensor parameter : notNegative) {
      // Unknown to autograd: between two steps nothing changes here.
      parameter.data().clamp_min_(new Scalar(0.0));
    }
  }

  List<Node> compile(List<Stage> stages, Layout in) {
    List<Node> nodes = new ArrayList<>();
    Layout layout = in;
    for (Stage stage : stages) {
      nodes.add(compile(stage, layout));
      layout = stage.apply(layout);
    }
    return nodes;
  }

  static Operation operation(List<Node> nodes) {
    return Operations.chain(nodes.stream().map(Node::operation).toList());
  }

  static List<Stage> stages(List<Node> nodes) {
    return nodes.stream().map(node -> node.stage().get()).toList();
  }

  private Node compile(Stage stage, Layout in) {
    if (trainables.contains(Trainable.PCEN)) {
      PcenBins pcen = PcenBins.of(stage, in.bins());
      if (pcen != null) {
        compressed = true;
        return pcen(pcen);
      }
    }
    return switch (stage) {
      case Stage.Window s when trainables.contains(Trainable.WINDOW) -> {
        Tensor window =
            parameter(Trainable.WINDOW, "window", s.weights().row(0), s.weights().columns());
        yield new Node(
            FrameOperations.window(new Weight.Parameter(window, false)),
            () -> new Stage.Window(Basis.row(numbers(window))));
      }
      case Stage.RealFft s when trainables.contains(Trainable.FOURIER) -> fourier(s, in.bins());
      case Stage.ComplexProject s when trainables.contains(Trainable.FOURIER) ->
          fourier(s.real(), s.imaginary());
      case Stage.Project s when trainables.contains(matrix()) -> project(s.basis(), matrix());
      case Stage.Branch s -> {
        List<List<Node>> paths = new ArrayList<>();
        boolean before = compressed;
        boolean after = before;
        for (List<Stage> path : s.paths()) {
          compressed = before;
          paths.add(compile(path, in));
          after |= compressed;
        }
        compressed = after;
        yield new Node(
            Operations.branch(s, paths.stream().map(TrainableStages::operation).toList()),
            () -> new Stage.Branch(paths.stream().map(TrainableStages::stages).toList(), s.join()));
      }
      case Stage.Analysis s when !named.isEmpty() ->
          throw new IllegalArgumentException(
              "%s cannot be trained: no gradient passes %s, which comes after"
                  .formatted(String.join(", ", named.keySet()), s));
      default -> {
        compressed |=
            stage instanceof Stage.Log
                || stage instanceof Stage.Power
                || stage instanceof Stage.Pcen;
        yield new Node(Operations.compile(stage, in), () -> stage);
      }
    };
  }

  /** Returns what a matrix is, here. */
  private Trainable matrix() {
    return compressed ? Trainable.DCT : Trainable.FILTER_BANK;
  }

  private Node project(Basis basis, Trainable as) {
    Tensor matrix = parameter(as, as == Trainable.DCT ? "dct" : "filter_bank", basis);
    if (as == Trainable.FILTER_BANK && !negative(basis)) {
      notNegative.add(matrix);
    }
    return new Node(
        FrameOperations.project(new Weight.Parameter(matrix, true)),
        () -> new Stage.Project(basis(matrix)));
  }

  private static boolean negative(Basis basis) {
    for (int r = 0; r < basis.rows(); r++) {
      for (double value : basis.row(r)) {
        if (value < 0) {
          return true;
        }
      }
    }
    return false;
  }

  private Node fourier(Stage.RealFft s, int columns) {
    int size = s.size();
    double[][] cosine = new double[size / 2 + 1][columns];
    double[][] sine = new double[size / 2 + 1][columns];
    for (int k = 0; k < cosine.length; k++) {
      for (int n = 0; n < Math.min(size, columns); n++) {
        double angle = 2 * Math.PI * ((long) k * n % size) / size;
        cosine[k][n] = Math.cos(angle);
        sine[k][n] = -Math.sin(angle);
      }
    }
    return fourier(Basis.of(cosine), Basis.of(sine));
  }

  private Node fourier(Basis real, Basis imaginary) {
    Tensor re = parameter(Trainable.FOURIER, "fourier_real", real);
    Tensor im = parameter(Trainable.FOURIER, "fourier_imaginary", imaginary);
    return new Node(
        FrameOperations.project(new Weight.Parameter(re, true), new Weight.Parameter(im, true)),
        () -> new Stage.ComplexProject(basis(re), basis(im)));
  }

  private Node pcen(PcenBins pcen) {
    Tensor smoothing =
        pcen(pcen, "smoothing", Stage.Pcen::smoothing, v -> Math.log(v) - Math.log1p(-v));
    Tensor gain = pcen(pcen, "gain", Stage.Pcen::gain, Math::log);
    Tensor bias = pcen(pcen, "bias", Stage.Pcen::bias, Math::log);
    Tensor power = pcen(pcen, "power", Stage.Pcen::power, Math::log);
    PcenWeights weights =
        new PcenWeights() {
          @Override
          public Values as(Tensor like) {
            return new Values(
                new Weight.Parameter(smoothing, false)
                    .as(like)
                    .to(torch.ScalarType.Double)
                    .sigmoid(),
                new Weight.Parameter(gain, false).as(like).exp(),
                new Weight.Parameter(bias, false).as(like).exp(),
                new Weight.Parameter(power, false).as(like).exp());
          }

          @Override
          public PcenForm form() {
            return PcenForm.ROOT;
          }
        };
    Stage.Pcen first = pcen.bins().getFirst();
    return new Node(
        new PcenOperation(weights, first.epsilon(), first.maxBins()),
        () -> {
          double[] s = numbers(smoothing);
          double[] g = numbers(gain);
          double[] d = numbers(bias);
          double[] r = numbers(power);
          List<Stage.Pcen> bins = new ArrayList<>();
          for (int k = 0; k < s.length; k++) {
            bins.add(
                new Stage.Pcen(
                    1 / (1 + Math.exp(-s[k])),
                    Math.exp(g[k]),
                    Math.exp(d[k]),
                    Math.exp(r[k]),
                    first.epsilon(),
                    first.maxBins()));
          }
          return new PcenBins(bins).stage();
        });
  }

  private Tensor pcen(
      PcenBins pcen, String name, ToDoubleFunction<Stage.Pcen> value, DoubleUnaryOperator inverse) {
    double[] raw = new double[pcen.bins().size()];
    for (int k = 0; k < raw.length; k++) {
      double v = value.applyAsDouble(pcen.bins().get(k));
      raw[k] = inverse.applyAsDouble(v);
      if (!Double.isFinite(raw[k])) {
        throw new IllegalArgumentException(
            "%s of PCEN must be %s to be trained, was %s"
                .formatted(name, name.equals("smoothing") ? "below 1" : "above 0", v));
      }
    }
    return parameter(Trainable.PCEN, "pcen_" + name, raw, raw.length);
  }

  private Tensor parameter(Trainable trainable, String name, Basis basis) {
    double[] values = new double[basis.rows() * basis.columns()];
    for (int r = 0; r < basis.rows(); r++) {
      System.arraycopy(basis.row(r), 0, values, r * basis.columns(), basis.columns());
    }
    return parameter(trainable, name, values, basis.rows(), basis.columns());
  }

  private Tensor parameter(Trainable trainable, String name, double[] values, long... sizes) {
    Tensor tensor;
    try (PointerScope _ = new PointerScope()) {
      tensor = SharedMemory.copy(values, sizes).to(torch.ScalarType.Float);
      tensor.set_requires_grad(true);
      // It lives as long as this object.
      tensor.retainReference();
    }
    parameters.computeIfAbsent(trainable, _ -> new ArrayList<>()).add(tensor);
    String unique = name;
    for (int i = 2; named.containsKey(unique); i++) {
      unique = name + "_" + i;
    }
    named.put(unique, tensor);
    return tensor;
  }

  private static Basis basis(Tensor matrix) {
    double[] values = numbers(matrix);
    int columns = Math.toIntExact(matrix.size(1));
    double[][] rows = new double[Math.toIntExact(matrix.size(0))][columns];
    for (int r = 0; r < rows.length; r++) {
      System.arraycopy(values, r * columns, rows[r], 0, columns);
    }
    return Basis.of(rows);
  }

  private static double[] numbers(Tensor tensor) {
    try (PointerScope _ = new PointerScope();
        NoGradGuard _ = new NoGradGuard()) {
      double[] numbers = new double[Math.toIntExact(tensor.numel())];
      tensor.cpu().to(torch.ScalarType.Double).contiguous().data_ptr_double().get(numbers);
      return numbers;
    }
  }
}
