"""The real speech model, loaded once for all tests of this folder."""

from __future__ import annotations

from pathlib import Path

import pytest

from crampvoice.adapters.speech_model import SpeechModel

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="session")
def model_folder() -> Path:
    """Give the model that comes along; skip if it is not there."""
    folder = ROOT / "models" / "vosk-model-small-en-us-0.15"
    if not (folder / "am" / "final.mdl").exists():
        pytest.skip("needs the speech model: check out models/ (see models/README.md)")
    return folder


@pytest.fixture(scope="session")
def model(model_folder: Path) -> SpeechModel:
    """Load the model."""
    return SpeechModel(model_folder)


@pytest.fixture(scope="session")
def recordings() -> Path:
    """Give the folder of recordings named after the words in them."""
    return ROOT / "tests" / "recordings"
