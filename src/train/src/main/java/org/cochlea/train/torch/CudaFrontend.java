package org.cochlea.train.torch;

import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.MemoryFormatOptional;
import org.bytedeco.pytorch.ScalarTypeOptional;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.cochlea.core.SampleType;
import org.cochlea.core.Shape;
import org.cochlea.core.augment.Draws;
import org.cochlea.cuda.CudaAugmentedExtractor;
import org.cochlea.cuda.CudaExtractor;
import org.cochlea.cuda.DeviceTensor;
import org.cochlea.cuda.DeviceWaveform;
import org.jspecify.annotations.Nullable;

/**
 * Features of the {@code cuda} engine as libtorch's CUDA tensors: its kernels read the waveforms
 * and write the features where they are, in libtorch's stream. Without gradients.
 *
 * <p>Needs a build of libtorch for CUDA, {@code org.bytedeco:pytorch} with the classifier that ends
 * in {@code -gpu}. Written for it, and tested without one: on an emulated GPU, in memory that is
 * not libtorch's own.
 *
 * <p>Belongs to one platform thread at a time, as its extractor.
 */
public final class CudaFrontend implements AutoCloseable {
  private final CudaExtractor extractor;
  private final @Nullable CudaAugmentedExtractor augmented;

  /**
   * Makes it ready.
   *
   * @param extractor closed with this
   */
  public CudaFrontend(CudaExtractor extractor) {
    Libtorch.load();
    this.extractor = extractor;
    this.augmented = null;
  }

  /**
   * Makes it ready to augment too.
   *
   * @param augmented closed with this
   */
  public CudaFrontend(CudaAugmentedExtractor augmented) {
    Libtorch.load();
    this.extractor = augmented.features();
    this.augmented = augmented;
  }

  /**
   * Computes the feature of a batch. Returns when everything is in the stream, before it has run.
   *
   * @param waveforms {@code [batch, channels, samples]}, contiguous, float32 or int16, on a GPU of
   *     the extractor
   * @param lengths the true length of every clip, in samples
   * @param sampleRate of the waveforms, in Hz
   * @param stream libtorch's current one on that GPU, a {@code CUstream}: {@code
   *     torch_cuda.getCurrentCUDAStream().stream().address()}; 0 for the default stream
   * @return {@code [batch, channels, bins, frames]}, float32, complex values with a last axis of 2;
   *     zeros after a clip's last frame. It belongs to the {@link PointerScope} around the call, or
   *     else to the caller
   * @throws IllegalArgumentException if a shape, type, length or the sample rate does not fit
   */
  public Tensor forward(Tensor waveforms, int[] lengths, int sampleRate, long stream) {
    return forward(waveforms, lengths, sampleRate, null, stream);
  }

  /**
   * Computes the augmented feature of a batch, as {@link #forward(Tensor, int[], int, long)} does
   * the plain one. Targets are the caller's: {@link org.cochlea.core.augment.Augmenter#mixTargets}.
   *
   * @param waveforms what the transforms before {@link CudaAugmentedExtractor#from} give
   * @param draws of an {@link org.cochlea.core.augment.Augmenter} of the plan; null: nothing is
   *     augmented
   * @throws IllegalStateException if this was made for plain features
   * @throws UnsupportedOperationException if a stage, or a transform of features, runs on the host
   */
  public Tensor forward(
      Tensor waveforms, int[] lengths, int sampleRate, @Nullable Draws draws, long stream) {
    if (!waveforms.is_cuda()) {
      throw new IllegalArgumentException(
          "waveforms must be on a GPU, were on " + waveforms.device().str().getString());
    }
    DeviceWaveform in = waveform(waveforms, lengths, sampleRate);
    Shape shape = draws == null ? extractor.outputShape(in) : augmenting().outputShape(in, draws);
    PointerScope outer = PointerScope.getInnerScope();
    Tensor result;
    try (PointerScope _ = new PointerScope()) {
      result =
          torch.empty(
              SharedMemory.sizes(shape),
              waveforms.options().dtype(new ScalarTypeOptional(torch.ScalarType.Float)),
              new MemoryFormatOptional());
      run(in, draws, result, shape, stream);
      result.retainReference();
    }
    if (outer != null) {
      outer.attach(result);
      result.releaseReference();
    }
    return result;
  }

  /**
   * Describes the memory of waveforms, wherever it is.
   *
   * @param waveforms as {@link #forward(Tensor, int[], int, long)} reads them
   * @throws IllegalArgumentException if a shape or a type does not fit
   */
  public static DeviceWaveform waveform(Tensor waveforms, int[] lengths, int sampleRate) {
    torch.ScalarType type = waveforms.scalar_type().intern();
    if (waveforms.dim() != 3
        || !waveforms.is_contiguous()
        || waveforms.size(0) != lengths.length
        || (type != torch.ScalarType.Float && type != torch.ScalarType.Short)) {
      throw new IllegalArgumentException(
          "waveforms must be [batch, channels, samples], contiguous, float32 or int16, with %d clips as lengths has; had %d axes, %d clips, %s"
              .formatted(
                  lengths.length,
                  waveforms.dim(),
                  waveforms.dim() == 0 ? 0 : waveforms.size(0),
                  type.name()));
    }
    return new DeviceWaveform(
        waveforms.data_ptr().address(),
        type == torch.ScalarType.Short ? SampleType.INT16 : SampleType.FLOAT32,
        Math.toIntExact(waveforms.size(1)),
        Math.toIntExact(waveforms.size(2)),
        lengths,
        sampleRate);
  }

  private CudaAugmentedExtractor augmenting() {
    if (augmented == null) {
      throw new IllegalStateException("this frontend was made for plain features");
    }
    return augmented;
  }

  void run(DeviceWaveform in, @Nullable Draws draws, Tensor out, Shape shape, long stream) {
    long address = out.data_ptr().address();
    DeviceTensor to = new DeviceTensor(address, shape, DeviceTensor.Type.FLOAT32);
    if (draws == null) {
      extractor.extract(in, to, stream);
    } else {
      augmenting().extract(in, draws, to, stream);
    }
  }

  @Override
  public void close() {
    if (augmented != null) {
      augmented.close();
    }
    extractor.close();
  }
}
