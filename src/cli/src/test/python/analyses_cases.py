"""Writes reference cases of analyses and constant-Q transforms, for `cochlea verify`.

    pip install librosa==0.11.0 scipy torch soundfile nnAudio==0.3.3
    python analyses_cases.py REFERENCE_FOLDER OUT [--only GLOB]

REFERENCE_FOLDER is that of the core module's tests: half a second of two of its sounds is the
input. The arguments in the manifest are the library's own.
"""

import argparse
import fnmatch
import json
import pathlib

import librosa
import numpy as np
import scipy.signal
import soundfile

import librosa_cases
from librosa_cases import laid_out, reducer, window

SOUNDS = {"chord": ("chord22k", 20000), "voice": ("speech22k", 12000)}
SAMPLES = 11000


def arguments(p, *left_out):
    kw = {k: v for k, v in p.items() if k not in left_out}
    if "window" in kw:
        kw["window"] = window(kw["window"])
    return {k: np.inf if v == "inf" else v for k, v in kw.items()}


def simple(function):
    return lambda y, sr, p: function(y=y, **{"sr": sr, **arguments(p)})


def no_rate(function):
    return lambda y, sr, p: function(y=y, **arguments(p))


def magnitude(function):
    return lambda y, sr, p: np.abs(function(y, **{"sr": sr, **arguments(p)}))


def hpss(part):
    def separate(y, sr, p):
        names = ("kernel_size", "power", "margin", "mask")
        spectrum = librosa.stft(y, **arguments(p, *names))
        kw = {k: tuple(p[k]) if isinstance(p[k], list) else p[k] for k in names if k in p}
        return np.abs(librosa.decompose.hpss(spectrum, **arguments(kw))[part])

    return separate


def onset(function):
    def strength(y, sr, p):
        kw = dict(arguments(p), sr=sr)
        if isinstance(kw.get("aggregate"), str):
            kw["aggregate"] = reducer(kw["aggregate"])
        return function(y=y, **kw)

    return strength


def tonnetz(y, sr, p):
    return librosa.feature.tonnetz(chroma=librosa.feature.chroma_stft(y=y, sr=sr, tuning=0.1), sr=sr)


def density(function):
    return lambda y, sr, p: function(y, **arguments(p))[1]


def multitaper(y, sr, p):
    x = y[p["start"]: p["start"] + p["n"]]
    tapers, ratios = scipy.signal.windows.dpss(p["n"], p["NW"], p["K"], return_ratios=True)
    spectra = np.abs(np.fft.rfft(tapers * x, axis=1)) ** 2 / sr
    spectra[:, 1:(None if p["n"] % 2 else -1)] *= 2
    return np.average(spectra, axis=0, weights=ratios if p["weights"] == "eigen" else None)


def pyin(y, sr, p):
    out = ("f0", "voiced_flag", "voiced_prob").index(p["out"])
    return librosa.pyin(y, sr=sr, **arguments(p, "out"))[out].astype(float)


def nnaudio(name):
    def transform(y, sr, p):
        import torch
        scipy.signal.blackmanharris = scipy.signal.windows.blackmanharris
        import nnAudio.features as features

        p = dict(p)
        out = p.pop("out", None)
        normalization = p.pop("normalization_type", None)
        if "CQT" in name or name == "VQT":
            p.update(sr=sr, verbose=False)
            if name == "CQT1992":
                p.pop("verbose")
        layer = getattr(features, name)(**p)
        x = torch.tensor(y, dtype=torch.float32)[None]
        y = layer(x, normalization_type=normalization) if normalization else layer(x)
        if isinstance(y, tuple):
            y = y[("Z", "tfrL0", "tfrLF", "tfrLQ").index(out)]
        return y[0].numpy()

    return transform


