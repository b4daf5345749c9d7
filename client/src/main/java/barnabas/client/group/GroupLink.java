package barnabas.client.group;

import barnabas.client.ClientException;
import barnabas.client.Cluster;
import barnabas.client.Cluster.Coordinator;
import barnabas.client.Cluster.Lane;
import barnabas.client.Connection;
import barnabas.client.RequestFailedException;
import barnabas.protocol.ErrorCode;
import org.jspecify.annotations.Nullable;

/// The way to a group's coordinator, asked for again when it moved. Any thread.
public final class GroupLink {
    private final Cluster cluster;
    private final String groupId;
    private volatile @Nullable Connection known;

    public GroupLink(Cluster cluster, String groupId) {
        this.cluster = cluster;
        this.groupId = groupId;
    }

    public Cluster cluster() {
        return cluster;
    }

    public String groupId() {
        return groupId;
    }

    public Connection connection() throws ClientException {
        var connection = known;
        if (connection != null && connection.isOpen()) return connection;
        connection = cluster.coordinator(Coordinator.GROUP, groupId, Lane.GROUPS);
        known = connection;
        return connection;
    }

    /// Turns an error code into an exception, and forgets a coordinator that says it is none.
    public void check(String what, short code, @Nullable String detail) throws RequestFailedException {
        var error = ErrorCode.of(code);
        if (error == ErrorCode.NONE) return;
        if (movedAway(error)) known = null;
        throw new RequestFailedException(what + " '" + groupId + "'", error, detail);
    }

    static boolean movedAway(ErrorCode error) {
        return error == ErrorCode.NOT_COORDINATOR || error == ErrorCode.COORDINATOR_NOT_AVAILABLE;
    }
}
