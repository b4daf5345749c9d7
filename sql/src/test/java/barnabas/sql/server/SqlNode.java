package barnabas.sql.server;

import barnabas.broker.Barnabas;
import barnabas.broker.StartFailure;
import java.nio.file.Path;
import java.util.Map;

/// Nodes for a service: groups begin at once, and internal topics are small.
public final class SqlNode {
    private SqlNode() {}

    public static Barnabas start(Path data) throws StartFailure {
        return Barnabas.start(Map.of(
                "listeners",
                "PLAINTEXT://127.0.0.1:0",
                "log.dirs",
                data.toString(),
                "group.initial.rebalance.delay.ms",
                "0",
                "offsets.topic.num.partitions",
                "1",
                "transaction.state.log.num.partitions",
                "1"));
    }
}
