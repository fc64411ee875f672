"""Whole nights with recorded people, the real model, and the real voice coming back into the microphone."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
import soundfile
from nights import FALLBACK, SCRIPTS, Night, in_chunks, understand

from crampvoice.adapters.clip_cache import ClipCache
from crampvoice.adapters.pyttsx3_synthesizer import Pyttsx3Synthesizer
from crampvoice.adapters.silero_detector import SileroDetector
from crampvoice.adapters.speech_model import SpeechModel
from crampvoice.adapters.vosk_recognizer import VoskRecognizer
from crampvoice.adapters.webrtc_suppressor import WebrtcSuppressor
from crampvoice.audio.level import AutoGain
from crampvoice.audio.pcm import Samples, to_samples
from crampvoice.hearing import Listener
from crampvoice.messages import RATE_HZ, AudioChunk, Reading, Utterance
from crampvoice.night.events import Event
from crampvoice.night.replay import EchoPath, replay
from crampvoice.night.session import Session
from crampvoice.night.voices import PatientVoice, Voice
from crampvoice.settings import VoiceSettings

pytestmark = [pytest.mark.needs_model, pytest.mark.needs_voice]

ROOT = Path(__file__).parents[2]
SPOKEN = ROOT / "tests" / "recordings" / "night"
ECHO = EchoPath(level_db=-12, delay_ms=60)
CRY = "i've got a cramp in my calf"
KNOWN = {
    "cramp": "cramp in my calf",
    "stop": "stop",
    "next": "next",
    "louder": "louder",
    "good night": "good night",
    "leg": "my leg hurts",
    "can't breathe": "i can't breathe",
}
"""Words by which the small understanding of these tests knows what was said."""


@pytest.fixture(scope="module")
def recognizer() -> VoskRecognizer:
    """The real model with a grammar of what is said here."""
    folder = ROOT / "models" / "vosk-model-small-en-us-0.15"
    if not (folder / "am" / "final.mdl").exists():
        pytest.skip("needs the speech model: check out models/ (see models/README.md)")
    words = (ROOT / "models" / "frequent-words.txt").read_text(encoding="utf-8").split()
    return VoskRecognizer(SpeechModel(folder), (*(path.stem for path in SPOKEN.glob("*.ogg")), *words))


@pytest.fixture(scope="module")
def voice(tmp_path_factory: pytest.TempPathFactory) -> Voice:
    """The real voice."""
    cache = ClipCache(tmp_path_factory.mktemp("speech"), limit_mb=50)
    return PatientVoice(lambda: Pyttsx3Synthesizer(VoiceSettings(), cache), FALLBACK)


def _understand(utterance: Utterance, about: str | None, known: frozenset[str]) -> Reading:
    for words, text in KNOWN.items():
        if any(f" {words} " in f" {hypothesis.text} " for hypothesis in utterance.hypotheses[:1]):
            reading = understand(Utterance.typed(text), about)
            return Reading(
                text=utterance.text,
                id=reading.id,
                candidates=reading.candidates,
                danger=reading.danger,
                findings=reading.findings,
                nearest=reading.nearest,
            )
    return understand(Utterance.typed("nothing known" if utterance.text else ""), about)


def _chunks(said: dict[float, str], length_s: float) -> Iterator[AudioChunk]:
    sound: Samples = 3e-4 * np.random.default_rng(0).standard_normal(round(length_s * RATE_HZ)).astype(np.float32)
    for at_s, text in said.items():
        spoken, _ = soundfile.read(SPOKEN / f"{text}.ogg", dtype="float32")
        at = round(at_s * RATE_HZ)
        sound[at : at + spoken.size] += spoken
    return in_chunks(sound)


def _spend(
    recognizer: VoskRecognizer, voice: Voice, said: dict[float, str], length_s: float, echo: EchoPath | None = ECHO
) -> Night:
    events: list[Event] = []
    listener = Listener(SileroDetector(), recognizer, [WebrtcSuppressor(), AutoGain()])
    session = Session(listener, _understand, SCRIPTS, voice, on_event=events.append, spell_out=True)
    moments = list(replay(_chunks(said, length_s), session, echo=echo))
    room, device = b"".join(m.chunk.pcm for m in moments), b"".join(m.played for m in moments)
    return Night(events, to_samples(room), to_samples(device), session)


def _end(at_s: float, text: str) -> int:
    return round(at_s * RATE_HZ) + int(soundfile.info(SPOKEN / f"{text}.ogg").frames)


def test_a_cry_is_answered_soon_after_its_last_word(recognizer: VoskRecognizer, voice: Voice) -> None:
    night = _spend(recognizer, voice, {1.0: CRY}, 6)
    assert night.said()[0] == "Straighten your leg now."
    assert night.first_sound_after(_end(1.0, CRY)) - _end(1.0, CRY) <= 0.35 * RATE_HZ


def test_stop_is_heard_through_the_own_voice(recognizer: VoskRecognizer, voice: Voice) -> None:
    word_s = _end(1.0, CRY) / RATE_HZ + 1.4
    night = _spend(recognizer, voice, {1.0: CRY, word_s: "stop"}, word_s + 8)
    assert night.of("interrupted")
    assert night.silent(_end(word_s, "stop") / RATE_HZ + 0.4, word_s + 8)


def test_talk_beside_it_is_let_pass_and_the_sentence_said_again(recognizer: VoskRecognizer, voice: Voice) -> None:
    word_s = _end(1.0, CRY) / RATE_HZ + 1.2
    night = _spend(recognizer, voice, {1.0: CRY, word_s: "where is my book"}, word_s + 9)
    assert not night.of("interrupted")
    assert night.said()[:3] == ["Straighten your leg now.", "Straighten your leg now.", "Ease off if it hurts."]


def test_a_danger_sign_in_a_hold_is_answered_within_a_second(recognizer: VoskRecognizer, voice: Voice) -> None:
    night = _spend(recognizer, voice, {1.0: CRY, 20.0: "i can't breathe"}, 26)
    assert night.first_sound_after(_end(20.0, "i can't breathe")) - _end(20.0, "i can't breathe") < RATE_HZ
    assert "Call for help now." in night.said()


def test_a_whole_routine_is_not_disturbed_by_its_own_echo(recognizer: VoskRecognizer, voice: Voice) -> None:
    night = _spend(recognizer, voice, {1.0: CRY}, 75)
    assert len(night.of("speech_start")) == 1
    assert night.said()[-1] == "Let it rest."


def test_the_phrase_then_good_night(recognizer: VoskRecognizer, voice: Voice) -> None:
    night = _spend(recognizer, voice, {1.0: "hello night helper", 5.0: "good night", 9.0: "good night"}, 13)
    assert [event.data["by"] for event in night.of("wake")] == ["phrase"]
    assert night.said() == ["Sleep well."]


def test_other_talk_gets_no_sound(recognizer: VoskRecognizer, voice: Voice) -> None:
    said = {1.0: "the tall green house", 4.0: "can i have a pizza with mushrooms", 8.0: "stop", 10.0: "good night"}
    night = _spend(recognizer, voice, said, 13)
    assert not night.device.any()
