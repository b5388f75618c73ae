package org.cochlea.bench.gpu;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.cochlea.core.SampleType;
import org.cochlea.core.Shape;
import org.cochlea.core.Tensor;
import org.cochlea.core.Waveform;
import org.cochlea.cuda.CudaEngine;
import org.cochlea.cuda.CudaExtractor;
import org.cochlea.cuda.CudaOptions;
import org.cochlea.cuda.DeviceTensor;
import org.cochlea.cuda.DeviceWaveform;
import org.cochlea.cuda.driver.CudaBinding;
import org.cochlea.cuda.driver.Cufft;

/**
 * Times the CUDA engine on the first GPU.
 *
 * <p>Device resident: float32 samples and results stay in device memory; a call is timed between
 * two events on its stream. End to end: 16-bit samples in host memory to results in host memory, by
 * the host's clock. Inputs take turns, so that no call finds its own in the L2 cache. Every result
 * is compared with the float64 engine first.
 */
public final class Main {
  /** Times a size of the largest L2 cache there is, so that inputs do not stay in it. */
  private static final int L2_TIMES = 4;

  private final Map<String, String> options;
  private final int warmUp;
  private final int repeats;
  private final List<Map<String, Object>> results = new ArrayList<>();

  private Main(Map<String, String> options) {
    this.options = options;
    this.warmUp = Integer.parseInt(options.getOrDefault("warm-up", "20"));
    this.repeats = Integer.parseInt(options.getOrDefault("repeats", "50"));
  }

  /** Runs it. */
  public static void main(String[] arguments) throws IOException {
    Map<String, String> options = new HashMap<>();
    for (String argument : arguments) {
      String[] pair = argument.split("=", 2);
      if (!pair[0].startsWith("--") || pair.length != 2) {
        usage();
        System.exit(2);
      }
      options.put(pair[0].substring(2), pair[1]);
    }
    new Main(options).run();
  }

  private static void usage() {
    System.err.printf(
        """
        Times the CUDA engine: java -cp 'lib/*' org.cochlea.bench.gpu.Main OPTION...

          --out=FILE       results, as JSON
          --data=DIR       where to write what peers.py reads
          --jobs=NAMES     of %s; by default all
          --clips=N        at most so many clips in a batch
          --bindings=NAMES by default ffm,jcuda
          --warm-up=N      calls that do not count, by default 20
          --repeats=N      calls that count, by default 50
        """,
        String.join(", ", Job.ALL.stream().map(Job::name).toList()));
  }

  private void run() throws IOException {
    List<String> wanted = List.of(options.getOrDefault("jobs", "").split(",", -1));
    int most = Integer.parseInt(options.getOrDefault("clips", "1000000"));
    List<Job> jobs =
        Job.ALL.stream()
            .filter(job -> !options.containsKey("jobs") || wanted.contains(job.name()))
            .map(job -> job.withClips(Math.min(most, job.clips())))
            .toList();
    Map<Job, float[]> expected = new LinkedHashMap<>();
    for (Job job : jobs) {
      expected.put(job, Data.expected(job, job.audio()));
    }
    if (options.containsKey("data")) {
      Data.write(Path.of(options.get("data")), jobs, expected);
    }
    Map<String, Object> report = new LinkedHashMap<>();
    report.put("when", Instant.now().truncatedTo(ChronoUnit.MINUTES).toString());
    report.put("java", System.getProperty("java.runtime.version"));
    report.put("gpuBefore", smi());
    for (String binding : options.getOrDefault("bindings", "ffm,jcuda").split(",", -1)) {
      try (Device device = new Device(binding);
          CudaEngine engine =
              new CudaEngine(CudaOptions.ofProperties().withBinding(binding).withDevices("0"))) {
        report.put("device", device.properties().toString());
        report.put("driver", device.driverVersion());
        double bandwidth = bandwidth(device);
        report.put("copyBytesPerSecond", bandwidth);
        for (Job job : jobs) {
          measure(device, engine, binding, job, expected.get(job), bandwidth);
          device.freeAll();
        }
      }
    }
    report.put("gpuAfter", smi());
    report.put("warmUp", warmUp);
    report.put("repeats", repeats);
    report.put("results", results);
    if (options.containsKey("out")) {
      Json.write(Path.of(options.get("out")), report);
    }
  }

  private void measure(
      Device device,
      CudaEngine engine,
      String binding,
      Job job,
      float[] expected,
      double bandwidth) {
    float[] clips = job.audio();
    int[] lengths = new int[job.clips()];
    Arrays.fill(lengths, job.samples());
    try (CudaExtractor extractor = engine.compile(job.feature().pipeline());
        Arena arena = Arena.ofConfined()) {
      long inBytes = (long) job.clips() * job.samples() * Float.BYTES;
      int copies = (int) Math.max(1, (long) L2_TIMES * device.properties().l2Bytes() / inBytes + 1);
      MemorySegment host = arena.allocateFrom(ValueLayout.JAVA_FLOAT, clips);
      List<DeviceWaveform> inputs = new ArrayList<>();
      for (int i = 0; i < copies; i++) {
        long address = device.allocate(inBytes);
        device.fill(address, inBytes, host);
        inputs.add(
            new DeviceWaveform(
                address, SampleType.FLOAT32, 1, job.samples(), lengths, job.sampleRate()));
      }
      Shape shape = extractor.outputShape(inputs.getFirst());
      long outBytes = shape.floats() * Float.BYTES;
      DeviceTensor out =
          new DeviceTensor(device.allocate(outBytes), shape, DeviceTensor.Type.FLOAT32);
      long stream = device.stream();

      extractor.extract(inputs.getFirst(), out, stream);
      device.synchronize();
      double error = error(device.read(out.address(), expected.length), expected);
      Device.Spread resident =
          device.onDevice(
              warmUp, repeats, i -> extractor.extract(inputs.get(i % copies), out, stream));
      add(binding, job, "device", resident, error)
          .put("ofCopyBandwidth", (inBytes + outBytes) / resident.median() / bandwidth);
      add(
          binding,
          job,
          "device, call and wait",
          Device.onHost(
              warmUp,
              repeats,
              i -> {
                extractor.extract(inputs.get(i % copies), out, stream);
                device.synchronize();
              }),
          error);
      if (!shape.complex()) {
        DeviceTensor half = new DeviceTensor(out.address(), shape, DeviceTensor.Type.FLOAT16);
        add(
            binding,
            job,
            "device, to float16",
            device.onDevice(
                warmUp, repeats, i -> extractor.extract(inputs.get(i % copies), half, stream)),
            error);
      }
      endToEnd(extractor, arena, binding, job, clips, lengths, expected);
    }
    cufft(device, binding, job);
  }

