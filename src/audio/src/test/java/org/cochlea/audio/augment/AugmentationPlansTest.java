package org.cochlea.audio.augment;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.cochlea.audio.AudioClip;
import org.cochlea.audio.AudioFormat;
import org.cochlea.audio.AudioWriter;
import org.cochlea.core.augment.Augmentation;
import org.cochlea.core.augment.AugmentationPlan;
import org.cochlea.core.augment.Chance;
import org.cochlea.core.augment.ClipSource;
import org.cochlea.core.augment.SpectrogramAugmentation;
import org.cochlea.core.augment.WaveAugmentation;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AugmentationPlansTest {
  private static final ClipSource SOURCE =
      new ClipSource() {
        @Override
        public int size() {
          return 1;
        }

        @Override
        public float[] clip(int index, int sampleRate) {
          return new float[] {1};
        }

        @Override
        public String location() {
          return "some \"noise\"";
        }
      };

  private static AugmentationPlan parse(String text) throws IOException {
    return AugmentationPlans.parse("plan", text, _ -> SOURCE);
  }

  @Test
  void whatIsLeftOutHasItsDefault() throws IOException {
    AugmentationPlan plan =
        parse(
            """
            {"waveform": [
               {"type": "Gain"},
               {"type": "SevenBandParametricEQ", "p": 1, "mode": "per_channel"},
               {"type": "OneOf", "p": 0.8, "transforms": [
                 {"type": "AddBackgroundNoise", "noise": "x", "min_snr_db": 0},
                 {"type": "SpeedPerturbation", "factors": [0.5, 2]}]},
               {"type": "TimeStretch", "leave_length_unchanged": false}],
             "spectrogram": [
               {"type": "SomeOf", "max_transforms": 1, "transforms": [
                 {"type": "TimeMasking", "time_mask_param": 7.5, "fill": "mean"},
                 {"type": "SpecMix"}]}]}
            """);
    assertEquals(
        new AugmentationPlan(
            List.of(
                WaveAugmentation.Gain.of(0.5),
                new WaveAugmentation.SevenBandParametricEq(
                    -12, 12, Chance.ALWAYS.per(Chance.Mode.PER_CHANNEL)),
                new Augmentation.OneOf(
                    0.8,
                    List.of(
                        new WaveAugmentation.AddBackgroundNoise(SOURCE, 0, 30, Chance.of(0.5)),
                        new WaveAugmentation.SpeedPerturbation(List.of(0.5, 2.0), Chance.ALWAYS))),
                new WaveAugmentation.TimeStretch(0.8, 1.25, false, 2048, Chance.of(0.5))),
            List.of(
                new Augmentation.SomeOf(
                    1,
                    1,
                    1,
                    List.of(
                        new SpectrogramAugmentation.TimeMasking(
                            7.5, 1, 1, SpectrogramAugmentation.Fill.MEAN, Chance.ALWAYS),
                        SpectrogramAugmentation.SpecMix.ebouteillon())))),
        plan);
  }

  /** Every augmentation there is, written and read again. */
  @Test
  void allAreReadAsTheyWereWritten() throws IOException {
    String waveform = all(WaveAugmentation.class.getPermittedSubclasses());
    String spectrogram = all(SpectrogramAugmentation.class.getPermittedSubclasses());
    String given =
        ", \"noise\": \"n\", \"impulse_responses\": \"i\", \"seconds\": 2,"
            + " \"time_mask_param\": 3, \"freq_mask_param\": 4, \"hop_length\": 5,"
            + " \"min_gain\": 0.5, \"max_gain\": 1.5, \"max_frequency\": 8000";
    AugmentationPlan plan =
        parse(
            "{\"waveform\": [%s], \"spectrogram\": [%s]}"
                .formatted(with(waveform, given), with(spectrogram, given)));
    assertEquals(28, plan.waveform().size());
    assertEquals(19, plan.spectrogram().size());
    assertEquals(plan, parse(AugmentationPlans.format(plan)));
  }

  private static String all(Class<?>[] types) {
    return String.join(
        ",",
        Arrays.stream(types).map(t -> "{\"type\": \"%s\"}".formatted(t.getSimpleName())).toList());
  }

  /** Adds the parameters that a type has to be given, and no others. */
  private static String with(String types, String given) {
    String text = types;
    for (String[] needed :
        new String[][] {
          {"AdjustDuration", "seconds"},
          {"AddBackgroundNoise", "noise"},
          {"ApplyImpulseResponse", "impulse_responses"},
          {"TimeMasking", "time_mask_param"},
          {"FrequencyWarp", "max_frequency"},
          {"FrequencyMasking", "freq_mask_param"},
          {"RandomAffine", "min_gain"},
        }) {
      for (String parameter : given.split(",", -1)) {
        if (parameter.contains("\"" + needed[1] + "\"")
            || (needed[1].equals("min_gain") && parameter.contains("max_gain"))) {
          text =
              text.replace(
                  "\"type\": \"" + needed[0] + "\"",
                  "\"type\": \"" + needed[0] + "\"," + parameter);
        }
      }
    }
    // Of features alone: that of waveforms has no hop.
    return types.contains("SpecMix")
        ? text.replace("\"type\": \"TimeStretch\"", "\"type\": \"TimeStretch\", \"hop_length\": 5")
        : text;
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "[]|plan: a plan must be an object, was []",
        "{\"wave\": []}|plan: a plan has no \"wave\": there are waveform, spectrogram",
        "{\"waveform\": 3}|plan: waveform must be a list, was 3",
        "{\"waveform\": [{\"type\": \"Gain\", \"gain\": 3}]}|plan: waveform[0], Gain has no \"gain\":"
            + " there are type, min_gain_db, max_gain_db, p, mode, p_mode",
        "{\"waveform\": [{\"type\": \"Gain\", \"p\": 3}]}|plan: waveform[0], Gain: p must be in"
            + " [0.0, 1.0], was 3.0",
        "{\"waveform\": [{\"type\": \"Gain\", \"min_gain_db\": 9}]}|plan: waveform[0], Gain: minGainDb"
            + " must be at most maxGainDb = 6.0, was 9.0",
        "{\"waveform\": [{\"type\": \"BitCrush\", \"min_bit_depth\": 2.5}]}|plan: waveform[0], BitCrush:"
            + " min_bit_depth must be a whole number, was 2.5",
        "{\"waveform\": [{\"type\": \"AddBackgroundNoise\"}]}|plan: waveform[0], AddBackgroundNoise:"
            + " noise must be given",
        "{\"spectrogram\": [{\"type\": \"TimeMasking\", \"time_mask_param\": 3, \"fill\": \"max\"}]}|plan:"
            + " spectrogram[0], TimeMasking: fill must be one of zero, mean, min, was max",
        "{\"waveform\": [{\"type\": \"OneOf\", \"transforms\": [{\"type\": \"Shift\", \"mode\": 1}]}]}|plan:"
            + " waveform[0], OneOf[0], Shift: mode must be one of per_example, per_channel,"
            + " per_batch, was 1",
      })
  void errorsNameThePlace(String text, String message) {
    assertEquals(message, assertThrows(IOException.class, () -> parse(text)).getMessage());
  }

  @Test
  void aBankReadsLazilyAndForgets(@TempDir Path folder) throws IOException {
    float[][] ramp = new float[2][8000];
    for (int i = 0; i < 8000; i++) {
      ramp[0][i] = i / 8000f;
      ramp[1][i] = -i / 16_000f;
    }
    AudioWriter.write(folder.resolve("b.wav"), AudioFormat.WAV_FLOAT_32, ramp, 8000);
    Files.createDirectories(folder.resolve("sub"));
    AudioWriter.write(
        folder.resolve("sub/c.wav"), AudioFormat.WAV_16, new float[][] {new float[100]}, 8000);
    ClipBank bank = ClipBank.open(folder, 0.25, 20_000);
    // Four quarters of a second, and the short one.
    assertEquals(5, bank.size());
    assertEquals(0, bank.keptBytes());
    float[] second = bank.clip(1, 8000);
    assertEquals(2000, second.length);
    assertEquals(2000 / 32_000f, second[0], 1e-6, "the mean of both channels");
    assertEquals(8000, bank.keptBytes());
    assertSame(second, bank.clip(1, 8000));
    assertEquals(2000, bank.clip(3, 8000).length);
    assertEquals(4000, bank.clip(2, 16_000).length, "resampled");
    assertTrue(bank.keptBytes() <= 20_000, "kept " + bank.keptBytes());
    assertArrayEquals(second, bank.clip(1, 8000));
    Files.delete(folder.resolve("b.wav"));
    assertThrows(UncheckedIOException.class, () -> bank.clip(0, 11_025));
    assertEquals(100, AudioClip.load(folder.resolve("sub/c.wav")).frames());
    Files.createDirectories(folder.resolve("empty"));
    assertThrows(IOException.class, () -> ClipBank.open(folder.resolve("empty")));
  }

  @Test
  void pathsAreRelativeToThePlan(@TempDir Path folder) throws IOException {
    AudioWriter.write(
        folder.resolve("n.wav"), AudioFormat.WAV_16, new float[][] {new float[100]}, 8000);
    Path plan =
        Files.writeString(
            folder.resolve("plan.json"),
            "{\"waveform\": [{\"type\": \"AddBackgroundNoise\", \"noise\": \"n.wav\"}]}");
    AugmentationPlan read = AugmentationPlans.read(plan);
    assertTrue(
        read.waveform().getFirst() instanceof WaveAugmentation.AddBackgroundNoise a
            && a.noise().size() == 1
            && a.noise().location().equals(folder.resolve("n.wav").toString()));
  }
}
