package barnabas.console.resources;

import static org.assertj.core.api.Assertions.assertThat;

import barnabas.client.TopicPartition;
import barnabas.client.admin.LogAdmin.Directory;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/// Progress of copies from the sizes of replicas.
class MoveProgressTest {
    private static final TopicPartition MOVED = new TopicPartition("orders", 0);

    private static Directory directory(int broker, long bytes) {
        return new Directory(broker, "/data", Map.of(MOVED, bytes), 0, 0);
    }

    private static Directory empty(int broker) {
        return new Directory(broker, "/data", Map.of(), 0, 0);
    }

    @Test
    void copiesAreComparedWithTheLargestReplica() {
        List<Directory> directories = List.of(directory(1, 1_000), directory(2, 250), empty(3));
        assertThat(MoveProgress.of(MOVED, List.of(2, 3), directories)).isEqualTo(new MoveProgress(2_000, 250));
        assertThat(MoveProgress.of(MOVED, List.of(2), directories)).isEqualTo(new MoveProgress(1_000, 250));
    }

    @Test
    void movesWithoutCopiesHaveNothingToDo() {
        List<Directory> directories = List.of(directory(1, 1_000), directory(2, 1_000));
        assertThat(MoveProgress.of(MOVED, List.of(), directories)).isEqualTo(new MoveProgress(0, 0));
    }

    @Test
    void progressIsUnknownWithoutDirectories() {
        assertThat(MoveProgress.of(MOVED, List.of(2), List.of())).isEqualTo(MoveProgress.UNKNOWN);
    }
}
