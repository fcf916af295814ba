"""`kill -9` and failing disks: nothing acknowledged is lost, and every proof verifies afterwards.

The script that does a thousand of each is `benchmarks/soak_ledger.py`; this is a shorter run of it.
"""

import os

import pytest

from benchmarks import soak_ledger

pytestmark = [
    pytest.mark.skipif(not hasattr(os, "fork"), reason="no fork on this system"),
    pytest.mark.slow,
]


def test_no_acknowledged_entry_is_lost_when_the_writer_is_killed_twenty_times() -> None:
    report = soak_ledger.soak("kill", 20, seed=7)
    assert report.holds, report
    assert report.rounds == 20
    assert report.struck >= 15
    assert report.acknowledged > 200


@pytest.mark.skipif(
    not soak_ledger.can_fail_disks(), reason="failing disks need Linux and a C compiler"
)
def test_no_acknowledged_entry_is_lost_when_the_disk_fails() -> None:
    report = soak_ledger.soak("faults", 24, seed=7)
    assert report.holds, report
    assert report.struck >= 12
    assert set(report.kinds) == set(soak_ledger.FAULTS)
    assert report.refused > 0
