package barnabas.config;

import barnabas.config.keys.Values;

/// The transaction coordinator and producer ids.
public record TransactionsConfig(
        int timeoutMillisMax,
        int transactionalIdExpirationMillis,
        int abortTimedOutIntervalMillis,
        int removeExpiredIntervalMillis,
        boolean partitionVerification,
        boolean twoPhaseCommit,
        StateTopic stateTopic,
        PartitionRetry partitionRetry,
        ProducerIds producerIds) {

    /// `__transaction_state`. The factor is Kafka's official one; a cluster with fewer brokers bounds it.
    public record StateTopic(
            int partitions, int replicationFactor, int minInsyncReplicas, int segmentBytes, int loadBufferBytes) {}

    /// Pauses between tries of AddPartitionsToTxn while the previous transaction completes.
    public record PartitionRetry(int backoffMillis, int backoffMillisMax) {}

    /// Time for which an idle producer's sequence numbers are kept.
    public record ProducerIds(int expirationMillis, int expirationCheckIntervalMillis) {}

    static TransactionsConfig of(Values values) {
        return new TransactionsConfig(
                values.integer("transaction.max.timeout.ms"),
                values.integer("transactional.id.expiration.ms"),
                values.integer("transaction.abort.timed.out.transaction.cleanup.interval.ms"),
                values.integer("transaction.remove.expired.transaction.cleanup.interval.ms"),
                values.flag("transaction.partition.verification.enable"),
                values.flag("transaction.two.phase.commit.enable"),
                new StateTopic(
                        values.integer("transaction.state.log.num.partitions"),
                        values.integer("transaction.state.log.replication.factor"),
                        values.integer("transaction.state.log.min.isr"),
                        values.integer("transaction.state.log.segment.bytes"),
                        values.integer("transaction.state.log.load.buffer.size")),
                new PartitionRetry(
                        values.integer("add.partitions.to.txn.retry.backoff.ms"),
                        values.integer("add.partitions.to.txn.retry.backoff.max.ms")),
                new ProducerIds(
                        values.integer("producer.id.expiration.ms"),
                        values.integer("producer.id.expiration.check.interval.ms")));
    }
}
