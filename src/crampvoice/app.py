"""The composition root: settings → parts that work together. Nothing else makes an adapter."""

from __future__ import annotations

import functools
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from crampvoice import phrasings, resources
from crampvoice.adapters.audio_files import AudioFile, load_clip
from crampvoice.adapters.clip_cache import ClipCache
from crampvoice.adapters.diary_store import MemoryDiary, SqliteDiary
from crampvoice.adapters.local_time import time_of_day_s
from crampvoice.adapters.pyttsx3_synthesizer import Pyttsx3Synthesizer
from crampvoice.adapters.silero_detector import SileroDetector
from crampvoice.adapters.speech_model import SpeechModel, read_words
from crampvoice.adapters.vosk_recognizer import VoskRecognizer
from crampvoice.adapters.webrtc_suppressor import WebrtcSuppressor
from crampvoice.assistant import Assistant
from crampvoice.audio.level import AutoGain
from crampvoice.dialog.reply import Scripts
from crampvoice.errors import ContentError
from crampvoice.hearing import Listener, hear
from crampvoice.intent.matcher import Matcher
from crampvoice.library import Library, load
from crampvoice.library_rules import load_rules
from crampvoice.messages import AudioChunk, Reading, Utterance
from crampvoice.night.events import Emit
from crampvoice.night.session import Session
from crampvoice.night.voices import BackgroundVoice, Fallback, PatientVoice, Voice
from crampvoice.settings import CACHE_FOLDER, DATA_FOLDER, NightSettings, Settings
from crampvoice.standins import StandIns, read_stand_ins
from crampvoice.understanding import Understanding, load_bands

DIARY_FILE = DATA_FOLDER / "diary.sqlite3"


def dialogs_folder(settings: Settings) -> Path:
    """Where the dialogs of these settings are."""
    return Path(settings.dialogs) if settings.dialogs else resources.DIALOGS


def load_library(settings: Settings) -> Library:
    """Read all scripts. Raises ContentError with every problem of every file."""
    return load(dialogs_folder(settings))


def load_scripts(settings: Settings) -> Scripts:
    """Read all scripts by id. Raises ContentError with every problem of every file."""
    return load_library(settings).scripts


def understanding(settings: Settings, library: Library) -> Understanding:
    """Load what turns text into meaning. Raises ContentError for the rules, EngineError for the trained files."""
    rules = dialogs_folder(settings) / "rules"
    folder = resources.UNDERSTANDING
    return Understanding(Matcher.load(folder), load_rules(rules), library.scripts, load_bands(folder))


def assistant(settings: Settings, *, remember: bool = False) -> Assistant:
    """Make an assistant that answers; `remember` lets it keep the owner's diary. Raises ContentError or EngineError."""
    library = load_library(settings)
    diary = SqliteDiary(DIARY_FILE) if remember else MemoryDiary()
    return Assistant(understanding(settings, library), library.scripts, settings.phones, diary)


def synthesizer(settings: Settings) -> Pyttsx3Synthesizer:
    """Make the voice; its worker starts when something is not in the cache."""
    return Pyttsx3Synthesizer(settings.voice, ClipCache(CACHE_FOLDER / "speech", settings.voice.cache_mb))


@dataclass(frozen=True, slots=True)
class Ears:
    """Everything that is kept for hearing: the model and its two decodes."""

    model: SpeechModel
    recognizer: VoskRecognizer

    def listener(self) -> Listener:
        """Make a listener for one stream; the recognizer behind it is shared, so one stream at a time."""
        return Listener(SileroDetector(), self.recognizer, filters=[WebrtcSuppressor(), AutoGain()])

    def hear(self, path: Path) -> Iterator[Utterance]:
        """Give every utterance with words in a recording. Raises ContentError or EngineError."""
        return hear(AudioFile(path).chunks(), self.listener())


def ears(settings: Settings, *, fresh: bool = False) -> Ears:
    """Load the speech model and make its decodes; `fresh` makes new ones for every utterance.

    Raises EngineError, or ContentError if the wake phrase cannot be heard.
    """
    model = speech_model(settings)
    grammar = (*phrases(settings, model), wake_phrase(settings, model), *read_words(resources.FREQUENT_WORDS))
    return Ears(model, VoskRecognizer(model, grammar, fresh=fresh))


