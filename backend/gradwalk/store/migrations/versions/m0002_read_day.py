"""The day on which a snippet was last read."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Add the column, and an index for who looks for old ones."""
    op.add_column("snippets", sa.Column("read_day", sa.Integer))
    op.create_index("ix_snippets_read_day", "snippets", ["read_day"])


def downgrade() -> None:
    """Drop both."""
    op.drop_index("ix_snippets_read_day")
    op.drop_column("snippets", "read_day")
