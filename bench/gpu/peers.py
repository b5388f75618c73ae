#!/usr/bin/env python3
"""The GPU jobs of this folder computed by torch and torchaudio, on the same device.

    peers.py DATA [--peers torch,torch-fast,torchaudio] [--jobs NAME,...]

DATA is what the Java side wrote: jobs.json, and a folder for every job with audio.npy (some clips,
repeated until the batch is full), window.npy, mel.npy, expected.npy (what the float64 engine makes
of the clips). A peer's result is compared before it is timed; one that computes something else is
refused. Prints JSON: seconds per batch, by CUDA events, median and 10th and 90th percentile.

The batch is resident on the device. Every peer is measured in one piece and in chunks of clips, and
the best counts. Batches are larger than the device's L2 cache, or rotate through copies that are.
"""

import argparse
import json
import sys
from pathlib import Path

WARM_UP = 20
REPEATS = 50
CHUNKS = (None, 256, 64, 16)
L2_BYTES = 256 << 20  # several times any device's
FLOOR = 1e-10


class Refused(Exception):
    """The peer computes something else, or cannot do the job."""


def stft(torch, job, audio, window):
    return torch.stft(
        audio,
        job["fftSize"],
        job["hopLength"],
        job["windowLength"],
        window,
        center=True,
        pad_mode="reflect",
        return_complex=True,
    )


class Torch:
    """torch.stft and products, as torchaudio writes them: abs().pow(2)."""

    squares = False

    def __init__(self, torch, job, arrays):
        self.torch, self.job = torch, job
        self.window = arrays["window"]
        self.mel = arrays.get("mel")
        self.dct = arrays.get("dct")
        self.version = "torch " + torch.__version__

    def __call__(self, audio):
        job = self.job
        spectrum = stft(self.torch, job, audio, self.window)
        if job["kind"] == "stft":
            return self.torch.view_as_real(spectrum)
        if self.squares:
            power = spectrum.real.square() + spectrum.imag.square()
        else:
            power = spectrum.abs().pow(2)
        if job["kind"] == "magnitude":
            return power.sqrt()
        mel = self.torch.matmul(self.mel, power)
        if job["kind"] == "mel":
            return mel
        log = mel.clamp_(min=FLOOR).log10_()
        if job["kind"] == "logmel":
            return log
        if job["kind"] == "whisper":
            peak = log.amax(dim=(-2, -1), keepdim=True)
            return (self.torch.maximum(log[..., :-1], peak - 8.0) + 4.0) / 4.0
        if job["kind"] == "mfcc":
            log = log.mul_(10.0)
            peak = log.amax(dim=(-2, -1), keepdim=True)
            return self.torch.matmul(self.dct, self.torch.maximum(log, peak - 80.0))
        raise Refused("no formula for " + job["kind"])


class TorchFast(Torch):
    """The same with the power as re² + im²."""

    squares = True


class Torchaudio(Torch):
    """torchaudio.transforms.MelSpectrogram with Slaney's filters, and a logarithm."""

    def __init__(self, torch, job, arrays):
        import torchaudio

        super().__init__(torch, job, arrays)
        if job["kind"] not in ("mel", "logmel"):
            raise Refused("only mel and log-mel are measured with torchaudio's classes")
        self.transform = torchaudio.transforms.MelSpectrogram(
            sample_rate=job["sampleRate"],
            n_fft=job["fftSize"],
            win_length=job["windowLength"],
            hop_length=job["hopLength"],
            n_mels=job["mels"],
            norm="slaney",
            mel_scale="slaney",
        ).to("cuda")
        self.version = "torchaudio " + torchaudio.__version__

    def __call__(self, audio):
        mel = self.transform(audio)
        return mel if self.job["kind"] == "mel" else mel.clamp_(min=FLOOR).log10_()


PEERS = {"torch": Torch, "torch-fast": TorchFast, "torchaudio": Torchaudio}


