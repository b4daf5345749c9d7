package barnabas.sql.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import barnabas.sql.catalog.DataSource;
import barnabas.sql.formats.Format;
import barnabas.sql.rows.Column;
import barnabas.sql.rows.Row;
import barnabas.sql.rows.Schema;
import barnabas.sql.statements.TopicTypes;
import barnabas.sql.syntax.Statement;
import barnabas.sql.types.SqlType;
import barnabas.sql.types.Struct;
import barnabas.sql.web.ServiceUnavailable;
import java.io.ByteArrayOutputStream;
import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalTime;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericDatumWriter;
import org.apache.avro.io.EncoderFactory;
import org.apache.kafka.common.errors.SerializationException;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// Rows whose schemas lie in a registry.
class RegistryFormatsTest {
    private static final SqlType.Structure INNER = SqlType.struct("X", SqlType.INTEGER, "Y", SqlType.STRING);

    private FakeRegistry registry;
    private RegistryFormats formats;

    @BeforeEach
    void start() throws Exception {
        registry = new FakeRegistry();
        formats = registry.formats();
    }

    @AfterEach
    void end() {
        formats.client().close();
        registry.close();
    }

    private static DataSource source(String topic, Format format, @Nullable Boolean wrap, Column... columns) {
        var encoding = new DataSource.Encoding(
                format,
                format,
                new Format.Options(wrap, ',', ',', Format.Nulls.NONE, Format.Nulls.NONE, null, null),
                null,
                null);
        return new DataSource(
                Statement.Kind.STREAM, topic.toUpperCase(), new Schema(List.of(columns)), topic, encoding, false);
    }

    private static Column[] all() {
        var columns = new ArrayList<Column>();
        for (SqlType each : List.of(
                SqlType.BOOLEAN,
                SqlType.INTEGER,
                SqlType.BIGINT,
                SqlType.DOUBLE,
                SqlType.STRING,
                SqlType.BYTES,
                SqlType.DATE,
                SqlType.TIME,
                SqlType.TIMESTAMP,
                SqlType.decimal(6, 2),
                SqlType.array(SqlType.STRING),
                SqlType.map(SqlType.STRING, SqlType.BIGINT),
                INNER,
                SqlType.array(SqlType.struct("Z", SqlType.DATE))))
            columns.add(Column.value("C" + columns.size(), each));
        return columns.toArray(Column[]::new);
    }

    private static Row full() {
        return new Row(
                true,
                -7,
                1L << 40,
                2.5,
                "text é",
                ByteBuffer.wrap(new byte[] {0, -1, 5}).asReadOnlyBuffer(),
                LocalDate.of(2026, 7, 1),
                LocalTime.of(10, 20, 30),
                Instant.ofEpochMilli(-1),
                new BigDecimal("-1234.50"),
                List.of("a", "b"),
                Map.of("k", 5L),
                new Struct(INNER, Arrays.asList(3, "y")),
                List.of(new Struct(SqlType.struct("Z", SqlType.DATE), List.of(LocalDate.EPOCH))));
    }

    @ParameterizedTest
    @EnumSource(names = {"AVRO", "JSON_SR"})
    void rowsComeBackAsTheyWere(Format format) {
        DataSource source = source("all", format, null, all());
        Format.Codec codec = formats.value(source);
        byte[] bytes = codec.encode(full());
        assertThat(bytes).startsWith(0, 0, 0, 0, 1);
        assertThat(formats.value(source).decode(bytes)).isEqualTo(full());
        assertThat(registry.subjects()).containsExactly("all-value");
        assertThat(formats.type("all", values(format)).orElseThrow().toString())
                .isEqualTo(new SqlType.Structure(source.schema().values().stream()
                                .map(each -> new SqlType.Field(each.name(), each.type()))
                                .toList())
                        .toString());
        assertThat(codec.encode(null)).isNull();
        assertThat(codec.decode(null)).isNull();
    }

