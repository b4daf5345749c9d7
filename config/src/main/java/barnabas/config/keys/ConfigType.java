package barnabas.config.keys;

/// The type of a configuration's value; `code` is the number DescribeConfigs carries (KIP-569).
public enum ConfigType {
    BOOLEAN(1),
    STRING(2),
    INT(3),
    SHORT(4),
    LONG(5),
    DOUBLE(6),
    LIST(7),
    CLASS(8),
    PASSWORD(9);

    private final byte code;

    ConfigType(int code) {
        this.code = (byte) code;
    }

    public byte code() {
        return code;
    }
}
