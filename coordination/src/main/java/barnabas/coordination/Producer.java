package barnabas.coordination;

/// On whose behalf records are written inside a transaction.
public record Producer(long id, short epoch) {}
