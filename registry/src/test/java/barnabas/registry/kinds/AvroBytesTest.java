package barnabas.registry.kinds;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericDatumReader;
import org.apache.avro.generic.GenericDatumWriter;
import org.apache.avro.io.BinaryDecoder;
import org.apache.avro.io.BinaryEncoder;
import org.apache.avro.io.DecoderFactory;
import org.apache.avro.io.EncoderFactory;
import org.apache.avro.util.RandomData;
import org.junit.jupiter.api.Test;

/// The walk over Avro's bytes takes what its library writes, and nothing that its library cannot read.
final class AvroBytesTest {
    private static final int SCHEMAS = 60;
    private static final int VALUES = 5;
    private static final int CHANGES = 20;

    private final long seed = new Random().nextLong();
    private final Random random = new Random(seed);
    private int names;

    @Test
    void takesWhatTheLibraryWritesAndRefusesWhatItCannotRead() throws IOException {
        for (int i = 0; i < SCHEMAS; i++) {
            Schema schema = schema(0);
            AvroBytes walk = AvroBytes.of(schema);
            for (Object each : new RandomData(schema, VALUES, random.nextLong())) {
                byte[] bytes = written(schema, each);
                assertThat(fits(walk, bytes)).as("seed %d, %s", seed, schema).isTrue();
                for (int j = 0; j < CHANGES; j++) {
                    byte[] changed = changed(bytes);
                    if (fits(walk, changed))
                        assertThat(reads(schema, changed))
                                .as("seed %d, %s, %s", seed, schema, Arrays.toString(changed))
                                .isTrue();
                }
            }
        }
    }

    @Test
    void schemasThatCostMoreThanTheirDataEnd() {
        var text = new StringBuilder("{\"type\":\"record\",\"name\":\"R0\",\"fields\":[]}");
        for (int i = 1; i < 40; i++)
            text = new StringBuilder(
                    "{\"type\":\"record\",\"name\":\"R" + i + "\",\"fields\":[{\"name\":\"a\",\"type\":" + text
                            + "},{\"name\":\"b\",\"type\":\"R" + (i - 1) + "\"}]}");
        assertThat(fits(AvroBytes.of(new Schema.Parser().parse(text.toString())), new byte[0]))
                .isTrue();
        Schema itself = new Schema.Parser()
                .parse("{\"type\":\"record\",\"name\":\"R\",\"fields\":[{\"name\":\"r\",\"type\":\"R\"}]}");
        assertThat(fits(AvroBytes.of(itself), new byte[0])).isFalse();
        Schema list = new Schema.Parser()
                .parse("{\"type\":\"record\",\"name\":\"L\",\"fields\":[{\"name\":\"n\",\"type\":[\"null\",\"L\"]}]}");
        var deep = new byte[100_000];
        Arrays.fill(deep, (byte) 2);
        assertThat(fits(AvroBytes.of(list), deep)).isFalse();
        assertThat(fits(AvroBytes.of(list), new byte[] {2, 2, 0})).isTrue();
        Schema nulls = Schema.createArray(Schema.create(Schema.Type.NULL));
        byte[] many = {-2, -1, -1, -1, -1, -1, -1, -1, -1, 1, 0};
        assertThat(fits(AvroBytes.of(nulls), many)).isFalse();
    }

    private static boolean fits(AvroBytes walk, byte[] bytes) {
        ByteBuffer around = ByteBuffer.allocate(bytes.length + 6).put(3, bytes);
        return walk.fits(around, 3, 3 + bytes.length);
    }

    private static byte[] written(Schema schema, Object value) throws IOException {
        var bytes = new ByteArrayOutputStream();
        BinaryEncoder encoder = EncoderFactory.get().binaryEncoder(bytes, null);
        new GenericDatumWriter<>(schema).write(value, encoder);
        encoder.flush();
        return bytes.toByteArray();
    }

    private static boolean reads(Schema schema, byte[] bytes) throws IOException {
        BinaryDecoder decoder = DecoderFactory.get().binaryDecoder(bytes, null);
        try {
            new GenericDatumReader<>(schema, schema, GenericData.get()).read(null, decoder);
            return decoder.isEnd();
        } catch (IOException | RuntimeException _) {
            return false;
        }
    }

    private byte[] changed(byte[] bytes) {
        int length = switch (random.nextInt(4)) {
            case 0 -> random.nextInt(bytes.length + 1);
            case 1 -> bytes.length + 1;
            default -> bytes.length;
        };
        byte[] copy = Arrays.copyOf(bytes, length);
        if (length > 0) copy[random.nextInt(length)] = (byte) random.nextInt(256);
        return copy;
    }

    private Schema schema(int depth) {
        return switch (random.nextInt(depth > 3 ? 9 : 14)) {
            case 0 -> Schema.create(Schema.Type.NULL);
            case 1 -> Schema.create(Schema.Type.BOOLEAN);
            case 2 -> Schema.create(Schema.Type.INT);
            case 3 -> Schema.create(Schema.Type.LONG);
            case 4 -> Schema.create(Schema.Type.DOUBLE);
            case 5 -> Schema.create(Schema.Type.FLOAT);
            case 6 -> Schema.create(Schema.Type.STRING);
            case 7 -> Schema.createFixed("F" + names++, null, null, random.nextInt(4));
            case 8 -> Schema.createEnum("E" + names++, null, null, List.of("A", "B", "C"));
            case 9 -> Schema.createArray(schema(depth + 1));
            case 10 -> Schema.createMap(schema(depth + 1));
            case 11 ->
                Schema.createUnion(
                        Schema.create(Schema.Type.NULL), Schema.create(Schema.Type.STRING), record(depth + 1));
            default -> record(depth + 1);
        };
    }

    private Schema record(int depth) {
        var fields = new ArrayList<Schema.Field>();
        int count = random.nextInt(5);
        for (int i = 0; i < count; i++) fields.add(new Schema.Field("f" + i, schema(depth)));
        return Schema.createRecord("R" + names++, null, null, false, fields);
    }
}
