package barnabas.log;

/// What opening found: everything a log needs to go on.
record LoadedLog(
        Segments segments,
        long startOffset,
        long endOffset,
        long recoveryPoint,
        Producers producers,
        OpenTransactions transactions,
        ProducerSnapshots snapshots,
        LeaderEpochs epochs) {}
