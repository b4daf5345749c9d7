package barnabas.metadata.image;

import barnabas.protocol.Uuid;

/// Log directory ids that name no directory (KIP-858).
public final class DirectoryIds {
    private DirectoryIds() {}

    /// The broker was not asked yet.
    public static final Uuid MIGRATING = new Uuid(0, 0);
    /// The broker chooses one of its directories and says which.
    public static final Uuid UNASSIGNED = new Uuid(0, 1);
    /// The directory is gone.
    public static final Uuid LOST = new Uuid(0, 2);
}
