"""The frame of every page and the navigation; nothing else. Run alone it points to `make run`."""

from pages.parts import frame
from pages.parts.guard import told

frame.dress()
with told():
    frame.show()
frame.way_out()
