package org.cochlea.cuda.driver;

/** What can be asked of a device: the driver's {@code CUdevice_attribute}, as far as it is used. */
public enum DeviceAttribute {
  MAX_THREADS_PER_BLOCK(1),
  MAX_GRID_DIM_X(5),
  MAX_GRID_DIM_Y(6),
  MAX_GRID_DIM_Z(7),
  /** Bytes of shared memory a block gets without asking for more. */
  MAX_SHARED_MEMORY_PER_BLOCK(8),
  WARP_SIZE(10),
  /** Peak clock in kHz; drivers of CUDA 13 may say 0. */
  CLOCK_RATE(13),
  MULTIPROCESSOR_COUNT(16),
  /** 1 if the device shares the host's memory. */
  INTEGRATED(18),
  /** 0 default, 2 prohibited, 3 one process at a time. */
  COMPUTE_MODE(20),
  PCI_BUS_ID(33),
  PCI_DEVICE_ID(34),
  /** Peak memory clock in kHz; drivers of CUDA 13 may say 0. */
  MEMORY_CLOCK_RATE(36),
  /** Width of the memory bus in bits. */
  GLOBAL_MEMORY_BUS_WIDTH(37),
  L2_CACHE_SIZE(38),
  MAX_THREADS_PER_MULTIPROCESSOR(39),
  PCI_DOMAIN_ID(50),
  COMPUTE_CAPABILITY_MAJOR(75),
  COMPUTE_CAPABILITY_MINOR(76),
  MAX_SHARED_MEMORY_PER_MULTIPROCESSOR(81),
  MAX_REGISTERS_PER_MULTIPROCESSOR(82),
  /** Bytes of shared memory a block gets at most, once a function has asked for them. */
  MAX_SHARED_MEMORY_PER_BLOCK_OPTIN(97),
  MAX_BLOCKS_PER_MULTIPROCESSOR(106);

  private final int code;

  DeviceAttribute(int code) {
    this.code = code;
  }

  /** Returns the driver's number for it. */
  public int code() {
    return code;
  }
}
