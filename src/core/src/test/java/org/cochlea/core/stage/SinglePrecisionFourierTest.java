package org.cochlea.core.stage;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.zip.CRC32;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SinglePrecisionFourierTest {
  /** Checksums of the bits that {@code scipy.fft.rfft} of scipy 1.17 gives of these samples. */
  @ParameterizedTest
  @CsvSource({
    "1, 19071B72",
    "2, 65BC2CCF",
    "3, D40CD531",
    "4, 4483FFB7",
    "8, D33BB7C4",
    "12, 7AD87F95",
    "60, 9C033316",
    "96, C20585E2",
    "210, 012F1FAB",
    "242, 44813C15",
    "1155, 53536C78",
    "2197, 50412740",
    "2738, 56ECEAF9",
    "8000, DB8992C0",
    "11025, CA12E703",
    "24000, C8BA3BA4"
  })
  void bitsAreThoseOfScipy(int size, String checksum) {
    ByteBuffer bytes = ByteBuffer.allocate(8 * (size / 2 + 1)).order(ByteOrder.LITTLE_ENDIAN);
    for (float value : new SinglePrecisionFourier(size).forward(samples(size))) {
      bytes.putFloat(value + 0f); // no negative zeros
    }
    CRC32 crc = new CRC32();
    crc.update(bytes.array());
    assertEquals(checksum, "%08X".formatted(crc.getValue()));
  }

  /**
   * pocketfft takes another algorithm for these; here they are right, not equal to the last bit.
   */
  @Test
  void largePrimeFactorsAreRight() {
    int size = 2 * 1009;
    float[] samples = samples(size);
    double[] wide = new double[size];
    for (int n = 0; n < size; n++) {
      wide[n] = samples[n];
    }
    float[] actual = new SinglePrecisionFourier(size).forward(samples);
    double[] expected = new Fourier(size).forward(wide);
    for (int k = 0; k < expected.length; k++) {
      assertEquals((float) expected[k], actual[k]);
    }
  }

  private static float[] samples(int size) {
    float[] samples = new float[size];
    for (int n = 0; n < size; n++) {
      samples[n] = (n * 7919L % 2003 - 1001) / 1024f;
    }
    return samples;
  }
}
