"""What other apps may want to know of accounts; sent after the change is committed.

Accounts know nothing of the apps built on them, so they can't call them.
"""

from django.dispatch import Signal

# Someone followed, unfollowed, blocked or unblocked someone: ``one`` and ``other`` (User), who did it first.
relation_changed = Signal()

# What decides over an account's reach or its sessions changed (privacy, birth date, activation, password, whoever
# set it): ``user`` (User).
account_changed = Signal()

# An account asked for a copy of its data: ``copy`` (DataCopy). What runs in the background lives in another app.
copy_requested = Signal()
