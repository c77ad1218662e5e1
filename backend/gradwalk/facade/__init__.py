"""The names that a snippet imports: with this folder on the path, a plain `import torch` gives the engine."""