FUNCTIONS = {
    "spectral_centroid": simple(librosa.feature.spectral_centroid),
    "spectral_bandwidth": simple(librosa.feature.spectral_bandwidth),
    "spectral_rolloff": simple(librosa.feature.spectral_rolloff),
    "spectral_contrast": simple(librosa.feature.spectral_contrast),
    "spectral_flatness": no_rate(librosa.feature.spectral_flatness),
    "poly_features": simple(librosa.feature.poly_features),
    "chroma_stft": simple(librosa.feature.chroma_stft),
    "chroma_cqt": simple(librosa.feature.chroma_cqt),
    "chroma_cens": simple(librosa.feature.chroma_cens),
    "estimate_tuning": simple(librosa.estimate_tuning),
    "tonnetz": tonnetz,
    "onset_strength": onset(librosa.onset.onset_strength),
    "onset_strength_multi": onset(librosa.onset.onset_strength_multi),
    "hpss_harmonic": hpss(0),
    "hpss_percussive": hpss(1),
    "yin": simple(librosa.yin),
    "pyin": pyin,
    "lpc": lambda y, sr, p: librosa.lpc(y, **p),
    "tempogram": simple(librosa.feature.tempogram),
    "tempo": simple(librosa.feature.tempo),
    "beat_track": lambda y, sr, p: librosa.beat.beat_track(y=y, sr=sr, **p)[1],
    "welch": density(scipy.signal.welch),
    "periodogram": density(scipy.signal.periodogram),
    "multitaper": multitaper,
    "cqt": magnitude(librosa.cqt),
    "vqt": magnitude(librosa.vqt),
    "pseudo_cqt": magnitude(librosa.pseudo_cqt),
    "hybrid_cqt": magnitude(librosa.hybrid_cqt),
    **{
        "nnaudio." + name: nnaudio(name)
        for name in "CQT1992 CQT1992v2 CQT2010 CQT2010v2 VQT CFP Combined_Frequency_Periodicity".split()
    },
}


