/**
 * Augmentation: random changes of waveforms and spectrograms, batched and reproducible.
 *
 * <p>An {@link org.cochlea.core.augment.Augmentation} is a value. An {@link
 * org.cochlea.core.augment.AugmentationPlan} lists those of the waveform and those of the feature;
 * an {@link org.cochlea.core.augment.AugmentedExtractor} runs them around a feature on any engine.
 * What is drawn is a function of seed, epoch and example alone: {@link
 * org.cochlea.core.augment.Draws}.
 */
package org.cochlea.core.augment;
