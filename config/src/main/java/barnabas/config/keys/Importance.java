package barnabas.config.keys;

/// How much an operator should care about a configuration, as Kafka's documentation ranks it.
public enum Importance {
    HIGH,
    MEDIUM,
    LOW
}
