package org.cochlea.cli;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.cochlea.audio.AudioFormat;
import org.cochlea.audio.AudioWriter;
import org.cochlea.audio.file.ArrayFormat;
import org.cochlea.audio.file.ArrayReader;
import org.cochlea.audio.file.FeatureIndex;
import org.cochlea.audio.file.NdArray;
import org.cochlea.audio.file.Npy;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** {@code cochlea extract --format npz|hdf5|safetensors}: all features in one file. */
class ExtractOneFileTest {
  private static final int RATE = 8000;

  @TempDir Path folder;

  enum Format {
    NPZ,
    HDF5,
    SAFETENSORS;

    ArrayFormat array() {
      return ArrayFormat.valueOf(name());
    }
  }

  private Path in() {
    return folder.resolve("in");
  }

  private Path out() {
    return folder.resolve("out");
  }

  private Path file(Format format) {
    return out().resolve("features." + format.array().extension());
  }

  private void tone(String name, int samples) throws IOException {
    Path file = in().resolve(name);
    Files.createDirectories(file.getParent());
    float[] tone = new float[samples];
    for (int i = 0; i < samples; i++) {
      tone[i] = (float) (0.3 * Math.sin(0.05 * i * (1 + i * 1e-5)));
    }
    AudioWriter.write(file, AudioFormat.WAV_16, new float[][] {tone}, RATE);
  }

