"""The mirror of Viam's jobs, and what keeps it true: fetched, compared, applied, reconciled."""
