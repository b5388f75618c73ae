package org.cochlea.cli.demo;

/** A piece of speech. */
sealed interface Phone {
  /** Returns how long it lasts. */
  double seconds();

  /**
   * A voiced vowel.
   *
   * @param vowel which
   * @param seconds how long
   */
  record Voiced(Vowel vowel, double seconds) implements Phone {}

  /**
   * A hiss, such as s or sh.
   *
   * @param hz where it is strongest
   * @param seconds how long
   */
  record Hiss(double hz, double seconds) implements Phone {}

  /**
   * A closure and its release, such as t or k.
   *
   * @param hz where the release is strongest
   * @param seconds how long, the release being the last 12 ms
   */
  record Stop(double hz, double seconds) implements Phone {}

  /**
   * Silence.
   *
   * @param seconds how long
   */
  record Pause(double seconds) implements Phone {}
}
