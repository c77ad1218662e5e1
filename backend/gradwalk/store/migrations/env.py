"""Run by Alembic: the steps are taken on the connection that whoever migrates holds, in its transaction."""

from alembic import context

context.configure(connection=context.config.attributes["connection"], transactional_ddl=True)
context.run_migrations()
