import java.io.DataInputStream;
import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.regex.Pattern;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.errors.UnsupportedVersionException;
import org.apache.kafka.common.message.ApiVersionsRequestData;
import org.apache.kafka.common.message.ApiVersionsResponseData;
import org.apache.kafka.common.message.CreateTopicsRequestData;
import org.apache.kafka.common.message.CreateTopicsRequestData.CreatableTopic;
import org.apache.kafka.common.message.FindCoordinatorRequestData;
import org.apache.kafka.common.message.FindCoordinatorResponseData;
import org.apache.kafka.common.message.ListGroupsRequestData;
import org.apache.kafka.common.message.ListGroupsResponseData;
import org.apache.kafka.common.message.MetadataRequestData;
import org.apache.kafka.common.message.MetadataResponseData;
import org.apache.kafka.common.message.OffsetCommitRequestData;
import org.apache.kafka.common.message.OffsetCommitRequestData.OffsetCommitRequestPartition;
import org.apache.kafka.common.message.OffsetCommitRequestData.OffsetCommitRequestTopic;
import org.apache.kafka.common.message.ResponseHeaderData;
import org.apache.kafka.common.protocol.ApiKeys;
import org.apache.kafka.common.protocol.ApiMessage;
import org.apache.kafka.common.protocol.ByteBufferAccessor;
import org.apache.kafka.common.protocol.Errors;
import org.apache.kafka.common.protocol.MessageUtil;
import org.apache.kafka.common.requests.RequestHeader;
import org.apache.kafka.common.utils.internals.ImplicitLinkedHashCollection;

/// Puts the same requests, with extreme and contradicting values, to Apache Kafka and to Barnabas, and compares the
/// error codes and messages of the answers. `Answers SEED COUNT KAFKA BARNABAS KEPT`, addresses as `host:port`.
///
/// A request is made from its seed and number alone: `Answers 7 1000 ...` can be repeated.
final class Answers {
    private static final int WAIT_MILLIS_MAX = 4_000;
    private static final int SHOWN_MAX = 60;

