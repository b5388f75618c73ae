package org.cochlea.core.engine.cpu;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.cochlea.core.Shape;
import org.cochlea.core.Tensor;
import org.cochlea.core.Waveform;
import org.cochlea.core.basis.Window;
import org.cochlea.core.feature.Compression;
import org.cochlea.core.feature.ConstantQ;
import org.cochlea.core.feature.CqtSpec;
import org.cochlea.core.feature.HarmonicPercussiveSpectrogram;
import org.cochlea.core.feature.InverseStft;
import org.cochlea.core.feature.KaldiFbank;
import org.cochlea.core.feature.LogMel;
import org.cochlea.core.feature.MelSpectrogram;
import org.cochlea.core.feature.Mfcc;
import org.cochlea.core.feature.NemoLogMel;
import org.cochlea.core.feature.Normalized;
import org.cochlea.core.feature.OnsetEnvelope;
import org.cochlea.core.feature.Rms;
import org.cochlea.core.feature.SpectralDescriptor;
import org.cochlea.core.feature.Stft;
import org.cochlea.core.feature.StftSpec;
import org.cochlea.core.feature.WhisperLogMel;
import org.cochlea.core.feature.WithDeltas;
import org.cochlea.core.feature.YinPitch;
import org.cochlea.core.stage.Basis;
import org.cochlea.core.stage.HarmonicPercussive.Part;
import org.cochlea.core.stage.Padding;
import org.cochlea.core.stage.Pipeline;
import org.cochlea.core.stage.Stage;
import org.cochlea.core.stage.Tempogram;
import org.cochlea.core.testing.Allocated;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** A call into a given tensor allocates nothing, on any thread. */
class AllocationTest {
  private static final int RATE = 16_000;

  /** Rounds until one allocates nothing: by then classes are loaded and memory has grown. */
  private static final int ROUNDS = 50;

  private static final int CALLS = 10;

  /** The vector kernels make objects until the last compiler has seen them. */
  private static final long WARM_UP_NANOS = 120_000_000_000L;

  static Stream<Map.Entry<String, Pipeline>> pipelines() {
    StftSpec spec = StftSpec.centred(400, 160, Padding.REFLECT);
    MelSpectrogram mel = MelSpectrogram.librosa(RATE);
    CqtSpec octaves = CqtSpec.librosa().withBins(440, 36, 12);
    Rms power = Rms.librosa();
    Stage tempogram = new Tempogram(Basis.row(Window.HANN.coefficients(20)), true, 2);
    Stage sliding = new Stage.SlidingNormalize(60, 20, true, true);
    return Stream.of(
        Map.entry("log-mel", LogMel.librosa(RATE).pipeline()),
        Map.entry(
            "MFCC and deltas",
            new WithDeltas(Mfcc.librosa(RATE), 9, 2, Stage.Delta.Edge.NEAREST).pipeline()),
        Map.entry("PCEN", new LogMel(mel, Compression.Pcen.librosa(RATE, 512)).pipeline()),
        Map.entry("dB with a range", new LogMel(mel, Compression.Decibels.ofPower()).pipeline()),
        Map.entry("CMVN", Normalized.cmvn(Mfcc.librosa(RATE)).pipeline()),
        Map.entry("sliding CMVN", Mfcc.librosa(RATE).pipeline().then(sliding)),
        Map.entry("Whisper", new WhisperLogMel(80, WhisperLogMel.Length.THIRTY_SECONDS).pipeline()),
        Map.entry("NeMo", NemoLogMel.of(NemoLogMel.Revision.ZERO_PADDED).pipeline()),
        Map.entry("Kaldi fbank", KaldiFbank.kaldi(RATE).pipeline()),
        Map.entry("CQT", ConstantQ.librosa(RATE).withSpec(octaves).pipeline()),
        Map.entry("onset strength", OnsetEnvelope.librosa(RATE).pipeline()),
        Map.entry("spectral contrast", SpectralDescriptor.contrast(RATE).pipeline()),
        Map.entry("spectral flatness", SpectralDescriptor.flatness(RATE).pipeline()),
        Map.entry("harmonic part", HarmonicPercussiveSpectrogram.librosa(Part.HARMONIC).pipeline()),
        Map.entry("YIN", YinPitch.librosa(RATE, 65, 2000).pipeline()),
        Map.entry("tempogram", power.pipeline().then(tempogram)),
        Map.entry("STFT", Stft.of(spec).pipeline()),
        Map.entry("inverse STFT", new InverseStft(spec, 12_345).pipeline()));
  }

  private static Waveform clips() {
    return Waveform.batch(
        List.of(
            Waveform.of(Tiles.noise(1, 12_345), RATE), Waveform.of(Tiles.noise(2, 7001), RATE)));
  }

  private static Runnable call(CpuExtractor extractor) {
    Pipeline pipeline = extractor.pipeline();
    if (pipeline.input().isSignal()) {
      Waveform in = clips();
      Tensor out = Tensor.allocate(extractor.outputShape(in));
      return () -> extractor.extract(in, out);
    }
    Tensor in = Tensor.allocate(new Shape(2, 1, pipeline.input().bins(), 78, true));
    Tensor out = Tensor.allocate(extractor.outputShape(in));
    return () -> extractor.extract(in, out);
  }

  @ParameterizedTest
  @MethodSource("pipelines")
  void plainKernels(Map.Entry<String, Pipeline> pipeline) {
    try (CpuExtractor extractor = new CpuExtractor(pipeline.getValue(), 2)) {
      Runnable call = call(extractor);
      long least = Long.MAX_VALUE;
      for (int round = 0; round < ROUNDS && least > 0; round++) {
        least = Math.min(least, Allocated.by(CALLS, call));
      }
      assertEquals(0, least, pipeline.getKey() + ": bytes in %d calls".formatted(CALLS));
    }
  }

  @Test
  void vectorKernels() {
    doNotAllocate(Lanes.vectorKernels());
  }

  @Test
  void nativeKernels() {
    assumeTrue(Lanes.NATIVE, () -> NativeLanes.problem(Lanes.COUNT));
    doNotAllocate(NativeLanes.kernels());
  }

  private static void doNotAllocate(TileKernels kernels) {
    try (CpuExtractor extractor = new CpuExtractor(LogMel.librosa(RATE).pipeline(), 2)) {
      extractor.use(kernels);
      Runnable call = call(extractor);
      long start = System.nanoTime();
      long least = Long.MAX_VALUE;
      while (least > 0 && System.nanoTime() - start < WARM_UP_NANOS) {
        least = Math.min(least, Allocated.by(CALLS, call));
      }
      assertEquals(0, least, "bytes in %d calls".formatted(CALLS));
    }
  }
}
