"""Makes reference.safetensors with the reference implementation, and manifest.json with the versions that did it.

Run in this folder: python make.py
Needs torch and safetensors. The values are repeated in SafetensorsFixtureTests.swift.
"""

import hashlib
import json
import platform

import numpy
import safetensors
import safetensors.torch
import torch

NAME = "reference.safetensors"

fractions = torch.arange(6, dtype=torch.float64).reshape(2, 3) / 4 - 0.5
whole = torch.arange(-2, 4).reshape(3, 2)

tensors = {
    "float64": fractions,
    "float32": fractions.to(torch.float32),
    "float16": fractions.to(torch.float16),
    "bfloat16": fractions.to(torch.bfloat16),
    "int64": whole * 2**40,
    "int32": (whole * 2**20).to(torch.int32),
    "int16": (whole * 2**8).to(torch.int16),
    "int8": (whole * 2**4).to(torch.int8),
    "uint8": torch.arange(250, 256, dtype=torch.uint8),
    "bool": torch.tensor([True, False, True]),
    "scalar": torch.tensor(1.5),
    "empty": torch.zeros(0, 3),
    'näme "quoted"\\\n重み 🦊': torch.tensor([-1.0]),
}
metadata = {"format": "pt", "note": "línea 1\nlínea \"2\"\t🦊"}
safetensors.torch.save_file(tensors, NAME, metadata)

with open(NAME, "rb") as file:
    digest = hashlib.sha256(file.read()).hexdigest()
with open("manifest.json", "w") as file:
    json.dump(
        {
            "files": {NAME: {"sha256": digest}},
            "versions": {
                "python": platform.python_version(),
                "safetensors": safetensors.__version__,
                "torch": torch.__version__,
                "numpy": numpy.__version__,
            },
        },
        file,
        indent=2,
    )
    file.write("\n")
