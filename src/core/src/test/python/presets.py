"""Reference outputs for the presets that come from no library case, in float64.

Written from the presets' sources and independent of the Java code: librosa 0.11.0 where a source
uses librosa, torch.stft (torch 2.13.0) where it uses torchaudio, nnAudio or NeMo, numpy 2.4.6 and
scipy 1.17.1 for the rest, python_speech_features 0.6.1, pandas for the envelopes, and the
compliance/kaldi.py of torchaudio 0.10 for HuBERT's labels.

    python presets.py ../resources/reference
"""

import sys
import warnings
import wave
from pathlib import Path

import librosa
import numpy as np
import pandas as pd
import python_speech_features as psf
import scipy.fft
import scipy.signal
import torch
import torchaudio.compliance.kaldi as kaldi

warnings.filterwarnings("ignore")
torch.set_default_dtype(torch.float64)
root = Path(sys.argv[1])


def read(name, samples, start=0):
    """16-bit samples within +-1."""
    with wave.open(str(root / "audio" / f"{name}.wav")) as f:
        f.setpos(start)
        return np.frombuffer(f.readframes(samples), "<i2").astype(np.float64) / 32768


def save(name, x):
    np.save(root / f"preset_{name}.npy", np.ascontiguousarray(x, np.float32))


def torch_stft(x, n_fft, win, hop, pad_mode="reflect", periodic=True):
    window = torch.hann_window(win, periodic=periodic)
    return torch.stft(torch.from_numpy(x), n_fft, hop, win, window, True, pad_mode,
                      return_complex=True).numpy()


def slaney(sr, n_fft, bins, low, high):
    return librosa.filters.mel(sr=sr, n_fft=n_fft, n_mels=bins, fmin=low, fmax=high,
                               dtype=np.float64)


def htk(sr, n_fft, bins, low, high):
    return librosa.filters.mel(sr=sr, n_fft=n_fft, n_mels=bins, fmin=low, fmax=high, htk=True,
                               norm=None, dtype=np.float64)


def librosa_db(x, sr, n_fft, hop, bins, low, high, pad_mode="reflect", **db):
    mel = librosa.feature.melspectrogram(
        y=x, sr=sr, n_fft=n_fft, hop_length=hop, n_mels=bins, fmin=low, fmax=high,
        pad_mode=pad_mode, dtype=np.float64)
    return librosa.power_to_db(mel, **db)


# ---- speech models

speech = read("speech16k", 16000, start=8000)


def whisper(x, bins):
    power = np.abs(torch_stft(x, 400, 400, 160)[:, :-1]) ** 2
    log = np.log10(np.maximum(slaney(16000, 400, bins, 0, 8000) @ power, 1e-10))
    return (np.maximum(log, log.max() - 8) + 4) / 4


save("whisper-128", whisper(np.pad(speech, (0, 480000 - 16000)), 128)[:, :150])
save("whisper-80-file", whisper(np.pad(speech, (0, 480000)), 80)[:, :-3000])


def nemo(x, old):
    x = np.append(x[0], x[1:] - 0.97 * x[:-1])
    spectrum = torch_stft(x, 512, 320, 160, "reflect" if old else "constant", periodic=False)
    log = np.log(slaney(16000, 512, 64, 0, 8000) @ np.abs(spectrum) ** 2 + 2.0 ** -24)
    valid = len(x) // 160 + old
    mean = log[:, :valid].mean(1, keepdims=True)
    std = log[:, :valid].std(1, ddof=1, keepdims=True)
    log = (log - mean) / (std + 1e-5)
    log[:, valid:] = 0
    return np.pad(log, ((0, 0), (0, -log.shape[1] % 16)))


# 80 frames and 81: one fills a multiple of 16 only in one of the two revisions.
save("nemo-1", nemo(speech[:12805], True))
save("nemo-2", nemo(speech[:12805], False))


