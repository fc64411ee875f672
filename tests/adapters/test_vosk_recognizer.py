"""The real model on real recordings; what it needs, and what it says of a model that is not one."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterable, Iterator
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from crampvoice.adapters.audio_files import AudioFile
from crampvoice.adapters.silero_detector import SileroDetector
from crampvoice.adapters.speech_model import SUMS_FILE, SpeechModel, read_words, wrong_files
from crampvoice.adapters.vosk_recognizer import VoskRecognizer, readings, weighted
from crampvoice.adapters.webrtc_suppressor import WebrtcSuppressor
from crampvoice.audio.level import AutoGain
from crampvoice.audio.pcm import padded, to_pcm, to_samples
from crampvoice.errors import EngineError
from crampvoice.hearing import Listener, hear
from crampvoice.messages import CHUNK_SAMPLES, RATE_HZ, AudioChunk, Hypothesis, Utterance

pytestmark = pytest.mark.needs_model

RECORDINGS = sorted((Path(__file__).parents[1] / "recordings").glob("*.ogg"))


@pytest.fixture(scope="session")
def recognizer(model: SpeechModel) -> VoskRecognizer:
    """Open graph, and a grammar of the words of the recordings with frequent ones."""
    words = read_words(Path(__file__).parents[2] / "models" / "frequent-words.txt")
    return VoskRecognizer(model, [*(path.stem for path in RECORDINGS), *words])


def listen(recognizer: VoskRecognizer, chunks: Iterable[AudioChunk]) -> list[Utterance]:
    """Hear chunks as the application does."""
    return list(hear(chunks, Listener(SileroDetector(), recognizer, [WebrtcSuppressor(), AutoGain()])))


def in_chunks(samples: np.ndarray[tuple[int, ...], np.dtype[np.float32]]) -> Iterator[AudioChunk]:
    """Cut samples, float (samples,), into chunks."""
    for start in range(0, len(samples), CHUNK_SAMPLES):
        yield AudioChunk(start=start, pcm=padded(to_pcm(samples[start : start + CHUNK_SAMPLES])))


def samples_of(path: Path) -> np.ndarray[tuple[int, ...], np.dtype[np.float32]]:
    """Read a recording as samples."""
    return to_samples(b"".join(chunk.pcm for chunk in AudioFile(path).chunks()))


def silence(seconds: float) -> np.ndarray[tuple[int, ...], np.dtype[np.float32]]:
    return np.zeros(round(seconds * RATE_HZ), dtype=np.float32)


@pytest.mark.parametrize("path", RECORDINGS, ids=lambda path: path.stem)
def test_the_words_of_a_recording_are_heard_by_both_decodes(recognizer: VoskRecognizer, path: Path) -> None:
    (found,) = listen(recognizer, AudioFile(path).chunks())
    assert found.text == path.stem
    assert found.hypotheses[-1].decode == "grammar"
    assert found.hypotheses[-1].text == path.stem


def test_each_decode_has_half_of_the_evidence(recognizer: VoskRecognizer) -> None:
    (found,) = listen(recognizer, AudioFile(RECORDINGS[0]).chunks())
    for decode in ("open", "grammar"):
        assert sum(h.weight for h in found.hypotheses if h.decode == decode) == pytest.approx(0.5)
    opened = [h.weight for h in found.hypotheses if h.decode == "open"]
    assert opened == sorted(opened, reverse=True)


def test_two_questions_in_one_recording_are_two_turns(recognizer: VoskRecognizer) -> None:
    first, second = RECORDINGS[0], RECORDINGS[3]
    sound = np.concatenate([silence(1), samples_of(first), silence(1.2), samples_of(second), silence(1)])
    found = listen(recognizer, in_chunks(sound))
    assert [utterance.text for utterance in found] == [first.stem, second.stem]
    assert RATE_HZ * 0.9 < found[0].start < found[0].end < RATE_HZ * 1.1 + samples_of(first).size
    assert found[1].end <= sound.size - RATE_HZ


@pytest.mark.parametrize("dbfs", [-50, -40, -10])
def test_weak_and_loud_speech_is_heard(recognizer: VoskRecognizer, dbfs: int) -> None:
    path = RECORDINGS[5]
    sound = samples_of(path)
    sound = sound * np.float32(10 ** (dbfs / 20) / np.sqrt(np.mean(sound[np.abs(sound) > 0.01] ** 2)))
    assert [utterance.text for utterance in listen(recognizer, in_chunks(np.clip(sound, -1, 1)))] == [path.stem]


@pytest.mark.parametrize("amplitude", [0.0, 0.0005, 0.05, 0.5, 20.0])
def test_silence_noise_and_clipped_noise_give_no_utterance(recognizer: VoskRecognizer, amplitude: float) -> None:
    noise = np.random.default_rng(3).normal(0, 1, 20 * RATE_HZ).astype(np.float32) * np.float32(amplitude)
    assert listen(recognizer, in_chunks(np.clip(noise, -1, 1))) == []


def test_clipped_speech_does_no_harm(recognizer: VoskRecognizer) -> None:
    (found,) = listen(recognizer, in_chunks(np.clip(samples_of(RECORDINGS[3]) * 100, -1, 1)))
    assert found.hypotheses


def test_what_was_heard_before_makes_no_difference(recognizer: VoskRecognizer, model: SpeechModel) -> None:
    def heard(ears: VoskRecognizer, paths: Iterable[Path]) -> dict[str, list[tuple[Hypothesis, ...]]]:
        return {path.stem: [u.hypotheses for u in listen(ears, AudioFile(path).chunks())] for path in paths}

    def best(found: dict[str, list[tuple[Hypothesis, ...]]]) -> dict[str, list[str]]:
        return {name: [h.text for hypotheses in each for h in hypotheses[:1]] for name, each in found.items()}

    paths = RECORDINGS[:4]
    forward = heard(recognizer, paths)
    assert heard(recognizer, reversed(paths)) == forward
    fresh = heard(VoskRecognizer(model, fresh=True), paths[:2])
    assert best(fresh) == best({path.stem: forward[path.stem] for path in paths[:2]})


def test_it_hears_the_same_after_its_decodes_were_made_anew(model: SpeechModel, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("crampvoice.adapters.vosk_recognizer.RENEW_AFTER", 1)
    ears = VoskRecognizer(model)
    before = list(listen(ears, AudioFile(RECORDINGS[0]).chunks()))
    ears.rest()
    assert [u.text for u in listen(ears, AudioFile(RECORDINGS[0]).chunks())] == [u.text for u in before]


def test_partials_grow_into_the_final_text(recognizer: VoskRecognizer) -> None:
    ears = Listener(SileroDetector(), recognizer)
    partials = []
    for chunk in AudioFile(RECORDINGS[3]).chunks():
        ears.feed(chunk)
        partials += [h.text for h in ears.partial() if h.decode == "open" and h.text]
    last = ears.flush()
    final = last.text if last else RECORDINGS[3].stem
    assert final.startswith(partials[0].split()[0])
    assert len(partials[-1]) >= len(partials[0])


def test_sound_is_decoded_128_ms_at_a_time_or_at_once(model: SpeechModel, monkeypatch: pytest.MonkeyPatch) -> None:
    decoded: list[int] = []
    monkeypatch.setattr(VoskRecognizer, "_decode", lambda self: (decoded.append(len(self._block)), self._block.clear()))
    ears = VoskRecognizer(model)
    for place, chunk in enumerate(in_chunks(silence(0.3))):
        ears.accept(chunk, at_once=place in (5, 6))
    assert decoded == [4 * 1_024, 2 * 1_024, 1_024]


def test_without_phrases_only_the_open_graph_is_decoded(model: SpeechModel) -> None:
    found = VoskRecognizer(model)
    found.warm_up(in_chunks(silence(0.5)))
    for chunk in AudioFile(RECORDINGS[3]).chunks():
        found.accept(chunk)
    hypotheses = found.finish()
    assert {h.decode for h in hypotheses} == {"open"}
    assert sum(h.weight for h in hypotheses) == pytest.approx(1.0)


def test_an_utterance_without_sound_has_no_hypotheses(recognizer: VoskRecognizer) -> None:
    assert not recognizer.finish()


def test_words_outside_the_vocabulary_are_listed_and_left_out_of_the_grammar(
    model: SpeechModel, capfd: pytest.CaptureFixture[str]
) -> None:
    phrases = ["baclofen for my leg", "claudication", "my leg", "my leg", "[unk] <eps> #0", ""]
    assert model.unknown_words(phrases) == ["#0", "<eps>", "[unk]", "baclofen", "claudication"]
    assert model.known_part(phrases) == ["for my leg", "my leg"]
    VoskRecognizer(model, phrases)
    assert capfd.readouterr() == ("", "")


@given(st.text(max_size=12))
def test_any_text_may_be_asked_for(model: SpeechModel, text: str) -> None:
    assert model.knows(text) in (True, False)
    assert all(model.knows(word) for phrase in model.known_part([text]) for word in phrase.split())


@given(
    st.text()
    | st.builds(
        json.dumps,
        st.recursive(
            st.none() | st.booleans() | st.floats() | st.text(max_size=5) | st.sampled_from(["text", "confidence"]),
            lambda inner: (
                st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["alternatives", "text", "confidence"]), inner)
            ),
        ),
    )
)
def test_any_answer_is_read(answer: str) -> None:
    found = weighted(readings(answer), 0.5, "open")
    assert sum(hypothesis.weight for hypothesis in found) == pytest.approx(0.5)


def test_an_answer_with_alternatives_is_read_best_first_without_repeats() -> None:
    answer = '{"alternatives": [{"confidence": 2.0, "text": " a  b"}, {"confidence": 1.5, "text": "a b"}, {"text": "c"}]}'
    assert readings(answer) == [("a b", 2.0), ("c", 0.0)]
    assert readings('{"text": "a"}') == [("a", 0.0)]
    assert readings('{"partial": "a"}') == [("a", 0.0)]
    assert readings("{") == []


@pytest.fixture
def copied(model_folder: Path, tmp_path: Path) -> Path:
    """Copy the model, by links, with its sums, for a test to break."""
    copy = tmp_path / model_folder.name
    for path in model_folder.rglob("*"):
        if path.is_file():
            (copy / path.relative_to(model_folder)).parent.mkdir(parents=True, exist_ok=True)
            (copy / path.relative_to(model_folder)).symlink_to(path)
    shutil.copy(model_folder.parent / SUMS_FILE, tmp_path)
    return copy


def refused(folder: Path) -> str:
    """Use a model that cannot be used, and give the message."""
    with pytest.raises(EngineError) as caught:
        VoskRecognizer(SpeechModel(folder), ["my leg"])
    return str(caught.value)


def replace(path: Path, content: bytes) -> None:
    """Put a file in the place of a link."""
    path.unlink()
    path.write_bytes(content)


def test_the_committed_model_is_the_right_one(model_folder: Path) -> None:
    assert wrong_files(model_folder) == []
    listed = [line.partition("  ")[2] for line in (model_folder.parent / SUMS_FILE).read_text().splitlines()]
    there = sorted(str(path.relative_to(model_folder.parent)) for path in model_folder.rglob("*") if path.is_file())
    assert listed == [name for name in there if not name.endswith("LICENSE")]


def test_a_missing_model_is_named(tmp_path: Path) -> None:
    assert f"No speech model at {tmp_path / 'none'}" in refused(tmp_path / "none")


@pytest.mark.parametrize("name", ["am/final.mdl", "graph/HCLr.fst", "ivector/splice.conf"])
def test_a_missing_file_is_named(copied: Path, name: str) -> None:
    (copied / name).unlink()
    assert f"{copied / name} is missing" in refused(copied)
    assert wrong_files(copied) == [copied / name]


def test_an_empty_file_is_named(copied: Path) -> None:
    replace(copied / "ivector/final.ie", b"")
    assert "final.ie is empty" in refused(copied)


@pytest.mark.parametrize("name", ["am/final.mdl", "graph/HCLr.fst", "graph/Gr.fst", "ivector/final.mat"])
def test_a_file_that_is_cut_off_is_named_without_a_stack_trace(
    copied: Path, name: str, capfd: pytest.CaptureFixture[str]
) -> None:
    content = (copied / name).read_bytes()
    replace(copied / name, content[: len(content) // 2])
    assert f"{copied / name} is not the file it should be" in refused(copied)
    assert capfd.readouterr() == ("", "")


@pytest.mark.parametrize("name", ["graph/disambig_tid.int", "ivector/splice.conf", "conf/model.conf"])
def test_a_small_file_that_would_crash_the_engine_is_refused_before(copied: Path, name: str) -> None:
    content = (copied / name).read_bytes()
    replace(copied / name, content[: len(content) // 2])
    assert f"{copied / name} is not the file it should be" in refused(copied)


def test_junk_in_place_of_a_graph_is_named(copied: Path) -> None:
    (copied.parent / SUMS_FILE).unlink()
    replace(copied / "graph/Gr.fst", b"<html>404</html>")
    assert "Gr.fst is not part of a Vosk model" in refused(copied)


def test_another_model_without_sums_is_used_and_named_when_it_fails(copied: Path) -> None:
    (copied.parent / SUMS_FILE).unlink()
    assert wrong_files(copied) == []
    assert SpeechModel(copied).knows("cramp")
    replace(copied / "am/final.mdl", (copied / "am/final.mdl").read_bytes()[:1_000])
    assert f"{copied} is not a usable Vosk model" in refused(copied)
