package org.cochlea.train.model;

import java.util.ArrayList;
import java.util.List;
import org.bytedeco.javacpp.LongPointer;
import org.bytedeco.pytorch.BatchNorm1dImpl;
import org.bytedeco.pytorch.BatchNorm2dImpl;
import org.bytedeco.pytorch.BatchNormOptions;
import org.bytedeco.pytorch.Conv2dImpl;
import org.bytedeco.pytorch.Conv2dOptions;
import org.bytedeco.pytorch.GRUImpl;
import org.bytedeco.pytorch.GRUOptions;
import org.bytedeco.pytorch.LSTMImpl;
import org.bytedeco.pytorch.LSTMOptions;
import org.bytedeco.pytorch.LinearImpl;
import org.bytedeco.pytorch.Module;
import org.bytedeco.pytorch.T_TensorT_TensorTensor_T_T;
import org.bytedeco.pytorch.T_TensorTensor_T;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptional;
import org.bytedeco.pytorch.global.torch;
import org.cochlea.train.model.ModelSpec.Cell;

/**
 * Makes layers, registers their parameters under readable names and keeps count of what one output
 * frame sees.
 *
 * <p>Convolutions read {@code [batch, channels, bins, frames]}; sizes are (bins, frames).
 */
final class Layers {
  private record Step(int kernel, int stride, int padding) {}

  private final Module root;
  private final List<Step> steps = new ArrayList<>();
  private long receptive = 1;
  private long jump = 1;

  Layers(Module root) {
    this.root = root;
  }

  /** Frames of the input that one frame sees, by what was made so far. */
  long receptiveFrames() {
    return receptive;
  }

  /** Returns how many frames are left of so many. */
  int frames(int of) {
    int frames = of;
    for (Step step : steps) {
      frames = Math.max(0, (frames + step.padding - step.kernel) / step.stride + 1);
    }
    return frames;
  }

  private void see(int kernel, int stride, int padding) {
    receptive += (kernel - 1) * jump;
    jump *= stride;
    steps.add(new Step(kernel, stride, padding));
  }

  /** A convolution; everything but its channels has a default. */
  static final class Conv {
    private final int in;
    private final int out;
    private int[] kernel = {1, 1};
    private int[] stride = {1, 1};
    private int[] padding = {0, 0};
    private int[] dilation = {1, 1};
    private int groups = 1;
    private boolean bias;
    private boolean aside;

    Conv(int in, int out) {
      this.in = in;
      this.out = out;
    }

    Conv kernel(int bins, int frames) {
      kernel = new int[] {bins, frames};
      return this;
    }

    Conv stride(int bins, int frames) {
      stride = new int[] {bins, frames};
      return this;
    }

    Conv padding(int bins, int frames) {
      padding = new int[] {bins, frames};
      return this;
    }

    Conv dilation(int bins, int frames) {
      dilation = new int[] {bins, frames};
      return this;
    }

    Conv groups(int count) {
      groups = count;
      return this;
    }

    Conv bias(boolean on) {
      bias = on;
      return this;
    }

    /** On a side branch, which sees no more than the main one. */
    Conv aside() {
      aside = true;
      return this;
    }
  }

  Layer conv(String name, Conv conv) {
    Conv2dOptions options = new Conv2dOptions(conv.in, conv.out, pair(conv.kernel));
    // Not put(a, b), which sets the value at index a.
    options.stride().put(pair(conv.stride));
    options.padding().put(pair(conv.padding));
    options.dilation().put(pair(conv.dilation));
    options.groups().put(conv.groups);
    options.bias().put(conv.bias);
    Conv2dImpl module = root.register_module(name, new Conv2dImpl(options));
    if (!conv.aside) {
      see((conv.kernel[1] - 1) * conv.dilation[1] + 1, conv.stride[1], 2 * conv.padding[1]);
    }
    return (x, _) -> module.forward(x);
  }

  private static LongPointer pair(int[] values) {
    return new LongPointer(values[0], values[1]);
  }

  Layer norm2d(String name, int channels) {
    BatchNorm2dImpl module =
        root.register_module(name, new BatchNorm2dImpl(new BatchNormOptions(channels)));
    return (x, _) -> module.forward(x);
  }

