"""Opens the client of the search domain: signed over HTTPS on AWS, plain over HTTP on the loopback."""

from __future__ import annotations

from typing import TYPE_CHECKING

from opensearchpy import OpenSearch, Urllib3AWSV4SignerAuth

if TYPE_CHECKING:  # a type alone
    from boto3 import Session


def open_search(
    endpoint: str, *, session: Session | None = None, region: str = "", seconds: float = 5, retries: int = 2
) -> OpenSearch:
    """Return a client of `endpoint`, a URL or the bare host of a domain (then HTTPS).

    Requests are signed if the endpoint is HTTPS and a session is given.
    """
    url = endpoint if "://" in endpoint else f"https://{endpoint}"
    signer = None
    if session is not None and url.startswith("https://"):
        signer = Urllib3AWSV4SignerAuth(session.get_credentials(), region, "es")
    return OpenSearch(hosts=[url], http_auth=signer, timeout=seconds, max_retries=retries, retry_on_timeout=True)