    @ParameterizedTest
    @EnumSource(names = {"AVRO", "JSON_SR"})
    void columnsMayBeNull(Format format) {
        Format.Codec codec = formats.value(source("nulls", format, null, all()));
        var nothing = new Row(new Object[full().values().length]);
        assertThat(codec.decode(codec.encode(nothing))).isEqualTo(nothing);
    }

    @ParameterizedTest
    @EnumSource(names = {"AVRO", "JSON_SR"})
    void aSingleColumnCanStandAlone(Format format) {
        DataSource source = source("one", format, false, Column.key("K", SqlType.STRING), Column.value("V", INNER));
        var row = new Row(new Struct(INNER, Arrays.asList(3, null)));
        Format.Codec codec = formats.value(source);
        assertThat(codec.decode(codec.encode(row))).isEqualTo(row);
        assertThat(codec.encode(new Row(new Object[1]))).isNull();
        Format.Codec keys = formats.key(source);
        assertThat(keys.decode(keys.encode(new Row("k")))).isEqualTo(new Row("k"));
        assertThat(registry.subjects()).containsExactlyInAnyOrder("one-key", "one-value");
    }

    private static final String ORDER = """
            {"type": "record", "name": "Order", "namespace": "shop", "fields": [
              {"name": "orderId", "type": "long"},
              {"name": "state", "type": {"type": "enum", "name": "State", "symbols": ["NEW", "PAID"]}},
              {"name": "at", "type": {"type": "long", "logicalType": "timestamp-millis"}},
              {"name": "price", "type": {"type": "fixed", "name": "P", "size": 4, "logicalType": "decimal",
                "precision": 8, "scale": 2}},
              {"name": "note", "type": ["null", "string"], "default": null},
              {"name": "version", "type": "int", "default": 3}]}""";

    private static TopicTypes.Side values(Format format) {
        return new TopicTypes.Side(false, format, null);
    }

    @Test
    void recordsOfOtherProgramsAreReadAndWrittenWithTheirSchema() throws Exception {
        int id = registry.add("orders-value", "AVRO", ORDER);
        var schema = new org.apache.avro.Schema.Parser().parse(ORDER);
        var record = new GenericData.Record(schema);
        record.put("orderId", 5L);
        record.put("state", new GenericData.EnumSymbol(schema.getField("state").schema(), "PAID"));
        record.put("at", 1_000L);
        record.put("price", new GenericData.Fixed(schema.getField("price").schema(), new byte[] {-1, -1, -1, 6}));
        record.put("note", "n");
        record.put("version", 9);
        var body = new ByteArrayOutputStream();
        var encoder = EncoderFactory.get().binaryEncoder(body, null);
        new GenericDatumWriter<GenericData.Record>(schema).write(record, encoder);
        encoder.flush();

        DataSource source = source(
                "orders",
                Format.AVRO,
                null,
                Column.value("ORDERID", SqlType.BIGINT),
                Column.value("STATE", SqlType.STRING),
                Column.value("AT", SqlType.TIMESTAMP),
                Column.value("PRICE", SqlType.decimal(8, 2)),
                Column.value("NOTE", SqlType.STRING));
        Format.Codec codec = formats.value(source);
        var row = new Row(5L, "PAID", Instant.ofEpochMilli(1_000), new BigDecimal("-2.50"), "n");
        assertThat(codec.decode(SchemaFrame.framed(id, body.toByteArray()))).isEqualTo(row);

        formats.register(source, false);
        formats.register(source, true);
        byte[] written = codec.encode(row);
        assertThat(codec.decode(written)).isEqualTo(row);
        assertThat(written).startsWith(0, 0, 0, 0, id);
        assertThat(registry.latest("orders-value")).isEqualTo(ORDER);
        assertThatThrownBy(() -> codec.encode(new Row(5L, "LOST", Instant.EPOCH, new BigDecimal("1.00"), null)))
                .isInstanceOf(SerializationException.class);
        assertThatThrownBy(() -> codec.encode(new Row(null, "NEW", Instant.EPOCH, new BigDecimal("1.00"), null)))
                .isInstanceOf(SerializationException.class);
    }

