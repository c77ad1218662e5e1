"""How the database came to be as it is: Alembic's environment, and a module for each step."""
