"""What a run leaves behind: metrics by name, predictions, and files that must outlive the next run."""

from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path

from greenrules.bench import messages as said
from greenrules.bench.files import file_digest
from greenrules.bench.run import Outcome, Prediction, RunSpec
from greenrules.bench.scratch import empty


def line_of(spec: RunSpec, site: int) -> int:
    """The line of a recorded call; 0 of one that there is not."""
    calls = spec.instrumentation.metric_calls
    return calls[site].line if 0 <= site < len(calls) else 0


def is_log(spec: RunSpec, site: int) -> bool:
    """Whether a recorded call leaves an evaluation log behind."""
    return bool(spec.instrumentation.metric_calls[site].log)


def metric_name(spec: RunSpec, message: said.Recorded) -> str:
    """The metric's name, with the entry of a mapping after a dot; the entries of a log say which log it is."""
    name = spec.instrumentation.metric_calls[message.site].name
    if is_log(spec, message.site) and not message.part.startswith("return."):
        return message.part
    message = replace(message, part=message.part.removeprefix("return."))
    return f"{name}.{message.part}" if message.part else name


def predictions_of(spec: RunSpec, records: Path) -> tuple[Prediction, ...]:
    """What the worker saved; a link that the script put there leads somewhere else and is not followed."""
    return tuple(
        Prediction(call.name, call.line, file_digest(path), path)
        for site, call in enumerate(spec.instrumentation.metric_calls)
        for path in (records / f"predictions-{site}.npy", records / f"predictions-{site}.txt")
        if path.is_file() and not path.is_symlink()
    )


def kept_outcome(outcome: Outcome, directory: Path, keep: Path) -> Outcome:
    """Copy what the run wrote, and its predictions, to where they outlive the next run."""
    empty(keep)
    for relative in outcome.files:
        source, target = directory / relative, keep / "files" / relative
        target.parent.mkdir(parents=True, exist_ok=True)
        if source.is_symlink():
            continue
        shutil.copyfile(source, target)
    predictions = []
    for prediction in outcome.predictions:
        assert prediction.path is not None
        target = keep / "predictions" / prediction.path.name
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(prediction.path, target)
        predictions.append(prediction._replace(path=target))
    return replace(outcome, files_dir=keep / "files", predictions=tuple(predictions))
