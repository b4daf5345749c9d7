import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.regex.Pattern;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.errors.UnsupportedVersionException;
import org.apache.kafka.common.message.AddPartitionsToTxnRequestData;
import org.apache.kafka.common.message.ApiVersionsRequestData;
import org.apache.kafka.common.message.ApiVersionsResponseData;
import org.apache.kafka.common.message.ProduceResponseData.BatchIndexAndErrorMessage;
import org.apache.kafka.common.protocol.ApiKeys;
import org.apache.kafka.common.protocol.ApiMessage;
import org.apache.kafka.common.protocol.Errors;
import org.apache.kafka.common.protocol.MessageUtil;
import org.apache.kafka.common.utils.internals.ImplicitLinkedHashCollection;

/// Puts the same requests, with extreme and contradicting values, to Apache Kafka and to Barnabas, and compares the
/// error codes and messages of the answers. `Answers SEED COUNT KAFKA BARNABAS KEPT`, addresses as `host:port`.
///
/// A request is made from its seed and number alone: `Answers 7 1000 ...` can be repeated.
final class Answers {
    private static final int WAIT_MILLIS_MAX = 4_000;
    private static final int OUTSIDE = 3;
    /// Of one API.
    private static final int SHOWN_MAX = 10;

    /// Left out: what ends or changes a whole node, what is between nodes, what Kafka serves only to others.
    private static final Set<ApiKeys> LEFT_OUT = EnumSet.of(
            ApiKeys.ALTER_CONFIGS, // Kafka 4.4.0 never answers one
            ApiKeys.SASL_HANDSHAKE,
            ApiKeys.SASL_AUTHENTICATE,
            ApiKeys.UNREGISTER_BROKER,
            ApiKeys.UPDATE_FEATURES,
            ApiKeys.WRITE_TXN_MARKERS,
            ApiKeys.ADD_RAFT_VOTER,
            ApiKeys.REMOVE_RAFT_VOTER,
            ApiKeys.GET_TELEMETRY_SUBSCRIPTIONS,
            ApiKeys.PUSH_TELEMETRY);

    /// These change topics: each of their requests has a topic of its own to do it to.
    private static final Set<ApiKeys> OF_TOPICS = EnumSet.of(
            ApiKeys.CREATE_TOPICS,
            ApiKeys.DELETE_TOPICS,
            ApiKeys.DELETE_RECORDS,
            ApiKeys.CREATE_PARTITIONS,
            ApiKeys.ALTER_CONFIGS,
            ApiKeys.INCREMENTAL_ALTER_CONFIGS,
            ApiKeys.ALTER_PARTITION_REASSIGNMENTS,
            ApiKeys.ALTER_REPLICA_LOG_DIRS);

    private static final List<String> TEXTS = Arrays.asList("", "t", "t", "nope", "g", "1", "a b", "..", "x".repeat(300));

    /// Names that a request may create something under get the request's number behind them.
    private static final Set<String> NAMES = Set.of("t", "nope", "g", "1", "a b");

    /// Names of settings, and values that at least one of them takes.
    private static final List<String> SETTINGS = List.of(
            "retention.ms", "cleanup.policy", "min.insync.replicas", "compression.type", "log.retention.ms", "node.id",
            "consumer.session.timeout.ms", "interval.ms", "match", "metrics", "nope", "kafka.server", "");
    private static final List<String> SETTING_VALUES =
            Arrays.asList("", "1", "-1", "3600000", "delete", "compact,delete", "gzip", "a=b", "INFO", "x", null);

    /// Stands for the id of the request's topic, which each broker has its own for.
    static final Uuid TOPIC_ID = new Uuid(7, 0);
    private static final long[] NUMBERS = {-3, -2, -1, -1, 0, 0, 1, 1, 2, 3, 100, Long.MAX_VALUE, Long.MIN_VALUE};
    private static final Pattern OF_A_TOPIC = Pattern.compile("(?i).*(topic|name|resource|regex).*");
    private static final Pattern SMALL = Pattern.compile("(?i).*(timeout|wait|partitions$|count|limit|factor).*");

    final int number;
    final ApiKeys key;
    final short version;
    private final Random random;
    private final OddBatches batches;
    final String topic;