  private Run extract(Path to, Object... more) {
    List<Object> words =
        new ArrayList<>(
            List.of("extract", in(), "--out", to, "--engine", "reference", "--feature", "log-mel"));
    words.addAll(List.of("--n-fft", 256, "--hop-length", 64, "--n-mels", 8));
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

  @ParameterizedTest
  @EnumSource
  void holdsWhatTheFilesPerClipHold(Format format) throws IOException {
    // A clip and a folder of the same stem, names that are not ASCII, a clip that is read in
    // pieces.
    tone("a.wav", 3000);
    tone("a/b.wav", 4000);
    tone("ä ö/語.wav", 2000);
    tone("long.wav", 30_000);
    Path single = folder.resolve("single");
    assertEquals(ExitCode.OK, extract(single).code());
    Run run = extract(out(), "--format", format, "--long", 2);
    assertEquals(ExitCode.OK, run.code(), run.err());
    assertEquals(List.of(String.valueOf(file(format).getFileName()), "index.jsonl"), outputs());
    List<FeatureIndex.Entry> index = FeatureIndex.read(out().resolve("index.jsonl"));
    assertEquals(
        List.of("a.wav", "a/b.wav", "long.wav", "ä ö/語.wav"),
        index.stream().map(FeatureIndex.Entry::array).toList());
    try (ArrayReader reader = ArrayReader.open(file(format), format.array())) {
      assertEquals(4, reader.names().size());
      for (FeatureIndex.Entry entry : index) {
        NdArray array = reader.read(entry.array());
        NdArray expected = Npy.read(single.resolve(entry.array().replace(".wav", ".npy")));
        assertArrayEquals(expected.shape(), array.shape());
        // The reference engine rounds before the decibels' range where it reads in pieces.
        assertArrayEquals(expected.toFloats(), array.toFloats(), 1e-4f);
        assertEquals(array.checksum(), entry.checksum());
        assertEquals(RATE, entry.sampleRate());
        assertEquals(in().resolve(entry.array()).toString(), entry.audio());
        assertEquals(List.of(8, entry.frames()), entry.shape());
        assertEquals(1 + entry.samples() / 64, entry.frames());
      }
    }
  }

  @ParameterizedTest
  @EnumSource
  void aLaterRunKeepsWhatIsThereAndAddsTheRest(Format format) throws IOException {
    tone("a.wav", 3000);
    tone("c.wav", 4000);
    Files.writeString(in().resolve("b.wav"), "nonsense");
    Run first = extract(out(), "--format", format);
    assertEquals(ExitCode.FAILED, first.code());
    assertTrue(first.out().contains("2 of 3 written, 1 failed"), first.out());
    assertEquals(2, FeatureIndex.read(out().resolve("index.jsonl")).size());
    tone("b.wav", 2000);
    Run second = extract(out(), "--format", format, "--resume");
    assertEquals(ExitCode.OK, second.code(), second.err());
    assertTrue(second.out().contains("1 of 3 written, 2 there already"), second.out());
    Path fresh = folder.resolve("fresh");
    assertEquals(ExitCode.OK, extract(fresh, "--format", format).code());
    assertArrayEquals(
        Files.readAllBytes(fresh.resolve(file(format).getFileName())),
        Files.readAllBytes(file(format)));
    assertEquals(
        Files.readString(fresh.resolve("index.jsonl")),
        Files.readString(out().resolve("index.jsonl")));
    Run third = extract(out(), "--format", format, "--resume");
    assertTrue(third.out().contains("0 of 3 written, 3 there already"), third.out());
    assertEquals(List.of(String.valueOf(file(format).getFileName()), "index.jsonl"), outputs());

    byte[] damaged = Files.readAllBytes(file(format));
    // Values of the first array, or of the last: other formats have theirs in front of the names.
    damaged[format == Format.SAFETENSORS ? damaged.length - 9 : 400] ^= 1;
    Files.write(file(format), damaged);
    Run repaired = extract(out(), "--format", format, "--resume");
    assertEquals(ExitCode.OK, repaired.code(), repaired.err());
    assertFalse(repaired.out().contains("0 of 3 written"), repaired.out());
    assertArrayEquals(
        Files.readAllBytes(fresh.resolve(file(format).getFileName())),
        Files.readAllBytes(file(format)));

    Run other = extract(out(), "--format", format, "--resume", "--n-mels", 9);
    assertTrue(other.out().contains("3 of 3 written"), other.out());
    assertNotEquals(damaged.length, Files.size(file(format)));
  }

  @ParameterizedTest
  @EnumSource
  void whatAKilledRunFinishedIsNotComputedAgain(Format format) throws IOException {
    tone("a.wav", 3000);
    tone("b.wav", 4000);
    assertEquals(ExitCode.OK, extract(out(), "--format", format).code());
    byte[] expected = Files.readAllBytes(file(format));
    // As a run leaves it that is killed after its first clip, in the middle of the second.
    Path single = folder.resolve("single");
    assertEquals(ExitCode.OK, extract(single, "--format", "npy").code());
    Path parts = out().resolve("." + file(format).getFileName() + ".parts");
    Files.createDirectories(parts);
    Files.copy(single.resolve("a.npy"), parts.resolve("a.wav.npy"));
    String line = Files.readAllLines(out().resolve("index.jsonl")).getFirst();
    String array = "\"array\":\"a.wav\",";
    assertTrue(line.contains(array), line);
    String file = "\"file\":\"%s\"".formatted(file(format).getFileName());
    assertTrue(line.contains(file), line);
    String partLine = line.replace(array, "").replace(file, "\"file\":\"a.wav.npy\"");
    Files.writeString(parts.resolve("index.jsonl"), partLine + "\n" + partLine.substring(0, 30));
    Files.writeString(parts.resolve(".cochlea-0123.part"), "half of b");
    Files.writeString(out().resolve(".cochlea-4567.part"), "half of all");
    Files.delete(file(format));
    Files.delete(out().resolve("index.jsonl"));
    Run run = extract(out(), "--format", format, "--resume");
    assertEquals(ExitCode.OK, run.code(), run.err());
    assertTrue(run.out().contains("1 of 2 written, 1 there already"), run.out());
    assertArrayEquals(expected, Files.readAllBytes(file(format)));
    assertEquals(List.of(String.valueOf(file(format).getFileName()), "index.jsonl"), outputs());
  }
}
