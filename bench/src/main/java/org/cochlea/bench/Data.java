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

/** What all contenders read: audio, window, filter bank, and the float64 reference's result. */
final class Data {
  static final ObjectMapper JSON =
      JsonMapper.builder().enable(SerializationFeature.INDENT_OUTPUT).build();

  private Data() {}

  /** Writes the files of some workloads and returns the results that are expected. */
  static Map<Workload, float[]> write(Path folder, List<Workload> workloads) throws IOException {
    Map<Workload, float[]> expected = new LinkedHashMap<>();
    ObjectNode jobs = JSON.createObjectNode();
    for (Workload workload : workloads) {
      ObjectNode job = JSON.valueToTree(workload);
      job.put("framesPerClip", workload.framesPerClip());
      jobs.set(workload.name(), job);
      Path to = folder.resolve(workload.name());
      Files.createDirectories(to);
      float[] audio = workload.audio();
      float[] result = expected(workload, audio);
      expected.put(workload, result);
      int clips = workload.clips();
      Npy.write(to.resolve("audio.npy"), audio, clips, workload.samples());
      Npy.write(
          to.resolve("expected.npy"), result, clips, workload.mels(), workload.framesPerClip());
      Basis mel = JTransformsLogMel.mel(workload);
      float[] rows = new float[mel.rows() * mel.columns()];
      for (int i = 0; i < rows.length; i++) {
        rows[i] = (float) mel.at(i / mel.columns(), i % mel.columns());
      }
      Npy.write(to.resolve("mel.npy"), rows, mel.rows(), mel.columns());
      double[] hann = Window.HANN.coefficients(workload.windowLength());
      float[] window = new float[hann.length];
      for (int i = 0; i < window.length; i++) {
        window[i] = (float) hann[i];
      }
      Npy.write(to.resolve("window.npy"), window, window.length);
    }
    JSON.writeValue(folder.resolve("workloads.json").toFile(), jobs);
    return expected;
  }

  /** Returns what the reference engine computes. */
  static float[] expected(Workload workload, float[] audio) {
    try (Contender reference = new EngineLogMel("reference", workload, audio, 1)) {
      reference.run();
      return reference.output();
    }
  }

  /** Returns the time, UTC, in ISO 8601 to the minute. */
  static String now() {
    return Instant.now().truncatedTo(ChronoUnit.MINUTES).toString();
  }
}
