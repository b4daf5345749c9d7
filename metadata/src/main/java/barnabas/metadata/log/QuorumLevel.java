package barnabas.metadata.log;

import org.jspecify.annotations.Nullable;

/// The level of the feature `kraft.version`: at 0 the voters stand in the settings, from 1 on in the metadata log
/// (KIP-853). The quorum keeps it in its own records, not among those of the other features.
public interface QuorumLevel {
    /// A quorum whose level does not change.
    QuorumLevel FIXED = new QuorumLevel() {
        @Override
        public short quorumLevel() {
            return 0;
        }

        @Override
        public @Nullable String raiseQuorumLevel(int epoch, short level, boolean dryRun) {
            return null;
        }
    };

    short quorumLevel();

    /// Change the level. It is in force when the record for it is committed.
    ///
    /// @param epoch that the caller believes to lead in
    /// @param dryRun to look only whether it could be
    /// @return the reason when it cannot; null when it is done, could be, or the level needs no change
    @Nullable
    String raiseQuorumLevel(int epoch, short level, boolean dryRun);
}
