package org.cochlea.opencl;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.aparapi.Kernel;
import com.aparapi.Range;
import com.aparapi.device.JavaDevice;
import com.aparapi.internal.model.ClassModel;
import com.aparapi.internal.writer.KernelWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.cochlea.core.Engines;
import org.cochlea.core.Extractor;
import org.cochlea.core.Tensor;
import org.cochlea.core.Waveform;
import org.cochlea.core.augment.AugmentationPlan;
import org.cochlea.core.augment.Augmentations;
import org.cochlea.core.augment.AugmentedExtractor;
import org.cochlea.core.augment.Augmenter;
import org.cochlea.core.augment.Chance;
import org.cochlea.core.augment.SpectrogramAugmentation;
import org.cochlea.core.augment.WaveAugmentation;
import org.cochlea.core.engine.EngineContract;
import org.cochlea.core.engine.EngineParity;
import org.cochlea.core.feature.Compression;
import org.cochlea.core.feature.Feature;
import org.cochlea.core.feature.LogMel;
import org.cochlea.core.feature.MelSpec;
import org.cochlea.core.feature.MelSpectrogram;
import org.cochlea.core.feature.Mfcc;
import org.cochlea.core.feature.Stft;
import org.cochlea.core.feature.StftSpec;
import org.cochlea.core.stage.Padding;
import org.cochlea.core.stage.Pipeline;
import org.cochlea.opencl.kernel.Op;
import org.cochlea.opencl.kernel.PipelineKernel;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The kernel without a device: as OpenCL text, and its logic in Java. */
class KernelTest {
  private static final int RATE = 16_000;

  private static Feature logMel(int size) {
    return new LogMel(
        new MelSpectrogram(
            RATE,
            StftSpec.centred(size, size * 2 / 5, Padding.REFLECT),
            MelSpec.slaney(20, 0, RATE / 2.0),
            2),
        Compression.Logarithm.clamped(1e-10));
  }

  private static String source() throws Exception {
    return KernelWriter.writeToString(
        ClassModel.createClassModel(PipelineKernel.class)
            .getEntrypoint("run", new PipelineKernel()));
  }

  @Test
  void theKernelIsOpenCl() throws Exception {
    String source = source();
    Matcher head =
        Pattern.compile("__kernel void run\\(([^)]*)\\)\\{", Pattern.DOTALL).matcher(source);
    assertTrue(head.find(), source);
    for (String parameter :
        List.of(
            "__local float *area",
            "__global float *input",
            "__global float *memory",
            "__global float *output",
            "__global float *tables",
            "__global int *code",
            "__global int *rows")) {
      assertTrue(head.group(1).contains(parameter), parameter);
    }
    assertFalse(source.contains("double"), "float32 alone");
    assertEquals(2, source.split("barrier\\(CLK_LOCAL_MEM_FENCE\\)", -1).length - 1);
    for (String step : List.of("gather", "butterflies", "split", "project", "overlapAdd")) {
      assertTrue(source.contains("Steps__" + step + "("), step);
    }
  }

  private static int launches(Feature feature) {
    return Planner.plan(feature.pipeline()).passes().size();
  }

  @Test
  void waveformsBecomeLogMelInFewLaunches() {
    assertEquals(1, launches(logMel(400)));
    assertEquals(1, launches(logMel(1009)), "Bluestein");
    assertEquals(1, launches(MelSpectrogram.librosa(RATE)));
    assertEquals(3, launches(LogMel.librosa(RATE)), "top_db");
    assertEquals(4, launches(Mfcc.librosa(RATE)), "top_db, then the DCT");
  }

  /** Runs a pipeline in Java as a device would; an index out of bounds is an exception here. */
  private static float[] inJava(Pipeline pipeline, Waveform in, int group, int width) {
    return inJava(Planner.plan(pipeline), in, null, group, width);
  }

  @SuppressWarnings("deprecation")
  private static float[] inJava(
      DeviceProgram program, Waveform in, @Nullable Augment augment, int group, int width) {
    Chunk chunk = new Chunk(program, width, 0, in.batch(), 1, in::length, augment);
    PipelineKernel kernel = new PipelineKernel();
    kernel.code = program.code(Math.min(width, group), width, chunk.before(), chunk.after());
    kernel.tables = program.tables().toArray();
    kernel.rows = chunk.table();
    kernel.drawn = chunk.drawn();
    kernel.input = new float[(int) chunk.floats(Op.INPUT)];
    for (int r = 0; r < in.batch(); r++) {
      float[] samples = in.toArray(r, 0);
      System.arraycopy(samples, 0, kernel.input, chunk.source(r), samples.length);
    }
    kernel.memory = new float[(int) chunk.floats(Op.MEMORY)];
    kernel.output = new float[(int) chunk.floats(Op.OUTPUT)];
    kernel.area = new float[program.area(width)];
    kernel.setExecutionModeWithoutFallback(
        group == 1 ? Kernel.EXECUTION_MODE.SEQ : Kernel.EXECUTION_MODE.JTP);
    kernel.execute(
        Range.create(group == 1 ? JavaDevice.SEQUENTIAL : JavaDevice.THREAD_POOL, group, group),
        chunk.before().size() + program.passes().size() + chunk.after().size());
    kernel.dispose();
    return kernel.output;
  }

