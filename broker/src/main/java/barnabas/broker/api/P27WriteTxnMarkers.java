package barnabas.broker.api;

import barnabas.broker.cluster.TransactionMarkers;
import barnabas.broker.request.BlockingApi;
import barnabas.broker.request.Call;
import barnabas.broker.request.Need;
import barnabas.coordination.Marker;
import barnabas.coordination.Producer;
import barnabas.coordination.transactions.Participant;
import barnabas.protocol.ApiKey;
import barnabas.protocol.ErrorCode;
import barnabas.protocol.ResponseMessage;
import barnabas.protocol.message.WriteTxnMarkersRequest;
import barnabas.protocol.message.WriteTxnMarkersRequest.WritableTxnMarker;
import barnabas.protocol.message.WriteTxnMarkersRequest.WritableTxnMarkerTopic;
import barnabas.protocol.message.WriteTxnMarkersResponse;
import barnabas.protocol.message.WriteTxnMarkersResponse.WritableTxnMarkerPartitionResult;
import barnabas.protocol.message.WriteTxnMarkersResponse.WritableTxnMarkerResult;
import barnabas.protocol.message.WriteTxnMarkersResponse.WritableTxnMarkerTopicResult;
import java.util.ArrayList;
import java.util.Map;

/// Ends transactions on partitions of this broker, as their coordinator decided, or as an operator does with a
/// hanging one (`kafka-transactions.sh abort`).
public final class P27WriteTxnMarkers implements BlockingApi<WriteTxnMarkersRequest> {
    private static final Need NEED = Need.OF_ITS_GUARD;

    private final TransactionMarkers markers;

    public P27WriteTxnMarkers(TransactionMarkers markers) {
        this.markers = markers;
    }

    @Override
    public ApiKey key() {
        return ApiKey.WRITE_TXN_MARKERS;
    }

    @Override
    public Need needs() {
        return NEED;
    }

    @Override
    public ResponseMessage answer(WriteTxnMarkersRequest request, Call call) {
        var results = new ArrayList<WritableTxnMarkerResult>();
        for (WritableTxnMarker each : request.markers()) results.add(write(each));
        return WriteTxnMarkersResponse.builder().markers(results).build();
    }

    private WritableTxnMarkerResult write(WritableTxnMarker asked) {
        var marker = new Marker(
                new Producer(asked.producerId(), asked.producerEpoch()),
                asked.coordinatorEpoch(),
                asked.transactionResult(),
                asked.transactionVersion());
        var participants = new ArrayList<Participant>();
        for (WritableTxnMarkerTopic topic : asked.topics())
            for (int index : topic.partitionIndexes()) participants.add(new Participant(topic.name(), index));
        Map<Participant, ErrorCode> errors = markers.append(participants, marker);
        var topics = new ArrayList<WritableTxnMarkerTopicResult>();
        for (WritableTxnMarkerTopic topic : asked.topics()) {
            var partitions = new ArrayList<WritableTxnMarkerPartitionResult>();
            for (int index : topic.partitionIndexes()) {
                ErrorCode error =
                        errors.getOrDefault(new Participant(topic.name(), index), ErrorCode.UNKNOWN_SERVER_ERROR);
                partitions.add(new WritableTxnMarkerPartitionResult(index, error.code()));
            }
            topics.add(new WritableTxnMarkerTopicResult(topic.name(), partitions));
        }
        return new WritableTxnMarkerResult(asked.producerId(), topics);
    }
}
