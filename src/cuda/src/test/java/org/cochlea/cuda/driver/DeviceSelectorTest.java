package org.cochlea.cuda.driver;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Selections of the emulator's two devices. */
class DeviceSelectorTest {
  @ParameterizedTest
  @ValueSource(strings = {"", " ", "first", "0,", ",0", "-1", "0,all", "GPU-", "GPU-xyz", "1.5"})
  void whatIsNoSelection(String text) {
    IllegalArgumentException e =
        assertThrows(IllegalArgumentException.class, () -> DeviceSelector.parse(text));
    assertTrue(
        e.getMessage().startsWith("device must be auto, all, or indices and UUIDs"),
        e.getMessage());
    assertTrue(e.getMessage().endsWith(text.isBlank() ? "empty" : text), e.getMessage());
  }

  /** Those that need devices. */
  @Emulator.Needs
  @Nested
  class OnTheEmulator {
    @ParameterizedTest
    @CsvSource(
        delimiter = '|',
        value = {
          "auto | 0",
          "all | 0,1",
          "ALL | 0,1",
          "1 | 1",
          "1,0 | 1,0",
          "0 , 1 | 0,1",
          "GPU-c0c1c2c3-c4c5-c6c7-c8c9-cacbcccdce01 | 1",
          "gpu-C0C1C2C3-C4C5-C6C7-C8C9-CACBCCCDCE00, 1 | 0,1",
        })
    void selections(String text, String ordinals) {
      List<String> selected =
          DeviceSelector.parse(text).select(CudaBinding.FFM.driver()).stream()
              .map(device -> String.valueOf(device.ordinal()))
              .toList();
      assertEquals(ordinals, String.join(",", selected));
    }

    private static String error(String text, String visible) {
      return assertThrows(
              IllegalArgumentException.class,
              () -> DeviceSelector.parse(text).select(CudaBinding.FFM.driver(), visible))
          .getMessage();
    }

    @Test
    void devicesThatAreNotThere() {
      assertEquals(
          "device 2 does not exist: there are"
              + " 0 (Cochlea emulator (compute capability 9.0), GPU-c0c1c2c3-c4c5-c6c7-c8c9-cacbcccdce00),"
              + " 1 (Cochlea emulator (compute capability 9.0), GPU-c0c1c2c3-c4c5-c6c7-c8c9-cacbcccdce01)",
          error("2", null));
      assertTrue(error("0,2", "5,6").endsWith("; CUDA_VISIBLE_DEVICES=5,6 may hide others"));
      assertTrue(error("GPU-ff", null).startsWith("device gpu-ff does not exist"));
      assertTrue(error("GPU-c0c1", null).startsWith("device gpu-c0c1 is ambiguous: GPU-c0c1c2c3"));
      assertEquals("device 1 is named twice", error("1,1", null));
    }
  }
}
