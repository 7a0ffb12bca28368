"""`narrowcast mllp`: how it is told what to do, and TLS."""

from __future__ import annotations

import argparse
import asyncio
import ssl
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from narrowcast.adapters.mllp.bridge import Bridge
from narrowcast.adapters.mllp.disk_queue import DiskQueue
from narrowcast.cli import main
from narrowcast.cli.mllp import KEY_VARIABLE, _tls
from tests.support.http_server import scripted_server

AA = b"MSH|^~\\&|NC|||||||A|P|2.5\rMSA|AA|M-1\r"


@pytest.mark.parametrize("listen", ["2575", "localhost:", "localhost:x", "localhost:65536"])
def test_an_address_needs_host_and_port(listen: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["mllp", "--listen", listen, "--to", "http://127.0.0.1:1"]) == 2
    assert "HOST:PORT" in capsys.readouterr().err


def test_without_a_key_nothing_starts(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.delenv(KEY_VARIABLE, raising=False)
    arguments = ["mllp", "--listen", "127.0.0.1:0", "--to", "http://127.0.0.1:1", "--queue", str(tmp_path)]
    assert main(arguments) == 2
    assert KEY_VARIABLE in capsys.readouterr().err


@pytest.mark.parametrize("content", [b"\xff\xfe", b"one\ntwo", "钥匙".encode()])
def test_a_file_that_holds_no_key_is_named(content: bytes, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "key").write_bytes(content)
    arguments = ["mllp", "--listen", "127.0.0.1:0", "--to", "http://127.0.0.1:1", "--queue", str(tmp_path / "queue")]
    assert main([*arguments, "--key-file", str(tmp_path / "key")]) == 2
    assert "holds no key" in capsys.readouterr().err


def test_senders_may_come_over_tls(tmp_path: Path) -> None:
    certificate, key = _certificate(tmp_path)
    server = _tls(argparse.Namespace(tls_cert=certificate, tls_key=key, tls_client_ca=None))

    async def exchange(port: int) -> bytes:
        client = ssl.create_default_context(cafile=str(certificate))
        reader, writer = await asyncio.open_connection("127.0.0.1", port, ssl=client)
        writer.write(b"\x0bMSH|^~\\&|HIS||||||ADT^A04|M-1|P|2.5\r\x1c\r")
        async with asyncio.timeout(10):
            answer = await reader.readuntil(b"\x1c\r")
        writer.close()
        await writer.wait_closed()
        return answer

    async def serve(url: str) -> bytes:
        bridge = Bridge(DiskQueue(tmp_path / "queue"), url, "key-1")
        port = await bridge.start("127.0.0.1", 0, server)
        try:
            return await exchange(port)
        finally:
            await bridge.stop()

    with scripted_server() as api:
        api.answer(200, AA)
        assert asyncio.run(serve(api.url)) == b"\x0b" + AA + b"\x1c\r"


def _certificate(directory: Path) -> tuple[Path, Path]:
    """Write a certificate of 127.0.0.1 and its key."""
    secret = ec.generate_private_key(ec.SECP256R1())
    name, now = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "bridge")]), datetime.now(UTC)
    address = x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))])
    made = x509.CertificateBuilder(
        name, name, secret.public_key(), x509.random_serial_number(), now, now + timedelta(1)
    )
    signed = made.add_extension(address, critical=False).sign(secret, hashes.SHA256())
    certificate, key = directory / "tls.crt", directory / "tls.key"
    certificate.write_bytes(signed.public_bytes(serialization.Encoding.PEM))
    plain = serialization.NoEncryption()
    form = serialization.PrivateFormat.PKCS8
    key.write_bytes(secret.private_bytes(serialization.Encoding.PEM, form, plain))
    return certificate, key
