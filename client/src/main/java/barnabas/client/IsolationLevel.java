package barnabas.client;

/// Whether records of transactions that are open or were aborted are seen (KIP-98).
public enum IsolationLevel {
    READ_UNCOMMITTED(0),
    READ_COMMITTED(1);

    private final byte code;

    IsolationLevel(int code) {
        this.code = (byte) code;
    }

    public byte code() {
        return code;
    }
}
