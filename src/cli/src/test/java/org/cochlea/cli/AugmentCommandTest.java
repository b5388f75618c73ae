package org.cochlea.cli;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.cochlea.audio.AudioClip;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AugmentCommandTest {
  @TempDir Path folder;
  private Path in = Path.of("");
  private Path out = Path.of("");

  @BeforeEach
  void sounds() throws IOException {
    in = folder.resolve("in");
    out = folder.resolve("out");
    Sounds.tone(in.resolve("a.wav"), 16_000, 2, 0.2, 440);
    Sounds.tone(in.resolve("sub/b.au"), 8000, 1, 0.2, 1000);
    Sounds.tone(folder.resolve("noises/n.wav"), 8000, 1, 0.1, 300);
  }

  private Path plan(String text) throws IOException {
    return Files.writeString(folder.resolve("plan.json"), text);
  }

  @Test
  void copiesDifferAndAreTheSameAgain() throws IOException {
    Path plan =
        plan(
            """
            {"waveform": [
              {"type": "Gain", "min_gain_db": -20, "max_gain_db": -10, "p": 1},
              {"type": "AddBackgroundNoise", "noise": "noises", "p": 1}]}
            """);
    Run run =
        Run.of(
            "augment", in, "--plan", plan, "--out", out, "--copies", 2, "--seed", 3, "--explain");
    assertEquals(ExitCode.OK, run.code(), run.err());
    assertEquals(
        "2 files, 2 copies of each, written to %s, 0 failed".formatted(out),
        run.outLines().getLast());
    assertTrue(run.out().contains("a-1.wav: Gain [-1"), run.out());
    float[][] one = AudioClip.load(out.resolve("a-1.wav")).toChannels();
    float[][] two = AudioClip.load(out.resolve("a-2.wav")).toChannels();
    assertEquals(2, one.length);
    assertFalse(Arrays.deepEquals(one, two));
    assertEquals(8000, AudioClip.load(out.resolve("sub/b-2.wav")).sampleRate());
    Path again = folder.resolve("again");
    Run.of("augment", in, "--plan", plan, "--out", again, "--seed", 3, "--threads", 1);
    assertArrayEquals(one, AudioClip.load(again.resolve("a-1.wav")).toChannels());
    Path other = folder.resolve("other");
    Run.of("augment", in, "--plan", plan, "--out", other, "--seed", 4);
    assertFalse(Arrays.deepEquals(one, AudioClip.load(other.resolve("a-1.wav")).toChannels()));
  }

  @Test
  void whatIsWrongIsSaid() throws IOException {
    Path plan = plan("{\"waveform\": [{\"type\": \"Gian\"}]}");
    Run run = Run.of("augment", in, "--plan", plan, "--out", out);
    assertFalse(run.code() == ExitCode.OK);
    assertTrue(run.err().contains(plan + ": waveform[0]: type must be one of AddBack"), run.err());
    assertTrue(run.err().endsWith("was Gian\n"), run.err());
    Run none = Run.of("augment", in, "--plan", plan("{\"spectrogram\": []}"), "--out", out);
    assertTrue(none.err().contains("waveform is empty"), none.err());
    Run few = Run.of("augment", in, "--plan", plan("{}"), "--out", out, "--copies", 0);
    assertTrue(few.err().contains("--copies must be at least 1, was 0"), few.err());
    assertFalse(Files.exists(out));
  }

  @Test
  void inputsAreNotOverwritten() throws IOException {
    Sounds.tone(in.resolve("a-1.wav"), 16_000, 1, 0.1, 440);
    Run run =
        Run.of(
            "augment", in, "--plan", plan("{\"waveform\": [{\"type\": \"Gain\"}]}"), "--out", in);
    assertTrue(run.err().contains("would be overwritten"), run.err());
  }
}
