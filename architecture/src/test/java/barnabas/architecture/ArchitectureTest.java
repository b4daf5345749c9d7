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
            "replication",
            "coordination",
            "net",
            "broker",
            "client",
            "cli",
            "testing");

    private static final JavaClasses CLASSES = new ClassFileImporter()
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

    /// What the broker and the in-process broker run on must not clash with the Kafka version of the application beside
    /// them.
    @Test
    void nothingUsesKafkasClasses() {
        var wrong = new TreeSet<String>();
        for (JavaClass from : CLASSES) {
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
