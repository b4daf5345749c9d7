package barnabas.sql.rest;

/// Forms of rows in a response.
enum RowFormat {
    /// Lines: an object that describes the columns, then an array for each row.
    DELIMITED("application/vnd.ksqlapi.delimited.v1"),
    /// The same as one array.
    ARRAY("application/json"),
    /// An array of objects: header, rows, final message.
    QUERY("application/vnd.ksql.v1+json");

    private final String type;

    RowFormat(String type) {
        this.type = type;
    }

    String type() {
        return type;
    }
}
