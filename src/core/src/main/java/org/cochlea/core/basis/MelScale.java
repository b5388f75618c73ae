package org.cochlea.core.basis;

/** Perceptual pitch scales: mel as a function of frequency. */
public enum MelScale {
  /** {@code mel = 2595 log10(1 + f / 700)}; HTK, Kaldi, torchaudio's default. */
  HTK {
    @Override
    public double fromHz(double hz) {
      return 2595 * Math.log10(1 + hz / 700);
    }

    @Override
    public double toHz(double mel) {
      return 700 * (Math.pow(10, mel / 2595) - 1);
    }
  },
  /**
   * Linear below 1 kHz ({@code mel = 3 f / 200}), logarithmic above ({@code mel = 15 + 27 ln(f /
   * 1000) / ln 6.4}); Slaney's Auditory Toolbox, librosa's and nnAudio's default.
   */
  SLANEY {
    private static final double KNEE_HZ = 1000;
    private static final double KNEE_MEL = 15;
    private static final double STEP = Math.log(6.4) / 27;

    @Override
    public double fromHz(double hz) {
      return hz < KNEE_HZ ? hz * 3 / 200 : KNEE_MEL + Math.log(hz / KNEE_HZ) / STEP;
    }

    @Override
    public double toHz(double mel) {
      return mel < KNEE_MEL ? mel * 200 / 3 : KNEE_HZ * Math.exp(STEP * (mel - KNEE_MEL));
    }
  };

  /** Returns the mel of a frequency in Hz. */
  public abstract double fromHz(double hz);

  /** Returns the frequency in Hz of a mel. */
  public abstract double toHz(double mel);
}
