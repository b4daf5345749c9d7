package barnabas.bench.scenario;

import barnabas.bench.system.BrokerSystem;
import barnabas.bench.system.Cpus;
import barnabas.bench.system.Launch;
import barnabas.bench.system.Workspace;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;

/// Place and duration of scenarios.
///
/// @param warmUpSeconds load before the first round
/// @param measureSeconds load in each round; scenarios that need longer or shorter scale it
/// @param smoke everything as small as it can be: proves the harness, judges no times
/// @param systemCalls whether system calls can be counted on this machine
/// @param gigabytes of record values for scenarios that need a lot of data (10^9 bytes)
public record Bed(
        Workspace workspace,
        double warmUpSeconds,
        double measureSeconds,
        boolean smoke,
        boolean systemCalls,
        double gigabytes) {

    /// A start with the system's defaults on all processors, with its data in a fresh directory on disk.
    Launch launch(Scenario scenario, BrokerSystem system) throws IOException {
        return new Launch(freshDirectory(scenario, system), Cpus.all(), Map.of());
    }

    /// A fresh directory on disk for this system in this scenario.
    public Path freshDirectory(Scenario scenario, BrokerSystem system) throws IOException {
        return fresh(workspace.runs(), scenario, system);
    }

    /// A fresh directory in memory, for scenarios in which the disk must not be the limit.
    public Path freshDirectoryInMemory(Scenario scenario, BrokerSystem system) throws IOException {
        return fresh(workspace.runsInMemory(), scenario, system);
    }

    private static Path fresh(Path runs, Scenario scenario, BrokerSystem system) throws IOException {
        Path directory = runs.resolve(scenario.name()).resolve(system.name());
        Workspace.deleteTree(directory);
        return directory;
    }

    /// A number scaled down for a smoke run.
    public int count(int full, int smoke) {
        return this.smoke ? smoke : full;
    }
}
