"""What the Python programs share: reporting, and numbered records whose every byte follows from the number."""

import os
import random
import sys
import time
import traceback

BOOTSTRAP, FEATURES = sys.argv[1], sys.argv[2:]
# Number of brokers, and of replicas of each topic.
NODES = int(os.environ.get("NODES", "1"))
RECORDS = 3000
PARTITIONS = 3
DEADLINE_S = 30
# An hour ago: not the time of arrival, and not so old that retention would remove the records.
FIRST_TIMESTAMP_MS = int(time.time() * 1000) - 3_600_000
# None, or sasl_ssl, mtls: how the broker wants its clients; ../secured.sh says what else is in the environment then.
SECURITY = os.environ.get("SECURITY")
failed = 0


def check(name, run, *arguments):
    """Runs a check and prints one line for it: `ok NAME (TIME)` or `not ok NAME: why`, which is what `run` counts."""
    global failed
    start = time.monotonic()
    try:
        run(*arguments)
        print(f"ok {name} ({(time.monotonic() - start) * 1000:.0f} ms)", flush=True)
    except Exception as problem:
        failed += 1
        print(f"not ok {name}: {problem!r}", flush=True)
        traceback.print_exc(limit=-3)


def finish():
    sys.exit(1 if failed else 0)


def same(expected, actual, what):
    assert expected == actual, f"{what}: expected {expected!r}, got {actual!r}"


def eventually(condition, what):
    deadline = time.monotonic() + DEADLINE_S
    while not condition():
        assert time.monotonic() < deadline, f"not in {DEADLINE_S} s: {what}"
        time.sleep(0.02)


def key(number):
    return None if number % 50 == 49 else b"key-%d" % (number % 97)


def value(number):
    return None if number % 200 == 100 else random.Random(number).randbytes(number % 601)


def headers(number):
    # No header without a value: reading one makes confluent-kafka 1.7.0 miscount references to None until Python aborts.
    return [("number", b"%d" % number), ("binary", bytes([0, number % 256, 255])), ("empty", b"")]


def timestamp(number):
    return FIRST_TIMESTAMP_MS + number * 10


def verify(count, records):
    """Every one of the first `count` test records is there once, byte for byte, in order within its partition, a key in one partition.

    `records` are tuples of partition, timestamp, key, value and headers."""
    same(count, len(records), "records read")
    last, partition_of, seen = {}, {}, set()
    for record in records:
        partition, number = record[0], int(dict(record[4])["number"])
        assert number not in seen, f"record {number} came twice"
        seen.add(number)
        same((timestamp(number), key(number), value(number), headers(number)), record[1:], f"record {number}")
        assert last.get(partition, -1) < number, f"record {number} came after {last[partition]}"
        last[partition] = number
        if record[2] is not None:
            same(partition_of.setdefault(record[2], partition), partition, f"partition of {record[2]}")
