package barnabas.log.directory;

import barnabas.base.Disk;
import barnabas.log.LogEnvironment;
import barnabas.log.file.PropertiesFile;
import barnabas.protocol.Uuid;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/// Owner of a log directory, from its `meta.properties`: version, cluster.id, node.id, directory.id.
record MetaProperties(Uuid directoryId, String clusterId) {
    private static final String FILE = "meta.properties";
    private static final String CLUSTER = "cluster.id";
    private static final String NODE = "node.id";
    private static final String DIRECTORY = "directory.id";
    private static final String VERSION = "version";

    sealed interface Claim {
        record Owned(MetaProperties owner) implements Claim {}

        /// One clear line for the operator.
        record Refused(String reason) implements Claim {}
    }

    /// Reads the file and completes or creates it, unless the directory has a newer format or another owner.
    static Claim claim(Path directory, LogDirectory.Identity identity, LogEnvironment environment) throws IOException {
        var file = directory.resolve(FILE);
        var found = PropertiesFile.read(environment.disk(), file).orElse(Map.of());
        var version = found.getOrDefault(VERSION, "1");
        if (!version.equals("1") && !version.equals("0"))
            return new Claim.Refused(
                    "the directory " + directory + " was written by a newer format: version " + version);
        var node = found.get(NODE);
        if (node != null && !node.equals(Integer.toString(identity.nodeId())))
            return new Claim.Refused(
                    "the directory " + directory + " belongs to node " + node + ", this is node " + identity.nodeId());
        var cluster = Optional.ofNullable(found.get(CLUSTER));
        var other = identity.clusterId().filter(id -> cluster.isPresent() && !id.equals(cluster.get()));
        if (other.isPresent())
            return new Claim.Refused("the directory " + directory + " belongs to cluster " + cluster.orElseThrow()
                    + ", this is cluster " + other.get());
        var owner = new MetaProperties(
                Optional.ofNullable(found.get(DIRECTORY))
                        .flatMap(PartitionMetadata::parse)
                        .orElseGet(() -> Uuid.random(environment.random())),
                cluster.or(identity::clusterId)
                        .orElseGet(() -> Uuid.random(environment.random()).toString()));
        var wanted = new LinkedHashMap<>(found);
        wanted.put(VERSION, "1");
        wanted.put(CLUSTER, owner.clusterId());
        wanted.put(NODE, Integer.toString(identity.nodeId()));
        wanted.put(DIRECTORY, owner.directoryId().toString());
        if (!wanted.equals(found)) PropertiesFile.write(environment.disk(), file, wanted);
        return new Claim.Owned(owner);
    }

    static void identify(Path directory, Uuid directoryId, Disk disk) throws IOException {
        var file = directory.resolve(FILE);
        var wanted = new LinkedHashMap<>(PropertiesFile.read(disk, file).orElse(Map.of()));
        wanted.put(DIRECTORY, directoryId.toString());
        PropertiesFile.write(disk, file, wanted);
    }

    /// Without locking or changing anything; empty when there is no such file.
    static Optional<String> clusterIdOf(Path directory, Disk disk) throws IOException {
        return PropertiesFile.read(disk, directory.resolve(FILE)).map(found -> found.get(CLUSTER));
    }
}
