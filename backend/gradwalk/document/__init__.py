"""The trace document: its schema, the state at a step read from it, and its assembly from a stream of frames."""
