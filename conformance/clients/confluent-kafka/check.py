"""What an application does with confluent-kafka (librdkafka), tried on the broker at an address: check.py HOST:PORT [FEATURE]..."""

import pathlib
import sys
import time
import uuid

sys.path.insert(0, str(pathlib.Path(__file__).parent.parent / "common"))
from confluent_kafka import Consumer, KafkaError, KafkaException, Producer, TopicPartition
from confluent_kafka.admin import AdminClient, ConfigResource, NewTopic
from harness import (
    BOOTSTRAP, DEADLINE_S, FEATURES, PARTITIONS, RECORDS,
    check, eventually, finish, headers, key, same, timestamp, value, verify,
)  # fmt: skip

RUN = f"confluent-{uuid.uuid4()}"
ADMIN = AdminClient({"bootstrap.servers": BOOTSTRAP})


def create(name, partitions=PARTITIONS):
    topic = f"{RUN}-{name}"
    ADMIN.create_topics([NewTopic(topic, partitions, 1)])[topic].result(DEADLINE_S)
    # Apache Kafka confirms a creation before the partitions answer; a record sent in between is sent again, out of order.
    client = consumer("unused")
    eventually(lambda: all(answers(client, topic, p) for p in range(partitions)), "the new topic answers")
    client.close()
    return topic


def answers(client, topic, partition):
    try:
        return client.get_watermark_offsets(TopicPartition(topic, partition), timeout=1) is not None
    except KafkaException:
        return False


def produce(topic, count, **settings):
    """Sends the first `count` test records and waits until every one is acknowledged."""
    send(Producer({"bootstrap.servers": BOOTSTRAP, **settings}), topic, count)


def send(producer, topic, count):
    problems = []
    for number in range(count):
        producer.produce(
            topic,
            key=key(number),
            value=value(number),
            headers=headers(number),
            timestamp=timestamp(number),
            on_delivery=lambda error, _: problems.append(error) if error else None,
        )
        producer.poll(0)
    same(0, producer.flush(DEADLINE_S), "records without an acknowledgement")
    same([], problems, "delivery errors")


def consumer(group, **settings):
    return Consumer(
        {
            "bootstrap.servers": BOOTSTRAP,
            "group.id": group,
            "auto.offset.reset": "earliest",
            "enable.auto.commit": False,
            "enable.partition.eof": True,
            "fetch.wait.max.ms": 100,
            **settings,
        }
    )


def read(client, partitions, limit=None):
    """Reads to the end of every one of as many partitions, or up to `limit` records."""
    records, ended = [], set()
    deadline = time.monotonic() + DEADLINE_S
    while len(ended) < partitions and (limit is None or len(records) < limit):
        assert time.monotonic() < deadline, f"only {len(records)} records came, {len(ended)} partitions ended"
        message = client.poll(0.2)
        if message is None:
            continue
        if message.error() is None:
            records.append(message)
        elif message.error().code() == KafkaError._PARTITION_EOF:
            ended.add(message.partition())
        else:
            raise KafkaException(message.error())
    return records


def read_all(topic, **settings):
    client = consumer("unused", **settings)
    client.assign([TopicPartition(topic, p, 0) for p in range(PARTITIONS)])
    try:
        return read(client, PARTITIONS)
    finally:
        client.close()


def verify_messages(count, messages):
    verify(count, [(m.partition(), m.timestamp()[1], m.key(), m.value(), m.headers()) for m in messages])


def metadata():
    topic = create("metadata")
    cluster = ADMIN.list_topics(timeout=DEADLINE_S)
    assert cluster.cluster_id, "the cluster has no id"
    same([BOOTSTRAP], [f"{b.host}:{b.port}" for b in cluster.brokers.values()], "brokers")
    same(list(range(PARTITIONS)), sorted(cluster.topics[topic].partitions), "partitions")
    for partition in cluster.topics[topic].partitions.values():
        same([partition.leader], partition.replicas, "replicas")
        same([partition.leader], partition.isrs, "in-sync replicas")


def produce_and_read_back(name, settings):
    topic = create(name)
    produce(topic, RECORDS, **settings)
    verify_messages(RECORDS, read_all(topic))


def group():
    topic = create("group")
    produce(topic, RECORDS)
    first = consumer(topic)
    first.subscribe([topic])
    messages = read(first, PARTITIONS, limit=RECORDS // 2)
    # The position of the application, not of what was fetched ahead.
    first.commit(asynchronous=False)
    # Read, but never committed: the next member has to be given it again.
    first.poll(0.2)
    first.close()
    second = consumer(topic)
    second.subscribe([topic])
    messages += read(second, PARTITIONS)
    second.commit(offsets=[TopicPartition(topic, 1, 7)], asynchronous=False)
    same(7, second.committed([TopicPartition(topic, 1)], timeout=DEADLINE_S)[0].offset, "committed offset")
    second.close()
    verify_messages(RECORDS, messages)


def positions():
    topic = create("positions", partitions=1)
    produce(topic, RECORDS, **{"batch.num.messages": 100})
    client = consumer("unused")
    same((0, RECORDS), client.get_watermark_offsets(TopicPartition(topic, 0), timeout=DEADLINE_S), "beginning and end")
    client.assign([TopicPartition(topic, 0, 0)])
    read(client, 1, limit=1)
    for target in (1, 1234, RECORDS - 1, 0):
        client.seek(TopicPartition(topic, 0, target))
        messages = read(client, 1)
        same(list(range(target, RECORDS)), [m.offset() for m in messages], f"offsets from {target}")
        found = client.offsets_for_times([TopicPartition(topic, 0, timestamp(target) - 3)], timeout=DEADLINE_S)
        same(target, found[0].offset, f"offset for the time before record {target}")
    client.close()


def configs():
    resource = ConfigResource(ConfigResource.Type.TOPIC, create("configs"))
    config = ADMIN.describe_configs([resource])[resource].result(DEADLINE_S)
    same("604800000", config["retention.ms"].value, "retention.ms")
    same("delete", config["cleanup.policy"].value, "cleanup.policy")


def delete_topic():
    topic = create("short-lived")
    ADMIN.delete_topics([topic])[topic].result(DEADLINE_S)
    eventually(lambda: topic not in ADMIN.list_topics(timeout=DEADLINE_S).topics, "the topic is no longer listed")


def transactions():
    topic = create("transactions")
    producer = Producer({"bootstrap.servers": BOOTSTRAP, "transactional.id": topic})
    producer.init_transactions(DEADLINE_S)
    for count, end in ((700, producer.abort_transaction), (300, producer.commit_transaction), (500, producer.abort_transaction)):
        producer.begin_transaction()
        send(producer, topic, count)
        end(DEADLINE_S)
    verify_messages(300, read_all(topic, **{"isolation.level": "read_committed"}))
    same(1500, len(read_all(topic, **{"isolation.level": "read_uncommitted"})), "records seen with read_uncommitted")


check("cluster and topic metadata", metadata)
for codec in ("none", "gzip", "snappy", "lz4", "zstd"):
    check(f"produce and read back, {codec}", produce_and_read_back, f"codec-{codec}", {"compression.type": codec})
check("produce and read back, idempotent", produce_and_read_back, "idempotent", {"enable.idempotence": True})
check("produce and read back, acks=1", produce_and_read_back, "acks-1", {"acks": 1})
check("group goes on where it committed", group)
check("seek, begin and end, offsets for times", positions)
check("topic configs", configs)
check("delete topic", delete_topic)
if "transactions" in FEATURES:
    check("read_committed sees only what was committed", transactions)
finish()
