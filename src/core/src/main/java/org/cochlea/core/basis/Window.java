package org.cochlea.core.basis;

import java.util.Arrays;
import org.cochlea.core.basis.DesignedShapes.Chebyshev;
import org.cochlea.core.basis.DesignedShapes.Dpss;
import org.cochlea.core.basis.DesignedShapes.GeneralGaussian;
import org.cochlea.core.basis.DesignedShapes.OffCentreExponential;
import org.cochlea.core.basis.DesignedShapes.Taylor;
import org.cochlea.core.basis.WindowShape.Exponential;
import org.cochlea.core.basis.WindowShape.Gaussian;
import org.cochlea.core.basis.WindowShape.GeneralBlackman;
import org.cochlea.core.basis.WindowShape.GeneralCosine;
import org.cochlea.core.basis.WindowShape.GeneralHamming;
import org.cochlea.core.basis.WindowShape.Given;
import org.cochlea.core.basis.WindowShape.Kaiser;
import org.cochlea.core.basis.WindowShape.Plain;
import org.cochlea.core.basis.WindowShape.Tukey;
import org.cochlea.core.stage.Taper;
import org.jspecify.annotations.Nullable;

/**
 * The window that a frame is multiplied with: a shape, to be sampled at any length.
 *
 * <p>Shapes, names and values are those of {@code scipy.signal.get_window}, which librosa, nnAudio
 * and the rest take their windows from. A window is <em>periodic</em> unless {@link #symmetric()}
 * was asked for: {@code N} coefficients are the first {@code N} of the symmetric window of length
 * {@code N + 1} (scipy's {@code fftbins=True}, torch's {@code periodic=True}). The exceptions are
 * {@link #POVEY}, which Kaldi defines as symmetric, and windows of given coefficients.
 *
 * <p>Writing {@code M} for the length of the symmetric window and {@code x = i / (M - 1)}:
 *
 * <table>
 * <caption>Shapes</caption>
 * <tr><th>name</th><th>value at i = 0 ... M-1</th></tr>
 * <tr><td>boxcar, ones</td><td>1</td></tr>
 * <tr><td>hann</td><td>0.5 - 0.5 cos 2πx</td></tr>
 * <tr><td>hamming</td><td>0.54 - 0.46 cos 2πx</td></tr>
 * <tr><td>general_hamming,α</td><td>α - (1-α) cos 2πx</td></tr>
 * <tr><td>general_blackman,α</td><td>α - 0.5 cos 2πx + (0.5-α) cos 4πx</td></tr>
 * <tr><td>blackman</td><td>0.42 - 0.5 cos 2πx + 0.08 cos 4πx</td></tr>
 * <tr><td>blackmanharris, nuttall, flattop</td><td>4, 4 and 5 cosine terms</td></tr>
 * <tr><td>bartlett</td><td>triangle with zeros at the ends</td></tr>
 * <tr><td>triang</td><td>triangle without zeros at the ends</td></tr>
 * <tr><td>cosine</td><td>sin(π (i + 0.5) / M)</td></tr>
 * <tr><td>bohman</td><td>(1-|t|) cos π|t| + sin(π|t|)/π with t = 2x - 1</td></tr>
 * <tr><td>barthann</td><td>0.62 - 0.48 |x - 0.5| + 0.38 cos 2π(x - 0.5)</td></tr>
 * <tr><td>parzen</td><td>piecewise cubic</td></tr>
 * <tr><td>tukey,α</td><td>flat, with cosine flanks of α/2 of the length each</td></tr>
 * <tr><td>kaiser,β</td><td>I0(β √(1 - (2x-1)²)) / I0(β)</td></tr>
 * <tr><td>gaussian,σ</td><td>exp(-(i - (M-1)/2)² / 2σ²), σ in samples</td></tr>
 * <tr><td>exponential,τ</td><td>exp(-|i - (M-1)/2| / τ), τ in samples</td></tr>
 * <tr><td>exponential,τ,c</td><td>exp(-|i - c| / τ)</td></tr>
 * <tr><td>general_gaussian,p,σ</td><td>exp(-½ |(i - (M-1)/2) / σ|^2p), σ in samples</td></tr>
 * <tr><td>general_cosine,a0,a1,...</td><td>a0 - a1 cos 2πx + a2 cos 4πx - ...</td></tr>
 * <tr><td>lanczos</td><td>sin(πt)/πt with t = 2x - 1</td></tr>
 * <tr><td>taylor,n,A</td><td>n near side lobes A dB down, the others lower</td></tr>
 * <tr><td>chebwin,A</td><td>Dolph-Chebyshev: all side lobes A dB down</td></tr>
 * <tr><td>dpss,NW</td><td>first Slepian sequence: most energy within NW / M</td></tr>
 * <tr><td>povey</td><td>(symmetric hann)^0.85</td></tr>
 * </table>
 *
 * <p>Windows are values: equal when they give the same coefficients by the same definition. {@code
 * toString} gives the spelling that {@link #parse} reads.
 */
