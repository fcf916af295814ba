"""What authorities asked and decided, on record so that nobody can change it unseen.

One append-only Merkle log for each authority (RFC 6962, RFC 9162). What an entry says is encrypted
under a key of its own, so that it can be erased while the log still verifies.
"""

from benelux.core.ledger.log import Ledger, Log, ledger_of
from benelux.core.ledger.model import Actor, Consultation, Decision, Entry, Receipt

__all__ = [
    "Actor",
    "Consultation",
    "Decision",
    "Entry",
    "Ledger",
    "Log",
    "Receipt",
    "ledger_of",
]
