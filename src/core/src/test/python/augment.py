"""Writes resources/reference/augment.npy: numbers that AugmentationValuesTest compares with.

Needs numpy, scipy and librosa; run in this folder. Rows of 2048 samples at 8 kHz:
0 the input; 1 clipped as audiomentations' ClippingDistortion at 21 percent; 2 as its TanhDistortion
of 0.5; 3 as its BitCrush of 6 bits; 4 a low pass as julius.lowpass_filter at 800 Hz; 5 a band pass
as julius.bandpass_filter from 500 to 1500 Hz; 6 an impulse response; 7 convolved with it, without
the delay of its peak; 8 librosa.effects.time_stretch by 1.25; 9 the shelf, peak and shelf of an
equalizer by scipy.signal.lfilter.
"""

import librosa
import numpy as np
import scipy.signal

N, RATE = 2048, 8000
random = np.random.default_rng(20240607)
t = np.arange(N) / RATE
x = 0.3 * np.sin(2 * np.pi * 440 * t) + 0.2 * np.sin(2 * np.pi * 1300 * t + 1)
x = (x + 0.1 * random.standard_normal(N)).astype(np.float32)
wide = x.astype(np.float64)


def clipped(percent):
    lower = int(percent / 2)
    low, high = np.percentile(x, [lower, 100 - lower])
    return np.clip(x, np.float32(low), np.float32(high))


def tanh(amount):
    gain = 0.5 / (np.percentile(np.abs(wide), 100 - 99 * amount) + 1e-6)
    y = np.tanh(gain * wide)
    return y * np.sqrt(np.mean(wide**2) / np.mean(y**2))


def crushed(bits):
    q = 2**bits / 2 + 1
    return np.round(wide * q) / q


def low_pass(cutoff, half):
    k = np.arange(-half, half + 1)
    taps = 2 * cutoff * np.hanning(2 * half + 1) * np.sinc(2 * cutoff * k)
    taps /= taps.sum()
    return np.convolve(np.pad(wide, half, mode="edge"), taps, mode="valid")


def half(cutoff):
    return int(8 / cutoff / 2)


response = random.standard_normal(N) * np.exp(-np.arange(N) / 60.0)
response[300:] = 0
response[5] = 4
response = response.astype(np.float32)
convolved = np.convolve(wide, response.astype(np.float64))[5 : 5 + N]
stretched = librosa.effects.time_stretch(x, rate=1.25, n_fft=256)
stretched = np.pad(stretched, (0, N - len(stretched)))


def cookbook(kind, centre, gain, q):
    a = 10 ** (gain / 40)
    w = 2 * np.pi * centre / RATE
    alpha = np.sin(w) / 2 / q
    c, s = np.cos(w), 2 * np.sqrt(a) * alpha
    if kind == "peak":
        return [1 + alpha * a, -2 * c, 1 - alpha * a], [1 + alpha / a, -2 * c, 1 - alpha / a]
    sign = 1 if kind == "low" else -1
    b = [
        a * (a + 1 - sign * (a - 1) * c + s),
        sign * 2 * a * (a - 1 - sign * (a + 1) * c),
        a * (a + 1 - sign * (a - 1) * c - s),
    ]
    d = [
        a + 1 + sign * (a - 1) * c + s,
        -sign * 2 * (a - 1 + sign * (a + 1) * c),
        a + 1 + sign * (a - 1) * c - s,
    ]
    return b, d


equalized = wide
for kind, centre, gain, q in [("low", 60, 6, 0.5), ("peak", 600, -9, 0.8), ("high", 3000, 4, 0.7)]:
    equalized = scipy.signal.lfilter(*cookbook(kind, centre, gain, q), equalized)

rows = [
    x,
    clipped(21),
    tanh(0.5),
    crushed(6),
    low_pass(0.1, half(0.1)),
    low_pass(1500 / RATE, half(500 / RATE)) - low_pass(500 / RATE, half(500 / RATE)),
    response,
    convolved,
    stretched,
    equalized,
]
np.save("../resources/reference/augment.npy", np.array(rows, dtype=np.float32))
