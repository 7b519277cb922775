"""The worker that makes the studio's pictures on a graphics card; imports nothing of the studio."""

import time

BEGUN = time.monotonic()  # before the libraries are read, which is most of a start
