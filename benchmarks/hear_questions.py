"""Write down what the recognizer makes of a folder of recordings: JSON lines to train and to judge the matcher with.

    python benchmarks/hear_questions.py FOLDER --manifest questions.tsv --phrases phrasings/*.txt --out heard.jsonl

The manifest is a table with tabs and the columns file, text, id, voice; without one every sound file of the folder is
taken. Each line of the output is {"file", "text", "id", "voice", "hypotheses": [{"text", "weight", "decode"}]}; a file
with several utterances gives several lines, one with none a line without hypotheses.
"""

from __future__ import annotations

import argparse
import csv
import json
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path

from crampvoice.adapters.audio_files import AudioFile
from crampvoice.adapters.silero_detector import SileroDetector
from crampvoice.adapters.speech_model import SpeechModel
from crampvoice.adapters.vosk_recognizer import VoskRecognizer
from crampvoice.adapters.webrtc_suppressor import WebrtcSuppressor
from crampvoice.audio.level import AutoGain
from crampvoice.hearing import Listener, hear
from crampvoice.messages import Utterance

_MODELS = Path(__file__).parent.parent / "models"
_KINDS = {".wav", ".flac", ".ogg", ".opus"}


def main() -> None:
    """Run over the folder named on the command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--manifest", type=Path)
    parser.add_argument("--phrases", type=Path, nargs="*", default=[], help="files of lines '= id' and 'STYLE<tab>text'")
    parser.add_argument("--max-words", type=int, default=99, help="leave longer phrases out of the grammar")
    parser.add_argument("--model", type=Path, default=_MODELS / "vosk-model-small-en-us-0.15")
    parser.add_argument("--out", type=Path, required=True)
    options = parser.parse_args()
    phrases = [text for file in options.phrases for text in read_phrases(file) if len(text.split()) <= options.max_words]
    phrases += (_MODELS / "frequent-words.txt").read_text(encoding="utf-8").split()
    recognizer = VoskRecognizer(SpeechModel(options.model), phrases)
    with options.out.open("w", encoding="utf-8") as out:
        for row in read_rows(options.folder, options.manifest):
            listener = Listener(SileroDetector(), recognizer, [WebrtcSuppressor(), AutoGain()])
            heard = list(hear(AudioFile(options.folder / row["file"]).chunks(), listener))
            for utterance in heard or [Utterance(hypotheses=())]:
                hypotheses = [asdict(hypothesis) for hypothesis in utterance.hypotheses]
                print(json.dumps(row | {"hypotheses": hypotheses}, ensure_ascii=False), file=out)


def read_phrases(file: Path) -> Iterator[str]:
    """Give the texts of a phrasing file, without their ids and styles."""
    for line in file.read_text(encoding="utf-8").splitlines():
        if "\t" in line:
            yield line.partition("\t")[2].strip()


def read_rows(folder: Path, manifest: Path | None) -> list[dict[str, str]]:
    """List the recordings with what is known of them."""
    if manifest is None:
        names = sorted(path.name for path in folder.iterdir() if path.suffix.lower() in _KINDS)
        return [{"file": name, "text": "", "id": "none", "voice": ""} for name in names]
    with manifest.open(encoding="utf-8", newline="") as table:
        rows = csv.DictReader(table, delimiter="\t", quoting=csv.QUOTE_NONE)
        return [{key: row[key] for key in ("file", "text", "id", "voice")} for row in rows]


if __name__ == "__main__":
    main()
