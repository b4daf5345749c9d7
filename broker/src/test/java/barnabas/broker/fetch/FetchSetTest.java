package barnabas.broker.fetch;

import static org.assertj.core.api.Assertions.assertThat;

import barnabas.protocol.message.FetchRequest;
import barnabas.protocol.message.FetchRequest.FetchPartition;
import barnabas.protocol.message.FetchRequest.FetchTopic;
import barnabas.protocol.message.FetchRequest.ForgottenTopic;
import java.util.Collection;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/// Which partitions of a session a fetch looks at.
class FetchSetTest {
    private final FetchSet set = new FetchSet();

    private void add(int... indexes) {
        List<FetchPartition> partitions = IntStream.of(indexes)
                .mapToObj(index -> FetchPartition.builder().partition(index).build())
                .toList();
        set.update(
                FetchRequest.builder()
                        .topics(List.of(FetchTopic.builder()
                                .topic("t")
                                .partitions(partitions)
                                .build()))
                        .build(),
                _ -> true);
    }

    private void forget(int index) {
        set.update(
                FetchRequest.builder()
                        .forgottenTopicsData(List.of(ForgottenTopic.builder()
                                .topic("t")
                                .partitions(List.of(index))
                                .build()))
                        .build(),
                _ -> true);
    }

    private FetchedPartition at(int index) {
        return set.partitions().stream()
                .filter(each -> each.key().index() == index)
                .findFirst()
                .orElseThrow();
    }

    private static List<Integer> indexes(Collection<FetchedPartition> partitions) {
        return partitions.stream().map(each -> each.key().index()).toList();
    }

    private List<Integer> taken() {
        assertThat(indexes(set.due()))
                .isEqualTo(indexes(set.due().stream().distinct().toList()));
        List<Integer> due = indexes(set.due());
        assertThat(set.isAnyDue()).isEqualTo(!due.isEmpty());
        List<Integer> taken = indexes(set.takeDue());
        assertThat(taken).isEqualTo(due);
        assertThat(set.isAnyDue()).isFalse();
        return taken;
    }

    @Test
    void newAndChangedAndMovedOnesAreDueOnce() {
        add(0, 1, 2, 3);
        assertThat(taken()).containsExactly(0, 1, 2, 3);
        assertThat(taken()).isEmpty();
        add(2);
        at(1).lookAgain();
        at(1).lookAgain();
        add(4, 1);
        assertThat(taken()).containsExactly(2, 1, 4);
        assertThat(taken()).isEmpty();
    }

    @Test
    void forgottenOnesAreNotLookedAt() {
        add(0, 1, 2);
        forget(1);
        assertThat(taken()).containsExactly(0, 2);
        at(0).offsetsMoved();
        at(2).offsetsMoved();
        at(2).offsetsMoved();
        forget(0);
        add(0);
        assertThat(indexes(set.takeOffsetsDue())).containsExactly(2);
        assertThat(set.takeOffsetsDue()).isEmpty();
        assertThat(taken()).containsExactly(0);
    }

    @Test
    void progressIsNotedNowAndThenWhileAFollowerIsInSync() {
        var follower = new FetchingFollower(2, 7, true);
        assertThat(set.isNoted(follower, 0)).isFalse();
        set.noted(follower, 1_000);
        assertThat(set.isNoted(follower, 999)).isTrue();
        assertThat(set.isNoted(follower, 1_000)).isFalse();
        assertThat(set.isNoted(new FetchingFollower(2, 7, false), 999)).isFalse();
        assertThat(set.isNoted(new FetchingFollower(2, 8, true), 999)).isFalse();
        set.isOutOfSync();
        assertThat(set.isNoted(follower, 999)).isFalse();
    }
}
