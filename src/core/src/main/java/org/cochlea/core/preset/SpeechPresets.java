package org.cochlea.core.preset;

import java.util.List;
import org.cochlea.core.feature.Compression;
import org.cochlea.core.feature.Feature;
import org.cochlea.core.feature.KaldiFbank;
import org.cochlea.core.feature.KaldiFrames;
import org.cochlea.core.feature.KaldiMel;
import org.cochlea.core.feature.KaldiMfcc;
import org.cochlea.core.feature.LogMel;
import org.cochlea.core.feature.MelSpec;
import org.cochlea.core.feature.MelSpectrogram;
import org.cochlea.core.feature.NemoLogMel;
import org.cochlea.core.feature.NormalizedWaveform;
import org.cochlea.core.feature.PsfLogFbank;
import org.cochlea.core.feature.PsfMfcc;
import org.cochlea.core.feature.StftSpec;
import org.cochlea.core.feature.TensorFlowLogMel;
import org.cochlea.core.feature.WhisperLogMel;
import org.cochlea.core.feature.WithRegressionDeltas;
import org.cochlea.core.preset.Presets.Entry;
import org.cochlea.core.signal.Patches;
import org.cochlea.core.stage.Padding;

/** Front-ends of speech recognisers, of keyword spotters and of speech toolkits. */
final class SpeechPresets {
  private static final int RATE = 16_000;

  private SpeechPresets() {}

  static List<Entry> entries() {
    return List.of(
        new Entry("whisper-80", () -> whisper(80, "-80", "all models but large-v3")),
        new Entry("whisper-128", () -> whisper(128, "-128", "large-v3 and turbo")),
        new Entry("whisper-80-file", () -> whisperFile(80, "-80")),
        new Entry("whisper-128-file", () -> whisperFile(128, "-128")),
        new Entry("nemo-1", () -> nemo("nemo-1", "NeMo 1.x", NemoLogMel.Revision.REFLECTED)),
        new Entry("nemo-2", () -> nemo("nemo-2", "NeMo 2.x", NemoLogMel.Revision.ZERO_PADDED)),
        new Entry("wav2vec2", () -> wav2vec2("wav2vec2", "wav2vec 2.0")),
        new Entry("hubert-large", () -> wav2vec2("hubert-large", "HuBERT large")),
        new Entry("hubert-mfcc", SpeechPresets::hubertLabels),
        new Entry("kaldi-fbank-23", () -> kaldiFbank("kaldi-fbank-23", 23, "Kaldi's default")),
        new Entry(
            "kaldi-fbank-80", () -> kaldiFbank("kaldi-fbank-80", 80, "usual with neural networks")),
        new Entry("kaldi-mfcc", SpeechPresets::kaldiMfcc),
        new Entry("psf-logfbank", () -> psf("psf-logfbank", "logfbank", PsfLogFbank.of(RATE))),
        new Entry("psf-mfcc", () -> psf("psf-mfcc", "mfcc", PsfMfcc.of(RATE))),
        new Entry("kws-nnaudio", SpeechPresets::keywords),
        new Entry("lea-nonverbal", SpeechPresets::nonverbal));
  }

  private static Preset whisper(int bins, String suffix, String models) {
    return Preset.of(
            "whisper" + suffix,
            "Input of Whisper's encoder, 30 seconds, %d bins: %s".formatted(bins, models),
            RATE,
            new WhisperLogMel(bins, WhisperLogMel.Length.THIRTY_SECONDS))
        .withSources(
            "https://github.com/openai/whisper, whisper/audio.py",
            "https://arxiv.org/abs/2212.04356")
        .withNotes(
            "The limit of 8 below the maximum is taken of these 30 seconds; transcribe() takes that"
                + " of the whole file (whisper%s-file).".formatted(suffix));
  }

  private static Preset whisperFile(int bins, String suffix) {
    return Preset.of(
            "whisper" + suffix + "-file",
            "Whisper's transcribe(): a whole file, windows of 30 seconds, %d bins".formatted(bins),
            RATE,
            new WhisperLogMel(bins, WhisperLogMel.Length.WHOLE))
        .withPatches(
            Patches.padToMultiple(WhisperLogMel.FRAMES)
                .andThen(Patches.sliding(WhisperLogMel.FRAMES, WhisperLogMel.FRAMES)))
        .withSources(
            "https://github.com/openai/whisper, whisper/transcribe.py",
            "https://arxiv.org/abs/2212.04356")
        .withNotes(
            "The limit of 8 below the maximum is taken of the whole file.",
            "transcribe() begins each window where the text of the last one ended; the windows here"
                + " follow each other without overlap.");
  }

  private static Preset nemo(String name, String which, NemoLogMel.Revision revision) {
    return Preset.of(
            name,
            which + "'s AudioToMelSpectrogramPreprocessor with its defaults",
            RATE,
            NemoLogMel.of(revision))
        .withSources(
            "https://github.com/NVIDIA/NeMo, nemo/collections/asr/parts/preprocessing/features.py")
        .withNotes(
            "The two revisions differ in the padding of the signal (reflected, zeros) and in the"
                + " number of valid frames (samples / hop + 1, samples / hop); filters and logarithm"
                + " are the same.",
            "Dither of 1e-5 is added in training only.");
  }

