#!/usr/bin/env python3
"""The log-mel workloads computed by Python libraries, torch, librosa, scipy; and features.

Reads what `cochlea-bench.jar data` wrote: the audio, the window, the filter bank, the result.
Every peer's result is compared with it first; a peer that computes something else is refused.

    peers.py [--data DIR] [--peers torch-clips,...] [--workloads W1,...] [--threads 1 2]

measures each peer on its own and prints JSON. With --worker PEER it is one contender of the
interleaved comparison: it reads "run SECONDS" and "output FILE" lines and answers with JSON.
"""

import argparse
import importlib
import json
import os
import subprocess
import sys
import time
from importlib import metadata
from pathlib import Path

PACKAGES = {
    "torch-clips": ("torch",),
    "torch-batch": ("torch",),
    "torch-fast": ("torch",),
    "torch-chunks": ("torch",),
    "librosa": ("librosa",),
    "scipy": ("scipy",),
    "torch": ("torch",),
    "torch-kaldi": ("torch",),
    "torchaudio": ("torch", "torchaudio"),
    "nnAudio": ("torch", "nnAudio"),
    "python_speech_features": ("python_speech_features",),
}
LOG_MEL = ("torch-clips", "torch-batch", "torch-fast", "torch-chunks", "librosa", "scipy")
FLOOR = 1e-10
# The same bounds as Agreement.java: float32 against float64, on log10 values.
MAX_RELATIVE = 1e-5
MAX_DIFFERENCE = 1e-2


class Unavailable(Exception):
    """A package that this peer needs is missing."""


def torch_version(torch):
    return "torch %s, %s, %s" % (
        torch.__version__,
        "MKL" if torch.backends.mkl.is_available() else "no MKL",
        torch.backends.cpu.get_cpu_capability(),
    )


