package barnabas.broker;

import barnabas.broker.request.Api;
import barnabas.config.BrokerConfig;
import barnabas.metadata.ControllerRoute;
import barnabas.metadata.log.LocalMetadataLog;
import barnabas.metadata.log.MetadataLog;
import barnabas.net.Server;
import barnabas.protocol.Uuid;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/// A node's part in its cluster: the metadata log that it follows, and its way to the controller. Closed when the node
/// has stopped.
public interface Membership extends AutoCloseable {
    /// A node as its log directories name it.
    ///
    /// @param directory `metadata.log.dir`
    /// @param directoryId of that directory, [Uuid#ZERO] when it is no log directory
    record Home(Path directory, Uuid directoryId, int nodeId, String clusterId) {}

    /// Opens this node's view of the metadata log; closed with the node.
    MetadataLog open(Home home, World world) throws IOException, InterruptedException;

    /// The id of the cluster that a node with empty directories joins, from the other nodes. Empty where the settings
    /// name none to ask.
    ///
    /// @throws IOException when none answers in time, or they belong to several clusters
    default Optional<String> clusterToJoin(World world) throws IOException, InterruptedException {
        return Optional.empty();
    }

    ControllerRoute route();

    /// The settings that are not served, one line each.
    default List<String> unserved(BrokerConfig config) {
        return config.unserved(Listening::isThisHost);
    }

    /// Reads what its connections need, before anything is opened.
    ///
    /// @throws StartFailure with a line for each setting or file that cannot be used
    default void secure(World world) throws StartFailure {}

    /// Time to find the quorum; zero for a node that is its own.
    default Duration joinMax() {
        return Duration.ZERO;
    }

    /// Whether this broker belongs to a cluster of several nodes: its log directories must be formatted with the id of
    /// the cluster, it sends heartbeats, and hands its partitions over before it stops.
    default boolean isShared() {
        return false;
    }

    /// APIs that this broker answers in another way than a node alone, or that only a broker in a cluster has.
    default List<Api<?>> apis() {
        return List.of();
    }

    /// The open listeners of the controllers, which a node without the role broker has alone.
    default Server controllers() {
        throw new UnsupportedOperationException("a node without controller listeners");
    }

    @Override
    default void close() {}

    /// A cluster of one: a metadata log in a local file, and the controller of the same process.
    Membership ALONE = new Alone();

    /// A class and no lambda: it is made at every start.
    final class Alone implements Membership {
        private Alone() {}

        @Override
        public MetadataLog open(Home home, World world) throws IOException {
            return LocalMetadataLog.open(home.directory(), home.nodeId(), world.disk(), world.clock(), world.threads());
        }

        @Override
        public ControllerRoute route() {
            return ControllerRoute.LOCAL;
        }
    }
}
