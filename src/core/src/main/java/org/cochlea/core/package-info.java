/** Waveforms in, tensors out: the types every engine and every feature share. */
package org.cochlea.core;
