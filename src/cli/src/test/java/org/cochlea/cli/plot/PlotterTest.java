package org.cochlea.cli.plot;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.cochlea.cli.plot.Picture.Curve;
import org.cochlea.cli.plot.Picture.Heatmap;
import org.cochlea.core.Engine;
import org.cochlea.core.Engines;
import org.cochlea.core.Waveform;
import org.cochlea.core.feature.Compression;
import org.cochlea.core.feature.LogMel;
import org.cochlea.core.feature.MelSpectrogram;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class PlotterTest {
  private static final int RATE = 16_000;
  private static final Engine ENGINE = Engines.named("reference");

  @ParameterizedTest
  @EnumSource(
      value = PlotKind.class,
      names = {"SPECTROGRAM", "LOG_SPECTROGRAM", "MEL"})
  void aToneIsBrightestAtItsFrequencyAndTime(PlotKind kind) {
    float[] tone = new float[2 * RATE];
    for (int i = RATE; i < tone.length; i++) {
      tone[i] = (float) Math.sin(2 * Math.PI * 1000 * i / RATE);
    }
    Heatmap map = (Heatmap) picture(PlotSpec.of(kind), tone);
    assertEquals(0, at(map, 1.5, 1000), 1.5, "within half a mel band of the maximum");
    assertTrue(at(map, 1.5, 3000) < -40);
    assertEquals(-80, at(map, 0.3, 1000));
    assertEquals(2, map.x().limits().high());
    assertEquals(8000, map.y().limits().high());
  }

  @Test
  void aSpectrumPeaksAtItsTone() {
    float[] tone = new float[RATE];
    for (int i = 0; i < tone.length; i++) {
      tone[i] = (float) Math.sin(2 * Math.PI * 2000 * i / RATE);
    }
    Curve curve = (Curve) picture(PlotSpec.of(PlotKind.SPECTRUM), tone);
    int peak = 0;
    for (int i = 0; i < curve.values().columns(); i++) {
      if (curve.values().at(0, i) > curve.values().at(0, peak)) {
        peak = i;
      }
    }
    assertEquals(2000, curve.place().applyAsDouble(peak), 8);
    assertEquals(0, curve.values().at(0, peak), 1e-6);
  }

  @Test
  void piecesJoinWithoutASeam() {
    float[] noise = noise(40_001);
    PlotSpec spec = new PlotSpec(PlotKind.MEL, 1024, 300, 40, 13, null);
    Heatmap whole = (Heatmap) picture(spec, noise);
    Heatmap pieces = (Heatmap) new Plotter(ENGINE, spec, 5000).picture("", List.of(noise), RATE, 0);
    assertEquals(1 + 40_001 / 300, whole.values().columns());
    assertEquals(whole.values().columns(), pieces.values().columns());
    for (int r = 0; r < 40; r++) {
      for (int c = 0; c < whole.values().columns(); c++) {
        assertEquals(whole.values().at(r, c), pieces.values().at(r, c));
      }
    }
  }

  @Test
  void decibelsAreLibrosas() {
    float[] noise = noise(9000);
    Heatmap map = (Heatmap) picture(PlotSpec.of(PlotKind.MEL), noise);
    LogMel librosa =
        new LogMel(MelSpectrogram.librosa(RATE), Compression.Decibels.ofPower().withReference(0));
    try (var extractor = ENGINE.compile(librosa.pipeline())) {
      float[] expected = extractor.extract(Waveform.of(noise, RATE)).toArray(0);
      int frames = map.values().columns();
      assertEquals(expected.length, 128 * frames);
      for (int i = 0; i < expected.length; i++) {
        // float32 powers in decibels.
        assertEquals(expected[i], map.values().at(i / frames, i % frames), 1e-4);
      }
    }
  }

  @Test
  void longSoundsArePooledByTheirMaximum() {
    float[] clicks = new float[200_000];
    clicks[123_456] = 1;
    PlotSpec spec = new PlotSpec(PlotKind.SPECTROGRAM, 16, 8, 4, 2, null);
    Heatmap map = (Heatmap) picture(spec, clicks);
    assertTrue(map.values().columns() <= 8192);
    assertEquals(0, at(map, 123_456.0 / RATE, 4000), 3, "hops beside the click weigh less");
    assertEquals(-80, at(map, 110_000.0 / RATE, 4000));
  }

  @ParameterizedTest
  @EnumSource(PlotKind.class)
  void whateverCanBeHeardCanBeDrawn(PlotKind kind) {
    float[] nan = new float[3000];
    Arrays.fill(nan, Float.NaN);
    for (float[] samples :
        List.of(new float[] {1}, new float[5000], nan, noise(100), noise(60_000))) {
      for (List<float[]> channels : List.of(List.of(samples), List.of(samples, samples))) {
        Picture picture =
            new Plotter(ENGINE, PlotSpec.of(kind)).picture("title", channels, 8000, 61.5);
        assertEquals(200, new Renderer(300, 200).render(picture).getHeight());
        assertEquals("title", picture.title());
      }
    }
  }

  @Test
  void silenceIsDark() {
    Heatmap map = (Heatmap) picture(PlotSpec.of(PlotKind.MEL), new float[5000]);
    assertEquals(-80, map.values().at(3, 3));
    assertEquals(new Limits(-80, 0), map.limits());
  }

  @Test
  void signedValuesGetSignedColours() {
    Heatmap mfcc =
        assertInstanceOf(Heatmap.class, picture(PlotSpec.of(PlotKind.MFCC), noise(30_000)));
    assertEquals(ColorMap.COOLWARM, mfcc.colors());
    assertEquals(-mfcc.limits().low(), mfcc.limits().high());
    Heatmap decibels =
        (Heatmap) FeaturePicture.of("", new Grid(2, 2, new float[] {-80, -30, -2, 3}), 0, null);
    assertEquals(ColorMap.MAGMA, decibels.colors(), "decibels that just rise above zero");
    Heatmap given =
        (Heatmap)
            FeaturePicture.of("", new Grid(2, 2, new float[] {-1, 2, 1, 0}), 0, ColorMap.VIRIDIS);
    assertEquals(ColorMap.VIRIDIS, given.colors());
  }

  @Test
  void emptySoundsAndBadSizesAreRefused() {
    assertThrows(
        IllegalArgumentException.class, () -> picture(PlotSpec.of(PlotKind.MEL), new float[0]));
    assertThrows(
        IllegalArgumentException.class, () -> new PlotSpec(PlotKind.MFCC, 512, 128, 20, 21, null));
    assertThrows(
        IllegalArgumentException.class, () -> new PlotSpec(PlotKind.MFCC, 1, 128, 20, 20, null));
  }

  private static Picture picture(PlotSpec spec, float[] samples) {
    return new Plotter(ENGINE, spec).picture("", List.of(samples), RATE, 0);
  }

  /** The value that is drawn at a place of the axes. */
  private static float at(Heatmap map, double seconds, double hz) {
    return map.values()
        .at(
            (int) Math.round(map.row().applyAsDouble(hz)),
            (int) Math.round(map.column().applyAsDouble(seconds)));
  }

  private static float[] noise(int samples) {
    Random random = new Random(7);
    float[] noise = new float[samples];
    for (int i = 0; i < samples; i++) {
      noise[i] = (float) (0.1 * random.nextGaussian());
    }
    return noise;
  }
}
