package org.cochlea.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.abort;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FeatureJobTest {
  @TempDir Path folder;

  @Test
  void peersInPythonComputeWhatTheyAreAskedFor() throws IOException {
    Set<String> asked = new TreeSet<>();
    for (FeatureJob job : FeatureJob.values()) {
      for (String peer : job.peers()) {
        if (Compare.PYTHON.contains(peer)) {
          asked.add(peer + " " + job.name());
        } else {
          assertTrue(Compare.NATIVE.containsKey(peer), peer);
        }
      }
    }
    Set<String> listed = new TreeSet<>();
    JsonNode list = Data.JSON.readTree(python("peers/peers.py", "--list"));
    list.properties()
        .forEach(
            peer -> peer.getValue().forEach(f -> listed.add(peer.getKey() + " " + f.asText())));
    assertEquals(asked, listed);
  }

  private static String python(String... arguments) throws IOException {
    List<String> command = new ArrayList<>(List.of("python3"));
    command.addAll(List.of(arguments));
    Process process;
    try {
      process = new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
    } catch (IOException e) {
      return abort("there is no python3 here");
    }
    return new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
  }

  @Test
  void featuresAreChosenByNameAndByPeer() {
    assertEquals(
        List.of(FeatureJob.KALDI_FBANK, FeatureJob.KALDI_MFCC),
        FeatureJob.comparable(null, Set.of("kaldi-native-fbank")));
    assertEquals(
        List.of(FeatureJob.STFT, FeatureJob.CQT),
        FeatureJob.comparable(Set.of("CQT", "STFT"), null));
    assertThrows(
        IllegalArgumentException.class,
        () -> FeatureJob.comparable(Set.of("CQT"), Set.of("scipy")));
    assertThrows(IllegalArgumentException.class, () -> FeatureJob.comparable(Set.of("X"), null));
    assertThrows(IllegalArgumentException.class, () -> FeatureJob.comparable(null, Set.of("x")));
  }

  @Test
  void peersGetTheWindowAndTheFilterBanks() throws IOException {
    Data.write(folder, List.of(FeatureJob.KALDI_MFCC, FeatureJob.STFT));
    JsonNode jobs = Data.JSON.readTree(folder.resolve("workloads.json").toFile());
    assertEquals(160, jobs.at("/KALDI_MFCC/hopLength").asInt());
    assertEquals(2, jobs.at("/KALDI_MFCC/bases").asInt());
    assertEquals(400, length("KALDI_MFCC", "window"));
    assertEquals(23 * 257, length("KALDI_MFCC", "basis0"));
    assertEquals(13 * 23, length("KALDI_MFCC", "basis1"));
    assertEquals("ZERO", jobs.at("/STFT/padding").asText());
    assertEquals(0, jobs.at("/STFT/bases").asInt());
    assertEquals(2048, length("STFT", "window"));
  }

  private int length(String job, String name) throws IOException {
    return Npy.read(folder.resolve(job).resolve(name + ".npy")).length;
  }
}
