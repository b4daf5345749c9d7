package barnabas.metadata.image;

import barnabas.protocol.Uuid;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.SortedMap;
import org.jspecify.annotations.Nullable;

/// A broker that belongs to the cluster, whether it runs or not.
///
/// @param incarnationId differs with every start of the broker's process
/// @param epoch grows with every registration; a request that carries an older one is refused
/// @param features what the broker supports, by feature name
/// @param fenced it must not lead and clients are not sent to it
/// @param logDirs its log directories; empty when it named none
/// @param cordonedLogDirs the directories that take no new partitions
public record BrokerRegistration(
        int id,
        Uuid incarnationId,
        long epoch,
        List<Endpoint> endpoints,
        SortedMap<String, VersionRange> features,
        @Nullable String rack,
        boolean fenced,
        boolean inControlledShutdown,
        List<Uuid> logDirs,
        List<Uuid> cordonedLogDirs) {

    /// Address of a listener.
    ///
    /// @param listener the listener's name, as in `listeners`
    /// @param securityProtocol 0 PLAINTEXT, 1 SSL, 2 SASL_PLAINTEXT, 3 SASL_SSL
    public record Endpoint(String listener, String host, int port, short securityProtocol) {}

    public Optional<Endpoint> endpoint(String listener) {
        for (Endpoint endpoint : endpoints) {
            if (endpoint.listener().equals(listener)) return Optional.of(endpoint);
        }
        return Optional.empty();
    }

    // As records have them, written out: compared in the first moments of a process.
    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof BrokerRegistration that
                && id == that.id
                && epoch == that.epoch
                && fenced == that.fenced
                && inControlledShutdown == that.inControlledShutdown
                && incarnationId.equals(that.incarnationId)
                && endpoints.equals(that.endpoints)
                && features.equals(that.features)
                && Objects.equals(rack, that.rack)
                && logDirs.equals(that.logDirs)
                && cordonedLogDirs.equals(that.cordonedLogDirs);
    }

    @Override
    public int hashCode() {
        return id * 31 + Long.hashCode(epoch);
    }

    /// Whether it can lead and be a member of an ISR.
    public boolean isActive() {
        return !fenced && !inControlledShutdown;
    }

    /// Whether a replica in `directory` can be used: it has not failed, or is not known yet (KIP-858). Nothing
    /// has failed on a broker that named no directories.
    public boolean isOnline(Uuid directory) {
        return isOnline(directory, logDirs);
    }

    /// The same of a broker with these directories.
    public static boolean isOnline(Uuid directory, List<Uuid> logDirs) {
        if (directory.equals(DirectoryIds.UNASSIGNED) || directory.equals(DirectoryIds.MIGRATING)) return true;
        if (directory.equals(DirectoryIds.LOST)) return false;
        return logDirs.isEmpty() || logDirs.contains(directory);
    }

    /// Whether a new partition can be placed on it: at least one directory takes new partitions.
    public boolean takesNewPartitions() {
        return logDirs.isEmpty() || !cordonedLogDirs.containsAll(logDirs);
    }
}
