package barnabas.cli.cluster;

import barnabas.broker.ClusterMembership;
import barnabas.broker.Membership;
import barnabas.broker.StartFailure;
import barnabas.cli.jars.JarFolder;
import barnabas.config.BrokerConfig;
import java.io.IOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.util.List;
import java.util.Optional;
import java.util.ServiceLoader;

/// Loads the parts that only a node of a cluster needs: Kafka's Raft engine and the code around it. Their jars are
/// not on the class path, but in the folder `cluster` beside the command's own, so that a node alone does not pay for
/// them.
public final class ClusterJars {
    private static final String FOLDER = "cluster";

    private ClusterJars() {}

    /// @throws StartFailure when the jars are missing
    public static Membership membership(BrokerConfig config) throws StartFailure {
        try {
            return found(ClusterJars.class.getClassLoader())
                    .or(() -> found(new URLClassLoader(jars(), ClusterJars.class.getClassLoader())))
                    .orElseThrow(() -> new StartFailure(List.of("The settings ask for a cluster of several nodes, and"
                            + " the jars for that are not in the folder " + FOLDER + " beside the command's own")))
                    .of(config);
        } catch (JarsUnreadable e) {
            throw new StartFailure("The jars for a cluster cannot be read: " + e.getMessage(), e);
        }
    }

    private static final class JarsUnreadable extends RuntimeException {
        private static final long serialVersionUID = 1;

        JarsUnreadable(Exception cause) {
            super(cause.getMessage(), cause);
        }
    }

    private static Optional<ClusterMembership> found(ClassLoader loader) {
        return ServiceLoader.load(ClusterMembership.class, loader).findFirst();
    }

    private static URL[] jars() {
        try {
            return JarFolder.urls(FOLDER);
        } catch (IOException e) {
            throw new JarsUnreadable(e);
        }
    }
}
