// npm's ksqldb-client against the SQL service: every call that its README shows.
//   node check.mjs http://127.0.0.1:PORT
import assert from "node:assert/strict";
import KsqldbClient from "ksqldb-client";

const url = new URL(process.argv[2]);
const earliest = { streamsProperties: { "auto.offset.reset": "earliest" } };
const client = new KsqldbClient({ host: `${url.protocol}//${url.hostname}`, port: Number(url.port) });

// A call that answers nothing would hang for ever.
const timer = setTimeout(() => {
  console.error("no end after 60 s");
  process.exit(1);
}, 60_000);

function carriedOut(answer) {
  assert.equal(answer.error, undefined, JSON.stringify(answer.error));
  assert.equal(answer.status, 200);
  return answer;
}

async function until(what, condition) {
  const deadline = Date.now() + 30_000;
  for (;;) {
    const found = await condition();
    if (found) return found;
    assert.ok(Date.now() < deadline, what);
    await new Promise((done) => setTimeout(done, 50));
  }
}

await client.connect();
carriedOut(
  await client.executeStatement(
    "CREATE STREAM ${NAME} (id INT KEY, word STRING) WITH (KAFKA_TOPIC='words', VALUE_FORMAT='JSON', PARTITIONS=1);",
    { sessionVariables: { NAME: "words" } },
  ),
);
carriedOut(
  await client.executeStatement(
    "CREATE TABLE counts AS SELECT word, COUNT(*) AS n FROM words GROUP BY word;",
    earliest,
  ),
);
for (const [id, word] of [[1, "tree"], [2, "wind"], [3, "tree"]])
  carriedOut(await client.insertInto("words", { id, word }));

const pulled = await until("the row of a pull query", async () => {
  const { data } = carriedOut(await client.query("SELECT * FROM counts WHERE word = 'tree';"));
  return data.rows.length === 1 && data.rows[0].N === 2 ? data : undefined;
});
assert.deepEqual(pulled.metadata.columnNames, ["WORD", "N"]);
const several = carriedOut(
  await client.query("SELECT * FROM ${TABLE} WHERE word IN ('${ONE}', '${TWO}');", {
    sessionVariables: { TABLE: "counts", ONE: "tree", TWO: "wind" },
  }),
);
assert.equal(several.data.rows.length, 2);

const words = [];
let ended = false;
const pushed = client
  .streamQuery(
    "SELECT word FROM words EMIT CHANGES;",
    ({ metadata, rows }) => {
      words.push(...(rows ?? []));
      if (words.length === 3 && !ended) {
        ended = true;
        client.terminatePushQuery(metadata.queryId).then((answer) => assert.equal(answer.error, undefined));
      }
    },
    earliest,
  );
carriedOut(await pushed);
assert.equal(words.length, 3, JSON.stringify(words));

for (const [call, name] of [["listStreams", "WORDS"], ["listTables", "COUNTS"], ["listTopics", "words"], ["listQueries", "COUNTS"]])
  assert.ok(JSON.stringify(await client[call]()).includes(name), call);
assert.ok(JSON.stringify(await client.describeSource("counts")).includes("COUNTS"));

const refused = await client.query("SELECT * FROM nothing WHERE id = 1;");
assert.notEqual(refused.status, 200);
assert.ok(JSON.stringify(refused.error).includes("NOTHING"), JSON.stringify(refused.error));

await client.disconnect();
clearTimeout(timer);
console.log("ksqldb-client: all calls answered");
