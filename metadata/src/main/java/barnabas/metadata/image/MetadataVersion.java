package barnabas.metadata.image;

import java.util.Arrays;
import java.util.Optional;
import java.util.stream.Collectors;

/// The levels of `metadata.version` (KIP-778): what the metadata log of a cluster may hold, so that every node that can
/// work at the finalized level can read it. Named after Kafka's releases and the changes within one.
public enum MetadataVersion {
    V3_3_IV3(7, "3.3-IV3", true),
    /// KIP-866: brokers on their way from ZooKeeper.
    V3_4_IV0(8, "3.4-IV0", true),
    V3_5_IV0(9, "3.5-IV0", false),
    V3_5_IV1(10, "3.5-IV1", false),
    /// KIP-900: SCRAM credentials.
    V3_5_IV2(11, "3.5-IV2", true),
    /// A smaller ISR alone no longer takes a new leader epoch.
    V3_6_IV0(12, "3.6-IV0", false),
    /// KIP-868: transactions of several batches.
    V3_6_IV1(13, "3.6-IV1", true),
    /// Delegation tokens.
    V3_6_IV2(14, "3.6-IV2", true),
    /// KIP-919: controllers register.
    V3_7_IV0(15, "3.7-IV0", true),
    V3_7_IV1(16, "3.7-IV1", false),
    /// KIP-858: log directories of brokers and of replicas.
    V3_7_IV2(17, "3.7-IV2", true),
    V3_7_IV3(18, "3.7-IV3", false),
    V3_7_IV4(19, "3.7-IV4", false),
    V3_8_IV0(20, "3.8-IV0", false),
    V3_9_IV0(21, "3.9-IV0", false),
    V4_0_IV0(22, "4.0-IV0", false),
    /// KIP-966: eligible leader replicas.
    V4_0_IV1(23, "4.0-IV1", true),
    V4_0_IV2(24, "4.0-IV2", false),
    V4_0_IV3(25, "4.0-IV3", false),
    V4_1_IV0(26, "4.1-IV0", false),
    V4_1_IV1(27, "4.1-IV1", false),
    V4_2_IV0(28, "4.2-IV0", false),
    V4_2_IV1(29, "4.2-IV1", false),
    /// KIP-1066: cordoned log directories.
    V4_3_IV0(30, "4.3-IV0", true),
    V4_4_IV0(31, "4.4-IV0", false),
    /// ACLs for address ranges.
    V4_4_IV1(32, "4.4-IV1", true),
    /// KIP-1312: controllers are unregistered.
    V4_4_IV2(33, "4.4-IV2", true);

    public static final MetadataVersion OLDEST = V3_3_IV3;
    public static final MetadataVersion LATEST = V4_4_IV2;

    /// First version whose ACLs may have a range of addresses for their host.
    public static final MetadataVersion SUBNETS_SINCE = V4_4_IV1;

    private static final MetadataVersion[] ALL = values();

    private final short level;
    private final String text;
    private final boolean changesMetadata;

    MetadataVersion(int level, String text, boolean changesMetadata) {
        this.level = (short) level;
        this.text = text;
        this.changesMetadata = changesMetadata;
    }

    /// @throws UnreadableMetadataException when there is no such level
    public static MetadataVersion of(short level) {
        if (level < OLDEST.level() || level > LATEST.level()) {
            throw new UnreadableMetadataException("metadata.version " + level + " is not known, " + OLDEST.level()
                    + " to " + LATEST.level() + " are: was this written by a newer version?");
        }
        return ALL[level - OLDEST.level];
    }

    /// The version of a name as operators write it: `3.7-IV2` itself, `3.7` or `3.7.1` the last of its release.
    public static Optional<MetadataVersion> named(String name) {
        String[] parts = name.split("\\.", -1);
        if (parts.length < 2) return Optional.empty();
        String wanted = parts[0] + "." + parts[1];
        for (int i = ALL.length - 1; i >= 0; i--) {
            if (ALL[i].text.equals(wanted) || ALL[i].release().equals(wanted)) return Optional.of(ALL[i]);
        }
        return Optional.empty();
    }

    /// All names, the oldest first, separated by commas.
    public static String names() {
        return Arrays.stream(ALL).map(MetadataVersion::toString).collect(Collectors.joining(", "));
    }

    /// Level that is finalized as `metadata.version`.
    public short level() {
        return level;
    }

    /// As in `3.7`.
    public String release() {
        return text.substring(0, text.indexOf('-'));
    }

    /// As in `3.7-IV2`.
    @Override
    public String toString() {
        return text;
    }

    public boolean isAtLeast(MetadataVersion other) {
        return compareTo(other) >= 0;
    }

    /// Whether the log can hold something that it could not at the level before.
    public boolean changesMetadata() {
        return changesMetadata;
    }

    /// Whether a log of this version may hold what one of the older version `other` cannot.
    public boolean changesMetadataSince(MetadataVersion other) {
        for (MetadataVersion each : ALL) {
            if (each.changesMetadata && each.level > other.level && each.level <= level) return true;
        }
        return false;
    }

    /// The log directories of brokers and replicas are recorded.
    public boolean recordsDirectories() {
        return isAtLeast(V3_7_IV2);
    }

    public boolean recordsCordonedDirectories() {
        return isAtLeast(V4_3_IV0);
    }

    public boolean recordsEligibleLeaders() {
        return isAtLeast(V4_0_IV1);
    }

    public boolean recordsControllers() {
        return isAtLeast(V3_7_IV0);
    }

    public boolean recordsScramCredentials() {
        return isAtLeast(V3_5_IV2);
    }

    public boolean recordsDelegationTokens() {
        return isAtLeast(V3_6_IV2);
    }

    /// The host of an ACL may be a range of addresses.
    public boolean recordsSubnets() {
        return isAtLeast(SUBNETS_SINCE);
    }

    /// A smaller ISR begins a new leader epoch, also when the leader stays.
    public boolean bumpsLeaderEpochOnShrink() {
        return !isAtLeast(V3_6_IV0);
    }
}
