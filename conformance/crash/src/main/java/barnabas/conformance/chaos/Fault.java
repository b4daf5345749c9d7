package barnabas.conformance.chaos;

import java.util.Locale;

/// A kind of fault. Before each all replicas are in sync, so that no fault takes more than one copy of a record.
enum Fault {
    KILL_LEADER(Needs.NOTHING),
    KILL_CONTROLLER(Needs.NOTHING),
    KILL_TWO(Needs.NOTHING),
    KILL_ALL(Needs.NOTHING),
    STOP_LEADER(Needs.NOTHING),
    PAUSE_LEADER(Needs.NOTHING),
    PAUSE_CONTROLLER(Needs.NOTHING),
    PAUSE_FOLLOWER(Needs.NOTHING),
    PAUSE_ALL(Needs.NOTHING),
    /// The power of one machine: what was not forced there is gone from the end of every log.
    LOSE_TAILS(Needs.NOTHING),
    /// A kill and a bit that is another one in what was not forced.
    FLIP_BITS(Needs.NOTHING),
    /// The partitions of one node are gone from its disk.
    LOSE_PARTITIONS(Needs.NOTHING),
    FILL_DISK(Needs.SPACE),
    /// Writes of a leader wait for up to a second, again and again.
    SLOW_DISK(Needs.STALLS),
    /// The wall clock of a leader jumps forth and back.
    JUMP_CLOCK(Needs.CLOCK),
    CUT_OFF_LEADER(Needs.LINKS),
    CUT_OFF_CONTROLLER(Needs.LINKS),
    CUT_LINK(Needs.LINKS),
    CUT_ONE_WAY(Needs.LINKS),
    SLOW_LINK(Needs.LINKS);

    enum Needs {
        NOTHING,
        /// Data directories on small file systems of their own.
        SPACE,
        /// File systems of their own that can be frozen.
        STALLS,
        /// libfaketime.
        CLOCK,
        /// Network namespaces.
        LINKS
    }

    private final Needs needs;

    Fault(Needs needs) {
        this.needs = needs;
    }

    Needs needs() {
        return needs;
    }

    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
