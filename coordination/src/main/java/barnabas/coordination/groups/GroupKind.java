package barnabas.coordination.groups;

import java.util.Locale;

/// Kinds of groups that the protocol knows (KIP-848, KIP-932, KIP-1071). A coordinator of this version builds groups of
/// the kinds that [Group] permits; records of other kinds are kept in the log and skipped.
enum GroupKind {
    CLASSIC,
    CONSUMER,
    SHARE,
    STREAMS;

    private final String shown = name().toLowerCase(Locale.ROOT);

    /// Name in ListGroups.
    String shown() {
        return shown;
    }
}
