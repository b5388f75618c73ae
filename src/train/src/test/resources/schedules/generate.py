"""Writes schedules.json: learning rates that torch's schedulers give. Run: python generate.py"""

import json
import pathlib

import torch
from torch.optim import lr_scheduler

STEPS, PER_EPOCH, RATE = 60, 10, 0.5


def rates(make, per_epoch=False):
    parameter = torch.nn.Parameter(torch.zeros(1))
    optimizer = torch.optim.SGD([parameter], lr=RATE, momentum=0.9)
    scheduler = make(optimizer)
    out = []
    for step in range(STEPS):
        out.append(optimizer.param_groups[0]["lr"])
        optimizer.step()
        if not per_epoch or (step + 1) % PER_EPOCH == 0:
            scheduler.step()
    return out


out = {
    "torch": torch.__version__,
    "step": rates(lambda o: lr_scheduler.StepLR(o, 2, 0.3), True),
    "cosine": rates(lambda o: lr_scheduler.CosineAnnealingLR(o, STEPS, RATE * 0.1)),
    "one-cycle": rates(lambda o: lr_scheduler.OneCycleLR(o, RATE, total_steps=STEPS)),
    "one-cycle-linear": rates(
        lambda o: lr_scheduler.OneCycleLR(
            o, RATE, total_steps=STEPS, pct_start=0.2, anneal_strategy="linear"
        )
    ),
    "cyclical": rates(
        lambda o: lr_scheduler.CyclicLR(o, RATE * 0.1, RATE, step_size_up=15)
    ),
    "cyclical2": rates(
        lambda o: lr_scheduler.CyclicLR(
            o, RATE * 0.1, RATE, step_size_up=PER_EPOCH, mode="triangular2"
        )
    ),
}
parameter = torch.nn.Parameter(torch.zeros(1))
optimizer = torch.optim.SGD([parameter], lr=RATE)
scheduler = lr_scheduler.ReduceLROnPlateau(
    optimizer, mode="max", factor=0.1, patience=2, threshold=0
)
results = [0.1, 0.3, 0.2, 0.3, 0.29, 0.28, 0.4, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1]
plateau = []
for result in results:
    plateau.append(optimizer.param_groups[0]["lr"])
    scheduler.step(result)
out["plateau"] = {"results": results, "rates": plateau}
pathlib.Path(__file__).with_name("schedules.json").write_text(json.dumps(out) + "\n")