  /** Normalises every bin of every channel over the batch and the frames. */
  Layer normBins(String name, int channels, int bins) {
    BatchNorm1dImpl module =
        root.register_module(
            name, new BatchNorm1dImpl(new BatchNormOptions((long) channels * bins)));
    return (x, _) ->
        module
            .forward(x.reshape(x.size(0), (long) channels * bins, x.size(3)))
            .reshape(x.size(0), channels, bins, x.size(3));
  }

  /** Normalises bands of bins by themselves (SubSpectralNorm, Chang et al., 2021). */
  Layer normBands(String name, int channels, int bands) {
    Layer norm = norm2d(name, channels * bands);
    return (x, training) -> {
      long bins = x.size(2);
      Tensor split = x.reshape(x.size(0), (long) channels * bands, bins / bands, x.size(3));
      return norm.apply(split, training).reshape(x.size(0), channels, bins, x.size(3));
    };
  }

  Layer maxPool(int kernelBins, int kernelFrames, int strideBins, int strideFrames, int padding) {
    see(kernelFrames, strideFrames, 2 * padding);
    return (x, _) ->
        torch.max_pool2d(
            x,
            new long[] {kernelBins, kernelFrames},
            new long[] {strideBins, strideFrames},
            new long[] {padding, padding},
            new long[] {1, 1},
            false);
  }

  Layer linear(String name, long in, long out) {
    LinearImpl module = root.register_module(name, new LinearImpl(in, out));
    return (x, _) -> module.forward(x);
  }

  static Layer dropout(double share) {
    return share == 0 ? (x, _) -> x : (x, training) -> torch.dropout(x, share, training);
  }

  /** Drops whole maps. */
  static Layer dropoutMaps(double share) {
    return share == 0 ? (x, _) -> x : (x, training) -> torch.feature_dropout(x, share, training);
  }

  static Layer activation(Activation which) {
    return switch (which) {
      case RELU -> (x, _) -> torch.relu(x);
      case ELU -> (x, _) -> torch.elu(x);
      case SILU -> (x, _) -> torch.silu(x);
    };
  }

  /** From {@code [batch, frames, in]} to {@code [batch, frames, hidden]}, twice that both ways. */
  Layer recurrent(
      String name, Cell cell, long in, int hidden, int layers, boolean both, double dropout) {
    double between = layers > 1 ? dropout : 0;
    switch (cell) {
      case LSTM -> {
        LSTMOptions options = new LSTMOptions(in, hidden);
        options.num_layers().put(layers);
        options.bidirectional().put(both);
        options.batch_first().put(true);
        options.dropout().put(between);
        LSTMImpl module = root.register_module(name, new LSTMImpl(options));
        return (x, _) -> {
          T_TensorT_TensorTensor_T_T result = module.forward(x);
          return result.get0();
        };
      }
      case GRU -> {
        GRUOptions options = new GRUOptions(in, hidden);
        options.num_layers().put(layers);
        options.bidirectional().put(both);
        options.batch_first().put(true);
        options.dropout().put(between);
        GRUImpl module = root.register_module(name, new GRUImpl(options));
        return (x, _) -> {
          T_TensorTensor_T result = module.forward(x);
          return result.get0();
        };
      }
    }
    throw new IllegalArgumentException("cell must not be null");
  }

  /**
   * A dilated convolution over the frames with weight normalisation (Salimans and Kingma, 2016):
   * {@code [batch, in, 1, frames]} to {@code [batch, out, 1, frames]}.
   */
  Layer dilated(String name, int in, int out, int kernel, int dilation, boolean causal) {
    Conv2dOptions options = new Conv2dOptions(in, out, new LongPointer(1, kernel));
    Conv2dImpl module = root.register_module(name, new Conv2dImpl(options));
    Tensor direction = module.weight();
    Tensor gain = torch.norm_except_dim(direction, 2, 0).detach().clone();
    Tensor parameter = module.register_parameter("gain", gain);
    int reach = (kernel - 1) * dilation;
    long before = causal ? reach : reach / 2;
    see(reach + 1, 1, reach);
    return (x, _) -> {
      Tensor vector = module.weight();
      Tensor weight = vector.mul(parameter.div(torch.norm_except_dim(vector, 2, 0)));
      Tensor padded = torch.constant_pad_nd(x, before, reach - before);
      return torch.conv2d(
          padded,
          weight,
          new TensorOptional(module.bias()),
          new long[] {1, 1},
          new long[] {0, 0},
          new long[] {1, dilation},
          1);
    };
  }
}
