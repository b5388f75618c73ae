package org.cochlea.bench;

import org.bytedeco.javacpp.FloatPointer;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.BoolOptional;
import org.bytedeco.pytorch.LongOptional;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptional;
import org.bytedeco.pytorch.global.torch;
import org.cochlea.core.basis.Window;
import org.cochlea.core.stage.Basis;

/** libtorch from Java: stft, power, matrix product, clamp, log10; clip by clip or in one batch. */
final class LibtorchLogMel implements Contender {
  private final Workload workload;
  private final boolean batch;
  private final boolean squares;
  private final Scalar two;
  private final PointerScope scope = new PointerScope();
  private final NoGradGuard noGradient;
  private final Tensor audio;
  private final Tensor out;
  private final Tensor mel;
  private final TensorOptional window;
  private final LongOptional hop;
  private final LongOptional length;
  private final BoolOptional yes;
  private final BoolOptional none;
  private final Scalar floor;

  /**
   * Makes it ready.
   *
   * @param batch all clips in one call, else one by one
   * @param squares the power as {@code re² + im²}, else as {@code abs().pow(2)}, which is what
   *     torchaudio does and about half as fast
   */
  LibtorchLogMel(Workload workload, float[] samples, int threads, boolean batch, boolean squares) {
    this.workload = workload;
    this.batch = batch;
    this.squares = squares;
    torch.set_num_threads(threads);
    noGradient = new NoGradGuard();
    audio = tensor(samples, workload.clips(), workload.samples());
    int frames = workload.framesPerClip();
    out =
        tensor(
            new float[workload.frames() * workload.mels()],
            workload.clips(),
            workload.mels(),
            frames);
    Basis bank = ScalarLogMel.mel(workload);
    float[] rows = new float[bank.rows() * bank.columns()];
    for (int i = 0; i < rows.length; i++) {
      rows[i] = (float) bank.at(i / bank.columns(), i % bank.columns());
    }
    mel = tensor(rows, bank.rows(), bank.columns());
    double[] shape = Window.HANN.coefficients(workload.windowLength());
    float[] hann = new float[shape.length];
    for (int i = 0; i < hann.length; i++) {
      hann[i] = (float) shape[i];
    }
    window = new TensorOptional(tensor(hann, hann.length));
    hop = new LongOptional(workload.hopLength());
    length = new LongOptional(workload.windowLength());
    yes = new BoolOptional(true);
    none = new BoolOptional();
    two = new Scalar(2);
    floor = new Scalar((float) Workload.FLOOR);
  }

  private static Tensor tensor(float[] values, long... sizes) {
    try (FloatPointer memory = new FloatPointer(values)) {
      // A tensor of libtorch's own, aligned as it likes.
      return torch.from_blob(memory, sizes).clone();
    }
  }

  @Override
  public String version() {
    try (PointerScope _ = new PointerScope()) {
      return "libtorch (bytedeco %s), %s"
          .formatted(
              Tensor.class.getPackage().getImplementationVersion(),
              torch.get_cpu_capability().getString().strip());
    }
  }

  private void features(Tensor clips, Tensor result) {
    Tensor spectrum =
        torch.stft(
            clips, workload.fftSize(), hop, length, window, true, "reflect", false, yes, yes, none);
    Tensor power =
        squares
            ? torch.real(spectrum).square().add_(torch.imag(spectrum).square())
            : spectrum.abs().pow(two);
    torch.log10_out(result, torch.matmul(mel, power).clamp_min_(floor));
  }

  @Override
  public void run() {
    try (PointerScope _ = new PointerScope()) {
      if (batch) {
        features(audio, out);
        return;
      }
    }
    for (int clip = 0; clip < workload.clips(); clip++) {
      try (PointerScope _ = new PointerScope()) {
        features(audio.select(0, clip), out.select(0, clip));
      }
    }
  }

  @Override
  public float[] output() {
    float[] values = new float[workload.frames() * workload.mels()];
    try (PointerScope _ = new PointerScope()) {
      new FloatPointer(out.contiguous().data_ptr_float()).get(values);
    }
    return values;
  }

  @Override
  public void close() {
    noGradient.close();
    scope.close();
  }
}
