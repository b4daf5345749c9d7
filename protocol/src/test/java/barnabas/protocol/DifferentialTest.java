package barnabas.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import barnabas.generator.Main;
import barnabas.generator.Schema;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.RecordComponent;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.apache.kafka.common.protocol.ByteBufferAccessor;
import org.apache.kafka.common.protocol.ObjectSerializationCache;
import org.apache.kafka.common.record.internal.MemoryRecords;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/// Random values of every message in every version: what we encode, kafka-clients decodes to the same values field by
/// field, and what kafka-clients encodes, we decode to the message we started from.
class DifferentialTest {
    private static final int ROUNDS = Integer.getInteger("barnabas.differential.rounds", 20);
    private static final long SEED = Long.getLong("barnabas.seed", System.nanoTime());

    @TestFactory
    Stream<DynamicTest> messages() throws Exception {
        return tests("message", "org.apache.kafka.common.message.", "common/message/ProduceRequest.json");
    }

    @TestFactory
    Stream<DynamicTest> groupRecords() throws Exception {
        return tests("group", "org.apache.kafka.coordinator.group.generated.", "common/message/OffsetCommitKey.json");
    }

    @TestFactory
    Stream<DynamicTest> transactionRecords() throws Exception {
        return tests(
                "transaction",
                "org.apache.kafka.coordinator.transaction.generated.",
                "common/message/TransactionLogKey.json");
    }

    @TestFactory
    Stream<DynamicTest> metadataRecords() throws Exception {
        return tests("metadata", "org.apache.kafka.common.metadata.", "common/metadata/TopicRecord.json");
    }

    private static Stream<DynamicTest> tests(String ours, String theirs, String sample) throws Exception {
        return Main.schemas(sample).stream()
                .filter(schema -> !schema.validVersions().isEmpty())
                .map(schema -> DynamicTest.dynamicTest(schema.name(), () -> compare(ours, theirs, schema)));
    }

    private static void compare(String ours, String theirs, Schema schema) throws Exception {
        Class<?> type = RandomMessages.generated(ours, schema);
        boolean suffixed = List.of("request", "response", "header").contains(schema.kind());
        String kafkaName = theirs + schema.name() + (suffixed ? "Data" : "");
        Method read = type.getMethod("read", MessageReader.class, short.class);
        for (short version = (short) schema.validVersions().lowest();
                version <= schema.validVersions().highest();
                version++) {
            var random = new RandomMessages(new SplittableRandom(SEED + version));
            for (int round = 0; round < ROUNDS; round++) {
                Message message = random.message(type, schema, version);
                String where = schema.name() + " v" + version + " seed " + SEED + " " + message;
                ByteBuffer encoded = message.toBuffer(version);

                var kafka = (org.apache.kafka.common.protocol.ApiMessage) kafkaInstance(kafkaName);
                ByteBuffer input = encoded.duplicate();
                kafka.read(new ByteBufferAccessor(input), version);
                assertThat(input.remaining()).as("bytes left of %s", where).isZero();
                assertSame(message, kafka, where);

                var cache = new ObjectSerializationCache();
                ByteBuffer back = ByteBuffer.allocate(kafka.size(cache, version));
                kafka.write(new ByteBufferAccessor(back), cache, version);
                back.flip();
                assertThat(back).as("bytes written by Kafka for %s", where).isEqualTo(encoded);
                Object decoded = read.invoke(null, new MessageReader(back), version);
                assertThat(decoded).as(where).isEqualTo(message);
                assertThat(back.remaining()).as("bytes we left of %s", where).isZero();
            }
        }
    }

    private static Object kafkaInstance(String name) throws ReflectiveOperationException {
        return RandomMessages.kafkaInstance(name);
    }

    private static void assertSame(Object ours, Object kafkas, String where) throws ReflectiveOperationException {
        switch (ours) {
            case null -> assertThat(kafkas).as(where).isNull();
            case Record struct
            when struct instanceof Message -> {
                for (RecordComponent component : struct.getClass().getRecordComponents()) {
                    Object value = invoke(component.getAccessor(), struct);
                    Method accessor = kafkas.getClass().getMethod(component.getName());
                    assertSame(value, invoke(accessor, kafkas), where + "." + component.getName());
                }
            }
            case List<?> list -> {
                List<Object> others = new ArrayList<>();
                switch (kafkas) {
                    case Collection<?> collection -> others.addAll(collection);
                    case null -> throw new AssertionError("null list at " + where);
                    default -> throw new AssertionError(kafkas.getClass() + " at " + where);
                }
                assertThat(others).as(where).hasSameSizeAs(list);
                for (int i = 0; i < list.size(); i++) assertSame(list.get(i), others.get(i), where + "[" + i + "]");
            }
            case Uuid(long high, long low) ->
                assertThat(kafkas).as(where).isEqualTo(new org.apache.kafka.common.Uuid(high, low));
            case ByteBuffer bytes ->
                assertThat(kafkas instanceof byte[] array ? ByteBuffer.wrap(array) : kafkas)
                        .as(where)
                        .isEqualTo(bytes);
            case RecordData.InMemory(ByteBuffer bytes) ->
                assertThat(kafkas == null ? null : ((MemoryRecords) kafkas).buffer())
                        .as(where)
                        .isEqualTo(bytes);
            default -> assertThat(kafkas).as(where).isEqualTo(ours);
        }
    }

    private static Object invoke(Method method, Object target) throws ReflectiveOperationException {
        try {
            return method.invoke(target);
        } catch (InvocationTargetException e) {
            throw new ReflectiveOperationException(method + " on " + Arrays.asList(target), e);
        }
    }
}
