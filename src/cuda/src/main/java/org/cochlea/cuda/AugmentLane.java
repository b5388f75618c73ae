package org.cochlea.cuda;

import org.cochlea.core.SampleType;
import org.cochlea.core.augment.Augmentation;
import org.cochlea.core.augment.Draws;
import org.cochlea.core.augment.WaveAugmentation;
import org.cochlea.cuda.driver.CudaDriver;
import org.cochlea.cuda.driver.KernelParameters;

/**
 * Augments what is in the memory of one device and computes its features, in a stream of the
 * caller's. Tables go to the device in one copy; memory grows to what was needed at most.
 */
final class AugmentLane {
  private final Gpu gpu;
  private final CudaDriver driver;
  private final CudaAugmentedExtractor owner;
  private final AugmentKernels kernels;
  private final Memory pinned;
  private final Memory tables;
  private final Memory work;
  private final Memory state;
  private final Memory waves;

  /** When the last launches are done: until then the memory is in use. */
  private final long done;

  /** When the pinned memory may be written again. */
  private final long copied;

  private final Queue queue = new Queue();

  private final class Queue implements Launch.Queue {
    private long stream;

    @Override
    public void launch(
        long function, int blocks, int threads, int sharedBytes, KernelParameters p) {
      driver.launchKernel(function, blocks, 1, 1, threads, 1, 1, sharedBytes, stream, p);
    }

    @Override
    public long stream() {
      return stream;
    }
  }

  /** Makes a lane; the device's context must be current. */
  AugmentLane(Gpu gpu, CudaAugmentedExtractor owner) {
    this.gpu = gpu;
    this.driver = gpu.driver();
    this.owner = owner;
    this.kernels = new AugmentKernels(gpu);
    this.pinned = Memory.pinned(driver);
    this.tables = Memory.ofDevice(driver);
    this.work = Memory.ofDevice(driver);
    this.state = Memory.ofDevice(driver);
    this.waves = Memory.ofDevice(driver);
    this.done = driver.eventCreate(false);
    try {
      this.copied = driver.eventCreate(false);
    } catch (CudaException e) {
      Cleanup.quietly(() -> driver.eventDestroy(done));
      throw e;
    }
  }

  Gpu gpu() {
    return gpu;
  }

  /**
   * Puts everything into a stream; the device's context must be current.
   *
   * @param fromItem which example of the draws the first clip is
   */
  void run(DeviceWaveform in, Draws draws, int fromItem, DeviceTensor out, long stream) {
    queue.stream = stream;
    try {
      // What was put into another stream may still use the memory.
      driver.streamWaitEvent(stream, done);
      DeviceWaveform wave = augment(in, draws, fromItem, stream);
      owner.features().extract(wave, out, stream);
    } finally {
      driver.eventRecord(done, stream);
    }
  }

  private DeviceWaveform augment(DeviceWaveform in, Draws draws, int fromItem, long stream) {
    WaveSchedule schedule = null;
    for (int i = owner.from(); i < owner.waveTransforms(); i++) {
      Augmentation.Transform transform = owner.transform(i);
      if (transform instanceof WaveAugmentation wave) {
        if (schedule == null) {
          schedule =
              new WaveSchedule(
                  draws,
                  fromItem,
                  in.batch(),
                  in.channels(),
                  in.sampleRate(),
                  in.type(),
                  in::length,
                  (item, channel) -> ((long) item * in.channels() + channel) * in.stride());
        }
        schedule.add(wave, i);
      }
    }
    if (schedule == null || !schedule.finish()) {
      return in;
    }
    WaveSchedule made = schedule;
    tables.grow(made.tableBytes());
    work.grow(2 * made.workBytes());
    state.grow(made.stateBytes());
    waves.grow(made.outBytes());
    WaveSchedule.Areas areas =
        new WaveSchedule.Areas(
            in.address(),
            work.address(),
            work.address() + made.workBytes(),
            waves.address(),
            tables.address(),
            state.address());
    driver.eventSynchronize(copied);
    pinned.grow(made.tableBytes());
    made.store(pinned.segment(), areas);
    driver.memcpyHtoDAsync(tables.address(), pinned.segment(), 0, made.tableBytes(), stream);
    driver.eventRecord(copied, stream);
    made.run(kernels, areas, queue);
    int[] lengths = new int[in.batch()];
    for (int b = 0; b < lengths.length; b++) {
      lengths[b] = made.length(b);
    }
    return new DeviceWaveform(
        waves.address(),
        SampleType.FLOAT32,
        in.channels(),
        made.stride(),
        lengths,
        in.sampleRate());
  }

  /** Waits and frees everything; the device's context must be current. */
  void close() {
    Cleanup.quietly(() -> driver.eventSynchronize(done));
    kernels.close();
    for (Memory memory : new Memory[] {pinned, tables, work, state, waves}) {
      Cleanup.quietly(memory::free);
    }
    Cleanup.quietly(() -> driver.eventDestroy(done));
    Cleanup.quietly(() -> driver.eventDestroy(copied));
  }
}
