package barnabas.metadata;

import static org.assertj.core.api.Assertions.assertThat;

import barnabas.base.Clock;
import barnabas.base.Deadline;
import barnabas.base.Threads;
import barnabas.metadata.image.ClusterChange;
import barnabas.metadata.image.ImageDelta;
import barnabas.metadata.log.MetadataLog.CommittedBatch;
import barnabas.protocol.Message;
import barnabas.protocol.Uuid;
import barnabas.protocol.metadata.AbortTransactionRecord;
import barnabas.protocol.metadata.BeginTransactionRecord;
import barnabas.protocol.metadata.EndTransactionRecord;
import barnabas.protocol.metadata.TopicRecord;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(value = 60, unit = TimeUnit.SECONDS)
class MetadataFollowerTest {
    private final AtomicReference<Throwable> failure = new AtomicReference<>();
    private final MetadataFollower follower =
            new MetadataFollower("cluster", Clock.SYSTEM, Threads.SYSTEM, failure::set);
    private final List<ImageDelta> deltas = new CopyOnWriteArrayList<>();
    private long nextOffset;

    @AfterEach
    void close() {
        follower.close();
    }

    private static TopicRecord topic(String name) {
        return new TopicRecord(name, new Uuid(1, name.hashCode()));
    }

    private long commit(Message... records) {
        long base = nextOffset;
        nextOffset += records.length;
        follower.apply(new CommittedBatch(base, nextOffset - 1, 1, 0, 100, List.of(records)));
        return nextOffset - 1;
    }

    private void awaitShown(long offset) throws InterruptedException {
        assertThat(follower.awaitOffset(offset, Deadline.inMillis(30_000, Clock.SYSTEM)))
                .isTrue();
    }

    private List<String> names() {
        var names = new ArrayList<String>();
        follower.image().topicsByName().forEach(topic -> names.add(topic.name()));
        return names;
    }

    /// The log's thread commits as many batches as it likes while a listener opens a log.
    @Test
    void aSlowListenerHoldsUpNothingButItself() throws Exception {
        var disk = new CountDownLatch(1);
        var busy = new CountDownLatch(1);
        follower.addListener(delta -> {
            deltas.add(delta);
            if (delta.after().topic("t0").isEmpty()) return;
            busy.countDown();
            try {
                disk.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
        commit(topic("t0"));
        busy.await();
        int more = MetadataFollower.PENDING_MAX + 100;
        long last = 0;
        for (int i = 1; i <= more; i++) last = commit(topic("t" + i));
        assertThat(follower.committed().topicsByName()).hasSize(more + 1);
        assertThat(follower.awaitOffset(last, Deadline.inMillis(1, Clock.SYSTEM)))
                .isFalse();
        disk.countDown();
        awaitShown(last);
        assertThat(names()).hasSize(more + 1);
        // Merged, and still each topic once.
        assertThat(deltas.size()).isLessThan(more);
        assertThat(deltas.stream()
                        .flatMap(delta -> delta.changes().stream())
                        .filter(ClusterChange.TopicCreated.class::isInstance))
                .hasSize(more + 1);
        for (int i = 1; i < deltas.size(); i++)
            assertThat(deltas.get(i).before()).isSameAs(deltas.get(i - 1).after());
    }

    @Test
    void recordsBeforeATransactionInTheSameBatchAreKept() throws Exception {
        commit(topic("a"), new BeginTransactionRecord("several batches"), topic("b"));
        awaitShown(0);
        assertThat(names()).containsExactly("a");
        awaitShown(commit(topic("c"), new EndTransactionRecord(), topic("d")));
        assertThat(names()).containsExactly("a", "b", "c", "d");
        commit(topic("e"), new BeginTransactionRecord("again"), topic("f"));
        awaitShown(commit(new AbortTransactionRecord("no"), topic("g")));
        assertThat(names()).containsExactly("a", "b", "c", "d", "e", "g");
    }

    @Test
    void anErrorOfAListenerIsAFailureAndEndsEveryWait() throws Exception {
        follower.addListener(delta -> {
            if (delta.after().topic("bad").isPresent()) throw new StackOverflowError("planted");
        });
        awaitShown(commit(topic("good")));
        long bad = commit(topic("bad"));
        assertThat(follower.awaitOffset(bad, Deadline.inMillis(30_000, Clock.SYSTEM)))
                .isFalse();
        assertThat(failure.get()).isInstanceOf(StackOverflowError.class);
    }

    @Test
    void closingPublishesWhatIsCommitted() {
        follower.addListener(deltas::add);
        for (int i = 0; i < 50; i++) commit(topic("t" + i));
        follower.close();
        assertThat(names()).hasSize(50);
        assertThat(deltas.getLast().after()).isSameAs(follower.committed());
    }
}