    private Answers(long seed, int number, boolean produces, TreeMap<Short, short[]> apis) {
        this.number = number;
        this.random = new Random(seed * 1_000_003L + number);
        var ids = new ArrayList<>(apis.keySet());
        ids.remove((Short) ApiKeys.PRODUCE.id);
        this.key = produces ? ApiKeys.PRODUCE : ApiKeys.forId(ids.get(random.nextInt(ids.size())));
        short[] range = apis.get(key.id);
        this.version = (short) (range[0] + random.nextInt(range[1] - range[0] + 1));
        this.batches = new OddBatches(random, 1_000_000_000L + seed * 1_000_000 + number);
        this.topic = produces ? batches.topic() : changesTopics() ? "t" + number : "t";
    }

    boolean changesTopics() {
        return OF_TOPICS.contains(key);
    }

    public static void main(String[] args) throws Exception {
        long seed = Long.parseLong(args[0]);
        int count = Integer.parseInt(args[1]);
        int batches = Integer.parseInt(args[5]);
        Kept kept = Kept.of(Path.of(args[4]));
        var toKafka = new BrokerConnection(args[2]);
        var toBarnabas = new BrokerConnection(args[3]);
        TreeMap<Short, short[]> apis = common(versions(toKafka), versions(toBarnabas));
        String api = System.getProperty("api");
        if (api != null) apis.keySet().removeIf(id -> id != ApiKeys.PRODUCE.id && !ApiKeys.forId(id).name.equals(api));
        var all = new ArrayList<Answers>();
        for (int number = 0; number < count + batches; number++)
            all.add(new Answers(seed, number, number >= count, apis));
        var kafka = new Side(toKafka);
        var barnabas = new Side(toBarnabas);
        for (Side side : List.of(kafka, barnabas)) side.prepare(all);
        int only = Integer.getInteger("only", -1);
        int passed = 0;
        var failed = new TreeMap<String, Integer>();
        for (Answers each : all) {
            ApiMessage request = each.request();
            if (request == null || (only >= 0 && only != each.number)) continue;
            String difference = each.difference(request, kafka, barnabas, kept);
            if (difference == null) {
                passed++;
            } else if (failed.merge(each.key.name, 1, Integer::sum) <= SHOWN_MAX) {
                System.out.println(difference);
            }
        }
        for (var range : apis.entrySet()) {
            int different = differentOutside(range.getKey(), range.getValue(), toKafka, toBarnabas);
            passed += OUTSIDE - different;
            if (different > 0) failed.merge(ApiKeys.forId(range.getKey()).name, different, Integer::sum);
        }
        if (!failed.isEmpty()) System.out.println("different: " + failed);
        int failures = failed.values().stream().mapToInt(Integer::intValue).sum();
        System.out.println("answers: " + passed + " passed, " + failures + " failed");
        System.exit(failed.isEmpty() ? 0 : 1);
    }

    /// Null when both brokers answer the same, but for what is kept.
    private String difference(ApiMessage request, Side kafka, Side barnabas, Kept kept) throws InterruptedException {
        List<String> theirs = List.of();
        List<String> own = List.of();
        // What was made a moment ago may not be known everywhere yet.
        for (int attempt = 0; attempt < (changesNothing() ? 3 : 1); attempt++) {
            if (attempt > 0) Thread.sleep(300);
            var asking = CompletableFuture.supplyAsync(() -> kafka.ask(this, request));
            own = barnabas.ask(this, request);
            theirs = asking.join();
            if (kept.explain(key.name, theirs, own)) return null;
        }
        return "#" + number + " " + key.name + " v" + version + " " + cut(request.toString(), 600) + " "
                + batches.oddities() + "\n    kafka    " + cut(String.join("; ", theirs), 400) + "\n    barnabas "
                + cut(String.join("; ", own), 400);
    }

    /// Versions that no broker advertises.
    private static int differentOutside(short id, short[] range, BrokerConnection kafka, BrokerConnection barnabas)
            throws IOException {
        ApiKeys key = ApiKeys.forId(id);
        int different = 0;
        for (int version : new int[] {-1, range[0] - 1, key.latestVersion(true) + 1}) {
            String theirs = kafka.outcome(key, (short) version);
            String own = barnabas.outcome(key, (short) version);
            if (theirs.equals(own)) continue;
            different++;
            System.out.println(key.name + " v" + version + ", which is not advertised\n    kafka    " + theirs
                    + "\n    barnabas " + own);
        }
        return different;
    }

