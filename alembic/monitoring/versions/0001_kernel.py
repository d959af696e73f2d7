"""Organizations, outbox, inbox, audit."""

from shared.db import kernel_0001

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

upgrade = kernel_0001.upgrade
downgrade = kernel_0001.downgrade
