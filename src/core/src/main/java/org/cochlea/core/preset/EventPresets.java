package org.cochlea.core.preset;

import java.util.ArrayList;
import java.util.List;
import org.cochlea.core.basis.FilterBanks;
import org.cochlea.core.basis.MelScale;
import org.cochlea.core.feature.Compressed;
import org.cochlea.core.feature.Compression;
import org.cochlea.core.feature.Custom;
import org.cochlea.core.feature.Feature;
import org.cochlea.core.feature.Fitted;
import org.cochlea.core.feature.LogMel;
import org.cochlea.core.feature.MelSpec;
import org.cochlea.core.feature.MelSpectrogram;
import org.cochlea.core.feature.Normalized;
import org.cochlea.core.feature.Quantized;
import org.cochlea.core.feature.Spectrogram;
import org.cochlea.core.feature.StftSpec;
import org.cochlea.core.feature.TensorFlowLogMel;
import org.cochlea.core.preset.Presets.Entry;
import org.cochlea.core.signal.Patches;
import org.cochlea.core.signal.Silence;
import org.cochlea.core.signal.SincKernel;
import org.cochlea.core.stage.LengthRule;
import org.cochlea.core.stage.Padding;
import org.cochlea.core.stage.Pipeline;
import org.cochlea.core.stage.Scope;
import org.cochlea.core.stage.Stage;
import org.cochlea.core.stage.Stage.Normalize.Offset;
import org.cochlea.core.stage.Stage.Normalize.Spread;

/** Front-ends of sound event taggers: AudioSet, FSD50K, ESC-50, UrbanSound8K, bird calls. */
final class EventPresets {
  private static final Compression.Decibels DB = Compression.Decibels.ofPower();
  private static final Compression.Decibels UNLIMITED = DB.withRange(Double.POSITIVE_INFINITY);

  private static final String GREY =
      "The source standardises before it scales to 0 ... 255, which cancels out, and feeds the picture"
          + " to three identical channels. An engine in float32 gives the neighbouring grey value for"
          + " about one value in 90000, where a value lies on the edge of two.";
  private static final String OLD_LIBROSA =
      "librosa of its time reflects the signal at its ends and resamples with resampy's kaiser_best.";
  private static final String OLD_TRIM =
      "librosa of its time reflects the signal at its ends when it looks for silence, too; here there"
          + " are zeros, as since 0.10, and the trimmed length may differ by a frame.";

  private EventPresets() {}

  static List<Entry> entries() {
    return List.of(
        new Entry("yamnet", EventPresets::yamnet),
        new Entry("vggish", EventPresets::vggish),
        new Entry("fsd-fed", EventPresets::fsdFed),
        new Entry("fsd-fed-log", EventPresets::fsdFedLog),
        new Entry("fsd50k-pytorch-mel", EventPresets::fsd50kMel),
        new Entry("fsd50k-pytorch-spectrogram", EventPresets::fsd50kSpectrogram),
        new Entry("hts-at", EventPresets::htsAt),
        new Entry("hts-at-esc50", EventPresets::htsAtEsc50),
        new Entry("hts-at-scv2", EventPresets::htsAtSpeechCommands),
        new Entry("specmix", EventPresets::specMix),
        new Entry("daisuke-44", EventPresets::daisuke44),
        new Entry("daisuke-16", EventPresets::daisuke16),
        new Entry("birdclef", EventPresets::birdClef),
        new Entry(
            "pons-log10",
            () ->
                pons(
                    "pons-log10",
                    "log10(x + 2.2e-16)",
                    new Compression.Logarithm(10, Stage.Log.Floor.ADD, 0x1p-52))),
        new Entry(
            "pons-log10-scaled",
            () ->
                pons(
                    "pons-log10-scaled",
                    "log10(10000 x + 1)",
                    new Compression.ScaledLogarithm(10, 10_000, 1))),
        new Entry(
            "pons-learnable",
            () ->
                pons(
                    "pons-learnable",
                    "ln(exp(a) x + ln(1 + exp(b))), a and b trained from 7 and 1",
                    new Compression.ScaledLogarithm(
                        Math.E, Math.exp(7), Math.log1p(Math.exp(1))))));
  }

