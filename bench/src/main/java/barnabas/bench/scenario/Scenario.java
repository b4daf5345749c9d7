package barnabas.bench.scenario;

import barnabas.bench.measure.Figure;
import barnabas.bench.system.BrokerSystem;
import java.io.IOException;
import java.util.List;
import java.util.Map;

/// One thing that is measured for every system, in the same way.
public interface Scenario {
    /// Name on the command line, for example `produce-1k`.
    String name();

    /// Its heading in the results.
    String title();

    /// Everything that makes its rows: load, semantics, placement. The same for every system.
    Map<String, String> settings();

    /// Measured figures, the most important first.
    List<Figure> figures();

    /// Number of nodes of the cluster; 1 for a node alone.
    default int nodes() {
        return 1;
    }

    /// Makes the system ready for rounds: starts it on a fresh directory, creates topics, connects.
    Session open(BrokerSystem system, Bed bed) throws IOException, InterruptedException;
}
