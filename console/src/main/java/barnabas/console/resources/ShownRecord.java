package barnabas.console.resources;

import barnabas.console.json.JsonObject;
import barnabas.console.records.KnownSchemas;
import barnabas.console.records.ReadRecord;
import barnabas.protocol.records.RecordHeader;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Locale;

/// A record as JSON.
final class ShownRecord {
    private ShownRecord() {}

    static JsonObject of(ReadRecord record, KnownSchemas schemas) {
        var headers = new ArrayList<JsonObject>();
        for (RecordHeader each : record.headers()) {
            ByteBuffer value = each.value();
            headers.add(new JsonObject()
                    .put("name", each.key())
                    .put("value", ShownBytes.of(value, value == null ? 0 : value.remaining())));
        }
        ByteBuffer key = record.key();
        var json = new JsonObject()
                .put("partition", record.partition())
                .put("offset", record.offset())
                .put("timestamp", record.timestampMillis())
                .put("timestampType", record.timestampType().name().toLowerCase(Locale.ROOT))
                .put("key", ShownBytes.of(key, key == null ? 0 : key.remaining(), schemas))
                .put("value", ShownBytes.of(record.value(), record.valueBytes(), schemas))
                .put("headers", headers);
        ReadRecord.Producer producer = record.producer();
        if (producer != null)
            json.put(
                    "producer",
                    new JsonObject()
                            .put("id", producer.id())
                            .put("epoch", producer.epoch())
                            .put("sequence", producer.sequence())
                            .put("transactional", producer.transactional()));
        if (record.marker() != null) json.put("marker", record.marker());
        return json;
    }
}
