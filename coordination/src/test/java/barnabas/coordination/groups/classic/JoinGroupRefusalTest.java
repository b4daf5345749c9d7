package barnabas.coordination.groups.classic;

import static org.assertj.core.api.Assertions.assertThat;

import barnabas.protocol.ApiKey;
import barnabas.protocol.ErrorCode;
import barnabas.protocol.MessageReader;
import barnabas.protocol.message.JoinGroupResponse;
import java.nio.ByteBuffer;
import org.junit.jupiter.api.Test;

class JoinGroupRefusalTest {
    private static final short NAME_NULLABLE_SINCE = 7;

    @Test
    void everyVersionCanBeRefused() {
        for (short version = ApiKey.JOIN_GROUP.lowestVersion();
                version <= ApiKey.JOIN_GROUP.highestStableVersion();
                version++) {
            ByteBuffer bytes = JoinGroup.refusal(ErrorCode.COORDINATOR_NOT_AVAILABLE, "member")
                    .toBuffer(version);
            JoinGroupResponse read = JoinGroupResponse.read(new MessageReader(bytes), version);
            assertThat(read.errorCode()).isEqualTo(ErrorCode.COORDINATOR_NOT_AVAILABLE.code());
            assertThat(read.memberId()).isEqualTo("member");
            assertThat(read.protocolName()).isEqualTo(version < NAME_NULLABLE_SINCE ? "" : null);
        }
    }
}