def wake_phrase(settings: Settings, model: SpeechModel) -> str:
    """Give the wake phrase, which may be empty. Raises ContentError that names the words the model cannot hear."""
    phrase = settings.night.wake_phrase
    if unknown := model.unknown_words([phrase]):
        raise ContentError(
            f"night.wake_phrase '{phrase}' cannot be heard: the speech model has no word {', '.join(unknown)}. Choose "
            "other words for it in the settings."
        )
    return phrase


def model_folder(settings: Settings) -> Path:
    """Where the speech model of these settings is."""
    return Path(settings.model) if settings.model else resources.SPEECH_MODEL


@functools.cache
def speech_model(settings: Settings) -> SpeechModel:
    """Load the speech model, once. Raises EngineError that names the file that is missing or wrong."""
    return SpeechModel(model_folder(settings))


def stand_ins(settings: Settings, model: SpeechModel) -> StandIns:
    """Read what stands in for words the model does not know. Raises ContentError."""
    return StandIns(read_stand_ins(dialogs_folder(settings) / "heard-as.yaml"), model.knows)


def phrases(settings: Settings, model: SpeechModel) -> list[str]:
    """Give the wordings with stand-ins for words the speech model does not know. Raises ContentError."""
    heard_as = stand_ins(settings, model).heard_as
    return [phrase for wording in wordings(settings) for phrase in heard_as(wording)]


def expected(settings: Settings, model: SpeechModel) -> list[str]:
    """Give the phrases that the open graph expects: the wordings, and the wake phrase that comes along. Raises ContentError."""
    return model.known_part([*phrases(settings, model), NightSettings().wake_phrase])


@functools.cache
def wordings(settings: Settings) -> tuple[str, ...]:
    """Give the wordings that bias the recognizer. Raises ContentError."""
    return tuple(phrasings.for_grammar(phrasings.read_all(dialogs_folder(settings) / "phrasings" / "learn", as_written=True)))


def warm_up(ears: Ears) -> None:
    """Decode the package's own clip once, so that the first utterance is as quick as the next."""
    chunks: Iterator[AudioChunk] = AudioFile(resources.FALLBACK_CLIP).chunks()
    ears.recognizer.warm_up(chunks)


@dataclass(frozen=True, slots=True)
class Bedside:
    """Everything a night needs but its devices; makes one night after the other, never two at a time."""

    settings: Settings
    ears: Ears
    assistant: Assistant
    voice: Voice

    def session(
        self,
        on_event: Emit | None = None,
        *,
        spell_out: bool = False,
        clock_s: float | None = None,
        listener: Listener | None = None,
    ) -> Session:
        """Begin a night.

        `clock_s` is the local time of day it begins at, in seconds after midnight; None is now. `listener` replaces the
        own ears, for comparisons.
        """
        heard_last = [""]

        def understand(utterance: Utterance, about: str | None, known: frozenset[str]) -> Reading:
            reading = self.assistant.understanding.read(utterance, about, known)
            heard_last[0] = reading.text
            return reading

        return Session(
            listener or self.ears.listener(),
            understand,
            self.assistant.scripts,
            self.voice,
            settings=self.settings.night,
            clock_s=time_of_day_s() if clock_s is None else clock_s,
            rate_wpm=self.settings.voice.rate_wpm,
            finish=lambda reply: self.assistant.finish(reply, heard_last[0]).turn.say,
            on_event=on_event,
            spell_out=spell_out,
        )


def bedside(settings: Settings, *, patient: bool = False) -> Bedside:
    """Load and warm up what the night loop needs.

    `patient` renders speech in place and keeps no diary: for replay. Raises ContentError or EngineError.
    """
    answering = assistant(settings, remember=not patient)
    hearing = ears(settings)
    warm_up(hearing)
    make_voice = functools.partial(synthesizer, settings)
    fallback = Fallback(load_clip(resources.FALLBACK_CLIP), load_clip(resources.EMERGENCY_FALLBACK_CLIP))
    voice = PatientVoice(make_voice, fallback) if patient else BackgroundVoice(make_voice, fallback)
    return Bedside(settings, hearing, answering, voice)
