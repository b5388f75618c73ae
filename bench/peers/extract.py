#!/usr/bin/env python3
"""Log-mel of all WAV files of a folder to .npy files, by librosa or torch, in several processes.

    extract.py FOLDER OUT [--library librosa|torch] [--processes N]

What one writes in place of `cochlea extract`: a pool of processes, each reading, computing and
writing file by file (16 kHz, n_fft 512, hop 160, 80 mels, decibels).
"""

import argparse
import multiprocessing
import os
from pathlib import Path

SAMPLE_RATE, FFT_SIZE, HOP, MELS = 16_000, 512, 160, 80
FLOOR = 1e-10
bank = None


def begin(library):
    """Imports once per process, and keeps every library to one thread."""
    global np, librosa, torch, soundfile, bank
    import librosa
    import numpy as np
    import soundfile

    if library == "torch":
        import torch

        torch.set_num_threads(1)
        torch.set_grad_enabled(False)
        weights = librosa.filters.mel(sr=SAMPLE_RATE, n_fft=FFT_SIZE, n_mels=MELS)
        bank = torch.from_numpy(weights), torch.hann_window(FFT_SIZE)


def extract(task):
    path, target, library = task
    if library == "torch":
        samples, _ = soundfile.read(path, dtype="float32")
        mel, window = bank
        spectrum = torch.stft(
            torch.from_numpy(samples),
            FFT_SIZE,
            HOP,
            window=window,
            pad_mode="constant",
            return_complex=True,
        )
        power = spectrum.real.square() + spectrum.imag.square()
        feature = (mel @ power).clamp_(min=FLOOR).log10_().mul_(10).numpy()
    else:
        samples, _ = librosa.load(path, sr=None)
        feature = librosa.power_to_db(
            librosa.feature.melspectrogram(
                y=samples, sr=SAMPLE_RATE, n_fft=FFT_SIZE, hop_length=HOP, n_mels=MELS
            ),
            top_db=None,
        )
    np.save(target, feature)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("out", type=Path)
    parser.add_argument("--library", choices=["librosa", "torch"], default="librosa")
    parser.add_argument("--processes", type=int, default=os.cpu_count())
    args = parser.parse_args()
    args.out.mkdir(parents=True, exist_ok=True)
    tasks = [
        (str(path), str(args.out / (path.stem + ".npy")), args.library)
        for path in sorted(args.folder.glob("*.wav"))
    ]
    for name in ("OMP_NUM_THREADS", "MKL_NUM_THREADS", "OPENBLAS_NUM_THREADS"):
        os.environ[name] = "1"
    # Spawned, not forked: torch's threads do not survive a fork.
    context = multiprocessing.get_context("spawn")
    with context.Pool(args.processes, begin, (args.library,)) as pool:
        for _ in pool.imap_unordered(extract, tasks, chunksize=16):
            pass


if __name__ == "__main__":
    main()
