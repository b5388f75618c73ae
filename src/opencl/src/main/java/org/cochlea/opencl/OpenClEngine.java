package org.cochlea.opencl;

import com.aparapi.device.OpenCLDevice;
import java.util.ArrayList;
import java.util.List;
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
import org.jspecify.annotations.Nullable;

/**
 * float32 on any OpenCL device, through Aparapi: GPUs of AMD, Intel, Apple and NVIDIA, and CPUs
 * through PoCL. {@link org.cochlea.core.Engines#choose} never picks it: it is asked for by name.
 */
public final class OpenClEngine implements AugmentingEngine {
  private static final String MISSING =
      "no OpenCL device: install the maker's OpenCL driver, or PoCL for the CPU (Debian: apt-get"
          + " install pocl-opencl-icd)";

  private final @Nullable OpenClOptions options;
  private final KernelPool pool = new KernelPool();

  /**
   * Makes the engine that the system properties describe; {@link org.cochlea.core.Engines} does.
   */
  public OpenClEngine() {
    // Read when they are needed: making an engine never fails.
    options = null;
  }

  /** Makes an engine. */
  public OpenClEngine(OpenClOptions options) {
    this.options = options;
  }

  private OpenClOptions options() {
    return options == null ? OpenClOptions.ofProperties() : options;
  }

  @Override
  public String name() {
    return "opencl";
  }

  /** Returns every OpenCL device there is, in words, in the order of their indices. */
  public static List<String> devices() {
    try {
      return Devices.all().stream().map(Devices::describe).toList();
    } catch (LinkageError e) {
      return List.of();
    }
  }

  @Override
  public Availability probe() {
    try {
      List<OpenCLDevice> all = Devices.all();
      if (all.isEmpty()) {
        return new Unavailable(List.of(MISSING));
      }
      List<String> names = new ArrayList<>();
      for (OpenCLDevice device : Devices.select(all, options().devices())) {
        names.add(Devices.describe(device));
      }
      return new Available(String.join(" and ", names));
    } catch (IllegalArgumentException e) {
      return new Unavailable(List.of(String.valueOf(e.getMessage())));
    } catch (RuntimeException | LinkageError e) {
      return new Unavailable(List.of(MISSING + "; Aparapi says: " + e));
    }
  }

  private List<OpenCLDevice> selected() {
    if (probe() instanceof Unavailable no) {
      throw new EngineUnavailableException(name(), no.reasons());
    }
    return Devices.select(Devices.all(), options().devices());
  }

  @Override
  public OpenClExtractor compile(Pipeline pipeline) {
    return compile(pipeline, ExtractorOptions.defaults());
  }

  @Override
  public OpenClExtractor compile(Pipeline pipeline, ExtractorOptions how) {
    List<OpenCLDevice> devices = selected();
    return new OpenClExtractor(
        pipeline, planned(pipeline, devices), pool, devices, options().memory(), how);
  }

  @Override
  public OpenClAugmentedExtractor compile(
      AugmentationPlan plan, Pipeline pipeline, ExtractorOptions how) {
    List<OpenCLDevice> devices = selected();
    OpenClExtractor features = compile(pipeline, how);
    try {
      return new OpenClAugmentedExtractor(
          plan,
          pipeline,
          features,
          program ->
              new OpenClExtractor(pipeline, program, pool, devices, options().memory(), how));
    } catch (RuntimeException e) {
      features.close();
      throw e;
    }
  }

  @Override
  public List<Augmentation.Transform> transformsOnCpu(AugmentationPlan plan, Pipeline pipeline) {
    boolean device = stagesOnCpu(pipeline).isEmpty() && !pipeline.stages().isEmpty();
    return OpenClAugmentedExtractor.onCpu(plan, pipeline, device);
  }

  /**
   * Returns the program of the stages before the first without a kernel, or for whose frames there
   * is no room in local memory; null if there are none.
   */
  private static @Nullable DeviceProgram planned(Pipeline pipeline, List<OpenCLDevice> devices) {
    List<Stage> stages = pipeline.stages();
    int count = 0;
    while (count < stages.size() && Planner.hasKernel(stages.get(count))) {
      count++;
    }
    for (; count > 0; count--) {
      Pipeline start =
          new Pipeline(pipeline.sampleRate(), pipeline.input(), stages.subList(0, count));
      DeviceProgram program = Planner.plan(start);
      boolean fits = true;
      for (OpenCLDevice device : devices) {
        fits &= Runner.width(device, program) > 0;
      }
      if (fits) {
        return program;
      }
    }
    return null;
  }

  /** Returns the first stage that has no kernel on the devices, and all stages after it. */
  @Override
  public List<Stage> stagesOnCpu(Pipeline pipeline) {
    DeviceProgram program = planned(pipeline, selected());
    int count = program == null ? 0 : program.pipeline().stages().size();
    return pipeline.stages().subList(count, pipeline.stages().size());
  }

  @Override
  public void close() {
    pool.close();
  }
}
