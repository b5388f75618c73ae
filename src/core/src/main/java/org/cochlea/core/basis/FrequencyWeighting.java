package org.cochlea.core.basis;

/**
 * How loud frequencies seem, in decibels: the curves of IEC 61672 (A, C, Z), IEC 60651 (B) and IEC
 * 60537 (D); librosa.A_weighting, B_weighting, C_weighting, D_weighting.
 */
public enum FrequencyWeighting {
  /** Of soft sounds. */
  A,
  /** Of sounds between. */
  B,
  /** Of loud sounds. */
  C,
  /** Of aircraft. */
  D,
  /** None: 0 dB. */
  Z;

  private static final double HIGH = square(12_194.217);
  private static final double LOW = square(20.598997);

  /**
   * Returns the weight of a frequency in dB.
   *
   * @param hz at least 0; 0 Hz has minus infinity
   * @param least what no weight is below: -80 in librosa, minus infinity for none
   */
  public double decibels(double hz, double least) {
    double f = hz * hz;
    double weight =
        switch (this) {
          case A ->
              2
                  + 20
                      * (log(HIGH)
                          + 2 * log(f)
                          - log(f + HIGH)
                          - log(f + LOW)
                          - 0.5 * log(f + square(107.65265))
                          - 0.5 * log(f + square(737.86223)));
          case B ->
              0.17
                  + 20
                      * (log(HIGH)
                          + 1.5 * log(f)
                          - log(f + HIGH)
                          - log(f + LOW)
                          - 0.5 * log(f + square(158.48932)));
          case C -> 0.062 + 20 * (log(HIGH) + log(f) - log(f + HIGH) - log(f + LOW));
          case D ->
              20
                  * (0.5 * log(f)
                      - log(square(8.3046305e-3))
                      + 0.5
                          * (log(square(square(1018.7) - f) + square(1039.6) * f)
                              - log(square(square(3136.5) - f) + square(3424) * f)
                              - log(square(282.7) + f)
                              - log(square(1160) + f)));
          case Z -> 0;
        };
    return Math.max(least, weight);
  }

  /** Returns the weights of frequencies in dB. */
  public double[] decibels(double[] hz, double least) {
    double[] weights = new double[hz.length];
    for (int k = 0; k < hz.length; k++) {
      weights[k] = decibels(hz[k], least);
    }
    return weights;
  }

  private static double log(double x) {
    return Math.log10(x);
  }

  private static double square(double x) {
    return x * x;
  }
}
