package barnabas.console.records;

import static org.assertj.core.api.Assertions.assertThat;

import barnabas.base.Clock;
import barnabas.base.Deadline;
import barnabas.broker.Barnabas;
import barnabas.client.Address;
import barnabas.client.ClientSecurity;
import barnabas.client.Cluster;
import barnabas.client.ConnectionOptions;
import barnabas.console.records.RecordPages.Page;
import barnabas.console.rest.Turns.Turn;
import barnabas.console.view.User;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Predicate;
import javax.net.SocketFactory;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// Pages and live tails of a topic, read where time or turns are short.
@Timeout(value = 120, unit = TimeUnit.SECONDS)
class RecordPagesTest {
    private static final int PARTITIONS = 12;
    private static final int RECORDS = 3;

    @TempDir
    private static Path data;

    private static Barnabas node;

    /// Time that a test moves on beside the system's.
    private final AtomicLong aheadNanos = new AtomicLong();

    private final Clock clock = new Clock() {
        @Override
        public long millis() {
            return SYSTEM.millis();
        }

        @Override
        public long nanos() {
            return SYSTEM.nanos() + aheadNanos.get();
        }
    };

    @BeforeAll
    static void fill() throws Exception {
        node = Barnabas.start(Map.of("listeners", "PLAINTEXT://127.0.0.1:0", "log.dirs", data.toString()));
        Map<String, Object> settings = Map.of("bootstrap.servers", node.bootstrapServers());
        try (Admin admin = Admin.create(settings)) {
            admin.createTopics(List.of(new NewTopic("t", PARTITIONS, (short) 1)))
                    .all()
                    .get();
        }
        try (var producer = new KafkaProducer<>(settings, new StringSerializer(), new StringSerializer())) {
            for (int i = 0; i < PARTITIONS * RECORDS; i++)
                producer.send(new ProducerRecord<>("t", i % PARTITIONS, "k" + i, "v"));
        }
    }

    @AfterAll
    static void stop() {
        node.close();
    }

    private User user(String name) {
        InetSocketAddress at = node.address();
        var options = new ConnectionOptions(
                "test",
                Duration.ofSeconds(10),
                Duration.ofSeconds(30),
                ConnectionOptions.FRAME_BYTES_MAX_DEFAULT,
                -1,
                -1,
                ClientSecurity.NONE,
                clock,
                SocketFactory.getDefault());
        var cluster = new Cluster(
                List.of(new Address(at.getHostString(), at.getPort())), options, Duration.ofSeconds(30), new Random(1));
        return new User(name, cluster, new Random(1), Runnable::run);
    }

    private static RecordPages pages(User user, Predicate<ReadRecord> wanted) {
        return new RecordPages(user, "t", 20, wanted, KnownSchemas.none(), false);
    }

    private static Map<Integer, Long> all(long offset) {
        var places = new TreeMap<Integer, Long>();
        for (int i = 0; i < PARTITIONS; i++) places.put(i, offset);
        return places;
    }

    /// A filter that takes all the time of a page for each record.
    @Test
    void aPageWhoseTimeIsOverReadsOneMoreRecordAndNotOneOfEachPartition() throws Exception {
        try (User user = user(null)) {
            RecordPages pages = pages(user, _ -> {
                aheadNanos.addAndGet(Duration.ofSeconds(4).toNanos());
                return true;
            });
            var found = new HashSet<String>();
            Map<Integer, Long> bounds = all(RECORDS);
            boolean more = true;
            int requests = 0;
            while (more) {
                Page page = pages.newest(all(0), bounds);
                assertThat(page.looked()).isLessThanOrEqualTo(2);
                page.records().forEach(each -> found.add(each.partition() + "/" + each.offset()));
                bounds = Cursor.parse(page.next());
                more = page.more();
                assertThat(++requests).isLessThanOrEqualTo(PARTITIONS * RECORDS);
            }
            assertThat(found).hasSize(PARTITIONS * RECORDS);
        }
    }

    @Test
    void aTailWithoutATurnAnswersAnEmptyPageAtTheSamePlace() throws Exception {
        var reads = new TailReads();
        try (User user = user(null);
                Turn _ = reads.turn(user, Deadline.inMillis(0, clock));
                Turn _ = reads.turn(user, Deadline.inMillis(0, clock))) {
            assertThat(reads.turn(user, Deadline.inMillis(0, clock))).isNull();
            Page page = pages(user, _ -> true).tail(all(0), Deadline.inMillis(100, clock), reads, answer -> answer);
            assertThat(page.records()).isEmpty();
            assertThat(page.more()).isTrue();
            assertThat(Cursor.parse(page.next())).isEqualTo(all(0));
        }
    }

    @Test
    void theAnswerOfATailIsMadeWithinItsTurn() throws Exception {
        var reads = new TailReads();
        try (User user = user("one")) {
            Page page = pages(user, _ -> true).tail(all(0), Deadline.inMillis(20_000, clock), reads, answer -> {
                assertThat(reads.turn(user, Deadline.inMillis(0, clock))).isNull();
                return answer;
            });
            assertThat(page.records()).isNotEmpty();
        }
    }

    @Test
    void tailsOfOneUserLeaveATurnToTheOthers() throws Exception {
        var reads = new TailReads();
        Deadline now = Deadline.inMillis(0, clock);
        try (User one = user("one");
                User again = user("one");
                User other = user("other")) {
            try (Turn first = reads.turn(one, now)) {
                assertThat(first).isNotNull();
                assertThat(reads.turn(one, now)).isNull();
                assertThat(reads.turn(again, now)).as("another session").isNull();
                try (Turn second = reads.turn(other, now)) {
                    assertThat(second).isNotNull();
                }
            }
            try (Turn third = reads.turn(again, now)) {
                assertThat(third).isNotNull();
            }
        }
    }
}
