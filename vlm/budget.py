"""The challenge's limits (parameters, calls, output tokens) in one object, which accounts for every call.

    python -m vlm.budget --profile qwen2-vl-7b

prints each model's parameters, their sum and the limits, counted from configurations without loading weights. Exceeding a
limit is a BudgetError, never a warning.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from data.errors import BudgetError, IntentError
from data.profile import Profile, builtin_profiles, load_profile


@dataclass(frozen=True)
class BudgetLimits:
    """The rules: parameters of all models together; model calls and output tokens per sample."""

    parameters: int = 10_000_000_000
    calls: int = 3
    output_tokens: int = 100


@dataclass(frozen=True)
class BudgetRecord:
    """What one sample used. `encoder_calls` is 0 unless the profile counts encoder passes as calls."""

    vlm_calls: int = 0
    output_tokens: int = 0
    encoder_calls: int = 0


@dataclass
class Ledger:
    """One sample's account, opened with `Budget.open`."""

    sample: str
    limits: BudgetLimits
    encoder_calls: int = 0
    vlm_calls: int = 0
    output_tokens: int = 0

    def calls_left(self) -> int:
        """Calls that the rules still allow."""
        tokens_left = self.limits.output_tokens - self.output_tokens
        return max(0, min(self.limits.calls - self.vlm_calls - self.encoder_calls, tokens_left))

    def call(self, output_tokens: int = 1) -> None:
        """Account for a call before it is made; `output_tokens` is the most that it can write. Raises BudgetError."""
        calls = self.vlm_calls + self.encoder_calls + 1
        tokens = self.output_tokens + output_tokens
        if calls > self.limits.calls:
            raise BudgetError(
                f"sample {self.sample}: call {calls} is one too many, the rules allow {self.limits.calls} per sample"
            )
        if tokens > self.limits.output_tokens:
            raise BudgetError(
                f"sample {self.sample}: {tokens} output tokens, the rules allow {self.limits.output_tokens} per sample"
            )
        self.vlm_calls += 1
        self.output_tokens = tokens

    def give_back(self, output_tokens: int) -> None:
        """Return tokens that a call was charged for and did not write."""
        self.output_tokens -= output_tokens

    def record(self) -> BudgetRecord:
        """What has been used."""
        return BudgetRecord(self.vlm_calls, self.output_tokens, self.encoder_calls)


@dataclass(frozen=True)
class Budget:
    """Holds the limits and opens one ledger per sample. `parameters` maps each model's name to its parameters."""

    limits: BudgetLimits = field(default_factory=BudgetLimits)
    parameters: Mapping[str, int] = field(default_factory=dict)
    encoder_counts_as_call: bool = False

    def __post_init__(self) -> None:
        total = sum(self.parameters.values())
        if total > self.limits.parameters:
            parts = ", ".join(f"{name} {count:,}" for name, count in self.parameters.items())
            raise BudgetError(
                f"{total:,} parameters ({parts}), the rules allow {self.limits.parameters:,}; choose a smaller model"
            )

    def open(self, sample: str) -> Ledger:
        """A fresh ledger for one sample."""
        return Ledger(sample, self.limits, encoder_calls=int(self.encoder_counts_as_call))


def profile_budget(profile: Profile, limits: BudgetLimits | None = None) -> Budget:
    """The budget of a profile, all its models counted. Raises BudgetError where they are too large."""
    from vlm.parameters import profile_parameters  # builds models on the meta device; the ledger needs none of it

    limits = limits or BudgetLimits()
    return Budget(limits, profile_parameters(profile), profile.calls.encoder_counts_as_call)


def budget_table(budget: Budget) -> str:
    """The table that the command prints."""
    rows = [*budget.parameters.items(), ("sum", sum(budget.parameters.values())), ("limit", budget.limits.parameters)]
    width = max(len(name) for name, _ in rows)
    lines = [f"{name:<{width}}  {count:>14,}" for name, count in rows]
    encoder = "counts as a call" if budget.encoder_counts_as_call else "counts as parameters only"
    lines.append(f"calls per sample at most {budget.limits.calls}, output tokens at most {budget.limits.output_tokens}")
    lines.append(f"one output token per call; an encoder pass {encoder}")
    return "\n".join(lines)


def main(argv: Sequence[str] | None = None) -> int:
    """Print a profile's parameters and limits; status 2 where they break the rules."""
    parser = argparse.ArgumentParser(
        prog="python -m vlm.budget", description="Print each model's parameters, their sum and the challenge's limits."
    )
    names = ", ".join(builtin_profiles())
    parser.add_argument("--profile", default="embedded", help=f"{names}, or a profile file (default %(default)s)")
    args = parser.parse_args(argv)
    try:
        print(budget_table(profile_budget(load_profile(args.profile))))
    except IntentError as error:
        print(f"error: {error}", file=sys.stderr)
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())
