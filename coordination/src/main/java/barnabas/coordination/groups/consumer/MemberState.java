package barnabas.coordination.groups.consumer;

/// Progress of a member towards its target assignment.
public enum MemberState {
    /// It has what the epoch it is in gives it.
    STABLE(0),
    /// It has been asked to give partitions up and has not confirmed yet.
    UNREVOKED_PARTITIONS(1),
    /// It waits for partitions that others have not revoked yet.
    UNRELEASED_PARTITIONS(2),
    /// Written by a newer version; the member has to start over.
    UNKNOWN(127);

    private final byte value;

    MemberState(int value) {
        this.value = (byte) value;
    }

    /// As in the record of the current assignment.
    public byte value() {
        return value;
    }

    static MemberState of(byte value) {
        for (MemberState each : values()) if (each.value == value) return each;
        return UNKNOWN;
    }
}
