"""Snippets, and who may delete them."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None


def upgrade() -> None:
    """Make both tables."""
    op.create_table(
        "snippets",
        sa.Column("id", sa.String(32), primary_key=True),
        sa.Column("hash", sa.String(64), nullable=False, unique=True),
        sa.Column("content", sa.Text, nullable=False),
    )
    op.create_table(
        "claims",
        sa.Column("snippet", sa.String(32), sa.ForeignKey("snippets.id", ondelete="CASCADE"), primary_key=True),
        sa.Column("secret", sa.LargeBinary(32), primary_key=True),
    )


def downgrade() -> None:
    """Drop them."""
    op.drop_table("claims")
    op.drop_table("snippets")
