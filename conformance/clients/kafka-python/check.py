"""What an application does with kafka-python, tried on the broker at an address: check.py HOST:PORT [FEATURE]..."""

import pathlib
import sys
import time
import uuid

sys.path.insert(0, str(pathlib.Path(__file__).parent.parent / "common"))
from harness import (
    BOOTSTRAP, DEADLINE_S, PARTITIONS, RECORDS,
    check, eventually, finish, headers, key, same, timestamp, value, verify,
)  # fmt: skip
from kafka import KafkaAdminClient, KafkaConsumer, KafkaProducer, OffsetAndMetadata, TopicPartition
from kafka.admin import NewPartitions, NewTopic
from kafka.errors import TopicAlreadyExistsError

RUN = f"kafka-python-{uuid.uuid4()}"
ADMIN = KafkaAdminClient(bootstrap_servers=BOOTSTRAP)


def create(name, partitions=PARTITIONS):
    topic = f"{RUN}-{name}"
    ADMIN.create_topics([NewTopic(topic, partitions, 1)])
    # Apache Kafka confirms a creation before the partitions answer; a record sent in between is sent again, out of order.
    client = consumer()
    eventually(lambda: len(client.partitions_for_topic(topic) or ()) == partitions, "the new topic is known")
    client.end_offsets(topic_partitions(topic, partitions))
    client.close()
    return topic


def topic_partitions(topic, count=PARTITIONS):
    return [TopicPartition(topic, p) for p in range(count)]


def produce(topic, count, **settings):
    """Sends the first `count` test records and waits until every one is acknowledged."""
    # One request in flight: this client has no idempotent producer that would keep the order of a batch sent again.
    producer = KafkaProducer(bootstrap_servers=BOOTSTRAP, max_in_flight_requests_per_connection=1, **settings)
    sent = [
        producer.send(topic, key=key(n), value=value(n), headers=headers(n), timestamp_ms=timestamp(n)) for n in range(count)
    ]
    producer.flush(DEADLINE_S)
    for acknowledgement in sent:
        acknowledgement.get(DEADLINE_S)
    producer.close()


def consumer(**settings):
    return KafkaConsumer(bootstrap_servers=BOOTSTRAP, auto_offset_reset="earliest", enable_auto_commit=False, fetch_max_wait_ms=100, **settings)


def read_to_end(client, partitions):
    """Polls until the consumer stands at the end that each partition has now, so that a record too many shows as well."""
    records = []
    ends = client.end_offsets(partitions)
    deadline = time.monotonic() + DEADLINE_S
    while any(client.position(p) < end for p, end in ends.items()):
        assert time.monotonic() < deadline, f"only {len(records)} records came, the ends are {ends}"
        records += poll(client)
    return records


def poll(client):
    return [record for batch in client.poll(200).values() for record in batch]


def verify_records(count, records):
    verify(count, [(r.partition, r.timestamp, r.key, r.value, r.headers) for r in records])


def metadata():
    topic = create("metadata")
    cluster = ADMIN.describe_cluster()
    assert cluster["cluster_id"], "the cluster has no id"
    same([BOOTSTRAP], [f"{b['host']}:{b['port']}" for b in cluster["brokers"]], "brokers")
    assert topic in ADMIN.list_topics(), f"{topic} is not listed"
    partitions = ADMIN.describe_topics([topic])[0]["partitions"]
    same(list(range(PARTITIONS)), sorted(p["partition"] for p in partitions), "partitions")


def produce_and_read_back(name, settings):
    topic = create(name)
    produce(topic, RECORDS, **settings)
    client = consumer()
    client.assign(topic_partitions(topic))
    verify_records(RECORDS, read_to_end(client, topic_partitions(topic)))
    client.close()


def group():
    topic = create("group")
    produce(topic, RECORDS)
    first = consumer(group_id=topic, max_poll_records=100)
    first.subscribe([topic])
    records = []
    deadline = time.monotonic() + DEADLINE_S
    while len(records) < RECORDS // 2:
        assert time.monotonic() < deadline, f"only {len(records)} records came"
        records += poll(first)
    first.commit()
    # Read, but never committed: the next member has to be given these again.
    poll(first)
    first.close()
    second = consumer(group_id=topic)
    second.subscribe([topic])
    deadline = time.monotonic() + DEADLINE_S
    while not second.assignment():
        assert time.monotonic() < deadline, "no partitions were assigned"
        records += poll(second)
    records += read_to_end(second, topic_partitions(topic))
    second.commit({TopicPartition(topic, 1): OffsetAndMetadata(7, "a note")})
    same(7, second.committed(TopicPartition(topic, 1)), "committed offset")
    second.close()
    verify_records(RECORDS, records)


def positions():
    topic = create("positions", partitions=1)
    produce(topic, RECORDS)
    partition = TopicPartition(topic, 0)
    client = consumer()
    client.assign([partition])
    same({partition: 0}, client.beginning_offsets([partition]), "beginning")
    same({partition: RECORDS}, client.end_offsets([partition]), "end")
    for target in (1, 1234, RECORDS - 1, 0):
        client.seek(partition, target)
        same(list(range(target, RECORDS)), [r.offset for r in read_to_end(client, [partition])], f"offsets from {target}")
        found = client.offsets_for_times({partition: timestamp(target) - 3})[partition]
        same((target, timestamp(target)), (found.offset, found.timestamp), f"offset and time of record {target}")
    same(None, client.offsets_for_times({partition: timestamp(RECORDS)})[partition], "offset for a time after the last record")
    client.close()


def administration():
    topic = create("administration", partitions=1)
    try:
        ADMIN.create_topics([NewTopic(topic, 1, 1)])
        raise AssertionError("the topic was created twice")
    except TopicAlreadyExistsError:
        pass
    ADMIN.create_partitions({topic: NewPartitions(PARTITIONS)})
    eventually(lambda: len(ADMIN.describe_topics([topic])[0]["partitions"]) == PARTITIONS, "there are more partitions")
    ADMIN.delete_topics([topic])
    eventually(lambda: topic not in ADMIN.list_topics(), "the topic is no longer listed")


check("cluster and topic metadata", metadata)
for codec in (None, "gzip", "snappy", "lz4", "zstd"):
    check(f"produce and read back, {codec or 'none'}", produce_and_read_back, f"codec-{codec}", {"compression_type": codec})
check("produce and read back, acks=all", produce_and_read_back, "acks-all", {"acks": "all"})
check("group goes on where it committed", group)
check("seek, begin and end, offsets for times", positions)
check("create again, more partitions, delete", administration)
finish()
