package barnabas.metadata;

import static org.assertj.core.api.Assertions.assertThat;

import barnabas.base.Clock;
import barnabas.base.FileDisk;
import barnabas.base.Threads;
import barnabas.metadata.controller.ControllerSettings;
import barnabas.metadata.controller.OfficialRules;
import barnabas.metadata.image.PartitionImage;
import barnabas.metadata.log.LocalMetadataLog;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// 10,000 partitions on a real disk. The times are printed; what is asserted is only that nothing is quadratic.
class ManyPartitionsTest {
    @TempDir
    Path root;

    private ClusterMetadata open() throws Exception {
        return ClusterMetadata.start(
                LocalMetadataLog.open(root, 1, new FileDisk(), Clock.SYSTEM, Threads.SYSTEM),
                ControllerSettings.defaults(1, "cluster"),
                new OfficialRules(),
                Clock.SYSTEM,
                Threads.SYSTEM,
                new SplittableRandom(1));
    }

    private static void say(String what, long sinceNanos) {
        System.out.printf(
                "%-55s %6d ms%n",
                what, Duration.ofNanos(System.nanoTime() - sinceNanos).toMillis());
    }

    private void forceAThousandTimes() throws Exception {
        try (var file = new FileDisk().open(root.resolve("forced"))) {
            for (int i = 0; i < 1_000; i++) {
                file.write(ByteBuffer.allocate(1_000), i * 1_000L);
                file.force();
            }
        }
    }

    @Test
    void aThousandTopicsOneByOneAndAThousandAtOnce() throws Exception {
        long start = System.nanoTime();
        forceAThousandTimes();
        say("1,000 times 1,000 bytes written and forced, to compare", start);
        try (var metadata = open()) {
            Requests.join(metadata, 1);
            start = System.nanoTime();
            for (int i = 0; i < 1_000; i++)
                metadata.controller().ask(ControllerApis.CREATE_TOPICS, Requests.create(10, "single" + i));
            say("1,000 topics of 10 partitions, one request each", start);
            long slow = System.nanoTime() - start;
            assertThat(Duration.ofNanos(slow)).isLessThan(Duration.ofSeconds(60));

            start = System.nanoTime();
            for (int i = 0; i < 10; i++)
                metadata.controller().ask(ControllerApis.CREATE_TOPICS, Requests.create(1_000, "large" + i));
            say("10 topics of 1,000 partitions, one request each", start);

            start = System.nanoTime();
            metadata.controller().ask(ControllerApis.DELETE_TOPICS, Requests.delete("large0"));
            metadata.controller().ask(ControllerApis.CREATE_TOPICS, Requests.create(1, "one-more"));
            say("one deletion and one creation among 20,000 partitions", start);
            assertThat(metadata.current().topicCount()).isEqualTo(1_010);
        }
        start = System.nanoTime();
        try (var metadata = open()) {
            say("start with 19,001 partitions", start);
            start = System.nanoTime();
            Requests.join(metadata, 1);
            say("registration and new leader epochs of all of them", start);
            assertThat(metadata.current().topicsByName())
                    .allMatch(topic -> topic.partitions().stream().allMatch(PartitionImage::hasLeader));
        }
    }
}
