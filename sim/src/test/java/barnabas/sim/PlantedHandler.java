package barnabas.sim;

import barnabas.net.CloseReason;
import barnabas.net.Connection;
import barnabas.net.FrameHandler;
import barnabas.net.PassingSlot;
import barnabas.net.Reply;
import barnabas.net.ReplyBuffer;
import barnabas.net.ReplySlot;
import barnabas.protocol.ApiKey;
import barnabas.protocol.BufferWriter;
import barnabas.protocol.ErrorCode;
import barnabas.protocol.MessageReader;
import barnabas.protocol.ResponseMessage;
import barnabas.protocol.message.EndTxnRequest;
import barnabas.protocol.message.Messages;
import barnabas.protocol.message.OffsetCommitRequest;
import barnabas.protocol.message.OffsetCommitResponse;
import barnabas.protocol.message.OffsetCommitResponse.OffsetCommitResponsePartition;
import barnabas.protocol.message.OffsetCommitResponse.OffsetCommitResponseTopic;
import barnabas.protocol.message.ProduceRequest;
import barnabas.protocol.message.ProduceResponse;
import barnabas.protocol.message.ProduceResponse.PartitionProduceResponse;
import barnabas.protocol.message.ProduceResponse.TopicProduceResponse;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.SplittableRandom;

/// Planted bugs in front of the dispatcher.
final class PlantedHandler implements FrameHandler {
    private static final int ONE_IN = 8;

    private final Plant plant;
    private final FrameHandler real;
    private final SplittableRandom random;
    private long offset = 1_000_000;

    PlantedHandler(Plant plant, FrameHandler real, SplittableRandom random) {
        this.plant = plant;
        this.real = real;
        this.random = random;
    }

    private record Request(ApiKey key, short version, int correlation, ByteBuffer body) {
        static Request of(ByteBuffer frame) {
            ByteBuffer copy = frame.duplicate();
            short id = copy.getShort();
            short version = copy.getShort();
            int correlation = copy.getInt();
            ApiKey key = ApiKey.of(id);
            if (key == null) throw new IllegalStateException("no API " + id);
            var reader = new MessageReader(copy);
            var _ = reader.nullableString(false);
            if (key.isFlexible(version)) reader.skip(1);
            return new Request(key, version, correlation, copy);
        }

        <T> T decoded(Class<T> type) {
            return type.cast(Messages.readRequest(key, new MessageReader(body), version));
        }
    }

    @Override
    public void opened(Connection connection) {
        real.opened(connection);
    }

    @Override
    public void handle(Connection connection, ByteBuffer frame, ReplySlot reply) throws Exception {
        Request request = Request.of(frame);
        boolean hit = random.nextInt(ONE_IN) == 0;
        switch (plant) {
            case APPENDED_TWICE -> {
                if (hit && request.key() == ApiKey.PRODUCE) {
                    ByteBuffer copy = ByteBuffer.allocate(frame.remaining())
                            .put(frame.duplicate())
                            .flip();
                    real.handle(connection, copy, new Unanswered(reply));
                }
            }
            case ACKNOWLEDGED_AND_DROPPED -> {
                if (hit && request.key() == ApiKey.PRODUCE) {
                    answer(request, reply, answered(request.decoded(ProduceRequest.class), ErrorCode.NONE));
                    return;
                }
            }
            case WRITES_STAY_REFUSED -> {
                if (request.key() == ApiKey.PRODUCE) {
                    ErrorCode refused = ErrorCode.NOT_LEADER_OR_FOLLOWER;
                    answer(request, reply, answered(request.decoded(ProduceRequest.class), refused));
                    return;
                }
            }
            case COMMIT_IS_NOT_STORED -> {
                if (hit && request.key() == ApiKey.OFFSET_COMMIT) {
                    answer(request, reply, committed(request.decoded(OffsetCommitRequest.class)));
                    return;
                }
            }
            case REPLIES_MIXED_UP -> {
                if (hit && request.key() == ApiKey.PRODUCE) {
                    // what a dispatcher does that mixes up two requests
                    frame.putInt(4, request.correlation() - 1);
                }
            }
            case WATERMARK_GOES_BACK -> {
                if (hit && request.key() == ApiKey.FETCH) {
                    real.handle(connection, frame, new AgedFetch(reply, request.version()));
                    return;
                }
            }
            case LIE_IS_ACKNOWLEDGED, LIE_HAS_ANOTHER_CODE -> {
                if (request.key() == ApiKey.PRODUCE && request.version() == 12) {
                    real.handle(connection, frame, new OtherCode(reply, plant == Plant.LIE_IS_ACKNOWLEDGED ? 0 : -1));
                    return;
                }
            }
            case ANSWER_WITHOUT_LIMIT -> {
                // the limit of the only partition: before three tag sections, no forgotten topics and no rack
                if (request.key() == ApiKey.FETCH && request.version() == 12) {
                    frame.putInt(frame.limit() - 9, Integer.MAX_VALUE);
                    frame.putInt(request.body().position() + 12, Integer.MAX_VALUE);
                }
            }
            case FETCH_WAITS_TOO_LONG -> {
                int at = request.body().position() + 4;
                if (request.key() == ApiKey.FETCH && request.version() == 12)
                    frame.putInt(at, frame.getInt(at) + 2_000);
            }
            case EPOCH_STAYS -> {
                if (request.key() == ApiKey.END_TXN) {
                    var asked = request.decoded(EndTxnRequest.class);
                    real.handle(connection, frame, new OldEpoch(reply, asked.producerId(), asked.producerEpoch()));
                    return;
                }
            }
            default -> throw new IllegalStateException("not planted here: " + plant);
        }
        real.handle(connection, frame, reply);
    }

