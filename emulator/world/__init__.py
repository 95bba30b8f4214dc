"""The emulated cloud itself, without a wire: organizations, keys, datasets, scripts, containers and jobs."""
