package barnabas.registry.model;

/// Names of subjects: `:.context:name` is qualified with a context, other names belong to the default context `.`.
public final class Subjects {
    public static final String DEFAULT_CONTEXT = ".";

    private Subjects() {}

    /// The context of a qualified name, with its dot: `.sales`.
    public static String context(String subject) {
        int end = end(subject);
        return end < 0 ? DEFAULT_CONTEXT : subject.substring(1, end);
    }

    /// The name without its context.
    public static String name(String subject) {
        int end = end(subject);
        return end < 0 ? subject : subject.substring(end + 1);
    }

    /// The one spelling of a name: without the default context.
    public static String canonical(String subject) {
        return qualified(context(subject), name(subject));
    }

    public static String qualified(String context, String name) {
        return context.equals(DEFAULT_CONTEXT) ? name : ":" + context + ":" + name;
    }

    private static int end(String subject) {
        return subject.startsWith(":.") ? subject.indexOf(':', 1) : -1;
    }
}