    private Format.Codec avro(String topic, String type, SqlType column) {
        registry.add(
                topic + "-value",
                "AVRO",
                "{\"type\": \"record\", \"name\": \"R\", \"fields\": [{\"name\": \"A\", \"type\": " + type + "}]}");
        return formats.value(source(topic, Format.AVRO, null, Column.value("A", column)));
    }

    /// Schemas and records of a few bytes that ask for gigabytes.
    @Test
    void recordsTakeNoMoreRoomThanTheirBytes() {
        SqlType price = SqlType.decimal(4, 2);
        String decimal = ", \"logicalType\": \"decimal\", \"precision\": 900000000, \"scale\": 900000000}";
        Format.Codec scale = avro("scale", "{\"type\": \"bytes\"" + decimal, price);
        assertThatThrownBy(() -> scale.decode(SchemaFrame.framed(1, new byte[] {2, 5})))
                .isInstanceOf(SerializationException.class)
                .hasMessageContaining("900000000");
        assertThat(formats.type("scale", values(Format.AVRO))).isEmpty();
        Format.Codec fixed =
                avro("fixed", "{\"type\": \"fixed\", \"name\": \"F\", \"size\": 2000000000}", SqlType.BYTES);
        assertThatThrownBy(() -> fixed.decode(SchemaFrame.framed(2, new byte[] {2, 5})))
                .isInstanceOf(SerializationException.class);
        byte[] billion = {(byte) 0x80, (byte) 0xA8, (byte) 0xD6, (byte) 0xB9, 7, 2, 0};
        Format.Codec array = avro("array", "{\"type\": \"array\", \"items\": \"int\"}", SqlType.array(SqlType.INTEGER));
        assertThatThrownBy(() -> array.decode(SchemaFrame.framed(3, billion)))
                .isInstanceOf(SerializationException.class);
        Format.Codec nulls =
                avro("nothing", "{\"type\": \"array\", \"items\": \"null\"}", SqlType.array(SqlType.INTEGER));
        assertThatThrownBy(() -> nulls.decode(SchemaFrame.framed(4, billion)))
                .isInstanceOf(SerializationException.class);
        assertThat(nulls.decode(SchemaFrame.framed(4, new byte[] {4, 0})))
                .isEqualTo(new Row(Arrays.<@Nullable Object>asList(Arrays.asList(null, null))
                        .toArray()));
        Format.Codec map =
                avro("map", "{\"type\": \"map\", \"values\": \"int\"}", SqlType.map(SqlType.STRING, SqlType.INTEGER));
        assertThatThrownBy(() -> map.decode(SchemaFrame.framed(5, billion))).isInstanceOf(SerializationException.class);
    }

    @Test
    void jsonIsWrittenWithTheNamesOfItsSchema() {
        int id = registry.add(
                "people-value",
                "JSON",
                "{\"type\":\"object\",\"properties\":{\"firstName\":{\"type\":\"string\"},"
                        + "\"home\":{\"oneOf\":[{\"type\":\"null\"},{\"type\":\"object\",\"properties\":"
                        + "{\"zip\":{\"type\":\"integer\",\"connect.type\":\"int32\"}}}]},"
                        + "\"work\":{\"$ref\":\"#/definitions/place\"},"
                        + "\"old\":{\"allOf\":[{\"$ref\":\"#/definitions/place\"}]}},\"definitions\":{\"place\":{\"type\":\"object\","
                        + "\"properties\":{\"zip\":{\"type\":\"integer\",\"connect.type\":\"int32\"}}}}}");
        DataSource source = source(
                "people",
                Format.JSON_SR,
                null,
                Column.value("FIRSTNAME", SqlType.STRING),
                Column.value("HOME", SqlType.struct("ZIP", SqlType.INTEGER)),
                Column.value("WORK", SqlType.struct("ZIP", SqlType.INTEGER)),
                Column.value("OLD", SqlType.struct("ZIP", SqlType.INTEGER)));
        Format.Codec codec = formats.value(source);
        var place = new Struct(SqlType.struct("ZIP", SqlType.INTEGER), List.of(7));
        var row = new Row("ada", place, place, place);
        byte[] bytes = codec.encode(row);
        assertThat(new String(bytes, 5, bytes.length - 5, java.nio.charset.StandardCharsets.UTF_8))
                .isEqualTo("{\"firstName\":\"ada\",\"home\":{\"zip\":7},\"work\":{\"zip\":7},\"old\":{\"zip\":7}}");
        assertThat(bytes).startsWith(0, 0, 0, 0, id);
        assertThat(codec.decode(bytes)).isEqualTo(row);
    }

