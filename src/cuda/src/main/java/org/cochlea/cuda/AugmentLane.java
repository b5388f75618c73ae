package org.cochlea.cuda;

import java.lang.foreign.MemorySegment;
import java.util.function.Consumer;
import org.cochlea.core.SampleType;
import org.cochlea.core.Shape;
import org.cochlea.core.augment.Augmentation;
import org.cochlea.core.augment.Draws;
import org.cochlea.core.augment.SpectrogramAugmentation;
import org.cochlea.core.augment.WaveAugmentation;
import org.cochlea.cuda.driver.CudaDriver;
import org.cochlea.cuda.driver.KernelParameters;
import org.jspecify.annotations.Nullable;

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
  private final Memory noise;
  private final Memory scratch;
  private final Memory stretched;
  private final Memory features;
  private final Memory pinnedPictures;
  private final Memory pictureTables;
  private final Memory pictureWork;
  private final Memory pictureState;

  /** When the last launches are done: until then the memory is in use. */
  private final long done;

  /** When the pinned memory may be written again. */
  private final long copied;

  private final long picturesCopied;

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
    this.noise = Memory.ofDevice(driver);
    this.scratch = Memory.ofDevice(driver);
    this.stretched = Memory.ofDevice(driver);
    this.features = Memory.ofDevice(driver);
    this.pinnedPictures = Memory.pinned(driver);
    this.pictureTables = Memory.ofDevice(driver);
    this.pictureWork = Memory.ofDevice(driver);
    this.pictureState = Memory.ofDevice(driver);
    this.done = driver.eventCreate(false);
    long second = 0;
    try {
      second = driver.eventCreate(false);
      this.picturesCopied = driver.eventCreate(false);
    } catch (CudaException e) {
      destroy(second);
      destroy(done);
      throw e;
    }
    this.copied = second;
  }

  private void destroy(long event) {
    if (event != 0) {
      Cleanup.quietly(() -> driver.eventDestroy(event));
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
      PictureSchedule pictures = pictures(wave, draws, fromItem);
      if (pictures == null) {
        owner.features().extract(wave, out, stream);
      } else {
        Shape shape = owner.features().outputShape(wave);
        features.grow(Math.max(16, shape.floats() * Float.BYTES));
        owner
            .features()
            .extract(
                wave,
                new DeviceTensor(features.address(), shape, DeviceTensor.Type.FLOAT32),
                stream);
        augment(pictures, out, stream);
      }
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
    work.grow(2 * made.workBytes());
    state.grow(made.stateBytes());
    waves.grow(Math.max(16, made.outBytes()));
    noise.grow(made.noiseBytes());
    scratch.grow(made.scratchBytes());
    stretched.grow(made.stretchedBytes());
    tables.grow(made.tableBytes());
    Areas areas =
        new Areas(
            in.address(),
            work.address(),
            work.address() + made.workBytes(),
            waves.address(),
            tables.address(),
            state.address(),
            noise.address(),
            scratch.address(),
            stretched.address());
    tell(tables, pinned, copied, made.tableBytes(), to -> made.store(to, areas), stream);
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

  /** Copies tables to the device, once the pinned memory is free. */
  private void tell(
      Memory device,
      Memory host,
      long free,
      long bytes,
      Consumer<MemorySegment> store,
      long stream) {
    driver.eventSynchronize(free);
    host.grow(bytes);
    store.accept(host.segment());
    driver.memcpyHtoDAsync(device.address(), host.segment(), 0, bytes, stream);
    driver.eventRecord(free, stream);
  }

  /** Returns what happens to the features, or null if that is nothing. */
  private @Nullable PictureSchedule pictures(DeviceWaveform wave, Draws draws, int fromItem) {
    PictureSchedule schedule = null;
    for (int i = owner.waveTransforms(); i < owner.to(); i++) {
      if (owner.transform(i) instanceof SpectrogramAugmentation picture) {
        if (schedule == null) {
          Shape shape = owner.features().outputShape(wave);
          schedule =
              new PictureSchedule(
                  draws,
                  fromItem,
                  shape.batch(),
                  shape.channels(),
                  shape.bins(),
                  shape.frames(),
                  shape.complex(),
                  item -> owner.frames(wave.length(item)));
        }
        schedule.add(picture, i);
      }
    }
    return schedule != null && schedule.changes() ? schedule : null;
  }

  private void augment(PictureSchedule pictures, DeviceTensor out, long stream) {
    pictures.finish(out.shape().frames(), out.type() == DeviceTensor.Type.FLOAT16);
    pictureWork.grow(2 * pictures.workBytes());
    pictureState.grow(pictures.stateBytes());
    pictureTables.grow(pictures.tableBytes());
    Areas areas =
        new Areas(
            features.address(),
            pictureWork.address(),
            pictureWork.address() + pictures.workBytes(),
            out.address(),
            pictureTables.address(),
            pictureState.address(),
            0,
            0,
            0);
    tell(
        pictureTables,
        pinnedPictures,
        picturesCopied,
        pictures.tableBytes(),
        to -> pictures.store(to, areas),
        stream);
    pictures.run(kernels, areas, queue);
  }

  /** Waits and frees everything; the device's context must be current. */
  void close() {
    Cleanup.quietly(() -> driver.eventSynchronize(done));
    kernels.close();
    for (Memory memory :
        new Memory[] {
          pinned,
          tables,
          work,
          state,
          waves,
          noise,
          scratch,
          stretched,
          features,
          pinnedPictures,
          pictureTables,
          pictureWork,
          pictureState
        }) {
      Cleanup.quietly(memory::free);
    }
    destroy(done);
    destroy(copied);
    destroy(picturesCopied);
  }
}
