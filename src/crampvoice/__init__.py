"""Offline voice assistant for leg cramps at night."""

import os

__version__ = "0.1.0"

# The matrices here are small: on two cores OpenBLAS with threads takes nine times the processor time of one thread.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
