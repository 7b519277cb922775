"""The frame of every page; nothing else. Run alone it points to `make run`."""
