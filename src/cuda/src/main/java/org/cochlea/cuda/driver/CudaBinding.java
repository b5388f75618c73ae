package org.cochlea.cuda.driver;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.cochlea.core.EngineUnavailableException;
import org.cochlea.cuda.CudaException;

/** How Java calls the CUDA driver. */
public enum CudaBinding {
  /** Java's own foreign function interface. */
  FFM("ffm"),
  /** JCuda, through JNI. */
  JCUDA("jcuda");

  /** The system property that chooses a binding; without it, {@link #FFM}. */
  public static final String PROPERTY = "cochlea.cuda.binding";

  /** The oldest driver whose functions are used: the one of CUDA 11.0. */
  private static final int OLDEST_DRIVER = 11_000;

  private static final Map<CudaBinding, Opened> LINKED = new ConcurrentHashMap<>();
  private static final Map<CudaBinding, Opened> OPENED = new ConcurrentHashMap<>();
  private static final Map<CudaBinding, OpenedCufft> CUFFT = new ConcurrentHashMap<>();

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
    return open().reasons();
  }

  /**
   * Returns the driver; there is one per binding, and it needs no closing.
   *
   * @throws EngineUnavailableException with {@link #reasons()}, if there are any
   */
  public CudaDriver driver() {
    Opened opened = open();
    return opened
        .driver()
        .orElseThrow(() -> new EngineUnavailableException("cuda", opened.reasons()));
  }

  /**
   * Returns every reason why cuFFT cannot be used here, each with what to do about it; none if it
   * can. Never throws.
   */
  public List<String> cufftReasons() {
    return openCufft().reasons();
  }

  /**
   * Returns cuFFT; there is one per binding, and it needs no closing.
   *
   * @throws EngineUnavailableException with {@link #cufftReasons()}, if there are any
   */
  public Cufft cufft() {
    OpenedCufft opened = openCufft();
    return opened
        .cufft()
        .orElseThrow(() -> new EngineUnavailableException("cufft", opened.reasons()));
  }

  /** cuFFT, or why there is none. */
  private record OpenedCufft(Optional<Cufft> cufft, List<String> reasons) {
    static OpenedCufft failed(String reason) {
      return new OpenedCufft(Optional.empty(), List.of(reason));
    }
  }

  private OpenedCufft openCufft() {
    List<String> reasons = reasons();
    if (!reasons.isEmpty()) {
      return new OpenedCufft(Optional.empty(), reasons);
    }
    return CUFFT.computeIfAbsent(this, CudaBinding::linkCufft);
  }

  private OpenedCufft linkCufft() {
    return switch (this) {
      case FFM -> {
        String reason = CufftFunctions.BOUND.reason();
        yield reason.isEmpty()
            ? new OpenedCufft(Optional.of(new FfmCufft()), List.of())
            : OpenedCufft.failed(reason);
      }
      case JCUDA -> {
        CufftLibraries libraries = CufftLibraries.ofSystem();
        // JCufft asks the loader, which knows what has been opened, but not where CUDA may be.
        NativeLibrary.open(libraries.candidatesOf(CufftLibraries.OLDEST_CUDA));
        try {
          yield new OpenedCufft(Optional.of(JcudaCufft.create()), List.of());
        } catch (LinkageError e) {
          yield OpenedCufft.failed(
              JcudaReasons.ofCufft(e, libraries.name(CufftLibraries.OLDEST_CUDA)));
        }
      }
    };
  }

  /** The driver, or why there is none. */
  private record Opened(Optional<CudaDriver> driver, List<String> reasons) {
    static Opened failed(String reason) {
      return new Opened(Optional.empty(), List.of(reason));
    }
  }

  // What cannot be linked stays so. What the driver says may change: a GPU that was lost is back,
  // or a program that had it for itself has ended.
  private Opened open() {
    Opened opened = OPENED.get(this);
    if (opened != null) {
      return opened;
    }
    Opened linked = LINKED.computeIfAbsent(this, CudaBinding::link);
    opened = linked.driver().map(CudaBinding::initialise).orElse(linked);
    if (opened.reasons().isEmpty()) {
      OPENED.put(this, opened);
    }
    return opened;
  }

  private Opened link() {
    return switch (this) {
      case FFM -> {
        String reason = DriverFunctions.BOUND.reason();
        yield reason.isEmpty()
            ? new Opened(Optional.of(FfmDriver.create()), List.of())
            : Opened.failed(reason);
      }
      case JCUDA -> {
        // JCuda asks the loader, which knows what has been opened: so it finds what ffm finds.
        NativeLibrary.open(DriverFunctions.libraries());
        try {
          yield new Opened(Optional.of(JcudaDriver.create()), List.of());
        } catch (LinkageError e) {
          yield Opened.failed(JcudaReasons.of(e));
        }
      }
    };
  }

  private static Opened initialise(CudaDriver driver) {
    try {
      driver.init();
      int version = driver.driverVersion();
      if (version < OLDEST_DRIVER) {
        return Opened.failed(
            "NVIDIA's driver is too old: it supports CUDA %s, %s is needed: update it"
                .formatted(words(version), words(OLDEST_DRIVER)));
      }
      if (driver.deviceGetCount() == 0) {
        return Opened.failed("no GPU: " + CudaException.advice("CUDA_ERROR_NO_DEVICE"));
      }
    } catch (CudaException e) {
      return Opened.failed(String.valueOf(e.getMessage()));
    }
    return new Opened(Optional.of(driver), List.of());
  }

  private static String words(int version) {
    return version / 1000 + "." + version % 1000 / 10;
  }
}
