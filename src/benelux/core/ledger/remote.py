"""A log of another node, over HTTP."""

from collections.abc import Mapping, Sequence

import httpx
import msgspec

from benelux.core.errors import Unavailable
from benelux.core.language import message

_PATIENCE_S = 20
_LARGEST = 1_000_000


class Remote:
    """The log at an address such as `https://node.example/api/ledger/shards/nl-politie`."""

    def __init__(self, address: str, client: httpx.Client | None = None) -> None:
        self._address = address.rstrip("/")
        self._client = client or httpx.Client(timeout=_PATIENCE_S)

    def head(self) -> str:
        return self._get("checkpoint", {}).decode(errors="replace")

    def consistency(self, earlier: int, later: int) -> Sequence[bytes]:
        raw = self._get("consistency", {"from": earlier, "to": later})
        try:
            found = msgspec.json.decode(raw, type=dict[str, object]).get("path")
            return [bytes.fromhex(one) for one in msgspec.convert(found, list[str])]
        except (msgspec.MsgspecError, ValueError) as error:
            raise self._odd(error) from error

    def deliver(self, text: str) -> None:
        try:
            answer = self._client.post(f"{self._address}/cosignatures", json={"note": text})
            answer.raise_for_status()
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            raise self._odd(error) from error

    def _get(self, what: str, question: Mapping[str, int]) -> bytes:
        try:
            answer = self._client.get(f"{self._address}/{what}", params=question)
            answer.raise_for_status()
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            raise self._odd(error) from error
        if len(answer.content) > _LARGEST:
            raise self._odd(ValueError("too long"))
        return answer.content

    def _odd(self, error: Exception) -> Unavailable:
        return Unavailable(
            "ledger.node-away",
            message("The ledger at {address} does not answer as one.", address=self._address),
            why=message("{error}.", error=str(error).partition("\n")[0]),
        )
