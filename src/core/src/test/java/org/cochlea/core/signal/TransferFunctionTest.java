package org.cochlea.core.signal;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class TransferFunctionTest {

  /** The difference equation, written out. */
  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4})
  void filterIsTheDifferenceEquation(long seed) {
    Random random = new Random(seed);
    double[] b = random.doubles(1 + random.nextInt(5), -1, 1).toArray();
    double[] a = random.doubles(1 + random.nextInt(5), -0.2, 0.2).toArray();
    a[0] = 2;
    double[] x = random.doubles(200, -1, 1).toArray();
    double[] y = TransferFunction.of(b, a).filter(x);
    double[] expected = new double[x.length];
    for (int n = 0; n < x.length; n++) {
      for (int k = 0; k < b.length && k <= n; k++) {
        expected[n] += b[k] * x[n - k];
      }
      for (int k = 1; k < a.length && k <= n; k++) {
        expected[n] -= a[k] * expected[n - k];
      }
      expected[n] /= a[0];
    }
    assertArrayEquals(expected, y, 1e-13);
  }

  @Test
  void stateContinues() {
    TransferFunction f = Butterworth.highpass(5, 500, 16000).transferFunction();
    double[] x = new Random(3).doubles(100, -1, 1).toArray();
    double[] state = new double[f.order()];
    double[] first = f.filter(Arrays.copyOf(x, 37), state);
    double[] second = f.filter(Arrays.copyOfRange(x, 37, 100), state);
    double[] whole = f.filter(x);
    assertArrayEquals(Arrays.copyOf(whole, 37), first);
    assertArrayEquals(Arrays.copyOfRange(whole, 37, 100), second);
    assertThrows(IllegalArgumentException.class, () -> f.filter(x, new double[4]));
  }

  @Test
  void steadyStateIsSteady() {
    TransferFunction f = Butterworth.bandstop(2, 500, 900, 16000).transferFunction();
    double[] ones = new double[50];
    Arrays.fill(ones, 1);
    for (double y : f.filter(ones, f.steadyState())) {
      assertEquals(1, y, 1e-9);
    }
  }

  @Test
  void gainAlone() {
    TransferFunction f = TransferFunction.of(new double[] {3}, new double[] {2});
    assertArrayEquals(new double[] {1.5, 3}, f.filter(new double[] {1, 2}));
    assertArrayEquals(new float[0], f.filter(new float[0]));
    assertEquals(3, f.padLength());
    assertArrayEquals(
        new double[] {2.25, 4.5, 2.25, 0}, f.filtfilt(new double[] {1, 2, 1, 0}), 1e-15);
  }

  @Test
  void valuesAndChecks() {
    TransferFunction f = TransferFunction.of(new double[] {1, 2}, new double[] {2, 1});
    assertEquals(TransferFunction.of(new double[] {2, 4}, new double[] {4, 2}), f);
    assertEquals(
        TransferFunction.of(new double[] {2, 4}, new double[] {4, 2}).hashCode(), f.hashCode());
    assertNotEquals(TransferFunction.of(new double[] {1, 2}, new double[] {2, 2}), f);
    assertThrows(
        IllegalArgumentException.class,
        () -> TransferFunction.of(new double[] {1}, new double[] {0, 1}));
    assertThrows(
        IllegalArgumentException.class, () -> TransferFunction.of(new double[0], new double[] {1}));
    assertThrows(
        IllegalArgumentException.class,
        () -> TransferFunction.of(new double[] {Double.NaN}, new double[] {1}));
  }

  /** Gustafsson's condition itself: forwards then backwards is backwards then forwards. */
  @ParameterizedTest
  @ValueSource(ints = {40, 41, 300})
  void gustafssonIsTheSameInEitherDirection(int length) {
    TransferFunction f = Butterworth.lowpass(3, 1500, 16000).transferFunction();
    double[] x = new Random(9).doubles(length, -1, 1).toArray();
    double[] reversed = new double[length];
    for (int i = 0; i < length; i++) {
      reversed[i] = x[length - 1 - i];
    }
    double[] forwards = f.filtfiltGustafsson(x, Integer.MAX_VALUE);
    double[] backwards = f.filtfiltGustafsson(reversed, Integer.MAX_VALUE);
    for (int i = 0; i < length; i++) {
      assertEquals(forwards[i], backwards[length - 1 - i], 1e-10);
    }
    // A response of 60 samples has died away to 1e-9.
    if (length > 120) {
      assertArrayEquals(forwards, f.filtfiltGustafsson(x, 60), 1e-8);
    }
  }

  @Test
  void gustafssonNeedsSamples() {
    TransferFunction f = Butterworth.lowpass(3, 1500, 16000).transferFunction();
    assertEquals(
        "samples must be at least 6, twice the order of the filter, were 5",
        assertThrows(IllegalArgumentException.class, () -> f.filtfiltGustafsson(new double[5], 100))
            .getMessage());
  }

  /** A constant stays what it is with every padding whose ends go on as a constant. */
  @ParameterizedTest
  @EnumSource(EndPadding.class)
  void constantStaysConstant(EndPadding padding) {
    TransferFunction f = Butterworth.lowpass(2, 1500, 16000).transferFunction();
    double[] x = new double[50];
    Arrays.fill(x, 3);
    for (double y : f.filtfilt(x, 20, padding)) {
      assertEquals(3, y, 1e-9);
    }
  }

  @Test
  void paddingsContinueTheirWay() {
    assertEquals(5, EndPadding.ODD.beyond(3, 1));
    assertEquals(1, EndPadding.EVEN.beyond(3, 1));
    assertEquals(3, EndPadding.CONSTANT.beyond(3, 1));
  }
}
