"""Writes reference cases computed by librosa 0.11, scipy and torch, for `cochlea verify`.

    pip install librosa==0.11.0 scipy torch soundfile
    python librosa_cases.py AUDIO_FOLDER OUT [--only GLOB]

Every WAV file of AUDIO_FOLDER is a possible input; OUT gets manifest.json, the results, and
copies of the inputs. The arguments in the manifest are the library's own.
"""

import argparse
import fnmatch
import json
import pathlib
import shutil

import librosa
import numpy as np
import scipy.signal
import soundfile
import torch


def channels(path):
    """The samples as float64, one row per channel."""
    data, rate = soundfile.read(path, dtype="float64", always_2d=True)
    return data.T, rate


def window(value):
    """JSON has lists for Python's tuples: a name with parameters, or coefficients."""
    return tuple(value) if isinstance(value, list) and isinstance(value[0], str) else value


def reducer(value):
    """A function by its name in numpy."""
    return getattr(np, value) if isinstance(value, str) else value


def stft(y, sr, p):
    p = dict(p)
    if "window" in p:
        p["window"] = window(p["window"])
    p.pop("sr", None)
    return librosa.stft(y, **p)


MEL = ("n_fft hop_length win_length window center pad_mode power n_mels fmin fmax htk norm").split()


def mel(y, sr, p, **more):
    kw = {k: p[k] for k in MEL if k in p}
    kw.update(more)
    if "window" in kw:
        kw["window"] = window(kw["window"])
    if kw.get("norm") == "inf":
        kw["norm"] = np.inf
    return librosa.feature.melspectrogram(y=y, sr=p.get("sr", sr), **kw)


def log_mel_db(y, sr, p):
    to_db = librosa.amplitude_to_db if p.get("power", 2.0) == 1 else librosa.power_to_db
    kw = {k: p[k] for k in ("amin", "top_db") if k in p}
    ref = p.get("ref", 1.0)
    return to_db(mel(y, sr, p), ref=reducer(ref), **kw)


def mfcc(y, sr, p):
    S = librosa.power_to_db(mel(y, sr, p))
    kw = {k: p[k] for k in ("n_mfcc", "dct_type", "lifter") if k in p}
    return librosa.feature.mfcc(S=S, norm=p.get("dct_norm", "ortho"), **kw)


def pcen(y, sr, p):
    S = mel(y, sr, p, power=p.get("mel_power", 2.0)) * p.get("scale", 1)
    names = "gain bias power time_constant eps b max_size".split()
    kw = {k: p[k] for k in names if k in p}
    return librosa.pcen(S, sr=p.get("sr", sr), hop_length=p.get("hop_length", 512), **kw)


def delta(y, sr, p):
    kw = {k: p[k] for k in "width order mode cval".split() if k in p}
    return librosa.feature.delta(FUNCTIONS[p["of"]](y, sr, p), **kw)


def rms(y, sr, p):
    return librosa.feature.rms(y=y, dtype=np.float64, **p)


def zero_crossing_rate(y, sr, p):
    p = dict(p)
    if "ref_magnitude" in p:
        p["ref_magnitude"] = reducer(p["ref_magnitude"])
    return librosa.feature.zero_crossing_rate(y, **p)


def silence(function, y, p):
    p = dict(p)
    ends = (p.pop("pad_front", 0), p.pop("pad_back", 0))
    y = np.pad(y, [(0, 0)] * (y.ndim - 1) + [ends])
    for name in ("ref", "aggregate"):
        if name in p:
            p[name] = reducer(p[name])
    return function(y, **p)


def trim(y, sr, p):
    return silence(librosa.effects.trim, y, p)[1]


def split(y, sr, p):
    return silence(librosa.effects.split, y, p)


def butter(y, sr, p):
    kw = dict(N=p["order"], Wn=p["cutoff_hz"], btype=p["btype"], fs=sr)
    more = {k: p[k] for k in ("padtype", "padlen") if k in p}
    zero_phase = p.get("zero_phase", False)
    if p.get("output") == "ba":
        b, a = scipy.signal.butter(output="ba", **kw)
        filtered = scipy.signal.filtfilt if zero_phase else scipy.signal.lfilter
        return filtered(b, a, y, **more)
    sos = scipy.signal.butter(output="sos", **kw)
    filtered = scipy.signal.sosfiltfilt if zero_phase else scipy.signal.sosfilt
    return filtered(sos, y, **more)


