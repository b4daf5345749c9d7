package barnabas.client.producer;

/// Id and epoch of an idempotent producer at the broker (KIP-98).
record ProducerIdentity(long id, short epoch) {}
