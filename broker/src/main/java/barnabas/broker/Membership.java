package barnabas.broker;

import barnabas.metadata.ControllerRoute;
import barnabas.metadata.log.LocalMetadataLog;
import barnabas.metadata.log.MetadataLog;
import java.io.IOException;
import java.nio.file.Path;

/// A node's part in its cluster: the metadata log that it follows, and its way to the controller.
public interface Membership {
    /// Opens this node's view of the metadata log; closed with the node.
    ///
    /// @param directory `metadata.log.dir`
    MetadataLog open(Path directory, int nodeId, World world) throws IOException;

    ControllerRoute route();

    /// A cluster of one: a metadata log in a local file, and the controller of the same process.
    Membership ALONE = new Alone();

    /// A class and no lambda: it is made at every start.
    final class Alone implements Membership {
        private Alone() {}

        @Override
        public MetadataLog open(Path directory, int nodeId, World world) throws IOException {
            return LocalMetadataLog.open(directory, nodeId, world.disk(), world.clock(), world.threads());
        }

        @Override
        public ControllerRoute route() {
            return ControllerRoute.LOCAL;
        }
    }
}
