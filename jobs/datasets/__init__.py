"""Datasets: what jobs train on, and how that goes."""
