"""Reference outputs for the options of Kaldi's and python_speech_features' front-ends.

Made with python_speech_features 0.6.1 and the compliance/kaldi.py of torchaudio 0.10 (the same
computation as 0.13.1 without dither), in float64, on numpy 2.4.6, scipy 1.17.1, torch 2.13.0.

    python kaldi_and_psf.py ../resources/reference
"""

import sys
import warnings
import wave
from pathlib import Path

import numpy as np
import python_speech_features as psf
import torch
import torchaudio.compliance.kaldi as kaldi

warnings.filterwarnings("ignore")
torch.set_default_dtype(torch.float64)
root = Path(sys.argv[1])


def read(name, samples):
    """The first 16-bit samples of a file, as integers in float64."""
    with wave.open(str(root / "audio" / f"{name}.wav")) as f:
        return np.frombuffer(f.readframes(samples), "<i2").astype(np.float64)


def save(name, time_first):
    np.save(root / f"{name}.npy", np.ascontiguousarray(np.asarray(time_first).T, np.float32))


speech = torch.from_numpy(read("speech16k", 8000))[None]
save("kaldi_options_vtln", kaldi.fbank(
    speech, vtln_warp=1.15, vtln_low=120.0, vtln_high=-600.0, num_mel_bins=30,
    window_type="rectangular", preemphasis_coefficient=0.9, raw_energy=False, use_energy=True))
save("kaldi_options_linear", kaldi.fbank(
    speech, window_type="blackman", blackman_coeff=0.4, frame_length=24.0, frame_shift=7.5,
    round_to_power_of_two=False, use_log_fbank=False, remove_dc_offset=False,
    preemphasis_coefficient=0.0, subtract_mean=True, high_freq=7000.0))
save("kaldi_options_htk_mfcc", kaldi.mfcc(
    speech, htk_compat=True, cepstral_lifter=0.0, subtract_mean=True, num_ceps=20))
save("kaldi_options_energy_mfcc", kaldi.mfcc(
    speech, use_energy=True, raw_energy=False, energy_floor=1e9, vtln_warp=0.9, num_mel_bins=40,
    cepstral_lifter=30.0, window_type="hanning"))
save("kaldi_options_spectrogram", kaldi.spectrogram(
    speech, snip_edges=False, window_type="hamming", frame_length=20.0))
save("kaldi_options_mean_spectrogram", kaldi.spectrogram(
    speech, raw_energy=False, subtract_mean=True, energy_floor=0.0))

digits = read("digits8k", 8000)
save("psf_options_cut_mfcc", psf.mfcc(
    digits, 8000, nfft=128, winfunc=np.hamming, preemph=0.0, ceplifter=0, appendEnergy=False,
    numcep=20))
save("psf_options_band_mfcc", psf.mfcc(
    digits, 11025, winlen=0.032, winstep=0.0125, nfilt=20, lowfreq=100, highfreq=4000,
    ceplifter=15))
save("psf_options_ssc", psf.ssc(digits, 8000, winfunc=np.hanning))
features, energy = psf.fbank(digits, 8000, nfilt=40)
save("psf_options_fbank", np.concatenate([features, energy[:, None]], 1))
save("psf_options_delta", psf.delta(psf.mfcc(digits, 8000), 3))
# A frame of 1102.5 samples at 44.1 kHz is rounded up, and the transform is odd.
save("psf_options_odd_logfbank", psf.logfbank(digits / 32768, 44100, nfilt=26, nfft=1103))
silence = np.zeros(1000)
save("psf_options_silence", psf.mfcc(silence, 8000))
