package barnabas.metadata.controller;

import barnabas.metadata.decision.Decision;
import barnabas.metadata.decision.Refusal;
import barnabas.metadata.decision.RefusedReplies;
import barnabas.metadata.image.ClusterImage;
import barnabas.metadata.quotas.QuotaEntity;
import barnabas.protocol.ErrorCode;
import barnabas.protocol.Message;
import barnabas.protocol.message.AlterClientQuotasRequest;
import barnabas.protocol.message.AlterClientQuotasRequest.EntityData;
import barnabas.protocol.message.AlterClientQuotasRequest.OpData;
import barnabas.protocol.message.AlterClientQuotasResponse;
import barnabas.protocol.metadata.ClientQuotaRecord;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// AlterClientQuotas (KIP-546). Each entity is changed or refused for itself.
final class QuotaChanges {
    /// @param ofAddresses whether it limits addresses rather than users and client ids
    /// @param whole whether it counts whole things
    private record Quota(boolean ofAddresses, boolean whole) {}

    private static final Map<String, Quota> QUOTAS = Map.of(
            "producer_byte_rate", new Quota(false, true),
            "consumer_byte_rate", new Quota(false, true),
            "request_percentage", new Quota(false, false),
            "controller_mutation_rate", new Quota(false, false),
            "connection_creation_rate", new Quota(true, true));

    private static final Pattern IP_V4 = Pattern.compile("((25[0-5]|2[0-4]\\d|1?\\d?\\d)(\\.(?!$)|$)){4}");
    private static final Pattern IP_V6 = Pattern.compile("[0-9a-fA-F:]*:[0-9a-fA-F:.]*(%\\w+)?");

    private final ClusterImage image;

    QuotaChanges(ClusterImage image) {
        this.image = image;
    }

    Decision<AlterClientQuotasResponse> decide(AlterClientQuotasRequest request) {
        var records = new ArrayList<Message>();
        var entries = new ArrayList<AlterClientQuotasResponse.EntryData>();
        var times = new HashMap<QuotaEntity, Integer>();
        for (var entry : request.entries()) times.merge(entity(entry.entity()), 1, Integer::sum);
        for (var entry : request.entries()) {
            QuotaEntity entity = entity(entry.entity());
            Integer count = times.get(entity);
            if (count == null) continue;
            Refusal refusal;
            if (count > 1 || hasKeyTwice(entry.ops())) {
                times.remove(entity);
                refusal = invalid("Ignoring duplicate entity " + describe(entry.entity()));
            } else {
                refusal = alter(entity, entry, records);
            }
            entries.add(answer(entry.entity(), refusal));
        }
        var response = AlterClientQuotasResponse.builder()
                .entries(List.copyOf(entries))
                .build();
        if (records.size() > Decision.RECORDS_MAX)
            return Decision.answer(RefusedReplies.of(request, Refusal.TOO_MANY_RECORDS));
        return request.validateOnly() ? Decision.answer(response) : Decision.atomic(records, response);
    }

    private static boolean hasKeyTwice(List<OpData> ops) {
        return ops.stream().map(OpData::key).distinct().count() < ops.size();
    }

    private static AlterClientQuotasResponse.EntryData answer(List<EntityData> entity, @Nullable Refusal refusal) {
        return new AlterClientQuotasResponse.EntryData(
                refusal == null ? ErrorCode.NONE.code() : refusal.error().code(),
                refusal == null ? null : refusal.message(),
                entity.stream()
                        .map(each -> new AlterClientQuotasResponse.EntityData(each.entityType(), each.entityName()))
                        .toList());
    }

    private static QuotaEntity entity(List<EntityData> parts) {
        // Of a type that is named twice the last one counts, as in Kafka.
        Map<String, @Nullable String> byType = new TreeMap<>();
        for (EntityData part : parts) byType.put(part.entityType(), part.entityName());
        return new QuotaEntity(byType.entrySet().stream()
                .map(part -> new QuotaEntity.Part(part.getKey(), part.getValue()))
                .toList());
    }

    private static String describe(List<EntityData> parts) {
        var names = new TreeMap<String, String>();
        for (EntityData part : parts) names.put(part.entityType(), String.valueOf(part.entityName()));
        return "ClientQuotaEntity(entries=" + names + ")";
    }

    private @Nullable Refusal alter(
            QuotaEntity entity, AlterClientQuotasRequest.EntryData entry, List<Message> records) {
        Refusal refusal = problemWith(entity);
        if (refusal != null) return refusal;
        boolean isAddress = entity.parts().stream().anyMatch(part -> part.type().equals(QuotaEntity.IP));
        var changes = new ArrayList<Message>();
        for (OpData op : entry.ops()) {
            Quota quota = QUOTAS.get(op.key());
            if (quota == null || quota.ofAddresses != isAddress) {
                return invalid("Invalid configuration key " + op.key());
            }
            if (!op.remove()) {
                refusal = problemWith(op, quota);
                if (refusal != null) return refusal;
            }
            if (!isAlready(entity, op)) changes.add(record(entity, op));
        }
        records.addAll(changes);
        return null;
    }

    private static @Nullable Refusal problemWith(QuotaEntity entity) {
        if (entity.parts().isEmpty()) return invalid("Invalid empty client quota entity");
        boolean isAddress = false;
        boolean isClient = false;
        for (QuotaEntity.Part part : entity.parts()) {
            switch (part.type()) {
                case QuotaEntity.USER, QuotaEntity.CLIENT_ID -> isClient = true;
                case QuotaEntity.IP -> isAddress = true;
                default -> {
                    return invalid("Unhandled client quota entity type: " + part.type());
                }
            }
            String name = part.name();
            if (name != null && name.isEmpty()) return invalid("Empty " + part.type() + " not supported");
        }
        if (isAddress && isClient) {
            return invalid("Invalid quota entity combination, IP entity shouldnot be combined with User or ClientId");
        }
        String address = entity.parts().getFirst().name();
        if (isAddress && address != null && !isAddress(address)) {
            return invalid(address + " is not a valid IP or resolvable host.");
        }
        return null;
    }

    /// Host names are not looked up: who is meant must not depend on who asks whom.
    private static boolean isAddress(String text) {
        return IP_V4.matcher(text).matches() || IP_V6.matcher(text).matches();
    }

    private static @Nullable Refusal problemWith(OpData op, Quota quota) {
        if (!Double.isFinite(op.value())) return invalid("Quota " + op.key() + " must be a finite number");
        if (op.value() <= 0) return invalid("Quota " + op.key() + " must be greater than 0");
        if (!quota.whole) return null;
        if (op.value() > Long.MAX_VALUE) {
            return invalid("Proposed value for " + op.key() + " is too large for a LONG.");
        }
        if (op.value() != Math.rint(op.value())) return invalid(op.key() + " cannot be a fractional value.");
        return null;
    }

    private boolean isAlready(QuotaEntity entity, OpData op) {
        var present = image.quotas().find(entity);
        Double value = present == null ? null : present.get(op.key());
        return op.remove() ? value == null : value != null && value == op.value();
    }

    private static ClientQuotaRecord record(QuotaEntity entity, OpData op) {
        return new ClientQuotaRecord(
                entity.parts().stream()
                        .map(part -> new ClientQuotaRecord.EntityData(part.type(), part.name()))
                        .toList(),
                op.key(),
                op.remove() ? 0 : op.value(),
                op.remove());
    }

    private static Refusal invalid(String message) {
        return new Refusal(ErrorCode.INVALID_REQUEST, message);
    }
}
