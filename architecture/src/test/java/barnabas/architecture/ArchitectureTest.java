package barnabas.architecture;

import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.Dependency;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/// The arrows between modules and packages, as ARCHITECTURE.md draws them.
class ArchitectureTest {
    /// A module may use those before it only.
    private static final List<String> MODULES = List.of(
            "base",
            "metrics",
            "protocol",
            "config",
            "log",
            "metadata",
            "quorum",
            "replication",
            "coordination",
            "net",
            "broker",
            "client",
            "cluster",
            "console",
            "sql",
            "mirror",
            "otlp",
            "cli",
            "registry",
            "testing");

    /// Packages of the log, each of which may use those before it only. The second is its root package.
    private static final List<String> LOG_ROOMS = List.of(
            "barnabas.log.journal",
            "barnabas.log",
            "barnabas.log.batches",
            "barnabas.log.file",
            "barnabas.log.segment",
            "barnabas.log.producers",
            "barnabas.log.compaction",
            "barnabas.log.partition",
            "barnabas.log.recovery",
            "barnabas.log.directory");

    /// Types of the log's inner packages that other modules may use; its root package is open to all of them.
    private static final Set<String> LOG_DOORS = Set.of(
            "barnabas.log.compaction.RateLimit",
            "barnabas.log.directory.DoubledPartitions",
            "barnabas.log.directory.LogCleaner",
            "barnabas.log.directory.LastRun",
            "barnabas.log.directory.LogDirectory",
            "barnabas.log.directory.LogMove",
            "barnabas.log.directory.LogOpenings",
            "barnabas.log.directory.OwnedDirectory",
            "barnabas.log.journal.JournalThread",
            "barnabas.log.partition.PartitionLog",
            "barnabas.log.recovery.LogOpening");

    static final JavaClasses CLASSES = new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .importPackages("barnabas");

    @Test
    void allModulesAreThere() {
        var found = new TreeSet<String>();
        for (JavaClass each : CLASSES) found.add(module(each));
        assertThat(found).isEqualTo(new TreeSet<>(MODULES));
    }

    @Test
    void arrowsPointUpTheList() {
        var wrong = new TreeSet<String>();
        for (JavaClass from : CLASSES) {
            for (Dependency dependency : from.getDirectDependenciesFromSelf()) {
                JavaClass to = dependency.getTargetClass();
                if (!to.getPackageName().startsWith("barnabas.")) continue;
                if (MODULES.indexOf(module(to)) > MODULES.indexOf(module(from))) wrong.add(dependency.getDescription());
            }
        }
        assertThat(wrong).isEmpty();
    }

    @Test
    void packagesHaveNoCycles() {
        slices().matching("barnabas.(**)").should().beFreeOfCycles().check(CLASSES);
    }

    @Test
    void logRoomsUseRoomsBeforeThem() {
        var found = new TreeSet<String>();
        var wrong = new TreeSet<String>();
        for (JavaClass from : CLASSES) {
            if (!module(from).equals("log")) continue;
            found.add(from.getPackageName());
            for (Dependency dependency : from.getDirectDependenciesFromSelf()) {
                JavaClass to = dependency.getTargetClass();
                int room = LOG_ROOMS.indexOf(to.getPackageName());
                if (room > LOG_ROOMS.indexOf(from.getPackageName())) wrong.add(dependency.getDescription());
            }
        }
        assertThat(wrong).isEmpty();
        assertThat(found).isEqualTo(new TreeSet<>(LOG_ROOMS));
    }

    /// Types inside the log are public for each other only.
    @Test
    void logIsEnteredThroughItsDoors() {
        var used = new TreeSet<String>();
        var wrong = new TreeSet<String>();
        for (JavaClass from : CLASSES) {
            if (module(from).equals("log")) continue;
            for (Dependency dependency : from.getDirectDependenciesFromSelf()) {
                JavaClass to = dependency.getTargetClass();
                if (!to.getPackageName().startsWith("barnabas.log.")) continue;
                String door = to.getName().split("\\$")[0];
                used.add(door);
                if (!LOG_DOORS.contains(door)) wrong.add(dependency.getDescription());
            }
        }
        assertThat(wrong).isEmpty();
        assertThat(used).as("doors that are used").isEqualTo(new TreeSet<>(LOG_DOORS));
    }

    /// Logs and partitions return sealed results; the broker maps them to error codes. A peer reads those of others.
    @Test
    void logAndReplicationHaveNoErrorCodes() {
        var wrong = new TreeSet<String>();
        for (JavaClass from : CLASSES) {
            if (!Set.of("base", "config", "log", "net", "replication").contains(module(from))) continue;
            if (from.getPackageName().equals("barnabas.net.peer")) continue;
            for (Dependency dependency : from.getDirectDependenciesFromSelf()) {
                if (dependency.getTargetClass().getName().equals("barnabas.protocol.ErrorCode"))
                    wrong.add(dependency.getDescription());
            }
        }
        assertThat(wrong).isEmpty();
        assertThat(CLASSES.contain("barnabas.protocol.ErrorCode")).isTrue();
    }

    /// Classes of the broker and the in-process broker must not clash with the Kafka version of the application beside
    /// them. The quorum has Kafka's Raft engine and SQL has Kafka Streams; a broker alone loads neither.
    @Test
    void nothingButTheQuorumAndSqlUsesKafkasClasses() {
        var wrong = new TreeSet<String>();
        for (JavaClass from : CLASSES) {
            if (module(from).equals("quorum") || module(from).equals("sql")) continue;
            for (Dependency dependency : from.getDirectDependenciesFromSelf()) {
                if (dependency.getTargetClass().getPackageName().startsWith("org.apache.kafka")) {
                    wrong.add(dependency.getDescription());
                }
            }
        }
        assertThat(wrong).isEmpty();
    }

    /// The client, and so the command line, works without the broker's code.
    @Test
    void clientKnowsNoBroker() {
        Set<String> allowed = Set.of("base", "protocol", "config", "client");
        var wrong = new TreeSet<String>();
        for (JavaClass from : CLASSES) {
            if (!module(from).equals("client")) continue;
            for (Dependency dependency : from.getDirectDependenciesFromSelf()) {
                JavaClass to = dependency.getTargetClass();
                if (to.getPackageName().startsWith("barnabas.") && !allowed.contains(module(to))) {
                    wrong.add(dependency.getDescription());
                }
            }
        }
        assertThat(wrong).isEmpty();
    }

    private static String module(JavaClass type) {
        return type.getPackageName().split("\\.")[1];
    }
}
