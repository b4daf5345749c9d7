package barnabas.sql.engine;

import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.concurrent.CopyOnWriteArrayList;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.streams.GroupProtocol;
import org.apache.kafka.streams.KafkaClientSupplier;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.Topology;
import org.jspecify.annotations.Nullable;

/// Clients of one query's application: its main consumers poll seldom while nothing comes.
final class QueryClients implements KafkaClientSupplier {
    private static final int SHORT_POLLS_MIN = 20;

    /// Clients that all queries of a server share.
    ///
    /// @param watch looks at the partitions of idle queries; null without
    record Shared(Admin admin, @Nullable IdleWatch watch) {}

    private final Shared shared;
    private final List<PatientConsumer> consumers = new CopyOnWriteArrayList<>();
    private volatile int shortPolls = SHORT_POLLS_MIN;
    private volatile boolean ownAdmin;

    QueryClients(Shared shared) {
        this.shared = shared;
    }

    /// The application, not started.
    KafkaStreams application(Topology topology, Properties settings) {
        shortPolls = shortPolls(new StreamsConfig(settings));
        ownAdmin = settings.stringPropertyNames().stream()
                .anyMatch(name -> name.startsWith(StreamsConfig.ADMIN_CLIENT_PREFIX));
        // The protocol `streams` has consumers that Kafka Streams makes itself.
        Object protocol = settings.get(StreamsConfig.GROUP_PROTOCOL_CONFIG);
        return GroupProtocol.STREAMS.name().equalsIgnoreCase(String.valueOf(protocol))
                ? new KafkaStreams(topology, settings)
                : new KafkaStreams(topology, settings, this);
    }

    /// Polls in twice the time within which a record is committed: a late commit could outlive its transaction.
    static int shortPolls(StreamsConfig settings) {
        long commitMs = settings.getLong(StreamsConfig.COMMIT_INTERVAL_MS_CONFIG);
        long pollMs = Math.max(1, settings.getLong(StreamsConfig.POLL_MS_CONFIG));
        return (int) Math.min(Integer.MAX_VALUE, Math.max(SHORT_POLLS_MIN, 2 * (commitMs / pollMs)));
    }

    /// Lets the application look around now and for a while, so that it sees that it is to go on.
    void attend() {
        consumers.forEach(PatientConsumer::attend);
    }

    /// Lets the application look around from now on, so that it sees that it is to end.
    void hurry() {
        consumers.forEach(PatientConsumer::hurry);
    }

    /// Whether a thread has worked since before a moment on the records of one poll.
    boolean worksSince(long nanos) {
        return consumers.stream()
                .anyMatch(each -> each.work()
                        .filter(work -> work.sinceNanos() - nanos < 0)
                        .isPresent());
    }

    /// Place in the code of a thread that works on records, for a message: empty when none does.
    String workPlace() {
        return consumers.stream()
                .map(PatientConsumer::work)
                .flatMap(Optional::stream)
                .map(work -> work.thread().getStackTrace())
                .filter(stack -> stack.length > 0)
                .map(stack -> ", at " + stack[0])
                .findFirst()
                .orElse("");
    }

    @Override
    public Admin getAdmin(Map<String, Object> settings) {
        return ownAdmin ? Admin.create(settings) : unclosed(shared.admin());
    }

    @Override
    public Producer<byte[], byte[]> getProducer(Map<String, Object> settings) {
        return new KafkaProducer<>(settings, new ByteArraySerializer(), new ByteArraySerializer());
    }

    @Override
    public Consumer<byte[], byte[]> getConsumer(Map<String, Object> settings) {
        var made = new PatientConsumer(settings, shortPolls, shared.watch());
        consumers.add(made);
        return made;
    }

    @Override
    public Consumer<byte[], byte[]> getRestoreConsumer(Map<String, Object> settings) {
        return plain(settings);
    }

    @Override
    public Consumer<byte[], byte[]> getGlobalConsumer(Map<String, Object> settings) {
        return plain(settings);
    }

    private static Consumer<byte[], byte[]> plain(Map<String, Object> settings) {
        return new KafkaConsumer<>(settings, new ByteArrayDeserializer(), new ByteArrayDeserializer());
    }

    /// The admin client for an application, which closes its own: a thread, a connection and a look-up of the cluster
    /// less for each.
    static Admin unclosed(Admin admin) {
        InvocationHandler pass = (_, method, arguments) -> {
            if (method.getName().equals("close")) return null;
            try {
                return method.invoke(admin, arguments);
            } catch (InvocationTargetException e) {
                throw e.getCause();
            }
        };
        return (Admin) Proxy.newProxyInstance(Admin.class.getClassLoader(), new Class<?>[] {Admin.class}, pass);
    }
}
