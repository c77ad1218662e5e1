"""What the engine is held against: facts recorded from PyTorch, and the programs they come from."""
