"""Every error that a user can cause, in one tree.

    IntentError
    ├── InputError        a data file, an image or an argument is not what was expected
    │   └── ImageError    one image cannot be used (the sample is still predicted from what is left)
    ├── ProfileError      a profile or label file is invalid
    ├── RunError          a run folder is missing a step, incomplete, or was made with other settings
    ├── WeightsError      weights or an adapter are missing or do not fit the model
    └── BudgetError       a call would break the rules on parameters, calls or output tokens

A message says what was expected, what was found and what to do. Commands print it without a traceback and exit with status 2.
"""

from __future__ import annotations


class IntentError(Exception):
    """Base of all errors that are reported to the user as one message."""


class InputError(IntentError):
    """A data file or an argument is not what was expected."""


class ImageError(InputError):
    """One image cannot be used."""


class ProfileError(IntentError):
    """A profile or a label file is invalid."""


class RunError(IntentError):
    """A run folder misses a step or was made with other settings."""


class WeightsError(IntentError):
    """Weights or an adapter are missing or do not fit the model."""


class BudgetError(IntentError):
    """A call would break the rules on parameters, calls or output tokens."""
