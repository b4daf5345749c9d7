package barnabas.metadata.log;

/// Who leads the metadata log.
///
/// @param leaderId node id, [#NOBODY] while there is no leader
/// @param epoch grows with every election
public record Leadership(int leaderId, int epoch) {
    public static final int NOBODY = -1;

    public static final Leadership NONE = new Leadership(NOBODY, 0);

    public boolean isLedBy(int nodeId) {
        return leaderId == nodeId;
    }
}