    private ProduceResponse answered(ProduceRequest request, ErrorCode error) {
        var topics = new ArrayList<TopicProduceResponse>();
        for (var topic : request.topicData()) {
            var partitions = new ArrayList<PartitionProduceResponse>();
            for (var each : topic.partitionData())
                partitions.add(PartitionProduceResponse.builder()
                        .index(each.index())
                        .errorCode(error.code())
                        .baseOffset(offset++)
                        .build());
            topics.add(TopicProduceResponse.builder()
                    .name(topic.name())
                    .partitionResponses(partitions)
                    .build());
        }
        return ProduceResponse.builder().responses(topics).build();
    }

    private static OffsetCommitResponse committed(OffsetCommitRequest request) {
        var topics = new ArrayList<OffsetCommitResponseTopic>();
        for (var topic : request.topics()) {
            var partitions = new ArrayList<OffsetCommitResponsePartition>();
            for (var each : topic.partitions())
                partitions.add(new OffsetCommitResponsePartition(each.partitionIndex(), (short) 0));
            topics.add(OffsetCommitResponseTopic.builder()
                    .name(topic.name())
                    .partitions(partitions)
                    .build());
        }
        return OffsetCommitResponse.builder().topics(topics).build();
    }

    private static void answer(Request request, ReplySlot slot, ResponseMessage response) {
        boolean tagged = request.key().responseHeaderVersion(request.version()) > 0;
        int header = tagged ? 5 : 4;
        ReplyBuffer buffer = slot.allocate(header + response.sizeBytes(request.version()));
        var writer = new BufferWriter(buffer.bytes());
        writer.int32(request.correlation());
        if (tagged) writer.unsignedVarint(0);
        response.write(writer, request.version());
        slot.send(new Reply(buffer));
    }

    /// Passes everything on but the outcome.
    private static final class Unanswered extends PassingSlot {
        Unanswered(ReplySlot to) {
            super(to);
        }

        @Override
        public void send(Reply reply) {
            reply.discard();
        }

        @Override
        public void sendNothing() {}

        @Override
        public void closeConnection(CloseReason reason, String detail) {}

        @Override
        public void fail(Throwable cause) {}

        @Override
        public void holdLaterRequests() {}

        @Override
        public void onConnectionClosed(Runnable action) {}
    }

    /// Has another code where a produce reply of version 12 refuses its only batch.
    private static final class OtherCode extends PassingSlot {
        private final int code;

        OtherCode(ReplySlot to, int code) {
            super(to);
            this.code = code;
        }

        @Override
        public void send(Reply reply) {
            ByteBuffer bytes = reply.buffer().bytes();
            // header: correlation, tags | topics, name | partitions, index, error
            int at = 5 + 1;
            int name = bytes.get(at) - 1;
            at += 1 + name + 1 + 4;
            if (bytes.getShort(at) == ErrorCode.INVALID_RECORD.code()) bytes.putShort(at, (short) code);
            to.send(reply);
        }
    }

    /// Has the producer of the request in a reply to the end of a transaction.
    private static final class OldEpoch extends PassingSlot {
        private final long producerId;
        private final short epoch;

        OldEpoch(ReplySlot to, long producerId, short epoch) {
            super(to);
            this.producerId = producerId;
            this.epoch = epoch;
        }

        @Override
        public void send(Reply reply) {
            ByteBuffer bytes = reply.buffer().bytes();
            // header: correlation, tags | throttle, error, producer id, epoch
            int error = 5 + 4;
            if (bytes.getShort(error) == 0) bytes.putLong(error + 2, producerId).putShort(error + 10, epoch);
            to.send(reply);
        }
    }

    /// Shows the high watermark of the first partition as three less. In a reply of version 12 it stands behind the
    /// error code of the partition.
    private static final class AgedFetch extends PassingSlot {
        private static final int BACK = 3;
        private final short version;

        AgedFetch(ReplySlot to, short version) {
            super(to);
            this.version = version;
        }

        @Override
        public void send(Reply reply) {
            ByteBuffer bytes = reply.buffer().bytes();
            // header: correlation, tags | throttle, error, session | topics, name | partitions, index, error, watermark
            int at = 5 + 4 + 2 + 4 + 1;
            if (version == 12 && bytes.capacity() > at) {
                int name = bytes.get(at) - 1;
                at += 1 + name + 1 + 4 + 2;
                if (bytes.capacity() >= at + 8) bytes.putLong(at, Math.max(0, bytes.getLong(at) - BACK));
            }
            to.send(reply);
        }
    }
}
