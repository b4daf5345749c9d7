package barnabas.replication;

import barnabas.transcripts.Command;
import barnabas.transcripts.Transcript;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.TreeSet;
import java.util.stream.Collectors;

/// Plays a [Transcript] on the core of broker 1; the answers are its duties. Offsets are plain numbers, times
/// milliseconds.
final class PartitionTranscript {
    static final long LAG_MILLIS_MAX = 1000;

    private final PartitionCore core;
    private long nowMillis;
    private int partitionEpoch;
    private int askedAt;

    private PartitionTranscript(int minInSyncReplicas) {
        core = new PartitionCore(1, 0, 0, 0, minInSyncReplicas, LAG_MILLIS_MAX * 1_000_000);
    }

    /// The script with the duties as they are.
    static String run(int minInSyncReplicas, String script) {
        return Transcript.replay(script, new PartitionTranscript(minInSyncReplicas)::answersTo);
    }

    private List<String> answersTo(Command command) {
        String duties = step(command, command.parts().toArray(new String[0]));
        return duties.isEmpty() ? List.of() : List.of(duties);
    }

    private String step(Command command, String[] word) {
        return switch (command.name()) {
            case "lead" -> duties(core.lead(state(1, word), nanos()));
            case "follow" -> duties(core.follow(Integer.parseInt(word[2]), Integer.parseInt(word[1].substring(1))));
            case "idle" -> duties(core.idle(Integer.parseInt(word[1].substring(1))));
            case "append" ->
                duties(core.appended(
                        core.role().epoch(), Long.parseLong(word[1]), Long.parseLong(word[word.length - 1])));
            case "late-append" ->
                duties(core.appended(
                        Integer.parseInt(word[1].substring(1)), Long.parseLong(word[2]), Long.parseLong(word[2])));
            case "durable" -> duties(core.durable(Long.parseLong(word[1])));
            case "copy" -> {
                core.logEnds(Long.parseLong(word[1]), Long.parseLong(word[1]));
                yield "";
            }
            case "fetch" ->
                duties(core.fetched(
                        Integer.parseInt(word[1]),
                        core.role().epoch(),
                        Long.parseLong(word[2]),
                        !word[word.length - 1].equals("ineligible"),
                        nanos()));
            case "stopped" -> duties(core.brokerStopped(Integer.parseInt(word[1])));
            case "accept" -> {
                partitionEpoch = askedAt + 1;
                yield duties(core.isrAnswered(
                        new IsrAnswer.Accepted(asked(), partitionEpoch, new TreeSet<>(numbers(word, 1)))));
            }
            case "refuse" -> duties(core.isrAnswered(new IsrAnswer.Refused(asked())));
            case "no-answer" -> duties(core.isrAnswered(new IsrAnswer.Unknown(asked())));
            case "outdated" -> duties(core.isrAnswered(new IsrAnswer.Outdated(asked())));
            case "after" -> {
                nowMillis += Long.parseLong(word[1]);
                yield duties(core.tick(nanos()));
            }
            case "leader-says" -> duties(core.leaderHighWatermark(core.role().epoch(), Long.parseLong(word[1])));
            case "lost-to-leader" -> duties(core.divergedUncleanly(core.role().epoch(), Long.parseLong(word[1])));
            case "diverged" -> duties(core.diverged(core.role().epoch(), Long.parseLong(word[1])));
            default -> throw command.unknown();
        };
    }

    private long nanos() {
        return nowMillis * 1_000_000;
    }

    /// `lead e<epoch> isr <brokers> of <brokers>`, a new partition epoch each time.
    private PartitionState state(int leader, String[] word) {
        int of = Arrays.asList(word).indexOf("of");
        return new PartitionState(
                leader,
                Integer.parseInt(word[1].substring(1)),
                ++partitionEpoch,
                numbers(word, of + 1),
                numbers(Arrays.copyOf(word, of), 3));
    }

    private static List<Integer> numbers(String[] word, int from) {
        return Arrays.stream(word, from, word.length).map(Integer::valueOf).toList();
    }

    private String duties(Duties duties) {
        var parts = new ArrayList<String>();
        if (duties.movesHighWatermark()) parts.add("hw " + duties.highWatermark());
        if (duties.epochEnded()) parts.add("fence waits");
        if (duties.truncateTo() >= 0) parts.add("truncate to " + duties.truncateTo());
        IsrChange change = duties.isrChange();
        if (change != null) {
            askedAt = change.partitionEpoch();
            parts.add("ask isr " + change.isr().stream().map(String::valueOf).collect(Collectors.joining(" ")));
        }
        return String.join(", ", parts);
    }

    /// The change under way; one that nobody asked for when there is none.
    private IsrChange asked() {
        IsrChange asked = core.role() instanceof Role.Leading leading ? leading.asked() : null;
        return asked == null ? new IsrChange(core.role().epoch(), -1, new TreeSet<>()) : asked;
    }
}
