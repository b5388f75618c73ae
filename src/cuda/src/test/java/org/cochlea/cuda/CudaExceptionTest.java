package org.cochlea.cuda;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CudaExceptionTest {
  @Test
  void itSaysWhatFailedAndWhatToDo() {
    CudaException e =
        new CudaException("cuMemAlloc", 2, "CUDA_ERROR_OUT_OF_MEMORY", "out of memory");
    assertEquals(
        "cuMemAlloc failed: out of memory (CUDA_ERROR_OUT_OF_MEMORY, 2); use smaller batches or a"
            + " smaller memory budget, or end other programs that use the GPU (nvidia-smi lists"
            + " them)",
        e.getMessage());
    assertEquals("cuMemAlloc", e.function());
    assertEquals(2, e.code());
    assertEquals("CUDA_ERROR_OUT_OF_MEMORY", e.name());
    assertEquals(
        "cuCtxSetCurrent failed: what (CUDA_ERROR_X, 7)",
        new CudaException("cuCtxSetCurrent", 7, "CUDA_ERROR_X", "what").getMessage());
  }

  @ParameterizedTest
  @CsvSource({
    "CUDA_ERROR_OUT_OF_MEMORY, false, smaller batches",
    "CUDA_ERROR_NO_DEVICE, false, nvidia-smi",
    "CUDA_ERROR_INVALID_IMAGE, false, update NVIDIA's driver",
    "CUDA_ERROR_UNSUPPORTED_PTX_VERSION, false, update NVIDIA's driver",
    "CUDA_ERROR_ILLEGAL_ADDRESS, true, make a new one",
    "CUDA_ERROR_LAUNCH_FAILED, true, make a new one",
    "CUDA_ERROR_LAUNCH_TIMEOUT, true, smaller batches",
    "CUDA_ERROR_ECC_UNCORRECTABLE, true, Xid",
    "CUDA_ERROR_UNKNOWN, false, restart the process",
    "CUDA_ERROR_STUB_LIBRARY, false, LD_LIBRARY_PATH",
    "CUFFT_ALLOC_FAILED, false, smaller batches",
  })
  void adviceAndWhetherTheContextIsLost(String name, boolean sticky, String advice) {
    CudaException e = new CudaException("f", 1, name, "text");
    assertEquals(sticky, e.isSticky());
    assertTrue(e.getMessage().contains(advice), e.getMessage());
    assertFalse(e.getMessage().contains("\n"));
  }
}