public final class Window implements Taper {
  /** All ones. */
  public static final Window BOXCAR = new Window(Plain.BOXCAR, false);

  /** Raised cosine, the default of nearly every spectrogram. */
  public static final Window HANN = new Window(Plain.HANN, false);

  /** Raised cosine on a pedestal of 0.08. */
  public static final Window HAMMING = new Window(Plain.HAMMING, false);

  /** Three cosine terms, side lobes below -58 dB. */
  public static final Window BLACKMAN = new Window(Plain.BLACKMAN, false);

  /** Four cosine terms of least side lobes, below -92 dB. */
  public static final Window BLACKMAN_HARRIS = new Window(Plain.BLACKMANHARRIS, false);

  /** Four cosine terms by Nuttall (4c), side lobes below -98 dB. */
  public static final Window NUTTALL = new Window(Plain.NUTTALL, false);

  /** Five cosine terms, reads the amplitude of a sine within 0.01 dB wherever it lies. */
  public static final Window FLAT_TOP = new Window(Plain.FLATTOP, false);

  /** Triangle that reaches zero at both ends. */
  public static final Window BARTLETT = new Window(Plain.BARTLETT, false);

  /** Triangle that would reach zero one step outside the window. */
  public static final Window TRIANG = new Window(Plain.TRIANG, false);

  /** Half a period of a sine. */
  public static final Window COSINE = new Window(Plain.COSINE, false);

  /** Convolution of two half-period cosines. */
  public static final Window BOHMAN = new Window(Plain.BOHMAN, false);

  /** Bartlett-Hann. */
  public static final Window BARTHANN = new Window(Plain.BARTHANN, false);

  /** Piecewise cubic, the de la Vallée Poussin window. */
  public static final Window PARZEN = new Window(Plain.PARZEN, false);

  /** The main lobe of a sinc; scipy's {@code lanczos} or {@code sinc}. */
  public static final Window LANCZOS = new Window(Plain.LANCZOS, false);

  /** Kaldi's default: the symmetric Hann window to the power 0.85. Always symmetric. */
  public static final Window POVEY = new Window(Plain.POVEY, true);

  private final WindowShape shape;
  private final boolean symmetric;

  private Window(WindowShape shape, boolean symmetric) {
    this.shape = shape;
    this.symmetric = symmetric;
  }

  /**
   * Returns the window's coefficients.
   *
   * @param length number of coefficients, at least 1; one coefficient is always 1
   * @return a new array
   * @throws IllegalArgumentException if {@code length} is below 1, or not the length of a window of
   *     {@linkplain #of given coefficients}
   */
  @Override
  public double[] coefficients(int length) {
    if (length < 1) {
      throw new IllegalArgumentException("length must be at least 1, was " + length);
    }
    return shape.sample(length, symmetric);
  }

  /** Returns the symmetric form of this window (scipy's {@code fftbins=False}). */
  public Window symmetric() {
    return symmetric ? this : new Window(shape, true);
  }

  /**
   * Returns the Tukey (tapered cosine) window.
   *
   * @param alpha the tapered fraction, in [0, 1]: 0 is {@link #BOXCAR}, 1 is {@link #HANN}
   */
  public static Window tukey(double alpha) {
    return new Window(new Tukey(alpha), false);
  }

  /**
   * Returns the Kaiser window.
   *
   * @param beta shape, in [0, 700]: 0 is {@link #BOXCAR}; about 0.11 (A - 8.7) for side lobes A dB
   *     down
   */
  public static Window kaiser(double beta) {
    return new Window(new Kaiser(beta), false);
  }

  /**
   * Returns the Gaussian window.
   *
   * @param std standard deviation in samples, above 0
   */
  public static Window gaussian(double std) {
    return new Window(new Gaussian(std), false);
  }

  /**
   * Returns the raised cosine {@code alpha - (1 - alpha) cos}.
   *
   * @param alpha weight of the constant: 0.5 is {@link #HANN}, 0.54 is {@link #HAMMING}; finite
   */
  public static Window generalHamming(double alpha) {
    return new Window(new GeneralHamming(alpha), false);
  }

