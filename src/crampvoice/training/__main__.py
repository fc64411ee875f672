"""`python -m crampvoice.training [finetune] [heads] [bands]`: learn the understanding anew; all stages when none is named.

Run from the root of the repository. Reads `dialogs/phrasings` but for `judge` files, and `dialogs/lexicon.yaml`; writes
`models/understanding`.
"""

from __future__ import annotations

import argparse
import logging
from pathlib import Path

from crampvoice.training import stages


def main() -> None:
    """Run the stages that are named."""
    parser = argparse.ArgumentParser(prog="python -m crampvoice.training", description="Learn from the phrasings.")
    parser.add_argument("stages", nargs="*", choices=["finetune", "heads", "bands", []], help="all when none is named")
    parser.add_argument("--dialogs", type=Path, default=Path("dialogs"))
    parser.add_argument("--models", type=Path, default=Path("models/understanding"))
    arguments = parser.parse_args()
    logging.basicConfig(level=logging.INFO, format="%(message)s")
    chosen = arguments.stages or ["finetune", "heads", "bands"]
    if "finetune" in chosen:
        stages.finetune(arguments.dialogs, arguments.models)
    if "heads" in chosen:
        stages.heads(arguments.dialogs, arguments.models)
    if "bands" in chosen:
        stages.bands(arguments.dialogs, arguments.models)


if __name__ == "__main__":
    main()
