"""App: files, model, voice and devices put together, and run."""
