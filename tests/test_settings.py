"""The owner's settings: everything optional, every mistake told."""

from __future__ import annotations

from pathlib import Path

import pytest

from crampvoice import settings as module
from crampvoice.errors import ContentError
from crampvoice.settings import NightSettings, Phones, Settings, load_settings


def load(tmp_path: Path, text: str) -> Settings:
    path = tmp_path / "settings.yaml"
    path.write_text(text, encoding="utf-8")
    return load_settings(path)


def problems(tmp_path: Path, text: str) -> list[str]:
    with pytest.raises(ContentError) as caught:
        load(tmp_path, text)
    return [str(problem).replace(str(tmp_path), "") for problem in caught.value.problems]


def test_an_empty_file_leaves_every_setting_as_it_is(tmp_path: Path) -> None:
    assert load(tmp_path, "") == load(tmp_path, "\n\n") == Settings()


def test_no_file_of_the_user_leaves_every_setting_as_it_is(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "SETTINGS_FILE", tmp_path / "none.yaml")
    assert load_settings() == Settings()


def test_a_file_that_was_named_must_exist(tmp_path: Path) -> None:
    with pytest.raises(ContentError, match="--settings"):
        load_settings(tmp_path / "none.yaml")


def test_a_setting_changes_only_what_it_names(tmp_path: Path) -> None:
    found = load(tmp_path, "phones:\n  emergency: nine nine nine\nvoice:\n  rate_wpm: 140\n")
    assert found.phones == Phones(emergency="nine nine nine")
    assert found.voice.rate_wpm == 140
    assert found.night == NightSettings()


def test_a_model_named_on_the_command_line_comes_first(tmp_path: Path) -> None:
    path = tmp_path / "settings.yaml"
    path.write_text("model: /one\n", encoding="utf-8")
    assert load_settings(path).model == "/one"
    assert load_settings(path, model=Path("/two")).model == "/two"


def test_numbers_are_put_into_a_sentence_that_begins_with_a_capital() -> None:
    phones = Phones(emergency="nine nine nine", doctor="your doctor")
    assert phones.fill("Call {EMERGENCY} now.") == "Call nine nine nine now."
    assert phones.fill("{DOCTOR} can check.") == "Your doctor can check."
    assert phones.fill("") == ""


def test_a_number_that_is_not_set_is_never_guessed() -> None:
    words = Phones().fill("{EMERGENCY} {ADVICE_LINE} {MATERNITY} {DOCTOR}")
    assert "{" not in words
    assert not any(character.isdigit() for character in words)
    assert "your local emergency number" in words.lower()


def test_every_mistake_is_told_with_its_place(tmp_path: Path) -> None:
    found = problems(tmp_path, "phones:\n  emergency: 999\nvocie:\n  rate_wpm: 140\nvoice:\n  rate_wpm: fast\n  cache_mb: 0\n")
    assert len(found) == 4
    assert any(line.startswith("/settings.yaml:2:14: ") for line in found)
    assert any(line.startswith("/settings.yaml:3:") or line.startswith("/settings.yaml:4:") for line in found)
    assert any("did you mean 'voice'?" in line for line in found)
    assert any(line.startswith("/settings.yaml:6:13: ") for line in found)
    assert any(line.startswith("/settings.yaml:7:13: ") for line in found)


@pytest.mark.parametrize(
    ("night", "message"),
    [
        ("volume_steps_db: [-6, -12]", "must rise"),
        ("volume_steps_db: [-6, -6]", "must rise"),
        ("volume_steps_db: [-6, 0]", "has 2 steps"),
        ("start_step: 9", "has 6 steps"),
        ("ceiling_from: '24:00'", "ceiling_from"),
        ("wake_phrase: Hello Helper", "wake_phrase"),
        ("duplex: both", "duplex"),
        ("window_s: 1", "window_s"),
    ],
)
def test_settings_of_the_night_that_do_not_fit_are_refused(tmp_path: Path, night: str, message: str) -> None:
    (line,) = problems(tmp_path, f"night:\n  {night}\n")
    assert message in line


def test_a_wake_phrase_may_be_switched_off(tmp_path: Path) -> None:
    assert load(tmp_path, "night:\n  wake_phrase: ''\n").night.wake_phrase == ""


def test_a_file_that_is_not_text_or_is_a_folder_is_told(tmp_path: Path) -> None:
    (tmp_path / "latin.yaml").write_bytes(b"model: caf\xe9\n")
    for path in (tmp_path / "latin.yaml", tmp_path):
        with pytest.raises(ContentError, match="cannot be read"):
            load_settings(path)
