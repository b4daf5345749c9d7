package barnabas.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import barnabas.metadata.image.ClusterImage;
import barnabas.metadata.log.QuorumLevel;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class ControllerVersionsTest {
    /// A quorum that has not read its log throws when it is asked.
    private static final class Starting implements QuorumLevel {
        private boolean started;

        @Override
        public short quorumLevel() {
            if (!started) throw new IllegalStateException("the replica has not been initialized");
            return 1;
        }

        @Override
        public @Nullable String raiseQuorumLevel(int epoch, short level, boolean dryRun) {
            throw new IllegalStateException("not asked for");
        }
    }

    @Test
    void aQuorumThatStartsIsNotAsked() {
        var quorum = new Starting();
        assertThat(ControllerVersions.level(null, quorum)).isZero();
        quorum.started = true;
        assertThat(ControllerVersions.level(ClusterImage.empty("id"), quorum)).isEqualTo((short) 1);
    }
}
