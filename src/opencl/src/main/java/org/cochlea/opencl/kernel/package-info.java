/** What runs on a device: Java that Aparapi turns into OpenCL. */
package org.cochlea.opencl.kernel;