  private static float[] reference(Pipeline pipeline, Waveform in) {
    try (Extractor extractor = Engines.named("reference").compile(pipeline)) {
      Tensor result = extractor.extract(in);
      List<float[]> clips = new ArrayList<>();
      int count = 0;
      for (int b = 0; b < in.batch(); b++) {
        clips.add(result.toArray(b));
        count += clips.getLast().length;
      }
      float[] all = new float[count];
      int at = 0;
      for (float[] clip : clips) {
        System.arraycopy(clip, 0, all, at, clip.length);
        at += clip.length;
      }
      return all;
    }
  }

  /** What other engines are tried with. */
  private abstract static class Others extends EngineParity {
    static List<Pipeline> all() {
      List<Pipeline> all = new ArrayList<>(pipelines());
      features().forEach(feature -> all.add(feature.pipeline()));
      specs().stream()
          .filter(spec -> spec.fftSize() < 512)
          .forEach(spec -> all.add(Stft.of(spec).pipeline()));
      return all;
    }

    static Waveform batch() {
      return Waveform.batch(
          List.of(
              Waveform.of(noise(1, 1501), RATE),
              Waveform.of(noise(2, 640), RATE),
              Waveform.of(noise(3, 1345), RATE)));
    }
  }

  static List<Pipeline> pipelines() {
    return Others.all();
  }

  @ParameterizedTest
  @MethodSource("pipelines")
  void theLogicIsRightInJava(Pipeline pipeline) {
    Waveform in = Others.batch();
    double error =
        EngineContract.relativeError(reference(pipeline, in), inJava(pipeline, in, 1, 4));
    assertTrue(error < 1e-5, pipeline + ": " + error);
  }

  /** More work items than frames of a tile, with barriers. */
  @ParameterizedTest
  @ValueSource(ints = {400, 180, 77, 74})
  void groupsShareTheWork(int size) {
    Waveform in = Others.batch();
    Pipeline pipeline = logMel(size).pipeline();
    double error =
        EngineContract.relativeError(reference(pipeline, in), inJava(pipeline, in, 8, 4));
    assertTrue(error < 1e-5, size + ": " + error);
  }

  /** Levels, a percentile, other clips, silence, stretched and filled features. */
  @ParameterizedTest
  @ValueSource(ints = {1, 8})
  void groupsShareAugmentation(int group) {
    SpectrogramAugmentation.Fill mean = SpectrogramAugmentation.Fill.MEAN;
    AugmentationPlan plan =
        new AugmentationPlan(
            List.of(
                WaveAugmentation.AddGaussianNoise.of(1),
                WaveAugmentation.AddBackgroundNoise.of(Augmentations.source(), 1),
                WaveAugmentation.TanhDistortion.of(1),
                WaveAugmentation.Shift.of(1),
                WaveAugmentation.Mix.of(1),
                WaveAugmentation.PeakNormalization.of(1),
                WaveAugmentation.AdjustDuration.randomCrop(0.1)),
            List.of(
                SpectrogramAugmentation.RandomResizedCrop.of(1),
                new SpectrogramAugmentation.TimeMasking(5, 1, 2, mean, Chance.ALWAYS),
                SpectrogramAugmentation.Mixup.of(1),
                SpectrogramAugmentation.RandomErasing.of(1)));
    Waveform in =
        Waveform.batch(
            List.of(
                Waveform.of(Augmentations.noise(1, 1501), Augmentations.RATE),
                Waveform.of(Augmentations.noise(2, 640), Augmentations.RATE)));
    Pipeline pipeline = MelSpectrogram.librosa(Augmentations.RATE).pipeline();
    long[] keys = {3, 4};
    float[] expected;
    try (AugmentedExtractor cpu = new AugmentedExtractor(plan, 5, pipeline, Engines.named("cpu"))) {
      expected = cpu.extract(in, keys, 1, null).toArray();
    }
    try (Augmenter augmenter = new Augmenter(plan, 5)) {
      Augment augment =
          new Augment(
              Augment.transforms(plan), 0, 7, 11, augmenter.draw(keys, 1, 1), Augmentations.RATE);
      DeviceProgram program = Planner.plan(pipeline, true, true, true);
      double error = EngineContract.relativeError(expected, inJava(program, in, augment, group, 4));
      assertTrue(error < 1e-5, "error " + error);
    }
  }
}