    private static final String EVENT = """
            syntax = "proto3"; // a comment
            package shop;
            import "google/protobuf/timestamp.proto";
            enum Colour { UNKNOWN = 0; RED = 1; reserved 5; BLUE = 0x7; }
            message Other { int32 x = 1; }
            message Event {
              message Part { string name = 1; Colour colour = 2; }
              sint64 id = 4;
              repeated uint32 numbers = 1 [packed = true];
              map<string, Part> parts = 2;
              oneof choice { string word = 9; double number = 10; }
              Colour colour = 3;
              google.protobuf.Timestamp at = 8;
              bool done = 7;
            }""";

    private static DataSource events() {
        SqlType part = SqlType.struct("NAME", SqlType.STRING, "COLOUR", SqlType.STRING);
        return source(
                "events",
                Format.PROTOBUF,
                null,
                Column.value("ID", SqlType.BIGINT),
                Column.value("NUMBERS", SqlType.array(SqlType.BIGINT)),
                Column.value("PARTS", SqlType.map(SqlType.STRING, part)),
                Column.value("WORD", SqlType.STRING),
                Column.value("NUMBER", SqlType.DOUBLE),
                Column.value("COLOUR", SqlType.STRING),
                Column.value("AT", SqlType.TIMESTAMP),
                Column.value("DONE", SqlType.BOOLEAN));
    }

    /// The bytes are those that the Protobuf documentation's rules give for the second message.
    @Test
    void messagesOfOtherProgramsAreRead() {
        int id = registry.add("events-value", "PROTOBUF", EVENT);
        byte[] body = {
            2,
            2, // one index: the second message
            32,
            5, // id = -3, zigzag
            10,
            3,
            1,
            (byte) 0x96,
            1, // numbers, packed: 1, 150
            8,
            7, // and one alone: 7
            18,
            10,
            10,
            1,
            'k',
            18,
            5,
            10,
            1,
            'n',
            16,
            7, // parts
            24,
            1, // colour = RED
            81,
            0,
            0,
            0,
            0,
            0,
            0,
            (byte) 0xF8,
            0x3F, // number = 1.5
            66,
            2,
            8,
            1, // at
            (byte) 0xA2,
            6,
            1,
            'z', // a field that the schema does not have
        };
        SqlType.Structure part = SqlType.struct("NAME", SqlType.STRING, "COLOUR", SqlType.STRING);
        assertThat(formats.value(events()).decode(SchemaFrame.framed(id, body)))
                .isEqualTo(new Row(
                        -3L,
                        List.of(1L, 150L, 7L),
                        Map.of("k", new Struct(part, List.of("n", "BLUE"))),
                        null,
                        1.5,
                        "RED",
                        Instant.ofEpochMilli(1_000),
                        false));
        for (int length = 0; length < body.length; length++) {
            byte[] cut = SchemaFrame.framed(id, Arrays.copyOf(body, length));
            try {
                formats.value(events()).decode(cut);
            } catch (SerializationException e) {
                assertThat(e).hasMessageContaining(" ");
            }
        }
    }

