package org.cochlea.core.signal;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Against scipy 1.x: with {@code x = [((7*i*i + 3*i) % 23 - 11) / 16 for i in range(23)]}, {@code
 * signal.resample_poly(x, to, from)} and {@code signal.resample(x, to)}.
 */
class ScipyResamplingTest {

  private static float[] input() {
    float[] x = new float[23];
    for (int i = 0; i < x.length; i++) {
      x[i] = ((7 * i * i + 3 * i) % 23 - 11) / 16f;
    }
    return x;
  }

  static List<Arguments> cases() {
    return List.of(
        Arguments.of(
            true,
            2,
            3,
            new float[] {
              -0.68791676f,
              -0.39099014f,
              0.17008054f,
              0f,
              -0.47319683f,
              -0.373573f,
              -0.12507577f,
              -0.27422807f,
              -0.1936352f,
              0.37522733f,
              0.6229061f,
              0.30182847f,
              0.062537886f,
              0.29753545f,
              0.6291721f,
              0.37522733f,
              -0.20765449f,
              -0.2554207f,
              -0.12507577f,
              -0.40650174f,
              -0.4299787f,
              0f,
              0.09265059f,
              -0.28008473f,
              -0.68791676f,
              -0.70668226f,
              -0.013652905f,
              0.68791676f,
              0.28759846f,
              -0.5270872f,
              -0.18761367f,
              0.6723411f,
              0.3586739f,
              -0.4377652f,
              -0.2662173f
            }),
        Arguments.of(
            true,
            3,
            2,
            new float[] {
              -0.4548631f,
              -0.06561451f,
              -0.28264996f,
              -0.30520347f,
              0.33217672f,
              0.29560867f,
              0.37668744f,
              0.13832095f,
              -0.40425056f,
              -0.15303971f,
              -0.1621123f,
              -0.6040529f,
              0.3824939f,
              -0.16692042f,
              0.31950325f,
              -0.23973437f
            }),
        Arguments.of(
            false,
            23,
            31,
            new float[] {
              -0.6875f,
              -0.2522227f,
              0.15525314f,
              -0.16562398f,
              -0.50340855f,
              -0.19873323f,
              -0.1999179f,
              -0.26637477f,
              0.3194529f,
              0.6211396f,
              0.25008965f,
              0.07852482f,
              0.44535708f,
              0.5936712f,
              0.020328153f,
              -0.3114465f,
              -0.1254964f,
              -0.358828f,
              -0.44363692f,
              0.058733355f,
              0.039709102f,
              -0.47994468f,
              -0.7476482f,
              -0.37099043f,
              0.5496208f,
              0.46340507f,
              -0.51294565f,
              -0.14110269f,
              0.7090742f,
              0.16283068f,
              -0.6388692f
            }),
        Arguments.of(
            false,
            23,
            12,
            new float[] {
              -0.5418962f,
              0.008032567f,
              -0.48656368f,
              0.31768f,
              0.21307251f,
              0.47552472f,
              -0.40519542f,
              -0.030289328f,
              -0.47656605f,
              -0.036070287f,
              0.05965878f,
              0.1526124f
            }),
        Arguments.of(
            false,
            23,
            46,
            new float[] {
              -0.6875f,
              -0.42695445f,
              -0.0625f,
              0.15693659f,
              0f,
              -0.36502528f,
              -0.5f,
              -0.29954752f,
              -0.125f,
              -0.21602781f,
              -0.3125f,
              -0.07675837f,
              0.375f,
              0.62730193f,
              0.5f,
              0.20572081f,
              0.0625f,
              0.20572081f,
              0.5f,
              0.62730193f,
              0.375f,
              -0.07675837f,
              -0.3125f,
              -0.21602781f,
              -0.125f,
              -0.29954752f,
              -0.5f,
              -0.36502528f,
              0f,
              0.15693659f,
              -0.0625f,
              -0.42695445f,
              -0.6875f,
              -0.73176074f,
              -0.4375f,
              0.1845544f,
              0.6875f,
              0.51855385f,
              -0.1875f,
              -0.591487f,
              -0.1875f,
              0.51855385f,
              0.6875f,
              0.1845544f,
              -0.4375f,
              -0.73176074f
            }),
        Arguments.of(
            false,
            23,
            11,
            new float[] {
              -0.3314812f,
              -0.20892777f,
              -0.24374717f,
              0.23433697f,
              0.42209578f,
              0.053565975f,
              -0.28614658f,
              -0.207379f,
              -0.3287911f,
              0.20999423f,
              -0.0010200925f
            }));
  }

  @ParameterizedTest
  @MethodSource("cases")
  void givesTheNumbersOfScipy(boolean polyphase, int from, int to, float[] expected) {
    float[] actual =
        polyphase
            ? Resampler.of(from, to, SincKernel.scipy(from, to)).resample(input())
            : FourierResampler.resample(input(), to);
    // Floats near 1.
    assertArrayEquals(expected, actual, 2e-7f);
  }

  @Test
  void oneSampleAndNone() {
    assertArrayEquals(new float[] {3, 3, 3}, FourierResampler.resample(new float[] {3}, 3), 1e-6f);
    assertThrows(IllegalArgumentException.class, () -> FourierResampler.resample(new float[0], 3));
  }
}
