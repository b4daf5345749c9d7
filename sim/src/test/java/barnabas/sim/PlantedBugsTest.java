package barnabas.sim;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// The checker sees every planted bug within a few seeds, and as what it is.
class PlantedBugsTest {
    private static final int SEEDS = 12;
    /// For bugs of changes of leaders, which show in one of three to five seeds.
    private static final int SEEDS_OF_ELECTIONS = 30;
    /// For bugs that show in one of twelve. Which seeds these are changes with the code.
    private static final int SEEDS_OF_THE_RAREST = 100;
    /// Signs of a lost record or commit: missing, replaced, or a producer whose next number does not fit.
    private static final List<String> LOST = List.of(
            "is gone",
            "was not found",
            "was acknowledged for",
            "now holds",
            "and holds",
            "went from",
            "was committed, now it is",
            "OUT_OF_ORDER_SEQUENCE_NUMBER");

    @ParameterizedTest
    @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "NONE")
    void plantedBugIsSeen(Plant plant) {
        var seen = new ArrayList<String>();
        int seeds = seedsMax(plant);
        long first = firstSeed(plant);
        for (long seed = first; seed < first + seeds && seen.isEmpty(); seed++)
            seen.addAll(Run.of(settings(seed, plant), null).violations());
        assertThat(seen).as("%s within %d seeds", plant, seeds).isNotEmpty();
        assertThat(seen).anyMatch(text -> signs(plant).stream().anyMatch(text::contains));
    }

    private static int seedsMax(Plant plant) {
        if (plant == Plant.OLD_EPOCH_IS_APPENDED || plant == Plant.DIVERGED_FOLLOWER_COUNTS) return SEEDS_OF_THE_RAREST;
        return plant.showsAtElections() ? SEEDS_OF_ELECTIONS : SEEDS;
    }

    /// Seed to begin with: the first one that showed the bug lately, where those before it take long.
    private static long firstSeed(Plant plant) {
        return plant == Plant.STALE_CONTROLLER_IS_OBEYED ? 13 : 1;
    }

    private static Settings settings(long seed, Plant plant) {
        Settings settings = Settings.of(seed).withReplicas(false).withPlant(plant);
        return switch (plant) {
            case DISK_FORGETS_FORCED_WRITES -> settings.withJournal(true);
            case KILL_LOSES_CACHE -> settings.withJournal(false);
            case METADATA_BATCH_SKIPPED -> settings.withNodes(3).withoutFaults();
            // without faults each of these is found as itself
            case APPENDED_TWICE, REPLIES_MIXED_UP, WATERMARK_GOES_BACK, ABORT_BECOMES_COMMIT ->
                settings.withoutFaults();
            case ACKNOWLEDGED_BEFORE_APPENDED,
                    TRUNCATION_LEFT_OUT,
                    ISR_CHANGE_IS_LOST,
                    OLD_EPOCH_TRUNCATES,
                    WATERMARK_BEFORE_TRUNCATION,
                    FENCING_IS_FORGOTTEN,
                    STALE_CONTROLLER_IS_OBEYED,
                    FENCED_LEADER_IS_ELECTED,
                    ELIGIBLE_AND_IN_SYNC,
                    COORDINATOR_WRITES_AFTER_RESIGNING,
                    EMPTY_DISK_IS_HIDDEN,
                    EPOCH_STAYS_WHERE_NOTHING_IS_CUT,
                    LARGE_BATCH_ENDS_LEADERSHIP -> settings.withReplicas(true);
            // the disks are looked at without the journal only
            case IN_SYNC_TOO_EARLY,
                    MARK_OF_STOP_TOO_EARLY,
                    UNCLEAN_STOP_IS_HIDDEN,
                    OLD_EPOCH_IS_APPENDED,
                    LAST_EPOCH_IS_FORGOTTEN,
                    DIVERGED_FOLLOWER_COUNTS -> settings.withReplicas(true).withJournal(false);
            // the next transaction of the same producer shows it early
            case MARKER_IS_LOST -> settings.withNodes(1).withoutFaults();
            case LIE_IS_ACKNOWLEDGED, LIE_HAS_ANOTHER_CODE, ANSWER_WITHOUT_LIMIT, FETCH_WAITS_TOO_LONG, EPOCH_STAYS ->
                settings.withNodes(1).withoutFaults();
            case DIRECTORY_IS_ADOPTED, WRITES_STAY_REFUSED -> settings.withNodes(1);
            case DAMAGE_IS_CUT, FAILURES_ARE_HIDDEN -> settings.withNodes(1);
            case NONE, WRITE_IS_LOST, COMMIT_IS_NOT_STORED, ACKNOWLEDGED_AND_DROPPED -> settings;
        };
    }

    private static List<String> signs(Plant plant) {
        return switch (plant) {
            case NONE -> List.of();
            case DISK_FORGETS_FORCED_WRITES, KILL_LOSES_CACHE, ACKNOWLEDGED_AND_DROPPED -> LOST;
            case ACKNOWLEDGED_BEFORE_APPENDED ->
                Stream.concat(LOST.stream(), Stream.of("removed committed records"))
                        .toList();
            // a write that failed half way leaves half a batch
            case FAILURES_ARE_HIDDEN ->
                Stream.concat(LOST.stream(), Stream.of("is damaged")).toList();
            // a hole cannot be read over, and a start that knows where the log ended does not serve the partition
            case WRITE_IS_LOST, DAMAGE_IS_CUT ->
                Stream.concat(LOST.stream(), Stream.of("cannot be read to its end", "cannot be fetched"))
                        .toList();
            // a marker may be what is lost: readers of committed records then wait for it for ever; a leader that
            // holds fewer to be in sync than the topic asks for takes nothing more
            case ISR_CHANGE_IS_LOST ->
                Stream.concat(LOST.stream(), Stream.of("cannot be read to its end", "takes no writes though"))
                        .toList();
            // the records that a follower keeps are shown when it leads; those of a coordinator hide a commit
            case TRUNCATION_LEFT_OUT -> List.of("replicas on", "and now holds", "was committed, now it is");
            case APPENDED_TWICE -> List.of("is there twice");
            case COMMIT_IS_NOT_STORED -> List.of("was committed, now it is");
            case ABORT_BECOMES_COMMIT -> List.of("is visible, its transaction");
            case METADATA_BATCH_SKIPPED ->
                List.of("was created and is gone at n2", "removes a topic that is not there");
            case REPLIES_MIXED_UP -> List.of("answered request");
            case MARKER_IS_LOST ->
                List.of("records are visible", "cannot be read to its end", "is visible, its transaction");
            case WATERMARK_GOES_BACK -> List.of("the high watermark went from");
            case COORDINATOR_WRITES_AFTER_RESIGNING -> List.of("records are visible");
            case OLD_EPOCH_IS_APPENDED, LAST_EPOCH_IS_FORGOTTEN, DIVERGED_FOLLOWER_COUNTS ->
                List.of(
                        "replicas on",
                        "was acknowledged for",
                        "removed committed records",
                        "is in sync without the acknowledged record");
            case OLD_EPOCH_TRUNCATES, WATERMARK_BEFORE_TRUNCATION -> List.of("removed committed records");
            case IN_SYNC_TOO_EARLY -> List.of("is in sync without the acknowledged record");
            case FENCING_IS_FORGOTTEN -> List.of("is in sync and fenced", "leads and is fenced");
            // a log with the records of two controllers may not fit the image of it
            case STALE_CONTROLLER_IS_OBEYED ->
                List.of("leads and is fenced", "was given out before", "metadata log failed");
            case FENCED_LEADER_IS_ELECTED -> List.of("leads outside of the in-sync replicas", "leads and is fenced");
            case LIE_IS_ACKNOWLEDGED, LIE_HAS_ANOTHER_CODE -> List.of("was answered with");
            case DIRECTORY_IS_ADOPTED -> List.of("shows a record of topic");
            case ANSWER_WITHOUT_LIMIT -> List.of("bytes was answered with");
            case FETCH_WAITS_TOO_LONG -> List.of("was answered after");
            case WRITES_STAY_REFUSED -> List.of("takes no writes though the faults have ended");
            case EPOCH_STAYS -> List.of("and its producer is still");
            case ELIGIBLE_AND_IN_SYNC -> List.of("are in sync and eligible to lead");
            case UNCLEAN_STOP_IS_HIDDEN, EMPTY_DISK_IS_HIDDEN ->
                Stream.concat(
                                LOST.stream(),
                                Stream.of(
                                        "removed committed records",
                                        "was acknowledged for",
                                        "is in sync without the acknowledged record",
                                        "is visible, its transaction"))
                        .toList();
            case EPOCH_STAYS_WHERE_NOTHING_IS_CUT -> List.of("replicas on", "takes no writes though");
            case LARGE_BATCH_ENDS_LEADERSHIP ->
                List.of("takes no writes though", "cannot be read to its end", "no topic could be created");
            // a start that trusts the mark does not look for a torn batch, and nor does the controller
            case MARK_OF_STOP_TOO_EARLY ->
                Stream.concat(
                                LOST.stream(),
                                Stream.of(
                                        "is visible, its transaction",
                                        "is in sync without the acknowledged record",
                                        "replicas on",
                                        "is damaged",
                                        "cannot be read to its end",
                                        "cannot be fetched"))
                        .toList();
        };
    }
}
