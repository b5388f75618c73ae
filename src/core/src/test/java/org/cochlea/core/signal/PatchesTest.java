package org.cochlea.core.signal;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PatchesTest {

  private static final int PAD = Patches.PADDING;

  @Test
  void slidingDropsTheRest() {
    assertArrayEquals(new int[][] {{0, 1, 2}, {2, 3, 4}}, Patches.sliding(3, 2).plan(6));
    assertArrayEquals(new int[][] {}, Patches.sliding(3, 2).plan(2));
    assertArrayEquals(new int[][] {{0, 1, 2}}, Patches.sliding(3, 2).plan(3));
    assertEquals(1, Patches.yamnet().plan(96).length);
    assertEquals(1, Patches.yamnet().plan(143).length);
    assertEquals(2, Patches.yamnet().plan(144).length);
    assertEquals(0, Patches.vggish().plan(95).length);
    assertEquals(2, Patches.vggish().plan(287).length);
  }

  @Test
  void yamnetWaveform() {
    assertEquals(15600, Patches.yamnetWaveform().plan(0)[0].length);
    assertEquals(15600, Patches.yamnetWaveform().plan(15600)[0].length);
    assertEquals(15600 + 7680, Patches.yamnetWaveform().plan(15601)[0].length);
    int[] plan = Patches.yamnetWaveform().plan(16000)[0];
    assertEquals(15999, plan[15999]);
    assertEquals(PAD, plan[16000]);
    // Frames of 400 every 160 then make whole patches of 96 every 48.
    for (int n : new int[] {1, 15600, 20000, 100_000}) {
      int frames = (Patches.yamnetWaveform().plan(n)[0].length - 400) / 160 + 1;
      assertEquals(0, (frames - 96) % 48);
    }
  }

  /** The published loop: extend by leading frames, cut every 50, complete the last. */
  @ParameterizedTest
  @ValueSource(ints = {1, 30, 50, 60, 99, 100, 101, 102, 149, 150, 151, 199, 200, 201, 777})
  void fsdFedIsItsLoop(int frames) {
    List<Integer> clip = new ArrayList<>(IntStream.range(0, frames).boxed().toList());
    while (clip.size() < 101) {
      clip.addAll(List.copyOf(clip.subList(0, Math.min(clip.size(), 101 - clip.size()))));
    }
    int count = clip.size() / 50 - 1;
    int[][] expected = new int[count][];
    for (int i = 0; i < count; i++) {
      List<Integer> patch =
          new ArrayList<>(clip.subList(i * 50, Math.min(clip.size(), i * 50 + 101)));
      if (patch.size() < 101) {
        patch.add(patch.getLast());
      }
      expected[i] = patch.stream().mapToInt(Integer::intValue).toArray();
    }
    int[][] plan = Patches.fsdFed().plan(frames);
    assertArrayEquals(expected, plan);
    for (int[] patch : plan) {
      assertEquals(101, patch.length);
    }
  }

  @Test
  void fsd50kPytorch() {
    Patches chunks = Patches.fsd50kPytorch(4);
    assertArrayEquals(new int[][] {{0, 1, 2, 0}}, chunks.plan(3));
    assertArrayEquals(new int[][] {{0, 1, 2, 3}, {2, 3, 2, 3}}, chunks.plan(4));
    assertArrayEquals(new int[][] {{0, 1, 2, 3}, {2, 3, 4, 2}, {4, 4, 4, 4}}, chunks.plan(5));
    assertEquals(22050, Patches.fsd50kPytorch(22050).plan(30_000)[0].length);
    assertEquals(3, Patches.fsd50kPytorch(22050).plan(30_000).length);
    assertThrows(IllegalArgumentException.class, () -> chunks.plan(0));
  }

  @Test
  void pons() {
    int[][] shortClip = Patches.pons(42).plan(50);
    assertEquals(1, shortClip.length);
    assertEquals(0, shortClip[0][50]);
    assertEquals(27, shortClip[0][127]);
    assertEquals(3, Patches.pons(42).plan(128 + 84).length);
    assertEquals(73, Patches.pons(1).plan(200).length);
  }

  @Test
  void evenlySpaced() {
    // 10 columns, patches of 4: steps of (10 - 4 + 1) / 5 = 1.4.
    int[][] plan = Patches.evenlySpaced(4, 5).plan(10);
    assertArrayEquals(
        new int[] {0, 1, 2, 4, 5}, Arrays.stream(plan).mapToInt(patch -> patch[0]).toArray());
    // Never farther apart than their length.
    plan = Patches.evenlySpaced(4, 2).plan(100);
    assertArrayEquals(new int[] {4, 5, 6, 7}, plan[1]);
    assertArrayEquals(new int[][] {{0, 1}, {0, 1}, {0, 1}}, Patches.evenlySpaced(2, 3).plan(2));
    assertEquals(
        "frames must be at least 4, was 3",
        assertThrows(IllegalArgumentException.class, () -> Patches.evenlySpaced(4, 5).plan(3))
            .getMessage());
  }

  @Test
  void splitLong() {
    // Patches of 10 every 9; a rest of 2 or more is aligned with the end.
    assertArrayEquals(new int[] {0}, starts(Patches.splitLong(10).plan(10)));
    assertArrayEquals(new int[] {0}, starts(Patches.splitLong(10).plan(17)));
    assertArrayEquals(new int[] {0, 8}, starts(Patches.splitLong(10).plan(18)));
    assertArrayEquals(new int[] {0, 9}, starts(Patches.splitLong(10).plan(19)));
    assertArrayEquals(new int[] {0, 9, 17}, starts(Patches.splitLong(10).plan(27)));
  }

  private static int[] starts(int[][] plan) {
    return Arrays.stream(plan).mapToInt(patch -> patch[0]).toArray();
  }

  @Test
  void randomLead() {
    boolean[] seen = new boolean[4];
    for (long seed = 0; seed < 100; seed++) {
      int[] plan = Patches.randomLead(5, seed).plan(2)[0];
      assertEquals(5, plan.length);
      int lead = 0;
      while (plan[lead] == PAD) {
        lead++;
      }
      assertEquals(0, plan[lead]);
      assertEquals(1, plan[lead + 1]);
      assertEquals(3, Arrays.stream(plan).filter(c -> c == PAD).count());
      seen[lead] = true;
      assertArrayEquals(plan, Patches.randomLead(5, seed).plan(2)[0]);
    }
    assertArrayEquals(new boolean[] {true, true, true, true}, seen);
    assertArrayEquals(new int[] {0, 1, 2}, Patches.randomLead(3, 1).plan(9)[0]);
  }

  @Test
  void padding() {
    assertArrayEquals(new int[] {0, 1, PAD, PAD}, Patches.padOrTrim(4).plan(2)[0]);
    assertArrayEquals(new int[] {0, 1}, Patches.padOrTrim(2).plan(4)[0]);
    assertEquals(480_000, Patches.whisper().plan(7)[0].length);
    assertArrayEquals(new int[] {0, 1, 0, 1, 0}, Patches.repeatPad(5).plan(2)[0]);
    assertArrayEquals(new int[] {0, 1, 2}, Patches.repeatPad(2).plan(3)[0]);
    assertArrayEquals(new int[] {PAD, 0, 1, PAD, PAD}, Patches.centrePad(5).plan(2)[0]);
    assertArrayEquals(new int[] {0, 1, 2}, Patches.centrePad(2).plan(3)[0]);
    assertEquals(0, Patches.padToMultiple(16).plan(0)[0].length);
    assertEquals(32, Patches.padToMultiple(16).plan(17)[0].length);
    assertEquals(16, Patches.padToMultiple(16).plan(16)[0].length);
    assertThrows(IllegalArgumentException.class, () -> Patches.repeatPad(5).plan(0));
  }

  @Test
  void chainsKeepPadding() {
    assertArrayEquals(
        new int[][] {{PAD, 0}, {1, 2}},
        Patches.centrePad(5).andThen(Patches.sliding(2, 2)).plan(3));
  }

  @Test
  void matricesAreCutByRow() {
    float[] features = {0, 1, 2, 3, 10, 11, 12, 13};
    assertArrayEquals(
        new float[][] {{0, 1, 2, 10, 11, 12}, {1, 2, 3, 11, 12, 13}},
        Patches.sliding(3, 1).cut(features, 2, 4));
    assertArrayEquals(
        new float[] {0, 1, 2, 3, -9, 10, 11, 12, 13, -9},
        Patches.padOrTrim(5).cut(features, 2, 4, -9)[0]);
    assertArrayEquals(new float[][] {{5, 6, 0}}, Patches.padOrTrim(3).cut(new float[] {5, 6}));
    assertEquals(
        "features must be 3 bins of 4 frames, 12 numbers, were 8",
        assertThrows(
                IllegalArgumentException.class, () -> Patches.sliding(1, 1).cut(features, 3, 4))
            .getMessage());
  }

  @Test
  void rangesAreChecked() {
    assertThrows(IllegalArgumentException.class, () -> Patches.sliding(0, 1));
    assertThrows(IllegalArgumentException.class, () -> Patches.sliding(1, 0));
    assertThrows(IllegalArgumentException.class, () -> Patches.splitLong(1));
    assertThrows(IllegalArgumentException.class, () -> Patches.sliding(1, 1).plan(-1));
  }
}
