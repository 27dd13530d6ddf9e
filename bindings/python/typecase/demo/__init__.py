"""A small model made for demonstrations, and the demonstration: ``python -m typecase.demo``."""

import pathlib

#: A model directory: a tokenizer of 700 tokens and a chat template. It has no weights.
MODEL = pathlib.Path(__file__).resolve().parent / "model"
