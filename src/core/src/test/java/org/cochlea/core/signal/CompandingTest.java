package org.cochlea.core.signal;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.zip.CRC32;
import org.cochlea.core.testing.Distance;
import org.cochlea.core.testing.Npy;
import org.cochlea.core.testing.ReferenceAudio;
import org.junit.jupiter.api.Test;

class CompandingTest {

  @Test
  void muLawEqualsLibrosa() {
    float[] x = ReferenceAudio.read("speech22k").mono();
    float[] y = MuLaw.BITS_8.compress(x);
    assertTrue(Distance.relativeL2(y, Npy.read("mulaw").data()) < 1e-7);
    assertArrayEquals(x, MuLaw.BITS_8.expand(y), 1e-6f);
  }

  /** {@code librosa.mu_compress(np.linspace(-1, 1, 41), mu=255, quantize=True)}. */
  @Test
  void levelsEqualLibrosa() {
    int[] expected = {
      -128, -126, -125, -124, -122, -121, -119, -118, -116, -114, -112, -109, -107, -104, -100, -96,
      -91, -84, -75, -60, 0, 60, 75, 84, 91, 96, 100, 104, 107, 109, 112, 114, 116, 118, 119, 121,
      122, 124, 125, 126, 127
    };
    float[] x = new float[41];
    for (int i = 0; i < 41; i++) {
      x[i] = (float) (-1 + i * 0.05);
    }
    x[20] = 0;
    assertArrayEquals(expected, MuLaw.BITS_8.quantize(x));
    float[] back = MuLaw.BITS_8.dequantize(expected);
    assertEquals(-1, back[0]);
    assertEquals(-0.9166785688642973, back[1], 1e-7);
    assertEquals(-0.8776481432462052, back[2], 1e-7);
    assertEquals(0, back[20]);
  }

  @Test
  void everyLevelComesBack() {
    MuLaw law = MuLaw.BITS_8;
    for (int q = -127; q <= 127; q++) {
      // The middle of a step: 2 q / 256 lies inside the step of level q.
      assertEquals(q, law.quantize(law.dequantize(new int[] {q}))[0]);
    }
  }

  @Test
  void muLawRanges() {
    assertEquals(
        "every sample must be in [-1, 1], number 1 was 1.5",
        assertThrows(
                IllegalArgumentException.class, () -> MuLaw.BITS_8.compress(new float[] {0, 1.5f}))
            .getMessage());
    assertThrows(
        IllegalArgumentException.class, () -> MuLaw.BITS_8.quantize(new float[] {Float.NaN}));
    assertThrows(IllegalArgumentException.class, () -> MuLaw.BITS_8.dequantize(new int[] {129}));
    assertThrows(IllegalArgumentException.class, () -> new MuLaw(0));
    assertEquals(0, MuLaw.BITS_8.quantize(new float[0]).length);
  }

  /** CRC-32 of the tables that CPython's audioop gives: Sun's reference code. */
  @Test
  void g711TablesAreTheReferenceCodes() {
    CRC32 mu = new CRC32();
    CRC32 a = new CRC32();
    for (int code = 0; code < 256; code++) {
      update(mu, G711.fromMuLaw((byte) code));
      update(a, G711.fromALaw((byte) code));
    }
    assertEquals(210008735L, mu.getValue());
    assertEquals(2641774167L, a.getValue());
    CRC32 toMu = new CRC32();
    CRC32 toA = new CRC32();
    for (int sample = -32768; sample < 32768; sample++) {
      toMu.update(G711.toMuLaw((short) sample));
      toA.update(G711.toALaw((short) sample));
    }
    assertEquals(997997118L, toMu.getValue());
    assertEquals(2436069742L, toA.getValue());
  }

  private static void update(CRC32 crc, short sample) {
    crc.update(sample);
    crc.update(sample >> 8);
  }

  @Test
  void g711Landmarks() {
    assertEquals(0, G711.fromMuLaw((byte) 0xff));
    assertEquals(-32124, G711.fromMuLaw((byte) 0x00));
    assertEquals(32124, G711.fromMuLaw((byte) 0x80));
    assertEquals(-8, G711.fromALaw((byte) 0x55));
    assertEquals(8, G711.fromALaw((byte) 0xd5));
    assertEquals(-32256, G711.fromALaw((byte) 0x2a));
    for (int code = 0; code < 256; code++) {
      byte b = (byte) code;
      assertEquals(b, G711.toALaw(G711.fromALaw(b)));
      // Mu-law has two zeros; the encoder gives the positive one.
      assertEquals(code == 0x7f ? (byte) 0xff : b, G711.toMuLaw(G711.fromMuLaw(b)));
    }
    assertArrayEquals(
        new float[] {0, -32124 / 32768f}, G711.decodeMuLaw(new byte[] {(byte) 0xff, 0}));
    assertArrayEquals(new float[] {-8 / 32768f}, G711.decodeALaw(new byte[] {0x55}));
  }
}
