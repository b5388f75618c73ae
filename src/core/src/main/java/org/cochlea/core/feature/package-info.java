/**
 * Features as values: records with their peers' defaults as factories, each lowering to a {@link
 * org.cochlea.core.stage.Pipeline}.
 *
 * <p>Names here and in the libraries people come from:
 *
 * <table>
 * <caption>Parameter names</caption>
 * <tr><th>here</th><th>librosa, nnAudio</th><th>torchaudio</th><th>Kaldi</th></tr>
 * <tr><td>sampleRate</td><td>sr</td><td>sample_rate</td><td>sample_frequency</td></tr>
 * <tr><td>fftSize</td><td>n_fft</td><td>n_fft</td><td>(a power of two)</td></tr>
 * <tr><td>windowLength</td><td>win_length</td><td>win_length</td><td>frame_length, ms</td></tr>
 * <tr><td>hopLength</td><td>hop_length</td><td>hop_length</td><td>frame_shift, ms</td></tr>
 * <tr><td>padding</td><td>pad_mode</td><td>pad_mode</td><td>snip_edges</td></tr>
 * <tr><td>bins (of a filter bank)</td><td>n_mels, n_bins</td><td>n_mels, n_filter</td>
 *     <td>num_mel_bins</td></tr>
 * <tr><td>minHz, maxHz</td><td>fmin, fmax</td><td>f_min, f_max</td><td>low_freq, high_freq</td></tr>
 * <tr><td>coefficients</td><td>n_mfcc</td><td>n_mfcc, n_lfcc</td><td>num_ceps</td></tr>
 * <tr><td>range (dB)</td><td>top_db</td><td>top_db</td><td></td></tr>
 * </table>
 */
package org.cochlea.core.feature;