def tf_frames(x, length, hop, pad_end=False):
    count = -(-len(x) // hop) if pad_end else 1 + (len(x) - length) // hop
    x = np.pad(x, (0, length + hop))
    return np.stack([x[t * hop:t * hop + length] for t in range(count)])


def audioset(x, offset):
    hann = 0.5 - 0.5 * np.cos(2 * np.pi * np.arange(400) / 400)
    magnitude = np.abs(np.fft.rfft(tf_frames(x, 400, 160) * hann, 512))
    def mel(f):
        return 1127 * np.log(1 + f / 700)
    bins = mel(np.arange(257) * 16000 / 512)
    edges = np.linspace(mel(125), mel(7500), 66)
    weights = np.zeros((257, 64))
    for i in range(64):
        low, mid, high = edges[i:i + 3]
        weights[:, i] = np.maximum(0, np.minimum((bins - low) / (mid - low), (high - bins) / (high - mid)))
    weights[0] = 0
    return np.log(magnitude @ weights + offset).T


def cut(x, length, hop):
    return np.stack([x[:, s:s + length] for s in range(0, x.shape[1] - length + 1, hop)])


# 1 s and a little: rounded up to a second hop of 7680 samples.
save("yamnet", cut(audioset(np.pad(speech, (0, 15600 + 7680 - 16000)), 0.001), 96, 48))
save("vggish", cut(audioset(speech, 0.01), 96, 96))


def deltas(x):
    padded = np.pad(x, ((0, 0), (2, 2)), "edge")
    return sum(n * padded[:, 2 + n:2 + n + x.shape[1]] for n in range(-2, 3)) / 10


mfcc = kaldi.mfcc(torch.from_numpy(speech[None]), sample_frequency=16000, use_energy=False).numpy().T
save("hubert-mfcc", np.concatenate([mfcc, deltas(mfcc), deltas(deltas(mfcc))]))
save("wav2vec2", ((speech - speech.mean()) / np.sqrt(speech.var() + 1e-5))[None])

# ---- Fayek's tutorial

digits = read("digits8k", 8000) * 32768


def fayek(signal, rate):
    emphasised = np.append(signal[0], signal[1:] - 0.97 * signal[:-1])
    length, step = round(0.025 * rate), round(0.01 * rate)
    count = int(np.ceil(abs(len(signal) - length) / step))
    padded = np.append(emphasised, np.zeros(count * step + length - len(signal)))
    frames = np.stack([padded[t * step:t * step + length] for t in range(count)])
    power = np.abs(np.fft.rfft(frames * np.hamming(length), 512)) ** 2 / 512
    top = 2595 * np.log10(1 + rate / 2 / 700)
    corner = np.floor(513 * 700 * (10 ** (np.linspace(0, top, 42) / 2595) - 1) / rate)
    bank = np.zeros((40, 257))
    for m in range(40):
        left, mid, right = corner[m:m + 3].astype(int)
        for k in range(left, mid):
            bank[m, k] = (k - left) / (mid - left)
        for k in range(mid, right):
            bank[m, k] = (right - k) / (right - mid)
    energies = power @ bank.T
    db = 20 * np.log10(np.where(energies == 0, np.finfo(float).eps, energies))
    cepstra = scipy.fft.dct(db, axis=1, norm="ortho")[:, 1:13]
    cepstra *= 1 + 11 * np.sin(np.pi * np.arange(12) / 22)
    return (db - (db.mean(0) + 1e-8)).T, (cepstra - (cepstra.mean(0) + 1e-8)).T


banks, cepstra = fayek(digits, 8000)
save("fayek-fbank", banks)
save("fayek-mfcc", cepstra)

# ---- instruments

# The samples count as 44.1 kHz.
fast = read("speech22k", 44100)
# Quiet enough in places that the envelope cuts something out.
quiet = fast[:30000] * np.where(np.arange(30000) // 9000 % 2, 1e-4, 1)


def envelope(x, rate):
    mean = pd.Series(np.abs(x)).rolling(rate // 10, min_periods=1, center=True).mean()
    return x[mean.to_numpy() > 0.0005]


kept = envelope(quiet, 44100)
assert 0 < len(kept) < len(quiet)
save("instruments-eda-logfbank", psf.logfbank(kept, 44100, nfilt=26, nfft=1103).T)
save("instruments-eda-mfcc", psf.mfcc(kept, 44100, numcep=13, nfilt=26, nfft=1103).T)
snippets = envelope(speech, 16000)
save("instruments-train", np.stack([
    psf.mfcc(snippets[s:s + 1600], 16000, numcep=13, nfilt=26, nfft=512).T
    for s in range(0, len(snippets) - 1599, 1600)]))

scaled = speech * 32768
loudest = pd.Series(np.abs(scaled)).rolling(16000 // 20, min_periods=1, center=True).max()
one_second = np.zeros(16000)
voiced = scaled[loudest.to_numpy() > 20]
one_second[:len(voiced)] = voiced
hann = 0.5 - 0.5 * np.cos(2 * np.pi * np.arange(400) / 400)
magnitude = np.abs(np.fft.rfft(tf_frames(one_second, 400, 160, pad_end=True) * hann, 512)).T
db = 10 * np.log10(np.maximum(slaney(16000, 512, 128, 0, 8000) @ magnitude, 1e-5))
save("seth-mel", np.maximum(db, db.max() - 80)[None])

# ---- sound events

music = read("speech22k", 22050)
power = np.abs(torch_stft(music, 660, 660, 220)) ** 2
mel = htk(22050, 660, 96, 0, 11025) @ power
segments = lambda x: np.stack([x[:, 50 * i:50 * i + 101] for i in range(x.shape[1] // 50 - 1)])
save("fsd-fed", segments(mel))
save("fsd-fed-log", segments(10 * np.log10(np.maximum(mel, 1e-10))))

# 1.25 s in chunks of 1 s every half second, the short ones repeated.
clip = read("speech22k", 27562)
chunks = [np.resize(clip[s:s + 22050], 22050) for s in range(0, len(clip), 11025)]
mels, spectra = [], []
for chunk in chunks:
    mel = htk(22050, 1920, 96, 0, 11025) @ np.abs(torch_stft(chunk, 1920, 661, 220)) ** 2
    mels.append(librosa.power_to_db(mel))
    stft = librosa.stft(chunk, n_fft=441, hop_length=220, win_length=441, pad_mode="reflect")
    spectra.append(librosa.amplitude_to_db(np.abs(stft), top_db=150))
save("fsd50k-pytorch-mel", np.stack([x - x.mean() for x in mels]))
save("fsd50k-pytorch-spectrogram", np.stack([x - x.mean() for x in spectra])[:1, ::4])

word = np.pad(speech[:12000], (0, 4000))
save("kws-nnaudio", np.log(slaney(16000, 480, 40, 0, 8000)
                           @ np.abs(torch_stft(word, 480, 480, 160)) ** 2 + 1e-10))

stereo = np.stack([htk(44100, 1024, 64, 0, 22050) @ np.abs(torch_stft(c, 1024, 1024, 512)) ** 2
                   for c in (fast, read("speech22k", 44100, start=15000))])
db = 10 * np.log10(np.maximum(stereo, 1e-10))
db = np.maximum(db, db.max() - 80)
save("doshi-urbansound8k", (db - db.mean()) / db.std(ddof=1))

at_32k = read("speech22k", 32000)
save("hts-at", 10 * np.log10(np.maximum(
    slaney(32000, 1024, 64, 50, 14000) @ np.abs(torch_stft(at_32k, 1024, 1024, 320)) ** 2, 1e-10)))
save("hts-at-scv2", 10 * np.log10(np.maximum(
    slaney(16000, 1024, 64, 50, 14000) @ np.abs(torch_stft(speech, 1024, 1024, 160)) ** 2, 1e-10)))


def to_grey(x):
    x = (x - x.mean()) / (x.std() + 1e-6)
    return (255 * (x - x.min()) / (x.max() - x.min())).astype(np.uint8) / 255


def centred(x, least):
    lead = max(0, least - len(x)) // 2
    return np.pad(x, (lead, max(0, least - len(x)) - lead))


trimmed, _ = librosa.effects.trim(fast)
save("specmix", to_grey(librosa_db(centred(trimmed, 88200), 44100, 2560, 694, 128, 20, 22050))[None])
save("birdclef", to_grey(librosa_db(at_32k, 32000, 3200, 800, 128, 0, 16000)))


def daisuke(x):
    x = x - x.min()
    return x / (np.abs(x).max() + 1.0)


trimmed, _ = librosa.effects.trim(fast[:40000])
x = librosa_db(centred(trimmed, 44100), 44100, 2560, 347, 128, 20, 22050)
save("daisuke-44", np.stack([daisuke(x[:, :128])]))
# Two seconds: each patch is normalised of its own.
trimmed, _ = librosa.effects.trim(read("speech16k", 32669, start=10000))
assert len(trimmed) < 32669
x = librosa_db(trimmed, 16000, 1280, 253, 64, 20, 8000)
step = min(64, (x.shape[1] - 64 + 1) / 5)
save("daisuke-16", np.stack([daisuke(x[:, int(step * i):int(step * i) + 64]) for i in range(5)]))

pons = librosa.feature.melspectrogram(y=fast, sr=44100, n_fft=1024, hop_length=1024,
                                      pad_mode="reflect", dtype=np.float64)
repeated = np.tile(pons, 3)[:, :128]
save("pons-log10", np.log10(repeated + np.finfo(float).eps)[None])
save("pons-log10-scaled", np.log10(10000 * repeated + 1)[None])
save("pons-learnable", np.log(np.exp(7) * repeated + np.log(1 + np.exp(1)))[None])

# ---- tutorials

lea = np.abs(np.fft.rfft(tf_frames(speech, 400, 160) * hann, 512)).T ** 2
save("lea-nonverbal", np.log(htk(16000, 512, 64, 0, 8000) @ lea + 1e-6))
save("log-magnitude", np.log(np.abs(librosa.stft(music[:11025], pad_mode="reflect")) + 1e-4)[::8])

trimmed, _ = librosa.effects.trim(read("speech16k", 32669, start=10000))
b, a = scipy.signal.butter(6, 4000 / 8000, "low")
guide = librosa.util.normalize(scipy.signal.filtfilt(b, a, trimmed))
save("guide-spectrogram", librosa.amplitude_to_db(np.abs(librosa.stft(guide)), ref=np.max)[::8])
save("guide-mel", librosa_db(guide, 16000, 2048, 512, 128, 0, 8000, "constant", ref=np.max))
save("guide-mfcc", librosa.feature.mfcc(S=librosa_db(guide, 16000, 2048, 512, 128, 0, 8000,
                                                     "constant"), n_mfcc=13))
