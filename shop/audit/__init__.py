"""What staff change, row by row, with before and after: kept for ever, changed by nobody.

`recorder` listens to the session and writes while somebody acts; `history` says what became of one thing.
"""

from shop.audit.models import Action as Action
from shop.audit.models import AuditEntry as AuditEntry
from shop.audit.queries import history as history
from shop.audit.recorder import record as record
