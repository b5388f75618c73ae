package org.cochlea.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.cochlea.audio.AudioClip;
import org.cochlea.audio.Encoding;
import org.cochlea.core.signal.Level;
import org.cochlea.core.signal.Loudness;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PreprocessCommandTest {
  @TempDir Path folder;
  private Path in = Path.of("");
  private Path out = Path.of("");

  @BeforeEach
  void sounds() throws IOException {
    in = folder.resolve("in");
    out = folder.resolve("out");
    Sounds.tone(in.resolve("a.wav"), 16_000, 2, 0.5, 440);
    Sounds.tone(in.resolve("sub/b.au"), 22_050, 1, 0.5, 3000);
  }

  @Test
  void theTreeIsMirroredMonoAndResampled() throws IOException {
    Run run = Run.of("preprocess", in, "--out", out, "--mono", "--resample", 8000);
    assertEquals(ExitCode.OK, run.code(), run.err());
    assertTrue(run.out().startsWith("2 files written"), run.out());
    AudioClip a = AudioClip.load(out.resolve("a.wav"));
    assertEquals(1, a.channels());
    assertEquals(8000, a.sampleRate());
    assertEquals(1.5, a.duration(), 1e-3);
    AudioClip b = AudioClip.load(out.resolve("sub/b.wav"));
    assertEquals(8000, b.sampleRate());
    assertEquals(0.5, Level.peak(b.floats()), 0.02, "the tone is below half the new rate");
    assertEquals(2, AudioClip.load(in.resolve("a.wav")).channels(), "inputs stay as they are");
  }

  @Test
  void silenceIsTrimmedAndLevelsAreReached() throws IOException {
    Run run =
        Run.of(
            "preprocess", in, "--out", out, "--trim", "--peak", "-6", "--format", "wav_float_32");
    assertEquals(ExitCode.OK, run.code(), run.err());
    AudioClip a = AudioClip.load(out.resolve("a.wav"));
    assertEquals(Encoding.FLOAT_32, a.info().encoding());
    // Frames of 2048 samples that touch the tone remain.
    assertEquals(0.5, a.duration(), 2.0 * 2048 / 16_000);
    assertEquals(Math.pow(10, -6 / 20.0), Level.peak(a.floats()), 1e-6);

    assertEquals(ExitCode.OK, Run.of("preprocess", in, "--out", out, "--rms", "-20").code());
    assertEquals(-20, Level.rmsDbfs(AudioClip.load(out.resolve("sub/b.wav")).floats()), 0.01);

    assertEquals(ExitCode.OK, Run.of("preprocess", in, "--out", out, "--lufs", "-23").code());
    AudioClip loud = AudioClip.load(out.resolve("a.wav"));
    assertEquals(-23, Loudness.measure(loud.toChannels(), loud.sampleRate()), 0.05);
  }

  @ParameterizedTest
  @CsvSource({
    "--lowpass 1000, 440, 0",
    "--highpass 1000, 3000, 0",
    "--bandpass 300-1000, 440, 0",
    "--lowpass 1000 --zero-phase, 440, 0",
    "--bandpass 800-1200 --order 6, 0, 1"
  })
  void filtersPassTheirBand(String options, double passed, int none) throws IOException {
    Run run = Run.of((Object[]) ("preprocess " + in + " --out " + out + " " + options).split(" "));
    assertEquals(ExitCode.OK, run.code(), run.err());
    float[] low = AudioClip.load(out.resolve("a.wav")).toChannels()[0];
    float[] high = AudioClip.load(out.resolve("sub/b.wav")).floats();
    double rms = 0.5 / Math.sqrt(2) / Math.sqrt(3);
    assertEquals(passed == 440 ? rms : 0, Level.rms(low), 0.02);
    assertEquals(passed == 3000 ? rms : 0, Level.rms(high), 0.02);
    assertTrue(none == 0 || Level.rms(low) < 0.02);
  }

  @Test
  void filesThatFailAreListedAndStopNothing() throws IOException {
    Files.writeString(in.resolve("bad.wav"), "no sound");
    Run run = Run.of("preprocess", in, "--out", out);
    assertEquals(ExitCode.FAILED, run.code());
    assertEquals(1, run.errLines().size(), run.err());
    assertTrue(run.err().contains("bad.wav"), run.err());
    assertTrue(run.out().startsWith("2 files written"), run.out());
    assertFalse(Files.exists(out.resolve("bad.wav")));
  }

  @Test
  void resumeLeavesWhatIsThere() throws IOException {
    assertEquals(ExitCode.OK, Run.of("preprocess", in, "--out", out).code());
    Files.writeString(out.resolve("a.wav"), "mark");
    Run run = Run.of("preprocess", in, "--out", out, "--resume");
    assertTrue(run.out().contains("2 skipped"), run.out());
    assertEquals("mark", Files.readString(out.resolve("a.wav")));
  }

  @Test
  void samplesThatAreCutOffAreCounted() {
    Run run = Run.of("preprocess", in, "--out", out, "--rms", "0");
    assertEquals(ExitCode.OK, run.code(), run.err());
    assertTrue(run.err().contains("beyond full scale"), run.err());
  }

  @ParameterizedTest
  @CsvSource({
    "--resample 0, '--resample must be in [1, 100000000] Hz, was 0'",
    "--resample many, '--resample must be a whole number, was many'",
    "--resample 99999999999, '--resample must be at most 2147483647, was 99999999999'",
    "--lowpass 9000 --resample 8000, '--lowpass must be below half the sample rate, 4,000 Hz'",
    "--lowpass -5, '--lowpass must be above 0 Hz and finite, was -5'",
    "--bandpass 3000, --bandpass must be LOW-HIGH",
    "--bandpass 3000-200, --bandpass must be LOW-HIGH",
    "--order 0 --lowpass 100, '--order must be in [1, 50], was 0'",
    "--zero-phase, '--zero-phase needs --lowpass, --highpass or --bandpass'",
    "--trim loud, '--trim must be a number, was loud'",
    "--pre-emphasis 2, '--pre-emphasis must be in [0, 1], was 2.0'",
    "--peak 3, --peak must be at most 0",
    "--lufs 3, --lufs must be at most 0",
    "--peak -1 --rms -20, mutually exclusive",
    "--format mp7, --format must be one of wav_8",
    "--threads 0, '--threads must be at least 1, was 0'",
  })
  void wrongOptionsAreOneLine(String options, String message) {
    Run run = Run.of((Object[]) ("preprocess " + in + " --out " + out + " " + options).split(" "));
    assertEquals(ExitCode.USAGE, run.code(), run.err());
    assertEquals(1, run.errLines().size(), run.err());
    assertTrue(run.err().contains(message), run.err());
    assertFalse(Files.exists(out), "nothing is begun");
  }

  @Test
  void whatIsWrongForTheRateOfAFileFailsThatFile() throws IOException {
    Sounds.tone(in.resolve("slow.wav"), 4_000, 1, 0.5, 440);
    Run run = Run.of("preprocess", in, "--out", out, "--lowpass", 3000);
    assertEquals(ExitCode.FAILED, run.code());
    assertEquals(
        "cochlea: "
            + in.resolve("slow.wav")
            + ": --lowpass must be below half the sample rate, 2,000 Hz, was 3,000",
        run.err().strip());
    assertTrue(run.out().startsWith("2 files written"), run.out());
  }

  @Test
  void inputsAreNeverOverwritten() {
    Run run = Run.of("preprocess", in, "--out", in);
    assertEquals(ExitCode.USAGE, run.code());
    assertTrue(run.err().contains("--out must be another folder"), run.err());
    assertEquals(ExitCode.USAGE, Run.of("preprocess", in).code());
  }
}