    private static String cut(String all, int max) {
        String text = all.replaceAll("x{300}", "X300");
        return text.length() <= max ? text : text.substring(0, max) + "...";
    }

    private static TreeMap<Short, short[]> versions(BrokerConnection connection) throws Exception {
        var answer = (ApiVersionsResponseData)
                connection.exchange(ApiKeys.API_VERSIONS, (short) 2, new ApiVersionsRequestData());
        var versions = new TreeMap<Short, short[]>();
        for (var api : answer.apiKeys())
            if (ApiKeys.hasId(api.apiKey()) && !LEFT_OUT.contains(ApiKeys.forId(api.apiKey())))
                versions.put(api.apiKey(), new short[] {api.minVersion(), api.maxVersion()});
        return versions;
    }

    private static TreeMap<Short, short[]> common(TreeMap<Short, short[]> one, TreeMap<Short, short[]> other) {
        var common = new TreeMap<Short, short[]>();
        one.forEach((id, range) -> {
            short[] others = other.get(id);
            if (others == null) return;
            short low = (short) Math.max(Math.max(range[0], others[0]), ApiKeys.forId(id).oldestVersion());
            short high = (short) Math.min(Math.min(range[1], others[1]), ApiKeys.forId(id).latestVersion());
            if (low <= high) common.put(id, new short[] {low, high});
        });
        return common;
    }

    // ---- requests

    /// Null when none of some attempts can be written in that version: a field is set that it does not have.
    private ApiMessage request() throws Exception {
        if (key == ApiKeys.PRODUCE) return batches.request(topic, TOPIC_ID, version);
        for (int attempt = 0; attempt < 40; attempt++) {
            ApiMessage request = key.messageType.newRequest();
            fill(request, 0, attempt / 40.0);
            if (isNeverAnswered(request)) continue;
            try {
                MessageUtil.toByteBufferAccessor(request, version);
                return request;
            } catch (UnsupportedVersionException | NullPointerException e) {
                // the next attempt leaves more fields alone
            }
        }
        return null;
    }

    /// Kafka drops such a request, and its client waits until it gives up.
    private boolean isNeverAnswered(ApiMessage request) {
        return request instanceof AddPartitionsToTxnRequestData joining
                && version >= 4
                && joining.transactions().isEmpty();
    }

    private void fill(Object message, int depth, double leaveAlone) throws Exception {
        Method[] methods = message.getClass().getMethods();
        Arrays.sort(methods, Comparator.comparing(Method::getName));
        for (Method setter : methods) {
            if (!setter.getName().startsWith("set") || setter.getParameterCount() != 1) continue;
            if (Modifier.isStatic(setter.getModifiers())) continue;
            String field = Character.toLowerCase(setter.getName().charAt(3)) + setter.getName().substring(4);
            if (random.nextDouble() < leaveAlone && !field.equals("timeoutMs")) continue;
            if (field.equals("next") || field.equals("prev")) continue;
            Object value = value(setter.getGenericParameterTypes()[0], field, depth, leaveAlone);
            if (value != null || setter.getParameterTypes()[0] == String.class) {
                try {
                    setter.invoke(message, value);
                } catch (InvocationTargetException e) {
                    // out of the field's range
                }
            }
        }
    }

