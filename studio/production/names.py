"""Names the durable workflows are known by in the database; the web process needs them without the workflows."""

VERSION = "6"  # changes whenever a workflow's steps do; runs of an older version are started again
SHAPE = "6:89e4bd892fcd"  # the version, and a fingerprint of the workflows it is of; a test says when to write anew
RUNS, TAKES = "runs", "takes"  # queues
FREE_RUNS = "runs-free"  # of accounts that never paid, in a house of several
AHEAD = 1  # takes a worker holds ready beyond those being made, so that no process waits for the queue
ASKED = "proposal:"  # how the part of a run begins that only asks the writer something
INTERRUPTED = "the command that made it was interrupted"  # why a run was called off
WRITING, CASTING = AWAY = ("writing", "casting")  # stages of a run that waits for a vendor and has nothing to do here
PRODUCE, MAKE = "produce", "make_take"  # workflows


def queue_at(vendor: str) -> str:
    """The queue of takes made at a vendor; it has room for as many as the vendor may be asked for at once."""
    return f"{TAKES}-{vendor}" if vendor else TAKES
