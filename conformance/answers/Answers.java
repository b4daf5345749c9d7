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
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.errors.UnsupportedVersionException;
import org.apache.kafka.common.message.ApiVersionsRequestData;
import org.apache.kafka.common.message.ApiVersionsResponseData;
import org.apache.kafka.common.message.ResponseHeaderData;
import org.apache.kafka.common.protocol.ApiKeys;
import org.apache.kafka.common.protocol.ApiMessage;
import org.apache.kafka.common.protocol.ByteBufferAccessor;
import org.apache.kafka.common.protocol.Errors;
import org.apache.kafka.common.protocol.MessageUtil;
import org.apache.kafka.common.requests.RequestHeader;
import org.apache.kafka.common.utils.ImplicitLinkedHashCollection;

/// Puts the same requests, with extreme and contradicting values, to Apache Kafka and to Barnabas, and compares the
/// error codes and messages of the answers. `Answers SEED COUNT KAFKA BARNABAS KEPT`, addresses as `host:port`.
///
/// A request is made from its seed and number alone: `Answers 7 1000 ...` can be repeated.
final class Answers {
    private static final int WAIT_MILLIS_MAX = 4_000;
    private static final int SHOWN_MAX = 40;

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

    private static final List<String> TEXTS = Arrays.asList("", "t", "t", "nope", "g", "1", "a b", "..", "x".repeat(300));
    private static final long[] NUMBERS = {-3, -2, -1, -1, 0, 0, 1, 1, 2, 3, 100, Long.MAX_VALUE, Long.MIN_VALUE};
    private static final Pattern SMALL = Pattern.compile("(?i).*(timeout|wait|partitions$|count|limit|factor).*");

    private final Random random;

    private Answers(long seed) {
        this.random = new Random(seed);
    }

    public static void main(String[] args) throws Exception {
        long seed = Long.parseLong(args[0]);
        int count = Integer.parseInt(args[1]);
        List<String[]> kept = kept(Path.of(args[4]));
        TreeMap<Short, short[]> apis = common(versions(args[2]), versions(args[3]));
        for (String address : List.of(args[2], args[3])) prepare(address);
        int passed = 0;
        int failed = 0;
        var byApi = new TreeMap<String, Integer>();
        for (int number = 0; number < count; number++) {
            var answers = new Answers(seed * 1_000_003L + number);
            var ids = new ArrayList<>(apis.keySet());
            ApiKeys key = ApiKeys.forId(ids.get(answers.random.nextInt(ids.size())));
            short[] range = apis.get(key.id);
            short version = (short) (range[0] + answers.random.nextInt(range[1] - range[0] + 1));
            ApiMessage request = answers.request(key, version);
            if (request == null) continue;
            String kafka = ask(args[2], key, version, request);
            String ours = ask(args[3], key, version, request);
            if (kafka.equals(ours) || isKept(kept, key.name, kafka, ours)) {
                passed++;
                continue;
            }
            failed++;
            byApi.merge(key.name, 1, Integer::sum);
            if (failed <= SHOWN_MAX)
                System.out.println("#" + number + " " + key.name + " v" + version + " " + cut(request.toString(), 600)
                        + "\n    kafka    " + cut(kafka, 400) + "\n    barnabas " + cut(ours, 400));
        }
        if (failed > 0) System.out.println("different: " + byApi);
        System.out.println("answers: " + passed + " passed, " + failed + " failed");
        System.exit(failed == 0 ? 0 : 1);
    }

    private static String cut(String text, int max) {
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

    /// A topic, and coordinators for groups and transactions, so that both are asked in the same state.
    private static void prepare(String address) throws Exception {
        var topic = new org.apache.kafka.common.message.CreateTopicsRequestData.CreatableTopic()
                .setName("t")
                .setNumPartitions(2)
                .setReplicationFactor((short) 1);
        var topics = new org.apache.kafka.common.message.CreateTopicsRequestData();
        topics.topics().add(topic);
        exchange(address, ApiKeys.CREATE_TOPICS, (short) 7, topics.setTimeoutMs(10_000));
        for (byte type = 0; type < 2; type++) {
            var find = new org.apache.kafka.common.message.FindCoordinatorRequestData()
                    .setKeyType(type)
                    .setCoordinatorKeys(List.of("g"));
            for (boolean found = false; !found; ) {
                var answer = (org.apache.kafka.common.message.FindCoordinatorResponseData)
                        exchange(address, ApiKeys.FIND_COORDINATOR, (short) 4, find);
                found = answer.coordinators().getFirst().errorCode() == 0;
                if (!found) Thread.sleep(200);
            }
        }
        for (boolean loaded = false; !loaded; ) {
            var list = (org.apache.kafka.common.message.ListGroupsResponseData) exchange(
                    address, ApiKeys.LIST_GROUPS, (short) 4, new org.apache.kafka.common.message.ListGroupsRequestData());
            loaded = list.errorCode() == 0;
            if (!loaded) Thread.sleep(200);
        }
    }

    // ---- requests

    /// Null when none of some attempts can be written in that version: a field is set that it does not have.
    private ApiMessage request(ApiKeys key, short version) throws Exception {
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
        if (type == String.class) return random.nextInt(12) == 0 ? null : TEXTS.get(random.nextInt(TEXTS.size()));
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

    private static String ask(String address, ApiKeys key, short version, ApiMessage request) throws Exception {
        try {
            ApiMessage answer = exchange(address, key, version, request);
            var found = new ArrayList<String>();
            collect("", answer, found);
            found.sort(null);
            return String.join("; ", found);
        } catch (SocketTimeoutException e) {
            return "no answer";
        } catch (IOException e) {
            return "closed";
        }
    }

    private static ApiMessage exchange(String address, ApiKeys key, short version, ApiMessage request)
            throws Exception {
        int colon = address.lastIndexOf(':');
        try (var socket = new Socket()) {
            socket.connect(new InetSocketAddress(
                    address.substring(0, colon), Integer.parseInt(address.substring(colon + 1))));
            socket.setSoTimeout(WAIT_MILLIS_MAX);
            var header = new RequestHeader(key, version, "answers", 1);
            ByteBuffer head = MessageUtil.toByteBufferAccessor(header.data(), header.headerVersion()).buffer();
            ByteBuffer body = MessageUtil.toByteBufferAccessor(request, version).buffer();
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
}
