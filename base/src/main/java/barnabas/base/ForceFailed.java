package barnabas.base;

import java.io.IOException;

/// A force that failed: writes before it may be lost, whatever the reason, and a second force cannot show whether.
public final class ForceFailed extends IOException {
    private static final long serialVersionUID = 1;

    public ForceFailed(IOException cause) {
        super(cause.getMessage(), cause);
    }

    /// True when a failed force is among the causes.
    public static boolean isIn(IOException failure) {
        for (Throwable at = failure; at != null; at = at.getCause()) if (at instanceof ForceFailed) return true;
        return false;
    }
}
