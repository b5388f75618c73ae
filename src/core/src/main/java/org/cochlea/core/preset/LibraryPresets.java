package org.cochlea.core.preset;

import java.util.List;
import java.util.function.Supplier;
import org.cochlea.core.feature.Feature;
import org.cochlea.core.feature.Gammatonegram;
import org.cochlea.core.feature.Lfcc;
import org.cochlea.core.feature.LogMel;
import org.cochlea.core.feature.MelSpectrogram;
import org.cochlea.core.feature.Mfcc;
import org.cochlea.core.feature.Spectrogram;
import org.cochlea.core.feature.StftSpec;
import org.cochlea.core.preset.Presets.Entry;
import org.cochlea.core.signal.SincKernel;

/** What the libraries compute when nothing else is asked of them. */
final class LibraryPresets {
  private static final int LIBROSA_RATE = 22_050;
  private static final int TORCHAUDIO_RATE = 16_000;

  private LibraryPresets() {}

  static List<Entry> entries() {
    return List.of(
        librosa(
            "librosa-spectrogram",
            "abs(librosa.stft(y)) ** 2",
            () -> new Spectrogram(LIBROSA_RATE, StftSpec.librosa(), 2)),
        librosa(
            "librosa-mel",
            "librosa.feature.melspectrogram",
            () -> MelSpectrogram.librosa(LIBROSA_RATE)),
        librosa(
            "librosa-log-mel",
            "librosa.power_to_db of librosa.feature.melspectrogram",
            () -> LogMel.librosa(LIBROSA_RATE)),
        librosa("librosa-mfcc", "librosa.feature.mfcc", () -> Mfcc.librosa(LIBROSA_RATE)),
        nnAudio(
            "nnaudio-spectrogram",
            "nnAudio.features.STFT, magnitude",
            () -> new Spectrogram(LIBROSA_RATE, StftSpec.nnAudio(), 1)),
        nnAudio(
            "nnaudio-mel",
            "nnAudio.features.MelSpectrogram",
            () -> MelSpectrogram.nnAudio(LIBROSA_RATE)),
        nnAudio("nnaudio-mfcc", "nnAudio.features.MFCC", () -> Mfcc.nnAudio(LIBROSA_RATE)),
        nnAudio(
            "nnaudio-gammatone",
            "nnAudio.features.Gammatonegram",
            () -> Gammatonegram.nnAudio(LIBROSA_RATE)),
        torchaudio(
            "torchaudio-spectrogram",
            "torchaudio.transforms.Spectrogram",
            () -> new Spectrogram(TORCHAUDIO_RATE, StftSpec.torchaudio(), 2)),
        torchaudio(
            "torchaudio-mel",
            "torchaudio.transforms.MelSpectrogram",
            () -> MelSpectrogram.torchaudio(TORCHAUDIO_RATE)),
        torchaudio(
            "torchaudio-log-mel",
            "torchaudio.transforms.AmplitudeToDB of MelSpectrogram",
            () -> LogMel.torchaudio(TORCHAUDIO_RATE)),
        torchaudio(
            "torchaudio-mfcc",
            "torchaudio.transforms.MFCC",
            () -> Mfcc.torchaudio(TORCHAUDIO_RATE)),
        torchaudio(
            "torchaudio-lfcc",
            "torchaudio.transforms.LFCC",
            () -> Lfcc.torchaudio(TORCHAUDIO_RATE)));
  }

  private static Entry librosa(String name, String description, Supplier<Feature> feature) {
    return new Entry(
        name,
        () ->
            Preset.of(name, description, LIBROSA_RATE, feature.get())
                .withSources("librosa 0.11, https://github.com/librosa/librosa")
                .withNotes(
                    "librosa pads with zeros since 0.10; before, the signal was reflected at its ends, which"
                        + " is what systems of 2018 to 2021 computed."));
  }

  private static Entry nnAudio(String name, String description, Supplier<Feature> feature) {
    return new Entry(
        name,
        () ->
            Preset.of(name, description, LIBROSA_RATE, feature.get())
                .withSources("nnAudio 0.3.3, https://github.com/KinWaiCheuk/nnAudio"));
  }

  private static Entry torchaudio(String name, String description, Supplier<Feature> feature) {
    return new Entry(
        name,
        () ->
            Preset.of(name, description, TORCHAUDIO_RATE, feature.get())
                .withResampling(SincKernel.torchaudio())
                .withChannels(Channels.EACH)
                .withSources("torchaudio 0.13.1, https://github.com/pytorch/audio"));
  }
}
