package barnabas.broker.request;

import barnabas.protocol.MessageWriter;
import barnabas.protocol.RecordData;
import barnabas.protocol.ResponseMessage;
import barnabas.protocol.Uuid;
import java.nio.ByteBuffer;

/// Gives back the records of a response that is not sent: walks through the message as a writer does, and closes the
/// file slices that it meets.
final class RecordRelease implements MessageWriter {
    private RecordRelease() {}

    static void of(ResponseMessage response, short version) {
        try {
            response.write(new RecordRelease(), version);
        } catch (RuntimeException e) {
            // What the version cannot say ended the walk before; the caller reports that.
            return;
        }
    }

    @Override
    public void recordData(RecordData value) {
        if (value instanceof FileRecords(var slice)) slice.close();
    }

    @Override
    public void bool(boolean value) {}

    @Override
    public void int8(byte value) {}

    @Override
    public void int16(short value) {}

    @Override
    public void uint16(int value) {}

    @Override
    public void int32(int value) {}

    @Override
    public void uint32(long value) {}

    @Override
    public void int64(long value) {}

    @Override
    public void float64(double value) {}

    @Override
    public void uuid(Uuid value) {}

    @Override
    public void unsignedVarint(int value) {}

    @Override
    public void utf8(String value, int sizeBytes) {}

    @Override
    public void raw(ByteBuffer value) {}
}
