package barnabas.coordination.groups;

import barnabas.protocol.Message;
import barnabas.protocol.MessageReader;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.function.BiFunction;
import org.apache.kafka.common.message.LeaveGroupRequestData;
import org.apache.kafka.common.message.LeaveGroupResponseData;
import org.apache.kafka.common.protocol.ApiMessage;
import org.apache.kafka.common.protocol.ByteBufferAccessor;
import org.apache.kafka.common.protocol.Errors;
import org.apache.kafka.common.protocol.MessageUtil;

/// Turns messages of ours into Kafka's and back, over the wire format.
final class KafkaMessages {
    private KafkaMessages() {}

    static <T> T toKafka(Message ours, short version, BiFunction<ByteBufferAccessor, Short, T> reader) {
        return reader.apply(new ByteBufferAccessor(ours.toBuffer(version)), version);
    }

    static <T> T toOurs(ApiMessage kafkas, short version, BiFunction<MessageReader, Short, T> reader) {
        ByteBuffer bytes = MessageUtil.toByteBufferAccessor(kafkas, version).buffer();
        return reader.apply(new MessageReader(bytes), version);
    }

    static barnabas.protocol.Uuid toOurs(org.apache.kafka.common.Uuid id) {
        return new barnabas.protocol.Uuid(id.getMostSignificantBits(), id.getLeastSignificantBits());
    }

    static org.apache.kafka.common.Uuid toKafka(barnabas.protocol.Uuid id) {
        return new org.apache.kafka.common.Uuid(id.mostSignificantBits(), id.leastSignificantBits());
    }

    /// The answer of the service around the shard when the shard throws: a group that is not there has no such members.
    static LeaveGroupResponseData leaveFailed(LeaveGroupRequestData request, Errors error) {
        if (error != Errors.UNKNOWN_MEMBER_ID) return new LeaveGroupResponseData().setErrorCode(error.code());
        var members = new ArrayList<LeaveGroupResponseData.MemberResponse>();
        for (var each : request.members()) {
            members.add(new LeaveGroupResponseData.MemberResponse()
                    .setMemberId(each.memberId())
                    .setGroupInstanceId(each.groupInstanceId())
                    .setErrorCode(error.code()));
        }
        return new LeaveGroupResponseData().setMembers(members);
    }
}
