/** A small corpus of speech-like, musical and noisy sounds, computed rather than recorded. */
package org.cochlea.cli.demo;
