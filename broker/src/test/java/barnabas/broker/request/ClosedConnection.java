package barnabas.broker.request;

import barnabas.broker.StillConnection;

/// A connection whose client has left.
final class ClosedConnection extends StillConnection {
    ClosedConnection() {
        super(1);
    }

    @Override
    public boolean isOpen() {
        return false;
    }

    @Override
    public void onClosed(Runnable action) {
        action.run();
    }
}