def milliseconds(torch, call, inputs):
    """Times of REPEATS calls in milliseconds, each between two events, inputs in turn."""
    for i in range(WARM_UP):
        call(inputs[i % len(inputs)])
    torch.cuda.synchronize()
    times = []
    for i in range(REPEATS):
        start, end = (torch.cuda.Event(enable_timing=True) for _ in range(2))
        start.record()
        call(inputs[i % len(inputs)])
        end.record()
        end.synchronize()
        times.append(start.elapsed_time(end))
    return times


def measure(torch, numpy, peer, job, folder):
    arrays = {
        name: torch.from_numpy(numpy.load(folder / (name + ".npy"))).to("cuda")
        for name in ("window", "mel", "dct")
        if (folder / (name + ".npy")).is_file()
    }
    compute = PEERS[peer](torch, job, arrays)
    clips = numpy.load(folder / "audio.npy")
    expected = numpy.load(folder / "expected.npy").astype(numpy.float64)
    got = compute(torch.from_numpy(clips).to("cuda")).cpu().numpy().astype(numpy.float64)
    if got.size != expected.size:
        raise Refused("shape %s, not %s" % (got.shape, expected.shape))
    expected = expected.reshape(got.shape)
    error = float(numpy.linalg.norm(got - expected) / numpy.linalg.norm(expected))
    # Logarithms of near silence carry what float32 leaves of it; see bench/README.md.
    if not error <= 1e-4:
        raise Refused("relative L2 %.2g: it computes something else" % error)

    batch = torch.from_numpy(clips[numpy.arange(job["clips"]) % len(clips)]).to("cuda")
    copies = max(1, -(-L2_BYTES // (batch.numel() * 4)))
    inputs = [batch.clone() for _ in range(copies)]
    best = None
    for chunk in CHUNKS:
        if chunk is not None and chunk >= job["clips"]:
            continue

        def call(audio, chunk=chunk):
            if chunk is None:
                return compute(audio)
            return [compute(audio[i : i + chunk]) for i in range(0, len(audio), chunk)]

        try:
            times = milliseconds(torch, call, inputs)
        except torch.cuda.OutOfMemoryError:
            torch.cuda.empty_cache()
            continue
        low, median, high = numpy.percentile(times, [10, 50, 90]) * 1e-3
        if best is None or median < best["seconds"]["median"]:
            best = {"chunk": chunk, "seconds": {"low": low, "median": median, "high": high}}
    if best is None:
        raise Refused("out of device memory in every chunk size")
    seconds = job["clips"] * job["samples"] / job["sampleRate"]
    return best | {
        "version": compute.version,
        "relativeL2": error,
        "timesRealTime": seconds / best["seconds"]["median"],
    }


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("data", type=Path)
    parser.add_argument("--peers", default=",".join(PEERS))
    parser.add_argument("--jobs", help="names, by default all of jobs.json")
    args = parser.parse_args()
    try:
        import numpy
        import torch
    except ImportError as missing:
        sys.exit("peers.py: %s: `pip install torch numpy`" % missing)
    if not torch.cuda.is_available():
        sys.exit("peers.py: this torch sees no CUDA device")
    torch.set_grad_enabled(False)
    # Float32 throughout, as torch has it by default.
    torch.backends.cuda.matmul.allow_tf32 = False

    jobs = json.loads((args.data / "jobs.json").read_text())
    wanted = args.jobs.split(",") if args.jobs else list(jobs)
    results = []
    for name in wanted:
        for peer in args.peers.split(","):
            result = {"job": name, "peer": peer}
            try:
                result |= measure(torch, numpy, peer, jobs[name], args.data / name)
            except (Refused, ImportError) as problem:
                result["skipped"] = str(problem)
            torch.cuda.empty_cache()
            results.append(result)
            print(json.dumps(result), file=sys.stderr)
    device = torch.cuda.get_device_properties(0)
    json.dump({"device": device.name, "cuda": torch.version.cuda, "results": results}, sys.stdout)
    print()


if __name__ == "__main__":
    main()
