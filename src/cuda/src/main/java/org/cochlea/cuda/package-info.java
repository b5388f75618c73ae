/** The CUDA engine. */
package org.cochlea.cuda;
