/**
 * The CUDA driver API and cuFFT, each through two bindings, and what owns device memory.
 *
 * <p>Names follow the driver API's without their {@code cu}. Handles and device addresses are
 * {@code long}s. Nothing outside this package calls native code.
 */
package org.cochlea.cuda.driver;
