package barnabas.quorum;

import java.nio.ByteBuffer;
import org.apache.kafka.common.protocol.ObjectSerializationCache;
import org.apache.kafka.common.protocol.Readable;
import org.apache.kafka.common.protocol.Writable;
import org.apache.kafka.server.common.serialization.RecordSerde;

/// Records as the frames of [barnabas.metadata.log.MetadataFrames]: what is in them is the metadata's own matter.
final class FrameSerde implements RecordSerde<ByteBuffer> {
    @Override
    public int recordSize(ByteBuffer frame, ObjectSerializationCache cache) {
        return frame.remaining();
    }

    @Override
    public void write(ByteBuffer frame, ObjectSerializationCache cache, Writable target) {
        target.writeByteBuffer(frame.duplicate());
    }

    /// A copy: the engine reads the next records into the same buffer.
    @Override
    public ByteBuffer read(Readable source, int bytes) {
        return ByteBuffer.wrap(source.readArray(bytes));
    }
}
