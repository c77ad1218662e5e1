"""Real PyTorch, listened to: what it does is told to the recorder as if Gradwalk's own engine had done it.

PyTorch is imported here and nowhere else, and only when somebody asks for it. Each of its tensors, storages and nodes
has one of the engine's that stands for it (``mirror.py``); so recorder, trace and player are those of every run.
"""
