"""How often: tries to sign in per account and per address, requests per user. Counted in memory."""

from __future__ import annotations

import time

from limits import RateLimitItemPerMinute
from limits.storage import MemoryStorage
from limits.strategies import MovingWindowRateLimiter

from assistant.errors import TooOftenError

WINDOW_MINUTES = 15
TRIES_OF_ACCOUNT = 10
TRIES_OF_ADDRESS = 60  # of all the accounts behind it

_ACCOUNT = RateLimitItemPerMinute(TRIES_OF_ACCOUNT, WINDOW_MINUTES)
_ADDRESS = RateLimitItemPerMinute(TRIES_OF_ADDRESS, WINDOW_MINUTES)


class Tries:
    """Tries to sign in."""

    def __init__(self) -> None:
        self._storage = MemoryStorage()
        self._limiter = MovingWindowRateLimiter(self._storage)

    def count(self, account: str, address: str) -> None:
        """Count a try before its password is looked at. Raises TooOftenError for one too many."""
        for item, key in ((_ADDRESS, f"address:{address}"), (_ACCOUNT, f"account:{account}")):
            if not self._limiter.hit(item, key):
                seconds = _seconds(self._limiter, item, key)
                minutes = max(1, round(seconds / 60))
                raise TooOftenError(
                    f"Too many tries to sign in. Come back in {minutes} min.",
                    f"Слишком много попыток входа. Повторите через {minutes} мин.",
                    seconds,
                )

    def right(self, account: str) -> None:
        """The password was right: the account's tries are forgotten, the address's are not."""
        self._limiter.clear(_ACCOUNT, f"account:{account}")


class Shares:
    """Requests of users; ``a_minute`` 0: no limit."""

    def __init__(self, a_minute: int) -> None:
        self._item = RateLimitItemPerMinute(a_minute) if a_minute else None
        self._limiter = MovingWindowRateLimiter(MemoryStorage())

    def count(self, user: str, cost: int) -> None:
        """Count a request. Raises TooOftenError for one too many."""
        if self._item is None or not cost:
            return
        if not self._limiter.hit(self._item, user, cost=min(cost, self._item.amount)):
            seconds = _seconds(self._limiter, self._item, user)
            raise TooOftenError(
                f"That is more requests than one user may send. Come back in {seconds:.0f} seconds.",
                f"Запросов больше, чем принимается от одного пользователя. Повторите через {seconds:.0f} с.",
                seconds,
            )


def _seconds(limiter: MovingWindowRateLimiter, item: RateLimitItemPerMinute, key: str) -> float:
    return max(1.0, limiter.get_window_stats(item, key).reset_time - time.time())
