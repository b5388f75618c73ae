package org.cochlea.cuda;

import java.lang.foreign.MemorySegment;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.cochlea.cuda.driver.CudaBinding;
import org.cochlea.cuda.driver.CudaContext;
import org.cochlea.cuda.driver.CudaDevice;
import org.cochlea.cuda.driver.CudaDriver;
import org.cochlea.cuda.driver.Cufft;
import org.cochlea.cuda.driver.FunctionAttribute;

/**
 * A device in use: its context, and the kernels loaded there. Shared by an engine and its
 * extractors; the last one that lets go of it closes it.
 *
 * <p>Safe for use from several threads; its context must be current.
 */
final class Gpu {
  /** The driver that first knows what the shipped native code is made of. */
  private static final int NATIVE_CODE_DRIVER = 13_000;

  private static final int SHARED_WITHOUT_ASKING = 48 << 10;

  /** Codes that say that native code is of another GPU. */
  private static final List<String> OTHER_GPU =
      List.of("CUDA_ERROR_INVALID_IMAGE", "CUDA_ERROR_NO_BINARY_FOR_GPU");

  private final CudaBinding binding;
  private final CudaOptions.Fourier fourier;
  private final CudaContext context;
  private final CudaDriver driver;
  private final Limits limits;
  private final Map<String, Long> modules = new HashMap<>();
  private final Map<String, Long> functions = new HashMap<>();
  private final Map<Long, Integer> sharedBytes = new HashMap<>();
  private int users = 1;
  private boolean usesPtx;

  private Gpu(CudaBinding binding, CudaContext context, CudaOptions.Fourier fourier) {
    this.binding = binding;
    this.fourier = fourier;
    this.context = context;
    this.driver = context.driver();
    CudaDevice device = context.device();
    this.limits =
        new Limits(
            device.multiprocessors(),
            device.sharedPerBlockOptIn(),
            device.sharedPerMultiprocessor());
    this.usesPtx = driver.driverVersion() < NATIVE_CODE_DRIVER;
  }

  static Gpu open(
      CudaBinding binding, CudaDriver driver, CudaDevice device, CudaOptions.Fourier fourier) {
    CudaContext context = CudaContext.retain(driver, device);
    try {
      return new Gpu(binding, context, fourier);
    } catch (RuntimeException e) {
      try {
        context.close();
      } catch (CudaException later) {
        e.addSuppressed(later);
      }
      throw e;
    }
  }

  CudaContext context() {
    return context;
  }

  CudaDriver driver() {
    return driver;
  }

  /** Returns whose transforms are used; {@code AUTO} only where there is cuFFT. */
  CudaOptions.Fourier fourier() {
    return fourier == CudaOptions.Fourier.AUTO && !binding.cufftReasons().isEmpty()
        ? CudaOptions.Fourier.OWN
        : fourier;
  }

  Cufft cufft() {
    return binding.cufft();
  }

  Limits limits() {
    return limits;
  }

  synchronized void retain() {
    users++;
  }

  /** Lets go of it. */
  void release() {
    synchronized (this) {
      if (--users > 0) {
        return;
      }
    }
    close();
  }

  /** Returns a kernel that may be launched with so much shared memory. */
  synchronized long kernel(String module, String name, int shared) {
    Long known = functions.get(name);
    long function = known == null ? load(module, name) : known;
    functions.put(name, function);
    if (shared > SHARED_WITHOUT_ASKING && shared > sharedBytes.getOrDefault(function, 0)) {
      driver.funcSetAttribute(FunctionAttribute.MAX_DYNAMIC_SHARED_SIZE_BYTES, function, shared);
      sharedBytes.put(function, shared);
    }
    return function;
  }

  private long load(String module, String name) {
    if (!usesPtx) {
      try {
        Long loaded = modules.get(module);
        if (loaded == null) {
          loaded = driver.moduleLoadData(MemorySegment.ofArray(KernelImages.nativeCode(module)));
          modules.put(module, loaded);
        }
        return driver.moduleGetFunction(loaded, name);
      } catch (CudaException e) {
        if (!OTHER_GPU.contains(e.name())) {
          throw e;
        }
        usesPtx = true;
      }
    }
    Long loaded = modules.get(name);
    if (loaded == null) {
      loaded = driver.moduleLoadData(MemorySegment.ofArray(KernelImages.ptx(module, name)));
      modules.put(name, loaded);
    }
    return driver.moduleGetFunction(loaded, name);
  }

  /** Goes on after an error: what comes after must be freed too. */
  private void close() {
    try {
      context.push();
      try {
        for (long module : modules.values()) {
          Cleanup.quietly(() -> driver.moduleUnload(module));
        }
      } finally {
        context.pop();
      }
    } catch (CudaException e) {
      // The context is in error; releasing it frees the modules.
    } finally {
      Cleanup.quietly(context::close);
    }
  }
}
