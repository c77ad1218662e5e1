"""The graph to draw at a moment: cards, edges and the boxes around them, with loops and large scopes folded."""
