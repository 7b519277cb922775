"""Vaults that are not a folder of this machine: an S3-compatible store, and what of it lies here."""
