"""The consistency gate: ten scenes through an animator, what they show, and what follows from it."""