def plan():
    """The cases: (feature, arguments, bound)."""
    small = {"n_fft": 512, "hop_length": 300}
    for p in [{}, {"n_fft": 511, "hop_length": 400, "win_length": 301, "pad_mode": "reflect"}, {"center": False, "window": "hamming"}]:
        yield "spectral_centroid", dict(small, **p), None
    for p in [{"p": 3}, {"norm": False, "p": 1.5}]:
        yield "spectral_bandwidth", dict(small, **p), None
    for p in [{"roll_percent": 0.5}, {"roll_percent": 0.99, "n_fft": 2048}]:
        yield "spectral_rolloff", dict(small, **p), None
    for p in [{}, {"fmin": 100, "n_bands": 5, "quantile": 0.1}, {"linear": True, "n_bands": 3}]:
        yield "spectral_contrast", dict(small, n_fft=1024, **p), None
    for p in [{}, {"power": 1.0, "amin": 1e-5}]:
        yield "spectral_flatness", dict(small, **p), None
    for p in [{}, {"order": 0}, {"order": 4}]:
        yield "poly_features", dict(small, **p), 1e-4 if p.get("order") == 4 else None
    for p in [{}, {"tuning": 0.3, "n_chroma": 24}, {"norm": 1, "ctroct": 4.0, "octwidth": 1.0}, {"norm": None, "octwidth": None, "tuning": 0.0}, {"norm": 2, "base_c": False, "tuning": -0.2}]:
        yield "chroma_stft", dict(p, n_fft=1024), None
    for p in [{"fmin": 65.40639132514966, "n_octaves": 6}, {"bins_per_octave": 12, "tuning": 0.0, "norm": 2, "cqt_mode": "hybrid"}, {"tuning": 0.1, "threshold": 0.2, "fmin": 110.0, "n_octaves": 5}]:
        yield "chroma_cqt", p, 1e-2
    for p in [{"tuning": 0.0}, {"tuning": 0.0, "win_len_smooth": 10, "smoothing_window": "hamming"}, {"tuning": 0.0, "win_len_smooth": None, "norm": 1}]:
        yield "chroma_cens", p, 1e-2
    for p in [{}, {"bins_per_octave": 24, "resolution": 0.05}, {"n_fft": 1024, "fmin": 200, "fmax": 3000, "threshold": 0.3}]:
        yield "estimate_tuning", p, None
    yield "tonnetz", {"chroma": "chroma_stft tuning=0.1"}, None
    for p in [{}, {"lag": 2, "max_size": 3}, {"detrend": True, "center": False, "n_fft": 1024, "hop_length": 200}, {"aggregate": "median", "n_mels": 40, "fmax": 4000}]:
        yield "onset_strength", p, None
    for p in [{"channels": [0, 32, 64, 96, 128]}, {"aggregate": False, "n_mels": 20, "fmin": 100}]:
        yield "onset_strength_multi", p, None
    for p in [{"kernel_size": [17, 9]}, {"margin": [1.5, 3.0], "power": 1.0}, {"mask": True, "kernel_size": 8}, {"power": "inf"}]:
        yield "hpss_harmonic", dict(small, **p), None
        yield "hpss_percussive", dict(small, **p), None
    for p in [{"fmin": 80, "fmax": 1000}, {"fmin": 100, "fmax": 2000, "frame_length": 1024, "hop_length": 200, "trough_threshold": 0.3}, {"fmin": 60, "fmax": 400, "center": False}]:
        yield "yin", p, None
    for p in [{"out": "f0"}, {"out": "voiced_flag"}, {"out": "voiced_prob", "n_thresholds": 50, "beta_parameters": [1, 18], "boltzmann_parameter": 1.5}, {"out": "f0", "resolution": 0.25, "hop_length": 300, "fill_na": 0.0, "max_transition_rate": 20.0, "switch_prob": 0.1}]:
        yield "pyin", dict(p, fmin=80, fmax=800), None
    for order in (1, 5, 30):
        yield "lpc", {"order": order}, None
    for p in [{"win_length": 20}, {"win_length": 9, "norm": 1, "window": "hamming"}, {"win_length": 10, "center": False, "norm": None}]:
        yield "tempogram", p, None
    for p in [{}, {"start_bpm": 90, "std_bpm": 0.5, "hop_length": 256}, {"max_tempo": None}]:
        yield "tempo", p, None
    for p in [{"hop_length": 128}, {"trim": False, "hop_length": 64, "bpm": 180}, {"hop_length": 128, "tightness": 10, "units": "time"}]:
        yield "beat_track", p, None
    for p in [{}, {"nperseg": 300, "noverlap": 77, "nfft": 512, "detrend": "linear"}, {"average": "median", "window": "hamming", "scaling": "spectrum"}, {"nperseg": 20000}, {"detrend": False, "return_onesided": False, "nperseg": 255}]:
        yield "welch", dict(p, fs=22050), None
    for p in [{}, {"nfft": 12000, "window": "hann", "scaling": "spectrum"}, {"nfft": 4001, "detrend": "linear"}, {"return_onesided": False, "detrend": False}]:
        yield "periodogram", dict(p, fs=22050), None
    for p in [{"n": 1001, "NW": 2.5, "K": 4, "weights": "uniform"}, {"n": 2048, "NW": 4, "K": 7, "weights": "eigen"}]:
        yield "multitaper", dict(p, start=1000, fs=22050), 1e-4
    notes = {"fmin": 110.0, "n_bins": 48}
    for p in [{}, {"hop_length": 300, "bins_per_octave": 24}, {"hop_length": 255, "pad_mode": "reflect"}, {"norm": 2, "filter_scale": 0.5, "window": "hamming"}, {"sparsity": 0.0, "scale": False, "tuning": 0.25}, {"n_bins": 20, "fmin": 440.0, "norm": None}, {"n_bins": 1, "fmin": 440.0}, {"tuning": None}, {"res_type": "kaiser_best", "bins_per_octave": 36, "n_bins": 150}]:
        if p.get("res_type") == "kaiser_best":
            p["res_type"] = "polyphase"
        yield "cqt", dict(notes, **p), 1e-2
    for p in [{}, {"gamma": 0.0}, {"gamma": 20.0, "hop_length": 256, "bins_per_octave": 24, "filter_scale": 2}]:
        yield "vqt", dict(notes, **p), 1e-2
    for p in [{}, {"scale": False, "hop_length": 1024, "sparsity": 0.1}, {"norm": "inf", "window": "blackmanharris", "tuning": 0.1}]:
        yield "pseudo_cqt", dict(notes, **p), 1e-3
    for p in [{}, {"hop_length": 256, "bins_per_octave": 24, "n_bins": 90}]:
        yield "hybrid_cqt", dict(notes, **p), 1e-2
    for p in [{"n_bins": 40, "fmin": 220}, {"n_bins": 40, "fmin": 220, "norm": 2, "window": "hamming", "normalization_type": "wrap", "pad_mode": "constant"}, {"n_bins": 30, "fmin": 300, "output_format": "Complex", "center": False}]:
        yield "nnaudio.CQT1992", p, 1e-3
    for p in [{"n_bins": 40, "fmin": 220}, {"fmax": 3000, "fmin": 220, "bins_per_octave": 24, "hop_length": 333}, {"n_bins": 30, "fmin": 300, "output_format": "Complex", "norm": 0, "filter_scale": 2}, {"n_bins": 40, "fmin": 220, "trainable": False, "normalization_type": "convolutional", "window": "blackman"}]:
        yield "nnaudio.CQT1992v2", p, 1e-3
    octaves = {"n_bins": 60, "fmin": 110, "earlydownsample": False}
    for p in [{}, {"output_format": "Complex"}, {"hop_length": 256, "bins_per_octave": 24, "n_bins": 100, "basis_norm": 2}]:
        yield "nnaudio.CQT2010", dict(octaves, **p), 2e-2
    for p in [{}, {"normalization_type": "wrap", "pad_mode": "constant"}, {"hop_length": 128, "bins_per_octave": 24, "n_bins": 90, "output_format": "Complex"}]:
        yield "nnaudio.CQT2010v2", dict(octaves, **p), 2e-2
    for p in [{}, {"gamma": 20, "hop_length": 256}, {"gamma": 10, "filter_scale": 0.5, "normalization_type": "convolutional"}]:
        yield "nnaudio.VQT", dict(octaves, **p), 2e-2
    for p in [{"fs": 22050, "fr": 4, "window_size": 1025, "g": [0.4, 0.7, 0.9]}, {"fs": 22050, "g": [0.3, 1]}]:
        yield "nnaudio.CFP", dict(p, out="Z"), 5e-3
    yield "nnaudio.Combined_Frequency_Periodicity", {"fs": 22050, "fr": 4, "window_size": 1024, "NumPerOct": 24, "out": "tfrLQ"}, 5e-3


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("reference", type=pathlib.Path)
    parser.add_argument("out", type=pathlib.Path)
    parser.add_argument("--only", default="*", help="ids to write")
    args = parser.parse_args()
    (args.out / "audio").mkdir(parents=True, exist_ok=True)
    for name, (source, start) in SOUNDS.items():
        data, rate = soundfile.read(args.reference / "audio" / f"{source}.wav", dtype="int16")
        soundfile.write(args.out / "audio" / f"{name}.wav", data[start: start + SAMPLES], rate)
    cases = []
    for number, (feature, params, bound) in enumerate(plan()):
        name = list(SOUNDS)[number % 2]
        id = f"{number:03d}_{feature}"
        if not fnmatch.fnmatch(id, args.only):
            continue
        y, rate = librosa_cases.channels(args.out / "audio" / f"{name}.wav")
        try:
            array = laid_out(FUNCTIONS[feature](y[0], rate, dict(params)))
        except Exception as refused:  # the library itself does not take it
            print(id, "left out:", str(refused).splitlines()[0])
            continue
        np.save(args.out / f"{id}.npy", array)
        case = {"id": id, "feature": feature, "input": f"audio/{name}.wav", "params": params,
                "output": f"{id}.npy", "shape": list(array.shape)}
        if bound:
            case["relative_l2"] = bound
        cases.append(case)
    (args.out / "manifest.json").write_text(json.dumps({"set": "analyses", "cases": cases}, indent=1))
    print(len(cases), "cases")


if __name__ == "__main__":
    main()
