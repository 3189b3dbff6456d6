"""Write all samples into a folder: ``python -m tests.media.samples <folder>``."""

import sys
from pathlib import Path

from tests.media.films import FILMS
from tests.media.pictures import PICTURES

SAMPLES = PICTURES | FILMS


def main() -> None:
    folder = Path(sys.argv[1])
    folder.mkdir(parents=True, exist_ok=True)
    for name, make in SAMPLES.items():
        (folder / name).write_bytes(make())


if __name__ == "__main__":
    main()
