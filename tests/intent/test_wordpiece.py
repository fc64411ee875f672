"""Splitting words into the pieces of a vocabulary."""

from __future__ import annotations

from pathlib import Path

import pytest

from crampvoice.errors import EngineError
from crampvoice.intent.wordpiece import WordPiece

PIECES = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "cramp", "##ing", "##s", "i", "'", "m", "my", "leg"]


def pieces_of(text: str, most: int = 64) -> list[str]:
    return [PIECES[number] for number in WordPiece(PIECES).encode(text, most)]


def test_the_longest_known_piece_comes_first() -> None:
    assert pieces_of("my leg cramps") == ["[CLS]", "my", "leg", "cramp", "##s", "[SEP]"]


def test_apostrophes_stand_alone() -> None:
    assert pieces_of("i'm cramping") == ["[CLS]", "i", "'", "m", "cramp", "##ing", "[SEP]"]


def test_a_word_without_pieces_is_unknown_as_a_whole() -> None:
    assert pieces_of("my xleg") == ["[CLS]", "my", "[UNK]", "[SEP]"]
    assert pieces_of("x" * 500) == ["[CLS]", "[UNK]", "[SEP]"]


def test_nothing_is_only_the_frame() -> None:
    assert pieces_of("") == ["[CLS]", "[SEP]"]


def test_long_talk_keeps_its_beginning_and_most_of_its_end() -> None:
    talk = " ".join(["my"] * 50 + ["leg"] * 50)
    assert pieces_of(talk, most=14) == ["[CLS]", *["my"] * 4, *["leg"] * 8, "[SEP]"]


def test_what_a_text_follows_stands_before_it() -> None:
    wordpiece = WordPiece([*PIECES, "relief", "calf"])
    numbers, begin = wordpiece.encode_after("relief.calf", "my leg")
    assert numbers == [2, 12, 13, 3, 10, 11, 3]
    assert begin == 3
    assert wordpiece.encode_after("", "my leg") == (wordpiece.encode("my leg"), 0)


def test_a_long_text_keeps_within_its_limit_behind_what_it_follows() -> None:
    numbers, begin = WordPiece(PIECES).encode_after("my.leg_cramp", " ".join(["my"] * 90), most=20)
    assert len(numbers) == 20
    assert numbers[begin] == PIECES.index("[SEP]")


def test_a_missing_vocabulary_is_named(tmp_path: Path) -> None:
    with pytest.raises(EngineError, match=r"vocab\.txt is missing or damaged"):
        WordPiece.load(tmp_path / "vocab.txt")


def test_a_vocabulary_without_its_frame_is_damaged(tmp_path: Path) -> None:
    (tmp_path / "vocab.txt").write_text("a\nb\n", encoding="utf-8")
    with pytest.raises(EngineError, match="damaged"):
        WordPiece.load(tmp_path / "vocab.txt")
