package org.cochlea.cuda.driver;

import java.lang.foreign.MemorySegment;

/**
 * The CUDA driver API, as far as the engine uses it.
 *
 * <p>Methods are named after the driver's functions, without their {@code cu}: their documentation
 * holds here too. Handles (contexts, streams, events, modules, functions, graphs) and device
 * addresses are {@code long}s; 0 is none, and as a stream the default stream. Every method but the
 * queries throws {@link org.cochlea.cuda.CudaException} when the driver returns an error, which may
 * be the delayed one of an earlier launch.
 *
 * <p>A driver is safe for use from several threads. What a thread works on is its <em>current
 * context</em>, a property of the platform thread; see {@link CudaContext}.
 *
 * <p>Nothing is allocated on the Java heap by {@code launchKernel}, {@code graphLaunch}, the
 * copies, {@code memset…}, {@code event…} and {@code stream…} other than their creation, and {@code
 * ctx…Current}, through the {@code ffm} binding.
 */
public interface CudaDriver {

  /** Returns the binding's name: {@code ffm} or {@code jcuda}. */
  String binding();

  /** Initialises the driver; {@link CudaBinding} has done it. May be called again. */
  void init();

  /** Returns the newest version of CUDA the driver supports: 12080 is 12.8. */
  int driverVersion();

  // ---- devices ---------------------------------------------------------------------------------

  /** Returns the number of devices, as {@code CUDA_VISIBLE_DEVICES} leaves them. */
  int deviceGetCount();

  /** Returns a device by its index, from 0 to {@link #deviceGetCount()} - 1. */
  int deviceGet(int ordinal);

  /** Returns a device's name, such as {@code NVIDIA H200}. */
  String deviceGetName(int device);

  /** Returns a device's UUID as nvidia-smi writes it: {@code GPU-} and five groups of digits. */
  String deviceGetUuid(int device);

  /** Returns the bytes of memory a device has. */
  long deviceTotalMem(int device);

  /** Returns a property of a device. */
  int deviceGetAttribute(DeviceAttribute attribute, int device);

  // ---- contexts --------------------------------------------------------------------------------

  /**
   * Returns a device's primary context, which CUDA's runtime (and so libtorch and cuFFT) uses too.
   * To be released as often as it is retained.
   */
  long devicePrimaryCtxRetain(int device);

  /** Releases a device's primary context; the last release frees everything in it. */
  void devicePrimaryCtxRelease(int device);

  /** Sets the calling thread's current context; 0 for none. */
  void ctxSetCurrent(long context);

  /** Returns the calling thread's current context; 0 if there is none. */
  long ctxGetCurrent();

  /** Makes a context current until {@link #ctxPopCurrent()} brings back the one before. */
  void ctxPushCurrent(long context);

  /** Takes back the last {@link #ctxPushCurrent}. */
  void ctxPopCurrent();

  /** Waits for everything in the current context. */
  void ctxSynchronize();

  // ---- modules ---------------------------------------------------------------------------------

  /**
   * Loads kernels: native code (cubin), a fatbin, or PTX, which the driver compiles.
   *
   * @param image all of the file, in off-heap or heap memory; copied by the call
   * @throws org.cochlea.cuda.CudaException with the compiler's log, where it wrote one
   */
  long moduleLoadData(MemorySegment image);

  /** Unloads kernels. */
  void moduleUnload(long module);

  /** Returns a kernel by its name. */
  long moduleGetFunction(long module, String name);

  /** Returns a property of a kernel. */
  int funcGetAttribute(FunctionAttribute attribute, long function);

  /** Sets a property of a kernel. */
  void funcSetAttribute(FunctionAttribute attribute, long function, int value);

  /** Returns how many blocks of a kernel fit a multiprocessor at a time. */
  int occupancyMaxActiveBlocksPerMultiprocessor(long function, int blockThreads, long sharedBytes);

  // ---- launches --------------------------------------------------------------------------------

  /**
   * Launches a kernel whose one parameter is a struct.
   *
   * @param function from {@link #moduleGetFunction}
   * @param gridX blocks, at least 1; {@code gridY} and {@code gridZ} up to 65535
   * @param blockX threads per block, at least 1; all three multiplied at most 1024
   * @param sharedBytes dynamic shared memory per block; for more than 48 KiB set {@link
   *     FunctionAttribute#MAX_DYNAMIC_SHARED_SIZE_BYTES} first
   * @param stream where to; 0 for the default stream
   * @param parameters copied by the call
   */
  void launchKernel(
      long function,
      int gridX,
      int gridY,
      int gridZ,
      int blockX,
      int blockY,
      int blockZ,
      int sharedBytes,
      long stream,
      KernelParameters parameters);

  // ---- memory ----------------------------------------------------------------------------------

  /** Allocates device memory, at least 1 byte, aligned to 256; its contents are undefined. */
  long memAlloc(long bytes);

