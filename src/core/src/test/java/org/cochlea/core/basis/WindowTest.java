package org.cochlea.core.basis;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class WindowTest {

  static Stream<Window> everyWindow() {
    return Stream.of(
        Window.BOXCAR,
        Window.HANN,
        Window.HAMMING,
        Window.BLACKMAN,
        Window.BLACKMAN_HARRIS,
        Window.NUTTALL,
        Window.FLAT_TOP,
        Window.BARTLETT,
        Window.TRIANG,
        Window.COSINE,
        Window.BOHMAN,
        Window.BARTHANN,
        Window.PARZEN,
        Window.POVEY,
        Window.tukey(0),
        Window.tukey(0.3),
        Window.tukey(1),
        Window.kaiser(0),
        Window.kaiser(14.769656459379492),
        Window.gaussian(7.5),
        Window.generalHamming(0.6),
        Window.exponential(3),
        Window.LANCZOS,
        Window.taylor(5, 35),
        Window.chebyshev(80),
        Window.generalGaussian(1.5, 7),
        Window.generalCosine(0.5, 0.3, 0.2));
  }

  /** First half (and the middle) of {@code scipy.signal.get_window}, scipy 1.17. */
  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      textBlock =
          """
            hann; 7; 0 0.18825509907063326 0.61126046697815717 0.95048443395120952
            hann_symmetric; 7; 0 0.24999999999999989 0.75 1
            hamming; 8; 0.080000000000000071 0.21473088065418822 0.54000000000000004 0.86526911934581197 1
            hamming_symmetric; 8; 0.080000000000000071 0.25319469114498266 0.64235962961990467 0.95444567923511281
            blackman; 7; -1.3877787807814457e-17 0.090453424354128079 0.45918295754596367 0.92036361809990819
            blackman_symmetric; 7; -1.3877787807814457e-17 0.12999999999999989 0.62999999999999989 0.99999999999999989
            blackmanharris; 8; 6.0000000000001025e-05 0.021735837018679628 0.21747000000000008 0.69576416298132038 1
            blackmanharris_symmetric; 8; 6.0000000000001025e-05 0.033391723478151197 0.33283350429856506 0.88936977222328384
            nuttall; 7; 0.00036280000000003809 0.037775768953520278 0.34272761996881956 0.89185186107766035
            nuttall_symmetric; 7; 0.00036280000000003809 0.061334499999999958 0.52922979999999997 1
            flattop; 8; -0.00042105100000000128 -0.026872193286334545 -0.054736840000000002 0.44413535728633452 1.000000003
            flattop_symmetric; 8; -0.00042105100000000128 -0.036840781154923487 0.010703716716153475 0.78087391493877001
            bartlett; 7; 0 0.2857142857142857 0.5714285714285714 0.8571428571428571
            bartlett_symmetric; 7; 0 0.33333333333333331 0.66666666666666663 1
            triang; 7; 0.125 0.375 0.625 0.875
            triang_symmetric; 7; 0.25 0.5 0.75 1
            triang; 8; 0.20000000000000001 0.40000000000000002 0.59999999999999998 0.80000000000000004 1
            triang_symmetric; 8; 0.125 0.375 0.625 0.875
            cosine; 7; 0.19509032201612825 0.55557023301960218 0.83146961230254524 0.98078528040323043
            cosine_symmetric; 7; 0.22252093395631439 0.62348980185873348 0.90096886790241915 1
            bohman; 7; 0 0.070724746811093392 0.43748401216760524 0.91036851324615231
            bohman_symmetric; 7; 0 0.10899778104422927 0.6089977810442293 1
            barthann; 7; 0 0.21164530386510985 0.60170081204625658 0.92808245551720492
            barthann_symmetric; 7; 0 0.26999999999999991 0.72999999999999998 1
            parzen; 7; 0.00390625 0.10546875 0.47265625 0.91796875
            parzen_symmetric; 7; 0.0058309037900874695 0.15743440233236156 0.65014577259475215 1
            parzen; 8; 0.0027434842249657101 0.074074074074074098 0.34156378600823034 0.7695473251028806 1
            parzen_symmetric; 8; 0.00390625 0.10546875 0.47265625 0.91796875
            tukey,0.5; 9; 0 0.41317591116653485 0.96984631039295421 1 1
            tukey_symmetric,0.5; 9; 0 0.5 1 1 1
            tukey,0.25; 10; 0 0.90450849718747373 1 1 1 1
            tukey_symmetric,0.25; 10; 0 0.96984631039295421 1 1 1
            kaiser,14.769656459379492; 9; 3.677773484362905e-06 0.0052546043944404148 0.091185842181041213 0.44277601459920563 0.91549399696429323
            kaiser_symmetric,14.769656459379492; 9; 3.677773484362905e-06 0.0083206459799364894 0.14876007782155964 0.63599512507995282 1
            kaiser,2.5; 8; 0.30396622941536872 0.55008220435537492 0.77916697477078722 0.94140732452786624 1
            kaiser_symmetric,2.5; 8; 0.30396622941536872 0.58507256578122213 0.8343032264128144 0.98061062894863193
            gaussian,2.5; 7; 0.37531109885139957 0.60653065971263342 0.835270211411272 0.98019867330675525
            gaussian_symmetric,2.5; 7; 0.48675225595997168 0.72614903707369094 0.92311634638663576 1
            general_hamming,0.6; 7; 0.19999999999999996 0.35060407925650661 0.68900837358252576 0.96038754716096764
            general_hamming_symmetric,0.6; 7; 0.19999999999999996 0.39999999999999991 0.79999999999999993 1
            exponential,3.0; 8; 0.26359713811572677 0.36787944117144233 0.51341711903259202 0.71653131057378927 1
            exponential_symmetric,3.0; 8; 0.31140322391459768 0.4345982085070782 0.60653065971263342 0.84648172489061413
            lanczos; 8; 3.8981718325193755e-17 0.3001054387190354 0.6366197723675814 0.9003163161571061 1.0
            lanczos_symmetric; 9; 3.8981718325193755e-17 0.3001054387190354 0.6366197723675814 0.9003163161571061 1.0
            taylor; 9; 0.26649818250658325 0.42992289705585945 0.6620647789400378 0.8662077974284865 0.984329399357107
            taylor,5,35; 10; 0.1845914662674992 0.3374151253045903 0.5605059465424639 0.7793913086696013 0.940610911343979 1.0
            taylor,4,30,0; 9; 0.41523257688570847 0.669865703126376 1.0315675012821064 1.3496440856058716 1.5336901330999377
            chebwin,60; 9; 0.04431324947801027 0.18889326221068986 0.45729052434559314 0.7774679588943729 1.0
            chebwin,60; 10; 0.03686396045086237 0.1515285003573499 0.3695276016178777 0.6532527483999122 0.9010018613607091 1.0
            dpss,2.5; 11; 0.024717339246959402 0.11099602869267892 0.2892755233842093 0.546839692526046 0.8123508656003294 0.9829351535836177
            dpss,2.5; 12; 0.02170259979445773 0.09392430619419909 0.24318717681020677 0.4670879230688562 0.7196110753497683 0.9222028381913357 1.0
            dpss_symmetric,4; 13; 0.003433953110471424 0.028546789234095822 0.11744715495312087 0.31407579815077574 0.6053824631921171 0.8836384033082813 1.0
            general_gaussian,1.5,2; 8; 0.01831563888873418 0.18498139990730428 0.6065306597126334 0.9394130628134758 1.0
            general_cosine,0.5,0.3,0.2; 8; 0.4 0.2878679656440357 0.3 0.7121320343559643 1.0
          """)
  void equalsScipy(String name, int length, String expected) {
    double[] values = Arrays.stream(expected.split(" ")).mapToDouble(Double::valueOf).toArray();
    double[] window = Window.parse(name).coefficients(length);
    assertEquals(length, window.length);
    // Both sides round their own way: sums of up to five cosines of magnitude 1. Chebyshev's
    // spectrum exceeds 1 by its attenuation, and dpss is an eigenvector.
    double rounding = name.startsWith("chebwin") || name.startsWith("dpss") ? 2e-13 : 1e-15;
    assertArrayEquals(values, Arrays.copyOf(window, values.length), rounding);
  }

  @ParameterizedTest
  @ValueSource(ints = {2, 3, 64, 401})
  void hannIsTheClosedForm(int length) {
    double[] window = Window.HANN.coefficients(length);
    for (int i = 0; i < length; i++) {
      double sine = Math.sin(Math.PI * i / length);
      assertEquals(sine * sine, window[i], 1e-15);
    }
  }

  @Test
  void poveyIsASymmetricHannRaised() {
    double[] povey = Window.POVEY.coefficients(400);
    double[] hann = Window.HANN.symmetric().coefficients(400);
    for (int i = 0; i < 400; i++) {
      assertEquals(Math.pow(hann[i], 0.85), povey[i], 1e-15);
    }
    assertEquals(Window.POVEY, Window.POVEY.symmetric());
  }

  @ParameterizedTest
  @MethodSource("everyWindow")
  void periodicIsTheStartOfTheLongerSymmetric(Window window) {
    if (window.equals(Window.POVEY)) {
      return;
    }
    for (int length = 2; length < 70; length++) {
      double[] longer = window.symmetric().coefficients(length + 1);
      assertArrayEquals(Arrays.copyOf(longer, length), window.coefficients(length));
    }
  }

  @ParameterizedTest
  @MethodSource("everyWindow")
  void symmetricIsSymmetricToTheLastBit(Window window) {
    for (int length = 1; length < 70; length++) {
      double[] w = window.symmetric().coefficients(length);
      for (int i = 0; i < length; i++) {
        assertEquals(w[i], w[length - 1 - i]);
        // Only the flat top exceeds 1, by 3e-9, and only it goes below zero on purpose.
        assertTrue(w[i] <= 1 + 4e-9 && w[i] > -0.1, window + " " + length + " " + w[i]);
      }
    }
  }

  @ParameterizedTest
  @MethodSource("everyWindow")
  void oneCoefficientIsOne(Window window) {
    assertArrayEquals(new double[] {1}, window.coefficients(1));
    assertArrayEquals(new double[] {1}, window.symmetric().coefficients(1));
  }

  @ParameterizedTest
  @MethodSource("everyWindow")
  void nameIsReadBack(Window window) {
    assertEquals(window, Window.parse(window.toString()));
    assertEquals(window.symmetric(), Window.parse(window.symmetric().toString()));
    assertEquals(window, Window.parse(" " + window.toString().replace(",", " , ") + " "));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      textBlock =
          """
            rect;boxcar
            ones;boxcar
            han;hann
            hann_periodic;hann
            bkh;blackmanharris
            tukey;tukey,0.5
            poisson;exponential,1
            ksr_symmetric,3;kaiser_symmetric,3
          """)
  void otherSpellings(String spelling, String name) {
    assertEquals(Window.parse(name), Window.parse(spelling));
  }

  @Test
  void unknownNameListsTheKnownOnes() {
    String message = refused("kaisr,3");
    for (String name : List.of("hann,", "kaiser,NUMBER", "povey", "\"kaisr,3\"")) {
      assertTrue(message.contains(name), message);
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      textBlock =
          """
            kaiser;needs a number
            hann,3;takes no number
            kaiser,x;one number
            kaiser,1,2;one number
            kaiser,-1;beta must be in [0, 700], was -1.0
            tukey,1.5;alpha must be in [0, 1], was 1.5
            gaussian,0;std must be above 0
            exponential,NaN;tau must be above 0
            chebwin,-3;attenuation must be above 0
            dpss,0;halfBandwidth must be above 0
            taylor,2.5;nearLobes must be a whole number
            taylor,0;nearLobes must be at least 1, was 0
            general_gaussian,1;2 numbers
            general_cosine;needs a number
            exponential,1,2,3;1 to 2 numbers
          """)
  void parameterIsChecked(String spelling, String part) {
    String message = refused(spelling);
    assertTrue(message.contains(part), message);
  }

  @Test
  void exponentialAroundAnyPoint() {
    double[] window = Window.exponential(2, 3).coefficients(10);
    for (int i = 0; i < window.length; i++) {
      assertEquals(Math.exp(-Math.abs(i - 3) / 2.0), window[i], 1e-15);
    }
    assertEquals(Window.exponential(2, 3), Window.parse("exponential,2,3"));
  }

  /** A property of the definition: no other window has more of its energy within the band. */
  @ParameterizedTest
  @ValueSource(doubles = {1, 2.5, 4})
  void slepianWindowConcentratesBest(double halfBandwidth) {
    int length = 64;
    Window dpss = Window.dpss(halfBandwidth).symmetric();
    double best = inBand(dpss.coefficients(length), halfBandwidth / length);
    for (Window other : List.of(Window.HANN, Window.kaiser(Math.PI * halfBandwidth))) {
      double share = inBand(other.symmetric().coefficients(length), halfBandwidth / length);
      assertTrue(best > share, other + " " + best + " " + share);
    }
    assertEquals(
        "halfBandwidth must be below half the length, 2.0, was 2.5",
        assertThrows(IllegalArgumentException.class, () -> Window.dpss(2.5).coefficients(4))
            .getMessage());
  }

  private static double inBand(double[] w, double band) {
    double inside = 0;
    double all = 0;
    for (int i = 0; i < w.length; i++) {
      all += w[i] * w[i];
      for (int j = 0; j < w.length; j++) {
        double t = Math.PI * (i - j);
        inside += w[i] * w[j] * (i == j ? 2 * band : Math.sin(2 * band * t) / t);
      }
    }
    return inside / all;
  }

  /** All side lobes lie at the attenuation. */
  @Test
  void chebyshevSideLobesAreLevel() {
    double[] w = Window.chebyshev(60).symmetric().coefficients(41);
    double main = Arrays.stream(w).sum();
    double greatest = 0;
    for (int k = 400; k < 2000; k++) {
      double re = 0;
      double im = 0;
      for (int i = 0; i < w.length; i++) {
        re += w[i] * Math.cos(Math.PI * k * i / 2000);
        im += w[i] * Math.sin(Math.PI * k * i / 2000);
      }
      greatest = Math.max(greatest, Math.hypot(re, im) / main);
    }
    assertEquals(1e-3, greatest, 1e-6);
  }

  @Test
  void givenCoefficients() {
    double[] values = {1, 2, 3};
    Window window = Window.of(values);
    values[0] = 9;
    assertArrayEquals(new double[] {1, 2, 3}, window.coefficients(3));
    assertEquals(Window.of(1, 2, 3), window);
    assertEquals(Window.of(1, 2, 3).hashCode(), window.hashCode());
    assertNotEquals(Window.of(1, 2), window);
    assertEquals(
        "length must be 3, the length of the given window, was 4",
        assertThrows(IllegalArgumentException.class, () -> window.coefficients(4)).getMessage());
    assertThrows(IllegalArgumentException.class, Window::of);
    assertThrows(IllegalArgumentException.class, () -> Window.of(1, Double.NaN));
  }

  @Test
  void lengthIsChecked() {
    assertEquals(
        "length must be at least 1, was 0",
        assertThrows(IllegalArgumentException.class, () -> Window.HANN.coefficients(0))
            .getMessage());
  }

  /**
   * I0 at a few points, from its integral by the midpoint rule, which is exact for periodic
   * functions.
   */
  @ParameterizedTest
  @ValueSource(doubles = {0, 0.5, 3, 14.7, 40, 100})
  void besselEqualsItsIntegral(double x) {
    int steps = 400;
    double sum = 0;
    for (int k = 0; k < steps; k++) {
      sum += Math.exp(x * (Math.cos(Math.PI * (k + 0.5) / steps) - 1));
    }
    assertEquals(1, Bessel.i0(x) / (sum / steps * Math.exp(x)), 1e-13);
  }

  private static String refused(String spelling) {
    return String.valueOf(
        assertThrows(IllegalArgumentException.class, () -> Window.parse(spelling)).getMessage());
  }
}
