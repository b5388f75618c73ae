package org.cochlea.bench;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.cochlea.core.basis.Window;
import org.cochlea.core.stage.Basis;
import org.cochlea.core.stage.Stage;

/** What all contenders read: audio, window, filter bank, and the float64 reference's result. */
final class Data {
  static final ObjectMapper JSON =
      JsonMapper.builder().enable(SerializationFeature.INDENT_OUTPUT).build();

  private Data() {}

  /** Writes the files of some jobs and returns the results that are expected. */
  static Map<Job, float[]> write(Path folder, List<? extends Job> jobs) throws IOException {
    Map<Job, float[]> expected = new LinkedHashMap<>();
    ObjectNode described = JSON.createObjectNode();
    for (Job job : jobs) {
      Path to = folder.resolve(job.name());
      Files.createDirectories(to);
      float[] audio = job.audio();
      Npy.write(to.resolve("audio.npy"), audio, job.clips(), job.samples());
      float[] result = expected(job, audio);
      expected.put(job, result);
      if (job instanceof Workload workload) {
        ObjectNode node = JSON.valueToTree(workload);
        node.put("framesPerClip", workload.framesPerClip());
        described.set(workload.name(), node);
        int frames = workload.framesPerClip();
        Npy.write(to.resolve("expected.npy"), result, job.clips(), workload.mels(), frames);
        write(to, workload);
      } else {
        write(to, job, described.putObject(job.name()).put("sampleRate", job.sampleRate()));
      }
    }
    JSON.writeValue(folder.resolve("workloads.json").toFile(), described);
    return expected;
  }

  /** Writes what a log-mel job is made of. */
  private static void write(Path to, Workload workload) throws IOException {
    write(to.resolve("mel.npy"), ScalarLogMel.mel(workload));
    double[] hann = Window.HANN.coefficients(workload.windowLength());
    float[] window = new float[hann.length];
    for (int i = 0; i < window.length; i++) {
      window[i] = (float) hann[i];
    }
    Npy.write(to.resolve("window.npy"), window, window.length);
  }

  /** Writes how a feature's frames lie, their window, and its filter banks in their order. */
  private static void write(Path to, Job job, ObjectNode described) throws IOException {
    int bases = 0;
    for (Stage stage : job.feature().pipeline().stages()) {
      switch (stage) {
        case Stage.Frame frame ->
            described.put("hopLength", frame.hop()).put("padding", frame.padding().name());
        case Stage.Window(Basis weights) -> write(to.resolve("window.npy"), weights);
        case Stage.Project(Basis basis) ->
            write(to.resolve("basis%d.npy".formatted(bases++)), basis);
        default -> {}
      }
    }
    described.put("bases", bases);
  }

  private static void write(Path to, Basis basis) throws IOException {
    float[] rows = new float[basis.rows() * basis.columns()];
    for (int i = 0; i < rows.length; i++) {
      rows[i] = (float) basis.at(i / basis.columns(), i % basis.columns());
    }
    Npy.write(to, rows, basis.rows(), basis.columns());
  }

  /** Returns what the reference engine computes. */
  static float[] expected(Job job, float[] audio) {
    try (Contender reference = new EngineContender("reference", job, audio, 1)) {
      reference.run();
      return reference.output();
    }
  }

  /** Returns the time, UTC, in ISO 8601 to the minute. */
  static String now() {
    return Instant.now().truncatedTo(ChronoUnit.MINUTES).toString();
  }
}
