package barnabas.cli;

import barnabas.broker.Barnabas;
import java.nio.file.Path;
import java.util.Map;

/// A node with few internal partitions and without HTTP, for tests of commands.
final class SmallNode {
    private SmallNode() {}

    static Barnabas start(Path data) throws Exception {
        return Barnabas.start(Map.of(
                "listeners", "PLAINTEXT://127.0.0.1:0",
                "log.dirs", data.toString(),
                "barnabas.http.listeners", "",
                "offsets.topic.num.partitions", "1",
                "transaction.state.log.num.partitions", "1",
                "group.initial.rebalance.delay.ms", "0"));
    }
}
