package org.cochlea.core.feature;

import org.cochlea.core.stage.Pipeline;

/**
 * What to compute, as a value: it lowers to a pipeline, which any engine runs.
 *
 * <pre>{@code
 * Feature feature = LogMel.librosa(22_050);
 * try (Engine engine = Engines.best();
 *     Extractor extractor = engine.compile(feature.pipeline())) {
 *   Tensor values = extractor.extract(Waveform.of(samples, 22_050));
 * }
 * }</pre>
 */
public sealed interface Feature
    permits Stft,
        InverseStft,
        Inverse,
        InverseCqt,
        Spectrogram,
        MelSpectrogram,
        LinearSpectrogram,
        Gammatonegram,
        LogMel,
        Mfcc,
        Lfcc,
        Rms,
        SpectralRms,
        ZeroCrossingRate,
        KaldiSpectrogram,
        KaldiFbank,
        KaldiMfcc,
        PsfFbank,
        PsfLogFbank,
        PsfMfcc,
        PsfSsc,
        FayekFbank,
        FayekMfcc,
        TensorFlowLogMel,
        WhisperLogMel,
        NemoLogMel,
        NormalizedWaveform,
        Fitted,
        Filtered,
        Resampled,
        GriffinLim,
        Quantized,
        Compressed,
        Delta,
        WithDeltas,
        WithRegressionDeltas,
        Normalized,
        SpectralDescriptor,
        PolynomialFeatures,
        Chroma,
        Tonnetz,
        EstimatedTuning,
        OnsetEnvelope,
        HarmonicPercussiveSpectrogram,
        YinPitch,
        PyinPitch,
        LinearPrediction,
        PowerSpectralDensity,
        ConstantQ,
        ChromaCqt,
        ChromaCens,
        NnAudioCqt,
        CombinedFrequencyPeriodicity,
        SignalAnalysis,
        FrameCepstrum,
        MultiResolution,
        SegmentSpectrogram,
        Analyzed,
        Custom {

  /** Returns the stages that compute it. */
  Pipeline pipeline();
}
