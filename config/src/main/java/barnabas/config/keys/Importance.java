package barnabas.config.keys;

/// Rank of a configuration for operators, as Kafka's documentation gives it.
public enum Importance {
    HIGH,
    MEDIUM,
    LOW
}
