#!/usr/bin/env python3
"""Trains the demo model's tokenizer on demo_corpus.txt and writes typecase/demo/model/. Needs: pip install tokenizers.

The files are in the repository; this script is how they were made, and makes them again, byte for byte."""

import json
import pathlib

from tokenizers import AddedToken, Regex, Tokenizer, decoders, models, normalizers, pre_tokenizers, processors, trainers

HERE = pathlib.Path(__file__).resolve().parent
MODEL = HERE.parent / "typecase" / "demo" / "model"
SPLIT = (
    r"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}"
    r"| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+"
)
CONTROL = ["<|endoftext|>", "<|turn|>", "<|end|>"]
MARKERS = ["<think>", "</think>", "<call>", "</call>"]


def main():
    tokenizer = Tokenizer(models.BPE())
    tokenizer.normalizer = normalizers.NFC()
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence(
        [pre_tokenizers.Split(Regex(SPLIT), "isolated"), pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False)]
    )
    tokenizer.post_processor = processors.ByteLevel(trim_offsets=False)
    tokenizer.decoder = decoders.ByteLevel()
    trainer = trainers.BpeTrainer(
        vocab_size=1500, min_frequency=2, initial_alphabet=sorted(pre_tokenizers.ByteLevel.alphabet()), show_progress=False
    )
    # The text is read as one, so that what stands at line ends is learned too.
    tokenizer.train_from_iterator([(HERE / "demo_corpus.txt").read_text(encoding="utf-8")], trainer)
    tokenizer.add_special_tokens([AddedToken(token, normalized=False, special=True) for token in CONTROL])
    tokenizer.add_tokens([AddedToken(token, normalized=False, special=False) for token in MARKERS])
    MODEL.mkdir(parents=True, exist_ok=True)
    (MODEL / "tokenizer.json").write_text(tokenizer.to_str(pretty=False) + "\n", encoding="utf-8")
    eos = tokenizer.token_to_id("<|end|>")
    files = {
        "tokenizer_config.json": {"eos_token": "<|end|>", "pad_token": "<|endoftext|>", "tokenizer_class": "PreTrainedTokenizerFast"},
        "generation_config.json": {"eos_token_id": [eos, tokenizer.token_to_id("<|endoftext|>")]},
        "config.json": {"vocab_size": tokenizer.get_vocab_size(), "max_position_embeddings": 4096},
    }
    for name, content in files.items():
        (MODEL / name).write_text(json.dumps(content, indent=2) + "\n", encoding="utf-8")
    print(f"{tokenizer.get_vocab_size()} tokens")


if __name__ == "__main__":
    main()
