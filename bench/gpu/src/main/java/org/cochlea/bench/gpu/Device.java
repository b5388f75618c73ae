package org.cochlea.bench.gpu;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.cochlea.cuda.driver.CudaBinding;
import org.cochlea.cuda.driver.CudaContext;
import org.cochlea.cuda.driver.CudaDevice;
import org.cochlea.cuda.driver.CudaDriver;

/** The first GPU: memory that is freed at the end, and times between events. */
final class Device implements AutoCloseable {
  /** One call, with a number that picks its input. */
  interface Call {
    void run(int i);
  }

  private final CudaDriver driver;
  private final CudaContext context;
  private final List<Long> memory = new ArrayList<>();
  private final long stream;
  private final long start;
  private final long end;

  Device(String binding) {
    this.driver = CudaBinding.named(binding).driver();
    this.context = CudaContext.retain(driver, CudaDevice.of(driver, 0));
    context.push();
    this.stream = driver.streamCreate();
    this.start = driver.eventCreate(true);
    this.end = driver.eventCreate(true);
  }

  CudaDevice properties() {
    return context.device();
  }

  int driverVersion() {
    return driver.driverVersion();
  }

  long stream() {
    return stream;
  }

  long allocate(long bytes) {
    long address = driver.memAlloc(bytes);
    memory.add(address);
    return address;
  }

  /** Frees what was allocated. */
  void freeAll() {
    for (long address : memory.reversed()) {
      driver.memFree(address);
    }
    memory.clear();
  }

  /** Fills device memory with copies of the values, one after the other. */
  void fill(long address, long bytes, MemorySegment values) {
    for (long at = 0; at < bytes; at += values.byteSize()) {
      driver.memcpyHtoD(address + at, values, 0, Math.min(values.byteSize(), bytes - at));
    }
  }

  /** Makes floats in device memory 0. */
  void clear(long address, long floats) {
    driver.memsetD32Async(address, 0, floats, stream);
  }

  /** Copies device memory to the host. */
  float[] read(long address, int floats) {
    float[] values = new float[floats];
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment host = arena.allocate(Math.max(1, (long) floats * Float.BYTES), Float.BYTES);
      driver.memcpyDtoH(host, 0, address, (long) floats * Float.BYTES);
      MemorySegment.copy(host, ValueLayout.JAVA_FLOAT, 0, values, 0, floats);
    }
    return values;
  }

  void copy(long to, long from, long bytes) {
    driver.memcpyDtoDAsync(to, from, bytes, stream);
  }

  void synchronize() {
    driver.streamSynchronize(stream);
  }

  /** Returns the seconds of every call on the device, each between two events. */
  Spread onDevice(int warmUp, int repeats, Call call) {
    for (int i = 0; i < warmUp; i++) {
      call.run(i);
    }
    synchronize();
    double[] seconds = new double[repeats];
    for (int i = 0; i < repeats; i++) {
      driver.eventRecord(start, stream);
      call.run(i);
      driver.eventRecord(end, stream);
      driver.eventSynchronize(end);
      seconds[i] = driver.eventElapsedTime(start, end) * 1e-3;
    }
    return Spread.of(seconds);
  }

  /** Returns the seconds of every call on the host's clock; the call waits for its result. */
  static Spread onHost(int warmUp, int repeats, Call call) {
    for (int i = 0; i < warmUp; i++) {
      call.run(i);
    }
    double[] seconds = new double[repeats];
    for (int i = 0; i < repeats; i++) {
      long from = System.nanoTime();
      call.run(i);
      seconds[i] = (System.nanoTime() - from) * 1e-9;
    }
    return Spread.of(seconds);
  }

  @Override
  public void close() {
    freeAll();
    driver.eventDestroy(end);
    driver.eventDestroy(start);
    driver.streamDestroy(stream);
    context.pop();
    context.close();
  }

  /** Median, 10th and 90th percentile. */
  record Spread(double low, double median, double high) {
    static Spread of(double[] values) {
      double[] sorted = values.clone();
      Arrays.sort(sorted);
      return new Spread(at(sorted, 0.1), at(sorted, 0.5), at(sorted, 0.9));
    }

    private static double at(double[] sorted, double part) {
      return sorted[(int) Math.round(part * (sorted.length - 1))];
    }
  }
}
