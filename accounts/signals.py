"""What accounts ask everybody else, knowing none of them. Both are sent with `user`, and send_robust.

`exporting`: answer with a dict, section name to plain data, of what you hold about them.
`closing`: end what you owe them or they owe you. Answer True once nothing is left to do; any other answer, or an
exception, keeps the account until a later try. Asked again and again, outside any transaction.
"""

from __future__ import annotations

from django.dispatch import Signal

exporting = Signal()
closing = Signal()
