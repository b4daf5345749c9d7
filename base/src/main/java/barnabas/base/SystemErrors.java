package barnabas.base;

import java.io.FileInputStream;
import java.io.IOException;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The texts of the C library for error numbers: in English, as most processes have them, and in the language of the
/// process. The latter are asked for by [#prepare], or with the first text that is not English, as the call into the C
/// library costs some 200 milliseconds of set-up.
final class SystemErrors {
    /// Longer than any text of any C library.
    private static final int TEXT_BYTES_MAX = 1024;

    private record Known(int number, String text, DiskError kind) {}

    private static final List<Known> ENGLISH = List.of(
            new Known(28, "No space left on device", DiskError.OUT_OF_SPACE),
            new Known(isMac() ? 69 : 122, "Disk quota exceeded", DiskError.OUT_OF_QUOTA),
            new Known(24, "Too many open files", DiskError.OUT_OF_DESCRIPTORS),
            new Known(23, "Too many open files in system", DiskError.OUT_OF_DESCRIPTORS),
            new Known(12, "Cannot allocate memory", DiskError.OUT_OF_MEMORY),
            new Known(isMac() ? 63 : 36, "File name too long", DiskError.NAME_TOO_LONG),
            new Known(2, "No such file or directory", DiskError.MISSING),
            new Known(20, "Not a directory", DiskError.MISSING),
            new Known(17, "File exists", DiskError.OBSTRUCTED),
            new Known(isMac() ? 66 : 39, "Directory not empty", DiskError.OBSTRUCTED),
            new Known(21, "Is a directory", DiskError.OBSTRUCTED),
            new Known(13, "Permission denied", DiskError.DENIED),
            new Known(1, "Operation not permitted", DiskError.DENIED),
            new Known(4, "Interrupted system call", DiskError.INTERRUPTED),
            new Known(30, "Read-only file system", DiskError.READ_ONLY),
            new Known(5, "Input/output error", DiskError.FAILED));

    /// Loaded when it is needed.
    private static final class InLanguageOfProcess {
        static final List<Known> ALL = find();

        private static List<Known> find() {
            try {
                return ofLibrary();
            } catch (Throwable unavailable) {
                // no access to native code, or no memory for it: an unknown text counts as a failure of the disk
                return List.of();
            }
        }
    }

    private SystemErrors() {}

    private static boolean isMac() {
        return System.getProperty("os.name", "").startsWith("Mac");
    }

    /// Asks the library for its texts now, if the texts of this process are not English: a process that has run out of
    /// descriptors or memory cannot set up the call any more.
    static void prepare() {
        if (!isEnglish()) kindOf("", InLanguageOfProcess.ALL);
    }

    /// By an error that the JDK reports with the text of the system.
    private static boolean isEnglish() {
        try (var none = new FileInputStream("")) {
            return none.available() < 0;
        } catch (IOException missing) {
            return missing.getMessage() != null && kindOf(missing.getMessage(), ENGLISH) != null;
        }
    }

    /// Null for a text that belongs to none of the known numbers.
    static @Nullable DiskError kindOf(String text) {
        var kind = kindOf(text, ENGLISH);
        return kind == null ? kindOf(text, InLanguageOfProcess.ALL) : kind;
    }

    private static @Nullable DiskError kindOf(String text, List<Known> known) {
        for (var each : known) if (says(text, each.text())) return each.kind();
        return null;
    }

    /// The JDK's message is the system's text, in a few places with what was attempted before it.
    private static boolean says(String message, String text) {
        return message.equals(text) || message.endsWith(": " + text) || message.endsWith(" (" + text + ")");
    }

    /// The library is asked with arguments that it knows, for texts that it ends with a zero.
    @SuppressWarnings("restricted")
    private static List<Known> ofLibrary() throws Throwable {
        var linker = Linker.nativeLinker();
        var address = linker.defaultLookup().findOrThrow("strerror");
        var strerror = linker.downcallHandle(address, FunctionDescriptor.of(ValueLayout.ADDRESS, ValueLayout.JAVA_INT));
        var found = new ArrayList<Known>();
        for (var each : ENGLISH) {
            var text = (MemorySegment) strerror.invokeExact(each.number());
            if (text.address() != 0) found.add(new Known(each.number(), textAt(text), each.kind()));
        }
        return found;
    }

    @SuppressWarnings("restricted")
    private static String textAt(MemorySegment start) {
        var bytes = start.reinterpret(TEXT_BYTES_MAX);
        int length = 0;
        while (length < TEXT_BYTES_MAX && bytes.get(ValueLayout.JAVA_BYTE, length) != 0) length++;
        return new String(bytes.asSlice(0, length).toArray(ValueLayout.JAVA_BYTE), charset());
    }

    /// Charset in which the JDK reads the system's texts.
    private static Charset charset() {
        try {
            return Charset.forName(System.getProperty("sun.jnu.encoding", "UTF-8"));
        } catch (IllegalArgumentException unknown) {
            return StandardCharsets.UTF_8;
        }
    }
}