  private static Preset yamnet() {
    return Preset.of(
            "yamnet",
            "YAMNet's patches of 0.96 s, half overlapping",
            16_000,
            new Fitted(TensorFlowLogMel.yamnet(), new LengthRule.Steps(15_600, 7_680)))
        .withPatches(Patches.yamnet())
        .withSources(
            "https://github.com/tensorflow/models, research/audioset/yamnet/features.py",
            "https://arxiv.org/abs/1609.09430")
        .withNotes(
            "Magnitudes, not powers, and triangles straight in mel: librosa's filters do not fit.",
            "Time is first in the source: 96 frames of 64 bins.");
  }

  private static Preset vggish() {
    return Preset.of(
            "vggish",
            "VGGish's examples of 0.96 s, without overlap",
            16_000,
            TensorFlowLogMel.vggish())
        .withResampling(SincKernel.kaiserBest())
        .withPatches(Patches.vggish())
        .withSources(
            "https://github.com/tensorflow/models, research/audioset/vggish",
            "https://arxiv.org/abs/1609.09430")
        .withNotes(
            "Magnitudes, not powers, and triangles straight in mel: librosa's filters do not fit.",
            "Time is first in the source: 96 frames of 64 bins. A clip below 0.975 s gives none;"
                + " Pons et al. repeat it to 1 s first.",
            "The PCA, clipping and quantisation of AudioSet's embeddings come after the model.");
  }

  private static MelSpectrogram fsdMel(StftSpec stft) {
    return new MelSpectrogram(22_050, stft, MelSpec.htk(96, 0, 11_025), 2);
  }

  private static Preset fsdFed() {
    return Preset.of(
            "fsd-fed",
            "FSD50K, federated: segments of 101 frames of 96 mel bins, linear as its code saves them",
            22_050,
            fsdMel(StftSpec.centred(660, 220, Padding.REFLECT)))
        .withResampling(SincKernel.torchaudio())
        .withPatches(Patches.fsdFed())
        .withSources("https://github.com/marc1701/fsd_fed", "https://arxiv.org/abs/2010.00475")
        .withNotes(
            "The code saves powers although the paper speaks of log mel: fsd-fed-log takes the"
                + " logarithm.");
  }

  private static Preset fsdFedLog() {
    return fsdFed()
        .withName(
            "fsd-fed-log",
            "FSD50K as the paper says: segments of 101 frames of 96 log mel bins in dB")
        .withFeature(new LogMel(fsdMel(StftSpec.centred(660, 220, Padding.REFLECT)), UNLIMITED))
        .withNotes(
            "The paper does not say which logarithm: decibels with a floor of 1e-10, as torchaudio's"
                + " AmplitudeToDB, were chosen.",
            "fsd-fed is what the code saves.");
  }

  private static final String FSD_CENTRE =
      "The source adds 75 dB and then subtracts the mean of all values, which cancels the 75.";

  private static Preset fsd50kMel() {
    return Preset.of(
            "fsd50k-pytorch-mel",
            "FSD50K in PyTorch: chunks of 1 s, 96 mel bins in dB less their mean",
            22_050,
            centred(
                new LogMel(
                    fsdMel(StftSpec.centred(1920, 220, Padding.REFLECT).withWindowLength(661)),
                    DB)))
        .withChunks(Patches.fsd50kPytorch(22_050))
        .withSources(
            "https://github.com/SarthakYadav/fsd50k-pytorch, src/data/audio_parser.py",
            "https://arxiv.org/abs/2010.00475")
        .withNotes(FSD_CENTRE, "The source writes its chunks as 16-bit files in between.");
  }

