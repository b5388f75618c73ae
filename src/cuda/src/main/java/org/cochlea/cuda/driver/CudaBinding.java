package org.cochlea.cuda.driver;

import java.util.List;
import org.cochlea.core.EngineUnavailableException;

/** How Java calls the CUDA driver. */
public enum CudaBinding {
  /** Java's own foreign function interface. */
  FFM("ffm"),
  /** JCuda, through JNI. */
  JCUDA("jcuda");

  /** The system property that chooses a binding; without it, {@link #FFM}. */
  public static final String PROPERTY = "cochlea.cuda.binding";

  private final String label;

  CudaBinding(String label) {
    this.label = label;
  }

  /** Returns the binding's name: {@code ffm} or {@code jcuda}. */
  public String label() {
    return label;
  }

  /**
   * Returns the binding the system property {@value #PROPERTY} chooses.
   *
   * @throws IllegalArgumentException if there is none of that name
   */
  public static CudaBinding chosen() {
    return named(System.getProperty(PROPERTY, FFM.label));
  }

  /**
   * Returns the binding of a name.
   *
   * @throws IllegalArgumentException if there is none
   */
  public static CudaBinding named(String name) {
    for (CudaBinding binding : values()) {
      if (binding.label.equals(name)) {
        return binding;
      }
    }
    throw new IllegalArgumentException("%s must be ffm or jcuda, was %s".formatted(PROPERTY, name));
  }

  /**
   * Returns every reason why the driver cannot be used here, each with what to do about it; none if
   * it can. Never throws.
   */
  public List<String> reasons() {
    return List.of("not yet");
  }

  /**
   * Returns the driver; there is one per binding, and it needs no closing.
   *
   * @throws EngineUnavailableException with {@link #reasons()}, if there are any
   */
  public CudaDriver driver() {
    throw new EngineUnavailableException("cuda", reasons());
  }
}
