"""Figures over a period: outcomes, times, failures, breakdowns."""