def butter_filtfilt_ba(y, sr, p):
    b, a = scipy.signal.butter(p["order"], p["cutoff_hz"], p["btype"], fs=sr)
    more = {k: p[k] for k in ("padtype", "padlen", "method", "irlen") if k in p}
    return scipy.signal.filtfilt(b, a, y, **more)


def torch_window(p, length):
    name = p.get("window_fn", "hann_window")
    keywords = {"periodic": True, **(p.get("wkwargs") or {})}
    return getattr(torch, name)(length, dtype=torch.float64, **keywords)


def ta_spectrogram(y, sr, p):
    """torchaudio.transforms.Spectrogram by its definition: torch.stft and a scaling."""
    n_fft = p.get("n_fft", 400)
    win = p.get("win_length") or n_fft
    hop = p.get("hop_length") or win // 2
    pad = p.get("pad", 0)
    x = torch.from_numpy(np.pad(y, [(0, 0)] * (y.ndim - 1) + [(pad, pad)]))
    w = torch_window(p, win)
    normalized = p.get("normalized", False)
    spec = torch.stft(
        x, n_fft, hop, win, w,
        center=p.get("center", True), pad_mode=p.get("pad_mode", "reflect"),
        normalized=normalized == "frame_length",
        onesided=p.get("onesided", True), return_complex=True)
    if normalized is True or normalized == "window":
        spec = spec / w.pow(2).sum().sqrt()
    power = p.get("power", 2.0)
    return spec.numpy() if power is None else spec.abs().pow(power).numpy()


