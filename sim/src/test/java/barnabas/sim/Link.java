package barnabas.sim;

/// The far side of a connection that a node has accepted: a client's or another node's. On the simulation's thread.
interface Link {
    long id();

    /// The node that was connected to.
    int nodeId();

    /// The host that connected, [SimulatedNetwork#CLIENTS] for clients.
    int from();

    boolean isOpen();

    SimulatedConnection peer();

    void connected(SimulatedConnection connection);

    /// A frame has arrived.
    void frame(byte[] frame);

    void broken();
}
