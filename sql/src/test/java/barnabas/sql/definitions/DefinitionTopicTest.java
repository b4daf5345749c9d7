package barnabas.sql.definitions;

import static org.assertj.core.api.Assertions.assertThat;

import barnabas.base.Clock;
import barnabas.base.Threads;
import barnabas.broker.Barnabas;
import barnabas.sql.server.SqlNode;
import barnabas.sql.types.SqlType;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class DefinitionTopicTest {
    @TempDir
    static Path data;

    /// A statement too deep for the stack: the server goes on to read.
    @Test
    void anErrorOfOneDefinitionLeavesTheOthers() throws Exception {
        try (Barnabas broker = SqlNode.start(data)) {
            Map<String, Object> client = Map.of("bootstrap.servers", broker.bootstrapServers());
            var seen = new ArrayList<String>();
            try (Admin admin = Admin.create(client);
                    var topic = new DefinitionTopic("definitions", client, admin, Clock.SYSTEM, (key, _) -> {
                        if (key.name().equals("BAD")) throw new StackOverflowError();
                        seen.add(key.name());
                    })) {
                topic.open(Threads.SYSTEM);
                topic.claim();
                for (String each : List.of("ONE", "BAD", "TWO"))
                    assertThat(topic.write(List.of(new Definition.Type(each, 1, 1, SqlType.BIGINT)), List.of()))
                            .isTrue();
            }
            assertThat(seen).containsExactly("ONE", "TWO");
        }
    }
}
