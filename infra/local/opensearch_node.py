"""`python -m infra.local.opensearch_node up|down`: a real OpenSearch node on 127.0.0.1, without Docker.

Maven Central publishes the server bare and its modules as jars; opensearch_parts.json names each file with its digest,
and this puts them together: the `cjk` analyzer, smartcn (the last 2.x release of its jar, with the Lucene jar of this
server), painless, and k-NN, whose Lucene engine needs no native library. OpenSearch refuses to run as root, so root
starts it as `nobody`, from the temporary directory, which that user can enter. OPENSEARCH_URL names another node.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import pwd
import shutil
import sys
import tempfile
import time
import urllib.error
import urllib.request
import zipfile
from pathlib import Path
from typing import Any

from infra.local import processes
from infra.local.ports import HOST, free_port

MAVEN_CENTRAL = "https://repo1.maven.org/maven2"
PARTS: dict[str, Any] = json.loads((Path(__file__).parent / "opensearch_parts.json").read_text("utf-8"))
DEFAULT_PORT = 9200
UNPRIVILEGED = "nobody"
HEAP = "1g"
READY_SECONDS = 240
STOP_SECONDS = 30.0
_SETTINGS = """cluster.name: narrowcast-local
discovery.type: single-node
network.host: {host}
transport.port: 0
cluster.routing.allocation.disk.threshold_enabled: false
"""
_DESCRIPTOR = """name={name}
description={name}
version={version}
opensearch.version={version}
java.version=11
classname={cls}
extended.plugins={extends}
custom.foldername=
has.native.controller=false
"""


class NodeError(Exception):
    """There can be no node here; the message says what is missing."""


def home() -> Path:
    """Return the node's folder: one for each user and version."""
    return Path(tempfile.gettempdir()) / f"narrowcast-opensearch-{PARTS['version']}-{os.getuid()}"


def running() -> Path:
    """Return the folder of the node that `make opensearch` leaves running: its data, its log, its process."""
    return home() / "running"


def up(port: int = DEFAULT_PORT, place: Path | None = None, heap: str = HEAP) -> str:
    """Start the node of a place unless it runs, and return its URL. NodeError says why there can be none."""
    url, place = f"http://{HOST}:{port}", place or running()
    if not answers(url):
        _install(home())
        _start(place, port, heap)
        _await(url, place)
    return url


def down(place: Path | None = None) -> None:
    """Stop the node of a place, and forget its data."""
    place = place or running()
    processes.stop(_records(place), "opensearch", STOP_SECONDS)
    shutil.rmtree(place, ignore_errors=True)


def answers(url: str) -> bool:
    """Whether an OpenSearch node answers at the URL."""
    try:
        with urllib.request.urlopen(url, timeout=5) as answer:  # noqa: S310 - http on the loopback, or the operator's own
            return bool(json.load(answer)["version"]["distribution"] == "opensearch")
    except (OSError, ValueError, KeyError):
        return False


def _records(place: Path) -> Path:
    return place / "processes.json"


def _install(place: Path) -> None:
    """Put the node together in `place`/node, completely or not at all."""
    node = place / "node"
    if node.exists():
        return
    place.mkdir(parents=True, exist_ok=True)
    unfinished = Path(tempfile.mkdtemp(dir=place))
    _unpack(_fetched(place, **PARTS["server"]), unfinished)
    made = unfinished / f"opensearch-{PARTS['version']}"
    for extension in PARTS["extensions"]:
        _add_extension(place, made / "modules" / extension["name"], extension)
    for name, archive in PARTS["plugins"].items():
        _unpack(_fetched(place, **archive), made / "plugins" / name)
    (made / "config/opensearch.yml").write_text(_SETTINGS.format(host=HOST))
    _hand_over(unfinished)
    made.rename(node)
    unfinished.rmdir()


def _add_extension(place: Path, folder: Path, extension: dict[str, Any]) -> None:
    folder.mkdir(parents=True)
    for path, sha256 in extension["files"].items():
        shutil.copy(_fetched(place, path, sha256), folder)
    described = {"name": extension["name"], "cls": extension["class"], "extends": extension["extends"]}
    (folder / "plugin-descriptor.properties").write_text(_DESCRIPTOR.format(version=PARTS["version"], **described))
    grants = [f'  permission java.lang.RuntimePermission "{name}";' for name in extension["policy"]]
    if grants:
        (folder / "plugin-security.policy").write_text("\n".join(["grant {", *grants, "};", ""]))


