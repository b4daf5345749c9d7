package barnabas.broker.fetch;

import barnabas.broker.StillConnection;
import java.util.ArrayList;
import java.util.List;

/// A connection of which only its end matters.
final class OpenConnection extends StillConnection {
    private final List<Runnable> closedActions = new ArrayList<>();

    OpenConnection(long id) {
        super(id);
    }

    int closedActions() {
        return closedActions.size();
    }

    void end() {
        closedActions.forEach(Runnable::run);
    }

    @Override
    public void onClosed(Runnable action) {
        closedActions.add(action);
    }
}
