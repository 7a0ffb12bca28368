"""No page limit loses a commit; the benchmark writes streams of 10 MB."""

from __future__ import annotations

import pytest

from tests.support.emulator import Emulator
from tests.support.large_streams import lost, write_stream
from tests.support.log_tables import new_log_table, open_log

MEGABYTE = 1024 * 1024


@pytest.mark.stack
@pytest.mark.parametrize(("total", "each"), [(3 * MEGABYTE, 300 * 1024), (2 * MEGABYTE, 8 * 1024)])
def test_a_stream_of_several_pages_is_read_back_whole(aws: Emulator, total: int, each: int) -> None:
    log = open_log(aws.endpoint_url, new_log_table(aws))
    written = write_stream(log, "renhe/conversation#c-1", total=total, each=each)
    assert lost(log, written) == {"forward": 0, "backward": 0, "range": 0, "scan": 0}
