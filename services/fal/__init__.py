"""fal's queue over plain HTTP: what engines at fal share. It decides nothing about pictures."""