    private static final String CHOICES = """
            syntax = "proto3";
            message Paid {
              oneof how { string card = 1; int64 cash = 2; }
              google.protobuf.StringValue note = 3;
              confluent.type.Decimal sum = 4 [(confluent.field_meta) = {
                params: [ {key: "precision", value: "6"}, {key: "scale", value: "2"} ] }];
            }""";

    @Test
    void aOneofIsAColumnWithTheFieldsToChooseFrom() {
        int id = registry.add("paid-value", "PROTOBUF", CHOICES);
        SqlType.Structure how = SqlType.struct("CARD", SqlType.STRING, "CASH", SqlType.BIGINT);
        assertThat(formats.type("paid", values(Format.PROTOBUF)).orElseThrow())
                .hasToString("STRUCT<HOW_0 STRUCT<CARD STRING, CASH BIGINT>, NOTE STRING, SUM DECIMAL(6, 2)>");
        Format.Codec codec = formats.value(source(
                "paid",
                Format.PROTOBUF,
                null,
                Column.value("HOW_0", how),
                Column.value("NOTE", SqlType.STRING),
                Column.value("SUM", SqlType.decimal(6, 2))));
        byte[] body = {0, 16, 5, 26, 3, 10, 1, 'n', 34, 5, 10, 1, -5, 24, 1};
        var row = new Row(new Struct(how, Arrays.asList(null, 5L)), "n", new BigDecimal("-0.50"));
        assertThat(codec.decode(SchemaFrame.framed(id, body))).isEqualTo(row);
        var chosen = new Row(new Struct(how, Arrays.asList("visa", null)), null, null);
        assertThat(codec.decode(codec.encode(chosen))).isEqualTo(chosen);
        assertThat(codec.decode(SchemaFrame.framed(id, new byte[] {0}))).isEqualTo(new Row(new Object[3]));
        body[14] = 4; // of a scale that the column does not have
        assertThatThrownBy(() -> codec.decode(SchemaFrame.framed(id, body))).isInstanceOf(SerializationException.class);
    }

    @Test
    void messagesKeepWhatProtobufHas() {
        DataSource source = source(
                "proto",
                Format.PROTOBUF,
                null,
                Column.value("A", SqlType.INTEGER),
                Column.value("B", SqlType.array(SqlType.STRING)),
                Column.value("C", SqlType.map(SqlType.STRING, SqlType.BIGINT)),
                Column.value("D", INNER),
                Column.value("E", SqlType.TIMESTAMP),
                Column.value("F", SqlType.array(SqlType.struct("Z", SqlType.DOUBLE))),
                Column.value("G", SqlType.BYTES),
                Column.value("H", SqlType.decimal(6, 2)),
                Column.value("I", SqlType.DATE),
                Column.value("J", SqlType.TIME),
                Column.value("K", SqlType.array(SqlType.decimal(3, 1))));
        Format.Codec codec = formats.value(source);
        var row = new Row(
                -1,
                List.of("x", ""),
                Map.of("k", 0L),
                new Struct(INNER, List.of(3, "y")),
                Instant.ofEpochMilli(-1),
                List.of(new Struct(SqlType.struct("Z", SqlType.DOUBLE), List.of(2.5))),
                ByteBuffer.wrap(new byte[] {1}).asReadOnlyBuffer(),
                new BigDecimal("-1234.50"),
                LocalDate.of(1969, 12, 31),
                LocalTime.of(0, 59, 1, 7_000_000),
                List.of(new BigDecimal("0.0"), new BigDecimal("99.9")));
        assertThat(codec.decode(codec.encode(row))).isEqualTo(row);
        assertThat(formats.type("proto", values(Format.PROTOBUF)).orElseThrow().toString())
                .isEqualTo(new SqlType.Structure(source.schema().values().stream()
                                .map(each -> new SqlType.Field(each.name(), each.type()))
                                .toList())
                        .toString());
        var nothing = new Row(new Object[11]);
        assertThat(codec.decode(codec.encode(nothing)))
                .isEqualTo(new Row(
                        0,
                        List.of(),
                        Map.of(),
                        null,
                        null,
                        List.of(),
                        ByteBuffer.allocate(0).asReadOnlyBuffer(),
                        null,
                        null,
                        null,
                        List.of()));
    }

