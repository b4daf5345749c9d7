package barnabas.registry.store;

import static org.assertj.core.api.Assertions.assertThat;

import barnabas.console.records.PartitionFetch.Fetched;
import barnabas.protocol.Uuid;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import org.junit.jupiter.api.Test;

final class TopicReaderTest {
    /// Answers fetches with the given offsets: the next one and the last stable one.
    private record Source(long end, Deque<long[]> answers) implements SchemaSource {
        @Override
        public Uuid topicId() {
            return new Uuid(1, 1);
        }

        @Override
        public long start() {
            return 0;
        }

        @Override
        public Fetched read(long offset) {
            long[] answer = answers.remove();
            return new Fetched(List.of(), answer[0], answer[1], answer[1], List.of());
        }

        @Override
        public void refresh() {}
    }

    @Test
    void newLeaderThatDoesNotKnowTheEndIsAskedAgain() throws Exception {
        var reader = new TopicReader();
        var answers = new ArrayDeque<>(List.of(new long[] {0, 0}, new long[] {1, 1}, new long[] {2, 2}));
        reader.catchUp(new Source(2, answers));
        assertThat(reader.nextOffset()).isEqualTo(2);
        assertThat(answers).isEmpty();
    }

    @Test
    void endOfWhatIsCommittedIsEnough() throws Exception {
        var reader = new TopicReader();
        reader.catchUp(new Source(0, new ArrayDeque<>(List.of(new long[] {0, 0}))));
        reader.catchUp(new Source(2, new ArrayDeque<>(List.of(new long[] {1, 3}, new long[] {3, 3}))));
        assertThat(reader.nextOffset()).isEqualTo(3);
    }
}
