"""What ``torch.save`` writes and ``torch.load`` reads: PyTorch's archives, byte for byte."""