  private static Preset fsd50kSpectrogram() {
    Feature spectrogram = new Spectrogram(22_050, StftSpec.centred(441, 220, Padding.REFLECT), 1);
    return fsd50kMel()
        .withName(
            "fsd50k-pytorch-spectrogram",
            "FSD50K in PyTorch: chunks of 1 s, magnitudes in dB less their mean")
        .withFeature(
            centred(new Compressed(spectrogram, Compression.Decibels.ofAmplitude().withRange(150))))
        .withNotes(
            FSD_CENTRE,
            "The parser's own defaults are a transform of 511 and a hop of 255; the experiments'"
                + " configuration has 441 and 220.");
  }

  private static Feature centred(Feature of) {
    return new Normalized(of, new Stage.Normalize(Scope.ITEM, Offset.MEAN, Spread.NONE, 0));
  }

  private static final String HTS_AT_MODEL =
      "The model begins with batch normalisation per bin, stretches 1001 frames to 1024 (bicubic, corners"
          + " aligned) and folds them into a picture of 256 x 256.";

  private static LogMel htsAtMel() {
    return new LogMel(
        new MelSpectrogram(
            32_000,
            StftSpec.centred(1024, 320, Padding.REFLECT),
            MelSpec.slaney(64, 50, 14_000),
            2),
        UNLIMITED);
  }

  private static Preset htsAt() {
    return Preset.of(
            "hts-at",
            "HTS-AT on AudioSet: 10 s, 64 mel bins in dB, 1001 frames",
            32_000,
            htsAtMel())
        .withChunks(Patches.padOrTrim(320_000))
        .withSources(
            "https://github.com/RetroCirce/HTS-Audio-Transformer",
            "https://arxiv.org/abs/2202.00874")
        .withNotes(HTS_AT_MODEL, "Samples pass through 16 bits in the source.");
  }

  private static Preset htsAtEsc50() {
    return htsAt()
        .withName("hts-at-esc50", "HTS-AT on ESC-50: clips of 5 s stand twice, 1001 frames")
        .withChunks(Patches.repeatPad(320_000).andThen(Patches.padOrTrim(320_000)));
  }

  private static Preset htsAtSpeechCommands() {
    // The band ends above half the sample rate, so the record for mel spectrograms refuses it.
    List<Stage> stages = new ArrayList<>();
    stages.addAll(
        new Spectrogram(16_000, StftSpec.centred(1024, 160, Padding.REFLECT), 2)
            .pipeline()
            .stages());
    stages.add(
        new Stage.Project(
            FilterBanks.mel(
                16_000,
                1024,
                64,
                50,
                14_000,
                MelScale.SLANEY,
                FilterBanks.Norm.SLANEY,
                FilterBanks.Axis.HZ)));
    stages.addAll(UNLIMITED.stages());
    Feature feature =
        new Custom("HTS-AT's log mel at 16 kHz", Pipeline.of(16_000, stages.toArray(Stage[]::new)));
    return htsAt()
        .withName("hts-at-scv2", "HTS-AT on Speech Commands: words repeated to 10 s, 1001 frames")
        .withFeature(16_000, feature)
        .withChunks(Patches.repeatPad(160_000).andThen(Patches.padOrTrim(160_000)))
        .withNotes(
            HTS_AT_MODEL,
            "The configuration keeps an upper edge of 14 kHz at this sample rate: the filters above 8"
                + " kHz are empty and give -100 dB.");
  }

  private static LogMel librosaMel(
      int rate, int fftSize, int hop, int bins, double low, double high) {
    return new LogMel(
        new MelSpectrogram(
            rate,
            StftSpec.centred(fftSize, hop, Padding.REFLECT),
            MelSpec.slaney(bins, low, high),
            2),
        DB);
  }

