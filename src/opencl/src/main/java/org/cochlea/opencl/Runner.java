package org.cochlea.opencl;

import com.aparapi.Range;
import com.aparapi.device.Device;
import com.aparapi.device.OpenCLDevice;
import java.util.Arrays;
import java.util.List;
import org.cochlea.opencl.kernel.NotOnDeviceException;
import org.cochlea.opencl.kernel.Op;
import org.cochlea.opencl.kernel.PipelineKernel;
import org.jspecify.annotations.Nullable;

/**
 * Runs a program on one device: the kernel object, with its buffers. One thread at a time.
 *
 * <p>All launches of a chunk are one call of Aparapi, as passes: between calls the collector may
 * move an array, and Aparapi would then upload it anew, over what the device has computed.
 */
final class Runner implements AutoCloseable {
  /** Work items of a group on a GPU. */
  private static final int GROUP = 128;

  /** The most frames side by side. */
  private static final int WIDTH = 32;

  /** Frames of a tile on a CPU, which works on them with the lanes of its vector unit. */
  private static final int CPU_WIDTH = 16;

  private final KernelPool pool;
  private final OpenCLDevice device;
  private final int group;
  private final DeviceProgram program;
  private final int width;
  private int[] code;
  private List<Launch.Kind> before = List.of();
  private List<Launch.Kind> after = List.of();
  private final float[] tables;
  private final float[] area;
  private @Nullable PipelineKernel kernel;
  private int[] rows = new int[0];

  Runner(KernelPool pool, OpenCLDevice device, DeviceProgram program, int width) {
    this.pool = pool;
    this.device = device;
    boolean cpu = device.getType() == Device.TYPE.CPU;
    this.group = cpu ? 1 : Math.min(GROUP, Integer.highestOneBit(device.getMaxWorkGroupSize()));
    this.program = program;
    this.width = width;
    this.code = code();
    this.tables = program.tables().toArray();
    this.area = new float[program.area(width)];
    kernel = open();
  }

  /** Returns the frames of a tile, or 0 if local memory has no room for one. */
  static int width(OpenCLDevice device, DeviceProgram program) {
    boolean cpu = device.getType() == Device.TYPE.CPU;
    // A little is the driver's own. Half of the rest, where tiles stay wide: two groups can share
    // a compute unit.
    long bytes = device.getLocalMemSize() - 512;
    int most = cpu ? CPU_WIDTH : WIDTH;
    int wide = program.frames(bytes / 2, most);
    return wide >= 4 ? wide : program.frames(bytes, most);
  }

  OpenCLDevice device() {
    return device;
  }

  private int[] code() {
    return program.code(group == 1 ? 1 : Math.min(width, group), width, before, after);
  }

  private PipelineKernel open() {
    PipelineKernel fresh = pool.take(device);
    fresh.code = code;
    fresh.tables = tables;
    fresh.area = area;
    fresh.put(code).put(tables);
    return fresh;
  }

  private PipelineKernel kernel() {
    PipelineKernel open = kernel;
    if (open == null) {
      open = open();
      kernel = open;
      rows = new int[0];
    }
    return open;
  }

  /** Returns the array that a chunk's input is to be written to. */
  float[] input(Chunk chunk) {
    PipelineKernel open = kernel();
    open.input = fitting(open.input, chunk.floats(Op.INPUT));
    return open.input;
  }

  /** Computes a chunk whose input is in {@link #input}; returns the array with the output. */
  float[] run(Chunk chunk) {
    PipelineKernel open = kernel();
    if (!chunk.before().equals(before) || !chunk.after().equals(after)) {
      before = chunk.before();
      after = chunk.after();
      code = code();
      open.code = code;
      open.put(code);
    }
    if (before.size() + after.size() > 0) {
      open.drawn = chunk.drawn();
      open.put(open.drawn);
    }
    int[] table = chunk.table();
    if (!Arrays.equals(table, rows)) {
      rows = table;
      open.rows = rows;
      open.put(rows);
    }
    open.memory = fitting(open.memory, chunk.floats(Op.MEMORY));
    open.output = fitting(open.output, chunk.floats(Op.OUTPUT));
    if (chunk.items() == 0) {
      return open.output;
    }
    open.put(open.input);
    int groups = Math.min(chunk.items(), 16 * device.getMaxComputeUnits());
    try {
      int passes = before.size() + program.passes().size() + after.size();
      open.execute(Range.create(device, groups * group, group), passes);
    } catch (NotOnDeviceException | StackOverflowError e) {
      kernel = null;
      open.dispose();
      throw new OpenClException(
          "%s failed on a chunk of %d rows, %d MiB; its driver has said why on standard error"
              .formatted(Devices.name(device), chunk.rows(), chunk.bytes() >> 20),
          e);
    }
    open.get(open.output);
    return open.output;
  }

  /** Returns an array with room, the old one where that is not wasteful: all of it is copied. */
  private static float[] fitting(float[] array, long floats) {
    int needed = Math.max(1, Math.toIntExact(floats));
    return array.length >= needed && array.length / 2 <= needed ? array : new float[needed];
  }

  @Override
  public void close() {
    PipelineKernel open = kernel;
    if (open != null) {
      kernel = null;
      pool.give(device, open);
    }
  }
}
