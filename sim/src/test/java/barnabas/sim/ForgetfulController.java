package barnabas.sim;

import barnabas.base.Deadline;
import barnabas.metadata.ControllerApi;
import barnabas.metadata.ControllerPort;
import barnabas.metadata.mutations.Requester;
import barnabas.protocol.RequestMessage;
import barnabas.protocol.ResponseMessage;
import barnabas.protocol.message.AlterPartitionRequest;
import barnabas.protocol.message.AlterPartitionRequest.BrokerState;
import barnabas.protocol.message.AlterPartitionResponse;
import java.util.ArrayList;
import org.jspecify.annotations.Nullable;

/// A planted bug: changes of in-sync replicas that only two are left in are acknowledged and not made.
final class ForgetfulController implements ControllerPort {
    private static final int SHRUNK = 2;

    private final ControllerPort real;

    ForgetfulController(ControllerPort real) {
        this.real = real;
    }

    @Override
    @SuppressWarnings("unchecked") // the answer is of the API that was asked
    public <Q extends RequestMessage, R extends ResponseMessage> R ask(
            ControllerApi<Q, R> api, Q request, Deadline deadline, Requester requester) throws InterruptedException {
        AlterPartitionResponse forgotten = forgotten(request);
        return forgotten == null ? real.ask(api, request, deadline, requester) : (R) forgotten;
    }

    @Override
    @SuppressWarnings("unchecked") // the answer is of the API that was asked
    public <Q extends RequestMessage, R extends ResponseMessage> R ask(
            ControllerApi<Q, R> api, Q request, Requester requester) throws InterruptedException {
        AlterPartitionResponse forgotten = forgotten(request);
        return forgotten == null ? real.ask(api, request, requester) : (R) forgotten;
    }

    private static @Nullable AlterPartitionResponse forgotten(RequestMessage request) {
        if (!(request instanceof AlterPartitionRequest alter)) return null;
        var topics = new ArrayList<AlterPartitionResponse.TopicData>();
        for (var topic : alter.topics()) {
            var answers = new ArrayList<AlterPartitionResponse.PartitionData>();
            for (var each : topic.partitions()) {
                if (each.newIsrWithEpochs().size() != SHRUNK) return null;
                answers.add(AlterPartitionResponse.PartitionData.builder()
                        .partitionIndex(each.partitionIndex())
                        .leaderId(alter.brokerId())
                        .leaderEpoch(each.leaderEpoch())
                        .isr(each.newIsrWithEpochs().stream()
                                .map(BrokerState::brokerId)
                                .toList())
                        .partitionEpoch(each.partitionEpoch() + 1)
                        .build());
            }
            topics.add(new AlterPartitionResponse.TopicData(topic.topicId(), answers));
        }
        return AlterPartitionResponse.builder().topics(topics).build();
    }
}