  /** Times the transforms of all frames alone: what an unfused frontend on cuFFT takes at least. */
  private void cufft(Device device, String binding, Job job) {
    CudaBinding from = CudaBinding.named(binding);
    if (!from.cufftReasons().isEmpty()) {
      System.err.println("no cuFFT: " + String.join("; ", from.cufftReasons()));
      return;
    }
    device.freeAll();
    Cufft cufft = from.cufft();
    int size = job.stft().fftSize();
    long frames = (long) job.clips() * (1 + job.samples() / job.stft().hopLength());
    int bins = size / 2 + 1;
    int plan = cufft.planMany(Cufft.Type.R2C, size, size, bins, frames);
    try {
      cufft.setWorkArea(plan, device.allocate(Math.max(1, cufft.workBytes(plan))));
      cufft.setStream(plan, device.stream());
      long in = device.allocate(frames * size * Float.BYTES);
      long out = device.allocate(frames * bins * 2 * Float.BYTES);
      device.clear(in, frames * size);
      add(
          binding,
          job,
          "cuFFT, transforms alone",
          device.onDevice(warmUp, repeats, i -> cufft.execR2C(plan, in, out)),
          0);
    } finally {
      cufft.destroy(plan);
    }
  }

  private void endToEnd(
      CudaExtractor extractor,
      Arena arena,
      String binding,
      Job job,
      float[] clips,
      int[] lengths,
      float[] expected) {
    MemorySegment samples =
        arena.allocate((long) job.clips() * job.samples() * Short.BYTES, Short.BYTES);
    for (long i = 0; i < samples.byteSize() / Short.BYTES; i++) {
      float x = clips[(int) (i % clips.length)];
      samples.setAtIndex(ValueLayout.JAVA_SHORT, i, (short) (x * Job.FULL_SCALE));
    }
    Waveform in =
        Waveform.wrap(
            samples, SampleType.INT16, job.clips(), 1, job.samples(), lengths, job.sampleRate());
    Tensor out = Tensor.allocate(extractor.outputShape(in), arena);
    extractor.extract(in, out);
    float[] got = new float[expected.length];
    MemorySegment.copy(out.segment(), ValueLayout.JAVA_FLOAT, 0, got, 0, got.length);
    int calls = Math.max(1, repeats / 5);
    add(
        binding,
        job,
        "end to end, from int16",
        Device.onHost(Math.max(1, warmUp / 5), calls, i -> extractor.extract(in, out)),
        error(got, expected));
  }

  private Map<String, Object> add(
      String binding, Job job, String what, Device.Spread seconds, double error) {
    Map<String, Object> result = new LinkedHashMap<>();
    result.put("job", job.name());
    result.put("binding", binding);
    result.put("what", what);
    result.put("clips", job.clips());
    result.put("audioSeconds", job.audioSeconds());
    result.put("seconds", seconds);
    result.put("timesRealTime", job.audioSeconds() / seconds.median());
    result.put("relativeL2", error);
    results.add(result);
    System.err.printf(
        "%-13s %-5s %-23s %12.1f us  %,14.0f x real time  error %.1e%n",
        job.name(),
        binding,
        what,
        seconds.median() * 1e6,
        job.audioSeconds() / seconds.median(),
        error);
    return result;
  }

  /** Returns the bytes that a copy within device memory reads and writes in a second. */
  private double bandwidth(Device device) {
    long bytes = Math.min(1L << 30, device.properties().totalMemory() / 8);
    long from = device.allocate(bytes);
    long to = device.allocate(bytes);
    Device.Spread seconds =
        device.onDevice(
            Math.min(3, warmUp), Math.min(10, repeats), i -> device.copy(to, from, bytes));
    device.freeAll();
    return 2 * bytes / seconds.median();
  }

  private static double error(float[] got, float[] expected) {
    double difference = 0;
    double norm = 0;
    for (int i = 0; i < expected.length; i++) {
      difference += Math.pow((double) got[i] - expected[i], 2);
      norm += Math.pow(expected[i], 2);
    }
    return Math.sqrt(difference / norm);
  }

  /** Returns what nvidia-smi says of name, driver, clocks, power and temperature. */
  private static String smi() {
    String what =
        "name,driver_version,clocks.sm,clocks.mem,clocks.max.sm,power.draw,power.limit,temperature.gpu";
    try {
      Process process =
          new ProcessBuilder("nvidia-smi", "--query-gpu=" + what, "--format=csv,noheader")
              .redirectErrorStream(true)
              .start();
      return what
          + ": "
          + new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
    } catch (IOException e) {
      return "no nvidia-smi here";
    }
  }
}
