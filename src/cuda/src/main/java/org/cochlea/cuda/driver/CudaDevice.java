package org.cochlea.cuda.driver;

/**
 * A GPU and what launches must respect.
 *
 * @param handle the driver's handle
 * @param ordinal its index, as {@code CUDA_VISIBLE_DEVICES} leaves them
 * @param name such as {@code NVIDIA H200}
 * @param uuid as nvidia-smi writes it, {@code GPU-…}
 * @param pciAddress {@code domain:bus:device.0} in hexadecimal digits, as nvidia-smi writes it
 * @param major compute capability: 9 of 9.0
 * @param minor compute capability: 0 of 9.0
 * @param multiprocessors streaming multiprocessors
 * @param sharedPerBlock bytes of shared memory a block gets without asking for more
 * @param sharedPerBlockOptIn bytes of shared memory a block gets at most
 * @param sharedPerMultiprocessor bytes of shared memory of a multiprocessor
 * @param threadsPerMultiprocessor threads a multiprocessor holds at a time
 * @param maxGridX blocks a launch may have, along x
 * @param maxGridY blocks a launch may have, along y
 * @param maxGridZ blocks a launch may have, along z
 * @param l2Bytes bytes of L2 cache
 * @param totalMemory bytes of device memory
 */
public record CudaDevice(
    int handle,
    int ordinal,
    String name,
    String uuid,
    String pciAddress,
    int major,
    int minor,
    int multiprocessors,
    int sharedPerBlock,
    int sharedPerBlockOptIn,
    int sharedPerMultiprocessor,
    int threadsPerMultiprocessor,
    int maxGridX,
    int maxGridY,
    int maxGridZ,
    int l2Bytes,
    long totalMemory) {

  /** Asks the driver for a device by its index. */
  public static CudaDevice of(CudaDriver driver, int ordinal) {
    int device = driver.deviceGet(ordinal);
    return new CudaDevice(
        device,
        ordinal,
        driver.deviceGetName(device),
        driver.deviceGetUuid(device),
        "%08x:%02x:%02x.0"
            .formatted(
                driver.deviceGetAttribute(DeviceAttribute.PCI_DOMAIN_ID, device),
                driver.deviceGetAttribute(DeviceAttribute.PCI_BUS_ID, device),
                driver.deviceGetAttribute(DeviceAttribute.PCI_DEVICE_ID, device)),
        driver.deviceGetAttribute(DeviceAttribute.COMPUTE_CAPABILITY_MAJOR, device),
        driver.deviceGetAttribute(DeviceAttribute.COMPUTE_CAPABILITY_MINOR, device),
        driver.deviceGetAttribute(DeviceAttribute.MULTIPROCESSOR_COUNT, device),
        driver.deviceGetAttribute(DeviceAttribute.MAX_SHARED_MEMORY_PER_BLOCK, device),
        driver.deviceGetAttribute(DeviceAttribute.MAX_SHARED_MEMORY_PER_BLOCK_OPTIN, device),
        driver.deviceGetAttribute(DeviceAttribute.MAX_SHARED_MEMORY_PER_MULTIPROCESSOR, device),
        driver.deviceGetAttribute(DeviceAttribute.MAX_THREADS_PER_MULTIPROCESSOR, device),
        driver.deviceGetAttribute(DeviceAttribute.MAX_GRID_DIM_X, device),
        driver.deviceGetAttribute(DeviceAttribute.MAX_GRID_DIM_Y, device),
        driver.deviceGetAttribute(DeviceAttribute.MAX_GRID_DIM_Z, device),
        driver.deviceGetAttribute(DeviceAttribute.L2_CACHE_SIZE, device),
        driver.deviceTotalMem(device));
  }

  /** Returns the compute capability as one number: 90 of 9.0. */
  public int computeCapability() {
    return 10 * major + minor;
  }

  /** Returns the name, the compute capability and the memory, in words. */
  public String describe() {
    return "%s (compute capability %d.%d, %d MiB)".formatted(name, major, minor, totalMemory >> 20);
  }
}
