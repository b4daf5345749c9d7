package barnabas.broker.api;

import barnabas.broker.request.BlockingApi;
import barnabas.broker.request.Call;
import barnabas.broker.request.Need;
import barnabas.broker.security.Operation;
import barnabas.metadata.ClusterMetadata;
import barnabas.metadata.quotas.QuotaEntity;
import barnabas.metadata.quotas.QuotaFilter;
import barnabas.protocol.ApiKey;
import barnabas.protocol.ResponseMessage;
import barnabas.protocol.message.DescribeClientQuotasRequest;
import barnabas.protocol.message.DescribeClientQuotasResponse;
import barnabas.protocol.message.DescribeClientQuotasResponse.EntityData;
import barnabas.protocol.message.DescribeClientQuotasResponse.EntryData;
import barnabas.protocol.message.DescribeClientQuotasResponse.ValueData;
import java.util.ArrayList;
import java.util.SortedMap;

/// Finds client quotas by whom they limit (KIP-546).
public final class P48DescribeClientQuotas implements BlockingApi<DescribeClientQuotasRequest> {
    private static final Need NEED = new Need.OnCluster(Operation.DESCRIBE_CONFIGS);

    private final ClusterMetadata metadata;

    public P48DescribeClientQuotas(ClusterMetadata metadata) {
        this.metadata = metadata;
    }

    @Override
    public ApiKey key() {
        return ApiKey.DESCRIBE_CLIENT_QUOTAS;
    }

    @Override
    public Need needs() {
        return NEED;
    }

    @Override
    public ResponseMessage answer(DescribeClientQuotasRequest request, Call call) {
        return switch (QuotaFilter.of(request.components(), request.strict())) {
            case QuotaFilter.Reading.Valid(QuotaFilter filter) -> matching(filter);
            case QuotaFilter.Reading.Invalid invalid ->
                DescribeClientQuotasResponse.builder()
                        .errorCode(invalid.error().code())
                        .errorMessage(invalid.message())
                        .entries(null)
                        .build();
        };
    }

    private DescribeClientQuotasResponse matching(QuotaFilter filter) {
        var entries = new ArrayList<EntryData>();
        metadata.current().quotas().forEach((entity, limits) -> {
            if (filter.matches(entity)) entries.add(entry(entity, limits));
        });
        return DescribeClientQuotasResponse.builder().entries(entries).build();
    }

    private static EntryData entry(QuotaEntity entity, SortedMap<String, Double> limits) {
        var parts = entity.parts().stream()
                .map(part -> new EntityData(part.type(), part.name()))
                .toList();
        var values = limits.entrySet().stream()
                .map(limit -> new ValueData(limit.getKey(), limit.getValue()))
                .toList();
        return new EntryData(parts, values);
    }
}
