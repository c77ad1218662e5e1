"""What the sandbox costs, measured beside the same without it in the same minute: `make bench`, second part."""
