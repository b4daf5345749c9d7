package barnabas.mirror;

/// Progress of a mirror on one broker as text, for the client module's `MirrorAdmin`:
///
/// ```
/// problem                                    first line, empty when the source can be read
/// topic TAB partition TAB state TAB end offset TAB lag TAB since TAB problem      for each partition that it leads
/// ```
/// `lag` is -1 when it is not known, `since` the wall clock in milliseconds, 0 without a problem.
final class StatusText {
    private final StringBuilder text = new StringBuilder();

    StatusText problem(String problem) {
        text.append(clean(problem));
        return this;
    }

    StatusText partition(String topic, int index, String state, Copy.Health health, long end, long lag) {
        text.append('\n').append(topic).append('\t').append(index);
        text.append('\t').append(state).append('\t').append(end).append('\t').append(lag);
        text.append('\t').append(health.sinceMillis()).append('\t').append(clean(health.problem()));
        return this;
    }

    /// Never empty.
    String end() {
        return text.append('\n').toString();
    }

    private static String clean(String value) {
        return value.replace('\t', ' ').replace('\n', ' ').replace('\r', ' ');
    }
}