  /**
   * Returns the window {@code alpha - 0.5 cos 2πx + (0.5 - alpha) cos 4πx}; Kaldi's blackman_coeff.
   *
   * @param alpha weight of the constant: 0.42 is {@link #BLACKMAN}; finite
   */
  public static Window generalBlackman(double alpha) {
    return new Window(new GeneralBlackman(alpha), false);
  }

  /**
   * Returns the exponential (Poisson) window, decaying from the middle to both sides.
   *
   * @param tau decay in samples, above 0
   */
  public static Window exponential(double tau) {
    return new Window(new Exponential(tau), false);
  }

  /**
   * Returns the exponential window around any point; it is no longer symmetric.
   *
   * @param tau decay in samples, above 0
   * @param centre the sample of its peak, finite
   */
  public static Window exponential(double tau, double centre) {
    return new Window(new OffCentreExponential(tau, centre), false);
  }

  /**
   * Returns the Gaussian window with another exponent.
   *
   * @param power above 0: 1 is {@link #gaussian}, 0.5 a double exponential
   * @param sigma in samples, above 0
   */
  public static Window generalGaussian(double power, double sigma) {
    return new Window(new GeneralGaussian(power, sigma), false);
  }

  /**
   * Returns the sum of cosines {@code a0 - a1 cos 2πx + a2 cos 4πx - ...}.
   *
   * @param weights a0, a1, ...: at least one, all finite; 0.5, 0.5 is {@link #HANN}
   */
  public static Window generalCosine(double... weights) {
    return new Window(new GeneralCosine(Arrays.stream(weights).boxed().toList()), false);
  }

  /**
   * Returns the Taylor window, scaled to a peak of 1; Carrara et al., "Spotlight synthetic aperture
   * radar", 1995.
   *
   * @param nearLobes side lobes beside the main lobe that are held at one level, at least 1;
   *     scipy's default is 4
   * @param attenuation their level below the main lobe in dB, above 0; scipy's default is 30
   */
  public static Window taylor(int nearLobes, double attenuation) {
    return taylor(nearLobes, attenuation, true);
  }

  /**
   * Returns the Taylor window, or the one of the literature, whose mean is 1; see {@link
   * #taylor(int, double)}.
   *
   * @param normalized whether to scale to a peak of 1; scipy's {@code norm}
   */
  public static Window taylor(int nearLobes, double attenuation, boolean normalized) {
    return new Window(new Taylor(nearLobes, attenuation, normalized), false);
  }

  /**
   * Returns the Dolph-Chebyshev window.
   *
   * @param attenuation level of all side lobes below the main lobe in dB, above 0
   */
  public static Window chebyshev(double attenuation) {
    return new Window(new Chebyshev(attenuation), false);
  }

  /**
   * Returns the first discrete prolate spheroidal (Slepian) sequence; Percival and Walden,
   * "Spectral analysis for physical applications", 1993.
   *
   * @param halfBandwidth half the bandwidth in bins, above 0 and below half the length; 2.5 is
   *     usual
   */
  public static Window dpss(double halfBandwidth) {
    return new Window(new Dpss(halfBandwidth), false);
  }

  /**
   * Returns the window of the given coefficients, which has this one length only.
   *
   * @param coefficients at least one, all finite; copied
   */
  public static Window of(double... coefficients) {
    return new Window(new Given(coefficients), true);
  }

  /**
   * Reads a window as written on a command line: scipy's name, in small letters, with {@code
   * _symmetric} or {@code _periodic} behind it if wished, and the parameter behind a comma: {@code
   * hann}, {@code hann_symmetric}, {@code kaiser,14.7}, {@code tukey,0.25}, {@code
   * general_hamming,0.6}, {@code taylor,4,30}. scipy's short names ({@code han}, {@code bkh}, ...)
   * are read too. As in scipy, {@code tukey} alone means α = 0.5, {@code exponential} alone τ = 1
   * and {@code taylor} alone 4 lobes at 30 dB.
   *
   * @throws IllegalArgumentException if the name is unknown (the message lists the known ones), or
   *     the parameter is missing, unwanted, no number or out of range
   */
  public static Window parse(String text) {
    return WindowNames.parse(text);
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof Window window
        && symmetric == window.symmetric
        && shape.equals(window.shape);
  }

  @Override
  public int hashCode() {
    return 31 * shape.hashCode() + Boolean.hashCode(symmetric);
  }

  /** Returns the spelling that {@link #parse} reads. */
  @Override
  public String toString() {
    String name = shape.toString();
    if (!symmetric || shape == Plain.POVEY || shape instanceof Given) {
      return name;
    }
    int comma = name.indexOf(',');
    return comma < 0
        ? name + "_symmetric"
        : name.substring(0, comma) + "_symmetric" + name.substring(comma);
  }
}
