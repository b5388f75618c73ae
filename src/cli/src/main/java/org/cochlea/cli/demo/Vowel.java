package org.cochlea.cli.demo;

import java.util.List;

/**
 * The first three formants of a vowel in Hz. The constants are American English vowels, by the
 * words they are in: Peterson and Barney, "Control methods used in a study of the vowels", JASA
 * 1952, table II.
 *
 * @param men as spoken by men
 * @param women as spoken by women
 * @param children as spoken by children
 */
record Vowel(List<Integer> men, List<Integer> women, List<Integer> children) {
  static final Vowel HEED =
      new Vowel(List.of(270, 2290, 3010), List.of(310, 2790, 3310), List.of(370, 3200, 3730));

  static final Vowel HID =
      new Vowel(List.of(390, 1990, 2550), List.of(430, 2480, 3070), List.of(530, 2730, 3600));

  static final Vowel HEAD =
      new Vowel(List.of(530, 1840, 2480), List.of(610, 2330, 2990), List.of(690, 2610, 3570));

  static final Vowel HAD =
      new Vowel(List.of(660, 1720, 2410), List.of(860, 2050, 2850), List.of(1010, 2320, 3320));

  static final Vowel HOD =
      new Vowel(List.of(730, 1090, 2440), List.of(850, 1220, 2810), List.of(1030, 1370, 3170));

  static final Vowel HAWED =
      new Vowel(List.of(570, 840, 2410), List.of(590, 920, 2710), List.of(680, 1060, 3180));

  static final Vowel HOOD =
      new Vowel(List.of(440, 1020, 2240), List.of(470, 1160, 2680), List.of(560, 1410, 3310));

  static final Vowel WHOD =
      new Vowel(List.of(300, 870, 2240), List.of(370, 950, 2670), List.of(430, 1170, 3260));

  static final Vowel HUD =
      new Vowel(List.of(640, 1190, 2390), List.of(760, 1400, 2780), List.of(850, 1590, 3360));

  static final Vowel HEARD =
      new Vowel(List.of(490, 1350, 1690), List.of(500, 1640, 1960), List.of(560, 1820, 2160));

  /** All of them. */
  static final List<Vowel> ALL = List.of(HEED, HID, HEAD, HAD, HOD, HAWED, HOOD, WHOD, HUD, HEARD);

  /** Returns a formant in Hz. */
  int formant(Voice.Speaker speaker, int index) {
    return switch (speaker) {
      case MAN -> men.get(index);
      case WOMAN -> women.get(index);
      case CHILD -> children.get(index);
    };
  }
}
