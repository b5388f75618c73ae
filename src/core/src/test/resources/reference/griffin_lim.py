"""Writes griffin_lim_*.npy: moduli, and the signals that librosa and torchaudio's formulas find.

    python3 griffin_lim.py        needs librosa and torch; in this folder

Phases begin at 0, so that there is no noise to agree on. torchaudio 2's
functional.griffinlim is written out here, on torch.stft and torch.istft, in float64.
"""
import librosa
import numpy as np
import torch

ROUNDS = 8
time = np.arange(1200)
signal = np.sin(0.05 * time + 1e-4 * time * time) + 0.5 * np.sin(0.31 * time)
signal += 0.05 * np.random.default_rng(7).standard_normal(len(time))


def save(name, values):
    np.save(name, np.ascontiguousarray(values, dtype=np.float32))


def moduli(size, hop, padding):
    spectrum = librosa.stft(signal, n_fft=size, hop_length=hop, pad_mode=padding)
    return np.abs(spectrum).astype(np.float32)


def torchaudio(power_spectrogram, size, hop, rounds, momentum):
    window = torch.hann_window(size, dtype=torch.float64)
    magnitude = torch.from_numpy(power_spectrogram.astype(np.float64)).sqrt()
    momentum = momentum / (1 + momentum)
    angles = torch.ones_like(magnitude, dtype=torch.complex128)
    before = torch.tensor(0.0, dtype=torch.float64)
    for _ in range(rounds):
        inverse = torch.istft(magnitude * angles, size, hop, size, window)
        rebuilt = torch.stft(
            inverse, size, hop, size, window, center=True, pad_mode="reflect", return_complex=True)
        angles = rebuilt - momentum * before
        angles = angles / (angles.abs() + 1e-16)
        before = rebuilt
    return torch.istft(magnitude * angles, size, hop, size, window).numpy()


magnitude = moduli(256, 64, "constant")
save("griffin_lim_magnitude.npy", magnitude)
save("griffin_lim_librosa.npy", librosa.griffinlim(
    magnitude.astype(np.float64), n_iter=ROUNDS, hop_length=64, n_fft=256, init=None,
    momentum=0.99, pad_mode="constant", dtype=np.float64))
power = moduli(300, 100, "reflect") ** 2
save("griffin_lim_power.npy", power)
save("griffin_lim_torchaudio.npy", torchaudio(power, 300, 100, ROUNDS, 0.5))