  private static Preset wav2vec2(String name, String model) {
    return Preset.of(
            name,
            "Input of %s: the waveform at mean 0 and variance 1".formatted(model),
            RATE,
            new NormalizedWaveform(RATE, 1e-5))
        .withSources(
            "https://github.com/facebookresearch/fairseq",
            "https://github.com/huggingface/transformers, Wav2Vec2FeatureExtractor",
            "https://arxiv.org/abs/2006.11477")
        .withNotes(
            "fairseq's layer_norm has an epsilon of 1e-5, transformers of 1e-7.",
            "HuBERT base (ls960) takes the waveform as it is; only the large models (ll60k)"
                + " normalise.");
  }

  private static Preset hubertLabels() {
    KaldiMfcc mfcc =
        KaldiMfcc.torchaudio(RATE).withFrames(KaldiFrames.of(RATE).withWaveformScale(1));
    return Preset.of(
            "hubert-mfcc",
            "The 39 values HuBERT's first labels are clustered from: Kaldi's MFCC, Δ and ΔΔ",
            RATE,
            new WithRegressionDeltas(mfcc, 2, 2))
        .withSources(
            "https://github.com/facebookresearch/fairseq,"
                + " examples/hubert/simple_kmeans/dump_mfcc_feature.py",
            "https://arxiv.org/abs/2106.07447")
        .withNotes(
            "torchaudio's kaldi.mfcc is called on samples within ±1, not on 16-bit integers as Kaldi"
                + " would be: the floors of the logarithm lie differently.");
  }

  private static Preset kaldiFbank(String name, int bins, String which) {
    return Preset.of(
            name,
            "Kaldi's log mel filter bank with %d bins, %s".formatted(bins, which),
            RATE,
            KaldiFbank.torchaudio(RATE).withMel(KaldiMel.of(bins)))
        .withSources("https://github.com/kaldi-asr/kaldi, src/feat", "torchaudio.compliance.kaldi")
        .withNotes(
            "Kaldi adds dither of deviation 1 unless told not to; torchaudio, and this, add none.");
  }

  private static Preset kaldiMfcc() {
    return Preset.of(
            "kaldi-mfcc",
            "Kaldi's cepstral coefficients: 13 of 23 bins, log energy for C0",
            RATE,
            KaldiMfcc.kaldi(RATE).withFrames(KaldiFrames.of(RATE)))
        .withSources("https://github.com/kaldi-asr/kaldi, src/feat")
        .withNotes(
            "Kaldi adds dither of deviation 1 unless told not to; this adds none.",
            "Kaldi takes the energy for C0 by default, torchaudio does not.");
  }

  private static Preset psf(String name, String function, Feature feature) {
    return Preset.of(name, "python_speech_features' " + function, RATE, feature)
        .withSources("https://github.com/jameslyons/python_speech_features 0.6.1")
        .withNotes(
            "Its users feed 16-bit integers: samples within ±1 are multiplied by 32768 first.",
            "mfcc chooses the size of the transform by the frame, logfbank has 512 at any rate and"
                + " cuts longer frames.");
  }

  private static Preset keywords() {
    MelSpectrogram mel =
        new MelSpectrogram(
            RATE, StftSpec.centred(480, 160, Padding.REFLECT), MelSpec.slaney(40, 0, 8000), 2);
    return Preset.of(
            "kws-nnaudio",
            "Keyword spotting of nnAudio's tutorial: 40 bins, 101 frames of 1 second",
            RATE,
            new LogMel(mel, Compression.Logarithm.offset(1e-10)))
        .withChunks(Patches.padOrTrim(RATE))
        .withSources(
            "https://github.com/heungky/nnAudio_tutorial", "https://arxiv.org/abs/1804.03209")
        .withNotes(
            "The tutorial's trainable filters never receive a gradient: the optimiser skips every"
                + " parameter whose name contains \"mel_layer.\".");
  }

  private static Preset nonverbal() {
    TensorFlowLogMel feature =
        TensorFlowLogMel.yamnet()
            .withMel(MelSpec.htk(64, 0, RATE / 2.0))
            .withPower(2)
            .withCompression(Compression.Logarithm.offset(1e-6));
    return Preset.of(
            "lea-nonverbal",
            "Nonverbal sound detection (Lea et al.): 64 bins at 100 Hz, without look-ahead",
            RATE,
            feature)
        .withSources("https://arxiv.org/abs/2202.07750")
        .withNotes(
            "The source gives 64 log mel bins of windows of 25 ms every 10 ms at 16 kHz, and no more."
                + " Chosen here: frames that begin at the first sample (for streams), a transform of"
                + " 512, periodic Hann, power, HTK's mel from 0 to 8 kHz without norm, ln(x + 1e-6).");
  }
}
