"""The code that runs the engines: one file for each family of models."""