def _fetched(place: Path, path: str, sha256: str) -> Path:
    """Return the file from Maven Central, fetched unless it is here; NodeError if it is not what was pinned."""
    file = place / "downloads" / Path(path).name
    if not file.exists():
        file.parent.mkdir(exist_ok=True)
        file.write_bytes(_downloaded(f"{MAVEN_CENTRAL}/{path}"))
    if hashlib.sha256(file.read_bytes()).hexdigest() != sha256:
        file.unlink()
        message = f"{path} is not the file that was pinned"
        raise NodeError(message)
    return file


def _downloaded(url: str) -> bytes:
    try:
        with urllib.request.urlopen(url, timeout=60) as answer:  # noqa: S310 - https, and pinned by digest
            data: bytes = answer.read()
    except OSError as error:
        message = f"Maven Central cannot be reached: {error}"
        raise NodeError(message) from error
    return data


def _unpack(archive: Path, folder: Path) -> None:
    with zipfile.ZipFile(archive) as opened:
        opened.extractall(folder)
    for script in folder.glob("*/bin/*"):
        script.chmod(0o755)


def _hand_over(folder: Path) -> None:
    """Give the files to the user who will run them, if that is another."""
    if os.getuid() != 0:
        return
    for each in (folder, *folder.rglob("*")):
        shutil.chown(each, UNPRIVILEGED)


def _start(place: Path, port: int, heap: str) -> None:
    node = home() / "node"
    java = shutil.which("java")
    if java is None:
        message = "a Java runtime is needed (17 or later): apt-get install openjdk-17-jre-headless"
        raise NodeError(message)
    place.mkdir(parents=True, exist_ok=True)
    _hand_over(place)
    environment = {
        "PATH": os.environ["PATH"],
        "HOME": str(node),
        "OPENSEARCH_JAVA_HOME": str(Path(java).resolve().parents[1]),
        "OPENSEARCH_JAVA_OPTS": f"-Xms{heap} -Xmx{heap}",
    }
    own = [f"-Ehttp.port={port}", f"-Epath.data={place / 'data'}", f"-Epath.logs={place / 'logs'}"]
    command = [*_as_nobody(), str(node / "bin/opensearch"), *own]
    processes.start(_records(place), "opensearch", command, environment, place / "log")


def _as_nobody() -> list[str]:
    if os.getuid() != 0:
        return []
    setpriv = shutil.which("setpriv")
    if setpriv is None:
        message = "setpriv (util-linux) is needed to start OpenSearch as root"
        raise NodeError(message)
    return [setpriv, f"--reuid={UNPRIVILEGED}", f"--regid={pwd.getpwnam(UNPRIVILEGED).pw_gid}", "--clear-groups"]


def _await(url: str, place: Path) -> None:
    deadline = time.monotonic() + READY_SECONDS
    while not answers(url):
        if time.monotonic() > deadline or not processes.is_running(_records(place), "opensearch"):
            message = f"OpenSearch did not come up; {place / 'log'} ends:\n{_last_lines(place / 'log')}"
            raise NodeError(message)
        time.sleep(0.5)


def _last_lines(log: Path) -> str:
    return "\n".join(log.read_text("utf-8", "replace").splitlines()[-10:])


def main(arguments: list[str] | None = None) -> int:
    """Start or stop the node; 1 with the reason if there can be none."""
    parser = argparse.ArgumentParser(prog="python -m infra.local.opensearch_node", description=__doc__)
    parser.add_argument("command", choices=["up", "down"])
    parser.add_argument("--port", type=int, default=DEFAULT_PORT, help="0 for any that is free")
    parser.add_argument("--place", type=Path, default=running(), help="where the node keeps its data")
    options = parser.parse_args(arguments)
    try:
        if options.command == "down":
            down(options.place)
        else:
            print(os.environ.get("OPENSEARCH_URL") or up(options.port or free_port(), options.place))
    except NodeError as error:
        print(error, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
