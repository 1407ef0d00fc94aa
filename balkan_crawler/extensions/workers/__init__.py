"""Worker processes: how they are started, talked to, watched and replaced. `WorkerPool` is their face."""
