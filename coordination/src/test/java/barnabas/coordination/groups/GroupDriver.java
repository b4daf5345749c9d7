package barnabas.coordination.groups;

import barnabas.coordination.CoordinatorRecord;
import barnabas.coordination.RequestContext;
import barnabas.protocol.ErrorCode;
import barnabas.protocol.RequestMessage;
import java.util.List;
import java.util.function.Consumer;

/// A group coordinator's one shard, driven step by step on a virtual clock. The same scripts run on ours and on
/// Apache Kafka's.
interface GroupDriver extends AutoCloseable {
    /// `reply` gets the response message, now or during a later call.
    void send(RequestContext context, RequestMessage request, Consumer<Object> reply);

    /// Ends a transaction of a producer.
    void endTransaction(long producerId, short producerEpoch, boolean commit);

    /// Lets time pass, firing every time-out at its moment.
    void advance(long millis);

    void topics(FixedTopics topics);

    void topicsDeleted(List<String> names);

    /// The next append fails; NONE takes that back.
    void failNext(ErrorCode error);

    /// A new coordinator loads what was written.
    void restart();

    /// Records appended since the last call.
    List<CoordinatorRecord> appended();

    @Override
    default void close() {}
}
