package barnabas.coordination.groups.classic;

/// ```
///            first member, member      all joined, or the
///            joins again or leaves     rebalance time is up       leader has synced
///   EMPTY ──────────▶ PREPARING_REBALANCE ──▶ COMPLETING_REBALANCE ──▶ STABLE
///     ▲                     │       ▲                  │                 │
///     └── no member left ───┘       └──────────────────┴─────────────────┘
/// ```
public enum ClassicState {
    EMPTY("Empty"),
    PREPARING_REBALANCE("PreparingRebalance"),
    COMPLETING_REBALANCE("CompletingRebalance"),
    STABLE("Stable");

    private final String shown;

    ClassicState(String shown) {
        this.shown = shown;
    }

    /// As ListGroups and DescribeGroups name it.
    public String shown() {
        return shown;
    }
}
