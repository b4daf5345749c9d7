package barnabas.cli.migrate;

/// Broker software that a node can run.
public enum Software {
    KAFKA("Apache Kafka"),
    BARNABAS("Barnabas");

    private final String text;

    Software(String text) {
        this.text = text;
    }

    @Override
    public String toString() {
        return text;
    }
}
