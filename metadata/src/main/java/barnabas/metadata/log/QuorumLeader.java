package barnabas.metadata.log;

/// Leader of the metadata log.
///
/// @param leaderId node id, -1 while there is no leader
/// @param epoch grows with every election
public record QuorumLeader(int leaderId, int epoch) {
    public static final int NOBODY = -1;

    public static final QuorumLeader NONE = new QuorumLeader(NOBODY, 0);

    public boolean isLedBy(int nodeId) {
        return leaderId == nodeId;
    }
}
