package org.cochlea.cli.demo;

import java.util.List;

/**
 * American English vowels by the words they are in, with their first three formants as spoken by
 * men, women and children: Peterson and Barney, "Control methods used in a study of the vowels",
 * JASA 1952, table II.
 */
enum Vowel {
  HEED(List.of(270, 2290, 3010), List.of(310, 2790, 3310), List.of(370, 3200, 3730)),
  HID(List.of(390, 1990, 2550), List.of(430, 2480, 3070), List.of(530, 2730, 3600)),
  HEAD(List.of(530, 1840, 2480), List.of(610, 2330, 2990), List.of(690, 2610, 3570)),
  HAD(List.of(660, 1720, 2410), List.of(860, 2050, 2850), List.of(1010, 2320, 3320)),
  HOD(List.of(730, 1090, 2440), List.of(850, 1220, 2810), List.of(1030, 1370, 3170)),
  HAWED(List.of(570, 840, 2410), List.of(590, 920, 2710), List.of(680, 1060, 3180)),
  HOOD(List.of(440, 1020, 2240), List.of(470, 1160, 2680), List.of(560, 1410, 3310)),
  WHOD(List.of(300, 870, 2240), List.of(370, 950, 2670), List.of(430, 1170, 3260)),
  HUD(List.of(640, 1190, 2390), List.of(760, 1400, 2780), List.of(850, 1590, 3360)),
  HEARD(List.of(490, 1350, 1690), List.of(500, 1640, 1960), List.of(560, 1820, 2160));

  private final List<Integer> men;
  private final List<Integer> women;
  private final List<Integer> children;

  Vowel(List<Integer> men, List<Integer> women, List<Integer> children) {
    this.men = men;
    this.women = women;
    this.children = children;
  }

  /** Returns a formant in Hz. */
  int formant(Voice.Speaker speaker, int index) {
    return switch (speaker) {
      case MAN -> men.get(index);
      case WOMAN -> women.get(index);
      case CHILD -> children.get(index);
    };
  }
}
