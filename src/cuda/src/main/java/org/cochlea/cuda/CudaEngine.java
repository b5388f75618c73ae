package org.cochlea.cuda;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.cochlea.core.Availability;
import org.cochlea.core.Availability.Available;
import org.cochlea.core.Availability.Unavailable;
import org.cochlea.core.EngineUnavailableException;
import org.cochlea.core.ExtractorOptions;
import org.cochlea.core.augment.Augmentation;
import org.cochlea.core.augment.AugmentationPlan;
import org.cochlea.core.augment.AugmentingEngine;
import org.cochlea.core.stage.Pipeline;
import org.cochlea.core.stage.Stage;
import org.cochlea.cuda.driver.CudaBinding;
import org.cochlea.cuda.driver.CudaDevice;
import org.cochlea.cuda.driver.CudaDriver;
import org.cochlea.cuda.driver.DeviceSelector;
import org.jspecify.annotations.Nullable;

/**
 * float32 on NVIDIA GPUs. What comes out is the same to the last bit whatever the batch a clip came
 * in, and however a batch was split over time and GPUs.
 *
 * <p>Needs NVIDIA's driver and nothing else. Uses the primary context of every GPU, which CUDA's
 * runtime, and so libtorch, uses too.
 */
public final class CudaEngine implements AugmentingEngine {
  /** The oldest compute capability that the kernels run on: 7.5, Turing. */
  private static final int OLDEST = 75;

  private final @Nullable CudaOptions options;
  private final Set<Class<? extends Stage>> withoutKernel;
  private final List<Gpu> gpus = new ArrayList<>();

  /**
   * Makes the engine that the system properties describe; {@link org.cochlea.core.Engines} does.
   */
  public CudaEngine() {
    // Read when they are needed: making an engine never fails.
    options = null;
    withoutKernel = Planner.WITHOUT_KERNEL;
  }

  /** Makes an engine. */
  public CudaEngine(CudaOptions options) {
    this(options, Planner.WITHOUT_KERNEL);
  }

  /** Makes an engine that uses no kernels for some stages. */
  CudaEngine(CudaOptions options, Set<Class<? extends Stage>> withoutKernel) {
    this.options = options;
    this.withoutKernel = withoutKernel;
  }

  private CudaOptions options() {
    return options == null ? CudaOptions.ofProperties() : options;
  }

  @Override
  public String name() {
    return "cuda";
  }

  @Override
  public Availability probe() {
    try {
      CudaBinding binding = CudaBinding.named(options().binding());
      List<String> reasons = binding.reasons();
      if (!reasons.isEmpty()) {
        return new Unavailable(reasons);
      }
      if (options().fourier() == CudaOptions.Fourier.CUFFT && !binding.cufftReasons().isEmpty()) {
        return new Unavailable(binding.cufftReasons());
      }
      CudaDriver driver = binding.driver();
      List<CudaDevice> devices = DeviceSelector.parse(options().devices()).select(driver);
      List<String> tooOld = tooOld(devices);
      if (!tooOld.isEmpty()) {
        return new Unavailable(tooOld);
      }
      List<String> names = new ArrayList<>();
      for (CudaDevice device : devices) {
        names.add("%s, %d SMs".formatted(device.describe(), device.multiprocessors()));
      }
      int version = driver.driverVersion();
      return new Available(
          String.format(
              Locale.ROOT,
              "%s, driver for CUDA %d.%d, %s",
              String.join(" and ", names),
              version / 1000,
              version % 1000 / 10,
              driver.binding()));
    } catch (EngineUnavailableException | CudaException | IllegalArgumentException e) {
      return new Unavailable(List.of(String.valueOf(e.getMessage())));
    } catch (RuntimeException | LinkageError e) {
      return new Unavailable(List.of(e.toString()));
    }
  }

  private static List<String> tooOld(List<CudaDevice> devices) {
    List<String> reasons = new ArrayList<>();
    for (CudaDevice device : devices) {
      if (device.computeCapability() < OLDEST) {
        reasons.add(
            "%s is too old: compute capability 7.5 or newer is needed"
                .formatted(device.describe()));
      }
    }
    return reasons;
  }

  @Override
  public CudaExtractor compile(Pipeline pipeline) {
    return compile(pipeline, ExtractorOptions.defaults());
  }

  @Override
  public CudaExtractor compile(Pipeline pipeline, ExtractorOptions how) {
    List<Gpu> held = retain();
    try {
      return new CudaExtractor(pipeline, kernels(pipeline), held, options().memory(), how);
    } catch (RuntimeException e) {
      held.forEach(Gpu::release);
      throw e;
    }
  }

  @Override
  public CudaAugmentedExtractor compile(
      AugmentationPlan plan, Pipeline pipeline, ExtractorOptions how) {
    List<Gpu> held = retain();
    try {
      return new CudaAugmentedExtractor(
          plan, pipeline, compile(pipeline, how), held, options().memory());
    } catch (RuntimeException e) {
      held.forEach(Gpu::release);
      throw e;
    }
  }

  @Override
  public List<Augmentation.Transform> transformsOnCpu(AugmentationPlan plan, Pipeline pipeline) {
    return CudaAugmentedExtractor.onCpu(plan, pipeline, stagesOnCpu(pipeline).isEmpty());
  }

  /** Returns how many stages run on the GPU: those before the first one without a kernel. */
  private int kernels(Pipeline pipeline) {
    int count = 0;
    for (Stage stage : pipeline.stages()) {
      if (!Planner.hasKernel(stage, withoutKernel)) {
        break;
      }
      count++;
    }
    return count;
  }

  /**
   * Returns the first stage that has no kernel and all stages after it. A {@link Stage.Branch} with
   * such a stage in one of its paths is one.
   */
  @Override
  public List<Stage> stagesOnCpu(Pipeline pipeline) {
    List<Stage> stages = pipeline.stages();
    return stages.subList(kernels(pipeline), stages.size());
  }

  /**
   * Allocates host memory that the GPUs read and write directly; see {@link PinnedMemory}.
   *
   * @param bytes at least 1, at most 2 GiB - 1
   * @return memory, which the caller closes
   * @throws EngineUnavailableException if the engine cannot run here
   */
  public PinnedMemory pinned(long bytes) {
    List<Gpu> held = retain();
    try {
      return new PinnedMemory(held.getFirst(), bytes);
    } finally {
      held.forEach(Gpu::release);
    }
  }

  /** Returns the GPUs, which the caller releases. */
  private synchronized List<Gpu> retain() {
    if (gpus.isEmpty()) {
      if (probe() instanceof Unavailable no) {
        throw new EngineUnavailableException(name(), no.reasons());
      }
      CudaBinding binding = CudaBinding.named(options().binding());
      CudaDriver driver = binding.driver();
      try {
        for (CudaDevice device : DeviceSelector.parse(options().devices()).select(driver)) {
          gpus.add(Gpu.open(binding, driver, device, options().fourier()));
        }
      } catch (RuntimeException e) {
        close();
        throw e;
      }
    }
    gpus.forEach(Gpu::retain);
    return List.copyOf(gpus);
  }

  @Override
  public synchronized void close() {
    List<Gpu> all = List.copyOf(gpus);
    gpus.clear();
    all.forEach(Gpu::release);
  }
}
