"""Allow `python -m crampvoice`."""

from crampvoice.cli import main

if __name__ == "__main__":
    main()
