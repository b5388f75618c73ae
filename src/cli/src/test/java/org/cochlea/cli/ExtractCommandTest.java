package org.cochlea.cli;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.cochlea.audio.AudioClip;
import org.cochlea.audio.AudioFormat;
import org.cochlea.audio.AudioWriter;
import org.cochlea.audio.file.Csv;
import org.cochlea.audio.file.FeatureIndex;
import org.cochlea.audio.file.NdArray;
import org.cochlea.audio.file.Npy;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ExtractCommandTest {
  private static final int RATE = 8000;

  @TempDir Path folder;

  private Path in() {
    return folder.resolve("in");
  }

  private Path out() {
    return folder.resolve("out");
  }

  private Path tone(String name, int samples, int channels) throws IOException {
    Path file = in().resolve(name);
    Files.createDirectories(file.getParent());
    float[][] all = new float[channels][samples];
    for (int c = 0; c < channels; c++) {
      for (int i = 0; i < samples; i++) {
        all[c][i] = (float) (0.3 / (c + 1) * Math.sin(0.05 * (c + 1) * i * (1 + i * 1e-5)));
      }
    }
    AudioWriter.write(
        file, name.endsWith(".au") ? AudioFormat.AU_16 : AudioFormat.WAV_16, all, RATE);
    return file;
  }

  private Run extract(Object... more) {
    List<Object> words =
        new ArrayList<>(List.of("extract", in(), "--out", out(), "--engine", "reference"));
    words.addAll(List.of(more));
    return Run.of(words.toArray());
  }

  private List<String> outputs() throws IOException {
    try (Stream<Path> files = Files.walk(out())) {
      return files
          .filter(Files::isRegularFile)
          .map(file -> out().relativize(file).toString())
          .sorted()
          .toList();
    }
  }

  @Test
  void mirrorsTheFoldersOfTheInput() throws IOException {
    tone("a.wav", 4000, 1);
    tone("sub/deep/b.wav", 6000, 2);
    Files.writeString(in().resolve("notes.txt"), "not audio");
    Run run = extract("--feature", "log-mel", "--n_fft=256", "--hop-length", "100", "--n-mels", 20);
    assertEquals(ExitCode.OK, run.code(), run.err());
    assertEquals(List.of("a.npy", "index.jsonl", "sub/deep/b.npy"), outputs());
    assertArrayEquals(new int[] {20, 41}, Npy.read(out().resolve("a.npy")).shape());
    assertArrayEquals(new int[] {20, 61}, Npy.read(out().resolve("sub/deep/b.npy")).shape());
    assertTrue(run.out().contains("2 of 2 written"), run.out());
    assertEquals(2, Files.readAllLines(out().resolve("index.jsonl")).size());
  }

  @Test
  void batchesDoNotChangeResults() throws IOException {
    for (int i = 0; i < 9; i++) {
      tone("t%d.wav".formatted(i), 3000 + 777 * i, 1);
    }
    assertEquals(ExitCode.OK, extract("--feature", "mfcc", "--batch", 1).code());
    List<float[]> single = values();
    assertEquals(ExitCode.OK, extract("--feature", "mfcc", "--batch", 4).code());
    List<float[]> batched = values();
    for (int i = 0; i < single.size(); i++) {
      assertArrayEquals(single.get(i), batched.get(i));
    }
  }

  private List<float[]> values() throws IOException {
    List<float[]> all = new ArrayList<>();
    for (String name : outputs()) {
      if (name.endsWith(".npy")) {
        all.add(Npy.read(out().resolve(name)).toFloats());
      }
    }
    return all;
  }

  @Test
  void longFilesInPiecesGiveTheSameFile() throws IOException {
    tone("long.wav", 90_000, 2);
    for (List<Object> feature :
        List.<List<Object>>of(
            List.of("--feature", "mel", "--n-fft", 256),
            List.of("--feature", "spectrogram", "--sr", 11_025),
            List.of("--feature", "log-mel", "--no-mono"),
            List.of("--feature", "log-mel", "--no-mono", "--normalize", "all-features"))) {
      assertEquals(ExitCode.OK, extract(feature.toArray()).code());
      NdArray whole = Npy.read(out().resolve("long.npy"));
      List<Object> pieces = new ArrayList<>(feature);
      pieces.addAll(List.of("--long", 1));
      assertEquals(ExitCode.OK, extract(pieces.toArray()).code());
      NdArray streamed = Npy.read(out().resolve("long.npy"));
      assertArrayEquals(whole.shape(), streamed.shape());
      // What comes after a stage over all frames was rounded to 32 bits in between.
      assertArrayEquals(
          whole.toFloats(), streamed.toFloats(), feature.contains("log-mel") ? 1e-4f : 0f);
    }
    assertEquals(List.of("index.jsonl", "long.npy"), outputs());
  }

  @Test
  void emptyFiltersAreWarnedOfOnce() throws IOException {
    tone("a.wav", 3000, 1);
    tone("b.wav", 3000, 2);
    Run run = extract("--feature", "mel", "--n-fft", 128, "--n-mels", 128, "--batch", 1);
    assertEquals(ExitCode.OK, run.code(), run.err());
    assertEquals(1, run.errLines().size(), run.err());
    // librosa.filters.mel(sr=8000, n_fft=128) has 29 rows of zeros.
    assertTrue(
        run.err().startsWith("cochlea: warning: at 8000 Hz 29 of 128 filters are empty"),
        run.err());
    assertEquals("", extract("--feature", "mel", "--n-fft", 256, "--n-mels", 20).err());
  }

  @Test
  void filesThatVanishAreListedAndStopNothing() throws IOException {
    tone("a.wav", 3000, 1);
    Files.createSymbolicLink(in().resolve("gone.wav"), in().resolve("nowhere.wav"));
    Files.write(in().resolve("text.mp3"), "not audio at all".getBytes(StandardCharsets.UTF_8));
    Files.createFile(in().resolve("empty.flac"));
    Run run = extract("--feature", "rms");
    assertEquals(ExitCode.FAILED, run.code());
    assertEquals(3, run.errLines().size(), run.err());
    for (String name : List.of("gone.wav", "text.mp3", "empty.flac")) {
      String start = "cochlea: " + in().resolve(name) + ": ";
      assertEquals(1, run.errLines().stream().filter(line -> line.startsWith(start)).count());
    }
    assertTrue(Files.exists(out().resolve("a.npy")));
  }

  @Test
  void anOutputBelowAFileCannotBeWritten() throws IOException {
    // Not even by root.
    Path file = tone("a.wav", 3000, 1);
    for (List<Object> command :
        List.<List<Object>>of(
            List.of("extract", in(), "--feature", "rms", "--out", file.resolve("o")),
            List.of("preprocess", in(), "--out", file.resolve("o")),
            List.of("plot", in(), "--out", file.resolve("o")),
            List.of("demo", "--out", file.resolve("o")))) {
      Run run = Run.of(command.toArray());
      assertEquals(ExitCode.FAILED, run.code(), run.err());
      assertEquals(1, run.errLines().size(), run.err());
      assertTrue(run.err().contains(file.toString()), run.err());
    }
  }

  @Test
  void channelsAndLayout() throws IOException {
    tone("st.wav", 4000, 2);
    extract("--feature", "mel", "--n-mels", 10, "--n-fft", 256, "--hop-length", 80, "--no-mono");
    NdArray bins = Npy.read(out().resolve("st.npy"));
    assertArrayEquals(new int[] {2, 10, 51}, bins.shape());
    extract(
        "--feature",
        "mel",
        "--n-mels",
        10,
        "--n-fft",
        256,
        "--hop-length",
        80,
        "--no-mono",
        "--layout",
        "frames-bins");
    NdArray frames = Npy.read(out().resolve("st.npy"));
    assertArrayEquals(new int[] {2, 51, 10}, frames.shape());
    assertEquals(bins.toFloats()[(1 * 10 + 3) * 51 + 7], frames.toFloats()[(1 * 51 + 7) * 10 + 3]);
  }

  /** Those of 16 bits reach the engine as they are, unless something is done to them before. */
  @Test
  void samplesOf16BitsGiveWhatTheSameFloatsGive() throws IOException {
    float[][] samples = {AudioClip.load(tone("short.wav", 5000, 1)).floats()};
    AudioWriter.write(in().resolve("float.wav"), AudioFormat.WAV_FLOAT_32, samples, RATE);
    for (String engine : List.of("cpu", "reference")) {
      for (int rate : new int[] {RATE, 5000}) {
        List<Object> words = List.of("extract", in(), "--out", out(), "--engine", engine);
        List<Object> feature = List.of("--feature", "log-mel", "--n-fft", 256, "--sr", rate);
        Run run = Run.of(Stream.of(words, feature).flatMap(List::stream).toArray());
        assertEquals(ExitCode.OK, run.code(), run.err());
        assertEquals(
            Npy.read(out().resolve("float.npy")).checksum(),
            Npy.read(out().resolve("short.npy")).checksum());
      }
    }
  }

  @Test
  void tablesHoldTheSameValues() throws IOException {
    tone("a.wav", 2000, 1);
    extract("--feature", "mel", "--n-mels", 4, "--n-fft", 256);
    NdArray npy = Npy.read(out().resolve("a.npy"));
    Run run = extract("--feature", "mel", "--n-mels", 4, "--n-fft", 256, "--format", "csv");
    assertEquals(ExitCode.OK, run.code(), run.err());
    assertArrayEquals(npy.shape(), Csv.read(out().resolve("a.csv")).shape());
    assertEquals(npy.checksum(), Csv.read(out().resolve("a.csv")).checksum());
  }

  @Test
  void badFilesAreListedAndStopNothing() throws IOException {
    tone("good.wav", 4000, 1);
    Files.writeString(in().resolve("bad.wav"), "RIFF nonsense");
    Files.write(in().resolve("empty.wav"), new byte[0]);
    AudioWriter.write(
        in().resolve("nan.wav"),
        AudioFormat.WAV_FLOAT_32,
        new float[][] {{0, 0.5f, Float.NaN, 0}},
        RATE);
    Run run = extract("--feature", "mel", "--n-fft", 256);
    assertEquals(ExitCode.FAILED, run.code());
    assertEquals(List.of("failures.txt", "good.npy", "index.jsonl"), outputs());
    List<String> listed = Files.readAllLines(out().resolve("failures.txt"));
    assertEquals(3, listed.size());
    for (String name : List.of("bad.wav", "empty.wav", "nan.wav")) {
      String path = in().resolve(name).toString();
      assertEquals(1, listed.stream().filter(line -> line.startsWith(path + ": ")).count());
      assertTrue(run.err().contains(path), run.err());
    }
    assertTrue(run.out().contains("1 of 4 written, 3 failed"), run.out());
    for (String name : List.of("bad.wav", "empty.wav", "nan.wav")) {
      Files.delete(in().resolve(name));
    }
    assertEquals(ExitCode.OK, extract("--feature", "mel", "--n-fft", 256).code());
    assertFalse(Files.exists(out().resolve("failures.txt")));
  }

  @Test
  void aClipThatIsTooShortForTheFeatureSpoilsNoOther() throws IOException {
    tone("long.wav", 9000, 1);
    tone("short.wav", 1000, 1);
    tone("other.wav", 9100, 1);
    Run run = extract("--feature", "mfcc", "--n-fft", 512, "--deltas", 1);
    assertEquals(ExitCode.FAILED, run.code());
    assertEquals(List.of("failures.txt", "index.jsonl", "long.npy", "other.npy"), outputs());
    assertTrue(Files.readString(out().resolve("failures.txt")).contains("short.wav"));
  }

  @Test
  void resumeSkipsWhatIsCompleteAndUnchanged() throws IOException {
    tone("a.wav", 4000, 1);
    tone("b.wav", 4000, 1);
    tone("c.wav", 4000, 1);
    assertEquals(ExitCode.OK, extract("--feature", "mel", "--n-fft", 256).code());
    byte[] expected = Files.readAllBytes(out().resolve("a.npy"));
    Files.write(out().resolve("a.npy"), new byte[expected.length]);
    Files.setLastModifiedTime(in().resolve("b.wav"), FileTime.fromMillis(1_000_000_000_000L));
    Run run = extract("--feature", "mel", "--n-fft", 256, "--resume");
    assertEquals(ExitCode.OK, run.code(), run.err());
    assertTrue(run.out().contains("2 of 3 written, 1 there already"), run.out());
    assertArrayEquals(expected, Files.readAllBytes(out().resolve("a.npy")));
    Run other = extract("--feature", "mel", "--n-fft", 512, "--resume");
    assertTrue(other.out().contains("3 of 3 written"), other.out());
    Run again = extract("--feature", "mel", "--n-fft", 512, "--resume");
    assertTrue(again.out().contains("0 of 3 written, 3 there already"), again.out());
  }

  @Test
  void outputsOfOneNameKeepTheirExtensions() throws IOException {
    tone("a.wav", 3000, 1);
    tone("a.au", 3000, 1);
    tone("b.wav", 3000, 1);
    assertEquals(ExitCode.OK, extract("--feature", "rms").code());
    assertEquals(List.of("a.au.npy", "a.wav.npy", "b.npy", "index.jsonl"), outputs());
  }

  @Test
  void oddFoldersAreSurvived() throws IOException {
    tone("folder.wav/语 a.wav", 3000, 1);
    tone("b.wav", 3000, 1);
    Files.createSymbolicLink(in().resolve("folder.wav/round"), in());
    Files.createSymbolicLink(in().resolve("gone.wav"), folder.resolve("nowhere.wav"));
    Run run = extract("--feature", "rms");
    assertEquals(ExitCode.FAILED, run.code());
    assertEquals(
        List.of("cochlea: " + in().resolve("gone.wav") + ": no such file or folder"),
        run.errLines());
    assertEquals(List.of("b.npy", "failures.txt", "folder.wav/语 a.npy", "index.jsonl"), outputs());
  }

  @Test
  void noNumberTakesTheNameOfAnotherFile() throws IOException {
    tone("a.wav", 16_000, 1);
    tone("a-1.wav", 4000, 1);
    Files.writeString(
        in().resolve("list.csv"),
        "path,offset,label\na.wav,0,x\na.wav,1,\na-1.wav,,y\na-1.wav,,z\n");
    Run run =
        Run.of(
            "extract",
            in() + "/list.csv",
            "--feature",
            "rms",
            "--out",
            out(),
            "--engine",
            "reference");
    assertEquals(ExitCode.OK, run.code(), run.err());
    assertEquals(List.of("a-1.npy", "a-2.npy", "a-3.npy", "index.jsonl"), outputs());
    List<FeatureIndex.Entry> index = FeatureIndex.read(out().resolve("index.jsonl"));
    assertEquals(
        List.of(List.of("x"), List.of(), List.of("y", "z")),
        index.stream().map(FeatureIndex.Entry::labels).toList());
  }

  @Test
  void listsNameFilesAndStretches() throws IOException {
    tone("x/a.wav", 16_000, 1);
    tone("x/b.wav", 16_000, 1);
    Files.writeString(
        in().resolve("list.csv"),
        "path,offset,duration\nx/a.wav,0.5,0.25\nx/a.wav,1,\nx/b.wav,,\n");
    Run run =
        Run.of(
            "extract",
            in().resolve("list.csv"),
            "--feature",
            "rms",
            "--out",
            out(),
            "--engine",
            "reference",
            "--hop-length",
            "100");
    assertEquals(ExitCode.OK, run.code(), run.err());
    assertEquals(List.of("index.jsonl", "x/a-1.npy", "x/a-2.npy", "x/b.npy"), outputs());
    assertArrayEquals(new int[] {1, 21}, Npy.read(out().resolve("x/a-1.npy")).shape());
    Files.writeString(
        in().resolve("list.jsonl"), "{\"audio_filepath\": \"x/b.wav\", \"text\": 1}\n");
    Run lines =
        Run.of(
            "extract",
            in().resolve("list.jsonl"),
            "--feature",
            "rms",
            "--out",
            out(),
            "--engine",
            "reference");
    assertEquals(ExitCode.OK, lines.code(), lines.err());
  }

  @Test
  void patterns() throws IOException {
    tone("x/a.wav", 3000, 1);
    tone("y/b.wav", 3000, 1);
    Run run =
        Run.of(
            "extract",
            in() + "/**/a.wav",
            "--feature",
            "zcr",
            "--out",
            out(),
            "--engine",
            "reference");
    assertEquals(ExitCode.OK, run.code(), run.err());
    assertEquals(List.of("index.jsonl", "x/a.npy"), outputs());
  }

  @Test
  void presetsAreExtractedWithTheirPatches() throws IOException {
    tone("a.wav", 20_000, 1);
    Run run = extract("--preset", "yamnet");
    assertEquals(ExitCode.OK, run.code(), run.err());
    assertEquals(3, Npy.read(out().resolve("a.npy")).shape().length);
    assertTrue(Run.of("extract", "--preset", "list").out().contains("whisper-80"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "--feature mell | --feature must be one of",
        "--feature stft --n-mels 3 | --n-mels does not apply to --feature stft",
        "--feature mel --hop-length 0 | --hop-length must be at least 1, was 0",
        "--feature mel --hop-length 2147483647 | --hop-length must be in [1, 67108864], was 2147483647",
        "--feature mel --hop-length 99999999999 | --hop-length must be at most 2147483647, was 99999999999",
        "--feature mel --fmax 90000 | --fmax must be at most half the sample rate, 4000.0 Hz, was 90000.0",
        "--feature mel --fmax 4001 --sr 8000 | --fmax must be at most half the sample rate",
        "--feature mel --fmin 300 --fmax 200 | --fmax must be above --fmin = 300.0 and finite, was 200.0",
        "--feature mel --n-mels 0 | --n-mels must be at least 1, was 0",
        "--feature gammatone --n-bins 0 | --n-bins must be at least 1, was 0",
        "--feature linear --n-filter 0 | --n-filter must be at least 1, was 0",
        "--feature mel --power NaN | --power must be above 0 and finite, was NaN",
        "--feature mel --window kaiser | --window \"kaiser\" needs a number",
        "--feature mel --htk --mel-scale slaney | --htk cannot be combined with --mel-scale",
        "--feature mel --no-center --center | --no-center cannot be combined with --center",
        "--feature mel --delta-width 5 | --delta-width does not apply to --feature mel",
        "--feature mel --deltas 1 --delta-width 4 | --delta-width must be odd and at least 3, was 4",
        "--feature log-mel --ref 0 | --ref must be above 0 or max, was 0.0",
        "--feature pcen --pcen-power -1 | --pcen-power must be at least 0, was -1.0",
        "--feature rms --frame-length 1e99 | --frame-length must be a whole number of samples",
        "--feature kaldi-fbank --energy-floor -1 | --energy-floor must be at least 0",
        "--feature kaldi-fbank --frame-length 1e9 | --frame-length in samples must be in [2, 67108864]",
        "--feature kaldi-fbank --waveform-scale 0 | --waveform-scale must be above 0",
        "--feature psf-mfcc --frame-shift 0 | --frame-shift must be above 0",
        "--feature mel --sr 0 | --sr must be at least 1 Hz, was 0",
        "--feature mel --engine nix | --engine must be one of",
        "--feature mel --device first | --device must be auto",
        "--feature mel --cuda-binding jni | --cuda-binding must be ffm or jcuda, was jni",
        "--feature mel --win-length 4096 | --win-length must be in [1, 2048], was 4096",
        "--feature mel --window hamn | --window must be one of",
        "--feature mel --pad-mode mirrored | --pad-mode must be one of",
        "--feature mel --format tar | --format must be one of",
        "--feature mel --layout upside-down | --layout must be one of",
        "--feature mel --batch 0 | --batch must be at least 1, was 0",
        "--feature mel --offset -1 | --offset must be at least 0 s, was -1",
        "--feature mel --threads 0 | --threads must be at least 1, was 0",
        "--feature mel --preset yamnet | --preset cannot be combined with --feature",
        "--preset yamnett | --preset yamnett: there is no such preset",
        "--preset yamnet --n-fft 3 | --preset cannot be combined with --n-fft",
        "--defaults scipy --feature mel | --defaults must be one of librosa",
        "--n-fft 512 | --feature or --preset is needed",
        "--feature mel --n-fft many | --n-fft must be a whole number, was many",
        "--feature mel --n-ftt 512 | unknown option --n-ftt; did you mean --n-fft"
      })
  void wrongOptionsAreNamedInOneLine(String options, String message) throws IOException {
    tone("a.wav", 3000, 1);
    List<Object> words = new ArrayList<>(List.of("extract", in(), "--out", out()));
    words.addAll(List.of(options.strip().split(" ", -1)));
    Run run = Run.of(words.toArray());
    assertEquals(ExitCode.USAGE, run.code(), run.out());
    assertEquals(1, run.errLines().size(), run.err());
    assertTrue(run.err().startsWith("cochlea: " + message), run.err());
    assertFalse(Files.exists(out()), "nothing is begun");
  }

  @Test
  void aBandMayEndAboveHalfOfAUsualRate() throws IOException {
    AudioWriter.write(
        Files.createDirectories(in()).resolve("bats.wav"),
        AudioFormat.WAV_16,
        new float[1][9000],
        250_000);
    assertEquals(ExitCode.OK, extract("--feature", "mel", "--fmax", 90_000).code());
  }

  @Test
  void whatIsWrongForTheRateOfAFileFailsThatFile() throws IOException {
    tone("a.wav", 3000, 1);
    AudioWriter.write(in().resolve("fast.wav"), AudioFormat.WAV_16, new float[1][9000], 48_000);
    Run run = extract("--feature", "mel", "--fmax", 16_000);
    assertEquals(ExitCode.FAILED, run.code());
    assertEquals(
        List.of(
            "cochlea: "
                + in().resolve("a.wav")
                + ": --fmax must be at most half the sample rate, 4000.0 Hz, was 16000.0"),
        run.errLines());
    assertTrue(Files.exists(out().resolve("fast.npy")));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "["})
  void inputsThatCannotBeMeantAreWrongArguments(String name) {
    Run run = Run.of("extract", name, "--feature", "mel", "--out", out());
    assertEquals(ExitCode.USAGE, run.code());
    assertEquals(1, run.errLines().size(), run.err());
  }

  @Test
  void wrongInputsAreNamedInOneLine() throws IOException {
    Files.createDirectories(in());
    assertEquals(
        List.of("cochlea: " + in() + ": no audio files in this folder"),
        extract("--feature", "mel").errLines());
    Run missing = Run.of("extract", in() + "/x.wav", "--feature", "mel", "--out", out());
    assertEquals(
        List.of("cochlea: " + in() + "/x.wav: no such file or folder"), missing.errLines());
    Run nothing = Run.of("extract", "--feature", "mel", "--out", out());
    assertTrue(nothing.err().startsWith("cochlea: IN is needed"), nothing.err());
    Run nowhere = Run.of("extract", in(), "--feature", "mel");
    assertTrue(nowhere.err().startsWith("cochlea: --out is needed"), nowhere.err());
  }

  @Test
  void anOutputFolderThatCannotBeWrittenIsNamed() throws IOException {
    tone("a.wav", 3000, 1);
    Files.createFile(out());
    Run run = extract("--feature", "mel");
    assertEquals(ExitCode.FAILED, run.code());
    assertEquals(1, run.errLines().size(), run.err());
    assertTrue(run.err().contains(out().toString()), run.err());
    assumeFalse(System.getProperty("user.name").equals("root"), "root may write anywhere");
  }
}