    @Test
    void bytesThatAreNoRecordAreAnErrorOfTheRecord() {
        Format.Codec codec = formats.value(source("bad", Format.AVRO, null, Column.value("A", SqlType.STRING)));
        byte[] good = codec.encode(new Row("text"));
        byte[] cut = Arrays.copyOf(good, good.length - 2);
        for (byte[] each :
                List.of(new byte[0], new byte[] {0, 0, 0}, "{\"A\":1}".getBytes(), new byte[] {0, 0, 0, 0, 99, 1}, cut))
            assertThatThrownBy(() -> codec.decode(each)).isInstanceOf(SerializationException.class);
        int json = registry.add("other-value", "JSON", "{\"type\":\"object\"}");
        assertThatThrownBy(() -> codec.decode(SchemaFrame.framed(json, new byte[] {2})))
                .hasMessageContaining("not AVRO");
        assertThat(formats.type("other", values(Format.AVRO))).isEmpty();
    }

    @Test
    void aRegistryThatIsDownIsNoErrorOfTheRecord() {
        Format.Codec codec = formats.value(source("down", Format.AVRO, null, Column.value("A", SqlType.STRING)));
        byte[] bytes = codec.encode(new Row("text"));
        RegistryFormats fresh = registry.formats();
        registry.down(true);
        Format.Codec other = fresh.value(source("down", Format.AVRO, null, Column.value("A", SqlType.STRING)));
        assertThatThrownBy(() -> other.decode(bytes))
                .isInstanceOf(ServiceUnavailable.class)
                .isNotInstanceOf(SerializationException.class);
        registry.down(false);
        assertThat(other.decode(bytes)).isEqualTo(new Row("text"));
        fresh.client().close();
    }

    @Test
    void aRefusedSchemaIsAnErrorThatNamesTheSubject() {
        registry.close("closed-value");
        DataSource source = source("closed", Format.AVRO, null, Column.value("A", SqlType.STRING));
        assertThatThrownBy(() -> formats.register(source, true))
                .hasMessageContaining("closed-value")
                .hasMessageContaining("incompatible");
    }

    @Test
    void rowsAreWrittenWithTheSchemaOfAnId() {
        String schema = """
                {"type":"record","name":"Page","fields":[{"name":"page_name","type":"string"},
                {"name":"title","type":"string","default":"none"}]}""";
        int id = registry.add("elsewhere", "AVRO", schema);
        registry.add("ids-value", "AVRO", "\"string\"");
        var options = new Format.Options(
                null, ',', ',', Format.Nulls.NONE, Format.Nulls.NONE, null, new Format.SchemaName(id, null));
        var source = new DataSource(
                Statement.Kind.STREAM,
                "IDS",
                new Schema(List.of(Column.value("page_name", SqlType.STRING))),
                "ids",
                new DataSource.Encoding(Format.NONE, Format.AVRO, options, null, null),
                false);
        formats.register(source, true);
        assertThat(registry.latest("ids-value")).isEqualTo(schema);
        byte[] bytes = formats.value(source).encode(new Row("a"));
        DataSource read = source(
                "ids",
                Format.AVRO,
                null,
                Column.value("PAGE_NAME", SqlType.STRING),
                Column.value("TITLE", SqlType.STRING));
        assertThat(formats.value(read).decode(bytes)).isEqualTo(new Row("a", "none"));
        assertThat(formats.withId(id, values(Format.AVRO)))
                .hasValue(SqlType.struct("page_name", SqlType.STRING, "title", SqlType.STRING));
        assertThat(formats.withId(id, values(Format.JSON_SR))).isEmpty();
        assertThat(formats.withId(77, values(Format.AVRO))).isEmpty();
    }
}
