package org.cochlea.train.torch;

import java.util.ArrayList;
import java.util.List;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;
import org.cochlea.core.stage.Layout;
import org.cochlea.core.stage.Stage;

/** Makes stages into operations. */
final class Operations {
  private Operations() {}

  /**
   * Returns what runs stages one after the other, with the same bits for a channel whatever the
   * others.
   */
  static Operation compile(List<Stage> stages, Layout in) {
    List<Operation> operations = new ArrayList<>();
    Layout layout = in;
    for (Stage stage : stages) {
      operations.add(
          switch (stage) {
            case Stage.Project _,
                Stage.ComplexProject _,
                Stage.Modulus _,
                Stage.Power _,
                Stage.Pcen _ ->
                new ChannelByChannel(compile(stage, layout));
            case Stage.Branch s -> {
              Layout before = layout;
              yield branch(s, s.paths().stream().map(path -> compile(path, before)).toList());
            }
            default -> compile(stage, layout);
          });
      layout = stage.apply(layout);
    }
    return chain(operations);
  }

  /** Returns what runs operations one after the other. */
  static Operation chain(List<Operation> operations) {
    List<Operation> all = List.copyOf(operations);
    return in -> {
      Clips clips = in;
      for (Operation operation : all) {
        clips = operation.apply(clips);
      }
      return clips;
    };
  }

  /** Returns what runs a stage with its own, constant weights. */
  static Operation compile(Stage stage, Layout in) {
    return switch (stage) {
      case Stage.Affine s -> FrameOperations.affine(s);
      case Stage.PreEmphasis s -> clips -> SignalOperations.preEmphasis(s, clips);
      case Stage.Dither s -> new Noise(s);
      case Stage.Pad s -> clips -> SignalOperations.pad(s, clips);
      case Stage.FitLength s -> clips -> SignalOperations.fit(s, clips);
      case Stage.Frame s -> clips -> SignalOperations.frame(s, clips);
      case Stage.RemoveDcOffset _ -> FrameOperations::removeDcOffset;
      case Stage.Window s ->
          FrameOperations.window(new Weight.Constant(s.weights().row(0), s.weights().columns()));
      case Stage.RealFft s -> clips -> FrameOperations.realFft(s, clips);
      case Stage.InverseRealFft s -> clips -> FrameOperations.inverseRealFft(s, clips);
      case Stage.OverlapAdd s -> new OverlapAddition(s);
      case Stage.Modulus s -> clips -> FrameOperations.modulus(s, clips);
      case Stage.Angle s -> clips -> FrameOperations.angle(s, clips);
      case Stage.Project s -> FrameOperations.project(Weight.Constant.transposed(s.basis()));
      case Stage.ComplexProject s ->
          FrameOperations.project(
              Weight.Constant.transposed(s.real()), Weight.Constant.transposed(s.imaginary()));
      case Stage.Log s -> clips -> FrameOperations.logarithm(s, clips);
      case Stage.Power s -> clips -> FrameOperations.power(s, clips);
      case Stage.Reduce s -> clips -> FrameOperations.reduce(s, clips);
      case Stage.SliceBins s ->
          clips ->
              clips.with(
                  clips.values().narrow(Clips.BINS, s.from(), (long) s.to() - s.from()),
                  s.apply(clips.layout()));
      case Stage.DropFrames s -> clips -> SignalOperations.drop(s, clips);
      case Stage.FitFrames s -> clips -> SignalOperations.fit(s, clips);
      case Stage.DynamicRange s -> clips -> Statistics.limitRange(s, clips);
      case Stage.Normalize s -> clips -> Statistics.normalize(s, clips);
      case Stage.SlidingNormalize s -> clips -> Statistics.slidingNormalize(s, clips);
      case Stage.Quantize s -> clips -> FrameOperations.quantize(s, clips);
      case Stage.Pcen s -> new PcenOperation(PcenWeights.of(s), s.epsilon(), s.maxBins());
      case Stage.Delta s -> new Derivative(s);
      case Stage.Analysis s -> new HostOperation(s);
      case Stage.Branch s -> {
        List<Operation> paths = new ArrayList<>();
        for (List<Stage> path : s.paths()) {
          paths.add(compile(path, in));
        }
        yield branch(s, paths);
      }
    };
  }

  /** Returns what runs the paths of a branch and joins them. */
  static Operation branch(Stage.Branch s, List<Operation> paths) {
    return in -> {
      List<Clips> results = new ArrayList<>();
      for (Operation path : paths) {
        results.add(path.apply(in));
      }
      if (s.join() == Stage.Branch.Join.CONCATENATE_SHORTEST) {
        results = shortest(results);
      }
      Clips first = results.getFirst();
      for (Clips other : results) {
        for (int b = 0; b < in.batch(); b++) {
          if (other.length(b) != first.length(b)) {
            throw new IllegalArgumentException(
                "the paths of a branch gave %d and %d frames"
                    .formatted(first.length(b), other.length(b)));
          }
        }
      }
      return first.with(join(s.join(), results), s.apply(in.layout()));
    };
  }

  /** Returns all of them as long as the shortest, clip by clip. */
  private static List<Clips> shortest(List<Clips> results) {
    int[] lengths = results.getFirst().lengths().clone();
    for (Clips other : results) {
      for (int b = 0; b < lengths.length; b++) {
        lengths[b] = Math.min(lengths[b], other.length(b));
      }
    }
    List<Clips> cut = new ArrayList<>();
    for (Clips clips : results) {
      Tensor values = clips.values().narrow(Clips.TIME, 0, Clips.longest(lengths));
      cut.add(Clips.masked(values, clips.layout(), lengths));
    }
    return cut;
  }

  private static Tensor join(Stage.Branch.Join join, List<Clips> results) {
    Tensor joined = results.getFirst().values();
    switch (join) {
      case CONCATENATE, CONCATENATE_SHORTEST -> {
        TensorVector all = new TensorVector();
        results.forEach(clips -> all.push_back(clips.values()));
        joined = torch.cat(all, Clips.BINS);
      }
      case MULTIPLY -> {
        for (Clips other : results.subList(1, results.size())) {
          joined = joined.mul(other.values());
        }
      }
      case DIVIDE -> joined = divide(results.getFirst(), results.get(1));
    }
    return joined;
  }

  private static Tensor divide(Clips dividend, Clips divisor) {
    // Beyond a clip's end it would be 0 / 0.
    return dividend.masked(Safe.quotient(dividend.values(), divisor.values())).values();
  }
}