    /// Left out: what ends or changes a whole node, what is between nodes, what Kafka serves only to others.
    private static final Set<ApiKeys> LEFT_OUT = EnumSet.of(
            ApiKeys.PRODUCE,
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
    private static final Uuid TOPIC_ID = new Uuid(7, 0);
    private static final long[] NUMBERS = {-3, -2, -1, -1, 0, 0, 1, 1, 2, 3, 100, Long.MAX_VALUE, Long.MIN_VALUE};
    private static final Pattern OF_A_TOPIC = Pattern.compile("(?i).*(topic|name|resource|regex).*");
    private static final Pattern SMALL = Pattern.compile("(?i).*(timeout|wait|partitions$|count|limit|factor).*");

    /// Answers of a broker that is still starting.
    private static final Pattern LOADING = Pattern.compile("COORDINATOR_LOAD_IN_PROGRESS|LEADER_NOT_AVAILABLE");

    private final int number;
    private final ApiKeys key;
    private final short version;
    private final Random random;

    private Answers(long seed, int number, TreeMap<Short, short[]> apis) {
        this.number = number;
        this.random = new Random(seed * 1_000_003L + number);
        var ids = new ArrayList<>(apis.keySet());
        this.key = ApiKeys.forId(ids.get(random.nextInt(ids.size())));
        short[] range = apis.get(key.id);
        this.version = (short) (range[0] + random.nextInt(range[1] - range[0] + 1));
    }

    private boolean changesTopics() {
        return OF_TOPICS.contains(key);
    }

    private String topic() {
        return changesTopics() ? "t" + number : "t";
    }

    public static void main(String[] args) throws Exception {
        long seed = Long.parseLong(args[0]);
        int count = Integer.parseInt(args[1]);
        List<String[]> kept = kept(Path.of(args[4]));
        TreeMap<Short, short[]> apis = common(versions(args[2]), versions(args[3]));
        var all = new ArrayList<Answers>();
        for (int number = 0; number < count; number++) all.add(new Answers(seed, number, apis));
        var kafka = new Side(args[2]);
        var ours = new Side(args[3]);
        for (Side side : List.of(kafka, ours)) side.prepare(all);
        int only = Integer.getInteger("only", -1);
        int passed = 0;
        int failed = 0;
        var byApi = new TreeMap<String, Integer>();
        for (Answers each : all) {
            ApiMessage request = each.request();
            if (request == null || (only >= 0 && only != each.number)) continue;
            String theirs = "";
            String own = "";
            boolean same = false;
            // What was made a moment ago may not be known everywhere yet.
            for (int attempt = 0; !same && attempt < 20; attempt++) {
                if (attempt > 0) Thread.sleep(300);
                var asking = CompletableFuture.supplyAsync(() -> kafka.ask(each, request));
                own = ours.ask(each, request);
                theirs = asking.join();
                same = theirs.equals(own) || isKept(kept, each.key.name, theirs, own);
                boolean loading = LOADING.matcher(theirs + own).find();
                if (!loading && (attempt == 2 || !each.changesNothing())) break;
            }
            if (same) {
                passed++;
                continue;
            }
            failed++;
            byApi.merge(each.key.name, 1, Integer::sum);
            if (failed <= SHOWN_MAX)
                System.out.println("#" + each.number + " " + each.key.name + " v" + each.version + " "
                        + cut(request.toString(), 600) + "\n    kafka    " + cut(theirs, 400) + "\n    barnabas "
                        + cut(own, 400));
        }
        if (failed > 0) System.out.println("different: " + byApi);
        System.out.println("answers: " + passed + " passed, " + failed + " failed");
        System.exit(failed == 0 ? 0 : 1);
    }

    private static String cut(String all, int max) {
        String text = all.replaceAll("x{300}", "X300");
        return text.length() <= max ? text : text.substring(0, max) + "...";
    }

    /// Lines `API | regular expression for Kafka | for Barnabas | reason`.
    private static List<String[]> kept(Path file) throws IOException {
        var kept = new ArrayList<String[]>();
        for (String line : Files.readAllLines(file)) {
            if (line.isBlank() || line.startsWith("#")) continue;
            String[] fields = line.split(" \\| ");
            if (fields.length != 4) throw new IllegalArgumentException(file + ": not four fields: " + line);
            kept.add(fields);
        }
        return kept;
    }

    private static boolean isKept(List<String[]> kept, String api, String kafka, String ours) {
        for (String[] each : kept)
            if (each[0].equals(api) && kafka.matches(each[1]) && ours.matches(each[2])) return true;
        return false;
    }

    private static TreeMap<Short, short[]> versions(String address) throws Exception {
        var answer = (ApiVersionsResponseData)
                exchange(address, ApiKeys.API_VERSIONS, (short) 2, new ApiVersionsRequestData());
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
            short low = (short) Math.max(range[0], others[0]);
            short high = (short) Math.min(Math.min(range[1], others[1]), ApiKeys.forId(id).latestVersion());
            if (low <= high) common.put(id, new short[] {low, high});
        });
        return common;
    }

    // ---- requests

    /// Null when none of some attempts can be written in that version: a field is set that it does not have.
    private ApiMessage request() throws Exception {
        for (int attempt = 0; attempt < 40; attempt++) {
            ApiMessage request = key.messageType.newRequest();
            fill(request, 0, attempt / 40.0);
            try {
                MessageUtil.toByteBufferAccessor(request, version);
                return request;
            } catch (UnsupportedVersionException | NullPointerException e) {
                // the next attempt leaves more fields alone
            }
        }
        return null;
    }

    private void fill(Object message, int depth, double leaveAlone) throws Exception {
        Method[] methods = message.getClass().getMethods();
        Arrays.sort(methods, Comparator.comparing(Method::getName));
        for (Method setter : methods) {
            if (!setter.getName().startsWith("set") || setter.getParameterCount() != 1) continue;
            if (Modifier.isStatic(setter.getModifiers()) || random.nextDouble() < leaveAlone) continue;
            String field = Character.toLowerCase(setter.getName().charAt(3)) + setter.getName().substring(4);
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

    private boolean changesNothing() {
        return key.name.matches("(Describe|List|Find|OffsetFetch|OffsetForLeader|Metadata|Fetch|ConsumerGroupDescribe).*");
    }

    private String text(String field) {
        if (random.nextInt(12) == 0) return null;
        if (isOfConfigs() && field.matches("name|configurationKeys")) return SETTINGS.get(random.nextInt(SETTINGS.size()));
        if (isOfConfigs() && field.equals("value")) return SETTING_VALUES.get(random.nextInt(SETTING_VALUES.size()));
        String text = TEXTS.get(random.nextInt(TEXTS.size()));
        if (text.equals("t") && OF_A_TOPIC.matcher(field).matches()) return topic();
        // The one broker keeps its number.
        if (!NAMES.contains(text) || (isOfConfigs() && text.equals("1"))) return text;
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

    static ApiMessage exchange(String address, ApiKeys key, short version, ApiMessage request) throws Exception {
        return exchange(address, key, version, MessageUtil.toByteBufferAccessor(request, version).buffer());
    }

    static ApiMessage exchange(String address, ApiKeys key, short version, ByteBuffer body) throws Exception {
        int colon = address.lastIndexOf(':');
        try (var socket = new Socket()) {
            socket.connect(new InetSocketAddress(
                    address.substring(0, colon), Integer.parseInt(address.substring(colon + 1))));
            socket.setSoTimeout(WAIT_MILLIS_MAX);
            var header = new RequestHeader(key, version, "answers", 1);
            ByteBuffer head = MessageUtil.toByteBufferAccessor(header.data(), header.headerVersion()).buffer();
            ByteBuffer frame = ByteBuffer.allocate(4 + head.remaining() + body.remaining());
            frame.putInt(head.remaining() + body.remaining()).put(head).put(body);
            socket.getOutputStream().write(frame.array());
            var in = new DataInputStream(socket.getInputStream());
            var bytes = new byte[in.readInt()];
            in.readFully(bytes);
            var reader = new ByteBufferAccessor(ByteBuffer.wrap(bytes));
            new ResponseHeaderData(reader, key.responseHeaderVersion(version));
            ApiMessage answer = key.messageType.newResponse();
            answer.read(reader, version);
            return answer;
        }
    }

    private static void collect(String path, Object message, List<String> found) throws Exception {
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
        if (code != 0 || !words.isEmpty()) found.add(path + Errors.forCode(code) + (words.isEmpty() ? "" : " " + words));
    }

    private static boolean isMessage(Object value) {
        return value instanceof org.apache.kafka.common.protocol.Message;
    }

    /// One of the two brokers.
    private static final class Side {
        private final String address;
        private final Map<String, Uuid> topicIds = new HashMap<>();

        private Side(String address) {
            this.address = address;
        }

        private String ask(Answers each, ApiMessage request) {
            try {
                if (each.number % 2 == 0 && !each.changesNothing()) commit("g" + each.number);
                Uuid topicId = topicIds.get(each.topic());
                ByteBuffer body =
                        MessageUtil.toByteBufferAccessor(request, each.version).buffer();
                replace(body, TOPIC_ID, topicId);
                var found = new ArrayList<String>();
                collect("", exchange(address, each.key, each.version, body), found);
                found.sort(null);
                return String.join("; ", found).replace(topicId.toString(), "TOPIC_ID");
            } catch (SocketTimeoutException e) {
                return "no answer";
            } catch (IOException e) {
                return "closed";
            } catch (Exception e) {
                throw new IllegalStateException(e);
            }
        }

        private static void replace(ByteBuffer body, Uuid from, Uuid to) {
            for (int at = 0; at + 16 <= body.limit(); at++) {
                if (body.getLong(at) != from.getMostSignificantBits()
                        || body.getLong(at + 8) != from.getLeastSignificantBits()) continue;
                body.putLong(at, to.getMostSignificantBits());
                body.putLong(at + 8, to.getLeastSignificantBits());
            }
        }

        /// Topics, and coordinators for groups and transactions, so that both are asked in the same state.
        private void prepare(List<Answers> all) throws Exception {
            for (byte type = 0; type < 2; type++) {
                var find = new FindCoordinatorRequestData().setKeyType(type).setCoordinatorKeys(List.of("g"));
                until(() -> ((FindCoordinatorResponseData) exchange(address, ApiKeys.FIND_COORDINATOR, (short) 4, find))
                                .coordinators()
                                .getFirst()
                                .errorCode()
                        == 0);
            }
            until(() -> ((ListGroupsResponseData)
                                    exchange(address, ApiKeys.LIST_GROUPS, (short) 4, new ListGroupsRequestData()))
                            .errorCode()
                    == 0);
            create(List.of("t"));
            var own = new ArrayList<String>();
            for (Answers each : all) if (each.changesTopics()) own.add(each.topic());
            for (int at = 0; at < own.size(); at += 50) create(own.subList(at, Math.min(at + 50, own.size())));
            commit("g");
        }

        private void create(List<String> names) throws Exception {
            var topics = new CreateTopicsRequestData().setTimeoutMs(10_000);
            var wanted = new MetadataRequestData().setAllowAutoTopicCreation(false);
            for (String name : names) {
                topics.topics().add(new CreatableTopic().setName(name).setNumPartitions(2).setReplicationFactor((short) 1));
                wanted.topics().add(new MetadataRequestData.MetadataRequestTopic().setName(name));
            }
            exchange(address, ApiKeys.CREATE_TOPICS, (short) 7, topics);
            until(() -> {
                var known = (MetadataResponseData) exchange(address, ApiKeys.METADATA, (short) 12, wanted);
                for (var topic : known.topics()) {
                    topicIds.put(topic.name(), topic.topicId());
                    if (topic.errorCode() != 0 || topic.partitions().size() != 2) return false;
                    for (var partition : topic.partitions()) if (partition.errorCode() != 0) return false;
                }
                return true;
            });
        }

        /// A group that is there.
        private void commit(String group) throws Exception {
            var partition = new OffsetCommitRequestPartition().setPartitionIndex(0).setCommittedOffset(0);
            var topic = new OffsetCommitRequestTopic().setName("t").setPartitions(List.of(partition));
            exchange(
                    address,
                    ApiKeys.OFFSET_COMMIT,
                    (short) 8,
                    new OffsetCommitRequestData().setGroupId(group).setTopics(List.of(topic)));
        }

        private static void until(Callable<Boolean> done) throws Exception {
            while (!done.call()) Thread.sleep(200);
        }
    }
}
