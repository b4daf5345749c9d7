// Registers the same schemas at three nodes at once, under subjects of each node, and looks whether the ids are one sequence for all.
//   nodes.mjs FOLDER SCHEMAS PARTS
// FOLDER/url-N has the address of a node, which can change. FOLDER/part-N is written when N parts of PARTS + 1 are done.
import {readFileSync, writeFileSync} from 'node:fs';

const [folder, schemas, parts] = [process.argv[2], ...process.argv.slice(3).map(Number)];
const nodes = [1, 2, 3];
const clients = 4;
const ids = new Map();
const contents = new Map();
let done = 0, broken = 0, slowest = 0, part = 1;

const fail = (why) => {
  console.log(`not ok ${why}`);
  process.exit(1);
};
const pause = (millis) => new Promise((ended) => setTimeout(ended, millis));
const text = (i) => JSON.stringify({type: 'record', name: `R${i}`, fields: [{name: 'f', type: 'string'}]});

// Tries again only while the node does not answer at all: it was killed.
const ask = async (node, path, body) => {
  const begun = performance.now();
  for (;;) {
    try {
      const response = await fetch(readFileSync(`${folder}/url-${node}`, 'utf8').trim() + path, {
        method: body === undefined ? 'GET' : 'POST',
        headers: {'Content-Type': 'application/vnd.schemaregistry.v1+json'},
        body: body === undefined ? undefined : JSON.stringify(body),
        signal: AbortSignal.timeout(60_000),
      });
      const answer = await response.json();
      slowest = Math.max(slowest, performance.now() - begun);
      if (response.status !== 200) fail(`node ${node} answers ${response.status} to ${path}: ${JSON.stringify(answer)}`);
      return answer;
    } catch (problem) {
      if (performance.now() - begun > 120_000) fail(`node ${node} does not answer: ${problem}`);
      broken++;
      await pause(100);
    }
  }
};

const note = (i, id, node) => {
  const known = ids.get(i);
  if (known !== undefined && known !== id) fail(`schema ${i} has the ids ${known} and ${id} (node ${node})`);
  ids.set(i, id);
  const other = contents.get(id);
  if (other !== undefined && other !== i) fail(`id ${id} is of the schemas ${other} and ${i} (node ${node})`);
  contents.set(id, i);
};

const client = async (node, number) => {
  for (let i = number; i < schemas; i += clients) {
    const subject = `s${i}-${node}`;
    const {id} = await ask(node, `/subjects/${subject}/versions`, {schema: text(i)});
    note(i, id, node);
    const other = (node % nodes.length) + 1;
    const found = await ask(other, `/subjects/${subject}/versions/1`);
    if (found.id !== id) fail(`node ${other} has id ${found.id} for ${subject} and node ${node} has ${id}`);
    done++;
    if (part <= parts && done >= (part * schemas * nodes.length) / (parts + 1)) writeFileSync(`${folder}/part-${part++}`, '');
  }
};

const begun = performance.now();
await Promise.all(nodes.flatMap((node) => Array.from({length: clients}, (_, number) => client(node, number))));
const seconds = (performance.now() - begun) / 1000;
const all = await Promise.all(nodes.map((node) => ask(node, '/schemas')));
for (const each of all) {
  if (each.length !== schemas * nodes.length) fail(`a node has ${each.length} versions instead of ${schemas * nodes.length}`);
  if (JSON.stringify(each) !== JSON.stringify(all[0])) fail('two nodes have other versions');
}
console.log(`ok ${done} registrations at ${nodes.length} nodes in ${seconds.toFixed(1)} s, ${ids.size} ids, ${broken} tries without an answer, slowest answer ${Math.round(slowest)} ms`);