  private static Preset specMix() {
    return Preset.of(
            "specmix",
            "SpecMix, Freesound audio tagging 2019: 128 mel bins in dB as grey pictures",
            44_100,
            new Quantized(librosaMel(44_100, 2560, 694, 128, 20, 22_050), 255))
        .withResampling(SincKernel.kaiserBest())
        .withPreparation(new Preparation.Trim(Silence.DEFAULT))
        .withChunks(Patches.centrePad(88_200))
        .withPatches(Patches.sliding(128, 48))
        .withSources("https://github.com/ebouteillon/freesound-audio-tagging-2019")
        .withNotes(
            "The text gives a hop of 347; the code, and this, has 694 = 347 x 2.",
            "Training crops 128 frames at random; at test time windows at most 48 frames apart are"
                + " averaged. Here whole windows stand every 48 frames.",
            GREY,
            OLD_LIBROSA,
            OLD_TRIM);
  }

  private static Stage daisukeScale() {
    return new Stage.Normalize(Scope.ITEM, Offset.MIN, Spread.PEAK, 1);
  }

  private static Preset daisuke44() {
    return Preset.of(
            "daisuke-44",
            "daisukelab's classifier at 44.1 kHz: 1 s, 128 mel bins in dB, 128 frames",
            44_100,
            librosaMel(44_100, 2560, 347, 128, 20, 22_050))
        .withResampling(SincKernel.kaiserBest())
        .withPreparation(new Preparation.Trim(Silence.DEFAULT))
        .withChunks(Patches.centrePad(44_100))
        .withPatches(Patches.sliding(128, 128), daisukeScale())
        .withSources("https://github.com/daisukelab/ml-sound-classifier, common.py")
        .withNotes(
            "Patches follow each other as in its predictor; its training takes evenly spaced ones or"
                + " splits with an overlap of 10 % (Patches.evenlySpaced, splitLong).",
            "Every patch is scaled by itself, the decibels' limit is that of the whole clip.",
            OLD_LIBROSA,
            OLD_TRIM);
  }

  private static Preset daisuke16() {
    return daisuke44()
        .withName(
            "daisuke-16",
            "daisukelab's classifier at 16 kHz: 1 s, 64 mel bins in dB, 64 frames, 5 per clip")
        .withFeature(16_000, librosaMel(16_000, 1280, 253, 64, 20, 8_000))
        .withChunks(Patches.centrePad(16_000))
        .withPatches(Patches.evenlySpaced(64, 5), daisukeScale())
        .withNotes(
            "Five evenly spaced patches per clip, as its training data; a clip of 1 s gives the same"
                + " one five times.",
            "Every patch is scaled by itself, the decibels' limit is that of the whole clip.",
            OLD_LIBROSA,
            OLD_TRIM);
  }

  private static Preset birdClef() {
    return Preset.of(
            "birdclef",
            "Bird calls (Conde et al.): 5 s, 128 mel bins in dB as grey pictures, 201 frames",
            32_000,
            new Quantized(librosaMel(32_000, 3200, 800, 128, 0, 16_000), 255))
        .withResampling(SincKernel.kaiserFast())
        .withChunks(Patches.sliding(160_000, 160_000))
        .withSources("https://arxiv.org/abs/2107.04878")
        .withNotes(
            "Inference: pieces of 5 s, 201 frames. Training takes 7 s, 281 frames.",
            "The paper gives augmentation probabilities of 0.4 to 0.7, the code 0.5 and 0.7.",
            GREY,
            "librosa of its time reflects the signal at its ends.");
  }

  private static Preset pons(String name, String formula, Compression log) {
    return Preset.of(
            name,
            "Training with few audio data (Pons et al.): 128 mel bins, " + formula,
            44_100,
            new LogMel(
                new MelSpectrogram(
                    44_100,
                    StftSpec.centred(1024, 1024, Padding.REFLECT),
                    MelSpec.slaney(128, 0, 22_050),
                    2),
                log))
        .withResampling(SincKernel.kaiserBest())
        .withPatches(Patches.pons(42))
        .withSources(
            "https://github.com/jordipons/neural-classifiers-with-few-audio",
            "https://arxiv.org/abs/1810.10274")
        .withNotes(
            "Patches stand every 42 frames (about 1 s), as for its prototypes; its supervised models"
                + " are evaluated at every frame, its transfer and training patches are random.",
            "Time is first in the source.",
            OLD_LIBROSA);
  }
}
