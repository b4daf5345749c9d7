package barnabas.base;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.channels.ClosedChannelException;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import org.jspecify.annotations.Nullable;

/// The kind of error that a file operation failed with. Decides whether only the operation fails or the disk.
///
/// An [IOException] of the JDK has the system's text for the error number, in the language of the process, and no
/// number. So the text is compared with what `strerror` of the same C library says (see [SystemErrors]). An error that
/// is not recognised counts as a failure of the disk.
public enum DiskError {
    /// ENOSPC: passes when space is freed.
    OUT_OF_SPACE(false),
    /// EDQUOT: the same for the space of one user.
    OUT_OF_QUOTA(false),
    /// EMFILE or ENFILE: passes when connections or files are closed.
    OUT_OF_DESCRIPTORS(false),
    /// ENOMEM.
    OUT_OF_MEMORY(false),
    /// ENAMETOOLONG.
    NAME_TOO_LONG(false),
    /// ENOENT or ENOTDIR: the file or its directory was removed.
    MISSING(false),
    /// EEXIST, ENOTEMPTY or EISDIR: something else has the name.
    OBSTRUCTED(false),
    /// EACCES or EPERM.
    DENIED(false),
    /// The thread was interrupted, or another thread was, on the same file channel.
    INTERRUPTED(false),
    /// EROFS: Linux makes a file system read-only after an error of the disk.
    READ_ONLY(true),
    /// EIO and everything that is not recognised: what the disk holds is not known.
    FAILED(true);

    private final boolean failure;

    DiskError(boolean failure) {
        this.failure = failure;
    }

    /// True when the disk can not be relied on any more; otherwise only this operation failed, and it may be repeated.
    public boolean isFailure() {
        return failure;
    }

    /// True when the operation works as soon as space is freed.
    public boolean isFull() {
        return this == OUT_OF_SPACE || this == OUT_OF_QUOTA;
    }

    /// True when something is short that others may free: space, descriptors or memory.
    public boolean isShortage() {
        return isFull() || this == OUT_OF_DESCRIPTORS || this == OUT_OF_MEMORY;
    }

    /// True when the same operation works later: when space or descriptors are freed, or without an interrupt.
    public boolean passes() {
        return isShortage() || this == INTERRUPTED;
    }

    /// Loads what [#of] needs: a process that has run out of descriptors can load nothing.
    public static void prepare() {
        SystemErrors.prepare();
    }

    /// Of an exception or of what caused it. A failed force is one whatever the error number is: the caller has to
    /// know that.
    public static DiskError of(IOException failed) {
        for (Throwable at = failed; at != null; at = at.getCause()) {
            var kind = at instanceof IOException each ? kindOf(each) : null;
            if (kind != null) return kind;
        }
        return FAILED;
    }

    private static @Nullable DiskError kindOf(IOException failed) {
        if (failed instanceof NoSuchFileException || failed instanceof NotDirectoryException) return MISSING;
        if (failed instanceof FileAlreadyExistsException || failed instanceof DirectoryNotEmptyException)
            return OBSTRUCTED;
        if (failed instanceof AccessDeniedException) return DENIED;
        if (failed instanceof ClosedChannelException || failed instanceof InterruptedIOException) return INTERRUPTED;
        // the message of these begins with the file's name, which may say anything
        var text = failed instanceof FileSystemException named ? named.getReason() : failed.getMessage();
        return text == null ? null : SystemErrors.kindOf(text);
    }
}