    private Object value(Type type, String field, int depth, double leaveAlone) throws Exception {
        long number = SMALL.matcher(field).matches() ? random.nextInt(4) - 1 : NUMBERS[random.nextInt(NUMBERS.length)];
        // The time for the controller is Kafka's to run out of, not an argument to compare.
        if (field.equals("timeoutMs")) return 10_000;
        if (type == boolean.class || type == Boolean.class) return random.nextBoolean();
        if (type == byte.class || type == Byte.class) return (byte) Math.clamp(number, Byte.MIN_VALUE, Byte.MAX_VALUE);
        if (type == short.class || type == Short.class) return (short) Math.clamp(number, Short.MIN_VALUE, Short.MAX_VALUE);
        if (type == int.class || type == Integer.class) return Math.clamp(number, Integer.MIN_VALUE, Integer.MAX_VALUE);
        if (type == long.class || type == Long.class) return number;
        if (type == double.class || type == Double.class) return (double) random.nextInt(5) - 1;
        if (type == String.class) return text(field);
        if (type == Uuid.class) return random.nextBoolean() ? Uuid.ZERO_UUID : new Uuid(7, random.nextInt(2));
        if (type == byte[].class) return new byte[random.nextInt(3)];
        if (type == ByteBuffer.class) return ByteBuffer.allocate(random.nextInt(3));
        if (type instanceof ParameterizedType list && list.getRawType() == List.class) {
            var elements = new ArrayList<>();
            for (int left = random.nextInt(depth == 0 ? 3 : 2); left > 0; left--) {
                Object element = value(list.getActualTypeArguments()[0], field, depth + 1, leaveAlone);
                if (element != null) elements.add(element);
            }
            return elements;
        }
        if (!(type instanceof Class<?> raw) || raw.isInterface() || Modifier.isAbstract(raw.getModifiers())) return null;
        Object made = raw.getConstructor().newInstance();
        if (made instanceof ImplicitLinkedHashCollection<?> collection) return filled(collection, raw, depth, leaveAlone);
        fill(made, depth + 1, leaveAlone);
        return made;
    }

    boolean changesNothing() {
        return key.name.matches("(Describe|List|Find|OffsetFetch|OffsetForLeader|Metadata|Fetch|ConsumerGroupDescribe).*");
    }

    private String text(String field) {
        if (random.nextInt(12) == 0) return null;
        if (isOfConfigs() && field.matches("name|configurationKeys")) return SETTINGS.get(random.nextInt(SETTINGS.size()));
        if (isOfConfigs() && field.equals("value")) return SETTING_VALUES.get(random.nextInt(SETTING_VALUES.size()));
        String text = TEXTS.get(random.nextInt(TEXTS.size()));
        if (text.equals("t") && OF_A_TOPIC.matcher(field).matches()) return topic;
        // The one broker keeps its number.
        if (isOfConfigs() && text.equals("1")) return text;
        // A transactional id that is no topic's name is as good as any other, and would be another request's too.
        boolean shared = !NAMES.contains(text) && (text.isEmpty() || !field.equals("transactionalId"));
        if (shared) return text;
        return text.equals("g") && changesNothing() ? "g" : text + number;
    }

    private boolean isOfConfigs() {
        return key.name.endsWith("Configs");
    }

    @SuppressWarnings({"unchecked", "rawtypes"}) // the collection's own element type
    private Object filled(ImplicitLinkedHashCollection collection, Class<?> raw, int depth, double leaveAlone)
            throws Exception {
        var element = (Class<?>) ((ParameterizedType) raw.getGenericSuperclass()).getActualTypeArguments()[0];
        for (int left = random.nextInt(3); left > 0; left--) {
            Object made = element.getConstructor().newInstance();
            fill(made, depth + 1, leaveAlone);
            collection.add((ImplicitLinkedHashCollection.Element) made);
        }
        return collection;
    }

    // ---- answers

    static void collect(String path, Object message, List<String> found) throws Exception {
        var methods = message.getClass().getDeclaredMethods();
        short code = 0;
        String words = "";
        for (Method getter : methods) {
            if (getter.getParameterCount() != 0 || !Modifier.isPublic(getter.getModifiers())) continue;
            if (getter.getName().matches("hashCode|toString|duplicate|apiKey|unknownTaggedFields|prev|next")) continue;
            Object value = getter.invoke(message);
            if (getter.getName().equals("errorCode")) code = (short) value;
            else if (getter.getName().equals("errorMessage")) words = Objects.toString(value, "");
            else if (value instanceof Collection<?> all) {
                for (Object each : all) if (isMessage(each)) collect(path + getter.getName() + ".", each, found);
            } else if (value != null && isMessage(value)) collect(path + getter.getName() + ".", value, found);
        }
        if (message instanceof BatchIndexAndErrorMessage record)
            found.add(path + record.batchIndex() + " " + record.batchIndexErrorMessage());
        if (code != 0 || !words.isEmpty()) found.add(path + Errors.forCode(code) + (words.isEmpty() ? "" : " " + words));
    }

    private static boolean isMessage(Object value) {
        return value instanceof org.apache.kafka.common.protocol.Message;
    }
}
