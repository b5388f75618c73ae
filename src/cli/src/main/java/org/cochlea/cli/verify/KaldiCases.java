package org.cochlea.cli.verify;

import org.cochlea.core.basis.Window;
import org.cochlea.core.feature.Feature;
import org.cochlea.core.feature.KaldiEnergy;
import org.cochlea.core.feature.KaldiFbank;
import org.cochlea.core.feature.KaldiFrames;
import org.cochlea.core.feature.KaldiMel;
import org.cochlea.core.feature.KaldiMfcc;
import org.cochlea.core.feature.KaldiSpectrogram;
import org.jspecify.annotations.Nullable;

/** torchaudio.compliance.kaldi: its arguments and defaults; time comes first in its results. */
final class KaldiCases implements Library {

  @Override
  public @Nullable Recipe recipe(String feature, Params p, Context context) {
    if (!feature.startsWith("kaldi.")) {
      return null;
    }
    Feature known =
        switch (feature.substring("kaldi.".length())) {
          case "fbank" -> fbank(p, context);
          case "mfcc" -> mfcc(p, context);
          case "spectrogram" ->
              new KaldiSpectrogram(frames(p, context), energy(p), p.flag("subtract_mean", false));
          default -> null;
        };
    if (known == null) {
      return null;
    }
    Recipe all = Recipe.of(known).then(NdArray::transposed);
    // torchaudio takes one channel of what it is given, the first unless told otherwise.
    int channel = Math.max(p.integer("channel", -1), 0);
    if (context.channels() == 1 || !context.together()) {
      return all;
    }
    if (channel >= context.channels()) {
      throw UnsupportedCaseException.value("channel", channel);
    }
    return (input, engine) ->
        all.run(new Sound(new float[][] {input.channels()[channel]}, input.sampleRate()), engine);
  }

  private static Feature fbank(Params p, Context context) {
    return new KaldiFbank(
        frames(p, context),
        energy(p),
        mel(p),
        p.flag("use_energy", false),
        p.flag("htk_compat", false),
        p.flag("use_log_fbank", true),
        p.flag("use_power", true),
        p.flag("subtract_mean", false));
  }

  private static Feature mfcc(Params p, Context context) {
    return new KaldiMfcc(
        frames(p, context),
        energy(p),
        mel(p),
        p.integer("num_ceps", 13),
        p.number("cepstral_lifter", 22),
        p.flag("use_energy", false),
        p.flag("htk_compat", false),
        p.flag("subtract_mean", false));
  }

  private static KaldiFrames frames(Params p, Context context) {
    // The noise is another one in every library, so that no result with it can be compared.
    p.expect("dither", 0);
    String name = p.text("window_type", "povey");
    double coefficient = p.number("blackman_coeff", 0.42);
    Window window =
        switch (name) {
          case "povey" -> Window.POVEY;
          case "hanning" -> Window.HANN.symmetric();
          case "hamming" -> Window.HAMMING.symmetric();
          case "rectangular" -> Window.BOXCAR;
          case "blackman" -> Window.generalBlackman(coefficient).symmetric();
          default -> throw UnsupportedCaseException.value("window_type", name);
        };
    return new KaldiFrames(
        p.integer("sample_frequency", context.sampleRate()),
        p.number("frame_length", 25),
        p.number("frame_shift", 10),
        window,
        p.number("preemphasis_coefficient", 0.97),
        p.flag("remove_dc_offset", true),
        p.flag("round_to_power_of_two", true),
        p.flag("snip_edges", true),
        0,
        0,
        p.number("min_duration", 0),
        p.number("waveform_scale", 1));
  }

  private static KaldiEnergy energy(Params p) {
    return new KaldiEnergy(p.number("energy_floor", 1), p.flag("raw_energy", true));
  }

  private static KaldiMel mel(Params p) {
    return new KaldiMel(
        p.integer("num_mel_bins", 23),
        p.number("low_freq", 20),
        p.number("high_freq", 0),
        p.number("vtln_low", 100),
        p.number("vtln_high", -500),
        p.number("vtln_warp", 1));
  }
}
