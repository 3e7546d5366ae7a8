"""The official baseline: the organiser's instruction as prompt, the label's name as the answer that the model writes.

One call per sample, without retrieval and without codes. The chain is compared with it, on the same data and by the same metric:

    python -m vlm.train_lora --prompt official --method full
    python -m fusion.predict --prompt official
"""

from __future__ import annotations

import difflib
from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
import torch

from data.case import Case
from data.labels import LabelSet
from data.llamafactory import NEW_TOKENS, make_row
from data.schema import IMAGE_MARK
from data.writers import Prediction
from vlm.budget import Budget
from vlm.model import LoadedModel, fit_ratio

IGNORED = -100  # Transformers' losses skip tokens with this label
LONGEST_TEXT = 8_000  # characters of a prompt; without a bound, attention over a long dialogue takes all memory
HEAD = 200  # characters that are kept at the beginning of a text that is cut


def official_messages(case: Case, labels: LabelSet) -> list[dict[str, Any]]:
    """The user's turn: the organiser's instruction, with an image in place of each mark whose image can be used."""
    files = [page.digest if page is not None and page.pixels is not None else None for page in case.pages_by_image()]
    first, *pieces = str(make_row(case.sample, files, labels)["instruction"]).split(IMAGE_MARK)
    content: list[dict[str, str]] = [{"type": "text", "text": first}]
    for piece in pieces:
        content += [{"type": "image"}, {"type": "text", "text": piece}]
    return [{"role": "user", "content": fit_text([part for part in content if part["type"] == "image" or part["text"]])}]


def fit_text(content: list[dict[str, str]]) -> list[dict[str, str]]:
    """Cut the middle out of the longest text, so that the texts have about LONGEST_TEXT characters at most. Images stay."""
    lengths = [len(part.get("text", "")) for part in content]
    excess = sum(lengths) - LONGEST_TEXT
    if excess <= 0:
        return content
    longest = lengths.index(max(lengths))
    text = content[longest]["text"]
    kept = max(2 * HEAD, len(text) - excess)
    if kept >= len(text):
        return content
    short = {"type": "text", "text": f"{text[:HEAD]}……{text[len(text) - kept + HEAD :]}"}
    return [*content[:longest], short, *content[longest + 1 :]]


def official_batch(loaded: LoadedModel, cases: Sequence[Case], labels: LabelSet, answers: Sequence[str] | None = None) -> Any:
    """Model inputs of some cases, padded to one length.

    Without `answers`, padding is on the left, for generation. With `answers`, it is on the right, and `labels` (cases, tokens)
    hold the tokens of the answer and its end, and IGNORED elsewhere.
    """
    processor, tokenizer = loaded.processor, loaded.tokenizer
    ends = [f"{answer}<|im_end|>" for answer in answers] if answers is not None else [""] * len(cases)
    texts = [
        processor.apply_chat_template(official_messages(case, labels), add_generation_prompt=True, tokenize=False) + end
        for case, end in zip(cases, ends, strict=True)
    ]
    images = [fit_ratio(page.pixels, loaded.settings) for case in cases for page in case.pages if page.pixels is not None]
    tokenizer.padding_side = "left" if answers is None else "right"
    batch = processor(
        text=texts, images=images or None, padding=True, return_tensors="pt", images_kwargs={"input_data_format": "channels_last"}
    )
    if answers is not None:
        targets = torch.full_like(batch["input_ids"], IGNORED)
        for row, end in enumerate(ends):
            last = int(batch["attention_mask"][row].sum())
            length = len(tokenizer.encode(end, add_special_tokens=False))
            targets[row, last - length : last] = batch["input_ids"][row, last - length : last]
        batch["labels"] = targets
    return batch


@torch.inference_mode()
def official_answers(
    loaded: LoadedModel, cases: Sequence[Case], labels: LabelSet, batch_size: int, exactly: int = 0
) -> Iterator[tuple[str, float, int]]:
    """For each case: the text that the model writes, its probability, and its number of tokens, the end token included.

    With `exactly`, the model writes that number of tokens: in benchmarks, random weights would never end an answer.
    """
    tokenizer = loaded.tokenizer
    end = tokenizer.convert_tokens_to_ids("<|im_end|>")
    for begin in range(0, len(cases), batch_size):
        batch = official_batch(loaded, cases[begin : begin + batch_size], labels).to(loaded.device)
        made = loaded.model.generate(
            **batch,
            max_new_tokens=exactly or NEW_TOKENS,
            min_new_tokens=exactly or None,
            do_sample=False,
            eos_token_id=end,
            pad_token_id=tokenizer.pad_token_id,
            return_dict_in_generate=True,
            output_scores=True,
        )
        tokens = made.sequences[:, batch["input_ids"].shape[1] :].cpu().numpy()
        scores = loaded.model.compute_transition_scores(made.sequences, made.scores, normalize_logits=True).float().cpu().numpy()
        for row, chance in zip(tokens, scores, strict=True):
            found = np.flatnonzero(row == end)
            count = int(found[0]) + 1 if len(found) else len(row)
            text = tokenizer.decode(row[:count], skip_special_tokens=True).strip()
            yield text, float(np.exp(chance[:count].sum())), count


def closest_label(text: str, names: Sequence[str]) -> str:
    """The label with the text of a written answer, else the most similar one (difflib's ratio)."""
    if text in names:
        return text
    return max(names, key=lambda name: difflib.SequenceMatcher(None, text, name, autojunk=False).ratio())


def official_predictions(
    loaded: LoadedModel,
    cases: Sequence[Case],
    labels: LabelSet,
    budget: Budget,
) -> list[Prediction]:
    """One call per case. `probability` is that of the written tokens. The written label is the only candidate.

    Raises BudgetError, before any call, where the rules do not allow NEW_TOKENS tokens.
    """
    ledgers = [budget.open(case.sample.id) for case in cases]
    for ledger in ledgers:
        ledger.call(NEW_TOKENS)
    predictions = []
    answers = official_answers(loaded, cases, labels, loaded.settings.batch_size)
    for case, ledger, (text, chance, tokens) in zip(cases, ledgers, answers, strict=True):
        ledger.give_back(NEW_TOKENS - tokens)
        label = closest_label(text, labels.names(case.sample.task))
        predictions.append(
            Prediction(
                case.sample.id,
                case.sample.task.value,
                label,
                chance,
                ((label, chance),),
                {"written": text},
                {"vlm_calls": ledger.vlm_calls, "output_tokens": ledger.output_tokens},
                "; ".join(case.sample.problems) or None,
            )
        )
    return predictions
