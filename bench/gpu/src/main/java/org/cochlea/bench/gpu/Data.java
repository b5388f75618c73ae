package org.cochlea.bench.gpu;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.cochlea.audio.file.NdArray;
import org.cochlea.audio.file.Npy;
import org.cochlea.core.Engine;
import org.cochlea.core.Engines;
import org.cochlea.core.Extractor;
import org.cochlea.core.SampleType;
import org.cochlea.core.Tensor;
import org.cochlea.core.Waveform;
import org.cochlea.core.basis.Dct;
import org.cochlea.core.basis.FilterBanks;
import org.cochlea.core.basis.MelScale;
import org.cochlea.core.basis.Window;
import org.cochlea.core.feature.Mfcc;
import org.cochlea.core.stage.Basis;

/** What peers.py reads: the clips, the window, the matrices, what float64 makes of the clips. */
final class Data {
  private Data() {}

  /** Returns what the float64 engine makes of clips that lie one after the other. */
  static float[] expected(Job job, float[] audio) {
    int clips = audio.length / job.samples();
    int[] lengths = new int[clips];
    Arrays.fill(lengths, job.samples());
    try (Engine engine = Engines.named("reference");
        Extractor extractor = engine.compile(job.feature().pipeline())) {
      Tensor out =
          extractor.extract(
              Waveform.wrap(
                  MemorySegment.ofArray(audio),
                  SampleType.FLOAT32,
                  clips,
                  1,
                  job.samples(),
                  lengths,
                  job.sampleRate()));
      return out.toArray();
    }
  }

  static void write(Path folder, List<Job> jobs, Map<Job, float[]> expected) throws IOException {
    Map<String, Object> all = new LinkedHashMap<>();
    for (Job job : jobs) {
      Path to = folder.resolve(job.name());
      Files.createDirectories(to);
      float[] audio = job.audio();
      float[] result = expected.get(job);
      Npy.write(
          to.resolve("audio.npy"), NdArray.of(audio, audio.length / job.samples(), job.samples()));
      Npy.write(to.resolve("expected.npy"), NdArray.of(result, result.length));
      double[] hann = Window.HANN.coefficients(job.stft().windowLength());
      float[] window = new float[hann.length];
      for (int i = 0; i < window.length; i++) {
        window[i] = (float) hann[i];
      }
      Npy.write(to.resolve("window.npy"), NdArray.of(window, window.length));
      if (job.mels() > 0) {
        write(
            to.resolve("mel.npy"),
            FilterBanks.mel(
                job.sampleRate(),
                job.stft().fftSize(),
                job.mels(),
                0,
                job.sampleRate() / 2.0,
                MelScale.SLANEY,
                FilterBanks.Norm.SLANEY,
                FilterBanks.Axis.HZ));
      }
      if (job.feature() instanceof Mfcc mfcc) {
        write(
            to.resolve("dct.npy"),
            Dct.matrix(
                mfcc.dct().coefficients(), job.mels(), mfcc.dct().type(), mfcc.dct().norm()));
      }
      Map<String, Object> entry = new LinkedHashMap<>();
      entry.put("kind", job.kind());
      entry.put("clips", job.clips());
      entry.put("samples", job.samples());
      entry.put("sampleRate", job.sampleRate());
      entry.put("fftSize", job.stft().fftSize());
      entry.put("windowLength", job.stft().windowLength());
      entry.put("hopLength", job.stft().hopLength());
      entry.put("mels", job.mels());
      all.put(job.name(), entry);
    }
    Json.write(folder.resolve("jobs.json"), all);
  }

  private static void write(Path file, Basis basis) throws IOException {
    float[] values = new float[basis.rows() * basis.columns()];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) basis.at(i / basis.columns(), i % basis.columns());
    }
    Npy.write(file, NdArray.of(values, basis.rows(), basis.columns()));
  }
}
