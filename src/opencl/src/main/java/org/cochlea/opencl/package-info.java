/** The OpenCL engine. */
package org.cochlea.opencl;
