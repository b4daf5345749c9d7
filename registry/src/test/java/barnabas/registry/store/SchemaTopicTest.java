package barnabas.registry.store;

import static org.assertj.core.api.Assertions.assertThat;

import barnabas.client.Cluster;
import barnabas.registry.RegistryNode;
import barnabas.registry.model.SchemaText;
import barnabas.registry.model.SchemaType;
import barnabas.registry.model.SchemaVersion;
import barnabas.registry.state.SchemaChanges;
import barnabas.registry.state.SchemaChanges.Registration;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The topic as several nodes use it at once: each has a state and a producer of its own.
final class SchemaTopicTest {
    private static final int NODES = 3;
    private static final int CLIENTS = 2;
    private static final int SCHEMAS = 12;

    private @TempDir Path data;
    private RegistryNode node;

    @BeforeEach
    void start() throws Exception {
        node = RegistryNode.start(data);
    }

    @AfterEach
    void stop() {
        node.close();
    }

    /// Registers the same contents as the other nodes, under subjects of its own.
    private List<SchemaVersion> register(int number, int client, SchemaTopic topic, Cluster cluster) throws Exception {
        var registered = new ArrayList<SchemaVersion>();
        for (int i = client; i < SCHEMAS; i += CLIENTS) {
            var schema = SchemaText.of(
                    SchemaType.AVRO, "{\"type\":\"fixed\",\"size\":1,\"name\":\"F" + i + "\"}", List.of());
            var wanted = new Registration("s" + i + "-" + number, schema, 0, 0);
            registered.add(topic.change(cluster, state -> new SchemaChanges(state).register(wanted)));
        }
        return registered;
    }

    @Test
    void nodesThatChangeItAtOnceGiveOutOneSequenceOfIds() throws Exception {
        var tasks = new ArrayList<Callable<List<SchemaVersion>>>();
        var topics = new ArrayList<SchemaTopic>();
        try (var executor = Executors.newVirtualThreadPerTaskExecutor();
                var cluster = node.cluster()) {
            for (int i = 0; i < NODES; i++) {
                int number = i;
                var topic = new SchemaTopic();
                topics.add(topic);
                for (int j = 0; j < CLIENTS; j++) {
                    int client = j;
                    tasks.add(() -> register(number, client, topic, cluster));
                }
            }
            Map<String, Integer> ids = new HashMap<>();
            for (Future<List<SchemaVersion>> each : executor.invokeAll(tasks))
                for (SchemaVersion version : result(each)) {
                    Integer before = ids.put(version.schema().text(), version.id());
                    if (before != null) assertThat(version.id()).isEqualTo(before);
                }
            assertThat(ids.values()).doesNotHaveDuplicates().hasSize(SCHEMAS);
            for (SchemaTopic topic : topics) {
                List<String> subjects = topic.look(cluster, state -> List.copyOf(state.subjects("", false, false)));
                assertThat(subjects).hasSize(NODES * SCHEMAS);
            }
        }
    }

    private static <T> T result(Future<T> future) throws Exception {
        try {
            return future.get();
        } catch (ExecutionException e) {
            throw new AssertionError(e.getCause());
        }
    }
}
