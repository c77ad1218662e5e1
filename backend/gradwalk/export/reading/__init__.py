"""What a trace says, read out: its state at any event, its steps, its numbers and names, a sentence for each step."""