  /** Frees device memory, after waiting for what uses it; 0 is ignored. */
  void memFree(long address);

  /** Returns the memory of the current context's device. */
  MemoryInfo memGetInfo();

  /** Returns the allocation that holds a device address, whoever made it. */
  MemoryRange memGetAddressRange(long address);

  /** Returns the index of the device that holds an address, or -1 if it is not device memory. */
  int pointerGetDevice(long address);

  /**
   * Allocates pinned host memory, which copies run from and to at full speed, behind the caller's
   * back. The segment must not be used after {@link #memFreeHost}.
   *
   * @param bytes at least 1, at most 2 GiB - 1
   */
  MemorySegment memHostAlloc(long bytes);

  /** Frees pinned host memory. */
  void memFreeHost(MemorySegment memory);

  /** Sets bytes of device memory, when the stream gets there. */
  void memsetD8Async(long address, byte value, long count, long stream);

  /** Sets 32-bit words of device memory, when the stream gets there. */
  void memsetD32Async(long address, int value, long count, long stream);

  /**
   * Copies host memory to the device and waits until the host memory may be changed.
   *
   * @param to device address
   * @param from off-heap memory
   * @param offset where in {@code from} to begin, in bytes
   * @param bytes how many; 0 does nothing
   * @throws IllegalArgumentException if the host memory is on the heap
   * @throws IndexOutOfBoundsException if it is too small
   */
  void memcpyHtoD(long to, MemorySegment from, long offset, long bytes);

  /** Copies device memory to the host and waits; see {@link #memcpyHtoD}. */
  void memcpyDtoH(MemorySegment to, long offset, long from, long bytes);

  /** Copies device memory to device memory. */
  void memcpyDtoD(long to, long from, long bytes);

  /**
   * Copies host memory to the device, when the stream gets there. From pinned memory this returns
   * at once, and the memory must stay as it is until the copy is done.
   */
  void memcpyHtoDAsync(long to, MemorySegment from, long offset, long bytes, long stream);

  /** Copies device memory to the host, when the stream gets there; see {@link #memcpyHtoDAsync}. */
  void memcpyDtoHAsync(MemorySegment to, long offset, long from, long bytes, long stream);

  /** Copies device memory to device memory, when the stream gets there. */
  void memcpyDtoDAsync(long to, long from, long bytes, long stream);

  // ---- streams ---------------------------------------------------------------------------------

  /** Makes a stream that does not wait for the default stream. */
  long streamCreate();

  /** Destroys a stream; what is in it still runs. */
  void streamDestroy(long stream);

  /** Waits for everything in a stream. */
  void streamSynchronize(long stream);

  /** Returns whether everything in a stream is done. */
  boolean streamQuery(long stream);

  /** Makes a stream wait for an event before what follows. */
  void streamWaitEvent(long stream, long event);

  // ---- events ----------------------------------------------------------------------------------

  /** Makes an event; one that keeps no time is cheaper. */
  long eventCreate(boolean timing);

  /** Destroys an event. */
  void eventDestroy(long event);

  /** Marks the point a stream has come to. */
  void eventRecord(long event, long stream);

  /** Waits until an event's point is reached; at once if it was never recorded. */
  void eventSynchronize(long event);

  /** Returns whether an event's point is reached. */
  boolean eventQuery(long event);

  /** Returns the milliseconds between two events that keep time and are reached. */
  float eventElapsedTime(long start, long end);

  // ---- graphs ----------------------------------------------------------------------------------

  /**
   * Begins to record what is put into a stream instead of running it. Other threads are not
   * affected; in this one, calls that cannot be recorded (allocating, waiting) fail.
   */
  void streamBeginCapture(long stream);

  /** Ends a recording; the graph is to be destroyed. */
  long streamEndCapture(long stream);

  /** Returns whether what is put into a stream is being recorded. */
  boolean streamIsCapturing(long stream);

  /** Prepares a graph for launching; the executable graph is to be destroyed. */
  long graphInstantiate(long graph);

  /** Puts all of a graph into a stream, with one call. */
  void graphLaunch(long executable, long stream);

  /** Destroys an executable graph. */
  void graphExecDestroy(long executable);

  /** Destroys a graph; what was instantiated from it stays. */
  void graphDestroy(long graph);

  // ---- errors ----------------------------------------------------------------------------------

  /** Returns the name of an error code, such as {@code CUDA_ERROR_OUT_OF_MEMORY}. */
  String errorName(int code);

  /** Returns an error code in words. */
  String errorText(int code);

  /**
   * The memory of a device.
   *
   * @param free bytes that can still be allocated
   * @param total bytes there are
   */
  record MemoryInfo(long free, long total) {}

  /**
   * An allocation of device memory.
   *
   * @param address where it begins
   * @param bytes its size
   */
  record MemoryRange(long address, long bytes) {}
}
