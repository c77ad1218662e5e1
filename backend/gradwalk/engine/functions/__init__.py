"""The named functions of formulas: each works on arrays and on tensors, so that a VJP is written once for both.

On arrays they are numpy; on tensors they apply the op of that name, so that under ``create_graph`` the VJP is itself
recorded. Everything else that formulas do, they do with operators.
"""
