"""What a server keeps between requests: traces for a while, snippets until they are deleted."""