class Torch:
    """torch.stft, power, filter bank, logarithm.

    torch-clips and torch-batch take the power as torchaudio does; torch-fast (clip by clip) and
    torch-chunks in a way that is several times as fast.
    """

    def __init__(self, peer, job, data, threads):
        import torch

        torch.set_num_threads(threads)
        torch.set_grad_enabled(False)
        self.torch, self.job = torch, job
        self.audio = torch.from_numpy(data["audio"])
        self.window = torch.from_numpy(data["window"])
        self.mel = torch.from_numpy(data["mel"])
        self.squares = peer in ("torch-fast", "torch-chunks")
        self.call = {"torch-batch": self.batch, "torch-chunks": self.chunks}.get(peer, self.clips)
        self.version = torch_version(torch)

    def features(self, audio, center=True):
        job = self.job
        spectrum = self.torch.stft(
            audio,
            job["fftSize"],
            job["hopLength"],
            job["windowLength"],
            self.window,
            center=center,
            pad_mode="reflect",
            return_complex=True,
        )
        if self.squares:
            power = spectrum.real.square() + spectrum.imag.square()
        else:
            power = spectrum.abs().pow(2)
        return (self.mel @ power).clamp_(min=FLOOR).log10_()

    def clips(self):
        return [self.features(clip) for clip in self.audio]

    def batch(self):
        return self.features(self.audio)

    def chunks(self):
        """Five seconds at a time: the audio is padded once, so that the result is the same."""
        n, hop = self.job["fftSize"], self.job["hopLength"]
        frames = 5 * self.job["sampleRate"] // hop
        out = []
        for clip in self.audio:
            padded = self.torch.nn.functional.pad(clip[None], (n // 2, n // 2), mode="reflect")[0]
            total = 1 + (len(padded) - n) // hop
            parts = []
            for start in range(0, total, frames):
                count = min(frames, total - start)
                part = padded[start * hop : (start + count - 1) * hop + n]
                parts.append(self.features(part, center=False))
            out.append(self.torch.cat(parts, dim=-1))
        return out

    def run(self):
        self.result = self.call()

    def output(self):
        result = self.result
        return (result if self.torch.is_tensor(result) else self.torch.stack(result)).numpy()


class Librosa:
    """librosa.feature.melspectrogram and a logarithm, clip by clip."""

    def __init__(self, peer, job, data, threads):
        import librosa
        import numpy

        self.librosa, self.numpy, self.job, self.audio = librosa, numpy, job, data["audio"]
        self.version = "librosa %s, numpy %s" % (librosa.__version__, numpy.__version__)

    def run(self):
        job, np = self.job, self.numpy
        self.result = [
            np.log10(
                np.maximum(
                    FLOOR,
                    self.librosa.feature.melspectrogram(
                        y=clip,
                        sr=job["sampleRate"],
                        n_fft=job["fftSize"],
                        hop_length=job["hopLength"],
                        win_length=job["windowLength"],
                        pad_mode="reflect",
                        n_mels=job["mels"],
                    ),
                )
            )
            for clip in self.audio
        ]

    def output(self):
        return self.numpy.stack(self.result)


class Scipy:
    """scipy.fft.rfft of all frames of a clip, a matrix product, a logarithm; clip by clip."""

    def __init__(self, peer, job, data, threads):
        import numpy
        import scipy
        import scipy.fft

        self.numpy, self.fft, self.job, self.threads = numpy, scipy.fft, job, threads
        self.audio, self.mel = data["audio"], data["mel"]
        margin = (job["fftSize"] - job["windowLength"]) // 2
        self.window = numpy.zeros(job["fftSize"], numpy.float32)
        self.window[margin : margin + job["windowLength"]] = data["window"]
        self.version = "scipy %s, numpy %s" % (scipy.__version__, numpy.__version__)

    def features(self, clip):
        np, n, hop = self.numpy, self.job["fftSize"], self.job["hopLength"]
        padded = np.pad(clip, n // 2, mode="reflect")
        frames = np.lib.stride_tricks.sliding_window_view(padded, n)[::hop] * self.window
        spectrum = self.fft.rfft(frames, overwrite_x=True, workers=self.threads)
        power = np.square(spectrum.real)
        power += np.square(spectrum.imag)
        mel = self.mel @ power.T
        np.maximum(mel, FLOOR, out=mel)
        return np.log10(mel, out=mel)

    def run(self):
        self.result = [self.features(clip) for clip in self.audio]

    def output(self):
        return self.numpy.stack(self.result)


C2, C7 = 440 * 2 ** (-33 / 12), 440 * 2 ** (27 / 12)


def harmonic(librosa, y):
    return librosa.decompose.hpss(abs(librosa.stft(y)))[0]


def tonnetz(librosa, y, sr):
    return librosa.feature.tonnetz(chroma=librosa.feature.chroma_cqt(y=y, sr=sr, tuning=0))


# The features of FeatureJob.java, with their defaults but for the tuning, which is not estimated.
LIBROSA = {
    "STFT": lambda l, y, sr: l.stft(y),
    "MEL": lambda l, y, sr: l.feature.melspectrogram(y=y, sr=sr),
    "LOG_MEL": lambda l, y, sr: l.power_to_db(l.feature.melspectrogram(y=y, sr=sr)),
    "PCEN": lambda l, y, sr: l.pcen(l.feature.melspectrogram(y=y, sr=sr), sr=sr),
    "MFCC": lambda l, y, sr: l.feature.mfcc(y=y, sr=sr),
    "RMS": lambda l, y, sr: l.feature.rms(y=y),
    "ZERO_CROSSING_RATE": lambda l, y, sr: l.feature.zero_crossing_rate(y),
    "SPECTRAL_CENTROID": lambda l, y, sr: l.feature.spectral_centroid(y=y, sr=sr),
    "SPECTRAL_CONTRAST": lambda l, y, sr: l.feature.spectral_contrast(y=y, sr=sr),
    "ONSET_STRENGTH": lambda l, y, sr: l.onset.onset_strength(y=y, sr=sr),
    "TEMPOGRAM": lambda l, y, sr: l.feature.tempogram(y=y, sr=sr),
    "HARMONIC": lambda l, y, sr: harmonic(l, y),
    "CQT": lambda l, y, sr: abs(l.cqt(y, sr=sr, tuning=0)),
    "VQT": lambda l, y, sr: abs(l.vqt(y, sr=sr, tuning=0)),
    "CHROMA_STFT": lambda l, y, sr: l.feature.chroma_stft(y=y, sr=sr, tuning=0),
    "CHROMA_CQT": lambda l, y, sr: l.feature.chroma_cqt(y=y, sr=sr, tuning=0),
    "TONNETZ": lambda l, y, sr: tonnetz(l, y, sr),
    "YIN": lambda l, y, sr: l.yin(y, fmin=C2, fmax=C7, sr=sr),
    "PYIN": lambda l, y, sr: l.pyin(y, fmin=C2, fmax=C7, sr=sr),
}


SCIPY = {"WELCH": lambda s, y, sr: s.signal.welch(y, sr)[1]}

# Time comes first in these, and last in ours: a transposed view costs nothing.
SPEECH_FEATURES = {
    "PSF_MFCC": lambda p, y, sr: p.mfcc(y, sr).T,
    "PSF_LOG_FBANK": lambda p, y, sr: p.logfbank(y, sr).T,
}

TORCHAUDIO = {
    "SPECTROGRAM_TORCHAUDIO": lambda t, sr: t.transforms.Spectrogram(),
    "MFCC_TORCHAUDIO": lambda t, sr: t.transforms.MFCC(sr),
    "LFCC_TORCHAUDIO": lambda t, sr: t.transforms.LFCC(sr),
    "KALDI_FBANK": lambda t, sr: (
        lambda y: t.compliance.kaldi.fbank(y[None], sample_frequency=sr).T
    ),
    "KALDI_MFCC": lambda t, sr: lambda y: t.compliance.kaldi.mfcc(y[None], sample_frequency=sr).T,
}

# Padded with zeros where the feature is librosa's, else with its defaults.
NNAUDIO = {
    "STFT": lambda f, sr: f.STFT(pad_mode="constant", output_format="Complex", verbose=False),
    "MEL": lambda f, sr: f.MelSpectrogram(sr, pad_mode="constant", verbose=False),
    "MFCC": lambda f, sr: f.MFCC(sr, pad_mode="constant", verbose=False),
    "GAMMATONE": lambda f, sr: f.Gammatonegram(sr, verbose=False),
    "CQT1992_NNAUDIO": lambda f, sr: f.CQT1992v2(sr, verbose=False),
    "CQT2010_NNAUDIO": lambda f, sr: f.CQT2010v2(sr, verbose=False),
}


def torch_feature(torch, name, job, data):
    """torch.stft, re² + im², a product for every filter bank: what is fastest."""
    window, bases = data["window"], data["bases"]
    size, hop = len(window), job["hopLength"]
    padding = {"ZERO": "constant", "REFLECT": "reflect"}[job["padding"]]
    decibels = name == "LOG_MEL" or "MFCC" in name or "LFCC" in name

    def spectrum(y):
        return torch.stft(
            y, size, hop, window=window, center=True, pad_mode=padding, return_complex=True
        )

    def feature(y):
        z = spectrum(y)
        x = z.real.square() + z.imag.square()
        if bases:
            x = bases[0] @ x
        if decibels:
            x = x.clamp_(min=1e-10).log10_().mul_(10)
            x.clamp_(min=x.max() - 80)
        for basis in bases[1:]:
            x = basis @ x
        return x

    return spectrum if name == "STFT" else feature


def torch_kaldi(torch, name, job, data):
    """What torchaudio.compliance.kaldi does, without making window and filters on every call."""
    window, hop = data["window"] / 32768, job["hopLength"]  # its window carries the 16-bit scale
    mel = data["bases"][0].T.contiguous()
    cepstra = [basis.T.contiguous() for basis in data["bases"][1:]]
    size = 2 * (len(mel) - 1)
    epsilon = torch.finfo(torch.float32).eps

    def feature(y):
        frames = y.unfold(0, len(window), hop)
        frames = frames - frames.mean(1, keepdim=True)
        before = torch.cat((frames[:, :1], frames[:, :-1]), 1)
        frames.sub_(before, alpha=0.97).mul_(window)
        z = torch.fft.rfft(frames, size)
        x = ((z.real.square() + z.imag.square()) @ mel).clamp_(min=epsilon).log_()
        for basis in cepstra:
            x = x @ basis
        return x.T

    return feature


TORCH = {
    "torch": torch_feature,
    "torch-kaldi": torch_kaldi,
}
# Who computes which features.
FEATURES = {
    "librosa": tuple(LIBROSA),
    "scipy": tuple(SCIPY),
    "python_speech_features": tuple(SPEECH_FEATURES),
    "torchaudio": tuple(TORCHAUDIO),
    "nnAudio": tuple(NNAUDIO),
    "torch": (
        "STFT",
        "MEL",
        "LOG_MEL",
        "MFCC",
        "GAMMATONE",
        "SPECTROGRAM_TORCHAUDIO",
        "MFCC_TORCHAUDIO",
        "LFCC_TORCHAUDIO",
    ),
    "torch-kaldi": ("KALDI_FBANK", "KALDI_MFCC"),
}


class Feature:
    """A function of a library, clip by clip; nnAudio's, which are made for that, of all clips."""

    def __init__(self, peer, name, job, data, threads):
        import numpy

        self.numpy, self.audio, sr = numpy, data["audio"], job["sampleRate"]
        self.batch = peer == "nnAudio"
        if name.startswith(("KALDI_", "PSF_")):
            self.audio = self.audio * numpy.float32(32768)  # their users have 16-bit integers
        if peer in ("librosa", "scipy", "python_speech_features"):
            table = {"librosa": LIBROSA, "scipy": SCIPY}.get(peer, SPEECH_FEATURES)
            library = importlib.import_module(peer)
            if peer == "scipy":
                import scipy.signal
            self.function = lambda y: table[name](library, y, sr)
            self.version = "%s %s, numpy %s" % (peer, metadata.version(peer), numpy.__version__)
            return
        import torch

        torch.set_num_threads(threads)
        torch.set_grad_enabled(False)
        self.audio = torch.from_numpy(self.audio)
        self.version = torch_version(torch)
        if peer == "torchaudio":
            import torchaudio.compliance.kaldi

            self.function = TORCHAUDIO[name](torchaudio, sr)
        elif peer == "nnAudio":
            import nnAudio.features

            self.function = NNAUDIO[name](nnAudio.features, sr)
        else:
            tensors = {"window": torch.from_numpy(data["window"][0])}
            tensors["bases"] = [torch.from_numpy(basis) for basis in data["bases"]]
            self.function = TORCH[peer](torch, name, job, tensors)
        if peer in ("torchaudio", "nnAudio"):
            self.version = "%s %s, %s" % (peer, metadata.version(peer), self.version)

    def run(self):
        call = self.function
        self.result = call(self.audio) if self.batch else [call(clip) for clip in self.audio]

    def output(self):
        np = self.numpy
        result = np.stack([np.asarray(clip) for clip in self.result])
        if np.iscomplexobj(result):
            result = np.stack([result.real, result.imag], axis=-1)
        return result.reshape(len(result), -1)


def make(peer, workload, threads, data):
    """Returns a peer made ready."""
    if peer not in PACKAGES:
        raise SystemExit("peers.py: peer must be one of %s, was %s" % (", ".join(PACKAGES), peer))
    for package in ("numpy",) + PACKAGES[peer]:
        try:
            metadata.version(package)
        except metadata.PackageNotFoundError:
            packages = " ".join(PACKAGES[peer])
            raise Unavailable("%s needs `pip install %s`" % (peer, packages)) from None
    import numpy

    jobs = data / "workloads.json"
    if not jobs.is_file():
        raise SystemExit("peers.py: no %s: `java -jar cochlea-bench.jar data` writes it" % jobs)
    job = json.loads(jobs.read_text())[workload]
    if workload not in FEATURES.get(peer, ()) and (peer not in LOG_MEL or "fftSize" not in job):
        raise SystemExit("peers.py: %s does not compute %s" % (peer, workload))
    if "fftSize" not in job:
        arrays = {"audio": numpy.load(data / workload / "audio.npy")}
        if peer in TORCH:
            arrays["window"] = numpy.load(data / workload / "window.npy")
            arrays["bases"] = [
                numpy.load(data / workload / ("basis%d.npy" % i)) for i in range(job["bases"])
            ]
        return Feature(peer, workload, job, arrays, threads), job
    arrays = {
        name: numpy.load(data / workload / (name + ".npy")) for name in ("audio", "window", "mel")
    }
    kind = Librosa if peer == "librosa" else Scipy if peer == "scipy" else Torch
    return kind(peer, job, arrays, threads), job


def timed(contender, seconds):
    """Runs for at least this long, after one run that does not count."""
    contender.run()
    ops, start = 0, time.perf_counter_ns()
    while True:
        contender.run()
        ops += 1
        nanos = time.perf_counter_ns() - start
        if nanos >= seconds * 1e9:
            return ops, nanos


def answer(**values):
    print(json.dumps(values), flush=True)


def worker(args):
    """One contender of the interleaved comparison."""
    try:
        contender, _ = make(args.worker, args.workloads[0], args.threads[0], args.data)
    except Unavailable as missing:
        answer(skip=str(missing))
        return
    answer(version="%s, Python %d.%d.%d" % ((contender.version,) + sys.version_info[:3]))
    for line in sys.stdin:
        command, _, argument = line.strip().partition(" ")
        if command == "output":
            import numpy

            contender.run()
            numpy.save(argument, numpy.ascontiguousarray(contender.output(), numpy.float32))
            answer(done=argument)
        else:
            ops, nanos = timed(contender, float(argument))
            answer(ops=ops, nanos=nanos)


def alone(args):
    """One peer, one workload, one number of threads: a dictionary for the JSON."""
    peer, workload, threads = args.worker, args.workloads[0], args.threads[0]
    result = {"peer": peer, "workload": workload, "threads": threads}
    try:
        contender, job = make(peer, workload, threads, args.data)
    except Unavailable as missing:
        return result | {"skipped": str(missing)}
    import numpy

    contender.run()
    expected = numpy.load(args.data / workload / "expected.npy").astype(numpy.float64)
    got = contender.output()
    result["version"] = contender.version
    if got.shape != expected.shape:
        return result | {"refused": "shape %s, not %s" % (got.shape, expected.shape)}
    relative = float(numpy.linalg.norm(got - expected) / numpy.linalg.norm(expected))
    difference = float(numpy.abs(got - expected).max())
    result |= {"relativeL2": relative, "maxDifference": difference}
    if not (relative <= MAX_RELATIVE and difference <= MAX_DIFFERENCE):
        return result | {"refused": "it computes something else"}
    timed(contender, args.seconds)
    slices = []
    for _ in range(args.rounds):
        ops, nanos = timed(contender, args.seconds)
        slices.append(nanos / ops)
    low, median, high = numpy.percentile(slices, [10, 50, 90])
    frames = job["clips"] * job["framesPerClip"]
    return result | {
        "timesRealTime": job["clips"] * job["seconds"] / (median * 1e-9),
        "nanosPerFrame": {"low": low / frames, "median": median / frames, "high": high / frames},
    }


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data", type=Path, default=Path(__file__).parents[1] / "target" / "data")
    parser.add_argument("--peers", default=",".join(LOG_MEL))
    parser.add_argument("--workloads", default="W1,W2,W3", type=lambda text: text.split(","))
    parser.add_argument("--threads", nargs="+", type=int, default=[1, 2])
    parser.add_argument("--seconds", type=float, default=0.5, help="length of one measurement")
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--worker", metavar="PEER", help="be one contender")
    parser.add_argument("--list", action="store_true", help="print who computes which features")
    parser.add_argument("--alone", action="store_true", help=argparse.SUPPRESS)
    args = parser.parse_args()
    if args.list:
        print(json.dumps(FEATURES))
        return
    if args.worker:
        if args.alone:
            print(json.dumps(alone(args)))
        else:
            worker(args)
        return
    results = []
    for workload in args.workloads:
        for threads in args.threads:
            # A process each: the libraries read these variables once, when they are loaded.
            names = ("OMP_NUM_THREADS", "MKL_NUM_THREADS", "OPENBLAS_NUM_THREADS")
            environment = os.environ | {name: str(threads) for name in names}
            for peer in args.peers.split(","):
                command = [sys.executable, __file__, "--worker", peer, "--alone"]
                command += ["--data", args.data, "--workloads", workload]
                command += ["--threads", str(threads)]
                command += ["--seconds", str(args.seconds), "--rounds", str(args.rounds)]
                done = subprocess.run(command, env=environment, stdout=subprocess.PIPE, check=True)
                results.append(json.loads(done.stdout))
                if "skipped" in results[-1]:
                    print("skipped: " + results[-1]["skipped"], file=sys.stderr)
    json.dump(results, sys.stdout, indent=1)
    print()


if __name__ == "__main__":
    main()
