package barnabas.config;

import java.util.Set;

/// The broker configurations that change what Barnabas does. Whoever makes another one work adds its line here; every
/// other known name that an operator sets is named once at start as having no effect.
final class KeysWithEffect {
    private KeysWithEffect() {}

    static boolean contains(String name) {
        return NAMES.contains(name) || OpenNames.isOwn(name);
    }

    static Set<String> names() {
        return NAMES;
    }

    private static final Set<String> NAMES = Set.of(
            "add.partitions.to.txn.retry.backoff.max.ms",
            "advertised.listeners",
            "auto.create.topics.enable",
            "broker.id",
            "broker.rack",
            "compression.gzip.level",
            "compression.lz4.level",
            "compression.type",
            "compression.zstd.level",
            "connections.max.idle.ms",
            "controller.listener.names",
            "controller.quorum.bootstrap.servers",
            "controller.quorum.voters",
            "default.replication.factor",
            "delete.topic.enable",
            "fetch.max.bytes",
            "group.initial.rebalance.delay.ms",
            "group.max.session.timeout.ms",
            "group.max.size",
            "group.min.session.timeout.ms",
            "inter.broker.listener.name",
            "listener.security.protocol.map",
            "listeners",
            "log.cleanup.policy",
            "log.dir",
            "log.dirs",
            "log.flush.interval.messages",
            "log.flush.interval.ms",
            "log.index.interval.bytes",
            "log.index.size.max.bytes",
            "log.message.timestamp.after.max.ms",
            "log.message.timestamp.before.max.ms",
            "log.message.timestamp.type",
            "log.retention.bytes",
            "log.retention.check.interval.ms",
            "log.retention.hours",
            "log.retention.minutes",
            "log.retention.ms",
            "log.roll.hours",
            "log.roll.jitter.hours",
            "log.roll.jitter.ms",
            "log.roll.ms",
            "log.segment.bytes",
            "log.segment.delete.delay.ms",
            "max.connections",
            "max.connections.per.ip",
            "max.connections.per.ip.overrides",
            "max.decompressed.message.bytes",
            "max.incremental.fetch.session.cache.slots",
            "message.max.bytes",
            "min.insync.replicas",
            "node.id",
            "num.network.threads",
            "num.partitions",
            "offset.metadata.max.bytes",
            "offsets.commit.timeout.ms",
            "offsets.topic.num.partitions",
            "offsets.topic.replication.factor",
            "offsets.topic.segment.bytes",
            "process.roles",
            "producer.id.expiration.check.interval.ms",
            "producer.id.expiration.ms",
            "queued.max.request.bytes",
            "socket.listen.backlog.size",
            "socket.receive.buffer.bytes",
            "socket.request.max.bytes",
            "socket.send.buffer.bytes",
            "transaction.abort.timed.out.transaction.cleanup.interval.ms",
            "transaction.max.timeout.ms",
            "transaction.partition.verification.enable",
            "transaction.remove.expired.transaction.cleanup.interval.ms",
            "transaction.state.log.load.buffer.size",
            "transaction.state.log.min.isr",
            "transaction.state.log.num.partitions",
            "transaction.state.log.replication.factor",
            "transaction.state.log.segment.bytes",
            "transactional.id.expiration.ms");
}
