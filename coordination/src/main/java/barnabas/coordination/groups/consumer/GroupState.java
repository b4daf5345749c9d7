package barnabas.coordination.groups.consumer;

/// State of a consumer group; follows from its members and epochs.
public enum GroupState {
    EMPTY("Empty"),
    /// The target assignment is older than the group epoch.
    ASSIGNING("Assigning"),
    /// Some members have not arrived at their targets.
    RECONCILING("Reconciling"),
    STABLE("Stable");

    private final String shown;

    GroupState(String shown) {
        this.shown = shown;
    }

    /// As ListGroups and ConsumerGroupDescribe name it.
    public String shown() {
        return shown;
    }
}
