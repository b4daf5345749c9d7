package barnabas.conformance.kafka.nodes;

import barnabas.base.FileDisk;
import barnabas.broker.Barnabas;
import barnabas.broker.StartFailure;
import barnabas.cluster.QuorumMembership;
import barnabas.config.BrokerConfig;
import barnabas.config.ParseResult;
import barnabas.config.keys.KeyTable;
import barnabas.metadata.controller.Features;
import barnabas.metadata.image.FeaturesImage;
import barnabas.metadata.image.MetadataVersion;
import barnabas.metadata.log.BootstrapSnapshot;
import barnabas.metadata.log.Voter;
import barnabas.net.FreePorts;
import barnabas.protocol.Uuid;
import io.netty.util.concurrent.GlobalEventExecutor;
import java.io.IOException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;

/// Nodes of Barnabas for tests whose class path holds another release of Kafka's jars than a node of a cluster needs:
/// loaded by a class loader of its own, and called by reflection. Signatures name types of the JDK only.
public final class Nodes {
    private Nodes() {}

    /// A running node: closed in order; its port for clients is what it supplies.
    private record Running(Barnabas node) implements AutoCloseable, Supplier<Integer> {
        @Override
        public Integer get() {
            return node.address().getPort();
        }

        @Override
        public void close() {
            node.close();
        }
    }

    /// @param member whether the node is one of a cluster of several nodes
    /// @throws StartFailure with everything that is wrong
    public static AutoCloseable start(Map<String, String> properties, boolean member) throws StartFailure {
        if (!member) return new Running(Barnabas.start(properties));
        return switch (BrokerConfig.parse(properties)) {
            case ParseResult.Valid(BrokerConfig config, var _) ->
                new Running(Barnabas.start(config, new QuorumMembership(config)));
            case ParseResult.Invalid(List<String> problems) -> throw new StartFailure(problems);
        };
    }

    public static boolean knows(String setting) {
        return KeyTable.broker().find(setting) != null;
    }

    public static List<Integer> freePorts(int count) throws IOException {
        return FreePorts.choose(count);
    }

    /// @param chosen from a plain listener's name to `User:NAME`, asked for each new connection
    public static void choosePrincipals(UnaryOperator<String> chosen) {
        Principals.choose(chosen);
    }

    /// A random id, of a cluster or a directory.
    public static String randomId() {
        return Uuid.random(new SecureRandom()).toString();
    }

    /// Write the records that a cluster begins with, as `kafka-storage.sh format --release-version` does.
    ///
    /// @param release by name, `4.3-IV0`
    /// @param levels of other features, over those of the release
    /// @param voter as `ID@HOST:PORT,DIRECTORY_ID`, the first one of a quorum whose voters stand in its log; empty
    ///     for static voters
    /// @return false for a release that is not known
    public static boolean format(Path directory, String release, Map<String, Short> levels, String voter)
            throws IOException {
        MetadataVersion version = MetadataVersion.named(release).orElse(null);
        if (version == null) return false;
        var all = new TreeMap<>(Features.at(version));
        all.putAll(levels);
        all.values().removeIf(level -> level == 0);
        // The quorum keeps this one itself.
        all.remove(FeaturesImage.KRAFT_VERSION);
        BootstrapSnapshot.write(
                directory,
                new FileDisk(),
                System.currentTimeMillis(),
                version,
                Features.levelRecords(all),
                voter.isEmpty() ? List.of() : List.of(voter(voter)));
        return true;
    }

    private static Voter voter(String text) {
        String[] field = text.split("[@:,]");
        var endpoint = new Voter.Endpoint("CONTROLLER", field[1], Integer.parseInt(field[2]));
        return new Voter(Integer.parseInt(field[0]), Uuid.parse(field[3]), List.of(endpoint));
    }

    /// Start and stop nodes once, so that threads that libraries start and keep are there before the first test:
    /// Kafka's tests look for threads that a test leaves behind.
    public static void warmUp(Path directory) throws StartFailure, IOException {
        String folder = directory.resolve("alone").toString();
        Barnabas.start(Map.of("listeners", "PLAINTEXT://localhost:0", "log.dirs", folder))
                .close();
        // Netty's one thread for leftovers comes and goes; with something to wait for it stays.
        var waits = GlobalEventExecutor.INSTANCE.schedule(() -> {}, 1, TimeUnit.DAYS);
        if (waits.isDone()) throw new IllegalStateException("a day cannot have passed");
    }
}
