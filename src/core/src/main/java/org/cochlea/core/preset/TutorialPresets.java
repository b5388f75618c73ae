package org.cochlea.core.preset;

import java.util.List;
import org.cochlea.core.basis.Window;
import org.cochlea.core.feature.Compressed;
import org.cochlea.core.feature.Compression;
import org.cochlea.core.feature.DctSpec;
import org.cochlea.core.feature.FayekFbank;
import org.cochlea.core.feature.FayekMfcc;
import org.cochlea.core.feature.Feature;
import org.cochlea.core.feature.LogMel;
import org.cochlea.core.feature.MelSpec;
import org.cochlea.core.feature.MelSpectrogram;
import org.cochlea.core.feature.Mfcc;
import org.cochlea.core.feature.Normalized;
import org.cochlea.core.feature.PsfLogFbank;
import org.cochlea.core.feature.PsfMfcc;
import org.cochlea.core.feature.PsfSpec;
import org.cochlea.core.feature.Spectrogram;
import org.cochlea.core.feature.StftSpec;
import org.cochlea.core.feature.TensorFlowLogMel;
import org.cochlea.core.preset.Preparation.EnvelopeMask;
import org.cochlea.core.preset.Preparation.EnvelopeMask.Statistic;
import org.cochlea.core.preset.Presets.Entry;
import org.cochlea.core.signal.Butterworth;
import org.cochlea.core.signal.Patches;
import org.cochlea.core.signal.Silence;
import org.cochlea.core.signal.SincKernel;
import org.cochlea.core.stage.Padding;
import org.cochlea.core.stage.Scope;
import org.cochlea.core.stage.Stage;
import org.cochlea.core.stage.Stage.Normalize.Offset;
import org.cochlea.core.stage.Stage.Normalize.Spread;

/** Front-ends of tutorials and course projects. */
final class TutorialPresets {
  private TutorialPresets() {}

  static List<Entry> entries() {
    return List.of(
        new Entry(
            "fayek-fbank",
            () ->
                fayek("fayek-fbank", "filter banks in dB less their means", FayekFbank.of(8_000))),
        new Entry(
            "fayek-mfcc",
            () ->
                fayek(
                    "fayek-mfcc",
                    "12 cepstral coefficients less their means",
                    FayekMfcc.of(8_000))),
        new Entry(
            "instruments-eda-logfbank",
            () ->
                instruments(
                    "instruments-eda-logfbank",
                    "26 log filter banks of the first second",
                    new PsfLogFbank(instrumentsEda()))),
        new Entry(
            "instruments-eda-mfcc",
            () ->
                instruments(
                    "instruments-eda-mfcc",
                    "13 cepstral coefficients of the first second",
                    PsfMfcc.of(44_100).withSpec(instrumentsEda()))),
        new Entry("instruments-train", TutorialPresets::instrumentsTrain),
        new Entry("seth-mel", TutorialPresets::seth),
        new Entry("doshi-urbansound8k", TutorialPresets::doshi),
        new Entry("guide-spectrogram", TutorialPresets::guideSpectrogram),
        new Entry("guide-mel", TutorialPresets::guideMel),
        new Entry("guide-mfcc", TutorialPresets::guideMfcc),
        new Entry("log-magnitude", TutorialPresets::logMagnitude));
  }

  private static Preset fayek(String name, String what, Feature feature) {
    return Preset.of(name, "Fayek's tutorial on speech features: " + what, 8_000, feature)
        .withSources(
            "https://haythamfayek.com/2016/04/21/speech-processing-for-machine-learning.html")
        .withNotes(
            "Samples are 16-bit integers there: within ±1 they are multiplied by 32768 first.",
            "One frame fewer than python_speech_features.");
  }

  private static PsfSpec instrumentsEda() {
    return PsfSpec.of(44_100).withFftSize(1103).withWaveformScale(1);
  }

  private static final String INSTRUMENTS =
      "https://github.com/pvsnp9/audio_classification_using_deep_learning";

  private static Preset instruments(String name, String what, Feature feature) {
    return Preset.of(name, "Instrument classification, exploration: " + what, 44_100, feature)
        .withResampling(SincKernel.kaiserBest())
        .withPreparation(new EnvelopeMask(10, 0.0005, Statistic.MEAN), new Preparation.Head(1))
        .withSources(INSTRUMENTS + ", eda.py")
        .withNotes(
            "Frames of 1102.5 samples are rounded up to 1103, which is the size of the transform, 552"
                + " bins. With a size of 512, as the project's text has it, frames are cut to less"
                + " than half.",
            "The project's text speaks of inputs of 13 x 99 and 26 x 512; it trains on 9 x 13"
                + " (instruments-train).",
            "Samples are floats within ±1 here, not 16-bit integers.");
  }