def ta_mel(y, sr, p):
    """torchaudio.transforms.MelSpectrogram, whose bins end at sample_rate // 2 whatever n_fft."""
    spectrum = ta_spectrogram(y, sr, p)
    high = p.get("f_max")
    high = float(sr // 2) if high is None else high
    bins = np.linspace(0, sr // 2, spectrum.shape[-2])
    mels = np.linspace(*(2595 * np.log10(1 + f / 700) for f in (p.get("f_min", 0.0), high)), p.get("n_mels", 128) + 2)
    edges = 700 * (10 ** (mels / 2595) - 1)
    rising = (bins - edges[:-2, None]) / np.diff(edges)[:-1, None]
    falling = (edges[2:, None] - bins) / np.diff(edges)[1:, None]
    return np.maximum(0, np.minimum(rising, falling)) @ spectrum


FUNCTIONS = {
    "stft": stft,
    "mel_spectrogram": mel,
    "log_mel_db": log_mel_db,
    "mfcc": mfcc,
    "pcen": pcen,
    "delta": delta,
    "rms": rms,
    "zero_crossing_rate": zero_crossing_rate,
    "preemphasis": lambda y, sr, p: librosa.effects.preemphasis(y, **p),
    "deemphasis": lambda y, sr, p: librosa.effects.deemphasis(y, **p),
    "trim": trim,
    "split": split,
    "mu_law": lambda y, sr, p: librosa.mu_compress(y, **p),
    "mu_expand": lambda y, sr, p: librosa.mu_expand(y, **p),
    "resample.soxr_hq": lambda y, sr, p: librosa.resample(y, **p),
    "butter": butter,
    "butter_filtfilt_ba": butter_filtfilt_ba,
    "ta.Spectrogram": ta_spectrogram,
    "ta.MelSpectrogram": ta_mel,
}


def plan():
    """The cases: (feature, inputs, arguments)."""
    anything = ["*"]
    small = {"n_fft": 256, "hop_length": 64, "n_mels": 24}
    for p in [
        {},
        {"n_fft": 255, "hop_length": 64},
        {"n_fft": 509, "hop_length": 100, "win_length": 301, "pad_mode": "reflect"},
        {"n_fft": 1000, "win_length": 777},
        {"n_fft": 96, "hop_length": 200, "pad_mode": "edge"},
        {"n_fft": 64, "hop_length": 333, "center": False},
        {"n_fft": 300, "hop_length": 75, "center": False, "window": "boxcar"},
        {"n_fft": 400.0, "hop_length": 160.0, "window": ["kaiser", 8.6], "pad_mode": "symmetric"},
        {"n_fft": 512, "window": ["tukey", 0.3]},
        {"n_fft": 512, "window": 5.0},
        {"n_fft": 512, "window": ["gaussian", 60.0]},
        {"n_fft": 128, "hop_length": 32, "window": "blackmanharris"},
        {"n_fft": 128, "hop_length": 32, "window": "nuttall", "win_length": None},
        {"n_fft": 128, "hop_length": None, "window": "flattop", "win_length": 100},
        {"n_fft": 128, "hop_length": 32, "window": "bartlett"},
        {"n_fft": 128, "hop_length": 32, "window": "triang"},
        {"n_fft": 128, "hop_length": 32, "window": "cosine"},
        {"n_fft": 128, "hop_length": 32, "window": "parzen"},
        {"n_fft": 128, "hop_length": 32, "window": "bohman"},
        {"n_fft": 128, "hop_length": 32, "window": "barthann"},
        {"n_fft": 128, "hop_length": 32, "window": ["general_hamming", 0.7]},
        {"n_fft": 128, "hop_length": 32, "window": ["exponential", None, 30.0]},
        {"n_fft": 8, "hop_length": 3, "window": [0.1, 0.3, 0.8, 1.0, 1.0, 0.8, 0.3, 0.1]},
        {"n_fft": 1, "hop_length": 50, "window": "ones"},
        {"n_fft": 2, "hop_length": 50},
        {"n_fft": 4096, "hop_length": 512, "pad_mode": "reflect"},
        {"n_fft": 2039, "hop_length": 512},
        {"n_fft": 1024, "hop_length": 1},
        {"n_fft": 96, "hop_length": 80, "window": ["chebwin", 80]},
        {"n_fft": 97, "hop_length": 80, "window": ["chebwin", 60.5]},
        {"n_fft": 96, "hop_length": 80, "window": ["dpss", 2.5]},
        {"n_fft": 97, "hop_length": 80, "window": ["dpss", 4]},
        {"n_fft": 96, "hop_length": 80, "window": ["taylor", 5, 35]},
        {"n_fft": 96, "hop_length": 80, "window": ["taylor", 4, 30, False]},
        {"n_fft": 96, "hop_length": 80, "window": ["general_gaussian", 1.5, 20.0]},
        {"n_fft": 96, "hop_length": 80, "window": ["general_cosine", [0.5, 0.3, 0.2]]},
        {"n_fft": 96, "hop_length": 80, "window": ["exponential", 40.0, 30.0]},
        {"n_fft": 96, "hop_length": 80, "window": "lanczos"},
        {"n_fft": 96, "hop_length": 80, "pad_mode": "linear_ramp"},
    ]:
        yield "stft", ["*8k*"] if p.get("hop_length") == 1 else anything, p
    for p in [
        {},
        {"power": 1.5},
        {"power": 1},
        {"power": 0.7, "htk": True},
        {"norm": 1},
        {"norm": 2, "htk": True},
        {"norm": "inf"},
        {"norm": None, "center": False},
        {"fmin": 100, "fmax": 3000, "n_mels": 17},
        {"n_mels": 200, "pad_mode": "symmetric"},
        {"n_fft": 513, "hop_length": 1000, "win_length": 400, "window": "hamming"},
        {"n_mels": 1},
        {"fmax": None, "hop_length": 100},
        {"norm": 3},
        {"norm": 0.5},
        {"fmax": 20000, "htk": True},
    ]:
        yield "mel_spectrogram", anything, dict(small, **p) if p else p
    for p in [
        {},
        {"ref": "max"},
        {"ref": 0.01, "top_db": 40},
        {"top_db": None, "amin": 1e-5},
        {"top_db": 0},
        {"power": 1.0, "ref": "max", "top_db": 60},
        {"power": 1.0, "amin": 1e-3},
        {"ref": -2.0},
        {"ref": "median", "top_db": 30},
        {"ref": "mean", "power": 1.0},
    ]:
        yield "log_mel_db", anything, dict(small, **p)
    for p in [
        {},
        {"dct_type": 1, "dct_norm": None},
        {"dct_type": 1},
        {"dct_type": 3},
        {"dct_type": 3, "dct_norm": None, "lifter": 10},
        {"dct_norm": None},
        {"n_mfcc": 13, "lifter": 22},
        {"n_mfcc": 30, "lifter": 5.5},
        {"power": 1.0, "norm": None, "htk": True, "n_mfcc": 24},
    ]:
        yield "mfcc", anything, dict(small, **p)
    for p in [
        {},
        {"scale": 2147483648},
        {"gain": 0.5, "bias": 10, "power": 0.25},
        {"power": 0},
        {"bias": 0, "scale": 1000},
        {"b": 0.1, "scale": 32768},
        {"max_size": 3, "scale": 32768},
        {"max_size": 4, "scale": 32768},
        {"time_constant": 0.06, "eps": 1e-3, "scale": 32768},
        {"b": 1},
    ]:
        yield "pcen", anything, dict(small, **p)
    for of in ["mfcc", "mel_spectrogram", "log_mel_db", "rms"]:
        base = {"frame_length": 256, "hop_length": 64} if of == "rms" else small
        for p in [
            {},
            {"width": 3},
            {"width": 5, "order": 2},
            {"width": 13, "order": 3, "mode": "nearest"},
            {"mode": "mirror"},
            {"mode": "wrap", "order": 2},
            {"mode": "constant", "width": 7},
            {"mode": "constant", "cval": 1.5},
        ]:
            if of == "rms":
                continue
            yield "delta", anything, dict(base, of=of, **p)
    for p in [
        {},
        {"frame_length": 333, "hop_length": 100},
        {"frame_length": 256, "hop_length": 300, "center": False},
        {"frame_length": 128, "hop_length": 50, "pad_mode": "reflect"},
        {"frame_length": 128, "hop_length": 50, "pad_mode": "wrap"},
        {"frame_length": 128, "hop_length": 50, "pad_mode": "edge"},
        {"frame_length": 128, "hop_length": 50, "pad_mode": "linear_ramp"},
        {"frame_length": 128, "hop_length": 50, "pad_mode": "median"},
    ]:
        yield "rms", anything, p
        if "pad_mode" not in p:
            yield "zero_crossing_rate", anything, p
    for p in [{"threshold": 0.01}, {"pad": True}, {"threshold": 0.1, "ref_magnitude": 0.5}, {"zero_pos": False, "threshold": 0.01}, {"threshold": 0.1, "ref_magnitude": "max"}, {"threshold": 0}]:
        yield "zero_crossing_rate", anything, dict(p, frame_length=200, hop_length=77)
    for p in [{}, {"coef": 0.5}, {"coef": 0.0}, {"coef": 0.95, "zi": [0.0]}, {"zi": [0.25]}]:
        yield "preemphasis", anything, p
    for p in [{}, {"coef": 0.9}, {"zi": [0.25]}]:
        yield "deemphasis", anything, p
    for p in [{"quantize": False}, {"mu": 15, "quantize": False}]:
        yield "mu_expand", anything, p
    for p in [{"top_db": 6, "frame_length": 64, "hop_length": 16}, {"top_db": 3, "frame_length": 64, "hop_length": 16, "ref": "median", "aggregate": "min", "pad_back": 100}]:
        yield "split", anything, p
    for p in [
        {},
        {"top_db": 20},
        {"top_db": 35, "pad_front": 3000, "pad_back": 2000},
        {"top_db": 30, "frame_length": 333, "hop_length": 100},
        {"top_db": 25, "ref": 1.0},
        {"top_db": 10, "ref": "max", "frame_length": 256, "hop_length": 64},
    ]:
        yield "trim", anything, p
    for p in [{}, {"quantize": False}, {"mu": 15}, {"mu": 100, "quantize": True}, {"mu": 1, "quantize": False}, {"mu": 255.0}]:
        yield "mu_law", anything, p
    for inputs, rates in [("*22k*", (22050, 44100)), ("*16k*", (16000, 11025)), ("*8k*", (8000, 22050)), ("*44k*", (44100, 16000)), ("*16k*", (16000, 48000))]:
        yield "resample.soxr_hq", [inputs], {"orig_sr": rates[0], "target_sr": rates[1]}
    for p in [
        {"order": 1, "cutoff_hz": 1000, "btype": "low"},
        {"order": 5, "cutoff_hz": 500, "btype": "highpass", "zero_phase": True},
        {"order": 2, "cutoff_hz": [400.0, 2000.0], "btype": "bandstop"},
        {"order": 3, "cutoff_hz": [400, 2000], "btype": "bandpass", "zero_phase": True},
        {"order": 8, "cutoff_hz": 2500.5, "btype": "lowpass", "zero_phase": True, "padlen": 50},
        {"order": 4, "cutoff_hz": 700, "btype": "high", "zero_phase": True, "padtype": None},
        {"order": 12, "cutoff_hz": 1200, "btype": "low"},
        {"order": 3, "cutoff_hz": [800, 1500], "btype": "stop", "zero_phase": True},
        {"order": 4, "cutoff_hz": 1500, "btype": "low", "output": "ba"},
        {"order": 4, "cutoff_hz": 700, "btype": "high", "zero_phase": True, "padtype": "even"},
        {"order": 4, "cutoff_hz": 700, "btype": "low", "zero_phase": True, "padtype": "constant", "padlen": 30},
    ]:
        yield "butter", anything, p
    for p in [
        {"order": 4, "cutoff_hz": 1500, "btype": "low"},
        {"order": 3, "cutoff_hz": 300, "btype": "high"},
        {"order": 2, "cutoff_hz": [500, 2500], "btype": "band"},
        {"order": 3, "cutoff_hz": 1500, "btype": "low", "method": "gust"},
        {"order": 3, "cutoff_hz": 1500, "btype": "low", "method": "gust", "irlen": 60},
    ]:
        yield "butter_filtfilt_ba", anything, p
    for p in [
        {},
        {"n_fft": 512, "normalized": True},
        {"n_fft": 512, "normalized": "window", "window_fn": "hamming_window", "win_length": 400},
        {"n_fft": 512, "normalized": "frame_length", "hop_length": 100},
        {"power": None, "n_fft": 201},
        {"power": 1.0, "pad": 100},
        {"power": 0.5, "center": False},
        {"pad_mode": "constant", "window_fn": "blackman_window"},
        {"pad_mode": "replicate", "wkwargs": {"periodic": False}},
        {"pad_mode": "circular", "window_fn": "kaiser_window", "wkwargs": {"beta": 6.0}},
        {"onesided": False, "n_fft": 256},
        {"onesided": False, "n_fft": 255, "power": None},
        {"window_fn": "hamming_window", "wkwargs": {"alpha": 0.6, "beta": 0.4}},
        {"window_fn": "bartlett_window", "win_length": 300},
    ]:
        yield "ta.Spectrogram", anything, p
    for p in [{"n_mels": 20}, {"n_fft": 255, "n_mels": 16}, {"n_fft": 256, "f_max": 20000.0, "n_mels": 16, "window_fn": "hamming_window", "wkwargs": {"alpha": 0.6}}]:
        yield "ta.MelSpectrogram", anything, p


def laid_out(array):
    array = np.asarray(array)
    if np.iscomplexobj(array):
        array = np.stack([array.real, array.imag], axis=-1)
    return np.ascontiguousarray(array, dtype=np.float32)


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("audio", type=pathlib.Path)
    parser.add_argument("out", type=pathlib.Path)
    parser.add_argument("--only", default="*", help="ids to write")
    args = parser.parse_args()
    (args.out / "audio").mkdir(parents=True, exist_ok=True)
    cases = []
    count = {}
    for feature, inputs, params in plan():
        number = count[feature] = count.get(feature, -1) + 1
        for path in sorted(args.audio.glob("*.wav")):
            if not any(fnmatch.fnmatch(path.stem, pattern) for pattern in inputs):
                continue
            id = f"{feature}_{number:02d}_{path.stem}"
            if not fnmatch.fnmatch(id, args.only):
                continue
            y, rate = channels(path)
            try:
                array = laid_out(FUNCTIONS[feature](y if len(y) > 1 else y[0], rate, dict(params)))
            except Exception as refused:  # the library itself does not take it
                print(id, "left out:", str(refused).splitlines()[0])
                continue
            shutil.copy(path, args.out / "audio" / path.name)
            np.save(args.out / f"{id}.npy", array)
            case = {"id": id, "feature": feature, "input": f"audio/{path.name}", "params": params,
                    "output": f"{id}.npy", "shape": list(array.shape), "source": "librosa " + librosa.__version__}
            if feature.startswith("resample"):
                case["relative_l2"] = 1e-3
            cases.append(case)
    (args.out / "manifest.json").write_text(json.dumps({"set": "librosa", "cases": cases}, indent=1))
    print(len(cases), "cases")


if __name__ == "__main__":
    main()
