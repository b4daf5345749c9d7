package barnabas.broker.quota;

/// Resource that clients have quotas of.
enum QuotaKind {
    /// Bytes of Produce requests a second.
    PRODUCE("producer_byte_rate", "Produce"),
    /// Bytes of Fetch answers a second.
    FETCH("consumer_byte_rate", "Fetch"),
    /// Percent of one thread's time.
    REQUEST("request_percentage", "Request");

    private final String key;
    private final String resource;

    QuotaKind(String key, String resource) {
        this.key = key;
        this.resource = resource;
    }

    /// Its name in AlterClientQuotas.
    String key() {
        return key;
    }

    /// Its name in metrics.
    String resource() {
        return resource;
    }
}