  private static Preset instrumentsTrain() {
    return Preset.of(
            "instruments-train",
            "Instrument classification, training: 13 cepstral coefficients of 0.1 s, 9 frames",
            16_000,
            PsfMfcc.of(16_000).withSpec(PsfSpec.ofMfcc(16_000).withWaveformScale(1)))
        .withResampling(SincKernel.kaiserBest())
        .withPreparation(new EnvelopeMask(10, 0.0005, Statistic.MEAN))
        .withChunks(Patches.sliding(1_600, 1_600))
        .withSources(INSTRUMENTS + ", model.py, predict.py")
        .withNotes(
            "Training draws the 0.1 s at random; prediction, and this, takes them one after the"
                + " other.",
            "The project then scales all values by the least and the greatest of its whole training"
                + " set: that belongs to the data set, not to the clip.",
            "Time is first in the source.");
  }

  private static Preset seth() {
    TensorFlowLogMel feature =
        new TensorFlowLogMel(
            16_000,
            400,
            160,
            512,
            Window.HANN,
            true,
            MelSpec.slaney(128, 0, 8_000),
            1,
            new Compression.Decibels(10, 1, 1e-5, 80, Scope.ITEM),
            32_768);
    return Preset.of(
            "seth-mel",
            "seth814's audio classification with kapre: 1 s, 128 mel bins in dB, 100 frames",
            16_000,
            feature)
        .withResampling(SincKernel.kaiserBest())
        .withPreparation(new EnvelopeMask(20, 20 / 32768.0, Statistic.MAX))
        .withChunks(new Patches.PadToHops(16_000, 1).andThen(Patches.sliding(16_000, 16_000)))
        .withSources(
            "https://github.com/seth814/Audio-Classification, clean.py, models.py",
            "https://github.com/keunwoochoi/kapre 0.3")
        .withNotes(
            "kapre takes 10 log10 of a magnitude, half the decibels.",
            "The samples are 16-bit integers: within ±1 they are multiplied by 32768 first. Between"
                + " the steps the source rounds them to integers.",
            "The source halves the second channel only, x0 + x1 / 2; here it is the mean.",
            "The model begins with a layer normalisation over frequency, which is trained.");
  }

  private static Preset doshi() {
    LogMel mel =
        new LogMel(
            new MelSpectrogram(
                44_100,
                StftSpec.centred(1024, 512, Padding.REFLECT),
                MelSpec.htk(64, 0, 22_050),
                2),
            Compression.Decibels.ofPower());
    return Preset.of(
            "doshi-urbansound8k",
            "Doshi's gentle guide on UrbanSound8K: 4 s in stereo, 64 mel bins in dB, 344 frames",
            44_100,
            new Normalized(
                mel,
                new Stage.Normalize(Scope.BATCH, Offset.MEAN, Spread.SAMPLE_STANDARD_DEVIATION, 0)))
        .withResampling(SincKernel.torchaudio())
        .withChannels(Channels.STEREO)
        .withChunks(Patches.randomLead(176_000, 0))
        .withSources(
            "https://towardsdatascience.com/audio-deep-learning-made-simple-sound-classification-"
                + "step-by-step-cebc936bbe5")
        .withNotes(
            "4 s are 176000 samples, not 176400: the code divides by 1000 before it multiplies.",
            "Mean and deviation are those of the whole batch, in training and in inference: what a"
                + " clip becomes depends on the others.",
            "A short clip is preceded by a random number of zeros; here the number follows from a"
                + " seed.");
  }

  private static Preset guide(String name, String what, Feature feature) {
    return Preset.of(name, "A preprocessing guide's default chain: " + what, 16_000, feature)
        .withPreparation(
            new Preparation.Trim(Silence.DEFAULT),
            new Preparation.ZeroPhase(6, new Butterworth.Lowpass(4_000)),
            new Preparation.PeakNormalize())
        .withSources("librosa 0.11, scipy.signal")
        .withNotes(
            "librosa's current defaults: zeros beyond the ends of the signal.",
            "The spectrograms' decibels are relative to the clip's maximum, the MFCC's to 1.");
  }

  private static Preset guideSpectrogram() {
    return guide(
        "guide-spectrogram",
        "amplitudes in dB below the maximum",
        new Compressed(
            new Spectrogram(16_000, StftSpec.librosa(), 1),
            Compression.Decibels.ofAmplitude().withReference(0)));
  }

  private static Preset guideMel() {
    return guide(
        "guide-mel",
        "128 mel bins in dB below the maximum",
        new LogMel(
            MelSpectrogram.librosa(16_000), Compression.Decibels.ofPower().withReference(0)));
  }

  private static Preset guideMfcc() {
    return guide(
        "guide-mfcc",
        "13 cepstral coefficients",
        new Mfcc(
            MelSpectrogram.librosa(16_000), Compression.Decibels.ofPower(), DctSpec.ortho(13)));
  }

  private static Preset logMagnitude() {
    return Preset.of(
            "log-magnitude",
            "A spectrogram tutorial's ln(abs(stft) + 1e-4)",
            0,
            new Compressed(
                new Spectrogram(0, StftSpec.librosa().withPadding(Padding.REFLECT), 1),
                Compression.Logarithm.offset(1e-4)))
        .withSources("librosa.stft")
        .withNotes(
            "Made with a librosa that reflected the signal at its ends; the version is not given.",
            "No magnitude can exceed the sum of the window, 1024, for samples within ±1.");
  }
}
