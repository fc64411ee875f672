"""`crampvoice listen` as a process: spoken to through a virtual microphone, heard through a virtual loudspeaker."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest
import soundfile
from bedroom import ROOT, PulseServer, environment

from crampvoice import app
from crampvoice.adapters.speech_model import SpeechModel
from crampvoice.dialog.script import Topic
from crampvoice.intent.normalize import normal_form
from crampvoice.settings import Settings

pytestmark = [pytest.mark.needs_audio, pytest.mark.needs_model, pytest.mark.needs_voice, pytest.mark.timeout(300)]

LISTEN = [sys.executable, "-m", "crampvoice", "listen"]
Servers = tuple[PulseServer, PulseServer]


class Night:
    """A running `crampvoice listen`, its events, and the room around it."""

    def __init__(self, servers: Servers, folder: Path) -> None:
        self.mic, self.speaker = servers
        self._events = folder / "events.jsonl"
        self._heard = folder / "heard.raw"
        self._recorder = self.speaker.record(self._heard)
        self._environment = environment(folder)
        command = [*LISTEN, "--words", "--events", str(self._events)]
        self.process = subprocess.Popen(command, env=self._environment, stderr=subprocess.PIPE, text=True)

    def events(self) -> list[dict[str, Any]]:
        text = self._events.read_text() if self._events.exists() else ""
        return [json.loads(line) for line in text.splitlines(keepends=True) if line.endswith("\n")]

    def wait_for(self, kind: str, **data: Any) -> dict[str, Any]:
        """Wait until such an event has been written; give the first."""
        return self.wait_for_after(-1, kind, **data)

    def wait_for_after(self, sample: int, kind: str, **data: Any) -> dict[str, Any]:
        """The same for events after a place on the timeline."""
        until = time.monotonic() + 60
        while True:
            for event in self.events():
                if (
                    event["sample"] > sample
                    and event["kind"] == kind
                    and all(event.get(key) == value for key, value in data.items())
                ):
                    return event
            assert time.monotonic() < until, f"no {kind} {data} in {self.events()}"
            assert self.process.poll() is None, self.process.stderr and self.process.stderr.read()
            time.sleep(0.05)

    def wake(self) -> None:
        self.process.send_signal(signal.SIGUSR1)
        self.wait_for("wake", by="trigger")

    def say(self, words: str) -> None:
        """Speak a recording into the microphone, to its end."""
        sound, _ = soundfile.read(ROOT / "tests" / "recordings" / f"{words}.ogg", dtype="float32")
        self.mic.play(sound).wait(30)

    def second(self, *options: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run([*LISTEN, *options], env=self._environment, capture_output=True, text=True, check=False)

    def end(self) -> int:
        """End it as systemd does; give its exit code."""
        self.process.terminate()
        return self.process.wait(20)

    def spoken(self, model: SpeechModel) -> str:
        """Transcribe what the loudspeaker has played, expecting the answer to any topic."""
        self._recorder.terminate()
        self._recorder.wait()
        topics = [script for script in app.load_scripts(Settings()).values() if isinstance(script, Topic)]
        said = [normal_form(sentence) for topic in topics for sentence in topic.say]
        recognizer = model.recognizer(model.known_part(said))
        recognizer.AcceptWaveform(self._heard.read_bytes())
        return str(json.loads(recognizer.FinalResult())["text"])

    def close(self) -> None:
        for process in (self.process, self._recorder):
            if process.poll() is None:
                process.kill()
                process.wait()
        if self.process.stderr:
            self.process.stderr.close()


@pytest.fixture
def start(bedroom: Servers, folder: Path) -> Iterator[Callable[..., Night]]:
    nights: list[Night] = []

    def begin(found: Sequence[str] = ("microphone", "loudspeaker")) -> Night:
        night = Night(bedroom, folder)
        nights.append(night)
        for name in found:
            night.wait_for("device", device=name, state="found")
        return night

    yield begin
    for night in nights:
        night.close()


def test_a_question_is_answered_aloud_and_the_end_is_clean(start: Callable[..., Night], model: SpeechModel) -> None:
    night = start()
    night.wake()
    night.say("why do i get leg cramps")
    night.wait_for("say_end", id="why.general", sentence=0, whole=True)
    refused = night.second()
    assert (refused.returncode, "already listening" in refused.stderr) == (3, True)
    time.sleep(1)
    assert night.end() == 0
    assert "nobody knows for sure" in night.spoken(model)


def test_a_cry_about_a_cramp_wakes_it_and_a_lost_microphone_does_not_stop_the_routine(
    start: Callable[..., Night],
) -> None:
    night = start()
    night.say("help me it's cramping")
    night.wait_for("wake", by="distress")
    night.wait_for("say_start", sentence=0)
    night.mic.stop()
    lost = night.wait_for("device", device="microphone", state="lost")
    night.wait_for("step", step=2)
    assert [event for event in night.events() if event["kind"] == "say_start" and event["sample"] > lost["sample"]]
    night.mic.start()
    until = time.monotonic() + 20
    while [event["state"] for event in night.events() if event.get("device") == "microphone"] != [
        "found",
        "lost",
        "found",
    ]:
        assert time.monotonic() < until
        time.sleep(0.05)
    assert night.end() == 0


def test_a_reader_of_its_messages_that_is_gone_ends_nothing(start: Callable[..., Night]) -> None:
    night = start()
    assert night.process.stderr is not None
    night.process.stderr.close()
    night.process.stderr = None
    night.mic.stop()
    night.wait_for("device", device="microphone", state="lost")
    night.wake()
    assert night.end() == 0


def test_an_emergency_that_was_answered_without_a_loudspeaker_is_said_when_it_is_back(start: Callable[..., Night]) -> None:
    night = start()
    night.speaker.stop()
    night.wait_for("device", device="loudspeaker", state="lost")
    night.wake()
    night.say("night/i can't breathe")
    said = night.wait_for("say_start", id="emergency.chest_or_breath", sentence=0)
    night.speaker.start()
    back = night.wait_for_after(said["sample"], "device", device="loudspeaker", state="found")
    night.wait_for_after(back["sample"], "say_start", id="emergency.chest_or_breath", sentence=0)
    assert night.end() == 0


def test_a_microphone_named_in_the_settings_is_waited_for_and_one_named_now_is_not(
    start: Callable[..., Night], folder: Path
) -> None:
    settings = folder / "CONFIG" / "crampvoice"
    settings.mkdir(parents=True)
    (settings / "settings.yaml").write_text("devices: {microphone: Yeti}\n")
    night = start(("loudspeaker",))
    night.wait_for("device", device="microphone", state="lost")
    assert night.end() == 0
    assert night.process.stderr is not None
    assert "There is no microphone 'Yeti': give one of these" in night.process.stderr.read()
    refused = night.second("--microphone", "Yeti")
    assert refused.returncode == 3
    assert "There is no microphone 'Yeti': give one of these" in refused.stderr


def test_what_it_says_is_interrupted_by_a_command(start: Callable[..., Night]) -> None:
    night = start()
    night.wake()
    night.say("why do i get leg cramps")
    night.wait_for("say_start", id="why.general", sentence=1)
    night.say("that's enough")
    interrupted = night.wait_for("interrupted")
    time.sleep(2)
    assert night.end() == 0
    assert not [event for event in night.events() if event["kind"] == "say_start" and event["sample"] > interrupted["sample"]]
